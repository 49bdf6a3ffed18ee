// HeldTests.swift - what waits because of us is seen: every way of being held, where it shows, and that it ends.

import Books
import Business
import LocalTime
import Platform
import StandIn
import Store
import TestSupport
import Testing

struct HeldTests {
  private func health(_ world: TestWorld) -> (status: Int, held: Int?) {
    let answer = world.send("health", method: "GET")
    let held = answer.text.firstMatch(of: /"held":(\d+)/).flatMap { Int($0.1) }
    #expect(!answer.text.contains("doerfler") && !answer.text.contains("Dörfler"), "health names nobody")
    return (answer.status, held)
  }

  private func ledger(_ world: TestWorld) throws -> (ledger: [String: Int], sent: Int) {
    let folder = "\(world.home.reports)/2026-02"
    let files = ReportFiles(store: try world.store(), zones: TimeZones(), dialect: .excelCH)
    let month = try #require(CivilMonth(iso8601: "2026-02"))
    let figures = try files.write(BookTenant(world.tenants[0]), month, to: folder).figures
    let bytes = try Files.read("\(folder)/ledger_doerfler_2026-02.csv")
    var rows: [String: Int] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").dropFirst() {
      let cells = line.split(separator: ";").map(String.init)
      rows[cells[0]] = Int(cells[1])
    }
    return (rows, figures.sms.accepted)
  }

  private func reasons(_ world: TestWorld) throws -> [String?] { try world.list(.calls).map { $0["reason"] } }

  @Test func `a tenant whose SMS are all held is seen everywhere, and no longer once they are sent`() throws {
    let world = try TestWorld()
    try world.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: 21660), times: 60)
    for index in 0..<3 { world.miss(from: "+4179222000\(index)") }
    try world.run(after: 31)
    #expect(try reasons(world) == ["held", "held", "held"])
    #expect(try world.list(.calls).allSatisfy { $0["decision"] == "sent" })
    let early = health(world)
    #expect(early.status == 200 && early.held == 3)
    for _ in 0..<5 { try world.run(after: 61) }
    let late = health(world)
    #expect(late.status == 503 && late.held == 3)
    let held = try world.store().heldMessages(dueBefore: world.clock.now.adding(minutes: -5))
    #expect(held.map(\.tenant) == ["doerfler"])
    #expect(held.first?.count == 3 && held.first?.errorCode == 21660)
    let book = try ledger(world)
    #expect(book.ledger["held"] == 3 && book.ledger["sent"] == 0 && book.ledger["total"] == 3)
    #expect(book.sent == 0)
    // Mended: they leave by themselves.
    try world.standIn.forgetFaults()
    for _ in 0..<16 { try world.run(after: 61) }
    #expect(try reasons(world) == ["sent", "sent", "sent"])
    let well = health(world)
    #expect(well.status == 200 && well.held == 0)
    let after = try ledger(world)
    #expect(after.ledger["held"] == nil && after.ledger["sent"] == 3 && after.sent == 3)
  }

  /// Each way, brought about before the SMS is due.
  static let ways: [(String, @Sendable (TestWorld) throws -> Void)] = [
    ("sender of another account", { try refuse($0, 400, 21660) }),
    ("messaging service gone", { try refuse($0, 400, 21701) }),
    ("action disabled", { try refuse($0, 400, 20010) }),
    ("a new code of the sender's family", { try refuse($0, 400, 21699) }),
    ("trial account's limit", { try refuse($0, 400, 572_002) }),
    ("wrong token", { try $0.standIn.plan("messages.create", fault: .unauthorized401, times: 99) }),
    (
      "too many requests",
      { try $0.standIn.plan("messages.create", fault: .rate429(retryAfter: 60), times: 99) }
    ),
    ("Twilio cannot be reached", { $0.transport.isUnreachable = true }),
    (
      "nobody knows whether it was sent",
      {
        try $0.standIn.plan("messages.create", fault: .http500)
        try $0.standIn.plan("messages.list", fault: .http500, times: 99)
      }
    ),
    ("ceiling", { try $0.changeTenant { $0.smsLimits = Ceiling(perHour: 0, perDay: 0) } }),
  ]

  private static func refuse(_ world: TestWorld, _ status: Int, _ code: Int) throws {
    try world.standIn.plan("messages.create", fault: .refuse(httpStatus: status, code: code), times: 99)
  }

  @Test(arguments: ways.indices) func `every way of being held shows within five minutes`(_ index: Int) throws
  {
    let world = try TestWorld()
    try HeldTests.ways[index].1(world)
    world.miss()
    try world.run(after: 31)
    for _ in 0..<5 { try world.run(after: 61) }
    let seen = health(world)
    #expect(seen.status == 503 && seen.held == 1, "\(HeldTests.ways[index].0)")
    let held = try world.store().heldMessages(dueBefore: world.clock.now.adding(minutes: -5))
    #expect(held.map(\.tenant) == ["doerfler"] && held.first?.error.isEmpty == false)
    #expect(try reasons(world) == ["held"])
    #expect(try ledger(world).ledger["held"] == 1)
  }

  @Test func `what a report blames on us is held again, and was sent for the books`() throws {
    let world = try TestWorld()
    try world.standIn.planDelivery(to: TestWorld.caller, .init(.undelivered(30034)))
    world.miss()
    try world.run(after: 31)
    try world.deliverReports()
    for _ in 0..<5 { try world.run(after: 61) }
    let seen = health(world)
    #expect(seen.status == 503 && seen.held == 1)
    #expect(try reasons(world) == ["held"])
    // Twilio has taken it once, which costs.
    let book = try ledger(world)
    #expect(book.ledger["sent"] == 1 && book.sent == 1 && book.ledger["held"] == nil)
  }

  @Test func `a retry for the moment's sake is not held`() throws {
    let world = try TestWorld()
    try world.standIn.planDelivery(to: TestWorld.caller, .init(.undelivered(30003)))
    world.miss()
    try world.run(after: 31)
    try world.deliverReports()
    for _ in 0..<6 { try world.run(after: 61) }
    #expect(try world.list(.messages).first?["state"] == "failed")
    let seen = health(world)
    #expect(seen.status == 200 && seen.held == 0)
    #expect(try reasons(world) == ["sent"])
  }

  @Test func `what a tenant that was switched off leaves in the outbox is named`() throws {
    let world = try TestWorld()
    try world.addTenant("meier", number: "+41435550200")
    world.transport.isUnreachable = true
    world.miss()
    try world.run(after: 31)
    world.transport.isUnreachable = false
    try world.changeTenant { $0.active = false }
    for _ in 0..<6 { try world.run(after: 61) }
    let held = try world.store().heldMessages(dueBefore: world.clock.now.adding(minutes: -5))
    #expect(held.map(\.tenant) == ["doerfler"])
    #expect(held.first?.error == "the tenant is switched off")
    #expect(health(world).status == 503)
  }

  @Test func `mail that waits for its server is held too`() throws {
    let world = try TestWorld {
      $0.notify = [.init(channel: .email, to: "buero@example.ch", on: [.new, .urgent])]
    }
    world.installation.smtp = .init(url: "smtp://127.0.0.1:25", from: "telefon@example.ch")
    try world.apply()
    world.transport.mailAnswer = { _ in .credentials("535 no") }
    try world.text("1")
    for _ in 0..<7 { try world.run(after: 61) }
    let held = try world.store().heldMessages(dueBefore: world.clock.now.adding(minutes: -5))
    #expect(held.map(\.tenant) == ["doerfler"] && held.first?.error == "535 no")
    world.transport.mailAnswer = { _ in .accepted(reply: "250 ok") }
    try world.run(after: 61)
    #expect(health(world).held == 0)
  }

  @Test func `what was held until nobody wanted it any more is dead and no longer held`() throws {
    let world = try TestWorld()
    try HeldTests.refuse(world, 400, 21606)
    world.miss()
    for _ in 0..<9 { try world.run(after: 500) }
    #expect(try reasons(world) == ["dead"])
    #expect(try ledger(world).ledger["dead"] == 1)
    #expect(health(world).held == 0)
  }
}
