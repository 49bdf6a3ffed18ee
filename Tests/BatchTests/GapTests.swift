// GapTests.swift - after a time of which the database may not know what was sent, Twilio is read before anybody is told.

import Business
import LocalTime
import Platform
import StandIn
import Store
import TestSupport
import Testing

struct GapTests {
  private let second = "+41791110001"
  private let staff = "+41797770001"

  private func world(_ change: (inout Tenant) -> Void = { _ in }) throws -> TestWorld {
    try TestWorld { tenant in
      tenant.notify = [Tenant.Notify(channel: .sms, to: "+41797770001", on: [.new, .urgent])]
      change(&tenant)
    }
  }

  /// The database's files as they are.
  private func copy(_ world: TestWorld) throws -> [(String, [UInt8])] {
    try ["", "-wal"].compactMap { suffix in
      let path = world.home.database + suffix
      return Files.exists(path) ? (path, try Files.read(path, limit: 1 << 28)) : nil
    }
  }

  /// The disk is lost, the copy put in its place.
  private func restore(_ copy: [(String, [UInt8])], _ world: TestWorld, since: Timestamp) throws {
    for suffix in ["", "-wal", "-shm"] where Files.exists(world.home.database + suffix) {
      try Files.remove(world.home.database + suffix)
    }
    for (path, bytes) in copy { try Files.writeAtomically(bytes, to: path) }
    try world.store().openGap(reason: .restore, since: since, at: world.clock.now)
  }

  private func created(_ world: TestWorld) throws -> [String] {
    try world.standIn.requests("messages.create").map { $0.recipient ?? "" }
  }

  @Test func `after a restore nobody is texted, confirmed or told a second time, and nobody is lost`() throws
  {
    let world = try world()
    try world.run()
    let copied = world.clock.now
    let copy = try copy(world)
    // What the copy does not know: a caller texted, who replied; another texted; a third who wrote STOP.
    try world.call()
    try world.run(after: 60)
    try world.text("2")
    try world.run(after: 5)
    try world.call(from: second)
    try world.run(after: 60)
    try world.text("STOP", from: second)
    try world.run(after: 5)
    let before = try created(world)
    #expect(before.filter { $0 == TestWorld.caller }.count == 2)
    #expect(before.filter { $0 == staff }.count == 1)
    // Missed, and the disk is lost before anybody was texted.
    try world.call(from: "+41791110003")
    world.clock.advance(seconds: 3600)
    try restore(copy, world, since: copied)

    for _ in 0..<4 { try world.run(after: 60) }
    let after = Array(try created(world).dropFirst(before.count))
    let callers = after.filter { $0 != staff }
    #expect(callers == [] || callers == ["+41791110003"], "\(after)")
    #expect(try world.list(.tickets).contains { $0["phone"] == TestWorld.caller })
    #expect(try world.list(.calls).count == 3)
    #expect(try world.list(.optouts).contains { $0["phone"] == second })
    #expect(try world.store().gap() == nil)
    // What was sent is in the books of the copy again.
    let known = try world.list(.messages).filter { $0["to"] == TestWorld.caller }
    #expect(known.count == 2 && known.allSatisfy { ($0["sid"] ?? "").hasPrefix("SM") })
  }

  @Test func `nothing leaves before everything is read, and after three minutes it does and is said`() throws
  {
    let world = try world()
    try world.run()
    world.miss()
    try world.standIn.plan("messages.list", fault: .http503html, times: 100_000)
    let start = world.clock.now
    world.clock.advance(seconds: 301)
    for _ in 0..<3 { try world.run(linger: 55) }
    #expect(try world.texts().isEmpty, "read: not yet")
    for _ in 0..<2 { try world.run(linger: 55) }
    #expect(try world.texts().count == 1)
    let sentAt = try #require(try world.standIn.requests("messages.create").first).at
    #expect(301_000 + 180_000...301_000 + 185_000 ~= sentAt.milliseconds(since: start))
    #expect(try world.alerts(since: start).contains { $0.cause == AlertCause.gapUnread })
  }

