// SimulatedLine.swift - years of calls to a business, as uneven as real ones, from a seed.
//
// Weekdays and hours differ, so do days; callers who reach nobody try again; business grows or shrinks; summer and the
// turn of the year are quiet. The business keeps Zurich's holidays, a week of vacation and the day of the local fair, and has
// configured none of them: some people call all the same.

import Business
import Foundation
import LocalTime

/// SplitMix64.
struct LineRandom: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) {
    state = seed
    // Neighbouring seeds are no shifted copies of one sequence.
    state = next() ^ (seed << 32)
  }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }

  /// 0 ..< 1.
  mutating func fraction() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

  mutating func poisson(_ mean: Double) -> Int {
    var (count, product) = (0, fraction())
    while product > exp(-mean) {
      count += 1
      product *= fraction()
    }
    return count
  }

  mutating func normal() -> Double { sqrt(-2 * log(1 - fraction())) * cos(2 * .pi * fraction()) }
}

struct SimulatedLine {
  static let calendar = BusinessCalendar(zone: .utc, hours: .usual)
  /// Minutes of the day at which the line is looked at; the last is the strict look.
  static let looks = [9 * 60 + 30, 11 * 60 + 30, 14 * 60 + 30, 16 * 60 + 52]
  private static let holidays = HolidayRegion("CH-ZH")
  private static let ofWeekday = [1.25, 1.05, 1, 0.95, 0.75, 0.06, 0.02]
  /// From 7:00 to 20:00.
  private static let ofHour = [0.15, 1, 1.4, 1.3, 1, 0.3, 0.8, 1.1, 1, 0.8, 0.25, 0.1, 0.05]
  private static let again = 0.2

  /// In order, from 8 weeks before the year on.
  private(set) var calls: [Timestamp] = []
  let year: ClosedRange<CivilDate>
  private let callersPerDay: Double

  /// - Parameters:
  ///   - callersPerDay: on an ordinary working day; some of them call twice.
  ///   - isEven: every working day is like the others, and nobody calls twice: chance alone.
  init(callersPerDay: Double, seed: UInt64, isEven: Bool = false) {
    self.callersPerDay = callersPerDay
    var random = LineRandom(seed: seed)
    let start = CivilDate(year: 2020 + Int(random.next() % 12), month: 1, day: 1)!
      .adding(days: Int(random.next() % 365))
    year = start...start.adding(days: 364)
    let trend = 0.4 * random.fraction() - 0.2
    let vacation = start.adding(days: Int(random.next() % 365))
    let fair = start.adding(days: Int(random.next() % 365))
    let hourSum = Self.ofHour.reduce(0, +)
    for offset in -60..<365 {
      let date = start.adding(days: offset)
      var mean = callersPerDay * Self.ofWeekday[date.weekday.rawValue - 1]
      mean *= (1 + trend * Double(offset) / 365) * exp(0.15 * random.normal() - 0.01)
      if (7...8).contains(date.month) { mean *= date.month == 7 && date.day < 10 ? 0.9 : 0.75 }
      if date.month == 12 && date.day > 20 || date.month == 1 && date.day < 7 { mean *= 0.5 }
      if 0..<7 ~= date.daysSinceEpoch - vacation.daysSinceEpoch { mean *= 0.6 }
      if date == fair { mean *= 0.4 }
      if isEven { mean = date.weekday.rawValue < 6 ? callersPerDay : 0 }
      if Self.holidays?.hasHoliday(on: date) == true { mean *= 0.1 }
      for (index, share) in Self.ofHour.enumerated() {
        for _ in 0..<random.poisson(mean * share / hourSum) {
          let minute = Double(index + 7) * 60 + 60 * random.fraction()
          add(date, minute)
          if !isEven, random.fraction() < Self.again { add(date, minute + 2 + 20 * random.fraction()) }
        }
      }
    }
    calls.sort()
  }

  private mutating func add(_ date: CivilDate, _ minute: Double) {
    calls.append(TimeZoneRules.utc.timestamp(date, minuteOfDay: 0).adding(seconds: Int(minute * 60)))
  }

  /// Ordinary working days.
  func isWorkingDay(_ date: CivilDate) -> Bool {
    date.weekday.rawValue < 6 && Self.holidays?.hasHoliday(on: date) != true
  }

  // MARK: looking

