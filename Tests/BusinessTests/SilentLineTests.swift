// SilentLineTests.swift - when a line without calls is taken for dead, and how often wrongly so.

import Business
import LocalTime
import Testing

struct SilentLineTests {
  /// Fewer alarms than one a year, and how soon a dead line is found: the two cannot both be had without limit. Of a firm
  /// with 5 callers a day the rest of the day of its death and the next one bring 7 calls on average; a gap of so many
  /// comes by chance alone almost once a year.
  @Test
  func
    `in 200 years a firm with 5 callers a day has at most one false alarm a year, and dead lines are found`()
  {
    let silent = SilentLine(calendar: SimulatedLine.calendar, holidays: CountryHolidays("CH"))
    // Before closing time is when it is found: far more is missing before any other look counts.
    let looks = [16 * 60 + 52]
    let years = 200
    var falseAlarms = 0
    var found: [Int] = []
    for seed in 1...UInt64(years) {
      let line = SimulatedLine(callersPerDay: 5, seed: seed)
      falseAlarms += line.falseAlarms(looks: looks, silent)
      var random = LineRandom(seed: seed + 1000)
      found.append(line.daysUntilFound(death: line.death(&random), looks: looks, silent) ?? 99)
    }
    found.sort()
    func share(within days: Int) -> Int { found.count { $0 <= days } * 100 / found.count }
    let perYear = Double(falseAlarms) / Double(years)
    print(
      "silent line, 5 callers a day, \(years) years: \(perYear) false alarms a year; a dead line is found by the close of"
        + " the next business day in \(share(within: 1)) %, of the one after in \(share(within: 2)) %")
    #expect(perYear <= 1)
    #expect(found[found.count / 2] <= 1)
    #expect(share(within: 2) >= 80)
    #expect(share(within: 10) >= 98)
  }

  @Test(arguments: [(2.0, 20), (20.0, 8), (60.0, 4)])
  func `quiet and busy firms have at most one false alarm a year too`(callersPerDay: Double, years: Int) {
    let silent = SilentLine(calendar: SimulatedLine.calendar, holidays: CountryHolidays("CH"))
    var falseAlarms = 0
    for seed in 1...UInt64(years) {
      let line = SimulatedLine(callersPerDay: callersPerDay, seed: 5000 + seed)
      falseAlarms += line.falseAlarms(looks: SimulatedLine.looks, silent)
    }
    #expect(falseAlarms <= years)
  }

  @Test func `a busy line is found dead within hours`() throws {
    let silent = SilentLine(calendar: SimulatedLine.calendar, holidays: CountryHolidays("CH"))
    let line = SimulatedLine(callersPerDay: 60, seed: 3)
    // A Tuesday or Wednesday that much of the country works on.
    let date = try #require(
      (100..<300).lazy.map { line.year.lowerBound.adding(days: $0) }.first {
        [.tuesday, .wednesday].contains($0.weekday) && $0.month == 6
      })
    let death = line.moment(date, 8 * 60 + 30)
    #expect(line.silence(at: line.moment(date, 9 * 60 + 30), death: death, silent) == nil)
    #expect(line.silence(at: line.moment(date, 15 * 60), death: death, silent) != nil)
  }

  // MARK: when nothing is said

  /// Ten calls a day, on every working day from Monday 2026-01-12 on; the last one on Friday 2026-03-06.
  private static let history: [Int] = {
    let first = CivilDate(year: 2026, month: 1, day: 12)!
    return (0..<54).map { first.adding(days: $0) }.filter { $0.weekday.rawValue < 6 }.flatMap { date in
      [482, 510, 560, 600, 640, 700, 800, 860, 920, 980].map { minute in
        Int(at(date, minute).milliseconds / SilentLine.quarterMilliseconds)
      }
    }
  }()
  private static let last = at(CivilDate(year: 2026, month: 3, day: 6)!, 980)

  private static func at(_ date: CivilDate, _ minute: Int) -> Timestamp {
    TimeZoneRules.utc.timestamp(date, minuteOfDay: minute)
  }

  private func gap(
    _ day: String, _ minute: Int, history: [Int] = history, vacation: Vacation? = nil,
    holidays: [Holiday] = []
  ) throws -> SilentLine.Gap? {
    let silent = SilentLine(
      calendar: BusinessCalendar(zone: .utc, hours: .usual, holidays: holidays, vacation: vacation),
      holidays: CountryHolidays("CH"))
    let date = try #require(CivilDate(iso8601: day))
    return silent.gap(history: history, last: Self.last, now: Self.at(date, minute))
  }

  @Test func `a silent Monday is a dead line, and the weekend before it is not counted`() throws {
    let morning = try #require(try gap("2026-03-09", 480))
    #expect(morning.expected < 1 && !morning.isSilence)
    #expect(9.5...10.5 ~= morning.callsPerDay)
    let evening = try #require(try gap("2026-03-09", 1015))
    #expect(9...12 ~= evening.expected && evening.isSilence)
  }

  @Test func `outside the hours nothing is said`() throws {
    for (day, minute) in [
      ("2026-03-09", 479), ("2026-03-09", 740), ("2026-03-09", 1020), ("2026-03-14", 600),
    ] {
      #expect(try gap(day, minute) == nil)
    }
  }

  @Test func `neither holidays nor a vacation are silence`() throws {
    let monday = try #require(CivilDate(iso8601: "2026-03-09"))
    let friday = monday.adding(days: 4)
    #expect(try gap("2026-03-13", 1015, vacation: Vacation(from: monday, to: friday)) == nil)
    let after = try #require(try gap("2026-03-16", 600, vacation: Vacation(from: monday, to: friday)))
    #expect(after.expected < 5 && !after.isSilence)
    #expect(try gap("2026-03-09", 1015, holidays: [.day(year: nil, month: 3, day: 9)]) == nil)
  }

  /// Josefstag, a Thursday in 2026, is kept in some cantons only; many take the Friday too.
  @Test func `a day that much of the country has off is not counted, nor the one between it and the weekend`()
    throws
  {
    #expect(try gap("2026-03-19", 600) == nil)
    #expect(try gap("2026-03-20", 600) == nil)
    #expect(try gap("2026-03-18", 600) != nil)
  }

  @Test func `a business with few calls, or known for a few days only, is never silent`() throws {
    #expect(try gap("2026-03-30", 1015, history: Self.history.suffix(20)) == nil)
    #expect(try gap("2026-03-30", 1015, history: Self.history.suffix(80)) == nil)
    #expect(try gap("2026-03-30", 1015)?.isSilence == true)
  }
}
