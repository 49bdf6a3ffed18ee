// PurgeTests.swift - after the retention period numbers, texts and photos go, counts stay; what is newer stays whole.

import Glibc
import LocalTime
import Platform
import SQLite
import Spool
import StandIn
import Store
import TestSupport
import Testing

struct PurgeTests {
  private static let later = "+41781112233"

  /// Something happened on 10 February; the period is 30 days.
  private func world(days: Int = 30) throws -> TestWorld {
    let world = try TestWorld()
    world.installation.retentionDays = days
    try world.apply()
    world.miss()
    try world.run(after: 31)
    try world.deliverReports()
    try world.text("Wasserrohr geplatzt")
    #expect(world.fillIn(text: "Wasserrohr im Keller", photo: .onePixel).status == 200)
    let store = try world.store()
    try store.write {
      // The reply's, and the form's beside it.
      for id in 1...2 {
        _ = try store.finishTicket(ifOpen: id, outcome: .other, amount: nil, by: "anna", at: world.clock.now)
      }
      try store.note(ticket: 1, text: "Wasserrohr: Ada Muster zahlt bar", by: "Chef", at: world.clock.now)
      try store.learnLineType(phone: TestWorld.caller, type: .mobile, from: "lookup", at: world.clock.now)
      try store.raiseAlert(cause: "odd", tenant: nil, detail: "079 123 45 67 rief an", at: world.clock.now)
    }
    try world.run(after: 60)
    try world.deliverReports()
    return world
  }

  private func days(_ count: Int, _ world: TestWorld) throws {
    world.clock.advance(seconds: count * 86_400)
    for _ in 0..<4 { try world.run(after: 60) }
  }

  private func count(_ world: TestWorld, _ sql: String) throws -> Int? {
    try Database(path: world.home.database, access: .readOnly).integer(sql)
  }

  @Test func `before its end nothing is touched, after it nothing personal is left`() throws {
    let world = try world()
    try days(29, world)
    #expect(try world.list(.tickets).first?["summary"] != "")
    #expect(try Files.list("\(world.home.uploads)/doerfler").count == 1)
    let calls = try world.list(.calls).count
    let messages = try world.list(.messages).count
    try days(3, world)
    #expect(try world.remains(of: TestWorld.caller, ["Wasserrohr", "Ada Muster"]) == [])
    #expect(try Files.list("\(world.home.uploads)/doerfler").isEmpty)
    #expect(try world.list(.calls).count == calls)
    #expect(try world.list(.messages).count == messages)
    #expect(try world.standIn.messages().allSatisfy { $0.body.isEmpty })
    #expect(try count(world, "SELECT count(*) FROM erasures") == 0)
    #expect(try count(world, "SELECT count(*) FROM line_types") == 0)
  }

  @Test func `webhooks that were put aside go with the rest, the unreadable by the age of their file`() throws
  {
    let world = try TestWorld()
    world.installation.retentionDays = 30
    try world.apply()
    let folder = world.home.spoolRejected
    func put(_ name: String, _ bytes: [UInt8], daysAgo: Int) throws {
      try Files.writeAtomically(bytes, to: "\(folder)/\(name)")
      let time = timeval(tv_sec: Int(world.clock.now.adding(days: -daysAgo).seconds), tv_usec: 0)
      #expect(utimes("\(folder)/\(name)", [time, time]) == 0)
    }
    func kept(daysAgo: Int) -> [UInt8] {
      KeptWebhook(
        kind: "sms", query: "", body: Array("MessageSid=SM1".utf8),
        receivedAt: world.clock.now.adding(days: -daysAgo)
      ).bytes
    }
    try put("queue-old.webhook", kept(daysAgo: 40), daysAgo: 1)
    try put("queue-new.webhook", kept(daysAgo: 20), daysAgo: 50)
    try put("queue-odd-old.webhook", Array("nonsense".utf8), daysAgo: 40)
    try put("queue-odd-new.webhook", Array("nonsense".utf8), daysAgo: 20)
    try world.run()
    #expect(try Files.list(folder).sorted() == ["queue-new.webhook", "queue-odd-new.webhook"])
  }

