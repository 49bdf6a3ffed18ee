// DrainQueueTests.swift - the runner records what lies in the queue: once, however often and in whatever order it
// comes, and deletes nothing before it is committed.

import Crypto
import LocalTime
import Platform
import Spool
import StandIn
import TestSupport
import Testing

struct DrainQueueTests {
  private func world(_ change: (TestWorld) throws -> Void = { _ in }) throws -> (TestWorld, QueueStandIn) {
    let world = try TestWorld()
    try change(world)
    return (world, try world.useQueue())
  }

  private func alerts(_ world: TestWorld) throws -> [String] {
    try world.list(.events).filter { $0["type"] == "alert" }.map { $0["detail"] ?? "" }
  }

  @Test func `a call through the queue counts as of its arrival and gets its SMS`() throws {
    let (world, queue) = try world()
    try world.call()
    #expect(queue.count == 3)
    let ended = world.clock.now
    world.clock.advance(seconds: 5)
    #expect(try world.run().queued == 3)
    #expect(queue.count == 0)
    let call = try #require(try world.list(.calls).first)
    #expect(call["outcome"] == "missed")
    #expect(call["started_at"] == "2026-02-10T09:00:00Z")
    #expect(call["due_at"] == ended.adding(seconds: 30).iso8601)
    try world.run(after: 40)
    #expect(try world.texts().count == 1)
    #expect(try !world.eventTypes().contains("webhook_replayed"), "the queue is the usual way")
  }

  @Test func `one run takes all there is`() throws {
    let (world, queue) = try world()
    for _ in 0..<35 { world.miss(from: "anonymous") }
    #expect(queue.count == 70)
    #expect(try world.run().queued == 70)
    #expect(queue.count == 0)
    #expect(try world.list(.calls).count == 35)
  }

  @Test func `a message that cannot be deleted comes again and changes nothing`() throws {
    let (world, queue) = try world()
    try world.call()
    try world.text("2")
    queue.faults["DeleteMessageBatch"] = (500, "InternalError")
    try world.run(after: 1)
    #expect(queue.count == 4)
    let before = try ListedRows(world)
    queue.faults = [:]
    try world.run(after: QueueStandIn.visibilitySeconds + 1)
    #expect(queue.count == 0)
    let after = try ListedRows(world)
    #expect(after.calls.map { $0["call_sid"] } == before.calls.map { $0["call_sid"] })
    #expect(after.tickets == before.tickets)
    #expect(after.events.filter { $0["type"] == "reply" }.count == 1)
    #expect(try world.texts().filter { $0.hasPrefix("Danke für Ihren Anruf") }.count == 1)
    #expect(try world.texts().count == 2)
  }

  @Test func `a receipt whose time is over is no outage: nothing waits and nobody is alerted`() throws {
    let (world, queue) = try world()
    for _ in 0..<20 { world.miss(from: "anonymous") }
    queue.receiptsAreStale = true
    #expect(try world.run().queued == 40)
    #expect(queue.count == 40)
    queue.receiptsAreStale = false
    try world.run(after: QueueStandIn.visibilitySeconds + 1)
    #expect(queue.count == 0)
    #expect(try world.list(.calls).count == 20)
    #expect(try alerts(world).isEmpty)
  }

  @Test func `messages that were put on the queue twice change nothing`() throws {
    let (world, queue) = try world()
    try world.call(from: "+41434445566") { $0.pressed = ["1"] }
    let once = queue.bodies
    #expect(once.count >= 4)
    for body in once { queue.put(body) }
    #expect(try world.run(after: 1).queued == 2 * once.count)
    #expect(try world.list(.calls).count == 1)
    #expect(try world.list(.tickets).count == 1)
    #expect(try world.eventTypes().filter { $0 == "menu_key" }.count == 1)
  }

  /// Every order of up to four; of more, each pair exchanged, and backwards.
  private static func orders(_ count: Int) -> [[Int]] {
    let inOrder = Array(0..<count)
    guard count > 4 else {
      return inOrder.reduce([[]]) { orders, next in
        orders.flatMap { order in
          (0...order.count).map { order[..<$0] + [next] + order[$0...] }.map(Array.init)
        }
      }
    }
    var result = [inOrder, inOrder.reversed()]
    for first in inOrder {
      for second in inOrder[(first + 1)...] {
        var order = inOrder
        order.swapAt(first, second)
        result.append(order)
      }
    }
    return result
  }

  @Test(arguments: [
    "missed", "missed, landline, menu", "answered", "answered, screened", "mailbox, screened",
  ])
  func `in whatever order a call's webhooks come the call ends the same`(kind: String) throws {
    func change(_ world: TestWorld) throws {
      try world.changeTenant { $0.screening = kind.contains("screened") }
    }
    let (source, captured) = try world(change)
    let from = kind.contains("landline") ? "+41434445566" : TestWorld.caller
    let outcome: CallScript.Outcome =
      kind.hasPrefix("missed")
      ? .noAnswer : kind.hasPrefix("mailbox") ? .voicemail(seconds: 20) : .answered(seconds: 20)
    try source.call(from: from, outcome) {
      if kind.contains("menu") { $0.pressed = ["2"] }
      if kind == "mailbox, screened" { $0.screenKey = nil } else { $0.screenKey = "1" }
    }
    let bodies = captured.bodies
    let ended = source.clock.now
    var expected: [[String: String]]?
    for order in Self.orders(bodies.count) {
      let (world, queue) = try world(change)
      world.clock.now = ended.adding(seconds: 2)
      // Each comes with a run of its own, so that none is there when the earlier ones are recorded.
      for index in order {
        queue.put(bodies[index])
        try world.run()
      }
      try world.run(after: 60)
      var rows = try world.list(.calls) + world.list(.tickets)
      for index in rows.indices { rows[index]["updated_at"] = nil }
      if expected == nil { expected = rows }
      #expect(rows == expected, "\(order)")
      #expect(try world.texts().count == (kind == "missed" || kind.hasPrefix("mailbox") ? 1 : 0), "\(order)")
    }
    #expect(expected?.first?["outcome"] == (kind.hasPrefix("answered") ? "answered" : "missed"))
  }

