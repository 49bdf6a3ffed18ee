// ObjectReader+Formats.swift - keys whose text has a form: numbers, addresses, URLs, accounts.

import Business

extension ObjectReader {
  static let phoneExpected = "write an E.164 number such as \"+41791234567\""
  static let mailExpected = "write one mail address such as \"info@example.ch\""

  func phone(_ key: String, required isRequired: Bool = false) -> String? {
    guard let value = isRequired ? required(key, Self.phoneExpected) : value(key) else { return nil }
    return phone(value, at: key)
  }

  func phone(_ value: JSONValue, at key: String) -> String? {
    if case .integer(let digits) = value, let number = PhoneNumber(e164: "+\(digits)") {
      fault(key, "is a number without quotes", "write \"\(number.e164)\"")
      return nil
    }
    guard let text = string(value, at: key, Self.phoneExpected) else { return nil }
    if let number = PhoneNumber(e164: text), text.utf8.count >= 8 { return number.e164 }
    let typed = PhoneNumber(userTyped: text, defaultCountry: country)
    fault(
      key, "\(quoted(text)) is no E.164 number",
      typed.map { "write \"\($0.e164)\" (if that is the number meant)" } ?? Self.phoneExpected)
    return nil
  }

  func phones(_ key: String, of what: String = "E.164 numbers", single: Bool = false) -> [String]? {
    list(key, of: what, single: single).map { elements in
      unique(
        elements.compactMap { element in phone(element.value, at: element.key).map { (element.key, $0) } })
    }
  }

  func mail(_ key: String, required isRequired: Bool = false) -> String? {
    guard let value = isRequired ? required(key, Self.mailExpected) : value(key) else { return nil }
    return mail(value, at: key)
  }

  func mail(_ value: JSONValue, at key: String) -> String? {
    guard let text = string(value, at: key, Self.mailExpected) else { return nil }
    if Formats.isMailAddress(text) { return text }
    fault(key, "\(quoted(text)) is no mail address", "\(Self.mailExpected), without a name before it")
    return nil
  }

  func mails(_ key: String) -> [String]? {
    list(key, of: "mail addresses", single: true).map { elements in
      unique(
        elements.compactMap { element in mail(element.value, at: element.key).map { (element.key, $0) } })
    }
  }

  /// Drops what stands twice, with a warning.
  private func unique(_ elements: [(key: String, text: String)]) -> [String] {
    var result: [String] = []
    for (key, text) in elements {
      if result.contains(text) {
        fault(key, "\(text) stands twice in the list", "remove one", .warning)
      } else {
        result.append(text)
      }
    }
    return result
  }

  /// - Parameter base: the URL is a beginning to which paths are added: no query, slash at the end dropped.
  func url(
    _ key: String, _ expected: String, schemes: [String] = ["https", "http"], base: Bool = false,
    required isRequired: Bool = false
  ) -> String? {
    guard let text = string(key, expected, required: isRequired) else { return nil }
    switch Formats.url(text, schemes: schemes) {
    case .failure(let wrong):
      fault(key, wrong.reason, expected)
      return nil
    case .success(let url):
      if text.contains("#") || base && text.contains("?") {
        fault(key, "holds a query or fragment", "\(expected), without ? and #")
        return nil
      }
      if url.scheme == "http", !url.isLoopback {
        fault(key, "is not encrypted", "use https:// for anything but tests", .warning)
      }
      var result = Substring(text)
      if base { while result.hasSuffix("/") { result = result.dropLast() } }
      return String(result)
    }
  }

  /// A secret: its value never stands in a fault.
  func secret(_ key: String, _ expected: String, required isRequired: Bool = false) -> Secret? {
    guard let text = string(key, expected, required: isRequired) else { return nil }
    if text.first?.isWhitespace == true || text.last?.isWhitespace == true {
      fault(key, "begins or ends with a space", "copy it again without spaces")
      return nil
    }
    return Secret(text)
  }

  /// `twilio {account_sid, auth_token}`, of the installation or of a tenant.
  func account() -> TwilioAccount? {
    let sid = string(
      "account_sid", "write the Account SID of the Twilio console: AC and 32 hexadecimal digits",
      required: true)
    let token = secret("auth_token", "write the Auth Token of the Twilio console", required: true)
    if let sid, Formats.hasSidShape(sid, "AC"), !Formats.isSid(sid, "AC") {
      fault(
        "account_sid", "has other letters than Twilio's, which are hexadecimal",
        "check it against the Twilio console",
        .warning)
    } else if let sid, !Formats.isSid(sid, "AC") {
      // Not shown: it may be the token, written in the wrong place.
      fault("account_sid", "is no Account SID", "write AC and 32 hexadecimal digits")
      return nil
    }
    guard let sid, let token else { return nil }
    return TwilioAccount(accountSid: sid, authToken: token)
  }

  /// `sms_limits`, in both files; `mail_limits` and `lookup_limits`.
  func ceiling(_ key: String, unit: String, default standard: Ceiling) -> Ceiling {
    var limits = standard
    guard let section = object(key, "write {per_hour: 500, per_day: 1500}") else { return limits }
    let range = 1...1_000_000
    limits.perHour = section.integer("per_hour", range, unit: unit) ?? limits.perHour
    limits.perDay = section.integer("per_day", range, unit: unit) ?? limits.perDay
    if limits.perDay < limits.perHour {
      section.fault(
        "per_day", "\(limits.perDay) is less than per_hour, \(limits.perHour), which can never be reached",
        "give both, the day's the larger", .warning)
    }
    section.finish()
    return limits
  }
}
