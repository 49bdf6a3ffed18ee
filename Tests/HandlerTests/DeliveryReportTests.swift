// DeliveryReportTests.swift - sms-status, twilio-error and health.

import LocalTime
import Platform
import StandIn
import TestSupport
import Testing

struct DeliveryReportTests {
  private func sent() throws -> TestWorld {
    let world = try TestWorld()
    world.miss()
    try world.run(after: 31)
    #expect(try world.list(.messages).first?["state"] == "accepted")
    return world
  }

  private func report(_ world: TestWorld, _ status: String, code: Int? = nil, sid: String? = nil) throws
    -> Int
  {
    let message = try #require(try world.list(.messages).first)
    var fields = [
      ("MessageSid", sid ?? message["sid"] ?? ""), ("MessageStatus", status), ("To", TestWorld.caller),
    ]
    if let code { fields.append(("ErrorCode", String(code))) }
    return world.post("sms-status", fields, query: "m=1").status
  }

  @Test func `delivered is final whatever comes after it`() throws {
    let world = try sent()
    #expect(try report(world, "delivered") == 204)
    for late in ["sent", "queued", "undelivered", "failed"] { _ = try report(world, late, code: 30008) }
    #expect(try world.list(.messages).first?["state"] == "delivered")
  }

  @Test func `reports in any order and twice come to the same end`() throws {
    let world = try TestWorld()
    world.miss()
    try world.standIn.planDelivery(
      to: TestWorld.caller, DeliveryPlan(.delivered, shuffled: true, duplicated: true))
    try world.run(after: 31)
    try world.deliverReports()
    #expect(try world.list(.messages).first?["state"] == "delivered")
    #expect(try world.eventTypes().filter { $0 == "message_delivered" }.count == 1)
  }

  @Test func `an undelivered SMS is retried after two minutes and given up after two retries`() throws {
    let world = try sent()
    for attempt in 1...3 {
      #expect(try report(world, "undelivered", code: 30017) == 204)
      let message = try #require(try world.list(.messages).first)
      #expect(message["attempts"] == String(attempt))
      if attempt < 3 {
        #expect(message["state"] == "failed")
        try world.run(after: 119)
        #expect(try world.texts().count == attempt)
        try world.run(after: 1)
        #expect(try world.texts().count == attempt + 1)
      }
    }
    #expect(try world.list(.messages).first?["state"] == "dead")
    #expect(try world.list(.calls).first?["reason"] == "dead")
    #expect(try world.eventTypes().filter { $0 == "message_retry" }.count == 2)
    #expect(try world.eventTypes().filter { $0 == "alert" }.count == 1)
  }

  @Test(arguments: [30004, 30005, 30007, 30036, 30410, 21610])
  func `a permanent failure is not retried`(code: Int) throws {
    let world = try sent()
    _ = try report(world, "undelivered", code: code)
    #expect(try world.list(.messages).first?["state"] == "dead")
    #expect(try world.list(.messages).first?["error_code"] == String(code))
    #expect(try world.list(.optouts).count == (code == 21610 ? 1 : 0))
  }

  @Test func `30006 teaches that the number is a landline`() throws {
    let world = try sent()
    _ = try report(world, "undelivered", code: 30006)
    world.clock.advance(seconds: 7200)
    world.miss()
    try world.run(after: 31)
    #expect(try world.list(.calls).last?["reason"] == "landline")
  }

  @Test func `a failure of an earlier try does not touch the later one`() throws {
    let world = try sent()
    let first = try world.list(.messages).first?["sid"]
    _ = try report(world, "undelivered", code: 30017)
    try world.run(after: 120)
    for late in ["sent", "undelivered", "failed"] { _ = try report(world, late, code: 30005, sid: first) }
    #expect(try world.list(.messages).first?["state"] == "accepted")
    #expect(try world.list(.messages).first?["sid"] != first)
  }

  @Test func `a report about a message nobody knows is answered and changes nothing`() throws {
    let world = try TestWorld()
    #expect(
      world.post("sms-status", [("MessageSid", "SM9"), ("MessageStatus", "delivered")], query: "m=77").status
        == 204)
    #expect(try world.list(.messages).isEmpty)
  }

  @Test func `a debugger event is an alert, once`() throws {
    let world = try TestWorld()
    let fields = [
      ("Sid", "NO1"), ("AccountSid", TestWorld.account), ("Level", "ERROR"),
      ("PayloadType", "application/json"),
      ("Payload", "{\"resource_sid\":\"CA1\",\"error_code\":\"11200\"}"),
    ]
    #expect(world.post("twilio-error", fields).status == 204)
    #expect(world.post("twilio-error", fields).status == 204)
    let alerts = try world.store().recentAlerts(since: world.clock.now.adding(days: -1), limit: 9)
    #expect(alerts.map(\.cause) == ["twilio_error_11200"])
  }

  @Test func `on a voice fallback the phone still rings and the call is recorded`() throws {
    let world = try TestWorld()
    let reply = world.post(
      "twilio-error",
      world.callFields("CA1", status: "ringing") + [("ErrorCode", "11200"), ("ErrorUrl", "https://x")])
    #expect(reply.text.contains("<Number>\(TestWorld.business)</Number>"))
    #expect(try world.list(.calls).count == 1)
    #expect(try world.eventTypes().contains("alert"))
  }

  @Test func `on a message fallback the reply is recorded`() throws {
    let world = try TestWorld()
    let fields = [
      ("MessageSid", "SM1"), ("From", TestWorld.caller), ("To", TestWorld.number), ("Body", "2"),
      ("ErrorCode", "11200"),
    ]
    #expect(world.post("twilio-error", fields).text.contains("<Response/>"))
    #expect(try world.list(.tickets).count == 1)
  }

  @Test func `health is 200 after a run, 503 without one, with old work, or without a database`() throws {
    let world = try TestWorld()
    #expect(world.send("health", method: "GET").status == 503)
    try world.run()
    let well = world.send("health", method: "GET")
    #expect(well.status == 200)
    #expect(well.text.contains("\"database\":\"ok\""))
    #expect(well.text.contains("\"dead_letters\":0"))
    world.clock.advance(seconds: 301)
    #expect(world.send("health", method: "GET").status == 503)
    try world.run()
    try Files.remove(world.home.database)
    #expect(world.send("health", method: "GET").status == 503)
    #expect(world.send("health", method: "POST").status == 405)
  }
}
