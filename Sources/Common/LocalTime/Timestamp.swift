// Timestamp.swift - an instant in UTC with millisecond precision, and its written forms.
//
// Everything the product stores or compares is a Timestamp; local time appears only where a rule
// (quiet hours, business hours, "today") or a text for a person needs it, through TimeZoneRules.

/// Milliseconds since 1970-01-01T00:00:00Z, as stored in every `*_at` column.
package struct Timestamp: Hashable, Comparable, Sendable {
  package var milliseconds: Int64

  package init(milliseconds: Int64) { self.milliseconds = milliseconds }
  package init(seconds: Int64) { self.milliseconds = seconds * 1000 }

  /// Whole seconds since the epoch, rounded down (also before 1970).
  package var seconds: Int64 {
    let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    return remainder < 0 ? quotient - 1 : quotient
  }

  package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

  package func adding(milliseconds: Int64) -> Self {
    .init(milliseconds: self.milliseconds + milliseconds)
  }
  package func adding(seconds: Int) -> Self { adding(milliseconds: Int64(seconds) * 1000) }
  package func adding(minutes: Int) -> Self { adding(seconds: minutes * 60) }
  package func adding(hours: Int) -> Self { adding(seconds: hours * 3600) }
  package func adding(days: Int) -> Self { adding(seconds: days * 86_400) }

  /// Milliseconds from `earlier` to self; negative when `earlier` is later.
  package func milliseconds(since earlier: Self) -> Int64 { milliseconds - earlier.milliseconds }

  /// `2026-02-10T08:15:30Z`: the form of every time the product prints for programs.
  package var iso8601: String {
    let civil = UTCDateTime(self)
    return "\(civil.date.iso8601)T\(padded(civil.hour)):\(padded(civil.minute)):\(padded(civil.second))Z"
  }

  /// Reads `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM[:SS[.fff]]` with `Z`, `+HH:MM` or nothing (UTC).
  package init?(iso8601 text: String) {
    var scanner = Scanner(text)
    guard let date = scanner.date() else { return nil }
    var seconds = date.daysSinceEpoch * 86_400
    var milliseconds: Int64 = 0
    if !scanner.isAtEnd {
      guard scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
        let hour = scanner.number(digits: 2), hour < 24, scanner.skip(":"),
        let minute = scanner.number(digits: 2), minute < 60
      else { return nil }
      seconds += hour * 3600 + minute * 60
      if scanner.skip(":") {
        guard let second = scanner.number(digits: 2), second < 61 else { return nil }
        seconds += second
        if scanner.skip(".") {
          var scale: Int64 = 100
          guard let first = scanner.number(digits: 1) else { return nil }
          milliseconds = Int64(first) * scale
          while let digit = scanner.number(digits: 1) {
            scale /= 10
            milliseconds += Int64(digit) * scale
          }
        }
      }
      if !scanner.isAtEnd, !(scanner.skip("Z") || scanner.skip("z")) {
        let sign = scanner.skip("+") ? -1 : scanner.skip("-") ? 1 : 0
        guard sign != 0, let hours = scanner.number(digits: 2), hours < 24 else { return nil }
        _ = scanner.skip(":")
        guard let minutes = scanner.number(digits: 2), minutes < 60 else { return nil }
        seconds += sign * (hours * 3600 + minutes * 60)
      }
    }
    guard scanner.isAtEnd else { return nil }
    self.init(milliseconds: Int64(seconds) * 1000 + milliseconds)
  }

  /// Reads the RFC 2822 form of Twilio's API: `Tue, 10 Feb 2026 08:15:30 +0000`.
  package init?(rfc2822 text: String) {
    let words = text.split(separator: " ")
    let parts = words.first?.hasSuffix(",") == true ? words.dropFirst() : words[...]
    guard parts.count >= 4, let day = Int(parts[parts.startIndex]),
      let month = englishMonths.firstIndex(of: String(parts[parts.startIndex + 1])),
      let year = Int(parts[parts.startIndex + 2]),
      let date = CivilDate(year: year, month: month + 1, day: day)
    else { return nil }
    let clock = parts[parts.startIndex + 3].split(separator: ":").map { Int($0) ?? -1 }
    guard clock.count == 3, 0..<24 ~= clock[0], 0..<60 ~= clock[1], 0..<61 ~= clock[2] else {
      return nil
    }
    var offset = 0
    if parts.count > 4 {
      let zone = parts[parts.startIndex + 4]
      if let number = Int(zone), zone.count == 5 {
        offset = (number / 100) * 3600 + (number % 100) * 60
      }
    }
    self.init(
      seconds: Int64(date.daysSinceEpoch * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2] - offset))
  }

  /// `Tue, 10 Feb 2026 08:15:30 +0000`, the form of Twilio's API and of mail.
  package var rfc2822: String {
    let civil = UTCDateTime(self)
    let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][civil.date.weekday.rawValue - 1]
    return "\(weekday), \(padded(civil.date.day)) \(englishMonths[civil.date.month - 1]) \(civil.date.year) "
      + "\(padded(civil.hour)):\(padded(civil.minute)):\(padded(civil.second)) +0000"
  }
}

private let englishMonths = [
  "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
]

/// A timestamp split into calendar fields in UTC.
private struct UTCDateTime {
  let date: CivilDate
  let hour: Int
  let minute: Int
  let second: Int

  init(_ timestamp: Timestamp) {
    let seconds = Int(timestamp.seconds)
    let days = floorDivide(seconds, 86_400)
    let rest = seconds - days * 86_400
    date = CivilDate(daysSinceEpoch: days)
    hour = rest / 3600
    minute = rest / 60 % 60
    second = rest % 60
  }
}

/// Two digits with a leading zero.
package func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

/// Division rounding towards minus infinity.
func floorDivide(_ value: Int, _ divisor: Int) -> Int {
  let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
  return remainder < 0 ? quotient - 1 : quotient
}

/// Reads fixed-width decimal fields from ASCII text.
struct Scanner {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = Substring(text).utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Character) -> Bool {
    guard let byte = rest.first, byte == character.asciiValue else { return false }
    rest.removeFirst()
    return true
  }

  mutating func number(digits: Int) -> Int? {
    var value = 0
    var copy = rest
    for _ in 0..<digits {
      guard let byte = copy.popFirst(), 48...57 ~= byte else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    rest = copy
    return value
  }

  mutating func date() -> CivilDate? {
    guard let year = number(digits: 4), skip("-"), let month = number(digits: 2), skip("-"),
      let day = number(digits: 2)
    else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }
}
