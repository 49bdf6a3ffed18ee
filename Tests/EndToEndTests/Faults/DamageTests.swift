// DamageTests.swift - disks that are full or broken and files that are damaged, under the shipped programs: the
// phone rings, what was answered is recorded in the end, and nothing is doubled.

import Glibc
import LocalTime
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(.enabled(if: FaultTracer.program != nil, "fault-tracer is not built"))
  struct DamageTests {
    /// Calls and texts of people of their own, and what they were promised.
    private final class People {
      let world: FaultInstallation
      private(set) var missed: [String] = []
      private(set) var written: [String] = []
      private var count = 0

      init(_ world: FaultInstallation) { self.world = world }

      /// A new person calls, is missed and writes, under this plan. The phone rings, whatever happens.
      func contact(_ plan: FaultPlan, _ name: Comment) throws {
        count += 1
        let caller = "+4179\(2_000_000 + count)"
        let leg = world.leg(caller)
        let voice = try world.deliver(.incomingCall(leg, url: world.url("voice")), plan: plan)
        #expect(
          voice.isGood && ShippedInstallation.dialled(voice.text) == FaultInstallation.business,
          "\(name): \(voice.text)\(voice.errors)")
        let miss = try world.deliver(
          .dialResult(
            leg, status: "in-progress", url: world.url("dial-result"), dialStatus: "busy", childSid: nil,
            childDuration: nil, isBridged: false), plan: plan)
        if promises(miss, name) { missed.append(caller) }
        if promises(try world.deliver(try world.sms("2", from: caller), plan: plan), name) {
          written.append(caller)
        }
      }

      /// Answered well, or refused so that Twilio sends it again; nothing else.
      private func promises(_ answer: HandlerAnswer, _ name: Comment) -> Bool {
        #expect(answer.isGood || answer.status == 503, "\(name): \(answer.text)\(answer.errors)")
        return answer.isGood
      }

      /// All is well again: what was promised is there, once.
      /// - Parameter unwell: what doctor finds wrong all the same.
      func expectKept(but unwell: String? = nil) throws {
        for _ in 0..<8 { try #require(try world.run(after: 31).exitCode == 0) }
        #expect(try world.spooled().isEmpty && Files.list(world.home.spoolRejected).isEmpty)
        let calls = try world.list("calls")
        for caller in missed {
          #expect(calls.filter { $0["from"] == caller }.map { $0["outcome"] } == ["missed"], "\(caller)")
          let texts = try world.goodTexts(to: caller).filter { $0.hasPrefix("Danke für Ihren Anruf") }
          #expect(texts.count == 1, "\(caller): \(texts.count)")
        }
        let tickets = try world.list("tickets")
        for caller in written {
          #expect(tickets.filter { $0["phone"] == caller }.count == 1, "\(caller)")
          let texts = try world.goodTexts(to: caller).filter { $0.hasPrefix("Rückruf notiert") }
          #expect(texts.count == 1, "\(caller): \(texts.count)")
        }
        #expect(try world.damage().isEmpty)
        let word = try world.doctor()
        for check in ["database", "disk", "folders", "settings", "spool", "ledger"] where check != unwell {
          word.expectWell(check)
        }
      }
    }

    // MARK: the disk

    /// Monitor and operator are told of a disk without room.
    private func expectTold(_ world: FaultInstallation, _ name: Comment, _ plan: FaultPlan = FaultPlan())
      throws
    {
      let health = try world.health(plan: plan)
      #expect(health.status == 503 && health.text.contains("\"disk\":\"full\""), "\(name): \(health.text)")
      try world.doctor(plan: plan).expect("disk", "full: ", cure: "free some space", name)
    }

    @Test func `a disk that is full from any write on`() throws {
      let people = People(try FaultInstallation())
      for step in 1...26 { try people.contact(FaultPlan(errno: ENOSPC, from: step), "full from \(step) on") }
      #expect(people.missed.count < 26, "nothing was ever full")
      try expectTold(people.world, "a full disk", FaultPlan(errno: ENOSPC))
      try expectTold(people.world, "a full quota", FaultPlan(errno: EDQUOT))
      #expect(try people.world.health().text.contains("\"disk\":\"ok\""))
      try people.expectKept()
    }

    @Test func `a disk of which one write or one sync fails`() throws {
      let people = People(try FaultInstallation())
      for step in 1...20 {
        try people.contact(FaultPlan(errno: EIO, from: step, count: 1), "call \(step) fails")
      }
      for step in 1...3 {
        try people.contact(FaultPlan(errno: EIO, from: step, what: "sync"), "no sync from \(step) on")
        try people.contact(FaultPlan(errno: EIO, from: step, count: 1, what: "sync"), "sync \(step) fails")
      }
      // One failure leaves the spool: nobody is sent away.
      #expect(people.missed.count > 20)
      try people.expectKept()
    }

    @Test func `a runner whose disk is full, here and there`() throws {
      var random = SeededRandom(seed: SeededRandom.firstSeed)
      for part in [CrashStory.Part.decision, .confirmation] {
        let step = random.number(1...30)
        try play(part, FaultPlan(errno: ENOSPC, from: step), "\(part): full from \(step) on")
      }
    }

    @Test(.enabled(if: Soak.minutes > 0, "for `make soak`"))
    func `a program whose disk is full from any step on`()
      throws
    {
      var stories = 0
      let end = monotonicMilliseconds() + Soak.milliseconds(share: 10)
      for step in 1...80 where monotonicMilliseconds() < end {
        for part in CrashStory.Part.allCases where monotonicMilliseconds() < end {
          try play(part, FaultPlan(errno: ENOSPC, from: step), "\(part): full from \(step) on")
          try play(part, FaultPlan(errno: EIO, from: step, count: 1), "\(part): call \(step) fails")
          stories += 2
        }
      }
      printToStandardOutput("soak, broken disks: \(stories) stories")
    }

    private func play(_ part: CrashStory.Part, _ plan: FaultPlan, _ name: String) throws {
      let story = try CrashStory(part, plan: plan, isRetried: true)
      try story.play()
      let violations = try ExpectedDay(story.truth, story.world).violations()
      #expect(violations.isEmpty, "\(name)")
    }

    /// A real one: a file system in memory, of a size.
    @Test(.enabled(if: SmallFileSystem.obstacle == nil, SmallFileSystem.comment))
    func `a file system without room`() throws {
      let world = try FaultInstallation()
      let whole = "\(world.folder)/whole"
      try Files.move(world.home.path, to: whole)
      try Files.makeFolder(world.home.path)
      let mounted = try SmallFileSystem(at: world.home.path, megabytes: 4)
      defer { mounted.unmount() }
      #expect(try ProgramRunner.run("/bin/cp", ["-a", "\(whole)/.", world.home.path]).exitCode == 0)
      let filler = "\(world.home.path)/filler"
      let people = People(world)
      // Full to the last byte, then with room for a spooled webhook or two, then with room for the log.
      for free in [0, 8, 64] {
        _ = try ProgramRunner.run("/bin/dd", ["if=/dev/zero", "of=\(filler)", "bs=4k"])
        truncate(filler, (Files.identity(filler)?[1] ?? 0) - free * 1024)
        for _ in 0..<3 { try people.contact(FaultPlan(), "\(free) KiB left") }
        try expectTold(world, "\(free) KiB left")
      }
      unlink(filler)
      // Of four megabytes few are free at any time.
      try people.expectKept(but: "disk")
    }

    // MARK: files

    enum Damage: CaseIterable {
      case header, truncated, empty, middle

      /// What doctor says of a database that this was done to, and the cure.
      var diagnosis: (words: String, cure: String) {
        switch self {
        case .header: ("not a database", "put the last copy back")
        case .truncated: ("malformed", "put the last copy back")
        case .empty: ("schema 0", "opsfabric apply")
        case .middle: ("damaged", "put the last copy back")
        }
      }
    }

    private func damage(_ path: String, _ damage: Damage) throws {
      var bytes = try Files.read(path)
      switch damage {
      case .header: for index in 0..<100 { bytes[index] = 0x5a }
      case .truncated: bytes.removeLast(bytes.count / 2)
      case .empty: bytes = []
      case .middle:
        let page = 4096
        for index in page * 2..<min(bytes.count, page * 12) {
          bytes[index] = UInt8(truncatingIfNeeded: index)
        }
      }
      try Files.writeAtomically(bytes, to: path)
    }

    @Test(arguments: Damage.allCases) func `a damaged database`(_ kind: Damage) throws {
      let world = try FaultInstallation()
      try world.run()
      for suffix in ["-wal", "-shm"] { try Files.remove(world.home.database + suffix) }
      let healthy = try Files.read(world.home.database)
      try damage(world.home.database, kind)
      let people = People(world)
      for _ in 0..<3 { try people.contact(FaultPlan(), "\(kind)") }
      #expect(people.missed.count == 3 && people.written.count == 3)
      let kept = try world.spooled().count
      #expect(kept == 9 || kind == .middle)
      let health = try world.health()
      #expect(health.status == 503 || kind == .middle, "\(health.text)")
      try world.doctor().expect("database", kind.diagnosis.words, cure: kind.diagnosis.cure, "\(kind)")
      // The runner neither dies of it nor throws a webhook away.
      _ = try world.run(after: 20)
      guard kind != .empty else { return try people.expectKept() }
      #expect(try world.spooled().count == kept || kind == .middle)
      guard kept == 9 else { return }
      for suffix in ["-wal", "-shm"] { try Files.remove(world.home.database + suffix) }
      try Files.writeAtomically(healthy, to: world.home.database)
      try people.expectKept()
    }

    @Test(arguments: Damage.allCases) func `damaged settings`(_ kind: Damage) throws {
      let world = try FaultInstallation()
      try damage(world.home.settings, kind)
      let people = People(world)
      for _ in 0..<2 { try people.contact(FaultPlan(), "\(kind)") }
      #expect(people.missed.count == 2 && people.written.count == 2)
      #expect(try world.health().text.contains("\"settings\":\"damaged\""))
      try world.doctor().expect("settings", "its copy serves", cure: "opsfabric apply", "\(kind)")
      // The runner works on with the copy, and says so.
      try people.expectKept(but: "settings")
      #expect(try world.list("events").contains { $0["detail"]?.hasPrefix("settings_damaged") == true })
      try #require(try world.opsfabric("apply").exitCode == 0)
      try people.expectKept()
      #expect(try world.health().status == 200)
    }

    @Test func `lost settings without a copy`() throws {
      let world = try FaultInstallation()
      for suffix in ["", "-copy"] { unlink(world.home.settings + suffix) }
      // Nothing can be verified: Twilio's fallback connects the caller.
      let voice = try world.deliver(.incomingCall(world.leg("+41791234567"), url: world.url("voice")))
      #expect(voice.status == 503)
      #expect(try world.health().status == 503)
      try world.doctor().expect("settings", "nothing was applied", cure: "opsfabric apply")
      #expect(try world.run().exitCode == 2)
    }
  }
}
