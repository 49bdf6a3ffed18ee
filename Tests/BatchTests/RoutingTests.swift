// RoutingTests.swift - notices to the tenant's people, the on-call chain, escalation, alerts: through handlers
// and runner.

import Business
import LocalTime
import StandIn
import TestSupport
import Testing

struct RoutingTests {
  static let boss = "+41796660001"
  static let second = "+41796660002"
  static let office = "+41796660003"

  private func person(
    _ to: String, on: [Tenant.Notify.Event] = [.new, .urgent], when: Tenant.Notify.Hours = .always,
    order: Int = 1
  ) -> Tenant.Notify {
    Tenant.Notify(channel: .sms, to: to, on: on, when: when, order: order)
  }

  private func world(at time: String = "2026-02-10T09:00:00Z", _ people: [Tenant.Notify]) throws -> TestWorld
  {
    try TestWorld(at: try #require(Timestamp(iso8601: time))) { $0.notify = people }
  }

  private func count(_ world: TestWorld, _ number: String) throws -> Int { try world.texts(to: number).count }

  @Test func `a new ticket is told to the tenant's people with number, promise, text and a personal link`()
    throws
  {
    let world = try world([person(Self.boss)])
    try world.text("Heizung ist ausgefallen")
    try world.run()
    let text = try #require(try world.texts(to: Self.boss).first)
    #expect(text.contains("Neue Anfrage von 079 123 45 67"))
    #expect(text.contains("heute 15:00"))
    #expect(text.contains("Heizung ist ausgefallen"))
    #expect(text.contains("https://hooks.example.ch/cgi-bin/inbox?k="))
    let message = try #require(try world.list(.messages).first { $0["to"] == Self.boss })
    #expect(message["kind"] == "notification")
    #expect(message["segments"].flatMap { Int($0) } ?? 9 <= 2)
    // The outbox holds the mark, not the key.
    #expect(message["body"]?.contains("?k=") == false)
  }

  @Test func `a foreign letter in the caller's words does not cost the words`() throws {
    let world = try world([person(Self.boss)])
    try world.text("Hier ist Zoë Garçon, der Boiler tropft seit heute Morgen in den Keller")
    try world.run()
    let text = try #require(try world.texts(to: Self.boss).first)
    #expect(text.contains("Zoe Garcon, der Boiler tropft"))
    #expect(try world.list(.messages).first { $0["to"] == Self.boss }?["encoding"] == "GSM-7")
  }

  @Test func `a second message on the same ticket tells nobody again, a rise in urgency does`() throws {
    let world = try world([person(Self.boss)])
    try world.text("2")
    try world.text("noch etwas")
    try world.run()
    #expect(try count(world, Self.boss) == 1)
    try world.text("1")
    try world.run()
    #expect(try count(world, Self.boss) == 2)
    #expect(try world.texts(to: Self.boss).last?.contains("DRINGEND") == true)
    try world.text("1")
    try world.run()
    #expect(try count(world, Self.boss) == 2)
  }

  @Test func `who asked for urgent tickets only is not told of others`() throws {
    let world = try world([person(Self.boss, on: [.urgent]), person(Self.office, on: [.new])])
    try world.text("2")
    try world.run()
    #expect(try count(world, Self.boss) == 0)
    #expect(try count(world, Self.office) == 1)
    try world.text("1", from: "+41781112233")
    try world.run()
    #expect(try count(world, Self.boss) == 1)
  }

  @Test func `hours decide: business in business hours, off_hours outside`() throws {
    let people = [person(Self.office, when: .business), person(Self.boss, when: .offHours)]
    let day = try world(people)
    try day.text("1")
    try day.run()
    #expect(try (count(day, Self.office), count(day, Self.boss)) == (1, 0))
    let night = try world(at: "2026-02-10T19:30:00Z", people)
    try night.text("1")
    try night.run()
    #expect(try (count(night, Self.office), count(night, Self.boss)) == (0, 1))
  }

  @Test func `an urgent notice is never held; another waits for the end of the quiet hours`() throws {
    let world = try world(at: "2026-02-10T22:00:00Z", [person(Self.boss)])
    try world.text("2")
    try world.run()
    #expect(try count(world, Self.boss) == 0)
    try world.text("1", from: "+41781112233")
    try world.run()
    #expect(try count(world, Self.boss) == 1)
    world.clock.now = try #require(Timestamp(iso8601: "2026-02-11T06:00:00Z"))
    try world.run()
    #expect(try count(world, Self.boss) == 2 + 1)
  }

  @Test func `an urgent ticket at an hour nobody covers reaches everyone`() throws {
    let world = try world(at: "2026-02-10T22:00:00Z", [person(Self.office, when: .business)])
    try world.text("1")
    try world.run()
    #expect(try count(world, Self.office) == 1)
  }

  @Test func `an urgent ticket nobody starts goes along the on-call chain, each person once`() throws {
    let world = try world([
      person(Self.boss, order: 1), person(Self.second, order: 2), person(Self.office, on: [.escalation]),
    ])
    try world.text("1")
    try world.run()
    #expect(try (count(world, Self.boss), count(world, Self.second), count(world, Self.office)) == (1, 0, 0))
    try world.run(after: 29 * 60)
    #expect(try count(world, Self.second) == 0)
    try world.run(after: 61)
    #expect(try (count(world, Self.boss), count(world, Self.second), count(world, Self.office)) == (1, 1, 1))
    for _ in 0..<10 { try world.run(after: 1800) }
    #expect(try (count(world, Self.boss), count(world, Self.second), count(world, Self.office)) == (1, 1, 1))
    #expect(try world.eventTypes().filter { $0 == "ticket_escalated" }.count == 1)
  }

  @Test func `a ticket that was started is not escalated`() throws {
    let world = try world([person(Self.boss), person(Self.second, order: 2)])
    try world.text("1")
    try world.run()
    #expect(try world.store().startTicket(ifWaiting: 1, by: "anna", at: world.clock.now))
    try world.run(after: 3600)
    #expect(try count(world, Self.second) == 0)
  }

  @Test func `a callback promise that passes is escalated once`() throws {
    let world = try world([person(Self.boss, on: [.new]), person(Self.office, on: [.escalation])])
    try world.text("2")
    try world.run()
    world.clock.now = try #require(Timestamp(iso8601: "2026-02-10T14:00:30Z"))
    for _ in 0..<5 { try world.run(after: 600) }
    #expect(try world.texts(to: Self.office).count == 1)
    #expect(try world.texts(to: Self.office).first?.contains("Versprechen abgelaufen") == true)
    #expect(try world.list(.messages).last?["kind"] == "escalation")
  }

  @Test func `where nobody asked for escalations all are told`() throws {
    let world = try world([person(Self.boss, on: [.new]), person(Self.second, on: [.urgent])])
    try world.text("2")
    try world.run(after: 10)
    world.clock.now = try #require(Timestamp(iso8601: "2026-02-10T14:01:00Z"))
    try world.run()
    #expect(try (count(world, Self.boss), count(world, Self.second)) == (2, 1))
  }

  @Test func `a ticket of the voice menu and one of a late miss are told too`() throws {
    let world = try world([person(Self.boss)])
    try world.call(from: "+41434445566") { $0.pressed = ["1"] }
    world.miss()
    try world.run(after: 4000)
    #expect(try count(world, Self.boss) >= 2)
  }

  @Test func `notices have the retry and dead-letter rules of other SMS`() throws {
    let world = try world([person(Self.boss)])
    try world.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: 21211), to: Self.boss)
    try world.text("1")
    try world.run()
    #expect(try world.list(.messages).first { $0["to"] == Self.boss }?["state"] == "dead")
  }

  @Test func `the operator is told of an alert by SMS, once per cause and hour`() throws {
    let world = try TestWorld()
    world.installation.alertNumbers = ["+41797770000"]
    try world.apply()
    try world.standIn.plan(
      "messages.create", fault: .refuse(httpStatus: 400, code: 21211), times: 3, to: TestWorld.caller)
    for _ in 0..<2 {
      world.miss()
      try world.run(after: 31)
    }
    #expect(try world.texts(to: "+41797770000").count == 1)
    #expect(try world.texts(to: "+41797770000").first?.contains("dead_letter (doerfler)") == true)
    world.clock.advance(seconds: 3600)
    world.miss()
    try world.run(after: 31)
    #expect(try world.texts(to: "+41797770000").map { $0.contains("runner_silent") } == [false, true, false])
  }

  @Test func `an alert that cannot be sent makes no alert about itself`() throws {
    let world = try TestWorld()
    world.installation.alertNumbers = ["+41797770000"]
    try world.apply()
    try world.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: 21211), times: 99)
    world.miss()
    for _ in 0..<5 { try world.run(after: 31) }
    let alerts = try world.alerts(since: world.clock.now.adding(days: -1))
    #expect(alerts.count == 1)
  }

  @Test func `a runner that stood still says so`() throws {
    let world = try TestWorld()
    try world.run()
    try world.run(after: 16 * 60)
    let alerts = try world.alerts(since: world.clock.now.adding(days: -1))
    #expect(alerts.map(\.cause) == ["runner_silent"])
  }
}
