// ConcurrentReplayTests.swift - the same signed webhook to eight shipped handlers at the same moment, while the
// runner works: it counts once.

import LocalTime
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(.enabled(if: FaultTracer.program != nil, "fault-tracer is not built"))
  struct ConcurrentReplayTests {
    private func storm(_ world: FaultInstallation, _ webhook: Webhook) throws {
      let runner = try world.startOpsfabric(["run"])
      let handlers = try (0..<8).map { _ in try world.startHandler(webhook) }
      for handler in handlers {
        let answer = HandlerAnswer(try world.end(handler, plan: FaultPlan()))
        #expect(answer.isGood, "\(webhook.kind): \(answer.text)\(answer.errors)")
      }
      #expect(try world.end(runner, plan: FaultPlan()).exitCode == 0)
    }

    @Test func `eight at once count as one`() throws {
      let world = try FaultInstallation()
      var leg = world.leg("+41791234567")
      try storm(world, .incomingCall(leg, url: world.url("voice")))
      world.clock.advance(milliseconds: 20_000)
      try storm(
        world,
        .dialResult(
          leg, status: "in-progress", url: world.url("dial-result"), dialStatus: "no-answer",
          childSid: nil, childDuration: nil, isBridged: false))
      leg.status = "completed"
      try storm(world, .callStatus(leg, url: world.url("call-status"), at: world.clock.now))
      world.clock.advance(milliseconds: 31_000)
      try storm(world, .incomingCall(leg, url: world.url("voice")))
      try world.run(after: 2)
      try storm(world, try world.sms("1", from: leg.from))
      try storm(world, .digits(leg, digits: "2", url: world.url("menu")))
      try world.run(after: 5)
      for webhook in try world.standIn.pendingStatusCallbacks() { try storm(world, webhook) }
      try world.run(after: 5)

      #expect(try world.list("calls").map { $0["reason"] } == ["sent"])
      #expect(try world.list("tickets").map { $0["urgency"] } == ["HIGH"])
      #expect(try world.goodTexts(to: leg.from).count == 2)
      #expect(try world.list("messages").allSatisfy { $0["state"] == "delivered" })
      let events = try world.list("events").compactMap { $0["type"] }
      for type in ["call_started", "call_missed", "decision_sent", "reply", "menu_key", "ticket_created"] {
        #expect(events.filter { $0 == type }.count == 1, "\(type): \(events)")
      }
      #expect(try world.damage().isEmpty)
    }
  }
}
