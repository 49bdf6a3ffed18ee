// ForgetTests.swift - `forget`: everything personal goes, counts and opt-outs stay, nothing leaves afterwards.

import Books
import Business
import CGI
import Crypto
import Erasing
import LocalTime
import Platform
import Runner
import SQLite
import Settings
import Spool
import StandIn
import Store
import TestSupport
import Testing

struct ForgetTests {
  private static let words = ["Wasserrohr", "geplatzt", "Ada Muster", "Dorfstrasse 1"]
  private static let boss = "+41796660001"
  private static let other = "+41781112233"

  /// A day on which the caller did all a caller can do, and another one too.
  private func busyDay() throws -> TestWorld {
    let world = try TestWorld {
      $0.notify = [
        .init(channel: .sms, to: ForgetTests.boss, on: [.new, .urgent]),
        .init(channel: .email, to: "chef@example.ch", on: [.new, .urgent]),
      ]
    }
    world.installation.smtp = .init(url: "smtp://127.0.0.1:25", from: "telefon@example.ch")
    world.installation.alertEmails = ["betrieb@example.ch"]
    try world.apply()
    for caller in [TestWorld.caller, ForgetTests.other] {
      world.miss(from: caller)
      try world.run(after: 31)
      try world.text("Das Wasserrohr ist geplatzt, Nummer 079 123 45 67", from: caller)
      try world.text("1", from: caller)
      try world.run(after: 5)
    }
    #expect(world.fillIn(text: "Wasserrohr im Keller geplatzt", photo: .onePixel).status == 200)
    let store = try world.store()
    let other = try world.list(.tickets).first { $0["phone"] == ForgetTests.other }?["id"].flatMap { Int($0) }
    let note = "Wasserrohr: Ada Muster holt den Schlüssel, 079 123 45 67 geht auch"
    try store.note(ticket: 1, text: note, by: ForgetTests.boss, at: world.clock.now)
    try store.note(
      ticket: try #require(other), text: "Ruft 0041 79 123 45 67 zurück", by: "Ada", at: world.clock.now)
    try store.write {
      try store.block(
        tenant: "doerfler", phone: TestWorld.caller, reason: .manual, at: world.clock.now, until: nil)
      try store.learnLineType(phone: TestWorld.caller, type: .mobile, from: "lookup", at: world.clock.now)
      try store.raiseAlert(
        cause: "odd", tenant: nil, detail: "+41 79 123 45 67 rief an", at: world.clock.now)
    }
    try world.run(after: 60)
    try world.deliverReports()
    try world.run()
    try Files.writeAtomically(
      Array("warning: number=+41791234567 twice 0791234567\n".utf8), to: "\(world.home.log)/run.log")
    try Files.writeAtomically(
      Array("kind: sms\n\nFrom=%2B41791234567&Body=x".utf8), to: "\(world.home.spoolRejected)/1.webhook")
    return world
  }

  private func cell(_ world: TestWorld, _ sql: String) throws -> String {
    let database = try Database(path: world.home.database, access: .readOnly)
    return try database.first(sql) { $0.text(0) } ?? "no row"
  }

  private func count(_ world: TestWorld, _ sql: String) throws -> Int { Int(try cell(world, sql)) ?? -1 }

  @Test func `neither number nor words are left in any file, while others have the database open`() throws {
    let world = try busyDay()
    // Of the other caller only the number in her words is to go.
    try HeldDatabase.run(
      "UPDATE tickets SET summary = replace(replace(summary, 'Wasserrohr', 'Rohr'), 'geplatzt', 'defekt') WHERE phone = '\(ForgetTests.other)'; "
        + "UPDATE inbound_messages SET body = replace(replace(body, 'Wasserrohr', 'Rohr'), 'geplatzt', 'defekt') WHERE sender = '\(ForgetTests.other)'; "
        + "UPDATE messages SET body = replace(replace(body, 'Wasserrohr', 'Rohr'), 'geplatzt', 'defekt') "
        + "WHERE ticket_id IN (SELECT id FROM tickets WHERE phone = '\(ForgetTests.other)')",
      on: world.home.database)
    #expect(try world.remains(of: TestWorld.caller, ForgetTests.words).count > 5)
    let handler = try Store.open(world.home, patience: 200)
    let runner = try world.store()
    _ = try (handler.health(at: world.clock.now), runner.health(at: world.clock.now))
    let report = try world.forget("079 123 45 67")
    #expect(try world.remains(of: TestWorld.caller, ForgetTests.words) == [])
    #expect(report.rows.calls == 1 && report.rows.replies == 2 && report.rows.tickets == 2)
    #expect(report.rows.photos == 1 && report.webhooks == 1 && report.logs == 1)
    #expect(report.remains == 0 && report.stillAtTwilio == 0)
    // The other caller's data is all there, a note with it.
    #expect(
      try cell(world, "SELECT group_concat(words) FROM ticket_events") == "Ruft forgotten zurück")
    #expect(try world.list(.tickets).contains { $0["phone"] == ForgetTests.other })
    #expect(try cell(world, "SELECT body FROM inbound_messages WHERE sender <> 'forgotten'").contains("Rohr"))
    _ = try (handler.health(at: world.clock.now), runner.health(at: world.clock.now))
    #expect(try Store.condition(of: world.home).verdict == "ok")
  }

