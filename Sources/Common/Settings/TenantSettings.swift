// TenantSettings.swift - every setting of a tenant, in the order of its file. A new one is a row here.

import Business
import LocalTime

extension Tenant: SettingsOwner {
  package static var blank: Tenant {
    Tenant(id: "", name: "", smsSender: "", callbackPhone: "", websiteDomain: "")
  }

  package static let settings: [Setting<Tenant>] = [
    .init("name", .text({ $0.name }, { $0.name = $1 })) {
      .init(
        .text(expected: "write the business's name as callers know it"),
        "{Betrieb} in the texts: the name callers know. Required.",
        sample: .shown(#""Muster Haustechnik AG""#), required: true)
    },
    .init("language", .coded({ $0.language.rawValue }, { take($1, &$0.language) })) {
      .init(.choice { words(Language.self) }, "Language of texts and announcements: de, fr, it or en.")
    },
    .init("timezone", .text({ $0.timezone }, { $0.timezone = $1 })) {
      .init(.timezone, "Decides what \"today\", quiet hours and business hours are.")
    },
    .init("mode", .coded({ $0.mode.rawValue }, { take($1, &$0.mode) })) {
      .init(
        .choice { words(Mode.self) },
        """
        "front_number": the Twilio number is the published one and forwards to forward_to.
        "carrier_forwarding": the carrier forwards only missed calls to the Twilio number.
        """)
    },
    .init("voice_numbers", .list({ $0.voiceNumbers }, { $0.voiceNumbers = $1 })) {
      .init(
        .voiceNumbers, "The tenant's Twilio numbers, E.164. Required.", sample: .shown(#"["+41790000010"]"#),
        required: true)
    },
    .init("forward_to", .optionalText({ $0.forwardTo }, { $0.forwardTo = $1 })) {
      .init(
        .phone, "Where the telephone rings. Required in mode front_number.",
        sample: .shown(#""+41790000011""#))
    },
    .init("sms_sender", .text({ $0.smsSender }, { $0.smsSender = $1 })) {
      .init(
        .sender,
        """
        Sender of the SMS: a number, or a messaging service (MG...). Default: the first voice number.
        A name is not possible: nobody could reply to it.
        """, sample: .off(#""+41790000010""#))
    },
    .init("callback_phone", .text({ $0.callbackPhone }, { $0.callbackPhone = $1 })) {
      .init(
        .phone, "{phone} in the texts: the number to call again. Default: the first voice number.",
        sample: .off(#""+41790000010""#))
    },
    .init("website_domain", .text({ $0.websiteDomain }, { $0.websiteDomain = $1 })) {
      .init(
        .website,
        "Host of the wizard link https://{website_domain}/anfrage?...; no scheme, no path. Required.",
        sample: .shown(#""www.example.ch""#), required: true)
    },
    .init("ring_seconds", .whole({ $0.ringSeconds }, { $0.ringSeconds = $1 })) {
      .init(
        .whole(5...60, unit: "seconds"),
        "How long it really rings, {limits} seconds. Swiss mailboxes pick up after 20.")
    },
    .init("screening", .flag({ $0.screening }, { $0.screening = $1 })) {
      .init(.flag, "Whoever picks up must press a key, so that a mailbox does not count as an answer.")
    },
    .init("short_ring_seconds", .whole({ $0.shortRingSeconds }, { $0.shortRingSeconds = $1 })) {
      .init(
        .whole(0...15, unit: "seconds"),
        """
        A caller never seen before who hangs up sooner gets an SMS only for a second call (calls that ring once, so that
        somebody calls back). {limits} seconds, 0 = everybody gets it.
        """)
    },
    .init("check_call", .coded({ $0.checkCall.rawValue }, { take($1, &$0.checkCall) })) {
      .init(
        .choice { words(Tenant.CheckCall.self) },
        """
        "weekly": once a week, outside business and quiet hours, we call the number that the carrier forwards (callback_phone, or
        forward_to), and expect the call on a voice number. Nobody need take it. Costs a call. Or "off".
        """)
    },
    .init("voice_menu", .flag({ $0.voiceMenu }, { $0.voiceMenu = $1 })) {
      .init(.flag, "Callers who cannot get an SMS choose 1 = urgent or 2 = callback by key.")
    },
    .init("voice_message", .flag({ $0.voiceMessage }, { $0.voiceMessage = $1 })) {
      .init(
        .flag,
        """
        They may also leave a message (3): at most two minutes, announced as recorded, played on the desk, deleted at Twilio. With
        both on, the static fallback offers it to whoever is not reached while our host is down.
        """
      )
    },
    .init(
      "announcement",
      .coded(
        { SettingsText.announcement($0.announcement) },
        { take(SettingsText.announcement($1), &$0.announcement) })
    ) {
      .init(
        .announcement,
        "What callers hear after a miss: true (built-in words), false (nothing), or your own words.",
        sample: .shown("true"))
    },
    .init("reject_blocked", .flag({ $0.rejectBlocked }, { $0.rejectBlocked = $1 })) {
      .init(.flag, "Blocked callers hear the busy tone instead of being connected.")
    },
    .init("sms_delay_seconds", .whole({ $0.smsDelaySeconds }, { $0.smsDelaySeconds = $1 })) {
      .init(.whole(5...59, unit: "seconds"), "From the end of the call to the SMS, {limits} seconds.")
    },
    .init(
      "quiet_hours.from", .whole({ $0.quietHours.from }, { $0.quietHours.from = $1 }), column: "quiet_from"
    ) {
      .init(.time)
    },
    .init("quiet_hours.to", .whole({ $0.quietHours.to }, { $0.quietHours.to = $1 }), column: "quiet_to") {
      .init(.time)
    },
    .init(
      "quiet_hours.policy", .coded({ $0.quietHours.policy.rawValue }, { take($1, &$0.quietHours.policy) }),
      column: "quiet_policy"
    ) {
      .init(.choice { words(QuietHours.Policy.self) })
    },
    .init("dedupe_minutes", .whole({ $0.dedupeMinutes }, { $0.dedupeMinutes = $1 })) {
      .init(.whole(0...1440, unit: "minutes"), "No second SMS to a number within so many minutes, {limits}.")
    },
    .init("max_sms_per_day", .whole({ $0.maxSMSPerDay }, { $0.maxSMSPerDay = $1 })) {
      .init(.whole(1...100, unit: "messages"), "Most missed-call SMS to one number and day, {limits}.")
    },
    .init(
      "spam_missed_calls_per_day", .whole({ $0.spamMissedCallsPerDay }, { $0.spamMissedCallsPerDay = $1 })
    ) {
      .init(
        .whole(1...1000, unit: "calls"),
        "More missed calls of one number on a day than this: spam, blocked. {limits}.")
    },
    .init(
      "sms_limits.per_hour", .whole({ $0.smsLimits.perHour }, { $0.smsLimits.perHour = $1 }),
      column: "sms_per_hour"
    ) {
      .init(.whole(1...1_000_000, unit: "messages"))
    },
    .init(
      "sms_limits.per_day", .whole({ $0.smsLimits.perDay }, { $0.smsLimits.perDay = $1 }),
      column: "sms_per_day"
    ) {
      .init(.whole(1...1_000_000, unit: "messages"))
    },
    .init(
      "form_limit_per_hour", .whole({ $0.formLimitPerHour }, { $0.formLimitPerHour = $1 }),
      column: "forms_per_hour"
    ) {
      .init(
        .whole(1...1000, unit: "forms"),
        """
        Requests through the form that are told one by one within any hour, {limits}. Those above are kept as
        all others, and one message an hour says how many there are.
        """)
    },
    .init("block_days", .optionalWhole({ $0.blockDays }, { $0.blockDays = $1 })) {
      .init(.whole(1...3650, unit: "days"), "Days a number stays blocked, {limits}. Default: null, for good.")
    },
    .init(
      "business_hours",
      .coded(
        { SettingsText.hours($0.businessHours) }, { take(SettingsText.hours($1), &$0.businessHours) })
    ) {
      .init(
        .businessHours,
        """
        Blocks of each weekday; a day that is not named is closed. Midnight as an end is 24:00.
        Default: Monday to Friday 08:00-12:00 and 13:00-17:00.
        """,
        sample: .shown(
          """
          {
            mon: ["08:00-12:00", "13:00-17:00"],
            tue: ["08:00-12:00", "13:00-17:00"],
            wed: ["08:00-12:00", "13:00-17:00"],
            thu: ["08:00-12:00", "13:00-17:00"],
            fri: ["08:00-12:00", "13:00-17:00"],
            sat: [],
            sun: [],
          }
          """))
    },
    .init(
      "holidays",
      .coded({ SettingsText.holidays($0.holidays) }, { take(SettingsText.holidays($1), &$0.holidays) })
    ) {
      .init(
        .holidays,
        """
        Days off: \"2026-04-03\", \"08-01\" for every year, or the public holidays of a region (\"CH-ZH\", \"LI\", \"DE-BY\",
        \"AT\", \"FR\", \"FR-57\", \"IT\", \"IT-BZ\"); \"CH-LU+customary\" has the days that are kept by custom too. Calendars on the
        web: \"ics:https://…\", read once a day; at most 10. Default: none
        """,
        sample: .shown(#"["CH-ZH", "12-24"]"#))
    },
    .init(
      "vacation.from",
      .coded({ $0.vacationFrom?.iso8601 ?? "" }, { SettingsText.take(date: $1, &$0.vacationFrom) })
    ) {
      .init(.date, sample: .off(#""2027-07-26""#))
    },
    .init(
      "vacation.to", .coded({ $0.vacationTo?.iso8601 ?? "" }, { SettingsText.take(date: $1, &$0.vacationTo) })
    ) {
      .init(.date, sample: .off(#""2027-08-08""#))
    },
    .init("vacation.text", .text({ $0.vacationText ?? "" }, { $0.vacationText = $1.isEmpty ? nil : $1 })) {
      .init(
        .lines(expected: "write a sentence such as \"Wir haben Ferien und sind ab {date} wieder da.\""),
        sample: .off(#""Wir haben Ferien und sind ab {date} wieder da.""#))
    },
    .init("sla.high_minutes", .whole({ $0.slaHighMinutes }, { $0.slaHighMinutes = $1 })) {
      .init(.whole(1...1440, unit: "minutes"))
    },
    .init("sla.callback_minutes", .whole({ $0.slaCallbackMinutes }, { $0.slaCallbackMinutes = $1 })) {
      .init(.whole(1...10_080, unit: "minutes"))
    },
    .init("weekend_policy", .coded({ $0.weekendPolicy.rawValue }, { take($1, &$0.weekendPolicy) })) {
      .init(
        .choice { words(WeekendPolicy.self) },
        "Does the callback promise run on days off? \"next_business_day\" (no) or \"same\" (yes).")
    },
    .init("allowed_countries", .list({ $0.allowedCountries }, { $0.allowedCountries = $1 })) {
      .init(.countries, "Only numbers of these countries get an SMS.")
    },
    .init("staff_numbers", .list({ $0.staffNumbers }, { $0.staffNumbers = $1 })) {
      .init(
        .phones(single: false), "Numbers of your own people: they never get a missed-call SMS. Default: none",
        remark: #"such as ["+41790000012"]"#)
    },
    .init(
      "rotation.from",
      .coded({ $0.rotationFrom?.iso8601 ?? "" }, { SettingsText.take(date: $1, &$0.rotationFrom) })
    ) {
      .init(.date, sample: .off(#""2027-01-04""#))
    },
    .init("rotation.days", .whole({ $0.rotationDays }, { $0.rotationDays = $1 })) {
      .init(.whole(1...366, unit: "days"), sample: .off("7"))
    },
    .init(
      "rotation.people",
      .text({ SettingsText.lines($0.rotationPeople) }, { $0.rotationPeople = SettingsText.lines($1) })
    ) {
      .init(.persons, sample: .off(#"["Chef"]"#))
    },
    .init(
      "notify",
      .coded(
        { (tenant) throws(SettingsError) in try SettingsText.notify(tenant.notify) },
        { take(SettingsText.notify($1), &$0.notify) })
    ) {
      .init(
        .people,
        """
        Who is told of tickets. channel: "sms", "email", "call" (rings, and a key takes the request) or "ntfy" (a push;
        to: the topic's address, token: what its server asks for, if it does; then this file holds a secret: chmod 600).
        on: "new", "urgent", "escalation"; a call takes the last two.
        when: "business", "off_hours" or "always". order: place in the on-call chain, lowest first.
        name: whose address it is; entries of one name are one person.
        """,
        sample: .shown(
          """
          [
            { channel: "sms", to: "+41790000012", on: ["new", "urgent", "escalation"], when: "always", order: 1, name: "Chef" },
          ]
          """))
    },
    .init(
      "templates.missed_call", .optionalText({ $0.templates.missedCall }, { $0.templates.missedCall = $1 }),
      column: "text_missed_call"
    ) {
      .init(
        ownText,
        sample: .off(
          #""Danke für Ihren Anruf.\n1 = Dringend\n2 = Rückruf\n3 = Anfrage\n{Betrieb}, {phone}""#))
    },
    .init(
      "templates.urgent", .optionalText({ $0.templates.urgent }, { $0.templates.urgent = $1 }),
      column: "text_urgent"
    ) {
      .init(ownText, sample: .off(#""Verstanden, dringend. {Betrieb} meldet sich sofort.""#))
    },
    .init(
      "templates.callback", .optionalText({ $0.templates.callback }, { $0.templates.callback = $1 }),
      column: "text_callback"
    ) {
      .init(ownText, sample: .off(#""Rückruf notiert. {Betrieb} ruft bis {SLA} zurück.""#))
    },
    .init(
      "templates.wizard", .optionalText({ $0.templates.wizard }, { $0.templates.wizard = $1 }),
      column: "text_wizard"
    ) {
      .init(ownText, sample: .off(#""Hier können Sie Ihre Anfrage mit Foto senden: {wizard_link}""#))
    },
    .init(
      "templates.free_text", .optionalText({ $0.templates.freeText }, { $0.templates.freeText = $1 }),
      column: "text_free_text"
    ) {
      .init(ownText, sample: .off(#""Danke, Ihre Nachricht ist da. {Betrieb} meldet sich bis {SLA}.""#))
    },
    .init(
      "templates.answers",
      .coded(
        { SettingsText.lines($0.templates.answers) },
        { take(SettingsText.lines($1), &$0.templates.answers) }), column: "answers"
    ) {
      .init(
        .answers, "What your people answer a caller with one tap; {name} is what the number is called.",
        sample: .off(#"["Bin in 20 Minuten da.", "Wir rufen Sie bis {SLA} an."]"#))
    },
    // Of two that are given together the first makes both.
    .init(
      "accounts.debit",
      .optionalText(
        { $0.accounts?.debit },
        { if let debit = $1 { $0.accounts = .init(debit: debit, credit: $0.accounts?.credit ?? "") } }),
      column: "account_debit"
    ) {
      .init(.ledgerAccount, sample: .off(#""6510""#))
    },
    .init(
      "accounts.credit",
      .optionalText({ $0.accounts?.credit }, { if let credit = $1 { $0.accounts?.credit = credit } }),
      column: "account_credit"
    ) {
      .init(.ledgerAccount, sample: .off(#""2000""#))
    },
    .init("currency", .optionalText({ $0.ownCurrency }, { $0.ownCurrency = $1 })) {
      .init(
        .currency,
        "Of sums that your people type. Default: \"CHF\" with a Swiss or Liechtenstein number, else \"EUR\"",
        sample: .shown(#""CHF""#))
    },
    .init(
      "twilio.account_sid",
      .optionalText(
        { $0.twilio?.accountSid },
        { if let sid = $1 { $0.twilio = TwilioAccount(accountSid: sid, authToken: Secret("")) } }),
      column: "account_sid"
    ) {
      .init(.accountSid, sample: .off(#""AC00000000000000000000000000000000""#), required: true)
    },
    .init(
      "twilio.auth_token",
      .optionalText(
        { $0.twilio?.authToken.value }, { if let token = $1 { $0.twilio?.authToken = Secret(token) } }),
      column: "auth_token"
    ) {
      .init(
        .secret(expected: "write the Auth Token of the Twilio console"), sample: .off(#""secret""#),
        required: true)
    },
    .init("report_email", .list({ $0.reportEmail }, { $0.reportEmail = $1 })) {
      .init(
        .mails, "Who gets the monthly report by mail. Default: nobody",
        remark: #"such as ["buchhaltung@example.ch"]"#)
    },
    .init(
      "webhooks",
      .coded(
        { (tenant) throws(SettingsError) in try SettingsText.receivers(tenant.webhooks) },
        { take(SettingsText.receivers($1), &$0.webhooks) })
    ) {
      .init(
        .receivers,
        """
        Other programs that are told of what happens (then this file holds a secret: chmod 600), signed by Standard
        Webhooks: docs/operator.md, "Webhooks out". https only, and no private address. Left out: nobody.
        on: which of the types, all where left out. thin: true tells ids only. secret_2: signs too, while one is
        exchanged for the other. header: goes along, for programs that verify no signature.
        """,
        sample: .off(
          #"[{ url: "https://example.ch/hook", secret: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", secret_2: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", on: ["ticket.created", "ticket.done"], header: "Authorization: Bearer 0123456789abcdef", thin: false }]"#
        ))
    },
    .init("active", .flag({ $0.active }, { $0.active = $1 })) {
      .init(
        .flag, "false: kept, but nothing is sent and nobody is called. Default: true", sample: .shown("false")
      )
    },
  ]

  private static var ownText: SettingKind {
    .lines(expected: "write the text, or leave it out for the built-in one")
  }

  package static let sections: [SettingsSection] = [
    .init(
      "quiet_hours",
      """
      No missed-call SMS between these times of day. policy: "defer" (send at the end) or "skip".
      Equal times: never quiet.
      """,
      expected: #"write {from: "21:00", to: "07:00", policy: "defer"}"#),
    .init(
      "sms_limits",
      """
      Most SMS of this tenant within any hour and any 24 hours, as in opsfabric.json5. A missed call
      makes one SMS, a reply another. Default: 50 times messages_per_second and three times that, at
      least these.
      """,
      expected: "write {per_hour: 500, per_day: 1500}"),
    .init(
      "vacation",
      """
      Closed from one day to another, both included: callbacks are promised from the next working day on, which the
      missed-call text names. text: another sentence for it; placeholders {Betrieb} {phone} {date}.
      """,
      expected: #"write {from: "2027-07-26", to: "2027-08-08"}"#),
    .init(
      "rotation",
      """
      Who of `notify` is on duty in turn: each for so many days, from midnight on the day `from`. Whoever is off duty
      comes behind everybody else. people: names, or addresses of those without one.
      """,
      expected: #"write {from: "2027-01-04", days: 7, people: ["Anna", "Beat"]}"#),
    .init(
      "sla", "Promises in minutes: urgent tickets around the clock, callbacks in business hours.",
      expected: "write {high_minutes: 30, callback_minutes: 240}"),
    .init(
      "templates",
      """
      Own wording instead of the built-in texts; two SMS segments are the most.
      Placeholders: {Betrieb} {phone} {SLA} {wizard_link}; \\n is a line break.
      """,
      expected: "write {missed_call: \"…\", urgent: \"…\"}"),
    .init(
      "accounts", "Accounts of the monthly booking lines. Default: no booking file.",
      expected: #"write {debit: "6510", credit: "2000"}"#),
    .init(
      "twilio",
      "Own Twilio subaccount (then this file holds a secret: chmod 600). Default: the operator's.",
      expected: "write {account_sid: \"AC…\", auth_token: \"…\"}"),
  ]
}
