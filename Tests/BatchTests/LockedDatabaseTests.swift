// LockedDatabaseTests.swift - another program holds the database for a minute while the runner lingers and webhooks
// come in: everything is answered, and done afterwards in its order, once.

import LocalTime
import Platform
import StandIn
import TestSupport
import Testing

struct LockedDatabaseTests {
  @Test func `a minute without the database costs a minute and nothing else`() throws {
    let world = try TestWorld()
    world.storePatience = 20
    for index in 0..<3 { world.miss(from: "+4179100000\(index)") }
    let begin = world.clock.now
    var lock: FileLock?
    var step = 0
    world.transport.onPoll = {
      let second = world.clock.now.milliseconds(since: begin) / 1000
      if second >= 15, step == 0 { lock = try? FileLock.tryLock(world.home.writeLock) }
      // Webhooks of the minute, each once: calls, the answers to their SMS, a STOP.
      if second >= 20 + step * 10, step < 5 {
        step += 1
        #expect(
          world.post("voice", world.callFields("CAx\(step)", from: "+4178100000\(step)", status: "ringing"))
            .text
            .contains("<Number>\(TestWorld.business)</Number>"))
        world.miss(from: "+4178200000\(step)")
        #expect((try? world.text("\(step)", from: "+4178300000\(step)"))?.status == 200)
      }
      if second >= 75 {
        lock?.release()
        lock = nil
      }
    }
    try world.run(linger: 160)
    lock?.release()
    #expect(step == 5)
    #expect(try Files.list(world.home.spool).filter { $0.hasSuffix(".webhook") }.isEmpty)
    for index in 0..<3 { #expect(try world.texts(to: "+4179100000\(index)").count == 1) }
    for index in 1...5 {
      #expect(try world.texts(to: "+4178200000\(index)").count == 1)
      #expect(try world.texts(to: "+4178300000\(index)").count == 1)
    }
    // In the order of their arrival.
    let replayed = try world.list(.calls).map { $0["started_at"] ?? "" }
    #expect(replayed == replayed.sorted())
    #expect(try world.list(.calls).count == 13)
    let tickets = try world.list(.tickets).map { $0["phone"] ?? "" }
    #expect(tickets == [1, 2, 4, 5].map { "+4178300000\($0)" })
    #expect(try world.list(.messages).allSatisfy { $0["state"] == "accepted" })
  }

  @Test func `a runner that cannot get the database ends in time and changes nothing`() throws {
    let world = try TestWorld()
    world.miss()
    world.clock.advance(seconds: 31)
    world.storePatience = 20
    let lock = try #require(try FileLock.tryLock(world.home.writeLock))
    // It cannot even note its beginning; cron's next one tries again.
    #expect(throws: (any Error).self) { try world.run(linger: 55) }
    lock.release()
    #expect(try world.texts().isEmpty)
    try world.run()
    #expect(try world.texts().count == 1)
  }
}
