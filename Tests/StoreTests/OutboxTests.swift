// OutboxTests.swift - one message per call and reply, due times, reports out of order, the ledger of the dead.

import Business
import LocalTime
import SQLite
import Testing

@testable import Store

@Suite struct OutboxTests {
  let fixture: Fixture
  var store: Store { fixture.store }

  init() throws { fixture = try Fixture() }

  private func accepted(_ sid: String, call: Int? = nil) throws -> Int {
    let id = try fixture.message(call: call)
    _ = try store.claim(ifWaiting: id, at: now, lookAt: now)
    try store.markAccepted(ifSending: id, attempt: 1, sid: sid, segments: 2, at: now)
    return id
  }

  @Test func `a call has one missed-call SMS, and a reply one message of a kind`() throws {
    let call = try fixture.missedCall("CA1")
    let inbound = try #require(try store.recordInbound(inboundSMS("SM1")))
    let ids = try [
      fixture.newMessage(call: call), fixture.newMessage(call: call), fixture.newMessage(.alert, call: call),
      fixture.newMessage(.confirmation, inbound: inbound),
      fixture.newMessage(.confirmation, inbound: inbound),
      fixture.newMessage(.wizardLink, inbound: inbound),
    ].map { try store.enqueue($0, at: now) != nil }
    #expect(ids == [true, false, true, true, false, true])
    let events = try fixture.events(.messageQueued)
    #expect(events == 4)
  }

  @Test func `messages come when due, oldest first`() throws {
    let ids = try (0..<3).map { index in
      var message = fixture.newMessage(.notification)
      message.dueAt = now.adding(seconds: 10 - index)
      return try #require(try store.enqueue(message, at: now))
    }
    let due = try store.dueMessages(at: now.adding(seconds: 9), limit: 9).map(\.id)
    #expect(due == [ids[2], ids[1]])
    let next = try store.nextMessageDue()
    #expect(next == now.adding(seconds: 8))
    let one = try store.dueMessages(at: now.adding(days: 1), limit: 1).map(\.id)
    #expect(one == [ids[2]])
  }

