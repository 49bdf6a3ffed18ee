// CheckCallTests.swift - a weekly call to the number that the carrier forwards: it comes back, or somebody hears of it.

import Business
import LocalTime
import StandIn
import Store
import TestSupport
import Testing

struct CheckCallTests {
  private static let operatorNumber = "+41797770000"
  private static let boss = "+41796660001"
  /// What people dial; the carrier forwards it to the Twilio number.
  private static let known = "+41434435200"

  /// Tuesday, ten o'clock in Zurich: the business is open.
  private func world() throws -> TestWorld {
    let world = try TestWorld {
      $0.mode = .carrierForwarding
      $0.callbackPhone = Self.known
      $0.checkCall = .weekly
      $0.notify = [.init(channel: .sms, to: Self.boss, on: [.new])]
    }
    world.installation.alertNumbers = [Self.operatorNumber]
    try world.apply()
    return world
  }

  private func placed(_ world: TestWorld) throws -> Int {
    try world.standIn.placedCalls(to: Self.known).count
  }

  private func last(_ world: TestWorld) throws -> CheckCall? {
    try world.store().lastCheckCall(tenant: "doerfler", to: Self.known)
  }

  /// At ten past twelve, when nobody is there.
  private func atNoon(_ world: TestWorld, days: Int = 0) throws {
    let noon = TestWorld.tuesdayMorning.adding(minutes: 130).adding(days: days)
    world.clock.advance(seconds: Int(noon.milliseconds(since: world.clock.now) / 1000))
    for _ in 0..<3 { try world.run(after: 2) }
  }

  private func pass(_ world: TestWorld, until time: String) throws {
    let end = try #require(Timestamp(iso8601: time))
    while world.clock.now < end {
      world.clock.advance(seconds: max(1, min(1200, Int(end.milliseconds(since: world.clock.now) / 1000))))
      for _ in 0..<2 { try world.run() }
    }
  }

  /// The carrier forwards the placed call to the Twilio number.
  /// - Returns: what the handlers answered.
  private func forward(_ world: TestWorld) throws -> [String] {
    try world.ring(Self.known, .forwarded(to: TestWorld.number)).flatMap(\.exchanges)
      .compactMap { $0.answer?.body }
  }

  @Test func `it is made once a week while the business is closed, and comes back as nobody's call`() throws {
    let world = try world()
    for _ in 0..<3 { try world.run(after: 61) }
    #expect(try placed(world) == 0)
    try atNoon(world)
    #expect(try placed(world) == 1)
    #expect(try forward(world).first?.contains("<Reject") == true)
    for _ in 0..<3 { try world.run(after: 61) }
    #expect(try last(world)?.state == .delivered)
    #expect(try world.list(.calls).isEmpty && world.list(.tickets).isEmpty)
    #expect(try world.store().openConditions().isEmpty)
    let message = try #require(try world.list(.messages).first { $0["channel"] == "call" })
    #expect(message["kind"] == "alert" && message["state"] == "delivered")
    let first = try #require(try last(world)?.createdAt)
    try atNoon(world, days: 6)
    #expect(try last(world)?.createdAt == first)
    try atNoon(world, days: 8)
    #expect(try last(world)?.createdAt ?? first > first)
  }

  @Test func `one that does not come back is told, and the next that does ends it`() throws {
    let world = try world()
    try atNoon(world)
    try world.ring(Self.known, .noAnswer)
    for _ in 0..<3 { try world.run(after: 61) }
    #expect(try last(world)?.state == .dead)
    #expect(try world.store().openConditions().map(\.cause) == ["line_silent"])
    #expect(
      try world.texts(to: Self.operatorNumber).contains {
        $0.contains("was not forwarded to \(TestWorld.number)")
      })
    #expect(try world.texts(to: Self.boss).first?.contains("Unser Testanruf auf 043 443 52 00") == true)
    // The next day it is tried again.
    try atNoon(world, days: 1)
    _ = try forward(world)
    for _ in 0..<3 { try world.run(after: 61) }
    #expect(try world.store().openConditions().isEmpty)
    #expect(
      try world.texts(to: Self.operatorNumber).last?.hasPrefix("Missed Call Recovery: solved: line_silent")
        == true)
  }

  @Test func `an earlier one that is found late proves nothing of the newest`() throws {
    let world = try world()
    try atNoon(world)
    try world.ring(Self.known, .noAnswer)
    try atNoon(world, days: 1)
    #expect(try last(world)?.state == .accepted)
    let yesterday = world.clock.now.adding(days: -1)
    let context = try world.batchContext()
    let intake = context.intake(at: world.clock.now)
    let tenant = try #require(context.tenant("doerfler"))
    #expect(try intake.takeCheckCall(from: TestWorld.number, tenant: tenant, at: yesterday))
    #expect(try last(world)?.state == .accepted)
    #expect(try intake.takeCheckCall(from: TestWorld.number, tenant: tenant, at: world.clock.now))
    #expect(try last(world)?.state == .delivered)
  }

  @Test func `somebody who takes it hears what it is, and it proves nothing`() throws {
    let world = try world()
    try atNoon(world)
    let played = try world.ring(Self.known, .picksUp(keys: []))
    #expect(played.count == 1)
    for _ in 0..<3 { try world.run(after: 61) }
    #expect(try last(world)?.wasTaken == true)
    #expect(try world.store().openConditions().isEmpty)
  }

  /// Seven calls on each working day for five weeks, until Tuesday at ten to ten; then nothing.
  @Test
  func
    `where no call has come for long it is made before its week is over, and what comes back is a sign of life`()
    throws
  {
    let world = try world()
    let monday = try #require(CivilDate(iso8601: "2026-01-05"))
    let store = try world.store()
    try store.write {
      for date in (0...36).map({ monday.adding(days: $0) }) where date.weekday.rawValue < 6 {
        for (index, minute) in [425, 470, 530, 580, 730, 790, 850].enumerated() {
          let start = TimeZoneRules.utc.timestamp(date, minuteOfDay: minute)
          guard start < world.clock.now else { continue }
          let sid = "CA\(date.iso8601)-\(index)"
          _ = try store.recordCall(
            sid: sid, tenant: "doerfler", caller: "+41790000000", called: TestWorld.number, startedAt: start)
          _ = try store.markAnswered(sid: sid, endedAt: start.adding(seconds: 60), judgedBy: .dialResult)
        }
      }
    }
    try atNoon(world)
    _ = try forward(world)
    let first = try #require(try last(world))
    try pass(world, until: "2026-02-10T16:30:00Z")
    #expect(try last(world) == first)
    try pass(world, until: "2026-02-11T11:30:00Z")
    #expect(try last(world) != first)
    _ = try forward(world)
    for _ in 0..<3 { try world.run(after: 61) }
    #expect(try last(world)?.state == .delivered)
    try pass(world, until: "2026-02-11T15:58:00Z")
    #expect(try world.store().openConditions().isEmpty)
  }

  @Test func `without check_call a call between our own numbers is an ordinary one`() throws {
    let world = try world()
    try world.changeTenant { $0.checkCall = .off }
    let answer = world.post(
      "voice",
      world.callFields(newSid("CA"), from: TestWorld.number, to: TestWorld.number, status: "ringing")
    ).text
    #expect(answer.contains("</Response>") && !answer.contains("<Reject"))
    #expect(try world.list(.calls).count == 1)
    try atNoon(world)
    #expect(try placed(world) == 0)
  }
}
