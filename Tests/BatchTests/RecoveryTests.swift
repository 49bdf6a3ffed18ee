// RecoveryTests.swift - calls and replies whose webhooks were lost: the judging of calls, and the sweep.

import LocalTime
import StandIn
import TestSupport
import Testing

struct RecoveryTests {
  @Test func `a lost dial result of a missed call is made up for in time`() throws {
    let world = try TestWorld()
    try world.call { $0.lost = [.dialResult] }
    try world.run(after: 10)
    #expect(try world.list(.calls).first?["decision"] == "pending")
    try world.run(after: 21)
    #expect(try world.texts().count == 1)
  }

  @Test func `a lost dial result of an answered call is not texted`() throws {
    let world = try TestWorld()
    try world.call(.answered(seconds: 120)) { $0.lost = [.dialResult] }
    for _ in 0..<20 { try world.run(after: 30) }
    #expect(try world.list(.calls).first?["outcome"] == "answered")
    #expect(try world.texts().isEmpty)
  }

  /// The final status says `completed`, as it does for most missed calls, and no dial result came.
  private func endedWithoutDialResult() throws -> TestWorld {
    let world = try TestWorld()
    _ = world.post("voice", world.callFields("CA1", status: "ringing"))
    world.clock.advance(seconds: 25)
    _ = world.post("call-status", world.callFields("CA1", status: "completed") + [("CallDuration", "5")])
    return world
  }

  @Test func `a call that completed without a dial result is judged by its legs`() throws {
    let world = try endedWithoutDialResult()
    try world.run(after: 5)
    #expect(try world.list(.calls).first?["outcome"] == "in_progress")
    try world.run(after: 5)
    #expect(try world.list(.calls).first?["outcome"] == "missed")
    #expect(try world.list(.calls).first?["due_at"] == "2026-02-10T09:00:55Z")
  }

  @Test func `while Twilio cannot be asked the call waits, but not for ever`() throws {
    let world = try endedWithoutDialResult()
    world.transport.isUnreachable = true
    for _ in 0..<10 { try world.run(after: 50) }
    #expect(try world.list(.calls).first?["outcome"] == "in_progress")
    for _ in 0..<5 { try world.run(after: 50) }
    #expect(try world.list(.calls).first?["outcome"] == "missed")
  }

  @Test func `a call of which only the voice webhook came is found out`() throws {
    let world = try TestWorld()
    try world.call { $0.lost = [.dialResult, .callStatus] }
    for _ in 0..<14 { try world.run(after: 60) }
    #expect(try world.list(.calls).first?["outcome"] == "missed")
    #expect(try world.texts().count == 1)
  }

  @Test func `a call of which no webhook came is found by the sweep and texted`() throws {
    let world = try TestWorld()
    try world.run()
    try world.call { $0.lost = Set(CallScript.Stage.allCases) }
    for _ in 0..<10 { try world.run(after: 60) }
    let call = try #require(try world.list(.calls).first)
    #expect(call["outcome"] == "missed")
    #expect(call["reason"] == "sent")
    #expect(try world.texts().count == 1)
  }

  @Test func `an answered call of which no webhook came is recorded and not texted`() throws {
    let world = try TestWorld()
    try world.run()
    try world.call(.answered(seconds: 60)) { $0.lost = Set(CallScript.Stage.allCases) }
    for _ in 0..<10 { try world.run(after: 60) }
    #expect(try world.list(.calls).first?["outcome"] == "answered")
    #expect(try world.texts().isEmpty)
  }

  @Test func `a miss found too late for the SMS becomes a ticket of source sweep`() throws {
    let world = try TestWorld()
    try world.run()
    world.transport.isUnreachable = true
    try world.call { $0.lost = Set(CallScript.Stage.allCases) }
    world.clock.advance(seconds: 2 * 3600)
    world.transport.isUnreachable = false
    for _ in 0..<10 { try world.run(after: 60) }
    #expect(try world.list(.calls).first?["reason"] == "expired")
    let tickets = try world.list(.tickets)
    #expect(tickets.map { $0["source"] } == ["sweep"])
    #expect(try world.texts().isEmpty)
  }

  @Test func `a lost reply is found and answered`() throws {
    let world = try TestWorld()
    world.miss()
    try world.run(after: 31)
    _ = try world.standIn.receiveMessage(
      from: TestWorld.caller, to: TestWorld.number, body: "2", url: "https://lost")
    for _ in 0..<10 { try world.run(after: 60) }
    #expect(try world.list(.tickets).first?["status"] == "NEEDS_CALLBACK")
    #expect(try world.texts().count == 2)
  }

  @Test func `a webhook that turns up after the sweep doubles nothing`() throws {
    let world = try TestWorld()
    try world.run()
    let played = try world.call { $0.lost = Set(CallScript.Stage.allCases) }
    let reply = try world.standIn.receiveMessage(
      from: "+41781112233", to: TestWorld.number, body: "2", url: "\(TestWorld.publicURL)/sms")
    for _ in 0..<10 { try world.run(after: 60) }
    for exchange in played.exchanges { _ = world.deliver(exchange.webhook) }
    _ = world.deliver(reply)
    try world.run(after: 60)
    #expect(try world.list(.calls).count == 1)
    #expect(try world.texts().count == 1)
    #expect(try world.list(.tickets).count == 1)
  }

  @Test func `the sweep asks every five minutes, not every run`() throws {
    let world = try TestWorld()
    for _ in 0..<10 { try world.run(after: 60) }
    #expect(2...3 ~= (try world.standIn.requests("calls.list").count))
  }

  @Test func `a sweep that fails is made up for by the next`() throws {
    let world = try TestWorld()
    try world.run()
    try world.call { $0.lost = Set(CallScript.Stage.allCases) }
    try world.standIn.plan("calls.list", fault: .http500, times: 1)
    for _ in 0..<16 { try world.run(after: 60) }
    #expect(try world.texts().count == 1)
  }
}
