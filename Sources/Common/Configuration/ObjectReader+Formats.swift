// ObjectReader+Formats.swift - keys whose text has a form: numbers, addresses, URLs, accounts.

import Business
import Settings

extension ObjectReader {
  static let phoneExpected = "write an E.164 number such as \"+41791234567\""
  static let mailExpected = "write one mail address such as \"info@example.ch\""

  func phone(_ key: String) -> String? { value(key).flatMap { phone($0, at: key) } }

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

  func phones(_ key: String, single: Bool) -> [String]? {
    list(key, of: "E.164 numbers", single: single).map { elements in
      unique(
        elements.compactMap { element in phone(element.value, at: element.key).map { (element.key, $0) } })
    }
  }

  func mail(_ key: String, required isRequired: Bool) -> String? {
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

  func url(_ key: String, _ expected: String, _ form: SettingKind.URLForm, required isRequired: Bool)
    -> String?
  {
    guard let text = string(key, expected, required: isRequired) else { return nil }
    let schemes = if case .mailServer = form { ["smtps", "smtp"] } else { ["https", "http"] }
    // A query would stand before the paths that are added, a slash at the end would be doubled.
    let isBase = if case .address = form { false } else { true }
    switch Formats.url(text, schemes: schemes) {
    case .failure(let wrong):
      fault(key, wrong.reason, expected)
      return nil
    case .success(let url):
      if text.contains("#") || isBase && text.contains("?") {
        fault(key, "holds a query or fragment", "\(expected), without ? and #")
        return nil
      }
      if url.scheme == "http", !url.isLoopback {
        fault(key, "is not encrypted", "use https:// for anything but tests", .warning)
      }
      var result = Substring(text)
      if isBase { while result.hasSuffix("/") { result = result.dropLast() } }
      return String(result)
    }
  }

  /// A secret: its value never stands in a fault.
  func secret(_ key: String, _ expected: String, atLeast length: Int, required isRequired: Bool) -> String? {
    guard let text = string(key, expected, required: isRequired) else { return nil }
    if text.first?.isWhitespace == true || text.last?.isWhitespace == true {
      fault(key, "begins or ends with a space", "copy it again without spaces")
      return nil
    }
    guard text.unicodeScalars.count >= length else {
      fault(key, "is too short to be secret", expected)
      return nil
    }
    return text
  }

  /// The SID of a Twilio account, of the installation or of a tenant.
  func accountSid(_ key: String) -> String? {
    let expected = "write the Account SID of the Twilio console: AC and 32 hexadecimal digits"
    guard let sid = string(key, expected, required: true) else { return nil }
    if Formats.isSid(sid, "AC") { return sid }
    guard Formats.hasSidShape(sid, "AC") else {
      // Not shown: it may be the token, written in the wrong place.
      fault(key, "is no Account SID", "write AC and 32 hexadecimal digits")
      return nil
    }
    fault(
      key, "has other letters than Twilio's, which are hexadecimal", "check it against the Twilio console",
      .warning)
    return sid
  }

  /// `sms_limits`, in both files; `mail_limits` and `lookup_limits`.
  func checkCeiling(_ key: String, _ limits: Ceiling) {
    guard limits.perDay < limits.perHour else { return }
    fault(
      "\(key).per_day",
      "\(limits.perDay) is less than per_hour, \(limits.perHour), which can never be reached",
      "give both, the day's the larger", .warning)
  }
}
