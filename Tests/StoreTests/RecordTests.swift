// RecordTests.swift - incoming messages, block list, opt-outs, line types, events, alerts, runs and sweeps.

import Business
import LocalTime
import SQLite
import Testing

@testable import Store

@Suite struct RecordTests {
  let fixture: Fixture
  var store: Store { fixture.store }

  init() throws { fixture = try Fixture() }

  // MARK: incoming messages

  @Test func `the same MessageSid is one message`() throws {
    let first = try store.recordInbound(inboundSMS("SM1"))
    let before = try fixture.dump("inbound_messages")
    let second = try store.recordInbound(inboundSMS("SM1"))
    let after = try fixture.dump("inbound_messages")
    let known = try (store.knowsInbound(messageSid: "SM1"), store.knowsInbound(messageSid: "SM2"))
    #expect(first != nil)
    #expect(second == nil)
    #expect(after == before)
    #expect(known == (true, false))
  }

  @Test func `a reply answers the last SMS that went out, also one whose answer is under way`() throws {
    func answered() throws -> Int? {
      try store.missedCallSMS(answeredBy: caller, tenant: "a", since: now.adding(days: -1))
    }
    let id = try fixture.message()
    let queued = try answered()
    let row = try #require(try store.claim(ifWaiting: id, at: now, lookAt: now))
    let sending = try answered()
    try store.markAccepted(ifSending: id, attempt: row.attempts, sid: "SM1", segments: 1, at: now)
    let accepted = try answered()
    #expect(queued == nil)
    #expect(sending == id)
    #expect(accepted == id)
  }

  @Test func `of tenants sharing a sender the one that texted last counts`() throws {
    for (index, tenant) in ["a", "b"].enumerated() {
      var message = fixture.newMessage(.confirmation)
      message.tenant = tenant
      let id = try #require(try store.enqueue(message, at: now.adding(seconds: index)))
      _ = try store.claim(ifWaiting: id, at: now, lookAt: now)
      try store.markAccepted(ifSending: id, attempt: 1, sid: "SM\(index)", segments: 1, at: now)
    }
    let last = try store.lastTenant(texting: caller, among: ["a", "b", "c"])
    let other = try store.lastTenant(texting: caller, among: ["a", "c"])
    let none = try store.lastTenant(texting: caller, among: ["c"])
    #expect([last, other, none] == ["b", "a", nil])
    let count = try store.confirmationCount(
      tenant: "a", phone: caller, hourSince: now, daySince: now.adding(hours: -1))
    #expect(count == (lastHour: 0, lastDay: 1))
  }

  // MARK: block list, opt-outs, line types

  struct Blocks: Sendable {
    let first: BlockReason
    let until: Timestamp?
    let second: BlockReason
    let reason: BlockReason
  }

  @Test(arguments: [
    Blocks(first: .spam, until: nil, second: .spam, reason: .spam),
    Blocks(first: .spam, until: nil, second: .manual, reason: .manual),
    Blocks(first: .manual, until: nil, second: .spam, reason: .manual),
    Blocks(first: .manual, until: now.adding(days: 9), second: .spam, reason: .manual),
    Blocks(first: .manual, until: now.adding(minutes: 1), second: .spam, reason: .spam),
  ])
  func `a block by hand is never weakened by the spam rule while it holds`(_ blocks: Blocks) throws {
    try store.block(tenant: "a", phone: caller, reason: blocks.first, at: now, until: blocks.until)
    let later = now.adding(minutes: 1)
    try store.block(
      tenant: "a", phone: caller, reason: blocks.second, at: later, until: later.adding(days: 1))
    let reason = try store.database.first("SELECT reason FROM blocklist") { $0.text(0) }
    #expect(reason == blocks.reason.rawValue)
    let isBlocked = try store.isBlocked(tenant: "a", phone: caller, at: later)
    #expect(isBlocked)
  }

