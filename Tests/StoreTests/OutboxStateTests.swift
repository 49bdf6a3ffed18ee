// OutboxStateTests.swift - every state of a message against every operation: the allowed moves, and no other.

import Business
import LocalTime
import SQLite
import Testing

@testable import Store

@Suite struct OutboxStateTests {
  enum State: String, CaseIterable {
    case queued, sending, unknown, accepted, delivered, failed, dead

    var stored: MessageState { self == .unknown ? .sending : MessageState(rawValue: rawValue) ?? .dead }

    func make(_ fixture: Fixture, _ sid: String) throws -> Int {
      let store = fixture.store
      let id = try fixture.message(.notification)
      guard self != .queued else { return id }
      guard let row = try store.claim(ifWaiting: id, at: now, lookAt: now.adding(minutes: 2)) else {
        throw Fixture.Missing()
      }
      switch self {
      case .queued, .sending: break
      case .unknown: try store.markUnknown(row, error: "time-out", lookAt: now.adding(minutes: 3), at: now)
      case .failed:
        try store.markFailed(row, code: 30003, error: "off", retryAt: now.adding(minutes: 2), at: now)
      case .dead: try store.markDead(row, code: 21211, error: "no number", at: now)
      case .accepted, .delivered:
        try store.markAccepted(ifSending: id, attempt: 1, sid: sid, segments: 2, at: now)
        if self == .delivered {
          _ = try store.applyReport(sid: sid, messageID: id, status: .delivered, at: now)
        }
      }
      return id
    }
  }

  enum Move: CaseIterable {
    case claim, accept, fail, postpone, unknown, die, reportDelivered, reportFailed, reportSent,
      reportOtherSid, adopt
    case staleAccept, staleFail, stalePostpone, staleUnknown, staleDie

    func apply(_ fixture: Fixture, _ sid: String, _ id: Int) throws {
      let store = fixture.store
      let later = now.adding(minutes: 30)
      var row = try fixture.row(id)
      switch self {
      case .claim: _ = try store.claim(ifWaiting: id, at: later, lookAt: later)
      case .accept:
        try store.markAccepted(ifSending: id, attempt: row.attempts, sid: sid, segments: 1, at: later)
      case .fail: try store.markFailed(row, code: 30008, error: "again", retryAt: later, at: later)
      case .postpone: try store.postpone(row, until: later, code: 20429, error: "429", at: later)
      case .unknown: try store.markUnknown(row, error: "reset", lookAt: later, at: later)
      case .die: try store.markDead(row, code: nil, error: "enough", at: later)
      case .reportDelivered: _ = try store.applyReport(sid: sid, messageID: id, status: .delivered, at: later)
      case .reportFailed: _ = try store.applyReport(sid: sid, messageID: id, status: .undelivered, at: later)
      case .reportSent: _ = try store.applyReport(sid: sid, messageID: nil, status: .sent, at: later)
      case .reportOtherSid:
        _ = try store.applyReport(sid: "SM-other-\(id)", messageID: nil, status: .delivered, at: later)
      case .adopt: _ = try store.adoptOrphans(at: later, lookAt: later)
      case .staleAccept, .staleFail, .stalePostpone, .staleUnknown, .staleDie:
        row.attempts += 7
        switch self {
        case .staleAccept:
          try store.markAccepted(ifSending: id, attempt: 8, sid: "SM-stale", segments: 1, at: later)
        case .staleFail: try store.markFailed(row, code: nil, error: "stale", retryAt: later, at: later)
        case .stalePostpone: try store.postpone(row, until: later, code: nil, error: "stale", at: later)
        case .staleUnknown: try store.markUnknown(row, error: "stale", lookAt: later, at: later)
        default: try store.markDead(row, code: nil, error: "stale", at: later)
        }
      }
    }

    /// The state a move leads to; nil where it must change nothing.
    func end(from state: State) -> MessageState? {
      let isSending = state == .sending || state == .unknown
      switch self {
      case .claim: return state == .queued || state == .failed ? .sending : nil
      case .accept: return isSending ? .accepted : nil
      case .fail: return isSending || state == .accepted ? .failed : nil
      case .postpone: return isSending ? .queued : nil
      case .unknown: return isSending ? .sending : nil
      case .die: return state == .delivered || state == .dead ? nil : .dead
      // A report with our id proves that a message exists whose acceptance we never heard of. What has arrived has
      // arrived, whatever we thought of the try.
      case .reportDelivered: return state == .queued || state == .delivered ? nil : .delivered
      case .reportFailed: return isSending || state == .accepted || state == .failed ? .accepted : nil
      case .reportSent: return state == .accepted ? .accepted : nil
      case .adopt: return state == .sending ? .sending : nil
      case .reportOtherSid, .staleAccept, .staleFail, .stalePostpone, .staleUnknown, .staleDie: return nil
      }
    }
  }

  @Test(arguments: State.allCases, Move.allCases) func `a message makes the allowed moves and no other`(
    _ state: State, _ move: Move
  ) throws {
    let fixture = try Fixture()
    let id = try state.make(fixture, "SM1")
    let first = try fixture.row(id).state
    try #require(first == state.stored)
    let before = try (fixture.dump("messages"), fixture.dump("ticket_events"))
    try move.apply(fixture, "SM1", id)
    let after = try (fixture.dump("messages"), fixture.dump("ticket_events"))
    let end = try fixture.row(id).state
    if let expected = move.end(from: state) {
      #expect(after.0 != before.0)
      #expect(end == expected)
    } else {
      #expect(after == before)
    }
  }

  @Test func `a try that counts and one that does not`() throws {
    let fixture = try Fixture()
    let store = fixture.store
    let id = try fixture.message()
    let first = try #require(try store.claim(ifWaiting: id, at: now, lookAt: now))
    #expect(first.attempts == 1)
    try store.postpone(first, until: now, code: 20429, error: "429", at: now)
    let held = try fixture.row(id)
    #expect(held.attempts == 0 && held.postponements == 1)
    let second = try #require(try store.claim(ifWaiting: id, at: now, lookAt: now))
    try store.postpone(second, until: now, code: 20429, error: "429", at: now)
    let events = try fixture.events(.messageHeld)
    #expect(events == 1)
    let third = try #require(try store.claim(ifWaiting: id, at: now, lookAt: now))
    try store.markFailed(third, code: 30003, error: "off", retryAt: now, at: now)
    let failed = try fixture.row(id)
    #expect(failed.attempts == 1 && failed.postponements == 0)
  }

  @Test func `of two claims only one gets the message`() throws {
    let fixture = try Fixture()
    let id = try fixture.message()
    let first = try fixture.store.claim(ifWaiting: id, at: now, lookAt: now)
    let second = try fixture.store.claim(ifWaiting: id, at: now, lookAt: now)
    #expect(first != nil)
    #expect(second == nil)
  }
}
