// ReportTests.swift - `opsfabric report` of the shipped program: the golden files, byte for byte.

import Platform
import SQLite
import Store
import TestSupport
import Testing

extension EndToEnd {
  struct ReportTests {
    private func installation() throws -> (shipped: ShippedInstallation, store: Store) {
      let shipped = try ShippedInstallation(tenants: BookedMonth.tenantFiles)
      let store = try Store.openMigrating(shipped.home, journalMode: .wal)
      try BookedMonth.fill(store, home: shipped.home)
      return (shipped, store)
    }

    private func bytes(_ folder: String) throws -> [String: [UInt8]] {
      var found: [String: [UInt8]] = [:]
      for name in try Files.list(folder) { found[name] = try Files.read("\(folder)/\(name)") }
      return found
    }

    @Test func `the shipped program writes the golden files in every profile, twice the same`() throws {
      let (shipped, _) = try installation()
      let folder = "\(shipped.home.reports)/\(BookedMonth.month)"
      for profile in ["excel-ch", "excel-de", "rfc4180", "banana"] {
        try shipped.writeConfiguration("csv: { profile: \"\(profile)\" },")
        #expect(try shipped.opsfabric("apply").exitCode == 0)
        for _ in 0..<2 {
          let result = try shipped.opsfabric("report", BookedMonth.month)
          #expect(result.exitCode == 0, "\(result.errors)")
          #expect(result.errors.isEmpty)
          #expect(result.output.contains("doerfler 2026-02 15 missed calls = sent 9 + withheld 1 + "))
          #expect(result.output.contains("Prices missing: 1."))
          #expect(try bytes(folder) == bytes(BookedMonth.golden(profile)), "\(profile)")
        }
      }
      #expect(Files.mode("\(folder)/summary_2026-02.csv") == 0o600)
    }

    @Test func `one tenant, into a folder of one's own, is written without the summary`() throws {
      let (shipped, _) = try installation()
      let folder = "\(shipped.folder)/anderswo/2026"
      let result = try shipped.opsfabric("report", "--out", folder, "2026-02", "--tenant", "mueller")
      #expect(result.exitCode == 0, "\(result.errors)")
      let names = try Files.list(folder).filter { $0.hasSuffix(".csv") }
      #expect(
        names == [
          "bookings_mueller_2026-02.csv", "ledger_mueller_2026-02.csv", "messages_mueller_2026-02.csv",
          "report_mueller_2026-02.csv",
        ])
      #expect(try Files.list(shipped.home.reports).isEmpty)
    }

    @Test func `without a month it is last month, and a wrong word is a usage error`() throws {
      let (shipped, _) = try installation()
      #expect(try shipped.opsfabric("report").exitCode == 0)
      #expect(try Files.list(shipped.home.reports).count == 1)
      for words in [
        ["2026-13"], ["2026-2"], ["9999-12"], ["2026-02", "2026-03"], ["--tenant", "nobody"], ["--all"],
      ] {
        let result = try ProgramRunner.run(
          ShippedPrograms.opsfabric, ["report"] + words, environment: shipped.environment)
        #expect(result.exitCode == 2, "\(words)")
        #expect(!result.errors.isEmpty)
      }
    }

    @Test func `a ledger that does not balance ends with one line and exit code 1`() throws {
      let (shipped, _) = try installation()
      let database = try Database(path: shipped.home.database, access: .readWrite)
      try database.execute("UPDATE calls SET reason = 'lost' WHERE tenant = 'mueller'")
      let result = try shipped.opsfabric("report", "2026-02")
      #expect(result.exitCode == 1)
      #expect(
        result.errors
          == "opsfabric report: the ledger of mueller for 2026-02 does not balance: 1 missed calls, 0 accounted for\n"
      )
      let names = try Files.list("\(shipped.home.reports)/2026-02")
      #expect(names.contains("report_doerfler_2026-02.csv"))
      #expect(!names.contains { $0.contains("mueller") || $0.contains("summary") || $0.contains(".tmp") })
    }
  }
}
