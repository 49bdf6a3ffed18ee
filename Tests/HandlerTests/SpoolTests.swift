// SpoolTests.swift - when the database cannot take a webhook: the phone rings, the webhook is kept, and the
// replay doubles nothing.

import Glibc
import LocalTime
import Platform
import SQLite
import StandIn
import TestSupport
import Testing

struct SpoolTests {
  /// Another program holds the database for the time of `body`.
  private func locked(_ world: TestWorld, _ body: () throws -> Void) throws {
    let other = try Database(path: world.home.database, access: .readWrite)
    try other.execute(script: "BEGIN EXCLUSIVE")
    try body()
    try other.execute(script: "ROLLBACK")
  }

  private func spooled(_ world: TestWorld) throws -> Int {
    try Files.list(world.home.spool).filter { $0.hasSuffix(".webhook") }.count
  }

  @Test func `with the database locked every webhook is answered as usual, kept, and replayed once`() throws {
    let world = try TestWorld()
    var played: PlayedCall?
    try locked(world) {
      played = try world.call()
      try world.text("2")
    }
    #expect(played?.dialled == [TestWorld.business])
    #expect(played?.problems.isEmpty == true)
    #expect(try spooled(world) == 4)
    #expect(try world.list(.calls).isEmpty)
    let summary = try world.run()
    #expect(summary.replayed == 4)
    #expect(try spooled(world) == 0)
    #expect(try world.list(.calls).map { $0["outcome"] } == ["missed"])
    #expect(try world.list(.tickets).count == 1)
    try world.run(after: 40)
    #expect(try world.texts().filter { $0.hasPrefix("Danke für Ihren Anruf") }.count == 1)
  }

  @Test func `a webhook that Twilio sends again while the first is spooled is not doubled`() throws {
    let world = try TestWorld()
    let webhook = try world.standIn.receiveMessage(
      from: TestWorld.caller, to: TestWorld.number, body: "2", url: "\(TestWorld.publicURL)/sms")
    try locked(world) { _ = world.deliver(webhook) }
    _ = world.deliver(webhook)
    try world.run()
    #expect(try world.list(.tickets).count == 1)
    #expect(try world.list(.messages).count == 1)
  }

  @Test(arguments: ["DROP TABLE ticket_events", "DROP TABLE calls", "PRAGMA user_version = 0"])
  func `with a table missing or an old schema the phone rings and the webhook is kept`(damage: String) throws
  {
    let world = try TestWorld()
    let database = try Database(path: world.home.database, access: .readWrite)
    try database.execute(script: "PRAGMA foreign_keys = OFF; \(damage)")
    let reply = world.post("voice", world.callFields("CA1", status: "ringing"))
    #expect(reply.text.contains("<Number>\(TestWorld.business)</Number>"))
    #expect(try spooled(world) == 1)
  }

  @Test func `with the database gone the phone rings and the webhook is kept`() throws {
    let world = try TestWorld()
    try Files.remove(world.home.database)
    #expect(world.post("voice", world.callFields("CA1", status: "ringing")).text.contains("<Dial"))
    #expect(try spooled(world) == 1)
  }

  @Test func `with a corrupt database the phone rings and the webhook is kept`() throws {
    let world = try TestWorld()
    try Files.writeAtomically(Array(String(repeating: "garbage", count: 4096).utf8), to: world.home.database)
    #expect(world.post("voice", world.callFields("CA1", status: "ringing")).text.contains("<Dial"))
    #expect(try spooled(world) == 1)
  }

  @Test func `when the spool fails too voice still rings and the others ask to be sent again`() throws {
    let world = try TestWorld()
    try Files.remove(world.home.database)
    rmdir(world.home.spoolRejected)
    rmdir(world.home.spool)
    try Files.writeAtomically([], to: world.home.spool)
    #expect(world.post("voice", world.callFields("CA1", status: "ringing")).text.contains("<Dial"))
    #expect(try world.text("2").status == 503)
    try Files.remove(world.home.spool)
  }

  @Test func `without settings the copy serves, and health says so`() throws {
    let world = try TestWorld()
    try world.run()
    #expect(world.send("health", method: "GET").text.contains("\"settings\":\"ok\""))
    try Files.writeAtomically(Array("garbage".utf8), to: world.home.settings)
    #expect(
      world.post("voice", world.callFields("CA1", status: "ringing")).text.contains(TestWorld.business))
    let health = world.send("health", method: "GET")
    #expect(health.status == 503 && health.text.contains("\"settings\":\"damaged\""))
    try world.run()
    #expect(try world.eventTypes().contains("alert"))
    try world.apply()
    try world.run()
    #expect(world.send("health", method: "GET").status == 200)
  }

  @Test func `a webhook that waits in the spool for long is a fault that health shows`() throws {
    let world = try TestWorld()
    try world.run()
    let lock = try #require(try FileLock.tryLock(world.home.writeLock))
    world.miss()
    lock.release()
    let store = try world.store()
    try store.beat(run: 1, at: world.clock.now.adding(seconds: 299))
    world.clock.advance(seconds: 299)
    #expect(world.send("health", method: "GET").status == 200)
    world.clock.advance(seconds: 2)
    let health = world.send("health", method: "GET")
    #expect(health.status == 503 && health.text.contains("\"oldest_spooled_seconds\":301"), "\(health.text)")
  }

  @Test func `without settings and copy the answer is 503 so that Twilio's fallback takes over`() throws {
    let world = try TestWorld()
    for path in [world.home.settings, world.home.settings + "-copy"] { try Files.remove(path) }
    #expect(world.post("voice", world.callFields("CA1", status: "ringing")).status == 503)
  }

  @Test func `a spool file that is no webhook is put aside and the operator is told`() throws {
    let world = try TestWorld()
    try Files.writeAtomically(Array("nonsense".utf8), to: "\(world.home.spool)/000000000000001-x.webhook")
    try world.run()
    #expect(try spooled(world) == 0)
    #expect(try Files.list(world.home.spoolRejected).count == 1)
    #expect(try world.eventTypes().contains("alert"))
  }

  @Test func `a kept webhook counts as of its arrival`() throws {
    let world = try TestWorld()
    try locked(world) { world.miss() }
    world.clock.advance(seconds: 300)
    try world.run()
    let call = try #require(try world.list(.calls).first)
    #expect(call["started_at"] == "2026-02-10T09:00:00Z")
    #expect(call["decision"] == "sent")
  }

  @Test func `a miss replayed too late for the SMS becomes a ticket`() throws {
    let world = try TestWorld()
    try locked(world) { world.miss() }
    world.clock.advance(seconds: 3 * 3600)
    try world.run()
    #expect(try world.list(.calls).first?["reason"] == "expired")
    #expect(try world.list(.tickets).first?["source"] == "sweep")
    #expect(try world.texts().isEmpty)
  }
}
