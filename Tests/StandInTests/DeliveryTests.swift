// DeliveryTests.swift - status callbacks: which, in which order, how often.

import StandIn
import Testing

@Suite struct DeliveryTests {
  private func callbacks(_ plan: DeliveryPlan?) throws -> [(status: String, code: String?)] {
    let fixture = try Fixture()
    if let plan { try fixture.standIn.planDelivery(to: Fixture.caller, plan) }
    #expect(fixture.send([("StatusCallback", "https://example.ch/sms-status?m=7")]).status == 201)
    let webhooks = try fixture.standIn.pendingStatusCallbacks()
    #expect(webhooks.allSatisfy { $0.url == "https://example.ch/sms-status?m=7" })
    #expect(try fixture.standIn.pendingStatusCallbacks().isEmpty)
    return webhooks.map {
      (value("MessageStatus", in: $0.parameters) ?? "", value("ErrorCode", in: $0.parameters))
    }
  }

  @Test(
    arguments: [
      (nil, ["sent", "delivered"]), (DeliveryPlan(.undelivered(30003)), ["sent", "undelivered"]),
      (DeliveryPlan(.failed(30036)), ["failed"]), (DeliveryPlan(.sentOnly), ["sent"]),
      (DeliveryPlan(shuffled: true), ["delivered", "sent"]),
      (DeliveryPlan(duplicated: true), ["sent", "sent", "delivered", "delivered"]),
    ] as [(DeliveryPlan?, [String])])
  func `the plan of a recipient decides`(plan: DeliveryPlan?, statuses: [String]) throws {
    #expect(try callbacks(plan).map(\.status) == statuses)
  }

  @Test func `only failures carry a code`() throws {
    #expect(try callbacks(nil).map(\.code) == [nil, nil])
    #expect(try callbacks(DeliveryPlan(.undelivered(30003))).map(\.code) == [nil, "30003"])
  }

  @Test func `a message can be stopped at sent, and goes on later`() throws {
    let fixture = try Fixture()
    #expect(fixture.send([("StatusCallback", "https://example.ch/s")]).status == 201)
    #expect(try fixture.standIn.pendingStatusCallbacks(until: .sent).map(\.sequence) == [1])
    let final = try fixture.standIn.pendingStatusCallbacks()
    #expect(final.map(\.sequence) == [2])
    #expect(value("RawDlrDoneDate", in: final.first?.parameters ?? []) == "2602100815")
  }

  @Test func `without StatusCallback nothing is called back`() throws {
    let fixture = try Fixture()
    #expect(fixture.send().status == 201)
    #expect(try fixture.standIn.pendingStatusCallbacks().isEmpty)
    #expect(try fixture.standIn.messages().map(\.status) == ["delivered"])
  }
}
