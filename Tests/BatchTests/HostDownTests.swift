// HostDownTests.swift - the host is down for an hour: no webhook is taken, no runner works. Afterwards the sweep
// finds all that Twilio knows and we do not, and webhooks that turn up later change nothing.

import LocalTime
import StandIn
import TestSupport
import Testing

struct HostDownTests {
  /// Calls and texts of the hour, and their webhooks that nobody took.
  private final class Hour {
    let world: TestWorld
    var webhooks: [TwilioWebhook] = []

    init() throws {
      world = try TestWorld()
      try world.run()
      try world.run(after: 300)
    }

    func call(_ caller: String, _ outcome: CallScript.Outcome = .noAnswer) throws {
      let played = try world.call(from: caller, outcome) { $0.lost = Set(CallScript.Stage.allCases) }
      webhooks += played.exchanges.map(\.webhook)
    }

    func text(_ body: String, from caller: String) throws {
      webhooks.append(
        try world.standIn.receiveMessage(
          from: caller, to: TestWorld.number, body: body, url: "\(TestWorld.publicURL)/sms"))
    }

    func rest(minutes: Int) { world.clock.advance(seconds: 60 * minutes) }

    func upAgain() throws {
      for _ in 0..<20 { try world.run(after: 60) }
    }
  }

  private static let early = "+41791000001"
  private static let late = "+41791000002"
  private static let answered = "+41791000003"
  private static let stopped = "+41791000004"
  private static let writer = "+41791000005"
  private static let reached = "+41791000006"

  private func hour() throws -> Hour {
    let hour = try Hour()
    try hour.call(Self.early)
    try hour.text("1", from: Self.writer)
    try hour.call(Self.reached)
    hour.rest(minutes: 10)
    try hour.call(Self.answered, .answered(seconds: 90))
    try hour.text("STOP", from: Self.stopped)
    hour.rest(minutes: 10)
    try hour.call(Self.reached, .answered(seconds: 30))
    try hour.call("anonymous")
    hour.rest(minutes: 30)
    try hour.text("Und die Heizung ist kalt", from: Self.writer)
    try hour.call(Self.late, .busy)
    try hour.call(Self.stopped)
    hour.rest(minutes: 8)
    try hour.upAgain()
    return hour
  }

  private func reasons(_ world: TestWorld) throws -> [String: String] {
    Dictionary(
      try world.list(.calls).filter { $0["outcome"] == "missed" }.map {
        ($0["from"] ?? "", $0["reason"] ?? "none")
      }, uniquingKeysWith: { "\($0) and \($1)" })
  }

  @Test func `each call and each reply of the hour is there, once, and nobody is forgotten`() throws {
    let world = try hour().world
    #expect(try world.list(.calls).count == 7)
    #expect(
      try reasons(world) == [
        Self.early: "expired", Self.late: "sent", Self.stopped: "opted_out", Self.reached: "reached",
        "anonymous": "withheld",
      ])
    #expect(try world.texts(to: Self.late).count == 1)
    for caller in [Self.early, Self.answered, Self.stopped, Self.reached] {
      #expect(try world.texts(to: caller).isEmpty, "\(caller)")
    }
    // Found too late for its SMS: a ticket.
    let tickets = try world.list(.tickets)
    #expect(tickets.filter { $0["phone"] == Self.early }.map { $0["source"] } == ["sweep"])
    // Two replies: one ticket, two confirmations.
    let written = tickets.filter { $0["phone"] == Self.writer }
    #expect(written.map { $0["urgency"] } == ["HIGH"])
    #expect(written.first?["summary"] == "Und die Heizung ist kalt")
    #expect(try world.texts(to: Self.writer).count == 2)
    #expect(tickets.count == 2)
    #expect(try world.list(.optouts).map { $0["phone"] } == [Self.stopped])
  }

  @Test(arguments: 0..<6) func `webhooks that turn up afterwards, in any order and twice, change nothing`(
    _ seed: Int
  ) throws {
    let hour = try hour()
    let world = hour.world
    let before = try world.dump()
    let requests = try world.standIn.requests("messages.create").count
    var random = SeededRandom(seed: UInt64(seed))
    for webhook in (hour.webhooks + hour.webhooks).shuffled(using: &random) {
      #expect(200..<300 ~= world.deliver(webhook).status)
    }
    #expect(try world.dump() == before)
    for _ in 0..<10 { try world.run(after: 60) }
    #expect(try world.standIn.requests("messages.create").count == requests)
  }

  @Test(arguments: 0..<6) func `webhooks that turn up while the sweep is at work double nothing`(_ seed: Int)
    throws
  {
    let hour = try Hour()
    let world = hour.world
    var random = SeededRandom(seed: UInt64(seed))
    for index in 0..<6 {
      try hour.call(
        "+4179200000\(index)", random.pick([.noAnswer, .busy, .canceled, .answered(seconds: 20)]))
      try hour.text("2", from: "+4179300000\(index)")
    }
    var late = (hour.webhooks + hour.webhooks).shuffled(using: &random)
    world.transport.onPoll = {
      if random.happens(20), let webhook = late.popLast() { _ = world.deliver(webhook) }
    }
    for _ in 0..<12 { try world.run(linger: 30) }
    for webhook in late { _ = world.deliver(webhook) }
    try world.run(after: 60)
    #expect(try world.list(.calls).count == 6)
    #expect(try world.list(.tickets).count == 6)
    for index in 0..<6 {
      let isMissed = try world.list(.calls).contains {
        $0["from"] == "+4179200000\(index)" && $0["outcome"] == "missed"
      }
      #expect(try world.texts(to: "+4179200000\(index)").count == (isMissed ? 1 : 0))
      #expect(try world.texts(to: "+4179300000\(index)").count == 1)
    }
  }

  // MARK: words that come late

  /// STOP and START whose webhooks come in another order than they were written.
  @Test(arguments: [
    (["STOP", "START"], false), (["START", "STOP"], true), (["STOP", "START", "STOP"], true),
    (["START", "STOP", "START"], false),
  ])
  func `of STOP and START the one written last holds, in whatever order they come`(
    _ words: [String], _ isOut: Bool
  ) throws {
    for seed in 0..<UInt64(6) {
      let world = try TestWorld()
      var webhooks: [(TwilioWebhook, Timestamp)] = []
      for word in words {
        webhooks.append(
          (
            try world.standIn.receiveMessage(
              from: TestWorld.caller, to: TestWorld.number, body: word, url: "\(TestWorld.publicURL)/sms"),
            world.clock.now
          ))
        world.clock.advance(seconds: 60)
      }
      let end = world.clock.now
      var random = SeededRandom(seed: seed)
      // As the spool and the sweep do: each counts as of when it was written.
      for (webhook, at) in webhooks.shuffled(using: &random) {
        world.clock.now = at
        #expect(world.deliver(webhook).status == 200)
      }
      world.clock.now = end
      #expect(try world.list(.optouts).count == (isOut ? 1 : 0), "\(words), seed \(seed)")
    }
  }
}
