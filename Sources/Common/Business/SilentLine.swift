// SilentLine.swift - has a business's line been without a call for longer than chance explains? Pure.
//
// What counts is the tenant's own last 8 weeks. From them comes how many calls each hour of each weekday brings; a gap is
// measured in the calls that should have come in it. By chance alone a gap of x expected calls comes once in e^x; what
// makes real gaps longer than that (days differ, people try again, summers and holidays are quiet) is taken off:
// - a quarter of an hour with calls counts once: who finds nobody tries again;
// - days that differ more than chance lets them make a silent day less surprising;
// - where the last three weeks were quieter than the eight, so is today;
// - days on which much of the country is closed count for nothing, whatever the tenant's holidays say.
//
// How often one looks makes false alarms too. So the strict look is one a day, shortly before closing time; during the
// day far more must be missing. It is looked at while the business is open, and never for a tenant with too few calls.

import LocalTime

/// The public holidays that are kept anywhere in a country, each day looked up once. Not for use from several threads.
package final class CountryHolidays {
  private let regions: [HolidayRegion]
  private var known: [CivilDate: Bool] = [:]

  /// - Parameter country: its ISO code.
  package init(_ country: String) {
    regions = HolidayRegion.all.filter { $0.code == country || $0.code.hasPrefix(country + "-") }
      .compactMap { HolidayRegion($0.code + "+customary") }
  }

  /// A holiday somewhere in the country, or a day between the years.
  func contains(_ date: CivilDate) -> Bool {
    if let known = known[date] { return known }
    let found =
      (date.month == 12 && date.day >= 24) || (date.month == 1 && date.day <= 2)
      || regions.contains { $0.hasHoliday(on: date) }
    known[date] = found
    return found
  }
}

