// ICalendarLines.swift - the lines of an iCalendar file, RFC 5545 section 3.1, as they come from the web: any line break,
// with or without a byte order mark, in any charset that has ASCII's letters.

import LocalTime

/// `NAME;PARAMETER=…:value`.
struct ICalendarLine {
  /// In upper case.
  let name: String
  let zone: String?
  let value: ArraySlice<UInt8>

  /// nil where it is none.
  init?(_ bytes: [UInt8]) {
    let isEnd: (UInt8) -> Bool = { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ";") }
    guard var end = bytes.firstIndex(where: isEnd), 1...32 ~= end else { return nil }
    name = String(decoding: bytes[..<end], as: UTF8.self).uppercased()
    var zone: String?
    while bytes[end] == UInt8(ascii: ";") {
      let start = end + 1
      end = start
      var isQuoted = false
      while end < bytes.count, isQuoted || !isEnd(bytes[end]) {
        if bytes[end] == UInt8(ascii: "\"") { isQuoted.toggle() }
        end += 1
      }
      guard end < bytes.count else { return nil }
      let parameter = bytes[start..<end]
      if parameter.prefix(5).elementsEqual("TZID=".utf8) {
        zone = String(decoding: parameter.dropFirst(5).filter { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
      }
    }
    self.zone = zone
    value = bytes[(end + 1)...]
  }

  /// The value where it is one of the standard's words, in upper case.
  var word: String { String(decoding: value.prefix(16), as: UTF8.self).uppercased() }

  /// Calls `take` with each line, put together again where it was folded.
  static func forEach(
    in bytes: [UInt8], _ take: ([UInt8]) throws(ICalendarFault) -> Void
  ) throws(ICalendarFault) {
    var line: [UInt8] = []
    var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while index < bytes.count {
      var end = index
      while end < bytes.count, bytes[end] != 10, bytes[end] != 13 { end += 1 }
      line += bytes[index..<end]
      index = end + 1
      if index < bytes.count, bytes[end] == 13, bytes[index] == 10 { index += 1 }
      if index < bytes.count, bytes[index] == 32 || bytes[index] == 9 {
        index += 1
        continue
      }
      try take(line)
      line.removeAll(keepingCapacity: true)
    }
    if !line.isEmpty { try take(line) }
  }
}

/// Numbers and words of a value, from its beginning on.
struct ICalendarScanner {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  mutating func take(word: String) -> Bool {
    guard rest.starts(with: word.utf8) else { return false }
    rest.removeFirst(word.utf8.count)
    return true
  }

  var isAtLetter: Bool { rest.first.map { 65...90 ~= $0 } ?? false }

  /// Of as many digits, or of at most seven.
  mutating func number(digits: Int? = nil) -> Int? {
    var value = 0
    var count = 0
    while count < digits ?? 8, let digit = rest.first, 48...57 ~= digit {
      value = value * 10 + Int(digit - 48)
      rest.removeFirst()
      count += 1
    }
    return count == 0 || digits.map { $0 != count } ?? (count > 7) ? nil : value
  }

  /// `-1` and `+2` too.
  mutating func signedNumber() -> Int? {
    if take("-") { return number().map { -$0 } }
    _ = take("+")
    return number()
  }

  /// `20260801`, or `20260801T120000`, with a `Z` for UTC.
  mutating func moment(zone: ICalendarMoment.Zone) -> ICalendarMoment? {
    guard let year = number(digits: 4), let month = number(digits: 2), let day = number(digits: 2),
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    guard take("T") else { return ICalendarMoment(day: date.daysSinceEpoch, second: nil, zone: zone) }
    guard let hour = number(digits: 2), let minute = number(digits: 2), let second = number(digits: 2),
      hour < 24, minute < 60, second <= 60
    else { return nil }
    return ICalendarMoment(
      day: date.daysSinceEpoch, second: hour * 3600 + minute * 60 + min(second, 59),
      zone: take("Z") ? .utc : zone)
  }

  /// `P2D`, `P1W`, `PT12H30M`: days, and seconds beside them; nil for one that is negative.
  mutating func duration() -> (days: Int, seconds: Int)? {
    _ = take("+")
    guard take("P") else { return nil }
    var (days, seconds, isOfTime, count) = (0, 0, false, 0)
    while !isAtEnd {
      if !isOfTime, take("T") { isOfTime = true }
      guard let value = number() else { return nil }
      count += 1
      if !isOfTime, take("W") {
        days += 7 * value
      } else if !isOfTime, take("D") {
        days += value
      } else if isOfTime, take("H") {
        seconds += 3600 * value
      } else if isOfTime, take("M") {
        seconds += 60 * value
      } else if isOfTime, take("S") {
        seconds += value
      } else {
        return nil
      }
      guard count < 8 else { return nil }
    }
    return count > 0 ? (days, seconds) : nil
  }
}

/// A day, or a time as the clocks of a zone show it.
struct ICalendarMoment: Hashable {
  enum Zone: Hashable {
    /// The business's own.
    case own
    case utc
    case named(String)
  }

  /// Since 1970-01-01.
  var day: Int
  /// Of the day; nil: it is the day.
  var second: Int?
  var zone: Zone
}
