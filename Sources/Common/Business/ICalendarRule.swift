// ICalendarRule.swift - RRULE, RFC 5545 section 3.3.10, as far as days off need it: every so many days, weeks, months or
// years, on these days of the week or month, so often or until then.
//
// A rule with any other part is not understood, and none of its days counts.

import LocalTime

struct ICalendarRule {
  enum Frequency { case daily, weekly, monthly, yearly }

  /// `MO`, or `-1SU`: the last Sunday.
  struct Weekday: Hashable {
    /// 0: each of them.
    var ordinal: Int
    var weekday: LocalTime.Weekday
  }

  private(set) var frequency = Frequency.yearly
  private(set) var interval = 1
  private(set) var count: Int?
  private(set) var until: ICalendarMoment?
  private var months: Set<Int> = []
  private var monthDays: Set<Int> = []
  private var weekdays: Set<Weekday> = []
  private var weekStart = LocalTime.Weekday.monday

  /// nil for a rule that is not understood.
  init?(_ value: ArraySlice<UInt8>) {
    var hasFrequency = false
    for part in value.split(separator: UInt8(ascii: ";")) {
      guard let equals = part.firstIndex(of: UInt8(ascii: "=")), equals - part.startIndex <= 10,
        equals + 1 < part.endIndex
      else { return nil }
      let name = String(decoding: part[..<equals], as: UTF8.self).uppercased()
      let text = part[(equals + 1)...]
      var scanner = ICalendarScanner(text)
      switch name {
      case "FREQ":
        guard let read = ICalendarRule.frequency(text) else { return nil }
        frequency = read
        hasFrequency = true
      case "INTERVAL":
        guard let number = scanner.number(), number > 0 else { return nil }
        interval = number
      case "COUNT":
        guard let number = scanner.number(), number > 0 else { return nil }
        count = number
      case "UNTIL":
        guard let moment = scanner.moment(zone: .own) else { return nil }
        until = moment
      case "BYMONTH": while let number = scanner.listed(in: 1...12, signed: false) { months.insert(number) }
      case "BYMONTHDAY":
        while let number = scanner.listed(in: 1...31, signed: true) { monthDays.insert(number) }
      case "BYDAY": while let day = scanner.listedWeekday() { weekdays.insert(day) }
      case "WKST":
        guard let day = scanner.listedWeekday(), day.ordinal == 0 else { return nil }
        weekStart = day.weekday
      default: return nil
      }
      if name != "FREQ" && !scanner.isAtEnd { return nil }
    }
    guard hasFrequency, count == nil || until == nil, isSound else { return nil }
  }

  private static func frequency(_ text: ArraySlice<UInt8>) -> Frequency? {
    switch String(decoding: text.prefix(10), as: UTF8.self).uppercased() {
    case "DAILY": .daily
    case "WEEKLY": .weekly
    case "MONTHLY": .monthly
    case "YEARLY": .yearly
    default: nil
    }
  }

  /// The parts go together.
  private var isSound: Bool {
    let hasOrdinals = weekdays.contains { $0.ordinal != 0 }
    switch frequency {
    case .daily: return !hasOrdinals
    case .weekly: return !hasOrdinals && monthDays.isEmpty
    case .monthly, .yearly: return !hasOrdinals || monthDays.isEmpty
    }
  }

  // MARK: Which days

  /// The days of the rule in their order, until `take` says false.
  /// - Parameters:
  ///   - start: the first day that may be one.
  ///   - days: those that are asked for; of earlier ones only as many are found as must be counted.
  ///   - spend: told how much work comes next.
  func forEachDay(
    from start: Int, in days: ClosedRange<Int>, spend: (Int) throws(ICalendarFault) -> Void,
    _ take: (Int) throws(ICalendarFault) -> Bool
  ) throws(ICalendarFault) {
    let first = CivilDate(daysSinceEpoch: start)
    var left = count ?? .max
    var period =
      count == nil ? max(0, period(of: CivilDate(daysSinceEpoch: days.lowerBound), from: first)) : 0
    while true {
      try spend(workOfPeriod)
      guard let found = self.days(inPeriod: period, from: first), found.begin <= days.upperBound else {
        return
      }
      try spend(found.days.count)
      for day in found.days where day >= start {
        guard day <= days.upperBound, left > 0, try take(day) else { return }
        left -= 1
      }
      period += 1
    }
  }

  /// About how many days are looked at for one period.
  private var workOfPeriod: Int {
    let ofMonth = 1 + monthDays.count + 5 * weekdays.count
    return switch frequency {
    case .daily, .weekly: 1
    case .monthly: ofMonth
    case .yearly: 12 * ofMonth
    }
  }

  /// A period that lies before the day, or holds it.
  private func period(of day: CivilDate, from first: CivilDate) -> Int {
    let distance = day.daysSinceEpoch - first.daysSinceEpoch
    switch frequency {
    case .daily: return distance / interval - 1
    case .weekly: return distance / (7 * interval) - 1
    case .monthly: return (12 * (day.year - first.year) + day.month - first.month) / interval - 1
    case .yearly: return (day.year - first.year) / interval - 1
    }
  }

