// TenantCheck.swift - `config/tenants/ID.json5`: every key of a tenant's file.
//
// The times are in TenantTimes, the people in TenantPeople, the texts in TenantTexts.

import Business

struct TenantCheck {
  let id: String
  let reader: ObjectReader
  let zoneExists: (String) -> Bool
  /// Where the file gives none.
  var smsLimits = Ceiling.tenant

  /// As much as can be read, with defaults in place of what is wrong; the faults say what that is.
  func tenant() -> Tenant {
    var tenant = Tenant(
      id: id,
      name: reader.string("name", "write the business's name as callers know it", required: true) ?? "",
      smsSender: "", callbackPhone: "", websiteDomain: "")
    tenant.language = reader.choice("language", default: tenant.language)
    tenant.timezone = timezone(default: tenant.timezone)
    tenant.mode = reader.choice("mode", default: tenant.mode)
    numbers(&tenant)
    tenant.websiteDomain = websiteDomain() ?? ""
    calls(&tenant)
    limits(&tenant)
    TenantTimes(reader: reader).read(into: &tenant)
    TenantPeople(reader: reader).read(into: &tenant)
    money(&tenant)
    TenantTexts.read(reader, into: &tenant)
    tenant.active = reader.boolean("active", default: tenant.active)
    reader.finish()
    return tenant
  }

  private func timezone(default standard: String) -> String {
    let expected = "write a name of the time zone database, such as \"Europe/Zurich\""
    let name = reader.has("timezone") ? reader.string("timezone", expected) : standard
    guard let name else { return standard }
    guard zoneExists(name) else {
      reader.fault(
        "timezone", "\(quoted(name)) is not in this machine's time zone database",
        "\(expected); if that is what it says, install the package tzdata")
      return standard
    }
    return name
  }

  // MARK: Numbers

  private func numbers(_ tenant: inout Tenant) {
    let expected = "list the tenant's Twilio numbers, such as [\"+41431234567\"]"
    if reader.required("voice_numbers", expected) != nil,
      let elements = reader.list("voice_numbers", of: "E.164 numbers")
    {
      if elements.isEmpty { reader.fault("voice_numbers", "is empty", expected) }
      for (key, value) in elements {
        guard let number = reader.phone(value, at: key) else { continue }
        if tenant.voiceNumbers.contains(number) {
          reader.fault(key, "\(number) stands twice in the list", "remove one")
        } else {
          tenant.voiceNumbers.append(number)
        }
      }
    }
    reader.country = tenant.country
    tenant.forwardTo = reader.phone("forward_to")
    if tenant.mode == .frontNumber, !reader.has("forward_to") {
      reader.fault(
        "forward_to", "is missing",
        "write the number that shall ring, or set mode: \"carrier_forwarding\" when the carrier forwards")
    }
    if let target = tenant.forwardTo, tenant.voiceNumbers.contains(target) {
      reader.fault(
        "forward_to",
        "\(target) is one of the tenant's own voice_numbers: the call would go round in circles",
        "write the number of the business's telephone")
    }
    let first = tenant.voiceNumbers.first ?? ""
    tenant.smsSender = sender() ?? first
    warnOfLandline(tenant.smsSender)
    tenant.callbackPhone = reader.phone("callback_phone") ?? first
  }

  private func sender() -> String? {
    let expected = "write an E.164 number, or a messaging service (MG and 32 hexadecimal digits)"
    guard let value = reader.value("sms_sender") else { return nil }
    guard case .string(let text) = value else { return reader.phone(value, at: "sms_sender") }
    if Formats.hasSidShape(text, "MG") { return text }
    if text.hasPrefix("MG"), text.utf8.count > 11 {
      reader.fault("sms_sender", "\(quoted(text)) is no messaging service", expected)
      return nil
    }
    if text.contains(where: \.isLetter) {
      reader.fault("sms_sender", "\(quoted(text)) is a name, and nobody can reply to a name", expected)
      return nil
    }
    return reader.phone(value, at: "sms_sender")
  }

  private func warnOfLandline(_ sender: String) {
    guard let number = PhoneNumber(e164: sender), number.country == "CH", number.lineType == .landline else {
      return
    }
    let origin = reader.has("sms_sender") ? "" : " (the default: the first voice number)"
    reader.fault(
      "sms_sender", "\(sender)\(origin) is a Swiss geographic number, which cannot do SMS at Twilio",
      "write a mobile number or a messaging service; `opsfabric connect` shows what the number can do",
      .warning)
  }

