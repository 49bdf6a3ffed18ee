// LineTests.swift - a line without calls, and a mailbox that takes them: told once, and over when it is.

import Business
import LocalTime
import StandIn
import Store
import TestSupport
import Testing

struct LineTests {
  private static let operatorNumber = "+41797770000"
  private static let boss = "+41796660001"

  /// Seven calls on each working day since 5 January, the last on Monday the 9th of February at 15:10 in Zurich.
  /// Looked at on Tuesday at ten.
  private func world(_ change: (inout Tenant) -> Void = { _ in }) throws -> TestWorld {
    let world = try TestWorld {
      $0.notify = [
        .init(channel: .call, to: "+41796660002", on: [.new]),
        .init(channel: .sms, to: Self.boss, on: [.new]),
      ]
      change(&$0)
    }
    world.installation.alertNumbers = [Self.operatorNumber]
    try world.apply()
    let store = try world.store()
    let monday = try #require(CivilDate(iso8601: "2026-01-05"))
    try store.write {
      for date in (0...35).map({ monday.adding(days: $0) }) where date.weekday.rawValue < 6 {
        for (index, minute) in [485, 530, 590, 640, 790, 850, 910].enumerated() {
          let start = TimeZoneRules.utc.timestamp(date, minuteOfDay: minute - 60)
          let sid = "CA\(date.iso8601)-\(index)"
          _ = try store.recordCall(
            sid: sid, tenant: "doerfler", caller: "+41790000000", called: TestWorld.number, startedAt: start)
          _ = try store.markAnswered(sid: sid, endedAt: start.adding(seconds: 60), judgedBy: .dialResult)
        }
      }
    }
    try world.run()
    return world
  }

  private func open(_ world: TestWorld) throws -> [String] {
    try world.store().openConditions().map(\.cause)
  }

  /// What the operator has read of it; that the runner paused too is another story.
  private func toldOfLine(_ world: TestWorld) throws -> [String] {
    try world.texts(to: Self.operatorNumber).filter { $0.contains("line_silent") }
  }

  /// Time passes in steps in which the lists are read.
  private func pass(_ world: TestWorld, until time: String) throws {
    let end = try #require(Timestamp(iso8601: time))
    while world.clock.now < end {
      world.clock.advance(seconds: max(1, min(1200, Int(end.milliseconds(since: world.clock.now) / 1000))))
      for _ in 0..<2 { try world.run() }
    }
    for _ in 0..<6 { try world.run(after: 61) }
  }

  @Test
  func `a line that died is told before the day ends, to the operator and to the tenant in its language`()
    throws
  {
    let world = try world { $0.language = .fr }
    try pass(world, until: "2026-02-10T14:30:00Z")
    #expect(try open(world).isEmpty)
    try pass(world, until: "2026-02-10T15:55:00Z")
    #expect(try open(world) == ["line_silent"])
    let told = try toldOfLine(world)
    #expect(told.count == 1)
    #expect(
      told.first?.contains("line_silent (doerfler): no call since 2026-02-09 15:10, some ") == true)
    let people = try world.texts(to: Self.boss)
    #expect(people.count == 1)
    #expect(people.first?.contains("Aucun appel depuis lundi 9 février 15:10, environ ") == true)
    // Neither again, nor in the night, nor on the next day.
    try pass(world, until: "2026-02-11T10:00:00Z")
    #expect(try toldOfLine(world).count == 1)
    #expect(try world.texts(to: Self.boss).count == 1)
    #expect(try open(world) == ["line_silent"])
  }

  @Test func `a call ends the silence, a played one does not`() throws {
    let world = try world()
    try pass(world, until: "2026-02-10T15:55:00Z")
    #expect(try open(world) == ["line_silent"])
    try world.store().recordCall(
      sid: "CA7e57ca117e57ca110000000000000001", tenant: "doerfler", caller: TestWorld.caller,
      called: TestWorld.number,
      startedAt: world.clock.now)
    for _ in 0..<2 { try world.run(after: 61) }
    #expect(try open(world) == ["line_silent"])
    world.miss()
    for _ in 0..<2 { try world.run(after: 61) }
    #expect(try open(world).isEmpty)
    #expect(
      try world.texts(to: Self.operatorNumber).last?.hasPrefix("Missed Call Recovery: solved: line_silent")
        == true)
  }

  @Test func `calls that keep coming, or a day that is off, are no silence`() throws {
    let world = try world { $0.holidays = [.day(year: 2026, month: 2, day: 10)] }
    try pass(world, until: "2026-02-11T09:00:00Z")
    #expect(try open(world).isEmpty)
    world.miss()
    try pass(world, until: "2026-02-11T15:55:00Z")
    #expect(try open(world).isEmpty)
  }

  @Test func `what Twilio has not told yet is no silence`() throws {
    let world = try world()
    try world.standIn.plan("calls.list", fault: .http500, times: 999_999)
    try pass(world, until: "2026-02-10T15:55:00Z")
    #expect(try !open(world).contains("line_silent"))
  }

  @Test func `a mailbox that takes calls is told with its cure, and over once it cannot any more`() throws {
    let world = try TestWorld { $0.notify = [.init(channel: .sms, to: Self.boss, on: [.new])] }
    for index in 0..<6 {
      #expect(try world.store().isOpen("mailbox_answers", tenant: "doerfler") == false)
      try world.call(from: "+4179123000\(index)", .answered(seconds: 12)) { $0.ring = 16 }
      for _ in 0..<2 { try world.run(after: 61) }
    }
    let alert = try #require(try world.alerts(since: Timestamp(milliseconds: 0)).first)
    #expect(alert.cause == "mailbox_answers" && alert.tenant == "doerfler")
    #expect(
      alert.detail.contains("6 of the 6 calls") && alert.detail.contains("set ring_seconds to 14 or less"))
    #expect(try world.texts(to: Self.boss).first?.contains("Mailbox von 043 443 52 00 aus") == true)
    #expect(try world.texts(to: Self.boss).count == 1)
    try world.changeTenant { $0.ringSeconds = 14 }
    for _ in 0..<2 { try world.run(after: 61) }
    #expect(try world.store().isOpen("mailbox_answers", tenant: "doerfler") == false)
  }

  @Test func `nobody looks for a mailbox where a key is asked for`() throws {
    let world = try TestWorld { $0.screening = true }
    for index in 0..<8 {
      try world.call(from: "+4179123000\(index)", .answered(seconds: 12)) {
        $0.ring = 16
        $0.screenKey = "1"
      }
      try world.run(after: 61)
    }
    #expect(try world.store().openConditions().isEmpty)
  }
}
