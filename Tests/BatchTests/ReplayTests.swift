// ReplayTests.swift - other settings tried on the past: the same settings give the same month, others differ
// as they should, and nothing is sent.

import Books
import Business
import LocalTime
import Platform
import StandIn
import TestSupport
import Testing

struct ReplayTests {
  /// A day with everything in it.
  private func day() throws -> TestWorld {
    let world = try TestWorld(at: try #require(Timestamp(iso8601: "2026-02-10T06:30:00Z")))
    for _ in 0..<7 {
      world.miss()
      try world.run(after: 700)
    }
    for caller in ["anonymous", "+41434445566", "+447911123456", "+41781112233"] { world.miss(from: caller) }
    try world.run(after: 31)
    world.miss(from: "+41763334455")
    world.clock.advance(seconds: 5)
    try world.call(from: "+41763334455", .answered(seconds: 10)) { $0.ring = 2 }
    try world.run(after: 31)
    world.clock.now = try #require(Timestamp(iso8601: "2026-02-10T20:30:00Z"))
    for _ in 0..<2 {
      world.miss(from: "+41765556677")
      try world.run(after: 60)
    }
    world.clock.now = try #require(Timestamp(iso8601: "2026-02-11T06:00:01Z"))
    try world.run()
    return world
  }

  private func replay(_ world: TestWorld, _ change: (inout Tenant) -> Void = { _ in }) throws -> ReplayResult
  {
    var tenant = world.tenants[0]
    change(&tenant)
    return try Replay(
      store: try world.store(), zones: TimeZones(), tenant: tenant, tenants: [tenant], alertNumbers: []
    ).run(
      from: try #require(Timestamp(iso8601: "2026-02-09T23:00:00Z")),
      until: try #require(Timestamp(iso8601: "2026-02-11T23:00:00Z")))
  }

  @Test func `the settings of the time give what was decided at the time`() throws {
    let world = try day()
    let result = try replay(world)
    #expect(result.now == result.then)
    #expect(result.now["spam"] == 1)
    #expect(result.held == 2)
  }

  @Test func `other settings differ as they should`() throws {
    let world = try day()
    let same = try replay(world)
    let eager = try replay(world) {
      $0.dedupeMinutes = 0
      $0.maxSMSPerDay = 99
      $0.spamMissedCallsPerDay = 99
    }
    #expect(eager.now["sent"] ?? 0 > same.now["sent"] ?? 0)
    #expect(eager.now["spam"] == nil)
    let strict = try replay(world) { $0.allowedCountries = ["DE"] }
    #expect(strict.now["sent"] == nil)
    let silent = try replay(world) { $0.quietHours.policy = .skip }
    #expect(silent.now["quiet_hours"] == 2)
    #expect(silent.held == 0)
    for result in [same, eager, strict, silent] {
      #expect(result.now.values.reduce(0, +) == result.then.values.reduce(0, +))
    }
  }

  @Test func `a replay sends nothing and writes nothing`() throws {
    let world = try day()
    let requests = try world.standIn.requests().count
    let events = try world.list(.events).count
    _ = try replay(world) { $0.dedupeMinutes = 0 }
    #expect(try world.standIn.requests().count == requests)
    #expect(try world.list(.events).count == events)
  }
}
