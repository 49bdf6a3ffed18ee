// InstallationCheck.swift - `config/opsfabric.json5`: every key of the operator's file.

import Business

struct InstallationCheck {
  let reader: ObjectReader

  /// nil when a required key is missing or wrong; other faults are only noted.
  func installation() -> Installation? {
    let publicURL = reader.url(
      "public_url", "write the URL of the handlers, such as \"https://example.ch/cgi-bin\"", base: true,
      required: true)
    var installation = Installation(
      publicURL: publicURL ?? "", account: TwilioAccount(accountSid: "", authToken: Secret("")))
    let account = twilio(&installation)
    installation.smsLimits = reader.ceiling(
      "sms_limits", unit: "messages",
      default: .installation(messagesPerSecond: installation.messagesPerSecond))
    installation.mailLimits = reader.ceiling("mail_limits", unit: "mails", default: .mails)
    installation.lookupLimits = reader.ceiling("lookup_limits", unit: "Lookups", default: .lookups)
    mail(&installation)
    installation.heartbeatURL = reader.url(
      "heartbeat_url", "write the URL that a healthy run shall call, such as \"https://hc-ping.com/…\"")
    installation.retentionDays =
      reader.integer("retention_days", 1...3650, unit: "days") ?? installation.retentionDays
    if let csv = reader.object("csv", "write {profile: \"excel-ch\"}") {
      installation.csvProfile = csv.choice("profile", default: .excelCH)
      csv.finish()
    }
    installation.intake = intake() ?? .sqlite
    installation.tickSecret = tickSecret()
    installation.tickSeconds =
      reader.integer("tick_seconds", 5...3600, unit: "seconds") ?? installation.tickSeconds
    installation.journalMode = reader.choice("journal_mode", default: .wal)
    reader.finish()
    guard publicURL != nil, let account else { return nil }
    installation.account = account
    return installation
  }

  private func twilio(_ installation: inout Installation) -> TwilioAccount? {
    let expected = "write {account_sid: \"AC…\", auth_token: \"…\"}"
    // An absent section is read as an empty one: the operator is told the keys, not just the section.
    let section =
      reader.has("twilio")
      ? reader.object("twilio", expected) : reader.object(.object([:]), at: "twilio", expected)
    guard let twilio = section else { return nil }
    let account = twilio.account()
    let base = "write a URL such as \"https://api.twilio.com\""
    installation.apiBase = twilio.url("api_base", base, base: true) ?? installation.apiBase
    installation.lookupsBase = twilio.url("lookups_base", base, base: true) ?? installation.lookupsBase
    installation.lookup = lookup(twilio) ?? installation.lookup
    installation.messagesPerSecond =
      twilio.number("messages_per_second", 0.1...1000) ?? installation.messagesPerSecond
    installation.concurrency =
      twilio.integer("concurrency", 1...100, unit: "requests") ?? installation.concurrency
    twilio.finish()
    return account
  }

  private func lookup(_ twilio: ObjectReader) -> Bool? {
    switch twilio.value("lookup") {
    case nil: return nil
    case .bool(let on): return on
    case .string("on"): return true
    case .string("off"): return false
    case let other?:
      twilio.fault("lookup", "is \(other.kind) that is neither on nor off", "write \"on\" or \"off\"")
      return nil
    }
  }

