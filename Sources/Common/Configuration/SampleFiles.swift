// SampleFiles.swift - the commented sample configuration that `opsfabric init` writes.
//
// Every key stands here. A setting that is switched off has `//` directly before it, without a space;
// `// ` begins an explanation. A test compares the keys with those the loader asks for.

package enum SampleFiles {
  /// Paths relative to the home, with their texts. To be written with mode 0600.
  package static let all: [(path: String, text: String)] = [
    ("config/opsfabric.json5", installation), ("config/tenants/example.json5", tenant),
  ]

  /// `apply` asks for the three empty values.
  package static let installation = #"""
    // opsfabric.json5 - what holds for all tenants.
    //
    // JSON5: comments, trailing commas and keys without quotes are allowed. A line that begins with //
    // and no space is a setting that is switched off; remove the // to use it.
    // This file holds secrets: chmod 600. After each change: opsfabric apply
    {
      // Where Twilio reaches the handlers: the URL of the folder that holds `voice`, `sms` and the others.
      // Required. Exactly as Twilio calls it, or every signature is wrong.
      public_url: "",  // such as "https://example.ch/cgi-bin"

      twilio: {
        // From the Twilio console, Account > API keys & tokens. Required.
        account_sid: "",  // AC and 32 hexadecimal digits
        auth_token: "",

        // "on": ask Twilio Lookup for the line type of numbers that the Swiss numbering plan does not
        // settle (costs money, kept for 90 days). "off": numbers that may be mobile are sent to.
        lookup: "on",

        // SMS per second and sender, 0.1 to 1000. Twilio sends about 10 a second outside North America.
        messages_per_second: 10,

        // Requests to Twilio at the same time, 1 to 100.
        concurrency: 16,

        // Only for tests and proxies.
        api_base: "https://api.twilio.com",
        lookups_base: "https://lookups.twilio.com",
      },

      // Most SMS of all tenants together within any hour and any 24 hours, 1 to 1000000, against toll fraud.
      // Those to callers and those to the tenants' people are counted apart, the latter also by what caused them
      // (urgent, calls and replies, forms); alerts have 60 and 300 of their own.
      // What is above waits, and the operator has an alert; a missed call whose SMS waits for longer than
      // an hour becomes a ticket. Default: four times a tenant's.
      sms_limits: { per_hour: 2000, per_day: 6000 },

      // Most mails of all tenants together, as above; one tenant has half of it. What is above waits.
      mail_limits: { per_hour: 300, per_day: 2000 },

      // Most Lookups (they cost money); one tenant has half of it. Above, numbers that may be mobile are sent
      // to without asking.
      lookup_limits: { per_hour: 200, per_day: 1000 },

      // Outgoing mail: reports, notifications, alerts. Without it no mail is sent.
      // smtps://HOST[:465] is encrypted from the start, smtp://HOST:587 after STARTTLS.
      //smtp: {
        //url: "smtps://mail.example.ch",
        //from: "ruf@example.ch",
        //username: "ruf@example.ch",
        //password: "secret",
      //},

      // Who is told when something is wrong: dead letters, wrong credentials, Twilio's alarms.
      alerts: {
        email: [],  // such as ["betrieb@example.ch"]
        sms: [],  // E.164 numbers, such as ["+41790000001"]
      },

      // Called after each healthy run, so that a monitor notices when cron stops. Default: none.
      //heartbeat_url: "https://hc-ping.com/your-uuid",

      // Days after which texts, numbers and photos are deleted, 1 to 3650. Counts in reports stay.
      retention_days: 365,

      // Form of the monthly files: "excel-ch" (semicolons, for Excel and LibreOffice in Switzerland), "excel-de"
      // (the same with a decimal comma: Germany, Austria, France, Italy), "rfc4180" (commas), "banana".
      csv: { profile: "excel-ch" },

      // Where handlers leave webhooks: "sqlite" (one machine), or "sqs" (an Amazon queue, for functions: see
      // docs/functions.md); then fill in sqs too. Without its two keys those of the environment are used.
      intake: "sqlite",
      //sqs: {
        //queue_url: "https://sqs.eu-central-2.amazonaws.com/123456789012/calls",
        //region: "eu-central-2",
        //access_key_id: "AKIA...",
        //secret_access_key: "secret",
      //},

      // For hosts whose cron only calls URLs: {public_url}/tick needs this secret, 16 characters or
      // more. `openssl rand -hex 24` makes one. Default: none, `tick` answers nobody.
      //tick_secret: "put-the-output-of-openssl-here",

      // How long one call of `tick` may take, 5 to 3600 seconds: a little less than the host lets a CGI
      // program run and the cron service waits for an answer. It works until 5 seconds before that.
      tick_seconds: 50,

      // "wal", or "delete" when the home lies on a network file system.
      journal_mode: "wal",
    }

    """#

  /// A whole, valid, switched-off tenant to copy.
  package static let tenant = #"""
    // example.json5 - one business. Copy this file to ID.json5 (a-z, 0-9 and -), fill it in, set
    // active: true, then: opsfabric apply. ID is the customer_id of the reports.
    //
    // A line that begins with // and no space is a setting that is switched off.
    {
      // false: kept, but nothing is sent and nobody is called. Default: true
      active: false,

      // {Betrieb} in the texts: the name callers know. Required.
      name: "Muster Haustechnik AG",

      // Language of texts and announcements: de, fr, it or en.
      language: "de",

      // Decides what "today", quiet hours and business hours are.
      timezone: "Europe/Zurich",

      // "front_number": the Twilio number is the published one and forwards to forward_to.
      // "carrier_forwarding": the carrier forwards only missed calls to the Twilio number.
      mode: "front_number",

      // The tenant's Twilio numbers, E.164. Required.
      voice_numbers: ["+41790000010"],

      // Where the telephone rings. Required in mode front_number.
      forward_to: "+41790000011",

      // Sender of the SMS: a number, or a messaging service (MG...). Default: the first voice number.
      // A name is not possible: nobody could reply to it.
      //sms_sender: "+41790000010",

      // {phone} in the texts: the number to call again. Default: the first voice number.
      //callback_phone: "+41790000010",

      // Host of the wizard link https://{website_domain}/anfrage?...; no scheme, no path. Required.
      website_domain: "www.example.ch",

      // How long it really rings, 5 to 60 seconds. Swiss mailboxes pick up after 20.
      ring_seconds: 18,

      // Whoever picks up must press a key, so that a mailbox does not count as an answer.
      screening: false,

      // Callers who cannot get an SMS choose 1 = urgent or 2 = callback by key.
      voice_menu: true,

      // What callers hear after a miss: true (built-in words), false (nothing), or your own words.
      announcement: true,

      // Blocked callers hear the busy tone instead of being connected.
      reject_blocked: false,

      // From the end of the call to the SMS, 5 to 59 seconds.
      sms_delay_seconds: 30,

      // No missed-call SMS between these times of day. policy: "defer" (send at the end) or "skip".
      // Equal times: never quiet.
      quiet_hours: { from: "21:00", to: "07:00", policy: "defer" },

      // No second SMS to a number within so many minutes, 0 to 1440.
      dedupe_minutes: 15,

      // Most missed-call SMS to one number and day, 1 to 100.
      max_sms_per_day: 3,

      // More missed calls of one number on a day than this: spam, blocked. 1 to 1000.
      spam_missed_calls_per_day: 5,

      // Most SMS of this tenant within any hour and any 24 hours, as in opsfabric.json5. A missed call
      // makes one SMS, a reply another. Default: 50 times messages_per_second and three times that, at
      // least these.
      sms_limits: { per_hour: 500, per_day: 1500 },

      // Requests through the form that are told one by one within any hour, 1 to 1000. Those above are kept as
      // all others, and one message an hour says how many there are.
      form_limit_per_hour: 30,

      // Days a number stays blocked, 1 to 3650. Default: null, for good.
      block_days: null,

      // Blocks of each weekday; a day that is not named is closed. Midnight as an end is 24:00.
      // Default: Monday to Friday 08:00-12:00 and 13:00-17:00.
      business_hours: {
        mon: ["08:00-12:00", "13:00-17:00"],
        tue: ["08:00-12:00", "13:00-17:00"],
        wed: ["08:00-12:00", "13:00-17:00"],
        thu: ["08:00-12:00", "13:00-17:00"],
        fri: ["08:00-12:00", "13:00-17:00"],
        sat: [],
        sun: [],
      },

      // Days off: "2026-04-03", or "08-01" for every year. Default: none
      holidays: ["01-01", "08-01", "12-25", "12-26"],

      // Promises in minutes: urgent tickets around the clock, callbacks in business hours.
      sla: { high_minutes: 30, callback_minutes: 240 },

      // Does the callback promise run on days off? "next_business_day" (no) or "same" (yes).
      weekend_policy: "next_business_day",

      // Only numbers of these countries get an SMS.
      allowed_countries: ["CH", "LI", "DE", "AT", "FR", "IT"],

      // Numbers of your own people: they never get a missed-call SMS. Default: none
      staff_numbers: [],  // such as ["+41790000012"]

      // Who is told of tickets. channel: "sms" or "email". on: "new", "urgent", "escalation".
      // when: "business", "off_hours" or "always". order: place in the on-call chain, lowest first.
      // name: whose address it is; entries of one name are one person.
      notify: [
        { channel: "sms", to: "+41790000012", on: ["new", "urgent", "escalation"], when: "always", order: 1, name: "Chef" },
      ],

      // Own wording instead of the built-in texts; two SMS segments are the most.
      // Placeholders: {Betrieb} {phone} {SLA} {wizard_link}; \n is a line break.
      //templates: {
        //missed_call: "Danke für Ihren Anruf.\n1 = Dringend\n2 = Rückruf\n3 = Anfrage\n{Betrieb}, {phone}",
        //urgent: "Verstanden, dringend. {Betrieb} meldet sich sofort.",
        //callback: "Rückruf notiert. {Betrieb} ruft bis {SLA} zurück.",
        //wizard: "Hier können Sie Ihre Anfrage mit Foto senden: {wizard_link}",
        //free_text: "Danke, Ihre Nachricht ist da. {Betrieb} meldet sich bis {SLA}.",
        // What your people answer a caller with one tap; {name} is what the number is called.
        //answers: ["Bin in 20 Minuten da.", "Wir rufen Sie bis {SLA} an."],
      //},

      // Accounts of the monthly booking lines. Default: no booking file.
      //accounts: { debit: "6510", credit: "2000" },

      // Of sums that your people type. Default: "CHF" with a Swiss or Liechtenstein number, else "EUR"
      currency: "CHF",

      // Own Twilio subaccount (then this file holds a secret: chmod 600). Default: the operator's.
      //twilio: { account_sid: "AC00000000000000000000000000000000", auth_token: "secret" },

      // Who gets the monthly report by mail. Default: nobody
      report_email: [],  // such as ["buchhaltung@example.ch"]
    }

    """#
}
