// SendingLimitTests.swift - the ceilings of outgoing SMS: what is above waits, nobody is lost, and no crash,
// restart or retry makes more room.

import Business
import LocalTime
import StandIn
import Store
import TestSupport
import Testing

struct SendingLimitTests {
  private func world(
    perHour: Int, perDay: Int = 1000, _ change: (inout Tenant) -> Void = { _ in }
  ) throws -> TestWorld {
    try TestWorld {
      $0.smsLimits = Ceiling(perHour: perHour, perDay: perDay)
      change(&$0)
    }
  }

  /// So many callers get no answer.
  private func flood(_ world: TestWorld, _ callers: Range<Int>, to number: String = TestWorld.number) {
    for index in callers { world.miss(from: "+4179\(2_000_000 + index)", to: number) }
  }

  private func states(_ world: TestWorld, _ kind: String = "missed_call") throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for row in try world.list(.messages) where row["kind"] == kind {
      counts[row["state"] ?? "", default: 0] += 1
    }
    return counts
  }

  private func alerts(_ world: TestWorld) throws -> [String] {
    try world.list(.events).filter { $0["type"] == "alert" }.compactMap { $0["detail"] }
      .filter { $0.hasPrefix("sms_limit") }
  }

  @Test func `what is above the hour's ceiling waits without a try, and the operator is told once an hour`()
    throws
  {
    let world = try world(perHour: 5)
    flood(world, 0..<8)
    try world.run(after: 31)
    #expect(try states(world) == ["accepted": 5, "queued": 3])
    for _ in 0..<5 { try world.run(after: 60) }
    #expect(try states(world) == ["accepted": 5, "queued": 3])
    let waiting = try world.list(.messages).filter { $0["state"] == "queued" }
    #expect(waiting.allSatisfy { $0["attempts"] == "0" })
    #expect(try world.standIn.requests("messages.create").count == 5)
    #expect(try alerts(world).count == 1)
    #expect(
      try alerts(world).first?.contains("the limit of 5 SMS to callers of this tenant in an hour") == true)
    #expect(try world.eventTypes().filter { $0 == "message_held" }.count == 3)
  }

  @Test func `the next hour makes room`() throws {
    let world = try world(perHour: 5)
    flood(world, 0..<5)
    try world.run(after: 31)
    world.clock.advance(seconds: 1800)
    flood(world, 5..<8)
    try world.run(after: 31)
    #expect(try states(world) == ["accepted": 5, "queued": 3])
    try world.run(after: 1740)
    try world.run(after: 60)
    #expect(try states(world) == ["accepted": 8])
  }

  @Test func `a raised ceiling releases what waits`() throws {
    let world = try world(perHour: 2)
    flood(world, 0..<4)
    try world.run(after: 31)
    try world.changeTenant { $0.smsLimits = Ceiling(perHour: 100, perDay: 100) }
    try world.run(after: 61)
    #expect(try states(world) == ["accepted": 4])
  }

  @Test func `the day has a ceiling of its own`() throws {
    let world = try world(perHour: 3, perDay: 5)
    for hour in 0..<4 {
      flood(world, (hour * 3)..<(hour * 3 + 3))
      try world.run(after: 31)
      world.clock.advance(seconds: 3600)
    }
    #expect(try states(world)["accepted"] == 5)
    #expect(try alerts(world).contains { $0.contains("in 24 hours") })
  }

  @Test func `a caller whose SMS waited too long becomes a ticket, once, and the ledger balances`() throws {
    let world = try world(perHour: 2)
    flood(world, 0..<5)
    try world.run(after: 31)
    // One of those who wait calls again and is answered: nothing is left to do for that one.
    world.clock.advance(seconds: 60)
    try world.call(from: "+41792000004", .answered(seconds: 5))
    for _ in 0..<4 { try world.run(after: 1000) }
    #expect(try states(world) == ["accepted": 2, "dead": 3])
    let tickets = try world.list(.tickets)
    #expect(Set(tickets.compactMap { $0["phone"] }) == ["+41792000002", "+41792000003"])
    #expect(tickets.allSatisfy { $0["source"] == "sweep" && $0["status"] == "NEEDS_CALLBACK" })
    let missed = try world.list(.calls).filter { $0["outcome"] == "missed" }
    #expect(missed.count == 5)
    #expect(missed.count { $0["reason"] == "sent" } == 2 && missed.count { $0["reason"] == "dead" } == 3)
  }

  @Test func `callers do not use up what notices and alerts need`() throws {
    let world = try world(perHour: 2) {
      $0.notify = [.init(channel: .sms, to: "+41790000012", on: [.new, .urgent])]
    }
    world.installation.alertNumbers = ["+41790000001"]
    try world.apply()
    flood(world, 0..<6)
    try world.run(after: 31)
    #expect(try states(world) == ["accepted": 2, "queued": 4])
    try world.text("2", from: "+41792000000")
    try world.run()
    #expect(try world.texts(to: "+41790000012").count == 1)
    #expect(try world.texts(to: "+41790000001").count == 1, "the alert of the ceiling itself")
    // The confirmation is an SMS to a caller.
    #expect(try states(world, "confirmation") == ["queued": 1])
    // The people have a ceiling too: twice 2 is the most an attacker gets.
    for index in 1..<5 { try world.text("2", from: "+4179200000\(index)") }
    try world.run()
    #expect(try world.texts(to: "+41790000012").count == 2)
  }

  @Test func `all tenants together have a ceiling`() throws {
    let world = try world(perHour: 100)
    world.installation.smsLimits = Ceiling(perHour: 3, perDay: 100)
    try world.addTenant("meier", number: "+41435550200")
    flood(world, 0..<2)
    flood(world, 2..<4, to: "+41435550200")
    try world.run(after: 31)
    #expect(try states(world) == ["accepted": 3, "queued": 1])
    #expect(try alerts(world).first?.contains("of all tenants together") == true)
  }

  @Test func `a try whose answer is lost counts, and so does it for the next runner`() throws {
    let world = try world(perHour: 2)
    for _ in 0..<2 { try world.standIn.plan("messages.create", fault: .lostAnswer) }
    flood(world, 0..<4)
    try world.run(after: 31)
    // Each run is a program of its own, with nothing remembered.
    for _ in 0..<3 { try world.run(after: 1) }
    #expect(try world.standIn.requests("messages.create").count == 2)
    for _ in 0..<5 { try world.run(after: 60) }
    #expect(try world.standIn.messages().count == 2)
  }

  @Test func `a try that was turned away does not count`() throws {
    let world = try world(perHour: 2)
    for _ in 0..<2 { try world.standIn.plan("messages.create", fault: .rate429(retryAfter: 1)) }
    flood(world, 0..<2)
    try world.run(after: 31)
    for _ in 0..<4 { try world.run(after: 61) }
    #expect(try states(world) == ["accepted": 2])
    #expect(try alerts(world).isEmpty)
  }

  @Test func `above the ceiling no SMS is promised: the caller gets the menu`() throws {
    let world = try world(perHour: 1)
    flood(world, 0..<2)
    try world.run(after: 31)
    let call = world.callFields("CAmenu", from: "+41792000009", status: "in-progress")
    _ = world.post("voice", call)
    let answer = world.post(
      "dial-result", call + [("DialCallStatus", "no-answer"), ("DialBridged", "false")])
    #expect(answer.text.contains("<Gather"))
    #expect(!answer.text.contains("SMS"))
  }
}
