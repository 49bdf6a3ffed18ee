// RefusedNoticeTests.swift - a notice that cannot reach its person: the next is told at once, and the operator hears
// of it, once, whatever says so and whenever.

import Business
import LocalTime
import StandIn
import Store
import TestSupport
import Testing

struct RefusedNoticeTests {
  private static let people = ["+41796660001", "+41796660002", "+41796660003"]
  private static let operatorNumber = "+41797770000"

  /// So many people in a chain.
  private func world(_ count: Int, on: [Tenant.Notify.Event] = [.new, .urgent]) throws -> TestWorld {
    let world = try TestWorld {
      $0.notify = Self.people.prefix(count).enumerated().map {
        .init(channel: .sms, to: $0.element, on: on, order: $0.offset + 1)
      }
    }
    world.installation.alertNumbers = [Self.operatorNumber]
    try world.apply()
    return world
  }

  private func refuse(_ world: TestWorld, _ person: Int, _ code: Int = 21610) throws {
    try world.standIn.plan(
      "messages.create", fault: .refuse(httpStatus: 400, code: code), times: 9, to: Self.people[person])
  }

  private func counts(_ world: TestWorld) throws -> [Int] {
    try Self.people.map { try world.texts(to: $0).count }
  }

  private func causes(_ world: TestWorld) throws -> [String] {
    try world.alerts(since: world.clock.now.adding(days: -1)).map(\.cause)
  }

  @Test(arguments: [21610, 21614, 21635, 21211, 21612, 30006])
  func `refused at once, the next is told in the same run`(code: Int) throws {
    let world = try world(2)
    try refuse(world, 0, code)
    try world.text("1")
    try world.run()
    #expect(try counts(world) == [0, 1, 0])
    #expect(try world.texts(to: Self.people[1]).first?.contains("DRINGEND") == true)
    #expect(try causes(world) == ["notice_refused"])
    let told = try #require(try world.texts(to: Self.operatorNumber).first)
    #expect(told.contains("notice_refused (doerfler)") && told.contains(String(code)))
    #expect(!told.contains(Self.people[0]), "numbers are masked")
    // Not once more with the next escalation.
    for _ in 0..<4 { try world.run(after: 1000) }
    #expect(try counts(world)[1] <= 2)
  }

  @Test(arguments: [21610, 30006, 30005, 30007])
  func `refused by a later report, the next is told at once, and only once`(code: Int) throws {
    let world = try world(3)
    try world.standIn.planDelivery(to: Self.people[0], .init(.undelivered(code), duplicated: true))
    try world.text("2")
    try world.run()
    #expect(try counts(world) == [1, 0, 0])
    try world.deliverReports()
    // The handler that took the report has queued it; no step of the runner is needed to decide.
    #expect(try world.list(.messages).contains { $0["to"] == Self.people[1] && $0["state"] == "queued" })
    try world.deliverReports()
    try world.run(after: 1)
    #expect(try counts(world) == [1, 1, 0])
    #expect(try causes(world) == ["notice_refused"])
    #expect(try world.texts(to: Self.people[1]).first?.contains("Neue Anfrage") == true)
  }

  @Test func `the next refuses too: the chain goes on to its end, and the end is an alert of its own`() throws
  {
    let world = try world(3)
    for person in 0..<3 { try refuse(world, person, person == 1 ? 21614 : 21610) }
    try world.text("1")
    try world.run()
    try world.run(after: 1)
    #expect(try counts(world) == [0, 0, 0])
    #expect(try Set(causes(world)) == ["notice_refused", "nobody_told"])
    #expect(try world.texts(to: Self.operatorNumber).contains { $0.contains("nobody is left in notify") })
    #expect(try world.list(.messages).filter { $0["kind"] == "notification" }.count == 3)
  }

  @Test func `the only person refuses: the alert says that nobody is left`() throws {
    let world = try world(1)
    try refuse(world, 0)
    try world.text("2")
    try world.run()
    #expect(try causes(world) == ["nobody_told"])
  }

  @Test func `who asked for something else is told rather than nobody`() throws {
    let world = try TestWorld {
      $0.notify = [
        .init(channel: .sms, to: Self.people[0], on: [.new]),
        .init(channel: .sms, to: Self.people[1], on: [.escalation]),
      ]
    }
    try refuse(world, 0)
    try world.text("2")
    try world.run()
    #expect(try counts(world) == [0, 1, 0])
  }

  @Test func `a refused escalation goes on as an escalation`() throws {
    let world = try TestWorld {
      $0.notify = [
        .init(channel: .sms, to: Self.people[0], on: [.new, .urgent]),
        .init(channel: .sms, to: Self.people[1], on: [.escalation], order: 2),
        .init(channel: .sms, to: Self.people[2], on: [.escalation], order: 3),
      ]
    }
    try refuse(world, 1)
    try world.text("2")
    try world.run()
    world.clock.now = try #require(Timestamp(iso8601: "2026-02-10T14:01:00Z"))
    try world.run()
    #expect(try counts(world) == [1, 0, 1])
    #expect(try world.list(.messages).last { $0["to"] == Self.people[2] }?["kind"] == "escalation")
  }

  @Test func `a mail that bounces for good goes on to the next, past those who cannot be told`() throws {
    let world = try TestWorld {
      $0.notify = [
        .init(channel: .email, to: "chef@example.ch", on: [.new, .urgent]),
        // One of our own numbers: it would make a ticket of its own.
        .init(channel: .sms, to: TestWorld.number, on: [.new, .urgent], order: 2),
        .init(channel: .sms, to: Self.people[2], on: [.new, .urgent], order: 3),
      ]
    }
    world.installation.smtp = .init(url: "smtp://127.0.0.1:25", from: "telefon@example.ch")
    try world.apply()
    world.transport.mailAnswer = { _ in .permanent(code: 550, "550 no such user") }
    try world.text("1")
    try world.run()
    try world.run(after: 1)
    #expect(try counts(world) == [0, 0, 1])
    #expect(try causes(world) == ["notice_refused"])
  }

  @Test func `once somebody has the ticket nobody else is told`() throws {
    let world = try world(2)
    try world.standIn.planDelivery(to: Self.people[0], .init(.undelivered(30006)))
    try world.text("1")
    try world.run()
    #expect(try world.store().startTicket(ifWaiting: 1, by: "anna", at: world.clock.now))
    try world.deliverReports()
    try world.run(after: 1)
    #expect(try counts(world) == [1, 0, 0])
    #expect(try causes(world) == ["notice_refused"])
  }

  @Test func `a caller's refusal stays what it was: an opt-out is no fault`() throws {
    let world = try world(1)
    try world.standIn.plan(
      "messages.create", fault: .refuse(httpStatus: 400, code: 21610), to: TestWorld.caller)
    world.miss()
    try world.run(after: 31)
    #expect(try causes(world).isEmpty)
    #expect(try counts(world) == [0, 0, 0])
  }
}
