// QueueIntakeTests.swift - with a queue in hand a webhook never touches the database: it is verified, put on the
// queue, and answered with what needs no database.

import Glibc
import LocalTime
import Platform
import StandIn
import TestSupport
import Testing

struct QueueIntakeTests {
  /// A world with a queue and without a database.
  private func world(_ change: (inout TestWorld) throws -> Void = { _ in }) throws -> (
    TestWorld, QueueStandIn
  ) {
    var world = try TestWorld()
    try change(&world)
    let queue = try world.useQueue()
    try Files.remove(world.home.database)
    return (world, queue)
  }

  private func said(_ world: TestWorld, from caller: String = TestWorld.caller) throws -> String {
    try world.call(from: caller).said.joined(separator: " ")
  }

  @Test func `every webhook is put on the queue with its time, and the database is not even looked for`()
    throws
  {
    let (world, queue) = try world()
    let played = try world.call()
    #expect(played.dialled == [TestWorld.business])
    #expect(played.problems.isEmpty)
    #expect(try world.text("2").status == 200)
    #expect(
      queue.bodies.map { String($0.split(separator: "\n")[1]) } == [
        "kind: voice", "kind: dial-result", "kind: call-status", "kind: sms",
      ])
    #expect(queue.bodies[0].contains("received: \(TestWorld.tuesdayMorning.milliseconds)\n"))
    #expect(!Files.exists(world.home.database))
    #expect(try Files.list(world.home.spool) == ["rejected"])
    #expect(world.log.lines.isEmpty)
  }

  @Test func `what is refused is not put on the queue`() throws {
    let (world, queue) = try world()
    let fields = world.callFields("CA1", status: "ringing")
    #expect(world.post("voice", fields, signature: "wrong").status == 403)
    #expect(world.post("voice", fields.filter { $0.0 != "From" }).status == 400)
    #expect(world.post("voice", fields.map { $0.0 == "To" ? ("To", "+41435550999") : $0 }).status == 404)
    #expect(queue.count == 0)
  }

  @Test func `a tenant that is switched off keeps its phone, and nothing is put on the queue`() throws {
    let (world, queue) = try world { try $0.changeTenant { $0.active = false } }
    #expect(world.post("voice", world.callFields("CA1", status: "ringing")).text.contains("<Dial"))
    #expect(queue.count == 0)
  }

  @Test func `nothing is promised that only the database could know`() throws {
    // Opted out, blocked, texted a minute ago: nobody here can tell, so no SMS is promised to anybody.
    let words = try said(world().0)
    #expect(words.contains("Dörfler AG"))
    #expect(!words.contains("SMS"))
    #expect(try said(world().0, from: "+41434445566").contains("Drücken Sie die 1"))
    #expect(try said(world().0, from: "anonymous").contains("tippen Sie bitte Ihre Telefonnummer"))
  }

  @Test func `after a conversation nothing is announced`() throws {
    let (world, _) = try world()
    let fields = world.callFields("CA1", status: "in-progress")
    let answered = world.post(
      "dial-result", fields + [("DialCallStatus", "completed"), ("DialBridged", "true")])
    #expect(answered.text.contains("<Hangup"))
    #expect(!answered.text.contains("<Say"))
    let refused = world.post(
      "dial-result", fields + [("DialCallStatus", "completed"), ("DialBridged", "false")])
    #expect(refused.text.contains("<Say"))
  }

  @Test func `what the queue does not take is kept in the spool`() throws {
    let (world, queue) = try world()
    queue.faults["SendMessage"] = (503, "")
    #expect(world.post("voice", world.callFields("CA1", status: "ringing")).text.contains("<Dial"))
    #expect(try world.text("2").status == 200)
    #expect(try Files.list(world.home.spool).filter { $0.hasSuffix(".webhook") }.count == 2)
    #expect(world.log.lines.contains { $0.contains("error: queue") })
  }

  @Test func `only when the spool fails too a webhook is asked for again, and the phone rings even then`()
    throws
  {
    let (world, queue) = try world()
    queue.faults["SendMessage"] = (503, "")
    rmdir(world.home.spoolRejected)
    rmdir(world.home.spool)
    try Files.writeAtomically([], to: world.home.spool)
    #expect(world.post("voice", world.callFields("CA1", status: "ringing")).text.contains("<Dial"))
    #expect(try world.text("2").status == 503)
    try Files.remove(world.home.spool)
  }

  @Test func `a CGI program, which has no way to a queue, uses the database`() throws {
    let world = try TestWorld()
    let queue = try world.useQueue()
    world.queue = nil
    try world.call()
    #expect(queue.count == 0)
    #expect(try world.list(.calls).count == 1)
  }
}