package struct SilentLine {
  package static let weeks = 8
  /// What history is made of.
  package static let quarterMilliseconds: Int64 = 900_000

  /// Quarters of an hour with calls, and days, that it takes to know a tenant.
  private static let fewestCalls = 24
  private static let fewestDays = 10
  /// The day's strict look is so many minutes before closing time.
  private static let beforeClosing = 10
  /// How surprising a gap must be at the strict look: of one look a day less than one in a year. Where many calls come,
  /// one can wait for more.
  private static func strictLimit(perDay: Double) -> Double { min(8, max(5.8, 0.9 * perDay)) }
  /// At any other look.
  private static let limit = 11.0
  /// Where a call can prove the line, a doubt is enough: it comes once in twenty days.
  private static let doubtLimit = 3.0
  /// What an hour is taken to have brought before anything is known of it: so many weeks of its day's and its hour's
  /// average.
  private static let weeksOfAverage = 3.0
  private static let recentDays = 15
  /// How much days differ beyond chance (variance over mean squared) where nothing is known of it, which counts as so many
  /// days.
  private static let usualSpread = 0.03
  private static let usualDays = 80.0

  /// A gap, as it looks at a moment.
  package struct Gap: Hashable, Sendable {
    /// Calls that should have come in it.
    package var expected: Double
    /// Of a day, in the weeks before.
    package var callsPerDay: Double
    /// Far beyond what is likely.
    package var isSilence: Bool
  }

  private let calendar: BusinessCalendar
  private let holidays: CountryHolidays?

  /// - Parameter holidays: of the country that the business is in, whose holidays many keep; nil: only its own count.
  package init(calendar: BusinessCalendar, holidays: CountryHolidays?) {
    self.calendar = calendar
    self.holidays = holidays
  }

  /// From when on calls must be known, for a gap that began then.
  package static func start(for last: Timestamp) -> Timestamp { last.adding(days: -7 * weeks) }

  /// The gap since the last call.
  /// - Parameters:
  ///   - history: quarters of an hour since 1970 in which calls came, from `start(for: last)` to `last`, in order.
  ///   - last: when the last call came, or the line was proved otherwise.
  ///   - now: until when it is certain that none came.
  /// - Returns: nil where nothing can be said: the business is closed, or too little is known of it.
  package func gap(history: [Int], last: Timestamp, now: Timestamp) -> Gap? {
    let today = calendar.zone.local(now)
    guard
      blocks(on: today.date).contains(where: { $0.start <= today.minuteOfDay && today.minuteOfDay < $0.end })
    else { return nil }
    return measure(history: history, last: last, now: now)?.gap
  }

  /// Whether the gap is long enough to prove the line by a call, be the business open or not.
  package func isDoubtful(history: [Int], last: Timestamp, now: Timestamp) -> Bool {
    measure(history: history, last: last, now: now).map { $0.surprise >= SilentLine.doubtLimit } ?? false
  }

  private func measure(history: [Int], last: Timestamp, now: Timestamp) -> (gap: Gap, surprise: Double)? {
    guard last < now, history.count >= SilentLine.fewestCalls, let usual = Usual(days(history, until: last))
    else { return nil }
    let today = calendar.zone.local(now)
    var gap = Gap(expected: 0, callsPerDay: usual.perDay, isSilence: false)
    var surprise = 0.0
    let first = calendar.zone.local(last)
    var date = first.date
    while date <= today.date {
      let blocks = blocks(on: date)
      let opens = date == first.date ? first.minuteOfDay : 0
      let closes = date == today.date ? today.minuteOfDay : 1440
      let expected = usual.expected(on: date.weekday, blocks, from: opens, to: closes)
      gap.expected += expected
      if let closing = blocks.last?.end, closes >= closing - SilentLine.beforeClosing {
        let before = usual.expected(
          on: date.weekday, blocks, from: opens, to: closing - SilentLine.beforeClosing)
        if surprise + usual.surprise(before) >= SilentLine.strictLimit(perDay: usual.perDay) {
          gap.isSilence = true
        }
      }
      surprise += usual.surprise(expected)
      date = date.adding(days: 1)
    }
    if surprise >= SilentLine.limit { gap.isSilence = true }
    return (gap, surprise)
  }

  // MARK: which hours count

  /// The business hours of a day that counts; none where it is off, or many are away.
  private func blocks(on date: CivilDate) -> [MinuteRange] {
    if calendar.isDayOff(date) { return [] }
    let blocks = calendar.hours.isEmpty ? SilentLine.wholeDay : calendar.hours[date.weekday]
    return blocks.isEmpty || isAway(date) ? [] : blocks
  }

  private static let wholeDay = [MinuteRange(start: 0, end: 1440)].compactMap { $0 }

  /// A holiday somewhere in the country, or a working day alone between such a day and days off.
  private func isAway(_ date: CivilDate) -> Bool {
    guard let holidays else { return false }
    func isFree(_ date: CivilDate) -> Bool {
      calendar.isDayOff(date) || holidays.contains(date)
        || !calendar.hours.isEmpty && calendar.hours[date.weekday].isEmpty
    }
    let (yesterday, tomorrow) = (date.adding(days: -1), date.adding(days: 1))
    return holidays.contains(date) || holidays.contains(yesterday) && isFree(tomorrow)
      || isFree(yesterday) && holidays.contains(tomorrow)
  }

  // MARK: what is usual

  /// A day that counts, and in which of its hours calls came how often.
  private struct Day {
    var weekday: Weekday
    /// Open quarters of an hour, and those with calls, by the hour of the day.
    var open = [Double](repeating: 0, count: 24)
    var active = [Double](repeating: 0, count: 24)
  }

  private func days(_ history: [Int], until last: Timestamp) -> [Day] {
    let zone = calendar.zone
    let end = zone.local(last)
    // A gap of its own stands at the beginning: before the first call nothing is known.
    guard let first = history.first else { return [] }
    var date = zone.day(of: Timestamp(milliseconds: Int64(first) * SilentLine.quarterMilliseconds))
    var days: [Day] = []
    var next = history.startIndex
    while date <= end.date {
      let blocks = blocks(on: date)
      var day = Day(weekday: date.weekday)
      for block in blocks {
        let closes = date == end.date ? min(block.end, end.minuteOfDay + 1) : block.end
        for hour in 0..<24 {
          let minutes = min(closes, hour * 60 + 60) - max(block.start, hour * 60)
          if minutes > 0 { day.open[hour] += Double(minutes) / 15 }
        }
      }
      while next < history.endIndex {
        let local = zone.local(Timestamp(milliseconds: Int64(history[next]) * SilentLine.quarterMilliseconds))
        guard local.date <= date else { break }
        // A block that begins within the quarter has it too.
        if local.date == date, day.open[local.hour] > 0,
          blocks.contains(where: { $0.start < local.minuteOfDay + 15 && local.minuteOfDay < $0.end })
        {
          day.active[local.hour] += 1
        }
        next += 1
      }
      if !blocks.isEmpty { days.append(day) }
      date = date.adding(days: 1)
    }
    return days
  }

  /// What an open hour of a weekday brings, and how much days differ.
  private struct Usual {
    let perDay: Double
    /// Of an open quarter of an hour, by weekday and hour.
    private var rates: [Double]
    /// How much one day's rate differs from another's beyond chance: variance over mean squared.
    private var spread = 0.0

    /// nil where too few days are known.
    init?(_ days: [Day]) {
      guard days.count >= SilentLine.fewestDays else { return nil }
      var open = [Double](repeating: 0, count: 168)
      var active = open
      for day in days {
        for hour in 0..<24 {
          open[(day.weekday.rawValue - 1) * 24 + hour] += day.open[hour]
          active[(day.weekday.rawValue - 1) * 24 + hour] += day.active[hour]
        }
      }
      let total = active.reduce(0, +)
      guard total >= Double(SilentLine.fewestCalls) else { return nil }
      perDay = total / Double(days.count)
      let mean = total / open.reduce(0, +)
      func average(_ slots: [Int]) -> Double {
        let prior = 8.0
        return (slots.reduce(0) { $0 + active[$1] } + prior * mean)
          / (slots.reduce(0) { $0 + open[$1] } + prior)
      }
      let ofHours = (0..<24).map { hour in average((0..<7).map { $0 * 24 + hour }) }
      let ofDays = (0..<7).map { day in average((0..<24).map { day * 24 + $0 }) }
      let weight = 4 * SilentLine.weeksOfAverage
      rates = (0..<168).map { slot in
        let product = ofDays[slot / 24] * ofHours[slot % 24] / mean
        return (active[slot] + weight * product) / (open[slot] + weight)
      }
      var (squares, expected) = (0.0, 0.0)
      var recent = (came: 0.0, expected: 0.0)
      for (index, day) in days.enumerated() {
        let slot = (day.weekday.rawValue - 1) * 24
        let usual = (0..<24).reduce(0.0) { $0 + rates[slot + $1] * day.open[$1] }
        let came = day.active.reduce(0, +)
        squares += (came - usual) * (came - usual)
        expected += usual
        if index >= days.count - SilentLine.recentDays {
          recent.came += came
          recent.expected += usual
        }
      }
      let count = Double(days.count)
      let beyondChance = (squares / expected) * count / (count - 1) - 1
      // So few days say little of it: what is usual is added.
      let own = beyondChance * count / expected
      spread = max(
        0.02,
        (own * count + SilentLine.usualSpread * SilentLine.usualDays) / (count + SilentLine.usualDays))
      let level = min(1, (recent.came + 2) / (recent.expected + 2))
      for slot in rates.indices { rates[slot] *= level }
    }

    /// Calls between two minutes of a day.
    func expected(on weekday: Weekday, _ blocks: [MinuteRange], from: Int, to: Int) -> Double {
      var sum = 0.0
      for block in blocks {
        for hour in 0..<24 {
          let minutes = min(block.end, to, hour * 60 + 60) - max(block.start, from, hour * 60)
          if minutes > 0 { sum += Double(minutes) / 15 * rates[(weekday.rawValue - 1) * 24 + hour] }
        }
      }
      return sum
    }

    /// How unlikely it is that a day, or a part of it, brings none of so many calls: the logarithm of once in how many,
    /// where a day's rate is drawn anew each day (a negative binomial's).
    func surprise(_ expected: Double) -> Double {
      let x = expected * spread
      // ln(1 + x), to a hundredth as far as it matters.
      return expected * (6 + x) / (6 + 4 * x)
    }
  }
}