  @Test func `texts and pictures are emptied at Twilio, those of others stay`() throws {
    let world = try busyDay()
    try world.text(
      "Foto", media: [(url: "https://media.example/1.jpg", type: "image/jpeg")])
    try world.run(after: 60)
    try world.deliverReports()
    let report = try world.forget()
    let texts = try world.standIn.messages()
    let mine = texts.filter { $0.to == TestWorld.caller || $0.from == TestWorld.caller }
    #expect(mine.count >= 5 && mine.allSatisfy { $0.body.isEmpty })
    #expect(texts.filter { $0.to == ForgetTests.boss && $0.body.contains("079 123 45 67") }.isEmpty)
    #expect(!texts.filter { $0.to == ForgetTests.other }.contains { $0.body.isEmpty })
    #expect(try world.standIn.mediaCount() == 0)
    #expect(report.stillAtTwilio == 0 && report.emptied >= 5)
  }

  @Test func `what is known afterwards is sane to list, and counts stay`() throws {
    let world = try busyDay()
    let before = try [ListName.calls, .messages, .tickets].map { try world.list($0).count }
    try world.forget()
    #expect(try [ListName.calls, .messages, .tickets].map { try world.list($0).count } == before)
    #expect(try world.list(.calls).filter { $0["from"] == "forgotten" }.count == 1)
    let message = try #require(try world.list(.messages).first { $0["to"] == "forgotten" })
    #expect(message["body"] == "" && message["sid"] != "" && message["state"] != "")
    let ticket = try #require(try world.list(.tickets).first { $0["phone"] == "forgotten" })
    #expect(ticket["summary"] == "" && ticket["photos"] == "[]" && ticket["status"] == "DONE")
    #expect(try world.list(.blocklist).isEmpty)
    #expect(try count(world, "SELECT count(*) FROM line_types") == 0)
    try world.store().listJSON(.messages, ListFilter()) { #expect($0.hasPrefix("{")) }
  }

  @Test func `what people called the number and did about it goes, and what it called itself`() throws {
    let world = try busyDay()
    let store = try world.store()
    try store.write {
      for phone in [TestWorld.caller, ForgetTests.other] {
        try store.saveContact(
          ContactRow(
            tenant: "doerfler", phone: phone, name: "Name \(phone)", kind: .private, note: "Hund",
            source: .desk, updatedAt: world.clock.now))
        try store.logEvent(.contactNamed, tenant: "doerfler", phone: phone, at: world.clock.now)
      }
    }
    let names = "SELECT count(*) FROM tickets WHERE caller_name IS NOT NULL"
    #expect(try count(world, names) == 1)
    try world.forget()
    #expect(try count(world, names) == 0)
    #expect(try cell(world, "SELECT group_concat(phone) FROM contacts") == ForgetTests.other)
    let phones = "SELECT group_concat(phone) FROM ticket_events WHERE phone IS NOT NULL"
    #expect(try cell(world, phones) == ForgetTests.other)
  }

  @Test func `an opted-out number stays opted out`() throws {
    let world = try busyDay()
    try world.text("STOP")
    #expect(try world.forget().rows.optOuts == 1)
    #expect(try world.list(.optouts).map { $0["phone"] } == [TestWorld.caller])
    let before = try world.texts().count
    world.miss()
    try world.run(after: 31)
    #expect(try world.list(.calls).last?["reason"] == "opted_out")
    #expect(try world.texts().count == before)
  }

  @Test func `a number nobody knows is said to be unknown, and forgetting twice changes nothing`() throws {
    let world = try busyDay()
    #expect(try world.forget("+41763334455").isEmpty)
    try world.forget()
    let tables = ["calls", "messages", "tickets", "inbound_messages"]
    let rows = try tables.map { try count(world, "SELECT total(length(quote(id))) FROM \($0)") }
    let again = try world.forget()
    #expect(again.rows.isEmpty)
    #expect(try tables.map { try count(world, "SELECT total(length(quote(id))) FROM \($0)") } == rows)
  }

  // MARK: what is under way

  @Test func `a miss that waits is skipped as withheld, and the ledger balances`() throws {
    let world = try TestWorld()
    world.miss()
    try world.forget()
    try world.run(after: 120)
    #expect(try world.texts().isEmpty)
    let call = try #require(try world.list(.calls).first)
    #expect(call["decision"] == "skipped" && call["reason"] == "withheld" && call["from"] == "forgotten")
  }

  @Test func `a deferred miss is not texted in the morning`() throws {
    let world = try TestWorld(at: Timestamp(iso8601: "2026-02-10T21:30:00Z") ?? TestWorld.tuesdayMorning)
    world.miss()
    try world.run(after: 31)
    #expect(try world.list(.calls).first?["decision"] == "deferred")
    try world.forget()
    for _ in 0..<12 { try world.run(after: 3600) }
    #expect(try world.texts().isEmpty)
    #expect(try world.list(.calls).first?["reason"] == "withheld")
  }

  @Test(arguments: [Fault.http500, .rate429(retryAfter: 600), .unauthorized401])
  func `a message that waits for its next try is given up`(_ fault: Fault) throws {
    let world = try TestWorld()
    world.miss()
    try world.standIn.plan("messages.create", fault: fault)
    try world.run(after: 31)
    #expect(try world.texts().isEmpty)
    try world.forget()
    for _ in 0..<10 { try world.run(after: 300) }
    #expect(try world.texts().isEmpty)
    #expect(try world.list(.messages).first?["state"] == "dead")
    #expect(try world.list(.calls).first?["reason"] == "dead")
    #expect(try count(world, "SELECT count(*) FROM alerts WHERE cause = 'dead_letter'") == 0)
    #expect(try world.remains() == [])
  }

  @Test func `a request that is under way is waited for, and its text erased at Twilio`() throws {
    let world = try TestWorld()
    world.miss()
    try world.standIn.plan("messages.create", fault: .slow(seconds: 3))
    world.clock.advance(seconds: 31)
    var forgotten: ForgetOutcome?
    world.transport.onPoll = {
      // In the middle of the runner's wait for Twilio's answer, another process forgets the number.
      guard forgotten == nil, world.transport.inFlight > 0 else { return }
      forgotten = ForgetOutcome()
      forgotten = try? world.forget()
    }
    try world.run()
    world.transport.onPoll = {}
    #expect(forgotten?.rows.calls == 1)
    try world.deliverReports()
    for _ in 0..<5 { try world.run(after: 300) }
    #expect(try world.standIn.messages(to: TestWorld.caller).map(\.body) == [""])
    #expect(try world.remains() == [])
    #expect(try world.list(.messages).count == 1)
  }

  @Test func `what may have left and whose answer is lost is not sent again`() throws {
    let world = try TestWorld()
    world.miss()
    try world.standIn.plan("messages.create", fault: .lostAnswer)
    try world.run(after: 31)
    #expect(try world.list(.messages).first?["state"] == "sending")
    try world.forget()
    // Its report proves that Twilio has it: then its text can be erased there too.
    try world.deliverReports()
    for _ in 0..<10 { try world.run(after: 60) }
    let sent = try world.standIn.messages(to: TestWorld.caller)
    #expect(sent.count == 1 && sent.allSatisfy { $0.body.isEmpty })
    #expect(try world.list(.messages).first?["state"] == "dead")
  }

  @Test(arguments: [30008, 30006, 30017, 30018])
  func `a failure reported afterwards makes no second try and teaches nothing`(_ code: Int) throws {
    let world = try TestWorld()
    try world.standIn.planDelivery(to: TestWorld.caller, DeliveryPlan(.undelivered(code)))
    world.miss()
    try world.run(after: 31)
    try world.forget()
    try world.deliverReports()
    for _ in 0..<10 { try world.run(after: 300) }
    #expect(try world.standIn.messages(to: TestWorld.caller).count == 1)
    #expect(try count(world, "SELECT count(*) FROM line_types") == 0)
    #expect(try world.list(.messages).first?["state"] == "dead")
    #expect(try world.remains() == [])
  }

  @Test func `the call that is going on is forgotten too, and its end makes no SMS`() throws {
    let world = try TestWorld()
    _ = world.post("voice", world.callFields("CA1", status: "ringing"))
    try world.forget()
    _ = world.post(
      "dial-result",
      world.callFields("CA1", status: "in-progress") + [
        ("DialCallStatus", "no-answer"), ("DialBridged", "false"),
      ])
    _ = world.post("call-status", world.callFields("CA1", status: "completed"))
    try world.run(after: 60)
    #expect(try world.texts().isEmpty)
    #expect(try world.list(.calls).map { $0["reason"] } == ["withheld"])
    #expect(try world.remains() == [])
  }

  @Test func `a spooled webhook is recorded first, so that its Sid is known`() throws {
    let world = try TestWorld()
    let held = try HeldDatabase(world.home.database)
    try world.text("Wasserrohr geplatzt")
    held.release()
    #expect(try world.remains(of: TestWorld.caller, ["Wasserrohr"]) != [])
    try world.forget()
    #expect(try world.remains(of: TestWorld.caller, ["Wasserrohr"]) == [])
    #expect(try count(world, "SELECT count(*) FROM inbound_messages") == 1)
    for _ in 0..<10 { try world.run(after: 60) }
    #expect(try world.remains(of: TestWorld.caller, ["Wasserrohr"]) == [])
  }

  @Test func `a webhook in the queue is recorded first, and what was put aside is found`() throws {
    let world = try TestWorld()
    let queue = try world.useQueue()
    world.miss()
    try world.text("Das Wasserrohr ist geplatzt")
    // Of a number that nobody has any more, and as a message that holds a tab travels.
    let strange = "MessageSid=SM9&From=%2B41791234567&To=%2B41435550177&Body=Wasserrohr%09"
    let kept = KeptWebhook(
      kind: "sms", query: "\t", body: Array(strange.utf8), receivedAt: world.clock.now)
    queue.put("base64:" + base64(kept.bytes))
    let report = try world.forget()
    #expect(!report.mayFollow && queue.count == 0)
    #expect(report.rows.calls == 1 && report.rows.replies == 1 && report.webhooks == 1, "\(report)")
    #expect(try world.remains(of: TestWorld.caller, ["Wasserrohr"]) == [])
    try world.run(after: 60)
    #expect(try world.remains(of: TestWorld.caller, ["Wasserrohr"]) == [])
    #expect(try world.texts().isEmpty)
  }

  @Test func `what a killed runner had taken from the queue is waited for`() throws {
    let world = try TestWorld()
    let queue = try world.useQueue()
    world.miss()
    queue.hide(at: world.clock.now)
    #expect(try !world.forget().mayFollow)
    #expect(queue.count == 0)
    #expect(try world.list(.calls).map { $0["from"] } == ["forgotten"])
    #expect(try world.remains() == [])
  }

  @Test func `with a queue that cannot be asked, it says that something may follow, and a second time helps`()
    throws
  {
    let world = try TestWorld()
    let queue = try world.useQueue()
    world.miss()
    queue.faults["ReceiveMessage"] = (0, "")
    #expect(try world.forget().mayFollow)
    queue.faults = ["GetQueueAttributes": (403, "AccessDeniedException")]
    #expect(try world.forget().mayFollow, "nobody says whether a runner has something in hand")
    queue.faults = [:]
    #expect(try !world.forget().mayFollow)
    #expect(try world.remains() == [])
  }

  @Test func `neither the sweep nor a repeated webhook brings anything back`() throws {
    let world = try TestWorld()
    try world.run()
    let played = try world.call()
    try world.run(after: 31)
    let reply = try world.standIn.receiveMessage(
      from: TestWorld.caller, to: TestWorld.number, body: "Wasserrohr geplatzt",
      url: "\(TestWorld.publicURL)/sms")
    _ = world.deliver(reply)
    try world.run(after: 5)
    world.transport.isUnreachable = true
    try world.forget()
    world.transport.isUnreachable = false
    for exchange in played.exchanges { _ = world.deliver(exchange.webhook) }
    _ = world.deliver(reply)
    for _ in 0..<15 { try world.run(after: 60) }
    #expect(try world.list(.calls).count == 1)
    #expect(try world.list(.tickets).count == 1)
    #expect(try world.remains(of: TestWorld.caller, ["Wasserrohr"]) == [])
  }

  // MARK: faults and crashes

  @Test(arguments: [
    Fault.http500, .rate429(retryAfter: 5), .lostAnswer, .hang(seconds: 30), .unauthorized401,
    .garbage(httpStatus: 200),
  ]) func `a fault at Twilio only delays the erasing there`(_ fault: Fault) throws {
    let world = try busyDay()
    try world.standIn.plan("messages.update", fault: fault, times: 30)
    try world.standIn.plan("media.*", fault: fault, times: 3)
    let report = try world.forget()
    #expect(report.stillAtTwilio > 0)
    #expect(try world.remains(of: TestWorld.caller, ForgetTests.words.filter { $0 == "Ada Muster" }) == [])
    try world.standIn.forgetFaults()
    for _ in 0..<12 { try world.run(after: 600) }
    #expect(try world.standIn.messages(to: TestWorld.caller).allSatisfy { $0.body.isEmpty })
    #expect(try count(world, "SELECT count(*) FROM erasures") == 0)
  }

  @Test func `a message that is still on its way is emptied when it has ended`() throws {
    let world = try TestWorld()
    world.miss()
    try world.run(after: 31)
    #expect(try world.forget().stillAtTwilio == 1)
    // That is no matter of another number's.
    #expect(try world.forget("+41763334455").stillAtTwilio == 0)
    try world.deliverReports()
    for _ in 0..<5 { try world.run(after: 60) }
    #expect(try world.standIn.messages(to: TestWorld.caller).map(\.body) == [""])
  }

  @Test func `killed after the transaction, the runner does the rest`() throws {
    let world = try busyDay()
    try world.run()
    let store = try world.store()
    let phone = try #require(PhoneNumberOf.caller)
    try store.write {
      _ = try store.forget(
        phone, isOurs: false, mentions: try store.mentions(of: .init(phone)), rateKeys: [],
        at: world.clock.now)
    }
    #expect(try Files.list("\(world.home.uploads)/doerfler").count == 1)
    for _ in 0..<3 { try world.run(after: 60) }
    #expect(try Files.list("\(world.home.uploads)/doerfler").isEmpty)
    #expect(try count(world, "SELECT count(*) FROM erasures") == 0)
    #expect(
      try world.remains().filter { !$0.hasPrefix("run.log") && !$0.hasPrefix("1.webhook") } == [])
    #expect(try world.standIn.messages(to: TestWorld.caller).allSatisfy { $0.body.isEmpty })
    // Given again, the command does what needed the number.
    try world.forget()
    #expect(try world.remains() == [])
  }