  @Test func `what is newer stays whole`() throws {
    let world = try world()
    world.clock.advance(seconds: 20 * 86_400)
    world.miss(from: PurgeTests.later)
    try world.run(after: 31)
    try world.deliverReports()
    try world.text("Heizung kalt", from: PurgeTests.later)
    try world.run(after: 60)
    try days(12, world)
    #expect(try world.remains(of: TestWorld.caller, ["Wasserrohr"]) == [])
    #expect(try world.list(.calls).map { $0["from"] } == ["forgotten", PurgeTests.later])
    #expect(try world.list(.tickets).last?["summary"] == "Heizung kalt")
    #expect(try world.texts(to: PurgeTests.later).allSatisfy { !$0.isEmpty })
  }

  @Test func `an open ticket is kept until it is done`() throws {
    let world = try world()
    let store = try world.store()
    _ = try store.write { try store.reopenTicket(ifDone: 1, at: world.clock.now) }
    try days(40, world)
    let ticket = try #require(try world.list(.tickets).first)
    #expect(ticket["phone"] == TestWorld.caller && ticket["summary"]?.contains("Wasserrohr") == true)
    #expect(try world.list(.calls).first?["from"] == "forgotten")
    _ = try store.write {
      try store.finishTicket(ifOpen: 1, outcome: .other, amount: nil, by: "anna", at: world.clock.now)
    }
    try days(32, world)
    #expect(try world.list(.tickets).first?["phone"] == "forgotten")
    #expect(try world.remains(of: TestWorld.caller, ["Wasserrohr"]) == [])
  }

  @Test func `what was done about a number and what it called itself goes, names on the desk stay`() throws {
    let world = try world()
    let store = try world.store()
    try store.write {
      try store.saveContact(
        ContactRow(
          tenant: "doerfler", phone: TestWorld.caller, name: "Ada", source: .desk, updatedAt: world.clock.now)
      )
      try store.logEvent(
        .contactNamed, tenant: "doerfler", phone: TestWorld.caller, detail: "chef", at: world.clock.now)
    }
    let names = "SELECT count(*) FROM tickets WHERE caller_name IS NOT NULL"
    let phones = "SELECT count(*) FROM ticket_events WHERE phone IS NOT NULL"
    #expect(try count(world, names) == 1 && count(world, phones) == 1)
    try days(32, world)
    #expect(try count(world, names) == 0 && count(world, phones) == 0)
    #expect(try count(world, "SELECT count(*) FROM contacts WHERE name = 'Ada'") == 1)
  }

  @Test func `opt-outs and the block list are rules in force and stay`() throws {
    let world = try world()
    let store = try world.store()
    try store.write {
      try store.block(
        tenant: "doerfler", phone: PurgeTests.later, reason: .manual, at: world.clock.now, until: nil)
      try store.optOut(tenant: "doerfler", phone: PurgeTests.later, at: world.clock.now)
    }
    try days(40, world)
    #expect(try world.list(.blocklist).count == 1 && world.list(.optouts).count == 1)
  }

  @Test func `the report of the month keeps its figures and loses its numbers`() throws {
    let world = try world(days: 60)
    world.clock.advance(seconds: 22 * 86_400)
    for _ in 0..<4 { try world.run(after: 600) }
    let folder = "\(world.home.reports)/2026-02"
    func file(_ name: String) throws -> String {
      String(decoding: try Files.read("\(folder)/\(name)_doerfler_2026-02.csv"), as: UTF8.self)
    }
    let before = try (report: file("report"), ledger: file("ledger"))
    #expect(try !file("messages").contains("forgotten"))
    try days(41, world)
    #expect(try file("report") == before.report)
    #expect(try file("ledger") == before.ledger)
    #expect(try file("messages").contains("forgotten"))
    #expect(try world.remains(of: TestWorld.caller, ["Wasserrohr"]) == [])
  }

