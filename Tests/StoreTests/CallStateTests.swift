// CallStateTests.swift - every state of a call against every operation: the allowed moves, and no other.

import Business
import LocalTime
import SQLite
import Testing

@testable import Store

@Suite struct CallStateTests {
  enum State: String, CaseIterable {
    case inProgress, closed, answered, missedByDial, missedByStatus, missedBySweep, deferred, sent, skipped,
      dead

    func make(_ fixture: Fixture, _ sid: String) throws -> Int {
      let store = fixture.store
      switch self {
      case .inProgress: return try fixture.call(sid)
      case .closed:
        let id = try fixture.call(sid)
        _ = try store.closeCall(sid: sid, at: now.adding(seconds: 15), delaySeconds: 30)
        return id
      case .answered:
        let id = try fixture.call(sid)
        _ = try store.markAnswered(sid: sid, endedAt: now.adding(seconds: 9), judgedBy: .dialResult)
        return id
      case .missedByDial: return try fixture.missedCall(sid)
      case .missedByStatus: return try fixture.missedCall(sid, judge: .callStatus)
      case .missedBySweep: return try fixture.missedCall(sid, judge: .sweep)
      case .deferred:
        let id = try fixture.missedCall(sid)
        _ = try store.decideDefer(ifWaiting: id, until: now.adding(hours: 8))
        return id
      case .sent:
        let id = try fixture.missedCall(sid)
        _ = try store.decideSend(ifWaiting: id, at: now.adding(minutes: 1))
        return id
      case .skipped:
        let id = try fixture.missedCall(sid)
        _ = try store.decideSkip(ifWaiting: id, reason: .dedupe, at: now.adding(minutes: 1))
        return id
      case .dead:
        let id = try State.sent.make(fixture, sid)
        try store.markCallDead(callID: id)
        return id
      }
    }
  }

  enum Move: CaseIterable {
    case miss, answer, screenKey, close, postponeJudging, postponeLook, send, skip, deferral, die, recordAgain
    case recordEarlier

    /// What the operation itself says it did; nil where it says nothing.
    func apply(_ store: Store, _ sid: String, _ id: Int) throws -> Bool? {
      let later = now.adding(hours: 9)
      switch self {
      case .miss:
        return try store.markMissed(ifInProgress: sid, endedAt: later, dueAt: later, judgedBy: .dialResult)
          != nil
      case .answer: return try store.markAnswered(sid: sid, endedAt: later, judgedBy: .dialResult) != nil
      case .screenKey: try store.recordScreenKey(sid: sid, at: later)
      case .close: return try store.closeCall(sid: sid, at: later, delaySeconds: 30)
      case .postponeJudging: try store.postponeJudging(sid: sid, until: later)
      case .postponeLook: try store.postponeLook(callID: id, until: later)
      case .send: return try store.decideSend(ifWaiting: id, at: later)
      case .skip: return try store.decideSkip(ifWaiting: id, reason: .reached, at: later)
      case .deferral: return try store.decideDefer(ifWaiting: id, until: later)
      case .die: try store.markCallDead(callID: id)
      case .recordAgain:
        return try store.recordCall(
          sid: sid, tenant: "b", caller: "x", called: "y", startedAt: now.adding(seconds: 1)) != nil
      case .recordEarlier:
        _ = try store.recordCall(
          sid: sid, tenant: "b", caller: "x", called: "y", startedAt: now.adding(seconds: -1))
      }
      return nil
    }

    /// The outcome and decision a move leads to; nil where it must change nothing.
    func end(from state: State) -> String? {
      let waiting: [State] = [.missedByDial, .missedByStatus, .missedBySweep, .deferred]
      let open: [State] = [.inProgress, .closed]
      switch self {
      case .miss: return open.contains(state) ? "missed pending" : nil
      case .answer: return (open + [.missedByStatus, .missedBySweep]).contains(state) ? "answered none" : nil
      case .postponeJudging: return open.contains(state) ? "in_progress none" : nil
      case .postponeLook: return waiting.contains(state) ? state.words : nil
      case .send: return waiting.contains(state) ? "missed sent sent" : nil
      case .skip: return waiting.contains(state) ? "missed skipped reached" : nil
      case .deferral: return waiting.contains(state) ? "missed deferred quiet_hours" : nil
      case .die: return state == .sent ? "missed sent dead" : nil
      case .close: return state == .closed ? nil : state.words
      case .screenKey, .recordEarlier: return state.words
      case .recordAgain: return nil
      }
    }
  }

  @Test(arguments: State.allCases) func `a call makes the allowed moves and no other`(_ state: State) throws {
    let fixture = try Fixture()
    for move in Move.allCases {
      let sid = "CA-\(state)-\(move)"
      let id = try state.make(fixture, sid)
      try #require(fixture.words(sid) == state.words)
      let before = try fixture.dump("calls")
      let said = try move.apply(fixture.store, sid, id)
      let after = try fixture.dump("calls")
      let words = try fixture.words(sid)
      if let end = move.end(from: state) {
        #expect(after != before, "\(state) \(move)")
        #expect(words == end, "\(state) \(move)")
        #expect(said != false, "\(state) \(move)")
      } else {
        #expect(after == before, "\(state) \(move)")
        #expect(said != true, "\(state) \(move)")
      }
    }
  }

  @Test(arguments: State.allCases) func `a move made twice changes nothing the second time`(_ state: State)
    throws
  {
    let fixture = try Fixture()
    for move in Move.allCases {
      let sid = "CA-\(state)-\(move)"
      let id = try state.make(fixture, sid)
      _ = try move.apply(fixture.store, sid, id)
      let before = try fixture.dump("calls")
      let said = try move.apply(fixture.store, sid, id)
      let after = try fixture.dump("calls")
      #expect(after == before, "\(state) \(move)")
      if move != .deferral { #expect(said != true, "\(state) \(move)") }
    }
  }

  @Test(arguments: Move.allCases) func `a move of a call that is not there changes nothing`(_ move: Move)
    throws
  {
    guard move != .recordAgain && move != .recordEarlier else { return }
    let fixture = try Fixture()
    let said = try move.apply(fixture.store, "CA-none", 99)
    let after = try fixture.dump("calls")
    #expect(said != true)
    #expect(after == "")
  }
}

extension CallStateTests.State {
  /// Outcome, decision and reason.
  var words: String {
    switch self {
    case .inProgress, .closed: "in_progress none"
    case .answered: "answered none"
    case .missedByDial, .missedByStatus, .missedBySweep: "missed pending"
    case .deferred: "missed deferred quiet_hours"
    case .sent: "missed sent sent"
    case .skipped: "missed skipped dedupe"
    case .dead: "missed sent dead"
    }
  }
}

extension Fixture {
  func words(_ sid: String) throws -> String {
    guard let row = try store.call(sid: sid) else { throw Missing() }
    return [row.outcome.rawValue, row.decision.rawValue, row.reason].compactMap { $0 }.joined(separator: " ")
  }
}