  @Test func `a transaction that fails leaves everything as it was, and can be repeated`() throws {
    let world = try busyDay()
    let held = try HeldDatabase(world.home.database)
    #expect(throws: (any Error).self) { try world.forget() }
    held.release()
    #expect(try world.list(.tickets).contains { $0["phone"] == TestWorld.caller })
    try world.forget()
    #expect(try world.remains() == [])
  }

  // MARK: reports

  @Test func `the report files are written anew without the number, and every figure stays`() throws {
    let world = try busyDay()
    world.clock.advance(seconds: 22 * 86_400)
    for _ in 0..<4 { try world.run(after: 600) }
    let folder = "\(world.home.reports)/2026-02"
    func file(_ name: String) throws -> String {
      String(decoding: try Files.read("\(folder)/\(name)_doerfler_2026-02.csv"), as: UTF8.self)
    }
    let before = try (report: file("report"), ledger: file("ledger"), messages: file("messages"))
    #expect(before.messages.contains("123"))
    let report = try world.forget()
    #expect(report.reports == 1)
    #expect(try file("report") == before.report)
    #expect(try file("ledger") == before.ledger)
    let messages = try file("messages")
    #expect(messages.contains("forgotten"))
    #expect(messages.split(separator: "\r\n").count == before.messages.split(separator: "\r\n").count)
    #expect(try world.remains() == [])
    let context = try world.batchContext()
    try EraseAgain.writeMonth(context, "2026-02")
    #expect(try file("messages") == messages)
    let sums = ReportSums(reports: world.home.reports)
    #expect(try sums.months().count == 1 && sums.faults() == [])
  }

