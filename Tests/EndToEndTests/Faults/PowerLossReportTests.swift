// PowerLossReportTests.swift - the power fails while a month is reported: each file is whole, the old one or the new
// one, and after the restart the month is reported completely and mailed once.

import LocalTime
import Platform
import SQLite
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(.enabled(if: FaultTracer.program != nil, "fault-tracer is not built"))
  struct PowerLossReportTests {
    private static let month = "2026-02"
    private static let readers = ["buch@example.ch", "chef@example.ch"]

    /// February, some of its files written early, and its closing with every change recorded.
    private final class Closing {
      let world: FaultInstallation
      let disk: DiskModel
      let changes: [DiskChange]
      /// The files as they were before, and as they are in the end.
      let old: [String: [UInt8]]
      let new: [String: [UInt8]]

      init() throws {
        let start = try #require(Timestamp(iso8601: "2026-02-20T09:00:00Z"))
        world = try FaultInstallation(
          at: start,
          tenant:
            "report_email: [\(PowerLossReportTests.readers.map { "\"\($0)\"" }.joined(separator: ", "))], "
            + "accounts: { debit: \"6513\", credit: \"2000\" },",
          // Nobody listens there: the mails wait in the outbox.
          installation: "smtp: { url: \"smtp://127.0.0.1:1\", from: \"telefon@example.ch\" },")
        let day = PlayedDay(world)
        let first = try day.miss(ringing: 10)
        try day.miss("+41434441234", kind: .landline, ringing: 10)
        try day.settle()
        try day.write("2", from: first)
        try world.run(after: 5)
        try #require(
          try world.opsfabric("report", PowerLossReportTests.month, "--tenant", "doerfler").exitCode == 0)
        old = try PowerLossReportTests.files(world.home)
        // The figures change once more; at noon of the first the month is closed, whatever is missing.
        try day.miss(ringing: 10)
        try day.settle()
        world.clock.advance(to: try #require(Timestamp(iso8601: "2026-03-01T11:05:00Z")))
        disk = try DiskModel(world.home.path)
        var plan = FaultPlan()
        plan.record = "\(world.folder)/record"
        for _ in 0..<4 { try #require(try world.run(after: 60, plan: plan).exitCode == 0) }
        changes = try DiskChange.read("\(world.folder)/record")
        new = try PowerLossReportTests.files(world.home)
      }
    }

    /// Name -> content, of whatever does not call itself unfinished.
    private static func files(_ home: Home) throws -> [String: [UInt8]] {
      let folder = "\(home.reports)/\(month)"
      guard Files.exists(folder) else { return [:] }
      var found: [String: [UInt8]] = [:]
      for name in try Files.list(folder) where !name.contains(".tmp.") {
        found[name] = try Files.read("\(folder)/\(name)")
      }
      return found
    }

    private func expectWhole(_ closing: Closing, _ image: Home, _ name: Comment) throws {
      for (file, content) in try Self.files(image) {
        #expect(content == closing.new[file] || content == closing.old[file], "\(name): \(file)")
      }
    }

    private func expectReported(_ closing: Closing, _ image: Home, _ name: Comment) throws {
      var now = closing.world.clock.now
      for _ in 0..<3 {
        now = now.adding(seconds: 61)
        var plan = FaultPlan()
        plan.clock = now
        let run = try closing.world.opsfabric("run", plan: plan, home: image.path)
        #expect(run.exitCode == 0, "\(name): \(run.errors)")
      }
      let files = try Self.files(image)
      #expect(files.keys.sorted() == closing.new.keys.sorted(), name)
      #expect(files == closing.new, name)
      let database = try Database(path: image.database, access: .readWrite)
      let months = try database.rows("SELECT tenant, month FROM reported_months ORDER BY tenant") {
        "\($0.text(0)) \($0.text(1))"
      }
      #expect(months == [" \(Self.month)", "doerfler \(Self.month)"], name)
      let mails = try database.rows(
        "SELECT recipient FROM messages WHERE channel = 'email' ORDER BY recipient"
      ) {
        $0.text(0)
      }
      #expect(mails == Self.readers, name)
    }

    private func fail(_ percentWritten: Int, restarting percent: Int, until end: Int64 = .max) throws -> Int {
      let closing = try Closing()
      #expect(closing.new.count > 8 && closing.old.count > 4)
      #expect(closing.new.keys.contains("summary_\(Self.month).csv"))
      #expect(closing.old.allSatisfy { closing.new[$0.key] != nil })
      #expect(closing.old.contains { closing.new[$0.key] != $0.value })
      var random = SeededRandom(seed: SeededRandom.firstSeed)
      var disk = closing.disk
      var images = 0
      for (index, change) in closing.changes.enumerated() {
        disk.apply(change)
        let isOfReports = change.path.contains("/reports/")
        guard monotonicMilliseconds() < end, isOfReports || random.happens(percentWritten) else { continue }
        for leftover in DiskModel.Leftover.allCases {
          let image = Home("\(closing.world.folder)/image")
          defer { _ = try? ProgramRunner.run("/bin/rm", ["-rf", image.path]) }
          try disk.leave(leftover, in: image.path, &random)
          let name: Comment = "after change \(index + 1) (\(change.kind) \(change.path)), \(leftover) left"
          try expectWhole(closing, image, name)
          if random.happens(percent) { try expectReported(closing, image, name) }
          images += 1
        }
      }
      return images
    }

    @Test func `a month whose closing was cut off is reported whole, and mailed once`() throws {
      #expect(try fail(1, restarting: 10) > 40)
    }

    @Test(.enabled(if: Soak.minutes > 0, "for `make soak`"))
    func `a month whose closing was cut off anywhere is reported whole, and mailed once`() throws {
      let images = try fail(60, restarting: 100, until: monotonicMilliseconds() + Soak.milliseconds(share: 6))
      printToStandardOutput(
        "soak, power failures: \(images) images of a month's closing, each reported whole")
    }
  }
}