  private func mail(_ installation: inout Installation) {
    if let smtp = reader.object("smtp", "write {url: \"smtps://mail.example.ch\", from: \"ruf@example.ch\"}")
    {
      let url = smtp.url(
        "url", "write smtps://HOST, or smtp://HOST:587 (encrypted by STARTTLS)", schemes: ["smtps", "smtp"],
        base: true, required: true)
      let from = smtp.mail("from", required: true)
      let username = smtp.string("username", "write the account's name, or leave both out")
      let password = smtp.secret("password", "write the account's password, or leave both out")
      if smtp.has("username") != smtp.has("password") {
        smtp.fault(
          smtp.has("username") ? "password" : "username", "is missing",
          "give both username and password, or none of them")
      }
      smtp.finish()
      if let url, let from {
        installation.smtp = .init(url: url, from: from, username: username, password: password)
      }
    }
    if let alerts = reader.object("alerts", "write {email: [\"…\"], sms: [\"+41…\"]}") {
      installation.alertEmails = alerts.mails("email") ?? []
      installation.alertNumbers = alerts.phones("sms", single: true) ?? []
      alerts.finish()
    }
    if !installation.alertEmails.isEmpty, !reader.has("smtp") {
      reader.fault(
        "alerts.email", "cannot be reached", "set smtp too: without it no mail is sent", .warning)
    }
    if installation.alertEmails.isEmpty, installation.alertNumbers.isEmpty {
      reader.fault(
        "alerts", "names nobody", "set alerts.email or alerts.sms, or nobody learns of faults", .warning)
    }
  }

  private func tickSecret() -> Secret? {
    let expected = "write at least 16 letters and digits, such as the output of `openssl rand -hex 24`"
    guard let secret = reader.secret("tick_secret", expected) else { return nil }
    guard secret.value.unicodeScalars.count >= 16 else {
      reader.fault("tick_secret", "is too short to be secret", expected)
      return nil
    }
    return secret
  }

  // MARK: Intake

  private static let intakeExpected =
    "write \"sqlite\", or {sqs: {queue_url, region, access_key_id, secret_access_key}} (the keys may be left out)"

  private func intake() -> Installation.Intake? {
    let sibling = reader.value("sqs")
    switch reader.value("intake") {
    case nil, .string("sqlite"):
      if let sibling {
        // Checked all the same, so that its faults do not wait for the day it is switched on.
        _ = reader.object(sibling, at: "sqs", Self.intakeExpected).flatMap(queue)
        reader.fault(
          "sqs", "is given, but intake is sqlite", "set intake: \"sqs\" to use the queue", .warning)
      }
      return .sqlite
    case .string("sqs"):
      guard let sibling else {
        reader.fault("sqs", "is missing", "give queue_url, region, access_key_id and secret_access_key")
        return nil
      }
      return reader.object(sibling, at: "sqs", Self.intakeExpected).flatMap(queue)
    case .object(let members)?:
      if sibling != nil { reader.fault("sqs", "is given twice", "keep the one inside intake") }
      guard let intake = reader.object(.object(members), at: "intake", Self.intakeExpected) else {
        return nil
      }
      defer { intake.finish() }
      guard let value = intake.required("sqs", Self.intakeExpected) else { return nil }
      return intake.object(value, at: "sqs", Self.intakeExpected).flatMap(queue)
    case let other?:
      reader.fault("intake", "is \(other.kind) that names no intake", Self.intakeExpected)
      return nil
    }
  }

  private func queue(_ sqs: ObjectReader) -> Installation.Intake? {
    let url = sqs.url(
      "queue_url",
      "write the queue's URL, such as \"https://sqs.eu-central-2.amazonaws.com/123456789012/calls\"",
      base: true, required: true)
    let regionExpected = "write the region's code, such as \"eu-central-2\""
    var region = sqs.string("region", regionExpected, required: true)
    if let text = region, !text.utf8.allSatisfy({ Formats.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }) {
      sqs.fault("region", "\(quoted(text)) is no region", regionExpected)
      region = nil
    }
    // Without them the environment's are used: a function service gives each function a key of its own.
    let key = sqs.secret("access_key_id", "write the access key's ID, or leave both out")
    let secret = sqs.secret("secret_access_key", "write the access key's secret, or leave both out")
    if sqs.has("access_key_id") != sqs.has("secret_access_key") {
      sqs.fault(
        sqs.has("access_key_id") ? "secret_access_key" : "access_key_id", "is missing",
        "give both access_key_id and secret_access_key, or none of them")
    }
    sqs.finish()
    guard let url, let region else { return nil }
    return .sqs(.init(queueURL: url, region: region, accessKeyID: key?.value, secretAccessKey: secret))
  }
}
