// CLibraryComparisonTests.swift - TimeZoneRules agrees with the C library, from 1990 to 2060.

import LocalTime
import Testing

@Suite(.enabled(if: SystemZones.hasZdump))
struct CLibraryComparisonTests {
  static let zones = [
    "Europe/Zurich", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Kiritimati", "Africa/Casablanca",
    "Asia/Kathmandu", "Pacific/Auckland", "America/Nuuk", "Pacific/Apia", "Europe/Dublin", "Africa/Cairo",
    "Asia/Gaza", "America/Asuncion", "Antarctica/Troll",
  ]

  /// Both sides of each change, and days and odd instants between the changes.
  static func check(_ rules: TimeZoneRules, against expected: [ExpectedOffset]) {
    var wrong: [String] = []
    for (index, change) in expected.enumerated() {
      let next = index + 1 < expected.count ? expected[index + 1].second : change.second + 1
      let step = max(1, (next - change.second) / 7)
      for second in stride(from: change.second, to: next, by: Int64.Stride(step)) {
        let offset = rules.utcOffset(at: Timestamp(seconds: second))
        if offset != change.offset { wrong.append("\(second): \(offset), not \(change.offset)") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(5)) of \(wrong.count)")
  }

  @Test(arguments: zones)
  func `every offset is the C library's`(zone: String) throws {
    // From 1971, so that zones without a change since 1990 are compared too.
    let expected = SystemZones.expected(zone, years: 1971...2060)
    #expect(expected.count >= 2)
    Self.check(try SystemZones.rules(zone), against: expected)
  }

  @Test(.enabled(if: SystemZones.hasZic))
  func `slim files say the same as the C library`() throws {
    let folder = SystemZones.run("mktemp -d").trimmingNewline
    let zic = try #require(SystemZones.zic)
    #expect(folder.hasPrefix("/"))
    _ = SystemZones.run("\(zic) -b slim -d '\(folder)' \(SystemZones.source)")
    defer { _ = SystemZones.run("rm -rf '\(folder)'") }
    let fat = SystemZones.bytes("\(SystemZones.directory)/Europe/Zurich").count
    #expect(SystemZones.bytes("\(folder)/Europe/Zurich").count < fat)
    for zone in Self.zones {
      let rules = try SystemZones.rules(zone, in: folder)
      Self.check(rules, against: SystemZones.expected(zone, years: 1971...2060))
    }
  }

  @Test(arguments: [
    "CET-1CEST,M3.5.0,M10.5.0/3", "NZST-12NZDT,M9.5.0,M4.1.0/3", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
    "AAA-1BBB,J59/2,J300/3", "AAA-1BBB,J60/2,J300/3", "AAA3BBB,59/0,300/26", "AAA3BBB,300,59/5:30:15",
    "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "IST-2IDT,M3.4.4/26,M10.5.0", "EET-2EEST,M3.4.4/50,M10.4.4/50",
    "IST-1GMT0,M10.5.0,M3.5.0/1",
  ])
  func `a footer's rule is read as the C library reads it`(footer: String) throws {
    let expected = SystemZones.expected(footer, years: 2000...2050)
    #expect(expected.count > 150)
    Self.check(try TimeZoneRules(tzif: SystemZones.file(footer: footer)), against: expected)
  }

  @Test(arguments: zones)
  func `local time leads back to its instant, or to the earlier of two`(zone: String) throws {
    let rules = try SystemZones.rules(zone)
    var wrong: [String] = []
    for change in SystemZones.expected(zone, years: 1990...2060) {
      for distance: Int64 in [-90_000, -3600, -1800, -1, 0, 1, 1799, 1800, 3599, 3600, 90_000] {
        let instant = Timestamp(seconds: change.second + distance)
        let local = rules.local(instant)
        let back = rules.timestamp(local.date, minuteOfDay: local.minuteOfDay, second: local.second)
        let earlier = instant.milliseconds(since: back)
        if rules.local(back) != local || !(0...7_200_000 ~= earlier) { wrong.append(instant.iso8601) }
        // Nothing before it shows that time or a later one of the same day.
        if rules.local(back.adding(seconds: -1)) == local { wrong.append("not first: \(instant.iso8601)") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(5)) of \(wrong.count)")
  }
}

extension String {
  fileprivate var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
