// ObjectReader+Values.swift - keys of one setting each whose value has a form of its own.

import Business
import LocalTime

extension ObjectReader {
  func onOff(_ key: String) -> Bool? {
    switch value(key) {
    case nil: return nil
    case .bool(let on): return on
    case .string("on"): return true
    case .string("off"): return false
    case let other?:
      fault(key, "is \(other.kind) that is neither on nor off", "write \"on\" or \"off\"")
      return nil
    }
  }

  func time(_ key: String) -> Int? {
    guard let text = string(key, Formats.timeExpected) else { return nil }
    if let minutes = Formats.minutes(text) { return minutes }
    fault(key, "\(text.count > 12 ? quoted(text) : text) is no time of day", Formats.timeExpected)
    return nil
  }

  func date(_ key: String) -> CivilDate? {
    let expected = "write the day as \"2027-07-26\""
    guard let text = string(key, expected) else { return nil }
    if let date = CivilDate(iso8601: text) { return date }
    fault(key, "\(quoted(text)) is no day of the calendar", expected)
    return nil
  }

  func region(_ key: String, required isRequired: Bool) -> String? {
    let expected = "write the region's code, such as \"eu-central-2\""
    guard let text = string(key, expected, required: isRequired) else { return nil }
    if text.utf8.allSatisfy({ Formats.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }) { return text }
    fault(key, "\(quoted(text)) is no region", expected)
    return nil
  }

  func copyPlace(_ key: String) -> String? {
    guard let text = string(key, CopyPlace.expected, required: true) else { return nil }
    do throws(CopyPlace.Fault) { return try CopyPlace(text).text } catch {
      fault(key, "\(error)", CopyPlace.expected)
      return nil
    }
  }

  /// Whether there is a queue is seen from its section.
  func intake(_ key: String, _ expected: String) -> String? {
    switch value(key) {
    case nil: return nil
    case .string("sqlite"): return "sqlite"
    case .string("sqs"), .object: return "sqs"
    case let other?:
      fault(key, "is \(other.kind) that names no intake", expected)
      return nil
    }
  }

  func hosts(_ key: String) -> [String]? {
    let expected = "write host names or addresses, such as [\"n8n.example.ch\", \"192.168.1.20:5678\"]"
    return list(key, of: "host names", single: true)?.compactMap { key, value in
      guard let text = string(value, at: key, expected) else { return nil }
      let host = WebHost(text).text
      if Formats.isAuthority(host) { return host }
      fault(key, "\(quoted(text)) is no host", expected)
      return nil
    }
  }

  // MARK: A tenant's numbers and names

  func voiceNumbers(_ key: String) -> [String]? {
    let expected = "list the tenant's Twilio numbers, such as [\"+41431234567\"]"
    guard required(key, expected) != nil, let elements = list(key, of: "E.164 numbers") else { return nil }
    if elements.isEmpty { fault(key, "is empty", expected) }
    var numbers: [String] = []
    for (key, value) in elements {
      guard let number = phone(value, at: key) else { continue }
      if numbers.contains(number) {
        fault(key, "\(number) stands twice in the list", "remove one")
      } else {
        numbers.append(number)
      }
    }
    return numbers
  }

  func sender(_ key: String) -> String? {
    let expected = "write an E.164 number, or a messaging service (MG and 32 hexadecimal digits)"
    guard let value = value(key) else { return nil }
    guard case .string(let text) = value else { return phone(value, at: key) }
    if Formats.hasSidShape(text, "MG") { return text }
    if text.hasPrefix("MG"), text.utf8.count > 11 {
      fault(key, "\(quoted(text)) is no messaging service", expected)
      return nil
    }
    if text.contains(where: \.isLetter) {
      fault(key, "\(quoted(text)) is a name, and nobody can reply to a name", expected)
      return nil
    }
    return phone(value, at: key)
  }

  func website(_ key: String) -> String? {
    let expected = "write the host name alone, such as \"www.example.ch\""
    guard let text = string(key, expected, required: true) else { return nil }
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
    fault(key, reason, expected + hint)
    return nil
  }

  func announcement(_ key: String) -> Tenant.Announcement? {
    switch value(key) {
    case nil: return nil
    case .bool(true)?: return .standard
    case .bool(false)?: return Tenant.Announcement.none
    case let value?:
      let expected = "write true (the built-in words), false (none), or the words to be spoken"
      guard let words = string(value, at: key, expected, multiline: true) else { return nil }
      if words.count > 500 {
        fault(key, "\(words.count) characters are too long to listen to", "write at most 500")
      }
      return .text(words)
    }
  }

  func countries(_ key: String) -> [String]? {
    guard let elements = list(key, of: "country codes") else { return nil }
    let expected = "write codes of two capital letters, such as [\"CH\", \"LI\", \"DE\"]"
    if elements.isEmpty { fault(key, "is empty: nobody would get an SMS", expected) }
    var countries: [String] = []
    for (key, value) in elements {
      guard let code = string(value, at: key, expected) else { continue }
      if code.utf8.count == 2, code.utf8.allSatisfy({ 65...90 ~= $0 }) {
        if !countries.contains(code) { countries.append(code) }
      } else {
        fault(key, "\(quoted(code)) is no ISO 3166 country code", expected)
      }
    }
    return countries
  }

  // MARK: Money

  func currency(_ key: String) -> String? {
    let expected = "write three letters such as \"CHF\""
    guard let code = string(key, expected) else { return nil }
    if code.utf8.count != 3 || !code.utf8.allSatisfy({ 65...90 ~= $0 }) {
      fault(key, "is no currency of ISO 4217", expected)
    }
    return code
  }

  func ledgerAccount(_ key: String) -> String? {
    let expected = "write the account's number in the books, such as \"6510\""
    guard let value = required(key, expected) else { return nil }
    if case .integer(let number) = value, number >= 0 { return String(number) }
    return string(value, at: key, expected)
  }
}
