// ReplayedWebhookTests.swift - whoever recorded a signed webhook sends it again: at once, twice, later, all of them
// in any order. Nothing changes; judged by every row of every table.

import Business
import LocalTime
import StandIn
import TestSupport
import Testing

struct ReplayedWebhookTests {
  /// A request as it was: handler, fields, query.
  private struct Recorded {
    var kind: String
    var fields: [(String, String)]
    var query = ""
  }

  private static let mobile = TestWorld.caller
  private static let landline = "+41434445566"

  /// A day that has every kind of webhook in it, several of some.
  private func day(_ change: (inout Tenant) -> Void = { _ in }) throws -> (TestWorld, [Recorded]) {
    let world = try TestWorld(change)
    var all: [Recorded] = []
    func post(_ kind: String, _ fields: [(String, String)], query: String = "") {
      #expect(200..<300 ~= world.post(kind, fields, query: query).status, "\(kind)")
      all.append(Recorded(kind: kind, fields: fields, query: query))
    }
    func call(_ sid: String, _ status: String, from caller: String = Self.mobile) -> [(String, String)] {
      world.callFields(sid, from: caller, status: status)
    }
    func text(_ body: String) throws {
      let webhook = try world.standIn.receiveMessage(
        from: Self.mobile, to: TestWorld.number, body: body, url: "\(TestWorld.publicURL)/sms")
      post("sms", webhook.parameters)
    }
    // Missed, answered with its SMS and replies of each kind.
    post("voice", call("CA1", "ringing"))
    post(
      "dial-result", call("CA1", "in-progress") + [("DialCallStatus", "no-answer"), ("DialBridged", "false")])
    post("call-status", call("CA1", "completed") + [("CallDuration", "9")])
    try world.run(after: 31)
    for body in ["2", "Heizung kalt", "1", "3"] { try text(body) }
    try world.run(after: 5)
    for webhook in try world.standIn.pendingStatusCallbacks() {
      let query = webhook.address.split(separator: "?").last.map(String.init) ?? ""
      post("sms-status", webhook.parameters, query: query)
    }
    // Answered, with the key pressed.
    post("voice", call("CA2", "ringing"))
    post("screen", [("CallSid", "CAchild"), ("Digits", "1")], query: "tenant=doerfler&call=CA2")
    post(
      "dial-result", call("CA2", "in-progress") + [("DialCallStatus", "completed"), ("DialBridged", "true")])
    post("call-status", call("CA2", "completed") + [("CallDuration", "60")])
    // No SMS possible: the menu.
    post("voice", call("CA3", "ringing", from: Self.landline))
    post("dial-result", call("CA3", "in-progress", from: Self.landline) + [("DialCallStatus", "busy")])
    post("menu", call("CA3", "in-progress", from: Self.landline) + [("Digits", "2")])
    post("call-status", call("CA3", "completed", from: Self.landline) + [("CallDuration", "20")])
    // Twilio's own reports of faults, and its fallback request.
    post("twilio-error", [("Sid", "NO1"), ("Level", "ERROR"), ("Payload", #"{"error_code":"11200"}"#)])
    post("twilio-error", call("CA4", "ringing") + [("ErrorCode", "11200"), ("ErrorUrl", "https://x")])
    post("call-status", call("CA4", "no-answer") + [("CallDuration", "0")])
    // Out, in, and out again.
    for body in ["STOP", "START", "STOP"] { try text(body) }
    try world.run(after: 40)
    try world.run(after: 40)
    return (world, all)
  }

  private func replay(_ recorded: Recorded, _ world: TestWorld) {
    #expect(200..<300 ~= world.post(recorded.kind, recorded.fields, query: recorded.query).status)
  }

  @Test func `every webhook of a day again, at once and twice, changes no row`() throws {
    let (world, all) = try day()
    #expect(Set(all.map(\.kind)).count == 8)
    let before = try world.dump()
    for webhook in all {
      replay(webhook, world)
      replay(webhook, world)
      let after = try world.dump()
      #expect(after == before, "\(webhook.kind): \(Set(after).symmetricDifference(before))")
    }
  }

  @Test(arguments: [60, 3600, 86_400, 40 * 86_400])
  func `a while later, in any order, they change no row and send nothing`(_ seconds: Int) throws {
    let (world, all) = try day()
    world.clock.advance(seconds: seconds)
    let before = try world.dump()
    for seed in 0..<UInt64(4) {
      var random = SeededRandom(seed: seed)
      for webhook in all.shuffled(using: &random) { replay(webhook, world) }
      let after = try world.dump()
      #expect(after == before, "\(Set(after).symmetricDifference(before))")
    }
    let requests = try world.standIn.requests("messages.create").count
    for _ in 0..<3 { try world.run(after: 60) }
    #expect(try world.standIn.requests("messages.create").count == requests)
  }

  @Test(arguments: [0, 400])
  func `once everything is purged, they change no row, send nothing and bring nothing personal back`(
    _ laterDays: Int
  ) throws {
    let (world, all) = try day()
    world.installation.retentionDays = 30
    try world.apply()
    let store = try world.store()
    for ticket in try world.list(.tickets).compactMap({ Int($0["id"] ?? "") }) {
      try store.write {
        _ = try store.finishTicket(
          ifOpen: ticket, outcome: .other, amount: nil, by: "anna", at: world.clock.now)
      }
    }
    // Everything has been purged, and all that is kept for a while has gone too.
    world.clock.advance(seconds: (32 + laterDays) * 86_400)
    for _ in 0..<10 { try world.run(after: 60) }
    // Only the opt-out, a rule in force, still names the number.
    let remains = try world.remains(of: Self.mobile, ["Heizung kalt"])
    #expect(try world.list(.calls).allSatisfy { $0["from"] == "forgotten" })
    let before = try world.dump()
    let requests = try world.standIn.requests("messages.create").count
    for seed in 0..<UInt64(4) {
      var random = SeededRandom(seed: seed)
      for webhook in all.shuffled(using: &random) { replay(webhook, world) }
      let after = try world.dump()
      #expect(after == before, "\(Set(after).symmetricDifference(before))")
    }
    for _ in 0..<3 { try world.run(after: 60) }
    #expect(try world.standIn.requests("messages.create").count == requests)
    #expect(try world.remains(of: Self.mobile, ["Heizung kalt"]) == remains)
    #expect(try world.remains(of: Self.landline, ["Heizung kalt"]) == [])
  }

  @Test func `with screening, and with blocked callers rejected, it is the same`() throws {
    let (world, all) = try day {
      $0.screening = true
      $0.rejectBlocked = true
    }
    let store = try world.store()
    try store.write {
      try store.block(
        tenant: "doerfler", phone: Self.mobile, reason: .manual, at: world.clock.now, until: nil)
    }
    let before = try world.dump()
    for webhook in all.reversed() { replay(webhook, world) }
    let after = try world.dump()
    #expect(after == before, "\(Set(after).symmetricDifference(before))")
  }

  @Test func `each webhook sent twice as it comes makes the rows of one`() throws {
    func rows(_ count: Int) throws -> [String] {
      let world = try TestWorld()
      func post(_ kind: String, _ fields: [(String, String)]) {
        for _ in 0..<count { _ = world.post(kind, fields) }
      }
      post("voice", world.callFields("CA1", status: "ringing"))
      post("dial-result", world.callFields("CA1", status: "in-progress") + [("DialCallStatus", "busy")])
      post("menu", world.callFields("CA1", status: "in-progress") + [("Digits", "1")])
      post("call-status", world.callFields("CA1", status: "completed"))
      post(
        "sms",
        [("MessageSid", "SM1"), ("From", Self.mobile), ("To", TestWorld.number), ("Body", "Heizung kalt")])
      post("twilio-error", [("Sid", "NO1"), ("Level", "ERROR"), ("Payload", "{}")])
      // Each installation has a number of its own.
      return try world.dump().filter { !$0.hasPrefix("installation: ") }
        .map { $0.replacing(world.home.path, with: "") }
    }
    let (once, twice) = (try rows(1), try rows(2))
    #expect(twice == once)
  }
}
