// LoopTests.swift - machines that answer each of our messages, played out until nobody says anything more.

import Business
import LocalTime
import StandIn
import TestSupport
import Testing

struct LoopTests {
  /// Lets everybody answer until nothing moves. Whatever is sent to a number of a tenant's reaches its webhook.
  /// - Returns: how many messages went out in all.
  private func playOut(
    _ world: TestWorld, rounds: Int = 60, pause: Int = 20, _ answer: (StoredMessage) -> String?
  ) throws -> Int {
    var seen: Set<String> = []
    var quiet = 0
    for _ in 0..<rounds where quiet < 5 {
      try world.run(after: pause)
      let new = try world.standIn.messages().filter {
        $0.direction != "inbound" && seen.insert($0.sid).inserted
      }
      quiet = new.isEmpty ? quiet + 1 : 0
      for message in new {
        let from = message.from ?? ""
        if world.tenants.contains(where: { $0.smsSender == message.to }) {
          _ = try world.text(message.body, from: from, to: message.to)
        } else if let body = answer(message) {
          _ = try world.text(body, from: message.to, to: from)
        }
      }
    }
    #expect(quiet >= 5, "it never ends")
    return seen.count
  }

  @Test func `a machine that says the same to each of our messages gets one SMS and one confirmation`() throws
  {
    let world = try TestWorld()
    world.miss()
    world.clock.advance(seconds: 31)
    let count = try playOut(world) { _ in "Ich bin abwesend und antworte morgen." }
    #expect(count == 2)
    #expect(try world.texts().count == 2)
    // All of it is one ticket.
    #expect(try world.list(.tickets).count == 1)
    #expect(try world.eventTypes().filter { $0 == "confirmation_withheld" }.count == 1)
  }

  @Test func `a machine that always says something else gets five an hour and ten a day`() throws {
    let world = try TestWorld()
    world.miss()
    world.clock.advance(seconds: 31)
    var number = 0
    for hour in 0..<24 {
      _ = try playOut(world) { _ in
        number += 1
        return "Ich bin abwesend, Vorgang \(number)."
      }
      // A person behind it asks again, which would begin a loop anew.
      try world.text("Stunde \(hour)")
      try world.run(after: 3500)
    }
    #expect(try world.texts().count == 1 + 10)
  }

  @Test func `a machine that answers with a digit or with our own words gets no more`() throws {
    for (answer, messages) in [("1", 2), ("2", 2), ("3", 2), (nil, 3)] {
      let world = try TestWorld()
      world.miss()
      world.clock.advance(seconds: 31)
      let count = try playOut(world) { answer ?? $0.body }
      #expect(count == messages, "\(answer ?? "echo")")
    }
  }

  @Test
  func
    `a machine that calls and is missed all day is on the block list, and was texted once an hour at most`()
    throws
  {
    let world = try TestWorld()
    for _ in 0..<12 {
      world.miss()
      try world.run(after: 1200)
    }
    #expect(try world.texts().count == 3)
    #expect(try world.list(.blocklist).map { $0["reason"] } == ["spam"])
    #expect(
      try world.list(.calls).map { $0["reason"] ?? "" } == [
        "sent", "sent", "sent", "throttle", "throttle", "spam",
      ] + Array(repeating: "blocked", count: 6))
  }

  // MARK: two tenants of one operator

  private static let other = "+41435550200"

  private func twoTenants(_ change: (inout Tenant) -> Void = { _ in }) throws -> TestWorld {
    let world = try TestWorld()
    try world.addTenant("huber", number: Self.other, change)
    // At Twilio these numbers can get SMS.
    for number in [TestWorld.number, Self.other] { try world.standIn.setLine(number, type: "mobile") }
    return world
  }

  @Test func `two tenants that call each other text each other nothing`() throws {
    let world = try twoTenants()
    for _ in 0..<3 {
      world.miss(from: Self.other, to: TestWorld.number)
      world.miss(from: TestWorld.number, to: Self.other)
      world.clock.advance(seconds: 31)
    }
    #expect(try playOut(world) { _ in "Danke" } == 0)
    #expect(try world.list(.calls).map { $0["reason"] } == Array(repeating: "own_number", count: 6))
  }

  @Test func `a text from one tenant's number to another's is a ticket and nothing is answered`() throws {
    let world = try twoTenants()
    try world.text("Rufen Sie uns an", from: Self.other, to: TestWorld.number)
    try world.text("Rufen Sie uns an", from: TestWorld.number, to: Self.other)
    #expect(try playOut(world) { _ in "Danke" } == 0)
    #expect(try world.list(.tickets).map { $0["tenant"] } == ["doerfler", "huber"])
  }

  @Test func `two tenants that shall be told of their tickets at each other's number are not told`() throws {
    let world = try twoTenants {
      $0.notify = [.init(channel: .sms, to: TestWorld.number, on: [.new, .urgent, .escalation])]
    }
    try world.changeTenant {
      $0.notify = [.init(channel: .sms, to: Self.other, on: [.new, .urgent, .escalation])]
    }
    world.miss()
    try world.run(after: 31)
    try world.text("1")
    // The missed-call SMS and the confirmation; a notice to the other would come back as one to us.
    let count = try playOut(world) { _ in nil }
    #expect(count == 2)
    #expect(try world.list(.tickets).count == 1)
    // Nobody starts the ticket: no escalation goes there either.
    let all = try playOut(world, rounds: 100, pause: 3600) { _ in nil }
    #expect(all == 2)
  }
}
