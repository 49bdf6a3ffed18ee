// GoldenReportTests.swift - a month's files byte for byte, in each profile.
//
// After a change that is meant: UPDATE_GOLDEN=1 swift test --filter GoldenReportTests, and look at the difference.

import Books
import Business
import LocalTime
import Platform
import TestSupport
import Testing

struct GoldenReportTests {
  static let profiles = Installation.CSVProfile.allCases

  @Test(arguments: profiles) func `a month's files are those kept in Tests/Golden`(
    profile: Installation.CSVProfile
  ) throws {
    let world = try TestWorld()
    world.tenants = BookedMonth.tenants()
    try world.apply()
    let store = try world.store()
    try BookedMonth.fill(store, home: world.home)
    let month = try #require(CivilMonth(iso8601: BookedMonth.month))
    let files = ReportFiles(store: store, zones: TimeZones(), dialect: CSVDialect(profile))
    let folder = "\(world.home.reports)/\(BookedMonth.month)"
    var months: [TenantMonth] = []
    for tenant in world.tenants {
      months.append(try files.write(BookTenant(tenant), month, to: folder).figures)
    }
    try files.writeSummary(months, month, to: folder)

    let golden = BookedMonth.golden(profile.rawValue)
    if Environment.process["UPDATE_GOLDEN"] != nil {
      try Files.makeFolder(golden, mode: 0o755)
      for name in try Files.list(folder) {
        try Files.writeAtomically(try Files.read("\(folder)/\(name)"), to: "\(golden)/\(name)", mode: 0o644)
      }
    }
    #expect(try Files.list(folder) == Files.list(golden))
    for name in try Files.list(golden) {
      let (written, kept) = (try Files.read("\(folder)/\(name)"), try Files.read("\(golden)/\(name)"))
      #expect(String(decoding: written, as: UTF8.self) == String(decoding: kept, as: UTF8.self), "\(name)")
      #expect(written == kept, "\(name)")
    }
  }
}