  @Test func `a block ends at its time, for its tenant alone`() throws {
    let end = now.adding(days: 1)
    try store.block(tenant: "a", phone: caller, reason: .spam, at: now, until: end)
    try store.block(tenant: "b", phone: caller, reason: .manual, at: now, until: nil)
    let blocked = try [("a", now), ("a", end.adding(milliseconds: -1)), ("a", end), ("b", end), ("c", now)]
      .map {
        try store.isBlocked(tenant: $0.0, phone: caller, at: $0.1)
      }
    #expect(blocked == [true, true, false, true, false])
    let early = try store.expireBlocks(at: end.adding(milliseconds: -1)).count
    let due = try store.expireBlocks(at: end)
    let again = try store.expireBlocks(at: end).count
    #expect([early, again] == [0, 0])
    #expect(due.map(\.tenant) == ["a"] && due.map(\.phone) == [caller])
  }

  @Test func `unblocking tells whether there was a block`() throws {
    try store.block(tenant: "a", phone: caller, reason: .manual, at: now, until: nil)
    let first = try store.unblock(tenant: "a", phone: caller, at: now)
    let second = try store.unblock(tenant: "a", phone: caller, at: now)
    #expect([first, second] == [true, false])
  }

  @Test func `an opt-out keeps its first time until the opt-in`() throws {
    try store.optOut(tenant: "a", phone: caller, at: now)
    try store.optOut(tenant: "a", phone: caller, at: now.adding(days: 1))
    let since = try fixture.integer("SELECT since FROM optouts")
    #expect(since == Int(now.milliseconds))
    let out = try (store.isOptedOut(tenant: "a", phone: caller), store.isOptedOut(tenant: "b", phone: caller))
    #expect(out == (true, false))
    // An opt-in from the spool, older than the opt-out, takes nothing back.
    try store.optIn(tenant: "a", phone: caller, at: now.adding(seconds: -1))
    #expect(try store.isOptedOut(tenant: "a", phone: caller))
    for _ in 0..<2 { try store.optIn(tenant: "a", phone: caller, at: now.adding(days: 1)) }
    let isOut = try store.isOptedOut(tenant: "a", phone: caller)
    #expect(!isOut)
  }

  @Test(arguments: LineType.allCases) func `a line type is known until it is too old`(_ type: LineType) throws
  {
    try store.learnLineType(phone: caller, type: .mobile, from: "lookup", at: now.adding(days: -9))
    try store.learnLineType(phone: caller, type: type, from: "21614", at: now)
    let known = try store.lineType(phone: caller, since: now)
    let old = try store.lineType(phone: caller, since: now.adding(milliseconds: 1))
    #expect(known == type)
    #expect(old == nil)
  }

  // MARK: events and alerts

  @Test func `an event with a key is logged once, one without as often as it happens`() throws {
    let once = try (0..<3).map { _ in
      try store.logEvent(.reply, tenant: "a", at: now, onceKey: "reply SM1")
    }
    let often = try (0..<3).map { _ in try store.logEvent(.reply, tenant: "a", at: now) }
    #expect(once == [true, false, false])
    #expect(often == [true, true, true])
  }

  @Test func `one alert per cause, tenant and hour`() throws {
    func alert(_ cause: String, _ tenant: String?, _ at: Timestamp) throws -> Bool {
      try store.raiseAlert(cause: cause, tenant: tenant, detail: "x", at: at)
    }
    let raised = try [
      alert("credentials", nil, now), alert("credentials", nil, now.adding(minutes: 59)),
      alert("credentials", "a", now),
      alert("dead", nil, now), alert("credentials", nil, now.adding(minutes: 60)),
    ]
    #expect(raised == [true, false, true, true, true])
    let events = try fixture.events(.alert)
    let recent = try store.database.rows(
      "SELECT at FROM alerts WHERE at >= ?", .time(now.adding(minutes: 1))
    ) { $0.timestamp(0) }
    #expect(events == 4)
    #expect(recent == [now.adding(minutes: 60)])
  }

