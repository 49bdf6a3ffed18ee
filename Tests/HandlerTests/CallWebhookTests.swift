// CallWebhookTests.swift - voice, dial-result, screen and call-status through the handlers.

import LocalTime
import StandIn
import TestSupport
import Testing

struct CallWebhookTests {
  @Test func `an incoming call is recorded and forwarded with a dial action`() throws {
    let world = try TestWorld()
    let reply = world.post("voice", world.callFields("CA1", status: "ringing"))
    #expect(reply.status == 200)
    #expect(
      reply.text == """
        <?xml version="1.0" encoding="UTF-8"?>
        <Response><Dial timeout="13" answerOnBridge="true" \
        action="https://hooks.example.ch/cgi-bin/dial-result#rc=3&amp;rp=ct,rt,5xx" method="POST">\
        <Number>+41434435200</Number></Dial></Response>

        """)
    let calls = try world.list(.calls)
    #expect(calls.count == 1)
    #expect(calls.first?["outcome"] == "in_progress")
    #expect(calls.first?["decision"] == "none")
    #expect(calls.first?["started_at"] == "2026-02-10T09:00:00Z")
  }

  @Test(arguments: ["no-answer", "busy", "failed", "canceled"])
  func `every end of the forwarded leg but a conversation is a miss`(status: String) throws {
    let world = try TestWorld()
    _ = world.post("voice", world.callFields("CA1", status: "ringing"))
    world.clock.advance(seconds: 18)
    let reply = world.post(
      "dial-result",
      world.callFields("CA1", status: "in-progress") + [("DialCallStatus", status), ("DialBridged", "false")])
    #expect(reply.status == 200)
    let call = try #require(try world.list(.calls).first)
    #expect(call["outcome"] == "missed")
    #expect(call["decision"] == "pending")
    #expect(call["ended_at"] == "2026-02-10T09:00:18Z")
    #expect(call["due_at"] == "2026-02-10T09:00:48Z")
  }

  @Test(arguments: [
    ("completed", "true", "answered"), ("answered", "true", "answered"), ("completed", nil, "answered"),
    ("completed", "false", "missed"), ("answered", "FALSE", "missed"),
  ])
  func `connected means completed or answered and bridged not denied`(
    status: String, bridged: String?, outcome: String
  ) throws {
    let world = try TestWorld()
    _ = world.post("voice", world.callFields("CA1", status: "ringing"))
    var fields = world.callFields("CA1", status: "in-progress") + [("DialCallStatus", status)]
    if let bridged { fields.append(("DialBridged", bridged)) }
    _ = world.post("dial-result", fields)
    #expect(try world.list(.calls).first?["outcome"] == outcome)
  }

  @Test func `the same call sid by both sources and twice makes one pending row`() throws {
    let world = try TestWorld()
    try world.call { $0.twice = true }
    let calls = try world.list(.calls)
    #expect(calls.count == 1)
    #expect(calls.first?["decision"] == "pending")
    #expect(try world.eventTypes().filter { $0 == "call_missed" }.count == 1)
  }

  @Test(arguments: ["no-answer", "busy", "failed", "canceled"])
  func `call-status alone makes the miss when dial-result is lost`(status: String) throws {
    let world = try TestWorld()
    let reply = world.post("call-status", world.callFields("CA1", status: status) + [("CallDuration", "0")])
    #expect(reply.status == 204)
    #expect(try world.list(.calls).first?["decision"] == "pending")
  }

  @Test func `completed never turns a miss into an answer`() throws {
    let world = try TestWorld()
    let sid = world.miss()
    _ = world.post("call-status", world.callFields(sid, status: "completed") + [("CallDuration", "22")])
    #expect(try world.list(.calls).first?["outcome"] == "missed")
  }

  @Test func `the SMS is due that long after the real end of the call and a repeat does not move it`() throws
  {
    let world = try TestWorld()
    let sid = world.miss()
    world.clock.advance(seconds: 7)
    for _ in 0..<3 {
      _ = world.post("call-status", world.callFields(sid, status: "completed") + [("CallDuration", "25")])
      world.clock.advance(seconds: 5)
    }
    #expect(try world.list(.calls).first?["due_at"] == "2026-02-10T09:00:37Z")
  }

  @Test func `a dial result that says answered takes back a miss of the second source`() throws {
    let world = try TestWorld()
    _ = world.post("call-status", world.callFields("CA1", status: "no-answer"))
    _ = world.post(
      "dial-result",
      world.callFields("CA1", status: "completed") + [
        ("DialCallStatus", "completed"), ("DialBridged", "true"),
      ])
    let call = try #require(try world.list(.calls).first)
    #expect(call["outcome"] == "answered")
    #expect(call["decision"] == "none")
  }

  @Test func `with screening only the pressed key makes an answer`() throws {
    let world = try TestWorld { $0.screening = true }
    try world.call(.voicemail(seconds: 20))
    try world.call(.answered(seconds: 60)) { $0.screenKey = "1" }
    let outcomes = try world.list(.calls).map { $0["outcome"] }
    #expect(outcomes == ["missed", "answered"])
  }

  @Test func `screening asks for a key and its own address carries tenant and call`() throws {
    let world = try TestWorld { $0.screening = true }
    let reply = world.post("voice", world.callFields("CA77", status: "ringing"))
    #expect(
      reply.text.contains(
        "url=\"https://hooks.example.ch/cgi-bin/screen?tenant=doerfler&amp;call=CA77#rc=3&amp;rp=ct,rt,5xx\"")
    )
    let asked = world.post(
      "screen", [("CallSid", "CA78"), ("To", TestWorld.business)], query: "tenant=doerfler&call=CA77")
    #expect(asked.text.contains("<Gather"))
    #expect(asked.text.contains("<Hangup/>"))
    let pressed = world.post(
      "screen", [("CallSid", "CA78"), ("To", TestWorld.business), ("Digits", "5")],
      query: "tenant=doerfler&call=CA77")
    #expect(!pressed.text.contains("Hangup"))
  }

  @Test func `without screening a mailbox that picks up counts as an answer`() throws {
    let world = try TestWorld()
    try world.call(.voicemail(seconds: 20))
    #expect(try world.list(.calls).first?["outcome"] == "answered")
  }

  @Test func `with carrier forwarding every call that arrives was missed`() throws {
    let world = try TestWorld { $0.mode = .carrierForwarding }
    let played = try world.call()
    #expect(played.said.contains { $0.contains("SMS") })
    #expect(try world.list(.calls).first?["decision"] == "pending")
  }

  @Test func `with carrier forwarding and no announcement the call is rejected at no charge`() throws {
    let world = try TestWorld {
      $0.mode = .carrierForwarding
      $0.announcement = .none
    }
    #expect(world.post("voice", world.callFields("CA1", status: "ringing")).text.contains("<Reject/>"))
    #expect(try world.list(.calls).first?["outcome"] == "missed")
  }

  @Test func `a blocked caller is rejected when the tenant wants it and put through otherwise`() throws {
    let world = try TestWorld()
    try world.store().block(
      tenant: "doerfler", phone: TestWorld.caller, reason: .manual, at: world.clock.now, until: nil)
    #expect(world.post("voice", world.callFields("CA1", status: "ringing")).text.contains("<Dial"))
    try world.changeTenant { $0.rejectBlocked = true }
    #expect(world.post("voice", world.callFields("CA2", status: "ringing")).text.contains("<Reject/>"))
    try world.run(after: 31)
    #expect(try world.list(.calls).last?["reason"] == "blocked")
  }

  @Test func `a tenant that is switched off keeps its phone and nothing is recorded`() throws {
    let world = try TestWorld { $0.active = false }
    #expect(world.post("voice", world.callFields("CA1", status: "ringing")).text.contains("<Dial"))
    #expect(try world.list(.calls).isEmpty)
  }
}
