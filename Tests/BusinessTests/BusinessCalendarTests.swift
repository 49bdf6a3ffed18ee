// BusinessCalendarTests.swift - promises counted in business hours.

import Business
import LocalTime
import Testing

struct BusinessCalendarTests {
  /// Monday to Friday 08:00-12:00 and 13:00-17:00. 2026-02-10 is a Tuesday.
  static let usual = BusinessCalendar(zone: Zurich.zone, hours: .usual)
  static let saturdays = WeeklyHours([
    .monday: Zurich.blocks("14:00-18:00", "08:00-12:00"), .saturday: Zurich.blocks("09:00-11:00"),
  ])
  static let carnival = [
    Holiday.day(year: 2026, month: 2, day: 11), Holiday.day(year: nil, month: 2, day: 12),
    Holiday.day(year: 2025, month: 2, day: 13),
  ]

  @Test(arguments: [
    ("2026-02-10 08:00", 240, "2026-02-10 12:00"),  // the end of a block is the end of that block
    ("2026-02-10 08:00", 241, "2026-02-10 13:01"), ("2026-02-10 09:00", 240, "2026-02-10 14:00"),
    ("2026-02-10 12:30", 60, "2026-02-10 14:00"),  // outside: from the next block
    ("2026-02-10 16:00", 240, "2026-02-11 11:00"), ("2026-02-10 17:00", 1, "2026-02-11 08:01"),
    ("2026-02-13 16:00", 240, "2026-02-16 11:00"),  // over the weekend
    ("2026-02-14 03:00", 30, "2026-02-16 08:30"), ("2026-02-10 09:15", 0, "2026-02-10 09:15"),
    ("2026-02-10 03:00", 0, "2026-02-10 08:00"), ("2026-02-10 03:00", -5, "2026-02-10 08:00"),
    ("2026-02-10 08:00", 4800, "2026-02-23 17:00"),
  ])
  func `minutes run in business hours only`(start: String, minutes: Int, end: String) {
    #expect(Self.usual.adding(businessMinutes: minutes, to: Zurich.at(start)) == Zurich.at(end))
  }

  @Test(arguments: [
    ("2026-02-09 17:00", 60, "2026-02-09 18:00"), ("2026-02-09 17:00", 61, "2026-02-14 09:01"),
    ("2026-02-09 17:00", 180, "2026-02-14 11:00"), ("2026-02-09 17:00", 181, "2026-02-16 08:01"),
  ])
  func `a Saturday with blocks is a working day`(start: String, minutes: Int, end: String) {
    let calendar = BusinessCalendar(zone: Zurich.zone, hours: Self.saturdays)
    #expect(calendar.adding(businessMinutes: minutes, to: Zurich.at(start)) == Zurich.at(end))
  }

  @Test func `holidays are stepped over, of one year or of every year`() {
    var calendar = Self.usual
    calendar.holidays = Self.carnival
    let end = calendar.adding(businessMinutes: 90, to: Zurich.at("2026-02-10 16:00"))
    #expect(end == Zurich.at("2026-02-13 08:30"))
  }

  @Test(arguments: [
    ("2026-02-10 16:00", 90, "2026-02-11 08:30"),  // a holiday has its weekday's blocks
    ("2026-02-13 16:00", 90, "2026-02-14 08:30"),  // Saturday has Friday's
    ("2026-02-15 10:00", 60, "2026-02-15 11:00"),  // and so has Sunday
  ])
  func `with weekend policy same, days off count`(start: String, minutes: Int, end: String) {
    var calendar = Self.usual
    calendar.holidays = Self.carnival
    calendar.weekendPolicy = .same
    #expect(calendar.adding(businessMinutes: minutes, to: Zurich.at(start)) == Zurich.at(end))
  }

  @Test(arguments: [
    ("2026-02-10 08:00", true), ("2026-02-10 12:00", false), ("2026-02-10 16:59:59", true),
    ("2026-02-10 17:00", false), ("2026-02-14 10:00", false), ("2026-02-12 10:00", false),
    ("2026-02-13 10:00", true),
  ])
  func `open means the own hours, whatever the weekend policy promises`(time: String, open: Bool) {
    for policy in WeekendPolicy.allCases {
      let calendar = BusinessCalendar(
        zone: Zurich.zone, hours: .usual, holidays: Self.carnival, weekendPolicy: policy)
      #expect(calendar.isOpen(at: Zurich.at(time)) == open)
    }
  }