  @Test func `a condition is open until it is solved, and open again when it is met within the hour`() throws
  {
    func raise(_ at: Timestamp) throws -> Bool {
      try store.raiseAlert(cause: "credentials", tenant: "a", detail: "x", at: at)
    }
    func open() throws -> [OpenCondition] { try store.openConditions() }
    _ = try raise(now)
    _ = try raise(now.adding(minutes: 30))
    let first = try #require(try open().first)
    #expect(first.since == now && first.lastAt == now.adding(minutes: 30))
    // An hour later it is told again, and still one condition.
    _ = try raise(now.adding(minutes: 61))
    let both = try open()
    #expect(both.count == 1 && both[0].since == now)
    for alert in try store.alertsToTell(limit: 9) { try store.noteAlertTold(alert.id, at: now) }
    for _ in 0..<2 { try store.solve(both[0], at: now.adding(minutes: 70)) }
    let none = try open()
    let toTell = try store.solvedAlertsToTell(limit: 9)
    let solved = try fixture.events(.alertSolved)
    #expect(none.isEmpty && toTell.map(\.at) == [now.adding(minutes: 61)])
    #expect(solved == 1)
    let again = try raise(now.adding(minutes: 80))
    let reopened = try open()
    #expect(!again && reopened.map(\.since) == [now.adding(minutes: 61)])
  }

  @Test func `an event is over at once`() throws {
    _ = try store.raiseAlert(cause: "dead_letter", tenant: nil, detail: "x", at: now)
    _ = try store.raiseAlert(cause: "twilio_error_11200", tenant: nil, detail: "x", at: now)
    let open = try store.openConditions()
    let shown = try store.shownAlerts(since: now.adding(days: -1))
    let later = try store.shownAlerts(since: now.adding(minutes: 1))
    #expect(open.isEmpty && shown.count == 2 && later.isEmpty)
  }

  // MARK: runs, sweeps, health

  @Test func `a run begins, beats, ends, and is forgotten after 40 days`() throws {
    let old = try store.beginRun(at: now.adding(days: -41))
    let run = try store.beginRun(at: now)
    try store.beat(run: run, at: now.adding(seconds: 30))
    let during = try #require(try store.lastRun())
    try store.endRun(run, summary: "sent=1", at: now.adding(seconds: 55))
    let after = try #require(try store.lastRun())
    #expect(during.beatAt == now.adding(seconds: 30) && during.endedAt == nil)
    #expect(after.endedAt == now.adding(seconds: 55) && after.summary == "sent=1")
    let runs = try fixture.integer("SELECT count(*) FROM runs")
    #expect(runs == 1)
    #expect(old != run)
  }

  @Test func `a sweep's completeness never goes back`() throws {
    try store.noteSweep(number: number, list: "calls", at: now, completeUntil: now)
    try store.noteSweep(
      number: number, list: "calls", at: now.adding(minutes: 5), completeUntil: now.adding(hours: -1))
    let calls = try #require(try store.sweep(number: number, list: "calls"))
    let messages = try store.sweep(number: number, list: "messages")
    #expect(calls.lookedAt == now.adding(minutes: 5))
    #expect(calls.completeUntil == now)
    #expect(messages == nil)
  }

  @Test func `lateness is measured from due to accepted, by nearest rank`() throws {
    let none = try store.lateness(since: now.adding(days: -1))
    #expect(none == nil)
    for late in [5, 1, 4, 2, 3, 6, 7, 8, 9, -10] {
      let id = try fixture.message()
      _ = try store.claim(ifWaiting: id, at: now, lookAt: now)
      try store.markAccepted(
        ifSending: id, attempt: 1, sid: "SM\(late)", segments: 1, at: now.adding(milliseconds: Int64(late)))
    }
    let lateness = try store.lateness(since: now.adding(days: -1))
    #expect(lateness == Lateness(count: 10, p50: 4, p95: 9, worst: 9))
  }

  @Test func `health counts what is overdue and what is dead`() throws {
    try fixture.missedCall("CA1", at: now.adding(minutes: -5))
    _ = try fixture.message()
    let dead = try fixture.message(.alert)
    try store.markDead(try fixture.row(dead), code: nil, error: "x", at: now)
    let health = try store.health(at: now)
    #expect(health.overdue == 2)
    #expect(health.oldestOverdue == now.adding(minutes: -5).adding(seconds: 50))
    #expect(health.deadLetters == 1)
    #expect(health.lastBeat == nil)
  }
}
