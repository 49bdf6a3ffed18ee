// DutyTests.swift - one of the tenant's people is on duty for another: on the desk, in the chain, and to its end.

import Business
import LocalTime
import Store
import TestSupport
import Testing

struct DutyTests {
  /// Anna has this week, Beat the next; Tuesday, 10:00.
  private func desk(_ change: (inout Tenant) -> Void = { _ in }) throws -> Desk {
    try Desk {
      $0.notify = [
        .init(channel: .sms, to: Desk.boss, on: [.new, .urgent], name: "Anna"),
        .init(channel: .sms, to: Desk.helper, on: [.new, .urgent], name: "Beat"),
      ]
      $0.rotationFrom = CivilDate(iso8601: "2026-02-09")
      $0.rotationPeople = ["Anna", "Beat"]
      change(&$0)
    }
  }

  private func take(_ desk: Desk, _ until: String, as person: String = Desk.helper) throws -> Int {
    try desk.post("take-duty", [("until", until)], from: "duty=1", as: person).status
  }

  private func told(_ desk: Desk) throws -> [Int] {
    try [Desk.boss, Desk.helper].map { try desk.world.texts(to: $0).count }
  }

  @Test func `whoever takes over is told first until then, and it ends by itself`() throws {
    let desk = try desk()
    #expect(desk.page("", as: Desk.helper).contains("Im Dienst: Anna"))
    #expect(try take(desk, "2026-02-10T18:00") == 303)
    #expect(desk.page("").contains("Im Dienst: Beat, bis heute 18:00"))
    try desk.world.text("1")
    try desk.world.run(after: 5)
    #expect(try told(desk) == [0, 1])
    // Whose turn it is comes after him.
    try desk.world.run(after: 31 * 60)
    #expect(try told(desk)[0] == 1)
    desk.world.clock.advance(seconds: 8 * 3600)
    #expect(desk.page("").contains("Im Dienst: Anna<"))
    let before = try told(desk)
    try desk.world.text("1", from: "+41791112233")
    try desk.world.run(after: 5)
    #expect(try told(desk) == [before[0] + 1, before[1]])
    #expect(
      try desk.world.list(.events).first { $0["type"] == "duty_taken" }?["detail"]
        == "Beat > 2026-02-10T17:00:00Z")
  }

  @Test func `it can be given back, by whoever has it`() throws {
    let desk = try desk()
    #expect(try take(desk, "2026-02-12T08:00") == 303)
    try desk.post("give-duty", [], from: "duty=1")
    #expect(desk.page("").contains("Im Dienst: Beat"))
    #expect(desk.page("duty=1", as: Desk.helper).contains("value=\"give-duty\""))
    let reply = try desk.post("give-duty", [], from: "duty=1", as: Desk.helper)
    #expect(reply.headers.contains(.init(name: "Location", value: "inbox?duty=1&did=give-duty")))
    #expect(desk.page("").contains("Im Dienst: Anna<"))
    #expect(!desk.page("duty=1", as: Desk.helper).contains("value=\"give-duty\""))
    #expect(try desk.world.eventTypes().suffix(2) == ["duty_taken", "duty_given_back"])
  }

  @Test func `whose turn it is takes it back by taking over himself`() throws {
    let desk = try desk()
    #expect(try take(desk, "2026-02-12T08:00") == 303)
    #expect(try take(desk, "2026-02-10T20:00", as: Desk.boss) == 303)
    #expect(desk.page("", as: Desk.helper).contains("Im Dienst: Anna, bis heute 20:00"))
  }

  @Test func `the field proposes the next morning, and keeps what was typed wrong`() throws {
    let desk = try desk()
    #expect(desk.page("duty=1").contains("value=\"2026-02-11T08:00\""))
    for wrong in [
      "2026-02-10T09:59", "2026-03-14T10:00", "morgen", "", "2026-02-30T10:00", "2026-02-11T24:00",
    ] {
      let reply = try desk.post("take-duty", [("until", wrong)], from: "duty=1")
      #expect(reply.status == 422 && reply.text.contains("höchstens in 31 Tagen"), "\(wrong)")
      #expect(reply.text.contains("value=\"\(wrong)\""))
    }
    #expect(try desk.world.store().dutyStandIn(tenant: "doerfler", at: desk.world.clock.now) == nil)
  }

  @Test func `a guest, and a business without a rotation, have no such form`() throws {
    let desk = try desk()
    #expect(!desk.page("", as: Desk.guest).contains("duty=1"))
    #expect(!desk.page("duty=1", as: Desk.guest).contains("take-duty"))
    #expect(
      try desk.post("take-duty", [("until", "2026-02-10T18:00")], from: "", as: Desk.guest).status == 404)
    try desk.world.changeTenant { $0.rotationPeople = [] }
    #expect(desk.response("duty=1").status == 404)
    #expect(try take(desk, "2026-02-10T18:00") == 404)
  }

  @Test func `a forged form changes nothing`() throws {
    let desk = try desk()
    let reply = try desk.post(
      "take-duty", [("until", "2026-02-10T18:00"), ("csrf", "x")], from: "duty=1")
    #expect(reply.status == 403)
    #expect(desk.page("").contains("Im Dienst: Anna<"))
  }

  @Test func `whoever stands outside the rotation has the place of whose turn it is`() throws {
    let desk = try desk {
      $0.notify.append(.init(channel: .sms, to: "+41796660009", on: [.urgent], order: 3, name: "Chef"))
    }
    let tenant = desk.world.tenants[0]
    let day = try #require(CivilDate(iso8601: "2026-02-10"))
    #expect(tenant.chain(on: day, standIn: "Chef").map(\.order) == [4, 7, 1])
    #expect(tenant.chain(on: day).map(\.order) == [1, 4, 3])
  }
}