  // MARK: other numbers

  @Test func `a number of the tenant's own people stays in the configuration and in their notices`() throws {
    let world = try busyDay()
    world.miss(from: ForgetTests.boss)
    try world.run(after: 31)
    let report = try world.forget(ForgetTests.boss)
    #expect(report.isOurs && report.rows.calls == 1)
    #expect(
      try world.list(.messages).contains { $0["to"] == ForgetTests.boss && $0["kind"] == "notification" })
    #expect(try !world.list(.calls).contains { $0["from"] == ForgetTests.boss })
  }

  @Test func `the inbox shows what is left of the ticket`() throws {
    let world = try busyDay()
    let text = try #require(try world.texts(to: ForgetTests.boss).last)
    let key = String(text[try #require(text.range(of: "?k=")).upperBound...])
    let cookie = try #require(
      world.browse("inbox", "k=\(key)").headers.first { $0.name == "Set-Cookie" }?.value)
    let headers = ["COOKIE": String(cookie.prefix { $0 != ";" })]
    try world.forget()
    let ticket = try #require(try world.list(.tickets).first { $0["phone"] == "forgotten" }?["id"])
    for query in ["", "view=done", "id=\(ticket)", "view=search&q=567"] {
      let page = world.browse("inbox", query, headers: headers)
      #expect(page.status == 200)
      #expect(!page.text.contains("791234567") && !page.text.contains("geplatzt, Nummer 079"))
      #expect(!page.text.contains("Schlüssel") && !page.text.contains("name=\"note\""))
    }
  }
}

private enum PhoneNumberOf {
  static let caller = PhoneNumber(e164: TestWorld.caller)
}

private enum EraseAgain {
  static func writeMonth(_ context: BatchContext, _ month: String) throws {
    let files = ReportFiles(store: context.store, zones: context.zones, dialect: .excelCH)
    let tenant = try #require(
      try BookTenant.all(store: context.store, settings: SettingsReader(path: context.home.settings)).first)
    _ = try files.write(
      tenant, try #require(CivilMonth(iso8601: month)), to: "\(context.home.reports)/\(month)")
  }
}
