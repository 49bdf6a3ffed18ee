// SilentLineTests.swift - when a line without calls is taken for dead, and how often wrongly so.

import Business
import LocalTime
import Testing

struct SilentLineTests {
  /// What 200 years of a firm with 5 callers a day come to, by its calls alone and with check calls.
  private struct Figures {
    var falseAlarms = 0.0
    var checks = 0.0
    private var found: [Int] = []
    private var foundByCheck: [Int] = []

    init(isEven: Bool) {
      let silent = SilentLine(calendar: SimulatedLine.calendar, holidays: CountryHolidays("CH"))
      // A check call needs less caution: days that many have off count for it.
      let doubting = SilentLine(calendar: SimulatedLine.calendar, holidays: nil)
      // Before closing time is when it is found: far more is missing before any other look counts.
      let looks = [16 * 60 + 52]
      let years = 200
      for seed in 1...UInt64(years) {
        let line = SimulatedLine(callersPerDay: 5, seed: seed, isEven: isEven)
        falseAlarms += Double(line.falseAlarms(looks: looks, silent)) / Double(years)
        if seed % 4 == 0 { checks += Double(line.doubts(doubting)) / Double(years / 4) }
        var random = LineRandom(seed: seed + 1000)
        let death = line.death(&random)
        found.append(line.daysUntilFound(death: death, looks: looks, silent) ?? 99)
        foundByCheck.append(line.daysUntilDoubt(death: death, doubting) ?? 99)
      }
    }

    /// Per cent.
    func found(within days: Int) -> Int { found.count { $0 <= days } * 100 / found.count }
    func foundByCheck(within days: Int) -> Int {
      foundByCheck.count { $0 <= days } * 100 / foundByCheck.count
    }

    func tell(_ kind: String) {
      print(
        "silent line, 5 callers a day, 200 years, \(kind): \(falseAlarms) false alarms a year; a dead line is found by the"
          + " close of the next business day in \(found(within: 1)) %, of the one after in \(found(within: 2)) %; with"
          + " check_call \(checks) calls a year more, found by the next evening in"
          + " \(foundByCheck(within: 1)) %, by the one after in \(foundByCheck(within: 2)) %")
    }
  }

  /// Fewer alarms than one a year, and a dead line found within a business day: by its calls alone the two cannot both be
  /// had. A gap that comes once a year by chance is as long as the day after the line's death and the rest of its own. A
  /// check call needs no such patience.
  @Test
  func
    `in 200 uneven years of 5 callers a day there is at most one false alarm a year, and dead lines are found`()
  {
    let figures = Figures(isEven: false)
    figures.tell("uneven")
    #expect(figures.falseAlarms <= 1)
    #expect(figures.found(within: 1) >= 55)
    #expect(figures.found(within: 2) >= 85)
    #expect(figures.found(within: 10) >= 98)
    #expect(figures.foundByCheck(within: 1) >= 95)
    #expect(figures.checks <= 30)
  }

  @Test func `in 200 years in which every day is like the others false alarms are fewer still`() {
    let figures = Figures(isEven: true)
    figures.tell("even")
    #expect(figures.falseAlarms <= 0.5)
    #expect(figures.found(within: 1) >= 55)
    #expect(figures.foundByCheck(within: 1) >= 98)
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
