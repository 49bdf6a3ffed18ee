// ReportSumsTests.swift - the sums beside the reports: a chain over the months, judged by sha256sum.

import Books
import Business
import LocalTime
import Platform
import SQLite
import TestSupport
import Testing

struct ReportSumsTests {
  private func month(_ text: String) throws -> CivilMonth { try #require(CivilMonth(iso8601: text)) }

  private func sums(_ world: TestWorld, _ month: String) throws -> [String] {
    let file = "\(world.home.reports)/\(month)/sums_\(month).txt"
    return String(decoding: try Files.read(file), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// What another program says of them.
  private func isConfirmed(_ world: TestWorld, _ month: String) throws -> Bool {
    try ChildProgram.run(
      "/bin/sh",
      ["-c", "cd '\(world.home.reports)/\(month)' && sha256sum --strict --status -c sums_\(month).txt"],
      environment: [(name: "PATH", value: "/usr/bin:/bin")], errors: "/dev/null"
    ).exitCode == 0
  }

  /// January and February have been closed.
  private func world() throws -> TestWorld {
    let world = try TestWorld(at: try #require(Timestamp(iso8601: "2026-01-31T10:00:00Z"))) {
      $0.accounts = .init(debit: "6513", credit: "2000")
    }
    for end in ["2026-02-01T12:00:00Z", "2026-03-01T12:00:00Z"] {
      world.miss()
      try world.run(after: 31)
      try world.text("1")
      try world.run(after: 60)
      world.clock.now = try #require(Timestamp(iso8601: end))
      for _ in 0..<3 { try world.run(linger: 55) }
    }
    return world
  }

  @Test func `each month names its files, and first the sums of the month before`() throws {
    let world = try world()
    func names(_ month: String) throws -> [String] { try sums(world, month).map { String($0.dropFirst(66)) } }
    func tables(_ month: String) throws -> [String] {
      try Files.list("\(world.home.reports)/\(month)").filter { $0.hasSuffix(".csv") }.sorted()
    }
    #expect(try names("2026-01") == tables("2026-01"))
    #expect(try names("2026-02").first == "../2026-01/sums_2026-01.txt")
    #expect(try Array(names("2026-02").dropFirst()) == tables("2026-02"))
    #expect(try tables("2026-02").count >= 4)
    #expect(try isConfirmed(world, "2026-01") && isConfirmed(world, "2026-02"))
    #expect(try ReportSums(reports: world.home.reports).faults() == [])
  }

  @Test func `what was changed, taken away or added since is found`() throws {
    let world = try world()
    let sums = ReportSums(reports: world.home.reports)
    let january = "\(world.home.reports)/2026-01"
    let bytes = try Files.read("\(january)/ledger_doerfler_2026-01.csv")
    try Files.writeAtomically(bytes + [0x20], to: "\(january)/ledger_doerfler_2026-01.csv")
    try Files.remove("\(january)/messages_doerfler_2026-01.csv")
    try Files.writeAtomically(bytes, to: "\(january)/ledger_other_2026-01.csv")
    let faults = try sums.faults()
    #expect(
      faults.map { "\($0.month.iso8601) \($0.file) \($0.what)" } == [
        "2026-01 ledger_doerfler_2026-01.csv was changed", "2026-01 messages_doerfler_2026-01.csv is gone",
        "2026-01 ledger_other_2026-01.csv came later",
      ])
    #expect(try !isConfirmed(world, "2026-01") && isConfirmed(world, "2026-02"))
    // Who writes January's sums anew has to do so with February's.
    try sums.write(month("2026-01"))
    #expect(try sums.faults().map(\.file) == ["../2026-01/sums_2026-01.txt"])
    try sums.renew(from: month("2026-01"))
    #expect(try sums.faults() == [])
    #expect(try isConfirmed(world, "2026-02"))
  }

  @Test func `written again, they are the same, and a month that is not closed has none`() throws {
    let world = try world()
    let sums = ReportSums(reports: world.home.reports)
    let before = try self.sums(world, "2026-02")
    try sums.renew(from: month("2026-01"))
    #expect(try self.sums(world, "2026-02") == before)
    let march = "\(world.home.reports)/2026-03"
    try Files.makeFolder(march)
    try Files.writeAtomically([], to: "\(march)/report_doerfler_2026-03.csv")
    try sums.renew(from: month("2026-03"))
    #expect(try sums.months() == [month("2026-01"), month("2026-02")])
  }
}