  @Test func `around the clock, the days of the changes are as long as they are`() {
    let day = Zurich.blocks("00:00-24:00")
    let hours = WeeklyHours(Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, day) }))
    let calendar = BusinessCalendar(zone: Zurich.zone, hours: hours)
    for (start, end) in [
      ("2026-03-29 00:00", "2026-03-30 01:00"), ("2026-10-25 00:00", "2026-10-25 23:00"),
      ("2026-02-10 00:00", "2026-02-11 00:00"),
    ] {
      #expect(calendar.adding(businessMinutes: 1440, to: Zurich.at(start)) == Zurich.at(end))
    }
  }

  @Test func `a block over the change of the clocks is an hour shorter, or longer`() {
    let hours = WeeklyHours([.sunday: Zurich.blocks("01:00-05:00"), .monday: Zurich.blocks("08:00-12:00")])
    let calendar = BusinessCalendar(zone: Zurich.zone, hours: hours)
    let spring = calendar.adding(businessMinutes: 240, to: Zurich.at("2026-03-29 00:00"))
    #expect(spring == Zurich.at("2026-03-30 09:00"))
    let autumn = calendar.adding(businessMinutes: 240, to: Zurich.at("2026-10-25 00:00"))
    #expect(autumn == Zurich.at("2026-10-25 04:00"))
  }

  @Test func `without hours, plain minutes count and it is always open`() {
    let calendar = BusinessCalendar(zone: Zurich.zone, hours: WeeklyHours(), weekendPolicy: .same)
    let start = Zurich.at("2026-02-14 23:00")
    #expect(calendar.adding(businessMinutes: 240, to: start) == start.adding(minutes: 240))
    #expect(calendar.isOpen(at: start))
  }

  @Test(arguments: WeekendPolicy.allCases)
  func `absurd settings end the search`(policy: WeekendPolicy) {
    let everyDay = (1...12).flatMap { month in (1...31).map { Holiday.day(year: nil, month: month, day: $0) }
    }
    let calendar = BusinessCalendar(
      zone: Zurich.zone, hours: .usual, holidays: everyDay, weekendPolicy: policy)
    let start = Zurich.at("2026-02-10 08:00")
    #expect(calendar.adding(businessMinutes: 60, to: start) == start.adding(minutes: 60))
    #expect(calendar.adding(businessMinutes: .max, to: start) > start)
  }

  @Test func `in a vacation the business is closed, without hours too`() throws {
    let first = try #require(CivilDate(year: 2026, month: 2, day: 9))
    let vacation = try #require(Vacation(from: first, to: first.adding(days: 4)))
    let usual = BusinessCalendar(zone: Zurich.zone, hours: .usual, vacation: vacation)
    #expect(!usual.isOpen(at: Zurich.at("2026-02-10 09:00")))
    #expect(usual.isOpen(at: Zurich.at("2026-02-16 09:00")))
    // Monday: the days of the weekend are no working days.
    #expect(usual.dayOfReturn(on: vacation.first)?.iso8601 == "2026-02-16")
    #expect(usual.dayOfReturn(on: vacation.last)?.iso8601 == "2026-02-16")
    #expect(usual.dayOfReturn(on: vacation.last.adding(days: 1)) == nil)
    // Begun before it, ended behind it.
    #expect(
      usual.adding(businessMinutes: 120, to: Zurich.at("2026-02-06 16:00")) == Zurich.at("2026-02-16 09:00"))
    let always = BusinessCalendar(zone: Zurich.zone, hours: WeeklyHours(), vacation: vacation)
    #expect(!always.isOpen(at: Zurich.at("2026-02-10 09:00")))
    #expect(
      always.adding(businessMinutes: 30, to: Zurich.at("2026-02-10 09:00")) == Zurich.at("2026-02-14 00:30"))
    #expect(always.dayOfReturn(on: vacation.first)?.iso8601 == "2026-02-14")
  }
}
