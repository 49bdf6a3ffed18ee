// RunnerTests.swift - one runner at a time, lingering, and what it tells.

import Business
import LocalTime
import Platform
import Runner
import StandIn
import TestSupport
import Testing

struct RunnerTests {
  @Test func `a lingering run sends within a second of the due time`() throws {
    let world = try TestWorld()
    world.miss()
    try world.run(linger: 55)
    let sent = try #require(try world.standIn.requests("messages.create").first)
    let due = try #require(Timestamp(iso8601: "2026-02-10T09:00:30Z"))
    #expect(0...1000 ~= sent.at.milliseconds(since: due))
  }

  @Test func `it notices rows that other processes insert while it sleeps`() throws {
    let world = try TestWorld()
    var isAsked = false
    let start = world.clock.now
    world.transport.onPoll = {
      guard !isAsked, world.clock.now.milliseconds(since: start) > 20_000 else { return }
      isAsked = true
      _ = try? world.text("2")
    }
    try world.run(linger: 55)
    let sent = try #require(try world.standIn.requests("messages.create").first)
    #expect(0...1000 ~= sent.at.milliseconds(since: start.adding(seconds: 20)))
  }

  @Test func `it ends in time for the next tick, and what is still under way is not sent twice`() throws {
    let world = try TestWorld()
    let start = world.clock.now
    world.clock.advance(seconds: 0)
    world.miss()
    try world.standIn.plan("messages.create", fault: .lostAnswer)
    try world.run(linger: 31)
    #expect(world.clock.now.milliseconds(since: start) < 40_000)
    for _ in 0..<4 { try world.run(linger: 55) }
    #expect(try world.standIn.requests("messages.create").count == 1)
  }

  @Test func `a second runner leaves at once`() throws {
    let world = try TestWorld()
    let lock = try #require(try FileLock.tryLock(world.home.runLock))
    defer { lock.release() }
    world.miss()
    world.clock.advance(seconds: 31)
    let before = world.clock.now
    try world.run()
    #expect(world.clock.now == before)
    #expect(try world.texts().isEmpty)
  }

  @Test func `settings applied while it lingers are taken over`() throws {
    let world = try TestWorld()
    world.miss()
    let start = world.clock.now
    var isApplied = false
    world.transport.onPoll = {
      guard !isApplied, world.clock.now.milliseconds(since: start) > 10_000 else { return }
      isApplied = true
      try? world.changeTenant { $0.templates.missedCall = "Neu von {Betrieb}" }
    }
    try world.run(linger: 55)
    #expect(try world.texts() == ["Neu von Dörfler AG"])
  }

  /// Counts how often it is asked, and has nothing to do before a time.
  private final class WokenJob: Job {
    static let name = "woken"
    static let isWokenByRows = true
    var steps: [Timestamp] = []
    var due: Timestamp?
    var failsAt: Int?
    struct Failed: Error {}
    func step(at now: Timestamp) throws {
      steps.append(now)
      if steps.count == failsAt { throw Failed() }
      if let due, due <= now { self.due = nil }
    }
    func nextDue() throws -> Timestamp? { due }
  }

  private func steps(
    _ world: TestWorld, _ job: WokenJob, linger: Int, onPoll: @escaping () -> Void = {}
  ) throws -> [Int64] {
    let start = world.clock.now
    world.transport.onPoll = onPoll
    let runner = Runner(
      [job], context: try world.batchContext(),
      monotonic: { [clock = world.clock] in clock.trueNow.milliseconds })
    guard case .done = try runner.run(lingerSeconds: linger) else { return [] }
    return job.steps.map { $0.milliseconds(since: start) / 1000 }
  }

  @Test func `what rows alone give work to is asked once, then when a row is due`() throws {
    let world = try TestWorld()
    let job = WokenJob()
    job.due = world.clock.now.adding(seconds: 12)
    #expect(try steps(world, job, linger: 19) == [0, 12])
  }

  @Test func `what another process writes wakes it`() throws {
    let world = try TestWorld()
    let job = WokenJob()
    let start = world.clock.now
    var hasMissed = false
    let seconds = try steps(world, job, linger: 19) {
      guard !hasMissed, world.clock.now.milliseconds(since: start) > 5000 else { return }
      hasMissed = true
      world.miss()
    }
    #expect(seconds == [0, 5])
  }

  @Test func `a step of it that failed is tried again`() throws {
    let world = try TestWorld()
    let job = WokenJob()
    job.failsAt = 1
    #expect(try steps(world, job, linger: 9).prefix(2) == [0, 1])
  }

  @Test func `a step that fails costs only itself`() throws {
    let world = try TestWorld()
    world.miss()
    for path in [world.home.settings, world.home.settings + "-copy"] { try Files.remove(path) }
    // The run began with settings; without them it goes on with what it has.
    #expect(throws: (any Error).self) { try world.run(after: 31) }
    try world.apply()
    try world.run()
    #expect(try world.texts().count == 1)
  }

  @Test func `the summary is one line that counts what was done`() throws {
    let world = try TestWorld()
    world.miss()
    world.miss(from: "anonymous")
    let summary = try world.run(after: 31)
    #expect(summary.line == "decided 2 (send 1, defer 0, skip 1), sent 1")
  }

  @Test func `an overgrown log is put aside`() throws {
    let world = try TestWorld()
    try Files.writeAtomically([UInt8](repeating: 10, count: 6 << 20), to: "\(world.home.log)/run.log")
    try world.run()
    #expect(try Files.list(world.home.log) == ["run.log.1"])
  }

  @Test func `how late sends were is known`() throws {
    let world = try TestWorld()
    world.miss()
    try world.run(after: 45)
    let lateness = try #require(try world.store().lateness(since: world.clock.now.adding(hours: -1)))
    #expect(lateness.count == 1)
    #expect(15_000...16_000 ~= lateness.worst)
  }

  @Test func `a thousand due rows are decided and sent in one run`() throws {
    let world = try TestWorld()
    world.installation.messagesPerSecond = 100
    world.installation.concurrency = 50
    try world.changeTenant { $0.smsLimits = Ceiling(perHour: 1000, perDay: 1000) }
    let store = try world.store()
    try store.write {
      for index in 0..<1000 {
        let sid = "CA\(index)"
        try store.recordCall(
          sid: sid, tenant: "doerfler", caller: "+4179\(1_000_000 + index)", called: TestWorld.number,
          startedAt: world.clock.now)
        _ = try store.markMissed(
          ifInProgress: sid, endedAt: world.clock.now, dueAt: world.clock.now, judgedBy: .dialResult)
      }
    }
    let summary = try world.run()
    #expect(summary.accepted == 1000)
    #expect(try world.standIn.messages().count == 1000)
  }
}
