// TimestampTests.swift - written forms of instants and days.

import LocalTime
import Testing

struct TimestampTests {
  @Test(arguments: [
    ("2026-02-10T08:15:30Z", Int64(1_770_711_330_000)), ("2026-02-10", 1_770_681_600_000),
    ("2026-02-10T08:15", 1_770_711_300_000), ("2026-02-10T09:15:30+01:00", 1_770_711_330_000),
    ("2026-02-10T03:15:30-0500", 1_770_711_330_000), ("2026-02-10t08:15:30.25z", 1_770_711_330_250),
    ("1969-12-31T23:59:59.999Z", -1), ("2026-02-10 08:15:30.123456789", 1_770_711_330_123),
  ])
  func `ISO 8601 is read`(text: String, milliseconds: Int64) {
    #expect(Timestamp(iso8601: text)?.milliseconds == milliseconds)
  }

  @Test(arguments: [
    "", "2026", "2026-2-10", "2026-02-30", "2026-02-10T", "2026-02-10T24:00", "2026-02-10T08:60",
    "2026-02-10T08:15:30.", "2026-02-10T08:15:30+1", "2026-02-10T08:15:30Zx", "２026-02-10", "-026-02-10",
  ])
  func `what is no ISO 8601 time is refused`(text: String) {
    #expect(Timestamp(iso8601: text) == nil)
  }

  @Test(arguments: [
    "Tue, 10 Feb 2026 08:15:30 +0000", "10 Feb 2026 08:15:30 GMT", "Tue, 10 Feb 2026 09:15:30 +0100",
    "Tue, 10 Feb 2026 02:45:30 -0530", "Tue, 10 Feb 2026 08:15:30",
  ])
  func `RFC 2822 is read`(text: String) {
    #expect(Timestamp(rfc2822: text)?.iso8601 == "2026-02-10T08:15:30Z")
  }

  @Test(arguments: [
    "", "Tue,", "Tue, 10 Feb 2026", "Tue, 10 Xxx 2026 08:15:30", "Tue, 31 Feb 2026 08:15:30 +0000",
    "Tue, 10 Feb 2026 08:15 +0000", "Tue, 10 Feb 2026 25:15:30 +0000", "Tue, 10 Feb 99999999999 08:15:30",
  ])
  func `what is no RFC 2822 time is refused`(text: String) {
    #expect(Timestamp(rfc2822: text) == nil)
  }

  @Test func `both forms are written`() throws {
    let instant = try #require(Timestamp(iso8601: "2026-02-01T08:05:09Z"))
    #expect(instant.iso8601 == "2026-02-01T08:05:09Z")
    #expect(instant.rfc2822 == "Sun, 01 Feb 2026 08:05:09 +0000")
  }

  @Test func `times beyond the year 9999 are written too`() {
    #expect(Timestamp(seconds: 253_402_300_800).iso8601 == "10000-01-01T00:00:00Z")
  }

  @Test func `days and dates agree over 800 years`() {
    var previous = CivilDate(daysSinceEpoch: -150_001)
    for number in -150_000...150_000 {
      let date = CivilDate(daysSinceEpoch: number)
      guard date.daysSinceEpoch == number, previous < date,
        date == CivilDate(year: date.year, month: date.month, day: date.day),
        date.weekday.rawValue == previous.weekday.rawValue % 7 + 1
      else {
        Issue.record("day \(number)")
        return
      }
      previous = date
    }
  }

  @Test func `weekdays are right`() {
    #expect(CivilDate(iso8601: "1970-01-01")?.weekday == .thursday)
    #expect(CivilDate(iso8601: "2026-10-25")?.weekday == .sunday)
    #expect(CivilDate(iso8601: "2024-02-29")?.adding(days: 366).iso8601 == "2025-03-01")
    #expect(CivilDate(year: 2023, month: 2, day: 29) == nil)
  }
}