  /// The gap that is taken for a dead line at a moment; nil where there is none.
  /// - Parameter death: the line brings no calls from then on.
  func silence(at now: Timestamp, death: Timestamp? = nil, _ silent: SilentLine) -> Timestamp? {
    guard let pause = pause(at: now, death: death, calls: 3.5),
      silent.gap(history: pause.history, last: pause.last, now: now)?.isSilence == true
    else { return nil }
    return pause.last
  }

  /// nil where it is too short for so many calls: most are no question, and looking closely takes time.
  private func pause(at now: Timestamp, death: Timestamp?, calls fewest: Double, proof: Timestamp? = nil) -> (
    history: [Int], last: Timestamp
  )? {
    let known = index(of: min(now, death ?? now))
    guard known > 0 else { return nil }
    let last = max(calls[known - 1], proof ?? calls[known - 1])
    guard Double(openMinutes(from: last, to: now)) * callersPerDay >= fewest * 480 else { return nil }
    var history: [Int] = []
    for call in calls[index(of: SilentLine.start(for: last))..<known] {
      let quarter = Int(call.milliseconds / SilentLine.quarterMilliseconds)
      if history.last != quarter { history.append(quarter) }
    }
    return (history, last)
  }

  /// How many calls came before.
  private func index(of time: Timestamp) -> Int {
    var (low, high) = (0, calls.count)
    while low < high {
      let middle = (low + high) / 2
      if calls[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func openMinutes(from start: Timestamp, to end: Timestamp) -> Int {
    var minutes = 0
    var day = start.milliseconds / 86_400_000
    while day <= end.milliseconds / 86_400_000 {
      if (day + 3) % 7 < 5 {
        for block in [(480, 720), (780, 1020)] {
          let from = max(Int((start.milliseconds - day * 86_400_000) / 60_000), block.0)
          let to = min(Int((end.milliseconds - day * 86_400_000) / 60_000), block.1)
          minutes += max(0, to - from)
        }
      }
      day += 1
    }
    return minutes
  }

  func moment(_ date: CivilDate, _ minute: Int) -> Timestamp {
    TimeZoneRules.utc.timestamp(date, minuteOfDay: minute)
  }

  /// Gaps of the year that were taken for a dead line.
  /// - Parameter looks: minutes of the day.
  func falseAlarms(looks: [Int], _ silent: SilentLine) -> Int {
    var alarms: Set<Timestamp> = []
    var date = year.lowerBound
    while date <= year.upperBound {
      for minute in looks {
        if let gap = silence(at: moment(date, minute), silent) { alarms.insert(gap) }
      }
      date = date.adding(days: 1)
    }
    return alarms.count
  }

  // MARK: check calls

  private static let evening = 17 * 60 + 15

  /// Evenings of the year on which a check call was made because the line was in doubt; each came back.
  func doubts(_ silent: SilentLine) -> Int {
    var proof: Timestamp?
    var count = 0
    for offset in 0..<365 {
      let now = moment(year.lowerBound.adding(days: offset), Self.evening)
      if let pause = pause(at: now, death: nil, calls: 1.8, proof: proof),
        silent.isDoubtful(history: pause.history, last: pause.last, now: now)
      {
        count += 1
        proof = now
      }
    }
    return count
  }

  /// Working days until a check call was made to the line that died then: 0 in the evening of the same.
  func daysUntilDoubt(death: Timestamp, _ silent: SilentLine) -> Int? {
    var days = 0
    for date in (0..<30).map({ TimeZoneRules.utc.day(of: death).adding(days: $0) }) where isWorkingDay(date) {
      let now = moment(date, Self.evening)
      if let pause = pause(at: now, death: death, calls: 1.8),
        silent.isDoubtful(history: pause.history, last: pause.last, now: now)
      {
        return days
      }
      days += 1
    }
    return nil
  }

  /// A moment of an ordinary working day.
  func death(_ random: inout LineRandom) -> Timestamp {
    while true {
      let date = year.lowerBound.adding(days: Int(random.next() % 340))
      if isWorkingDay(date) { return moment(date, 480 + Int(random.next() % 540)) }
    }
  }

  /// Working days until the line that died then was found: 0 on the same, 1 by the close of the next.
  func daysUntilFound(death: Timestamp, looks: [Int], _ silent: SilentLine) -> Int? {
    var date = TimeZoneRules.utc.day(of: death)
    var days = 0
    while days < 30 {
      if isWorkingDay(date) {
        for minute in looks where moment(date, minute) > death {
          if silence(at: moment(date, minute), death: death, silent) != nil { return days }
        }
        days += 1
      }
      date = date.adding(days: 1)
    }
    return nil
  }
}