  /// The period's first day, and those of its days that the rule names; nil behind the last year of the calendar.
  private func days(inPeriod period: Int, from first: CivilDate) -> (begin: Int, days: [Int])? {
    let start = first.daysSinceEpoch
    switch frequency {
    case .daily:
      let day = start + period * interval
      return (day, fits(day) ? [day] : [])
    case .weekly:
      let begin = start - distance(of: first.weekday) + 7 * period * interval
      let wanted = weekdays.isEmpty ? [first.weekday] : weekdays.map(\.weekday)
      return (begin, Set(wanted).map { begin + distance(of: $0) }.sorted().filter(isInMonths))
    case .monthly:
      let month = 12 * first.year + first.month - 1 + period * interval
      guard let begin = CivilDate(year: month / 12, month: month % 12 + 1, day: 1) else { return nil }
      let isLeftOut = !months.isEmpty && !months.contains(begin.month)
      return (begin.daysSinceEpoch, isLeftOut ? [] : self.days(ofMonth: begin, usually: first.day))
    case .yearly:
      guard let begin = CivilDate(year: first.year + period * interval, month: 1, day: 1) else { return nil }
      return (begin.daysSinceEpoch, self.days(ofYear: begin, from: first))
    }
  }

  private func distance(of weekday: LocalTime.Weekday) -> Int {
    (weekday.rawValue - weekStart.rawValue + 7) % 7
  }

  private func isInMonths(_ day: Int) -> Bool {
    months.isEmpty || months.contains(CivilDate(daysSinceEpoch: day).month)
  }

  private func fits(_ day: Int) -> Bool {
    let date = CivilDate(daysSinceEpoch: day)
    let left = CivilDate.days(inMonth: date.month, of: date.year) + 1 - date.day
    return isInMonths(day)
      && (monthDays.isEmpty || monthDays.contains(date.day) || monthDays.contains(-left))
      && (weekdays.isEmpty || weekdays.contains { $0.weekday == date.weekday })
  }

  private func days(ofYear begin: CivilDate, from first: CivilDate) -> [Int] {
    if months.isEmpty, monthDays.isEmpty, !weekdays.isEmpty {
      return days(begin.daysSinceEpoch, count: CivilDate.isLeap(begin.year) ? 366 : 365)
    }
    let named = !months.isEmpty ? months.sorted() : monthDays.isEmpty ? [first.month] : Array(1...12)
    return named.flatMap { month in
      CivilDate(year: begin.year, month: month, day: 1).map { days(ofMonth: $0, usually: first.day) } ?? []
    }
  }

  /// - Parameter day: where the rule names none.
  private func days(ofMonth begin: CivilDate, usually day: Int) -> [Int] {
    let length = CivilDate.days(inMonth: begin.month, of: begin.year)
    let first = begin.daysSinceEpoch
    if !monthDays.isEmpty {
      let days = Set(monthDays.map { $0 > 0 ? $0 : length + 1 + $0 }).filter { 1...length ~= $0 }
      return days.map { first + $0 - 1 }.filter(fits).sorted()
    }
    if !weekdays.isEmpty { return days(first, count: length) }
    return day <= length ? [first + day - 1] : []
  }

  /// The weekdays that the rule names, within a month or a year.
  private func days(_ first: Int, count: Int) -> [Int] {
    let weekday = CivilDate(daysSinceEpoch: first).weekday
    var found: Set<Int> = []
    for wanted in weekdays {
      let start = first + (wanted.weekday.rawValue - weekday.rawValue + 7) % 7
      let all = Array(stride(from: start, to: first + count, by: 7))
      let place = wanted.ordinal > 0 ? wanted.ordinal - 1 : all.count + wanted.ordinal
      if wanted.ordinal == 0 {
        found.formUnion(all)
      } else if all.indices.contains(place) {
        found.insert(all[place])
      }
    }
    return found.sorted()
  }
}

extension ICalendarScanner {
  /// The next number of a list; nil at its end, and where it is none.
  fileprivate mutating func listed(in range: ClosedRange<Int>, signed isSigned: Bool) -> Int? {
    let before = self
    if let number = isSigned ? signedNumber() : number(), range.contains(abs(number)), endsElement() {
      return number
    }
    self = before
    return nil
  }

  /// The next weekday of a list, with its ordinal.
  fileprivate mutating func listedWeekday() -> ICalendarRule.Weekday? {
    let before = self
    let hasOrdinal = !isAtLetter
    if let ordinal = hasOrdinal ? signedNumber() : 0, abs(ordinal) <= 53, hasOrdinal == (ordinal != 0),
      let weekday = weekday(), endsElement()
    {
      return .init(ordinal: ordinal, weekday: weekday)
    }
    self = before
    return nil
  }

  private mutating func weekday() -> Weekday? {
    for (name, weekday) in zip(["MO", "TU", "WE", "TH", "FR", "SA", "SU"], Weekday.allCases)
    where take(word: name) {
      return weekday
    }
    return nil
  }

  /// A comma that something follows, or the end.
  private mutating func endsElement() -> Bool { isAtEnd || take(",") && !isAtEnd }
}