  @Test(arguments: [["STOP", "START"], ["START", "STOP"]])
  func `of STOP and START the later one holds, also when it is recorded first`(words: [String]) throws {
    let (source, captured) = try world()
    for word in words {
      try source.text(word)
      source.clock.advance(seconds: 5)
    }
    let (world, queue) = try world()
    world.clock.now = source.clock.now
    for body in captured.bodies.reversed() {
      queue.put(body)
      try world.run()
    }
    #expect(try world.list(.optouts).count == (words.last == "STOP" ? 1 : 0))
  }

  @Test func `a message that is no webhook is put aside, the operator is told, and it is deleted`() throws {
    let (world, queue) = try world()
    queue.put("nonsense")
    queue.put("opsfabric-webhook: 1\nkind: voice\nreceived: 1\nquery: \n\nCallSid=CA1&From=x&To=%2B41000")
    world.miss()
    try world.run(after: 1)
    #expect(queue.count == 0)
    let files = try Files.list(world.home.spoolRejected)
    #expect(files.count == 2)
    #expect(files.contains { Files.mode("\(world.home.spoolRejected)/\($0)") != 0o600 } == false)
    #expect(try alerts(world).contains { $0.contains("queue_rejected") })
    #expect(try world.list(.calls).count == 1)
  }

  @Test func `what was put aside can be moved to the spool once it can be recorded, however it travelled`()
    throws
  {
    let (world, queue) = try world()
    // A tenant that was not configured yet; the tab makes the message travel as base64.
    let body = "MessageSid=SM1&From=%2B41791234567&To=%2B41435550177&Body=1\t&NumMedia=0"
    let kept = KeptWebhook(kind: "sms", query: "", body: Array(body.utf8), receivedAt: world.clock.now)
    queue.put("base64:" + base64(kept.bytes))
    try world.run(after: 1)
    let name = try #require(try Files.list(world.home.spoolRejected).first)
    #expect(try Files.read("\(world.home.spoolRejected)/\(name)") == kept.bytes)
    try world.changeTenant { $0.smsSender = "+41435550177" }
    try Files.move("\(world.home.spoolRejected)/\(name)", to: "\(world.home.spool)/\(name)")
    try world.run(after: 1)
    #expect(try world.list(.tickets).count == 1)
  }

  @Test func `while the database cannot take them nothing is deleted, and afterwards nothing is missing`()
    throws
  {
    let (world, queue) = try world()
    try world.call()
    try HeldDatabase.run("ALTER TABLE ticket_events RENAME TO away", on: world.home.database)
    try world.run(linger: 15)
    #expect(queue.count == 3)
    #expect(try world.list(.calls).isEmpty)
    try HeldDatabase.run("ALTER TABLE away RENAME TO ticket_events", on: world.home.database)
    try world.run(after: 31)
    #expect(queue.count == 0)
    #expect(try world.list(.calls).map { $0["outcome"] } == ["missed"])
  }

  @Test func `a queue that refuses us raises an alert, is left alone for a while, and holds nothing up`()
    throws
  {
    let (world, queue) = try world()
    let other = try world.useQueue()
    world.queue = nil
    world.miss()
    other.faults["ReceiveMessage"] = (403, "AccessDeniedException")
    try world.run(after: 31)
    #expect(try world.texts().count == 1)
    #expect(try alerts(world).contains { $0.contains("AccessDenied") })
    let asked = other.log.count
    try world.run(linger: 30)
    #expect(other.log.count - asked < 8, "doubling: \(other.log.count - asked)")
    #expect(queue.count == 0)
  }

  @Test func `a hiccup is no alert, an outage is`() throws {
    let (world, queue) = try world()
    queue.faults["ReceiveMessage"] = (0, "")
    try world.run(after: 1)
    #expect(try alerts(world).isEmpty)
    try world.run(linger: 20)
    #expect(try alerts(world).contains { $0.contains("the queue is not available") })
  }

  @Test func `no request waits for messages longer than the run lasts`() throws {
    let (world, queue) = try world()
    try world.run()
    #expect(queue.longestWait == 1)
    try world.run(linger: 12)
    #expect((2...11).contains(queue.longestWait))
    try world.run(linger: 55)
    #expect(queue.longestWait == 20)
  }

  @Test func `without credentials the operator is told`() throws {
    let world = try TestWorld()
    world.installation.intake = .sqs(.init(queueURL: QueueStandIn.url, region: "eu-central-2"))
    try world.apply()
    try world.run()
    #expect(try alerts(world).contains { $0.contains("no credentials") })
  }
}

/// What the operator can list.
private struct ListedRows {
  let calls: [[String: String]]
  let tickets: [[String: String]]
  let events: [[String: String]]

  init(_ world: TestWorld) throws {
    calls = try world.list(.calls)
    tickets = try world.list(.tickets)
    events = try world.list(.events)
  }
}