  @Test func `a run within five minutes of the last asks nothing more than before`() throws {
    let world = try world()
    try world.run()
    let lists = {
      try world.standIn.requests("calls.list").count + world.standIn.requests("messages.list").count
    }
    let before = try lists()
    try world.run(after: 60)
    #expect(try lists() == before)
    #expect(try world.store().gap() == nil)
  }

  @Test func `a STOP that came without a runner holds before the first SMS`() throws {
    let world = try world()
    try world.run()
    try world.call()
    // Its webhook was lost.
    world.clock.advance(seconds: 60)
    _ = try world.standIn.receiveMessage(
      from: TestWorld.caller, to: TestWorld.number, body: "STOP", media: [], url: "\(TestWorld.publicURL)/sms"
    )
    try world.run(after: 400)
    #expect(try world.texts().isEmpty)
  }

  @Test func `an account that Twilio does not let in holds up nobody else`() throws {
    let world = try world()
    try world.run()
    world.miss()
    try world.standIn.plan("messages.list", fault: .unauthorized401, times: 100_000)
    try world.run(after: 400)
    #expect(try world.texts().count == 1)
  }

  @Test func `what e-mail told before the loss is not told again, and what it cannot have told is`() throws {
    let world = try world {
      $0.notify = [
        .init(channel: .email, to: "anna@doerfler.example.ch", on: [.new, .urgent]),
        .init(channel: .sms, to: "+41797770001", on: [.escalation]),
      ]
    }
    world.installation.smtp = .init(url: "smtp://127.0.0.1:25", from: "telefon@example.ch")
    try world.apply()
    try world.run()
    let copied = world.clock.now
    let copy = try copy(world)
    try world.call()
    try world.run(after: 60)
    try world.text("2")
    try world.run(after: 5)
    // Twilio's last trace of the runner that was lost is two minutes later.
    world.clock.advance(seconds: 60)
    try world.call(from: second)
    try world.run(after: 60)
    world.clock.advance(seconds: 5)
    try world.text("2", from: "+41791110003")
    world.clock.advance(seconds: 600)
    try restore(copy, world, since: copied)
    try world.run()
    let mails = try world.list(.messages).filter { $0["channel"] == "email" }
    // Counted as sent, and sent.
    #expect(mails.filter { $0["attempts"] == "0" }.count == 1)
    #expect(mails.filter { $0["attempts"] == "1" }.count == 1)
    #expect(mails.first { $0["attempts"] == "0" }?["body"]?.contains("079 123 45 67") == true)
  }

  // MARK: people who were rung

  private let anna = "+41796660001"
  private let ben = "+41796660002"

  /// An urgent request in a copy that does not know yet that Anna is rung for it; Ben is next.
  private func urgent() throws -> (world: TestWorld, copy: [(String, [UInt8])], at: Timestamp) {
    let world = try world {
      $0.notify = [
        .init(channel: .call, to: "+41796660001", on: [.urgent], name: "Anna"),
        .init(channel: .call, to: "+41796660002", on: [.urgent], order: 2, name: "Ben"),
      ]
    }
    try world.run()
    try world.text("1")
    return (world, try copy(world), world.clock.now)
  }

  private func rung(_ world: TestWorld, _ number: String) throws -> Int {
    try world.standIn.calls().count { $0.to == number && $0.direction == "outbound-api" }
  }

  @Test(arguments: [
    (CalledPerson.noAnswer, "no answer"), (.busy, "busy"), (.picksUp(keys: []), "no key was pressed"),
  ])
  func `a call placed since the copy has ended as Twilio says, and the next is rung two minutes after it`(
    _ person: CalledPerson, _ end: String
  ) throws {
    let (world, copy, copied) = try urgent()
    try world.run(after: 1)
    let placedAt = world.clock.now
    try world.ring(anna, person)
    world.clock.advance(seconds: 5)
    try restore(copy, world, since: copied)
    try world.run()
    let page = try #require(try world.list(.messages).first { $0["channel"] == "call" })
    #expect(page["to"] == anna && page["state"] == "dead", "\(page)")
    let ends = try world.list(.events).filter { $0["type"] == "page_unanswered" }.map { $0["detail"] }
    #expect(ends == ["Anna > \(end)"])
    try world.run(after: 110 - Int(world.clock.now.milliseconds(since: placedAt) / 1000))
    #expect(try rung(world, ben) == 0)
    try world.run(after: 15)
    #expect(try rung(world, anna) == 1)
    #expect(try rung(world, ben) == 1)
  }

