// ReportOrderTests.swift - reports of one message in every order: what they mean decides, not when they come. Carriers
// do report `undelivered` and, seconds later, `delivered` for the same SMS.

import LocalTime
import StandIn
import TestSupport
import Testing

struct ReportOrderTests {
  private static let caller = TestWorld.caller

  private func sent() throws -> (world: TestWorld, sid: String) {
    let world = try TestWorld()
    world.miss()
    try world.run(after: 31)
    return (world, try #require(try message(world)["sid"]))
  }

  private func message(_ world: TestWorld) throws -> [String: String] {
    try #require(try world.list(.messages).first)
  }

  private func report(_ world: TestWorld, _ status: String, code: Int? = nil, sid: String, id: Int = 1) {
    let fields = [("MessageSid", sid), ("MessageStatus", status), ("To", Self.caller)]
    let more = code.map { [("ErrorCode", String($0))] } ?? []
    #expect(world.post("sms-status", fields + more, query: "m=\(id)").status == 204)
  }

  @Test func `delivered after undelivered takes the waiting retry back`() throws {
    let (world, sid) = try sent()
    report(world, "undelivered", code: 30008, sid: sid)
    #expect(try message(world)["state"] == "failed")
    world.clock.advance(seconds: 20)
    report(world, "delivered", sid: sid)
    let row = try message(world)
    #expect(row["state"] == "delivered" && row["attempts"] == "1" && row["error_code"] == "")
    for _ in 0..<5 { try world.run(after: 60) }
    #expect(try world.texts().count == 1)
    #expect(try message(world)["state"] == "delivered")
    #expect(try world.list(.calls).first?["reason"] == "sent")
  }

  @Test(arguments: [30008, 30017, 30005, 30006, 30034, 30450])
  func `whatever the failure was, a delivery undoes it`(_ code: Int) throws {
    let (world, sid) = try sent()
    report(world, "undelivered", code: code, sid: sid)
    report(world, "read", sid: sid)
    for _ in 0..<40 { try world.run(after: 60) }
    let row = try message(world)
    #expect(row["state"] == "delivered" && row["attempts"] == "1" && row["error_code"] == "")
    #expect(try world.texts().count == 1)
    #expect(try world.list(.calls).first?["reason"] == "sent")
    // Nor is the number taken for a landline any more.
    world.clock.advance(seconds: 7200)
    world.miss()
    try world.run(after: 31)
    #expect(try world.texts().count == 2)
  }

  /// Every order of those that matter, and many of all of them with repetitions.
  @Test(arguments: [nil, 30008, 30005, 30006, 30034])
  func `every order ends in the same row`(_ code: Int?) throws {
    var orders = permutations(["sent", "delivered", "undelivered", "failed"])
    let all = ["accepted", "queued", "sending", "sent", "delivered", "undelivered", "failed"]
    var random = SeededRandom(seed: UInt64(code ?? 0))
    for round in 0..<24 {
      orders.append((round.isMultiple(of: 2) ? all : all + all + ["read"]).shuffled(using: &random))
    }
    let world = try TestWorld()
    let callers = orders.indices.map { "+4179\(2_000_000 + $0)" }
    for caller in callers { world.miss(from: caller) }
    try world.run(after: 31)
    for _ in 0..<6 { try world.run(linger: 5) }
    for (caller, order) in zip(callers, orders) {
      let row = try #require(try world.list(.messages).first { $0["to"] == caller })
      for status in order {
        report(
          world, status, code: status.hasSuffix("ed") && status != "delivered" ? code : nil,
          sid: row["sid"] ?? "", id: Int(row["id"] ?? "") ?? 0)
      }
    }
    let rows = try world.list(.messages)
    #expect(rows.count == orders.count)
    for key in ["state", "attempts", "error_code", "kind", "segments"] {
      #expect(Set(rows.map { $0[key] ?? "" }).count == 1, "\(key): \(Set(rows.map { $0[key] ?? "" }))")
    }
    #expect(rows.allSatisfy { $0["state"] == "delivered" })
    #expect(try world.list(.calls).allSatisfy { $0["reason"] == "sent" })
    let before = try world.texts(to: callers[0]).count
    for _ in 0..<40 { try world.run(after: 60) }
    #expect(try world.texts(to: callers[0]).count == before)
    #expect(try world.standIn.requests("messages.create").count == orders.count)
  }

  @Test func `the delivery of an earlier try ends the message, and nothing more is sent`() throws {
    let (world, first) = try sent()
    report(world, "undelivered", code: 30017, sid: first)
    try world.run(after: 120)
    let second = try #require(try message(world)["sid"])
    #expect(second != first)
    report(world, "delivered", sid: first)
    #expect(try message(world)["state"] == "delivered")
    // It had left: what becomes of it makes no third try, and no alert.
    report(world, "undelivered", code: 30008, sid: second)
    for _ in 0..<5 { try world.run(after: 60) }
    #expect(try message(world)["state"] == "delivered")
    #expect(try world.texts().count == 2)
    #expect(try !world.eventTypes().contains("alert"))
  }

  @Test func `a delivery while the retry is under way ends the message, and its answer changes nothing`()
    throws
  {
    let (world, first) = try sent()
    report(world, "undelivered", code: 30017, sid: first)
    world.clock.advance(seconds: 120)
    var hasReported = false
    world.transport.onPoll = { [self] in
      guard !hasReported, world.transport.inFlight > 0 else { return }
      hasReported = true
      report(world, "delivered", sid: first)
    }
    for _ in 0..<5 { try world.run(after: 60) }
    #expect(hasReported)
    let row = try message(world)
    #expect(row["state"] == "delivered" && row["sid"] == first)
    #expect(try world.texts().count <= 2)
  }

  @Test func `a call counted as dead is counted as sent again, and the ledger balances`() throws {
    let (world, sid) = try sent()
    report(world, "undelivered", code: 30005, sid: sid)
    #expect(try world.list(.calls).first?["reason"] == "dead")
    report(world, "delivered", sid: sid)
    #expect(try world.list(.calls).first?["reason"] == "sent")
    #expect(try message(world)["state"] == "delivered")
    #expect(world.send("health", method: "GET").text.contains("\"dead_letters\":0"))
  }

  @Test func `nothing that was never tried can arrive`() throws {
    let world = try TestWorld()
    world.miss()
    try world.run(after: 31)
    _ = try world.text("2")
    // The outbox id of another time, say of before a restore.
    report(world, "delivered", sid: "SM-of-old", id: 2)
    #expect(try world.list(.messages).first { $0["id"] == "2" }?["state"] == "queued")
    try world.run(after: 1)
    #expect(try world.texts().count == 2)
  }
}

private func permutations(_ items: [String]) -> [[String]] {
  items.isEmpty
    ? [[]]
    : items.indices.flatMap { index in
      var rest = items
      let first = rest.remove(at: index)
      return permutations(rest).map { [first] + $0 }
    }
}
