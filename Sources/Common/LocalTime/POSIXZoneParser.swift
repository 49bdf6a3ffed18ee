// POSIXZoneParser.swift - reads the text form of a POSIXZone.

extension POSIXZone {
  /// nil where the text is no TZ string, or names daylight time without saying when it holds.
  init?(_ text: [UInt8]) {
    var parser = Parser(rest: text[...])
    guard parser.name(), let west = parser.time(maximumHours: 24) else { return nil }
    let standard = -west  // POSIX counts west of Greenwich
    if parser.rest.isEmpty {
      self.init(standardOffset: standard, daylight: nil)
      return
    }
    guard parser.name() else { return nil }
    var offset = standard + 3600
    if parser.rest.first != Parser.comma {
      guard let west = parser.time(maximumHours: 24) else { return nil }
      offset = -west
    }
    guard let start = parser.change(), let end = parser.change(), parser.rest.isEmpty else { return nil }
    self.init(standardOffset: standard, daylight: .init(offset: offset, start: start, end: end))
  }

  private struct Parser {
    static let comma = UInt8(ascii: ",")
    var rest: ArraySlice<UInt8>

    mutating func skip(_ byte: UInt8) -> Bool {
      guard rest.first == byte else { return false }
      rest.removeFirst()
      return true
    }

    /// Three letters or more, or anything of that length between angle brackets.
    mutating func name() -> Bool {
      let quoted = skip(UInt8(ascii: "<"))
      var length = 0
      while let byte = rest.first {
        let letter = 65...90 ~= byte & 0xDF
        guard quoted ? byte != UInt8(ascii: ">") : letter else { break }
        rest.removeFirst()
        length += 1
      }
      return length >= 3 && (!quoted || skip(UInt8(ascii: ">")))
    }

    /// An unsigned number of at most three digits.
    mutating func number(_ range: ClosedRange<Int>) -> Int? {
      var value = 0
      var digits = 0
      while let byte = rest.first, 48...57 ~= byte, digits < 3 {
        value = value * 10 + Int(byte - 48)
        digits += 1
        rest.removeFirst()
      }
      return digits > 0 && range.contains(value) ? value : nil
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func time(maximumHours: Int) -> Int? {
      let negative = skip(UInt8(ascii: "-"))
      if !negative { _ = skip(UInt8(ascii: "+")) }
      guard var seconds = number(0...maximumHours).map({ $0 * 3600 }) else { return nil }
      if skip(UInt8(ascii: ":")) {
        guard let minutes = number(0...59) else { return nil }
        seconds += minutes * 60
        if skip(UInt8(ascii: ":")) {
          guard let rest = number(0...59) else { return nil }
          seconds += rest
        }
      }
      return negative ? -seconds : seconds
    }

    /// `,date[/time]`; without a time it is 02:00.
    mutating func change() -> Change? {
      guard skip(Parser.comma) else { return nil }
      let day: Change.Day
      if skip(UInt8(ascii: "M")) {
        guard let month = number(1...12), skip(UInt8(ascii: ".")), let week = number(1...5),
          skip(UInt8(ascii: ".")), let weekday = number(0...6)
        else { return nil }
        day = .monthWeek(month: month, week: week, weekday: weekday)
      } else if skip(UInt8(ascii: "J")) {
        guard let number = number(1...365) else { return nil }
        day = .julian(number)
      } else {
        guard let number = number(0...365) else { return nil }
        day = .zeroBased(number)
      }
      var time = 7200
      if skip(UInt8(ascii: "/")) {
        guard let own = self.time(maximumHours: 167) else { return nil }
        time = own
      }
      return Change(day: day, time: time)
    }
  }
}