  @Test func `reports advance by rank whatever their order, and repeat without effect`() throws {
    let id = try accepted("SM1")
    func report(_ status: DeliveryStatus) throws -> ReportEffect {
      try store.applyReport(sid: "SM1", messageID: id, status: status, at: now)
    }
    let effects = try [.sent, .queued, .sending, .sent, .delivered, .delivered, .failed, .sent].map(report)
    #expect(
      effects == [.progressed, .ignored, .ignored, .ignored, .delivered, .ignored, .ignored, .ignored])
    let state = try fixture.row(id).state
    let events = try fixture.events(.messageDelivered)
    #expect(state == .delivered)
    #expect(events == 1)
  }

  @Test func `a failed try hands over the row once`() throws {
    let id = try accepted("SM1")
    let first = try store.applyReport(sid: "SM1", messageID: nil, status: .undelivered, at: now)
    let second = try store.applyReport(sid: "SM1", messageID: nil, status: .failed, at: now)
    guard case .failed(let row) = first else {
      Issue.record("\(first)")
      return
    }
    #expect(row.id == id)
    #expect(second == .ignored)
  }

  @Test func `a late report about an earlier try changes nothing`() throws {
    let id = try accepted("SM1")
    try store.markFailed(try fixture.row(id), code: 30003, error: "off", retryAt: now, at: now)
    _ = try store.claim(ifWaiting: id, at: now, lookAt: now)
    try store.markAccepted(ifSending: id, attempt: 2, sid: "SM2", segments: 1, at: now)
    let effect = try store.applyReport(sid: "SM1", messageID: id, status: .undelivered, at: now)
    let row = try fixture.row(id)
    #expect(effect == .ignored)
    #expect(row.state == .accepted && row.sid == "SM2")
  }

  /// Given up, then reported as delivered.
  private func raised(closing: Timestamp?) throws -> (state: MessageState, words: String) {
    let call = try fixture.missedCall("CA1")
    _ = try store.decideSend(ifWaiting: call, at: now)
    let id = try accepted("SM1", call: call)
    _ = try store.markDead(try fixture.row(id), code: 30005, error: "no number", at: now)
    if let closing, let month = CivilMonth(iso8601: "2026-02") {
      _ = try store.closeMonth(tenant: "a", month: month, at: closing)
    }
    _ = try store.applyReport(sid: "SM1", messageID: id, status: .delivered, at: now.adding(minutes: 9))
    return (try fixture.row(id).state, try fixture.words("CA1"))
  }

  @Test func `a delivery raises what was given up, and its call`() throws {
    let result = try raised(closing: nil)
    #expect(result.state == .delivered)
    #expect(result.words == "missed sent sent")
  }

  @Test func `a month closed before that knows nothing of the failure`() throws {
    #expect(try raised(closing: now.adding(minutes: -1)).words == "missed sent sent")
  }

  @Test func `in a month that was closed with it the message stays dead: the books do not change`() throws {
    let result = try raised(closing: now.adding(minutes: 1))
    #expect(result.state == .dead)
    #expect(result.words == "missed sent dead")
  }

  @Test func `a report finds a try that was taken for lost, and takes the retry back`() throws {
    let id = try fixture.message()
    _ = try store.claim(ifWaiting: id, at: now, lookAt: now)
    try store.markFailed(try fixture.row(id), code: nil, error: "not found", retryAt: now, at: now)
    let effect = try store.applyReport(sid: "SM1", messageID: id, status: .sent, at: now)
    #expect(effect == .progressed)
    #expect(try fixture.row(id).state == .accepted && fixture.row(id).sid == "SM1")
  }

  @Test func `a report that comes before the answer finds the message, and the answer then changes nothing`()
    throws
  {
    let id = try fixture.message()
    _ = try store.claim(ifWaiting: id, at: now, lookAt: now)
    let effect = try store.applyReport(sid: "SM1", messageID: id, status: .delivered, at: now)
    let answer = try store.markAccepted(ifSending: id, attempt: 1, sid: "SM1", segments: 1, at: now)
    let row = try fixture.row(id)
    let found = try fixture.events(.messageFound)
    #expect(effect == .delivered)
    #expect(!answer)
    #expect(row.state == .delivered && row.sid == "SM1")
    #expect(found == 1)
  }

  @Test func `a report about no message of ours says so, and leaves no trace`() throws {
    let strange = try store.applyReport(sid: "SM9", messageID: nil, status: .delivered, at: now)
    let gone = try store.applyReport(sid: "SM9", messageID: 99, status: .delivered, at: now)
    let attempts = try fixture.dump("message_attempts")
    #expect(strange == .unknownMessage)
    #expect(gone == .unknownMessage)
    #expect(attempts == "")
  }

  @Test(arguments: DeliveryStatus.allCases) func `failure, delivery and progress exclude one another`(
    _ status: DeliveryStatus
  ) {
    #expect(!(status.isFailure && status.isDelivery))
    #expect((status.isFailure || status.isDelivery) == (status.rank >= 5))
  }

  @Test func `the ledger counts the call of a dead SMS as dead, and of no other kind`() throws {
    for (sid, kind) in [("CA1", MessageKind.missedCall), ("CA2", .alert)] {
      let call = try fixture.missedCall(sid)
      _ = try store.decideSend(ifWaiting: call, at: now)
      let id = try fixture.message(kind, call: call)
      let done = try store.markDead(try fixture.row(id), code: 21211, error: "no number", at: now)
      #expect(done)
    }
    let words = try ["CA1", "CA2"].map { try fixture.words($0) }
    #expect(words == ["missed sent dead", "missed sent sent"])
  }

  @Test func `a runner's start takes over what another left, once`() throws {
    let id = try fixture.message()
    _ = try store.claim(ifWaiting: id, at: now, lookAt: now.adding(minutes: 9))
    let first = try store.adoptOrphans(at: now, lookAt: now)
    let second = try store.adoptOrphans(at: now, lookAt: now)
    let looks = try store.unknownMessages(at: now, limit: 9).map(\.id)
    let next = try store.nextUnknownLook()
    #expect([first, second] == [1, 0])
    #expect(looks == [id])
    #expect(next == now)
  }

  @Test func `accepted messages without a report are looked at again at a pace`() throws {
    let id = try accepted("SM1")
    func found(_ before: Timestamp) throws -> [Int] {
      try store.unreportedMessages(sentBefore: before, sentAfter: now.adding(days: -1), limit: 9).map(\.id)
    }
    let early = try found(now.adding(seconds: -1))
    let due = try found(now)
    try store.noteChecked(message: id, at: now.adding(minutes: 5))
    // Asked about: it waits 50 minutes longer.
    let checked = try found(now.adding(minutes: 54))
    let again = try found(now.adding(minutes: 55))
    #expect([early, due, checked, again] == [[], [id], [], [id]])
  }

  @Test func `what counts as an SMS that went to the number`() throws {
    let id = try accepted("SM1", call: try fixture.missedCall("CA1"))
    _ = try fixture.message(.confirmation)
    let sent = try store.missedCallSMS(tenant: "a", phone: caller, since: now.adding(hours: -8))
    #expect(sent == (now, 1))
    try store.markDead(try fixture.row(id), code: 21211, error: "no number", at: now)
    let afterwards = try store.missedCallSMS(tenant: "a", phone: caller, since: now.adding(hours: -8))
    #expect(afterwards == (nil, 0))
  }
}

func inboundSMS(_ sid: String, answers: Int? = nil) -> InboundSMS {
  InboundSMS(
    messageSid: sid, tenant: "a", sender: caller, recipient: number, body: "1", answer: "1", segments: 1,
    receivedAt: now, answersMessage: answers)
}
