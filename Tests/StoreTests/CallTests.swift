// CallTests.swift - what the moves of a call do to its times, and which calls the runner finds.

import Business
import LocalTime
import SQLite
import Testing

@testable import Store

@Suite struct CallTests {
  let fixture: Fixture
  var store: Store { fixture.store }

  init() throws { fixture = try Fixture() }

  private func row(_ sid: String) throws -> CallRow { try #require(try store.call(sid: sid)) }

  @Test func `a repeated call keeps what the first said, but the earlier beginning`() throws {
    let first = try store.recordCall(sid: "CA1", tenant: "a", caller: caller, called: number, startedAt: now)
    let second = try store.recordCall(
      sid: "CA1", tenant: "b", caller: "x", called: "y", startedAt: now.adding(seconds: -5), source: .sweep)
    let call = try row("CA1")
    #expect(first?.callSid == "CA1" && first?.startedAt == now)
    #expect(second == nil)
    #expect(call.tenant == "a" && call.caller == caller && call.called == number)
    #expect(call.startedAt == now.adding(seconds: -5))
  }

  @Test func `the SMS is due that much after the call's real end, and never earlier`() throws {
    try fixture.missedCall("CA1")
    _ = try store.closeCall(sid: "CA1", at: now.adding(seconds: 40), delaySeconds: 30)
    let late = try row("CA1")
    #expect(late.endedAt == now.adding(seconds: 40))
    #expect(late.dueAt == now.adding(seconds: 70))
    try fixture.missedCall("CA2")
    _ = try store.closeCall(sid: "CA2", at: now.adding(seconds: 5), delaySeconds: 30)
    let early = try row("CA2")
    #expect(early.endedAt == now.adding(seconds: 20))
    #expect(early.dueAt == now.adding(seconds: 50))
  }

  @Test func `a call that is closed late keeps a decision that was taken`() throws {
    let id = try fixture.missedCall("CA1")
    _ = try store.decideDefer(ifWaiting: id, until: now.adding(hours: 8))
    _ = try store.closeCall(sid: "CA1", at: now.adding(hours: 9), delaySeconds: 30)
    let call = try row("CA1")
    #expect(call.dueAt == now.adding(hours: 8))
    #expect(call.endedAt == now.adding(seconds: 20))
  }

  @Test func `a key pressed after all takes back the miss of a connected call, and only of that`() throws {
    for (sid, connected) in [("CA1", true), ("CA2", false), ("CA3", nil)] as [(String, Bool?)] {
      try fixture.call(sid)
      _ = try store.markMissed(
        ifInProgress: sid, endedAt: now, dueAt: now, judgedBy: .dialResult, dialConnected: connected)
      try store.recordScreenKey(sid: sid, at: now)
    }
    let words = try ["CA1", "CA2", "CA3"].map { try fixture.words($0) }
    #expect(words == ["answered none", "missed pending", "missed pending"])
    let due = try store.dueCalls(at: now.adding(days: 1), limit: 9).map(\.callSid)
    #expect(due == ["CA2", "CA3"])
  }

  @Test func `due calls come in order, at their time, and no more than asked for`() throws {
    for (index, sid) in ["CA3", "CA2", "CA1"].enumerated() {
      try fixture.missedCall(sid, at: now.adding(seconds: -index))
    }
    let early = try store.dueCalls(at: now.adding(milliseconds: 49_999), limit: 9).map(\.callSid)
    #expect(early == ["CA1", "CA2"])
    let first = try store.dueCalls(at: now.adding(minutes: 1), limit: 1).map(\.callSid)
    #expect(first == ["CA1"])
    let next = try store.nextCallDue()
    #expect(next == now.adding(seconds: 48))
    let soon = try store.callsDueSoon(until: now.adding(seconds: 50), limit: 9)
    #expect(soon.count == 3)
  }

  @Test func `a later look leaves the due time as it is`() throws {
    let id = try fixture.missedCall("CA1")
    try store.postponeLook(callID: id, until: now.adding(minutes: 5))
    let due = try store.dueCalls(at: now.adding(minutes: 2), limit: 9)
    let call = try row("CA1")
    let next = try store.nextCallDue()
    #expect(due.isEmpty)
    #expect(call.dueAt == now.adding(seconds: 50))
    #expect(next == now.adding(minutes: 5))
  }

  @Test func `with nothing waiting nothing is due`() throws {
    try fixture.call("CA1")
    let next = try store.nextCallDue()
    #expect(next == nil)
  }

  @Test func `calls nobody judged are found when closed or old, at the pace of the looks`() throws {
    try fixture.call("closed")
    _ = try store.closeCall(sid: "closed", at: now, delaySeconds: 30)
    try fixture.call("old", at: now.adding(hours: -5))
    try fixture.call("fresh")
    try fixture.missedCall("missed", at: now.adding(hours: -5))
    func found(at time: Timestamp) throws -> [String] {
      try store.unjudgedCalls(at: time, closedBefore: now, startedBefore: now.adding(hours: -4), limit: 9)
        .map(\.callSid)
    }
    let all = try found(at: now)
    #expect(all == ["old", "closed"])
    try store.postponeJudging(sid: "old", until: now.adding(minutes: 1))
    let paced = try found(at: now)
    let later = try found(at: now.adding(minutes: 1))
    #expect(paced == ["closed"])
    #expect(later == ["old", "closed"])
  }

  @Test func `missed calls of a number are ranked within their day`() throws {
    let ids = try (0..<3).map { try fixture.missedCall("CA\($0)", at: now.adding(minutes: $0 / 2)) }
    try fixture.missedCall("yesterday", at: now.adding(days: -1))
    let answered = try fixture.call("answered")
    _ = try store.markAnswered(sid: "answered", endedAt: now, judgedBy: .voice)
    let ranks = try (0..<3).map { index in
      try store.missedCalls(
        tenant: "a", caller: caller, since: now.adding(hours: -8), upTo: now.adding(minutes: index / 2),
        callID: ids[index])
    }
    #expect(ranks == [1, 2, 3])
    #expect(answered > 0)
  }

  @Test func `only a later call counts as reached, or as calling now`() throws {
    try fixture.missedCall("first", at: now)
    let call = try row("first")
    func reached() throws -> Bool { try store.wasReached(tenant: "a", caller: caller, after: call) }
    func calling() throws -> Bool {
      try store.isCallingNow(tenant: "a", caller: caller, after: call, oldest: now.adding(hours: -1))
    }
    try fixture.call("earlier", at: now.adding(minutes: -1))
    let before = try (reached(), calling())
    #expect(before == (false, false))
    try fixture.call("later", at: now.adding(minutes: 1))
    let during = try (reached(), calling())
    #expect(during == (false, true))
    _ = try store.markAnswered(sid: "later", endedAt: now.adding(minutes: 2), judgedBy: .dialResult)
    let after = try (reached(), calling())
    #expect(after == (true, false))
    let stale = try store.isCallingNow(tenant: "b", caller: caller, after: call, oldest: now)
    #expect(!stale)
  }
}