  @Test func `it goes in small transactions, and a crash in between is made up for`() throws {
    let world = try TestWorld()
    let store = try world.store()
    try store.write {
      for index in 0..<1000 {
        try store.recordCall(
          sid: "CA\(index)", tenant: "doerfler", caller: "+4179\(1_000_000 + index)",
          called: TestWorld.number,
          startedAt: world.clock.now.adding(days: -400).adding(seconds: index))
      }
    }
    let cutoff = world.clock.now.adding(days: -365)
    let some = try store.oldRows(.calls, before: cutoff, limit: 200)
    #expect(some.count == 200)
    try store.write { try store.purge(.calls, some, at: world.clock.now) }
    #expect(try count(world, "SELECT count(*) FROM calls WHERE caller = 'forgotten'") == 200)
    try world.run()
    #expect(try count(world, "SELECT count(*) FROM calls WHERE caller = 'forgotten'") == 1000)
    #expect(try store.oldRows(.calls, before: cutoff, limit: 200).isEmpty)
    // What comes in late is old at once, and is reached by the next look.
    try store.write {
      try store.recordCall(
        sid: "CAlate", tenant: "doerfler", caller: TestWorld.caller, called: TestWorld.number,
        startedAt: world.clock.now.adding(days: -390))
    }
    world.clock.advance(seconds: 3601)
    try world.run()
    #expect(try world.remains() == [])
  }

  @Test func `an SMS that is due goes out while there is much to purge`() throws {
    let world = try TestWorld()
    let store = try world.store()
    try store.write {
      for index in 0..<2000 {
        try store.recordCall(
          sid: "CA\(index)", tenant: "doerfler", caller: "+4179\(1_000_000 + index)",
          called: TestWorld.number,
          startedAt: world.clock.now.adding(days: -400))
      }
    }
    world.miss()
    world.clock.advance(seconds: 31)
    try world.run()
    #expect(try world.texts().count == 1)
    let late = try #require(try world.store().lateness(since: world.clock.now.adding(days: -1)))
    #expect(late.worst < 2000)
  }

  @Test func `photos that no ticket names go after a day, others stay`() throws {
    let world = try TestWorld(at: WallClock.system.now())
    let folder = "\(world.home.uploads)/doerfler"
    try Files.makeFolder(folder)
    for name in ["old.jpg", "old.png.part", "new.jpg", "new.png.part", "named.jpg"] {
      try Files.writeAtomically([1, 2, 3], to: "\(folder)/\(name)")
    }
    let store = try world.store()
    try store.write {
      let zone = TimeZoneRules.utc
      let request = TicketRequest(
        tenant: "doerfler", phone: TestWorld.caller, localDay: zone.day(of: world.clock.now),
        source: .website,
        urgency: .medium, status: .new, slaDueAt: world.clock.now)
      let ticket = try store.upsertTicket(request, at: world.clock.now).ticket.id
      try store.addUpload(
        ticket: ticket, file: "doerfler/named.jpg", contentType: "image/jpeg", at: world.clock.now)
    }
    for name in ["old.jpg", "old.png.part", "named.jpg"] {
      let times = [
        timeval(tv_sec: time(nil) - 100_000, tv_usec: 0), timeval(tv_sec: time(nil) - 100_000, tv_usec: 0),
      ]
      #expect(utimes("\(folder)/\(name)", times) == 0)
    }
    try world.run()
    #expect(try Files.list(folder) == ["named.jpg", "new.jpg", "new.png.part"])
  }

  @Test func `the form promises what the purge keeps`() throws {
    let world = try world(days: 90)
    #expect(world.browse("anfrage").text.contains("Nach 90 Tagen wird alles gelöscht."))
  }
}
