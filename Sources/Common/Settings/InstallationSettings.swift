// InstallationSettings.swift - every setting of the operator, in the order of `config/opsfabric.json5`. A new one is a
// row here.

import Business

extension Installation: SettingsOwner {
  package static var blank: Installation {
    Installation(publicURL: "", account: TwilioAccount(accountSid: "", authToken: Secret("")))
  }

  package static let settings: [Setting<Installation>] = [
    .init("public_url", .text({ $0.publicURL }, { $0.publicURL = $1 })) {
      .init(
        .url(expected: "write the URL of the handlers, such as \"https://example.ch/cgi-bin\""),
        """
        Where Twilio reaches the handlers: the URL of the folder that holds `voice`, `sms` and the others.
        Required. Exactly as Twilio calls it, or every signature is wrong.
        """, sample: .shown("\"\""), remark: #"such as "https://example.ch/cgi-bin""#, required: true)
    },
    .init(
      "twilio.account_sid", .text({ $0.account.accountSid }, { $0.account.accountSid = $1 }),
      column: "account_sid"
    ) {
      .init(
        .accountSid, "From the Twilio console, Account > API keys & tokens. Required.",
        sample: .shown("\"\""), remark: "AC and 32 hexadecimal digits", required: true)
    },
    .init(
      "twilio.auth_token", .text({ $0.account.authToken.value }, { $0.account.authToken = Secret($1) }),
      column: "auth_token"
    ) {
      .init(
        .secret(expected: "write the Auth Token of the Twilio console"), sample: .shown("\"\""),
        required: true)
    },
    .init(
      "twilio.auth_token_2",
      .text({ $0.authToken2?.value ?? "" }, { $0.authToken2 = $1.isEmpty ? nil : Secret($1) })
    ) {
      .init(
        .secret(expected: "write the other Auth Token of the Twilio console"),
        "While the token is changed: the other one, good for signatures alone. An hour after the change it may go.",
        sample: .off(#""...""#))
    },
    .init(
      "twilio.api_key",
      .coded(
        { SettingsText.keys([$0.apiKey].compactMap { $0 }) },
        { take(SettingsText.keys($1).map { $0.first }, &$0.apiKey) })
    ) {
      .init(
        .apiKey, "Asks in the account's name instead of the token, which then only checks signatures.",
        sample: .off(#"{ sid: "SK00000000000000000000000000000000", secret: "shown-once-by-twilio" }"#))
    },
    .init(
      "twilio.webhook_keys",
      .coded(
        { SettingsText.keys($0.webhookKeys) }, { take(SettingsText.keys($1), &$0.webhookKeys) })
    ) {
      .init(
        .webhookKeys, "Shared keys of Twilio's webhook rules: such a webhook is signed with one of them.",
        sample: .off(#"[{ id: "webhooks_sharedkey_...", secret: "shown-once-by-twilio" }]"#))
    },
    .init("twilio.lookup", .flag({ $0.lookup }, { $0.lookup = $1 }), column: "lookup") {
      .init(
        .onOff,
        """
        "on": ask Twilio Lookup for the line type of numbers that the Swiss numbering plan does not
        settle (costs money, kept for 90 days). "off": numbers that may be mobile are sent to.
        """)
    },
    .init(
      "twilio.messages_per_second", .number({ $0.messagesPerSecond }, { $0.messagesPerSecond = $1 }),
      column: "messages_per_second"
    ) {
      .init(
        .number(0.1...1000),
        "SMS per second and sender, {limits}. Twilio sends about 10 a second outside North America.")
    },
    .init("twilio.concurrency", .whole({ $0.concurrency }, { $0.concurrency = $1 }), column: "concurrency") {
      .init(.whole(1...100, unit: "requests"), "Requests to Twilio at the same time, {limits}.")
    },
    .init("twilio.api_base", .text({ $0.apiBase }, { $0.apiBase = $1 }), column: "api_base") {
      .init(.url(expected: twilioBase), "Only for tests and proxies.")
    },
    .init("twilio.lookups_base", .text({ $0.lookupsBase }, { $0.lookupsBase = $1 }), column: "lookups_base") {
      .init(.url(expected: twilioBase))
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
      "mail_limits.per_hour", .whole({ $0.mailLimits.perHour }, { $0.mailLimits.perHour = $1 }),
      column: "mails_per_hour"
    ) {
      .init(.whole(1...1_000_000, unit: "mails"))
    },
    .init(
      "mail_limits.per_day", .whole({ $0.mailLimits.perDay }, { $0.mailLimits.perDay = $1 }),
      column: "mails_per_day"
    ) {
      .init(.whole(1...1_000_000, unit: "mails"))
    },
    .init(
      "lookup_limits.per_hour", .whole({ $0.lookupLimits.perHour }, { $0.lookupLimits.perHour = $1 }),
      column: "lookups_per_hour"
    ) {
      .init(.whole(1...1_000_000, unit: "Lookups"))
    },
    .init(
      "lookup_limits.per_day", .whole({ $0.lookupLimits.perDay }, { $0.lookupLimits.perDay = $1 }),
      column: "lookups_per_day"
    ) {
      .init(.whole(1...1_000_000, unit: "Lookups"))
    },
    // What makes a section there comes first in it.
    .init(
      "smtp.url", .optionalText({ $0.smtp?.url }, { if let url = $1 { $0.smtp = SMTP(url: url, from: "") } })
    ) {
      .init(
        .url(
          expected: "write smtps://HOST, or smtp://HOST:587 (encrypted by STARTTLS)", .mailServer),
        sample: .off(#""smtps://mail.example.ch""#), required: true)
    },
    .init("smtp.from", .optionalText({ $0.smtp?.from }, { $0.smtp?.from = $1 ?? "" })) {
      .init(.mail, sample: .off(#""ruf@example.ch""#), required: true)
    },
    .init("smtp.username", .optionalText({ $0.smtp?.username }, { $0.smtp?.username = $1 })) {
      .init(
        .text(expected: "write the account's name, or leave both out"), sample: .off(#""ruf@example.ch""#))
    },
    .init(
      "smtp.password",
      .optionalText({ $0.smtp?.password?.value }, { $0.smtp?.password = $1.map(Secret.init) })
    ) {
      .init(.secret(expected: "write the account's password, or leave both out"), sample: .off(#""secret""#))
    },
    .init("alerts.email", .list({ $0.alertEmails }, { $0.alertEmails = $1 }), column: "alert_emails") {
      .init(.mails, remark: #"such as ["betrieb@example.ch"]"#)
    },
    .init("alerts.sms", .list({ $0.alertNumbers }, { $0.alertNumbers = $1 }), column: "alert_numbers") {
      .init(.phones(single: true), remark: #"E.164 numbers, such as ["+41790000001"]"#)
    },
    .init("heartbeat_url", .optionalText({ $0.heartbeatURL }, { $0.heartbeatURL = $1 })) {
      .init(
        .url(
          expected: "write the URL that a healthy run shall call, such as \"https://hc-ping.com/…\"", .address
        ), "Called after each healthy run, so that a monitor notices when cron stops. Default: none.",
        sample: .off(#""https://hc-ping.com/your-uuid""#))
    },
    .init("retention_days", .whole({ $0.retentionDays }, { $0.retentionDays = $1 })) {
      .init(
        .whole(1...3650, unit: "days"),
        "Days after which texts, numbers and photos are deleted, {limits}. Counts in reports stay.")
    },
    .init("csv.profile", .coded({ $0.csvProfile.rawValue }, { take($1, &$0.csvProfile) })) {
      .init(.choice { words(CSVProfile.self) })
    },
    .init(
      "intake",
      .coded({ $0.queue == nil ? "sqlite" : "sqs" }, { _, word in word == "sqlite" || word == "sqs" })
    ) {
      .init(
        .intake(expected: intakeForms),
        """
        Where handlers leave webhooks: "sqlite" (one machine), or "sqs" (an Amazon queue, for functions: see
        docs/functions.md); then fill in sqs too. Without its two keys those of the environment are used.
        """)
    },
    .init(
      "sqs.queue_url",
      .optionalText(
        { $0.queue?.queueURL }, { if let url = $1 { $0.intake = .sqs(SQS(queueURL: url, region: "")) } })
    ) {
      .init(
        .url(
          expected:
            "write the queue's URL, such as \"https://sqs.eu-central-2.amazonaws.com/123456789012/calls\""),
        sample: .off(#""https://sqs.eu-central-2.amazonaws.com/123456789012/calls""#), required: true)
    },
    .init("sqs.region", .optionalText({ $0.queue?.region }, { $0.queue?.region = $1 ?? "" })) {
      .init(.region, sample: .off(#""eu-central-2""#), required: true)
    },
    .init("sqs.access_key_id", .optionalText({ $0.queue?.accessKeyID }, { $0.queue?.accessKeyID = $1 })) {
      .init(.secret(expected: "write the access key's ID, or leave both out"), sample: .off(#""AKIA...""#))
    },
    .init(
      "sqs.secret_access_key",
      .optionalText(
        { $0.queue?.secretAccessKey?.value }, { $0.queue?.secretAccessKey = $1.map(Secret.init) })
    ) {
      .init(.secret(expected: "write the access key's secret, or leave both out"), sample: .off(#""secret""#))
    },
    .init("tick_secret", .optionalText({ $0.tickSecret?.value }, { $0.tickSecret = $1.map(Secret.init) })) {
      .init(
        .secret(
          expected: "write at least 16 letters and digits, such as the output of `openssl rand -hex 24`",
          atLeast: 16),
        """
        For hosts whose cron only calls URLs: {public_url}/tick needs this secret, 16 characters or
        more. `openssl rand -hex 24` makes one. Default: none, `tick` answers nobody.
        """, sample: .off(#""put-the-output-of-openssl-here""#))
    },
    .init(
      "metrics_secret", .optionalText({ $0.metricsSecret?.value }, { $0.metricsSecret = $1.map(Secret.init) })
    ) {
      .init(
        .secret(
          expected: "write at least 16 letters and digits, such as the output of `openssl rand -hex 24`",
          atLeast: 16),
        """
        For Prometheus and its like: {public_url}/metrics needs this secret as a bearer token, 16
        characters or more. Default: none, `metrics` answers nobody.
        """, sample: .off(#""put-the-output-of-openssl-here""#))
    },
    .init("tick_seconds", .whole({ $0.tickSeconds }, { $0.tickSeconds = $1 })) {
      .init(
        .whole(5...3600, unit: "seconds"),
        """
        How long one call of `tick` may take, {limits} seconds: a little less than the host lets a CGI
        program run and the cron service waits for an answer. It works until 5 seconds before that.
        """)
    },
    .init(
      "webhooks",
      .coded(
        { (installation) throws(SettingsError) in try SettingsText.receivers(installation.webhooks) },
        { take(SettingsText.receivers($1), &$0.webhooks) })
    ) {
      .init(
        .receivers, "Other programs that are told of what happens to every tenant, as in a tenant's file.",
        sample: .off(
          #"[{ url: "https://example.ch/hook", secret: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", secret_2: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", on: ["alert.raised"], header: "Authorization: Bearer 0123456789abcdef", thin: false }]"#
        ))
    },
    .init("trusted_hosts", .list({ $0.trustedHosts }, { $0.trustedHosts = $1 })) {
      .init(
        .hosts,
        """
        Hosts that may be spoken to without encryption and may have a private address, where somebody names them:
        in webhooks, ntfy topics, calendars and backup. Default: none.
        """, sample: .off(#"["n8n.example.ch", "192.168.1.20:5678"]"#))
    },
    .init("backup.to", .optionalText({ $0.backup.to }, { $0.backup.to = $1 })) {
      .init(
        .copyPlace,
        """
        Where to: s3://BUCKET/FOLDER, https://HOST/FOLDER (WebDAV: Nextcloud, kDrive), or file:/FOLDER (a disk of another
        machine). The folder is for this installation alone.
        """, sample: .off(#""s3://my-bucket/opsfabric""#))
    },
    .init("backup.every_minutes", .whole({ $0.backup.everyMinutes }, { $0.backup.everyMinutes = $1 })) {
      .init(
        .whole(5...1440, unit: "minutes"),
        "When something has changed, a copy after so many minutes, {limits}.",
        sample: .off("60"))
    },
    .init("backup.keep_hours", .whole({ $0.backup.keepHours }, { $0.backup.keepHours = $1 })) {
      .init(
        .whole(1...168, unit: "copies"),
        """
        Of so many hours ({limits}), days, weeks and months the last copy is kept. Whoever is erased stays in them
        until then.
        """,
        sample: .off("24"))
    },
    .init("backup.keep_days", .whole({ $0.backup.keepDays }, { $0.backup.keepDays = $1 })) {
      .init(.whole(0...366, unit: "copies"), sample: .off("7"))
    },
    .init("backup.keep_weeks", .whole({ $0.backup.keepWeeks }, { $0.backup.keepWeeks = $1 })) {
      .init(.whole(0...104, unit: "copies"), sample: .off("5"))
    },
    .init("backup.keep_months", .whole({ $0.backup.keepMonths }, { $0.backup.keepMonths = $1 })) {
      .init(.whole(0...120, unit: "copies"), sample: .off("12"))
    },
    .init("backup.bandwidth", .whole({ $0.backup.bandwidth }, { $0.backup.bandwidth = $1 })) {
      .init(
        .whole(0...1_000_000, unit: "KiB a second"), "Most KiB a second, {limits}; 0: as fast as it goes.",
        sample: .off("0"))
    },
    .init("backup.endpoint", .optionalText({ $0.backup.endpoint }, { $0.backup.endpoint = $1 })) {
      .init(
        .url(expected: "write the store's URL, such as \"https://sos-ch-dk-2.exo.io\"", .base),
        "The next four are for s3 alone.", sample: .off(#""https://sos-ch-dk-2.exo.io""#))
    },
    .init("backup.region", .optionalText({ $0.backup.region }, { $0.backup.region = $1 })) {
      .init(.region, sample: .off(#""ch-dk-2""#))
    },
    .init("backup.key_id", .optionalText({ $0.backup.keyID }, { $0.backup.keyID = $1 })) {
      .init(.secret(expected: "write the access key's ID"), sample: .off(#""EXO...""#))
    },
    .init(
      "backup.secret", .optionalText({ $0.backup.secret?.value }, { $0.backup.secret = $1.map(Secret.init) })
    ) {
      .init(.secret(expected: "write the access key's secret"), sample: .off(#""secret""#))
    },
    .init("backup.username", .optionalText({ $0.backup.username }, { $0.backup.username = $1 })) {
      .init(
        .text(expected: "write the account's name"), "These two are for WebDAV alone.",
        sample: .off(#""ruf@example.ch""#))
    },
    .init(
      "backup.password",
      .optionalText({ $0.backup.password?.value }, { $0.backup.password = $1.map(Secret.init) })
    ) {
      .init(
        .secret(expected: "write the account's password (an application password)"),
        sample: .off(#""secret""#))
    },
    .init("journal_mode", .coded({ $0.journalMode.rawValue }, { take($1, &$0.journalMode) })) {
      .init(
        .choice { words(JournalMode.self) },
        "\"wal\", or \"delete\" when the home lies on a network file system.")
    },
  ]

  private static var twilioBase: String { "write a URL such as \"https://api.twilio.com\"" }

  private var queue: SQS? {
    get { if case .sqs(let queue) = intake { queue } else { nil } }
    set { intake = newValue.map(Intake.sqs) ?? .sqlite }
  }

  package static let sections: [SettingsSection] = [
    .init("twilio", "", expected: "write {account_sid: \"AC…\", auth_token: \"…\"}"),
    .init(
      "sms_limits",
      """
      Most SMS of all tenants together within any hour and any 24 hours, {limits}, against toll fraud.
      Those to callers and those to the tenants' people are counted apart, the latter also by what caused them
      (urgent, calls and replies, forms); alerts have 60 and 300 of their own.
      What is above waits, and the operator has an alert; a missed call whose SMS waits for longer than
      an hour becomes a ticket. Default: four times a tenant's.
      """,
      expected: limits),
    .init(
      "mail_limits",
      "Most mails of all tenants together, as above; one tenant has half of it. What is above waits.",
      expected: limits),
    .init(
      "lookup_limits",
      """
      Most Lookups (they cost money); one tenant has half of it. Above, numbers that may be mobile are sent
      to without asking.
      """,
      expected: limits),
    .init(
      "smtp",
      """
      Outgoing mail: reports, notifications, alerts. Without it no mail is sent.
      smtps://HOST[:465] is encrypted from the start, smtp://HOST:587 after STARTTLS.
      """,
      expected: #"write {url: "smtps://mail.example.ch", from: "ruf@example.ch"}"#),
    .init(
      "alerts", "Who is told when something is wrong: dead letters, wrong credentials, Twilio's alarms.",
      expected: #"write {email: ["…"], sms: ["+41…"]}"#),
    .init(
      "csv",
      """
      Form of the monthly files: "excel-ch" (semicolons, for Excel and LibreOffice in Switzerland), "excel-de"
      (the same with a decimal comma: Germany, Austria, France, Italy), "rfc4180" (commas), "banana".
      """,
      expected: #"write {profile: "excel-ch"}"#),
    .init(
      "backup",
      """
      Copies of the database, the photos and the voice messages on another machine, made by the runner. They are as secret
      as the database itself: docs/operator.md, "Copies on another machine".
      """,
      expected: #"write {to: "s3://BUCKET/FOLDER", …}"#),
    .init(
      "sqs", "", expected: intakeForms),
  ]

  private static var intakeForms: String {
    "write \"sqlite\", or {sqs: {queue_url, region, access_key_id, secret_access_key}} (the keys may be left out)"
  }
  private static let limits = "write {per_hour: 500, per_day: 1500}"
}
