// LockedDatabaseTests.swift - another program holds the database while calls, replies and reports come in and a
// runner is at work: the phone rings, nothing is lost or doubled, and everybody is told.

import Glibc
import Platform
import SQLite
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(.enabled(if: FaultTracer.program != nil, "fault-tracer is not built"))
  struct LockedDatabaseTests {
    @Test func `a database that is locked for some seconds`() throws { try play(seconds: 6) }

    @Test(.enabled(if: Soak.minutes > 0, "for `make soak`"))
    func `a database that is locked for a minute`() throws { try play(seconds: 60) }

    private func play(seconds: Int64) throws {
      let day = PlayedDay(try FaultInstallation(tenant: "sms_delay_seconds: 5,"))
      let world = day.world
      let (first, second) = (try day.miss(), try day.miss())
      try world.run(after: 6)
      let runner = try world.startRunner(linger: 900)
      // It has the database open: one that finds it locked at its start ends, and the next minute's tries again.
      let isAtWork = try eventually(within: 60) {
        let database = try Database(path: world.home.database, access: .readOnly)
        return try database.integer("SELECT count(*) FROM runs WHERE ended_at IS NULL") == 1
      }
      #expect(isAtWork)

      let holder = try HeldDatabase(world.home.database)
      let end = monotonicMilliseconds() + seconds * 1000
      try day.report()
      let words = ["Wasser im Keller", "1", "Es wird mehr"]
      for word in words { try day.write(word, from: first) }
      try day.write("2", from: second)
      var meanwhile: [String] = []
      repeat { meanwhile.append(try day.miss()) } while monotonicMilliseconds() < end
      #expect(day.slowestVoice < 2000, "the phone rang after \(day.slowestVoice) ms")
      let spooled = try world.spooled().count
      #expect(spooled >= words.count + 1 + 3 * meanwhile.count)
      let health = try world.health()
      #expect(health.status == 503 && health.text.contains("\"database\":\"locked\""), "\(health.text)")
      #expect(health.text.contains("\"spooled\":\(spooled)"), "\(health.text)")
      let word = try world.doctor()
      word.expect("database", "another program holds it locked", cure: "end it")
      #expect(word.findings.contains { $0["check"] == "spool" && $0["status"] != "ok" })
      holder.release()

      // The runner that was at work all the while takes them in, in their order.
      let isTaken = try eventually(within: 120) {
        try world.spooled().isEmpty && meanwhile.allSatisfy { try day.isTexted($0) }
      }
      #expect(isTaken, "\(runner.outputSoFar)")
      let ticket = try #require(try world.list("tickets").first { $0["phone"] == first })
      #expect(ticket["summary"] == "Wasser im Keller\nEs wird mehr")
      #expect(try Files.list(world.home.spoolRejected).isEmpty)
      #expect(runner.poll() == nil, "the runner ended by itself")
      runner.signal(SIGTERM)
      _ = try world.end(runner, plan: FaultPlan())
      try day.settle()
      try day.expectRight()
      try world.doctor().expectWell("database", "spool", "ledger")
    }
  }
}
