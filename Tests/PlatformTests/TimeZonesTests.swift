// TimeZonesTests.swift - zones by name, and no way out of the zone folder.

import LocalTime
import Platform
import Testing

@Suite struct TimeZonesTests {
  let zones = TimeZones()

  @Test func `Zurich is an hour ahead in winter and two in summer`() throws {
    let zurich = try #require(zones.zone("Europe/Zurich"))
    let winter = try #require(Timestamp(iso8601: "2026-02-10T08:15:30Z"))
    let summer = try #require(Timestamp(iso8601: "2026-07-10T08:15:30Z"))
    #expect(zurich.utcOffset(at: winter) == 3600)
    #expect(zurich.utcOffset(at: summer) == 7200)
  }

  @Test(arguments: ["Etc/GMT+5", "America/Port-au-Prince", "America/Argentina/Buenos_Aires", "UTC"])
  func `names with digits, signs and several folders are known`(_ name: String) {
    #expect(zones.zone(name) != nil)
  }

  @Test(arguments: [
    "", "Europe", "Europe/", "Europe/Zürich", "Europe/Zurihc", "europe zurich", "CEST+2x", "zone.tab",
  ])
  func `what is no zone is nil`(_ name: String) {
    #expect(zones.zone(name) == nil)
  }

  @Test(arguments: [
    "/usr/share/zoneinfo/Europe/Zurich", "../zoneinfo/Europe/Zurich", "Europe/../Europe/Zurich",
    "./Europe/Zurich",
    "Europe/Zurich\u{0}", "Europe/Zurich\n", "../../../etc/passwd",
  ])
  func `a path is no zone, even where it leads to one`(_ name: String) {
    #expect(zones.zone(name) == nil)
  }

  @Test func `TZDIR comes first, and a file there that is no zone is passed over`() throws {
    let scratch = try Scratch()
    let zurich = try Files.read("/usr/share/zoneinfo/Europe/Zurich", limit: 1 << 20)
    try Files.writeAtomically(zurich, to: scratch.file("Home"))
    try scratch.write("no zone file", to: "UTC")
    let own = TimeZones(environment: Environment(["TZDIR": scratch.path]))
    #expect(own.zone("Home") == zones.zone("Europe/Zurich"))
    #expect(own.zone("UTC")?.utcOffset(at: Timestamp(seconds: 0)) == 0)
    #expect(zones.zone("Home") == nil)
  }
}
