// QuietHoursTests.swift - quiet hours as stretches of real time.

import Business
import LocalTime
import Testing

struct QuietHoursTests {
  static func quiet(_ from: String, _ to: String) -> QuietHours {
    QuietHours(from: Zurich.minutes(from), to: Zurich.minutes(to), policy: .deferToEnd)
  }
  static let hour: Int64 = 3_600_000

  @Test(arguments: [
    ("21:00", "07:00", "2026-02-10 21:00", "2026-02-11 07:00"),
    ("21:00", "07:00", "2026-02-11 00:00", "2026-02-11 07:00"),
    ("12:00", "13:30", "2026-02-10 12:00", "2026-02-10 13:30"),
    ("00:00", "06:00", "2026-02-10 00:00", "2026-02-10 06:00"),
    ("22:00", "24:00", "2026-02-10 23:59", "2026-02-11 00:00"),
  ])
  func `inside, the end is the next one`(from: String, to: String, now: String, end: String) {
    let quiet = Self.quiet(from, to)
    #expect(quiet.contains(Zurich.at(now), zone: Zurich.zone))
    #expect(quiet.end(after: Zurich.at(now), zone: Zurich.zone) == Zurich.at(end))
    #expect(!quiet.contains(Zurich.at(end), zone: Zurich.zone))
  }

  @Test(arguments: [
    ("21:00", "07:00", "2026-02-10 20:59:59"), ("21:00", "07:00", "2026-02-10 07:00"),
    ("12:00", "13:30", "2026-02-10 13:30"), ("12:00", "13:30", "2026-02-10 00:00"),
    ("09:00", "09:00", "2026-02-10 09:00"), ("00:00", "00:00", "2026-02-10 00:00"),
  ])
  func `outside, nothing is quiet`(from: String, to: String, now: String) {
    let quiet = Self.quiet(from, to)
    #expect(!quiet.contains(Zurich.at(now), zone: Zurich.zone))
    #expect(quiet.end(after: Zurich.at(now), zone: Zurich.zone) == Zurich.at(now))
  }

  @Test func `an end that the spring night skips is the instant of the change`() {
    let quiet = Self.quiet("22:00", "02:30")
    let change = Zurich.utc("2026-03-29T01:00:00")
    #expect(quiet.end(after: Zurich.at("2026-03-29 00:30"), zone: Zurich.zone) == change)
    #expect(quiet.contains(change.adding(milliseconds: -1), zone: Zurich.zone))
    #expect(!quiet.contains(change, zone: Zurich.zone))
  }

  @Test func `an end in the doubled autumn hour is the first one`() {
    let quiet = Self.quiet("22:00", "02:30")
    let end = Zurich.utc("2026-10-25T00:30:00")
    #expect(quiet.end(after: Zurich.at("2026-10-25 00:30"), zone: Zurich.zone) == end)
    // The second 02:15 is not quiet again.
    #expect(!quiet.contains(Zurich.utc("2026-10-25T01:15:00"), zone: Zurich.zone))
  }

  @Test(arguments: [
    ("2026-02-09 12:00", "2026-02-10 12:00", 10), ("2026-03-28 12:00", "2026-03-29 12:00", 9),
    ("2026-10-24 12:00", "2026-10-25 12:00", 11), ("2026-02-01 12:00", "2026-02-11 12:00", 100),
    ("2026-02-10 22:00", "2026-02-10 23:00", 1), ("2026-02-10 12:00", "2026-02-10 13:00", 0),
    ("2026-02-10 06:00", "2026-02-10 22:00", 2), ("2026-02-10 23:00", "2026-02-10 22:00", 0),
  ])
  func `quiet time between two instants`(start: String, end: String, hours: Int64) {
    let quiet = Self.quiet("21:00", "07:00")
    let time = quiet.milliseconds(from: Zurich.at(start), to: Zurich.at(end), zone: Zurich.zone)
    #expect(time == hours * Self.hour)
  }

  @Test func `contains, end and overlap agree over a year`() {
    for quiet in [Self.quiet("21:00", "07:00"), Self.quiet("01:30", "02:30"), Self.quiet("23:30", "02:15")] {
      var instant = Zurich.at("2026-01-01 00:00")
      while instant < Zurich.at("2027-01-01 00:00") {
        let next = instant.adding(minutes: 15)
        let overlap = quiet.milliseconds(from: instant, to: next, zone: Zurich.zone)
        let inside = quiet.contains(instant, zone: Zurich.zone)
        #expect(overlap == (inside ? 900_000 : 0), "\(instant.iso8601)")
        #expect((quiet.end(after: instant, zone: Zurich.zone) > instant) == inside)
        instant = instant.adding(minutes: 285)
      }
    }
  }
}