  private func websiteDomain() -> String? {
    let expected = "write the host name alone, such as \"www.example.ch\""
    guard let text = reader.string("website_domain", expected, required: true) else { return nil }
    // As requests are compared with it, so that the link in an SMS is as short as it can be.
    if let ascii = InternationalName.ascii(text), Formats.isHostAndPort(WebHost(ascii).text) {
      return WebHost(ascii).text
    }
    let reason =
      text.contains("://")
      ? "begins with a scheme"
      : text.contains("/") ? "holds a path" : "\(quoted(text)) is no host name"
    // A name with umlauts has an ASCII form that every telephone opens.
    let hint = text.allSatisfy(\.isASCII) ? "" : ", in its xn-- form"
    reader.fault("website_domain", reason, expected + hint)
    return nil
  }

  // MARK: Calls and limits

  private func calls(_ tenant: inout Tenant) {
    tenant.ringSeconds = reader.integer("ring_seconds", 5...60, unit: "seconds") ?? tenant.ringSeconds
    tenant.screening = reader.boolean("screening", default: tenant.screening)
    tenant.voiceMenu = reader.boolean("voice_menu", default: tenant.voiceMenu)
    tenant.rejectBlocked = reader.boolean("reject_blocked", default: tenant.rejectBlocked)
    switch reader.value("announcement") {
    case nil, .bool(true)?: tenant.announcement = .standard
    case .bool(false)?: tenant.announcement = .none
    case let value?:
      let expected = "write true (the built-in words), false (none), or the words to be spoken"
      guard let words = reader.string(value, at: "announcement", expected, multiline: true) else { return }
      if words.count > 500 {
        reader.fault(
          "announcement", "\(words.count) characters are too long to listen to", "write at most 500")
      }
      tenant.announcement = .text(words)
    }
  }

  private func limits(_ tenant: inout Tenant) {
    tenant.smsDelaySeconds =
      reader.integer("sms_delay_seconds", 5...59, unit: "seconds") ?? tenant.smsDelaySeconds
    tenant.dedupeMinutes =
      reader.integer("dedupe_minutes", 0...1440, unit: "minutes") ?? tenant.dedupeMinutes
    tenant.maxSMSPerDay = reader.integer("max_sms_per_day", 1...100, unit: "messages") ?? tenant.maxSMSPerDay
    tenant.spamMissedCallsPerDay =
      reader.integer("spam_missed_calls_per_day", 1...1000, unit: "calls") ?? tenant.spamMissedCallsPerDay
    tenant.smsLimits = reader.ceiling("sms_limits", unit: "messages", default: smsLimits)
    tenant.formLimitPerHour =
      reader.integer("form_limit_per_hour", 1...1000, unit: "forms") ?? tenant.formLimitPerHour
    tenant.blockDays = reader.integer("block_days", 1...3650, unit: "days")
    guard let elements = reader.list("allowed_countries", of: "country codes") else { return }
    let expected = "write codes of two capital letters, such as [\"CH\", \"LI\", \"DE\"]"
    if elements.isEmpty { reader.fault("allowed_countries", "is empty: nobody would get an SMS", expected) }
    var countries: [String] = []
    for (key, value) in elements {
      guard let code = reader.string(value, at: key, expected) else { continue }
      if code.utf8.count == 2, code.utf8.allSatisfy({ 65...90 ~= $0 }) {
        if !countries.contains(code) { countries.append(code) }
      } else {
        reader.fault(key, "\(quoted(code)) is no ISO 3166 country code", expected)
      }
    }
    tenant.allowedCountries = countries
  }

  // MARK: Money

  private func money(_ tenant: inout Tenant) {
    if let accounts = reader.object("accounts", "write {debit: \"6510\", credit: \"2000\"}") {
      let debit = ledgerAccount("debit", accounts)
      let credit = ledgerAccount("credit", accounts)
      accounts.finish()
      if let debit, let credit { tenant.accounts = .init(debit: debit, credit: credit) }
    }
    if let twilio = reader.object("twilio", "write {account_sid: \"AC…\", auth_token: \"…\"}") {
      tenant.twilio = twilio.account()
      twilio.finish()
    }
    tenant.reportEmail = reader.mails("report_email") ?? []
    let expected = "write three letters such as \"CHF\""
    if let code = reader.string("currency", expected) {
      if code.utf8.count != 3 || !code.utf8.allSatisfy({ 65...90 ~= $0 }) {
        reader.fault("currency", "is no currency of ISO 4217", expected)
      }
      tenant.ownCurrency = code
    }
  }

  private func ledgerAccount(_ key: String, _ accounts: ObjectReader) -> String? {
    let expected = "write the account's number in the books, such as \"6510\""
    guard let value = accounts.required(key, expected) else { return nil }
    if case .integer(let number) = value, number >= 0 { return String(number) }
    return accounts.string(value, at: key, expected)
  }
}
