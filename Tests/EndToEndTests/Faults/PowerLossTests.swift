// PowerLossTests.swift - the power fails at every sync and between them: what was answered is there, whole.

import Glibc
import LocalTime
import Platform
import SQLite
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(.enabled(if: FaultTracer.program != nil, "fault-tracer is not built"))
  struct PowerLossTests {
    /// The power fails after so many changes: whoever was answered finds it recorded.
    private func fail(
      _ story: PowerLossStory, after count: Int, _ disk: DiskModel, _ leftover: DiskModel.Leftover,
      _ random: inout SeededRandom
    ) throws {
      let image = Home("\(story.world.folder)/image")
      defer { _ = try? ProgramRunner.run("/bin/rm", ["-rf", image.path]) }
      try disk.leave(leftover, in: image.path, &random)
      let name: Comment = "after change \(count) of \(story.changes.count), \(leftover) of the rest left"
      if let last = story.changes[..<count].last, last.kind == .sent,
        last.data.starts(with: Array("POST".utf8))
      {
        // A message leaves only when it is safe that it does.
        let database = try Database(path: image.database, access: .readWrite)
        let sending = try database.integer("SELECT count(*) FROM messages WHERE state = 'sending'") ?? 0
        #expect(sending > 0, name)
      }
      let run = try ProgramRunner.run(
        ShippedPrograms.opsfabric, ["run"], environment: ["OPSFABRIC_HOME": image.path])
      #expect(run.exitCode == 0, "\(name): \(run.errors)")
      let database = try Database(path: image.database, access: .readWrite)
      #expect(try database.rows("PRAGMA integrity_check") { $0.text(0) } == ["ok"], name)
      let calls = Dictionary(
        uniqueKeysWithValues: try database.rows("SELECT call_sid, outcome FROM calls") {
          ($0.text(0), $0.text(1))
        })
      let replies = Set(try database.rows("SELECT message_sid FROM inbound_messages") { $0.text(0) })
      for (from, promise) in story.promises where from <= count {
        switch promise {
        case .call(let sid): #expect(calls[sid] != nil, name)
        case .missed(let sid): #expect(calls[sid] == "missed", name)
        case .reply(let sid): #expect(replies.contains(sid), name)
        }
      }
    }

    /// - Parameter percent: of all places and leftovers.
    private func failEverywhere(
      _ installation: String, percent: Int, until end: Int64 = .max, _ images: inout Int
    ) throws {
      let seed = SeededRandom.firstSeed
      var random = SeededRandom(seed: seed)
      let story = try PowerLossStory(installation)
      try story.play()
      var disk = story.disk
      for (index, change) in story.changes.enumerated() {
        guard monotonicMilliseconds() < end else { return }
        disk.apply(change)
        // Where a promise begins to hold, nothing unsynced is the hardest test.
        let isPromise = story.promises.contains { $0.from == index + 1 }
        for leftover in DiskModel.Leftover.allCases
        where random.happens(percent) || (isPromise && leftover == .nothing) {
          images += 1
          try fail(story, after: index + 1, disk, leftover, &random)
        }
      }
    }

    @Test(arguments: ["wal", "delete"]) func `what was answered outlives a power failure`(_ mode: String)
      throws
    {
      var images = 0
      try failEverywhere("journal_mode: \"\(mode)\",", percent: 1, &images)
      #expect(images > 8)
    }

    @Test(.enabled(if: Soak.minutes > 0, "for `make soak`"))
    func `what was answered outlives a power failure anywhere`() throws {
      var images = 0
      let begin = monotonicMilliseconds()
      for (share, mode) in [(9, "wal"), (18, "delete")] {
        try failEverywhere(
          "journal_mode: \"\(mode)\",", percent: 100, until: begin + Soak.milliseconds(share: share), &images)
      }
      printToStandardOutput(
        "soak, power failures: \(images) images of the disk, every answered webhook found")
    }

    @Test func `new settings come as a whole or not at all, whenever the power fails`() throws {
      let world = try FaultInstallation()
      let disk = try DiskModel(world.home.path)
      try Files.writeAtomically(
        Array(
          String(decoding: try Files.read("\(world.home.tenants)/doerfler.json5"), as: UTF8.self)
            .replacing(FaultInstallation.business, with: "+41434435299").utf8),
        to: "\(world.home.tenants)/doerfler.json5")
      var plan = FaultPlan()
      plan.record = "\(world.folder)/record"
      try #require(try world.opsfabric("apply", plan: plan).exitCode == 0)
      let changes = try DiskChange.read("\(world.folder)/record")
      var random = SeededRandom(seed: SeededRandom.firstSeed)
      var now = disk
      var seen: Set<String> = []
      for (index, change) in changes.enumerated() {
        now.apply(change)
        // SQLite writes page by page: not each of them needs a look.
        guard change.kind != .written || random.happens(15) else { continue }
        for leftover in DiskModel.Leftover.allCases {
          let image = "\(world.folder)/image"
          defer { _ = try? ProgramRunner.run("/bin/rm", ["-rf", image]) }
          try now.leave(leftover, in: image, &random)
          let answer = try world.deliver(
            .incomingCall(world.leg("+41791234567"), url: world.url("voice")), home: image)
          let number = ShippedInstallation.dialled(answer.text)
          #expect(
            number == FaultInstallation.business || number == "+41434435299",
            "after change \(index): \(answer.text)\(answer.errors)")
          seen.insert(number ?? "")
        }
      }
      #expect(seen.count == 2)
    }
  }
}