  @Test func `a call that was placed late since the copy delays the next as it did before the loss`() throws {
    let (world, copy, copied) = try urgent()
    // It waits at Twilio, and has no time yet, when the disk is lost.
    try world.run(after: 100)
    #expect(try rung(world, anna) == 1)
    world.clock.advance(seconds: 5)
    try restore(copy, world, since: copied)
    try world.run()
    #expect(try world.list(.messages).filter { $0["channel"] == "call" }.map { $0["state"] } == ["accepted"])
    try world.run(after: 60)
    #expect(try rung(world, ben) == 0)
    try world.run(after: 70)
    #expect(try rung(world, anna) == 1)
    #expect(try rung(world, ben) == 1)
  }

  // MARK: a busy week

  /// A week of five tenants, with and without the loss of the disk at a random second.
  private func week(seed: UInt64, isLost: Bool) throws -> [String: Int] {
    var random = SeededRandom(seed: seed)
    let world = try world()
    for index in 1..<5 {
      try world.addTenant("t\(index)", number: "+4143555020\(index)") {
        $0.notify = [.init(channel: .sms, to: "+4179777000\(index + 1)", on: [.new, .urgent])]
      }
    }
    let numbers = world.tenants.compactMap(\.voiceNumbers.first)
    let steps = 40
    let copyAt = Int.random(in: 2..<18, using: &random)
    let lostAt = Int.random(in: (copyAt + 2)..<38, using: &random)
    var kept: (since: Timestamp, files: [(String, [UInt8])])?
    for step in 0..<steps {
      let caller = "+4179222\(1000 + Int.random(in: 0..<14, using: &random))"
      let number = numbers[Int.random(in: 0..<numbers.count, using: &random)]
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<5: try world.call(from: caller, to: number)
      case 5..<7: try world.text(["1", "2", "Heizung tropft"][step % 3], from: caller, to: number)
      case 7: try world.text("STOP", from: caller, to: number)
      default: break
      }
      if step == copyAt { kept = (world.clock.now, try copy(world)) }
      let rest = Int.random(in: 1..<90, using: &random)
      if step == lostAt, isLost, let kept {
        // Lost between two runs; half an hour is no time in which an SMS grows too old.
        world.clock.advance(seconds: rest)
        try restore(kept.files, world, since: kept.since)
      } else if step == lostAt {
        world.clock.advance(seconds: rest)
      }
      try world.run(after: 20)
      try world.run(after: 60)
      // On to the next day, whose hour may be any.
      if step % 6 == 5 {
        for _ in 0..<6 { try world.run(after: 3600 * Int.random(in: 2..<6, using: &random)) }
      }
    }
    for _ in 0..<6 { try world.run(after: 60) }
    #expect(try world.store().gap() == nil)
    var sent: [String: Int] = [:]
    for recipient in try created(world) { sent[recipient, default: 0] += 1 }
    return sent
  }

  /// Eight weeks, among them that of the thirteenth, which once told three people again; `make soak` plays all twenty.
  private static let seeds: [UInt64] =
    Environment.process["SOAK_MINUTES"] == nil ? [1, 2, 3, 4, 5, 6, 7, 13] : Array(1...20)

  @Test(arguments: seeds)
  func `a disk lost at a random second costs nobody an SMS and brings nobody a second`(seed: UInt64) throws {
    let whole = try week(seed: seed, isLost: false)
    let lost = try week(seed: seed, isLost: true)
    let differences = Set(whole.keys).union(lost.keys).sorted().filter { whole[$0] != lost[$0] }
      .map { "\($0): \(whole[$0] ?? 0) without, \(lost[$0] ?? 0) with a loss" }
    #expect(differences == [])
  }
}
