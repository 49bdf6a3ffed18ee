// Formats.swift - the written forms of single values: times, days, host names, URLs, mail addresses.
//
// Pure checks without a file or a key; the readers turn a nil into a fault.

import Business
import LocalTime

enum Formats {
  static let timezoneExpected = "write a name of the time zone database, such as \"Europe/Zurich\""
  static let timeExpected = "write HH:MM from 00:00 to 24:00"

  /// `08:30` as minutes; 24:00 is 1440.
  static func minutes(_ text: some StringProtocol) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && isDigits($0) }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60
    else { return nil }
    let total = hour * 60 + minute
    return total <= 1440 ? total : nil
  }

  static func clock(_ minutes: Int) -> String {
    let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
    return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
  }

  /// `2026-08-01`, `08-01` for every year, or a region with its public holidays: `CH-ZH`.
  static func holiday(_ text: String) -> Holiday? {
    if let region = HolidayRegion(text) { return .region(region) }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ isDigits($0) }) else { return nil }
    let numbers = parts.compactMap { Int($0) }
    switch parts.map(\.utf8.count) {
    case [4, 2, 2]:
      return CivilDate(year: numbers[0], month: numbers[1], day: numbers[2]).map {
        Holiday.day(year: $0.year, month: $0.month, day: $0.day)
      }
    case [2, 2]:
      // Of a leap year, so that 29 February can be named.
      return CivilDate(year: 2000, month: numbers[0], day: numbers[1]).map {
        Holiday.day(year: nil, month: $0.month, day: $0.day)
      }
    default: return nil
    }
  }

  /// `AC` or `MG` and 32 hexadecimal digits.
  static func isSid(_ text: String, _ prefix: String) -> Bool {
    text.utf8.count == 34 && text.hasPrefix(prefix) && isHex(text.dropFirst(2))
  }

  /// As long as a SID and with its prefix; Twilio's own have hexadecimal digits only, a stand-in's may not.
  static func hasSidShape(_ text: String, _ prefix: String) -> Bool {
    text.utf8.count == 34 && text.hasPrefix(prefix) && text.utf8.allSatisfy { isAlphanumeric($0) }
  }

  /// A host name by RFC 1123, in ASCII.
  static func isHost(_ text: some StringProtocol) -> Bool {
    guard 1...253 ~= text.utf8.count else { return false }
    return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      1...63 ~= label.utf8.count && !label.hasPrefix("-") && !label.hasSuffix("-")
        && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }
  }

  /// `host` or `host:port`.
  static func isHostAndPort(_ text: some StringProtocol) -> Bool {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let host = parts.first, isHost(host) else { return false }
    guard parts.count == 2 else { return true }
    return isDigits(parts[1]) && Int(parts[1]).map { 1...65_535 ~= $0 } == true
  }

  static func isMailAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, 1...64 ~= parts[0].utf8.count, isHost(parts[1]) else { return false }
    return !parts[0].hasPrefix(".") && !parts[0].hasSuffix(".") && !parts[0].contains("..")
      && parts[0].utf8.allSatisfy { isAlphanumeric($0) || "!#$%&'*+-/=?^_`{|}~.".utf8.contains($0) }
  }

  struct URL {
    var scheme: String
    /// With the port, if there is one.
    var authority: Substring
    var rest: Substring

    var isLoopback: Bool {
      let host = authority.hasPrefix("[") ? authority : authority.prefix { $0 != ":" }
      return host == "localhost" || host.hasPrefix("127.") || host.hasPrefix("[::1]")
    }
  }

  /// What is wrong with an absolute URL of one of the schemes; a success is well formed as far as it matters.
  static func url(_ text: String, schemes: [String]) -> Result<URL, Wrong> {
    let list = schemes.map { $0 + "://" }.joined(separator: " or ")
    guard text.utf8.allSatisfy({ 33...126 ~= $0 && !"\"<>\\^`{|}".utf8.contains($0) }) else {
      return .failure(Wrong(reason: "holds a character no URL may have"))
    }
    guard let scheme = schemes.first(where: { text.lowercased().hasPrefix($0 + "://") }) else {
      return .failure(Wrong(reason: "does not begin with \(list)"))
    }
    let after = text.dropFirst(scheme.count + 3)
    let end = after.firstIndex { "/?#".contains($0) } ?? after.endIndex
    let authority = after[..<end]
    if authority.contains("@") { return .failure(Wrong(reason: "holds a user name or password")) }
    // Twilio refuses such hosts.
    if authority.contains("_") { return .failure(Wrong(reason: "its host name holds an underscore")) }
    guard isAuthority(authority) else {
      return .failure(Wrong(reason: "holds no valid host name"))
    }
    return .success(URL(scheme: scheme, authority: authority, rest: after[end...]))
  }

  /// `host`, `host:port`, or an IPv6 address in brackets.
  static func isAuthority(_ text: some StringProtocol) -> Bool {
    isHostAndPort(text) || isIPv6(Substring(text))
  }

  struct Wrong: Error { var reason: String }

  private static func isIPv6(_ authority: Substring) -> Bool {
    guard authority.hasPrefix("["), let end = authority.firstIndex(of: "]") else { return false }
    let address = authority[..<end].dropFirst()
    let port = authority[end...].dropFirst()
    return address.contains(":") && address.allSatisfy { $0 == ":" || $0.isHexDigit }
      && (port.isEmpty || isHostAndPort("a" + port))
  }

  static func isHex(_ text: some StringProtocol) -> Bool { text.utf8.allSatisfy(isHexByte) }
  static func isDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { 48...57 ~= $0 }
  }

  private static func isHexByte(_ byte: UInt8) -> Bool {
    48...57 ~= byte || 65...70 ~= byte || 97...102 ~= byte
  }
  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    48...57 ~= byte || 65...90 ~= byte || 97...122 ~= byte
  }
}
