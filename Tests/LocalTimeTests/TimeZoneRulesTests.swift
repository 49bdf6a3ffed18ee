// TimeZoneRulesTests.swift - days on which the clocks change, and files that are no zone files.

import LocalTime
import Testing

struct TimeZoneRulesTests {
  private static func zone(_ footer: String) throws -> TimeZoneRules {
    try TimeZoneRules(tzif: SystemZones.file(footer: footer))
  }
  private static func zurich() throws -> TimeZoneRules { try zone("CET-1CEST,M3.5.0,M10.5.0/3") }

  @Test func `a spring time that does not exist is the instant of the change`() throws {
    let zone = try Self.zurich()
    let day = try #require(CivilDate(year: 2026, month: 3, day: 29))
    for minute in [120, 121, 150, 179, 180] {
      #expect(zone.timestamp(day, minuteOfDay: minute).iso8601 == "2026-03-29T01:00:00Z")
    }
    #expect(zone.timestamp(day, minuteOfDay: 119).iso8601 == "2026-03-29T00:59:00Z")
    #expect(zone.timestamp(day, minuteOfDay: 181).iso8601 == "2026-03-29T01:01:00Z")
  }

  @Test func `an autumn time that exists twice is the earlier one`() throws {
    let zone = try Self.zurich()
    let day = try #require(CivilDate(year: 2026, month: 10, day: 25))
    #expect(zone.timestamp(day, minuteOfDay: 120).iso8601 == "2026-10-25T00:00:00Z")
    #expect(zone.timestamp(day, minuteOfDay: 150).iso8601 == "2026-10-25T00:30:00Z")
    #expect(zone.timestamp(day, minuteOfDay: 180).iso8601 == "2026-10-25T02:00:00Z")
  }

  @Test func `days in Zürich begin at midnight and have 23, 24 or 25 hours`() throws {
    let zone = try Self.zurich()
    for (text, hours) in [("2026-03-29", 23), ("2026-03-30", 24), ("2026-10-25", 25)] {
      let day = try #require(CivilDate(iso8601: text))
      let start = zone.startOfDay(day)
      #expect(zone.local(start).minuteOfDay == 0)
      #expect(zone.startOfDay(day.adding(days: 1)) == start.adding(hours: hours))
      #expect(zone.day(of: start) == day)
      #expect(zone.day(of: start.adding(milliseconds: -1)) == day.adding(days: -1))
    }
  }

  @Test func `a day whose midnight is skipped begins at one o'clock`() throws {
    // Beirut's rule: from 00:00 to 01:00 on the last Sunday of March.
    let zone = try Self.zone("EET-2EEST,M3.5.0/0,M10.5.0/0")
    let day = try #require(CivilDate(year: 2026, month: 3, day: 29))
    let local = zone.local(zone.startOfDay(day))
    #expect(local.date == day)
    #expect(local.minuteOfDay == 60)
  }

  @Test(.enabled(if: SystemZones.hasZdump))
  func `a day that a zone left out begins with the next one`() throws {
    // Samoa went from 29 to 31 December 2011.
    let zone = try SystemZones.rules("Pacific/Apia")
    let missing = try #require(CivilDate(year: 2011, month: 12, day: 30))
    #expect(zone.startOfDay(missing) == zone.startOfDay(missing.adding(days: 1)))
    #expect(zone.startOfDay(missing).iso8601 == "2011-12-30T10:00:00Z")
  }

  @Test func `daylight time all year, as RFC 8536 writes it, never ends`() throws {
    let zone = try Self.zone("XXX3EDT4,0/0,J365/23")
    for text in ["2025-12-31T23:00:00Z", "2026-01-01T02:59:59Z", "2026-01-01T03:00:00Z", "2026-07-01"] {
      let instant = try #require(Timestamp(iso8601: text))
      #expect(zone.utcOffset(at: instant) == -4 * 3600)
    }
  }

  @Test func `UTC is UTC`() throws {
    let instant = try #require(Timestamp(iso8601: "2026-02-10T08:15:30Z"))
    let local = TimeZoneRules.utc.local(instant)
    #expect(local.date.iso8601 == "2026-02-10")
    #expect((local.hour, local.minute, local.second) == (8, 15, 30))
    #expect(local.clock == "08:15")
    #expect(TimeZoneRules.utc.timestamp(local.date, minuteOfDay: 495, second: 30) == instant)
  }

  @Test func `milliseconds before the epoch belong to the day before`() {
    let local = TimeZoneRules.utc.local(Timestamp(milliseconds: -1))
    #expect(local.date.iso8601 == "1969-12-31")
    #expect((local.hour, local.minute, local.second) == (23, 59, 59))
  }

  @Test func `a file without a footer keeps its only offset`() throws {
    let zone = try TimeZoneRules(tzif: SystemZones.file(footer: "", offset: -12_345))
    #expect(zone.utcOffset(at: Timestamp(seconds: 2_000_000_000)) == -12_345)
    let old = Array(SystemZones.file(footer: "", offset: 20_700).prefix(44 + 6 + 4))
    var version1 = old
    version1[4] = 0
    #expect(try TimeZoneRules(tzif: version1).utcOffset(at: Timestamp(seconds: 0)) == 20_700)
  }

  @Test(arguments: [
    "C", "CET", "CET-1CEST", "CET-25", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
    "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J1", "CET-1CEST,366,1",
    "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0/3x", "<CET-1", "CET-1:60", ":Europe/Zurich",
    "CET-1CEST,M3.5.0,M10.5.0,", "CET-", "1", "CET-1CEST,M3.5,M10.5.0",
  ])
  func `a footer that is no TZ string is refused`(footer: String) {
    #expect(throws: TimeZoneError.badFooter) { try TimeZoneRules(tzif: SystemZones.file(footer: footer)) }
  }

  @Test func `other files are refused`() {
    #expect(throws: TimeZoneError.truncated) { try TimeZoneRules(tzif: []) }
    #expect(throws: TimeZoneError.notTZif) { try TimeZoneRules(tzif: Array("# tzdata.zi 2025b".utf8)) }
    var leap = SystemZones.file(footer: "")
    leap[44 + 10 + 31] = 1
    leap.insert(contentsOf: [UInt8](repeating: 0, count: 12), at: leap.count - 2)
    #expect(throws: TimeZoneError.invalid("counts leap seconds")) { try TimeZoneRules(tzif: leap) }
    var huge = SystemZones.file(footer: "CET-1")
    for index in 54 + 20..<54 + 44 { huge[index] = 0xFF }
    #expect(throws: TimeZoneError.truncated) { try TimeZoneRules(tzif: huge) }
  }

  @Test(.enabled(if: SystemZones.hasZdump))
  func `a file cut anywhere is refused, a damaged one never traps`() throws {
    let whole = SystemZones.bytes(SystemZones.directory + "/Europe/Zurich")
    for length in 0..<whole.count {
      #expect(throws: TimeZoneError.self) { try TimeZoneRules(tzif: Array(whole.prefix(length))) }
    }
    let instants = [Int64.min / 1000, -1, 0, 2_000_000_000, 1 << 50].map { Timestamp(seconds: $0) }
    for index in whole.indices {
      for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF, whole[index] ^ 0x10] {
        var damaged = whole
        damaged[index] = value
        guard let zone = try? TimeZoneRules(tzif: damaged) else { continue }
        for instant in instants { _ = zone.local(instant) }
        _ = zone.startOfDay(CivilDate(daysSinceEpoch: 20_000))
      }
    }
  }
}
