// ReplyTests.swift - every row of spec section 4 through the `sms` handler and the runner.

import Business
import LocalTime
import StandIn
import TestSupport
import Testing

struct ReplyTests {
  /// A caller who has got the missed-call SMS.
  private func texted(_ change: (inout Tenant) -> Void = { _ in }) throws -> TestWorld {
    let world = try TestWorld(change)
    world.miss()
    try world.run(after: 31)
    #expect(try world.texts().count == 1)
    return world
  }

  @Test(arguments: [
    ("1", "HIGH", "NEW", "", "Verstanden - dringend. Dörfler AG meldet sich sofort."),
    ("2", "MED", "NEEDS_CALLBACK", "", "Rückruf notiert. Dörfler AG ruft bis heute 15:15 zurück."),
    (
      "Wasser im Keller", "MED", "NEW", "Wasser im Keller",
      "Danke, Ihre Nachricht ist eingegangen. Dörfler AG meldet sich bis heute 15:15."
    ),
  ])
  func `a reply makes a ticket and a confirmation`(
    body: String, urgency: String, status: String, summary: String, confirmation: String
  ) throws {
    let world = try texted()
    let reply = try world.text(body)
    #expect(reply.status == 200)
    #expect(reply.text.contains("<Response/>"))
    let ticket = try #require(try world.list(.tickets).first)
    #expect(ticket["urgency"] == urgency)
    #expect(ticket["status"] == status)
    #expect(ticket["summary"] == summary)
    #expect(ticket["source"] == "missed_call")
    #expect(ticket["phone"] == TestWorld.caller)
    try world.run()
    #expect(try world.texts().last == confirmation)
    #expect(try world.list(.messages).last?["kind"] == "confirmation")
  }

  @Test func `3 sends the wizard link and makes no ticket yet`() throws {
    let world = try texted()
    try world.text("3")
    try world.run()
    #expect(try world.list(.tickets).isEmpty)
    #expect(
      try world.texts().last
        == "Hier können Sie Ihre Anfrage mit Foto senden: "
        + "https://doerfler.example.ch/anfrage?ref=missed_call&phone=%2B41791234567")
    #expect(try world.list(.messages).last?["kind"] == "wizard_link")
  }

  @Test(arguments: [" 1 ", "1.", "\"1\"", "«1»", "１", "1️⃣", "1!", "1\n"])
  func `1 in other clothes is still 1`(body: String) throws {
    let world = try texted()
    try world.text(body)
    #expect(try world.list(.tickets).first?["urgency"] == "HIGH")
  }

  @Test func `1 bitte is free text`() throws {
    let world = try texted()
    try world.text("1 bitte")
    let ticket = try #require(try world.list(.tickets).first)
    #expect(ticket["urgency"] == "MED")
    #expect(ticket["summary"] == "1 bitte")
  }

  @Test(arguments: ["(1)", "\u{3164}1", "\u{E0001}1\u{FE0F}", "\u{FFFC}1", "> 1 = Dringend / Notfall"])
  func `brackets, what shows nothing and a copied menu line do not hide a 1`(body: String) throws {
    let world = try texted()
    try world.text(body)
    #expect(try world.list(.tickets).first?["urgency"] == "HIGH")
  }

  @Test func `a line of the tenant's own menu counts`() throws {
    let world = try texted {
      $0.templates.missedCall = "{Betrieb}: 1) Rohrbruch\n2) Côté Termin\nTel. {phone}"
    }
    try world.text("1) rohrbruch")
    #expect(try world.list(.tickets).first?["urgency"] == "HIGH")
  }

  @Test(arguments: ["HELP", "INFO", "Info", " info "])
  func `a word that Twilio answers is a request, and not answered twice`(body: String) throws {
    let world = try texted { $0.notify = [.init(channel: .sms, to: "+41796660001", on: [.new])] }
    try world.text(body)
    try world.run()
    let ticket = try #require(try world.list(.tickets).first)
    #expect(ticket["urgency"] == "MED" && ticket["status"] == "NEW" && ticket["source"] == "missed_call")
    #expect(ticket["summary"] == body.filter { $0 != " " })
    #expect(try world.texts().count == 1)
    #expect(try world.texts(to: "+41796660001").count == 1)
    #expect(try world.eventTypes().filter { $0 == "help" }.count == 1)
    #expect(try world.list(.optouts).isEmpty)
  }

  @Test func `no reply means no follow-up`() throws {
    let world = try texted()
    for _ in 0..<48 { try world.run(after: 1800) }
    #expect(try world.texts().count == 1)
    #expect(try world.list(.tickets).isEmpty)
  }

  @Test func `an open ticket of the day is updated and its urgency only rises`() throws {
    let world = try texted()
    try world.text("2")
    try world.text("Heizung kalt")
    try world.text("1")
    try world.text("2")
    let tickets = try world.list(.tickets)
    #expect(tickets.count == 1)
    #expect(tickets.first?["urgency"] == "HIGH")
    #expect(tickets.first?["status"] == "NEEDS_CALLBACK")
    #expect(tickets.first?["summary"] == "Heizung kalt")
    #expect(try world.eventTypes().filter { $0 == "reply" }.count == 4)
  }

  @Test func `a rise in urgency moves the promise forward and nothing moves it back`() throws {
    let world = try texted()
    try world.text("2")
    #expect(try world.list(.tickets).first?["sla_due_at"] == "2026-02-10T14:00:31Z")
    world.clock.advance(seconds: 60)
    try world.text("1")
    #expect(try world.list(.tickets).first?["sla_due_at"] == "2026-02-10T09:31:31Z")
    try world.text("noch etwas")
    #expect(try world.list(.tickets).first?["sla_due_at"] == "2026-02-10T09:31:31Z")
  }

  @Test func `the next local day, and after the ticket is done, a reply makes a new ticket`() throws {
    let world = try texted()
    try world.text("2")
    #expect(
      try world.store().finishTicket(ifOpen: 1, outcome: .other, amount: nil, by: "anna", at: world.clock.now)
    )
    try world.text("2")
    #expect(try world.list(.tickets).count == 2)
    world.clock.now = try #require(Timestamp(iso8601: "2026-02-10T22:59:00Z"))
    try world.text("2")
    #expect(try world.list(.tickets).count == 2)
    world.clock.advance(seconds: 60)
    try world.text("2")
    #expect(try world.list(.tickets).count == 3)
  }

  @Test func `the same MessageSid twice is one reply`() throws {
    let world = try texted()
    let webhook = try world.standIn.receiveMessage(
      from: TestWorld.caller, to: TestWorld.number, body: "Rohr geplatzt", url: "\(TestWorld.publicURL)/sms")
    for _ in 0..<3 { #expect(world.deliver(webhook).status == 200) }
    try world.run()
    #expect(try world.list(.tickets).first?["summary"] == "Rohr geplatzt")
    #expect(try world.texts().count == 2)
  }

  @Test func `a message nobody asked for makes a ticket of source sms`() throws {
    let world = try TestWorld()
    try world.text("Guten Tag")
    #expect(try world.list(.tickets).first?["source"] == "sms")
  }

  @Test func `pictures are kept with the ticket as links`() throws {
    let world = try texted()
    try world.text(
      "Leck", media: [("https://api.example/M1", "image/jpeg"), ("https://api.example/M2", "image/png")])
    #expect(
      try world.list(.tickets).first?["photos"] == "[\"https://api.example/M1\",\"https://api.example/M2\"]")
  }

  @Test func `a picture without words is a message too`() throws {
    let world = try texted()
    try world.text("", media: [("https://api.example/M1", "image/jpeg")])
    #expect(try world.list(.tickets).count == 1)
  }

  @Test(arguments: ["STOP", "stop", "Stopp", "ABMELDEN", "unsubscribe", "Arrêt"])
  func `stop words opt out without a ticket or an answer, and later misses are skipped`(word: String) throws {
    let world = try texted()
    try world.text(word)
    try world.run()
    #expect(try world.list(.tickets).isEmpty)
    #expect(try world.texts().count == 1)
    #expect(try world.list(.optouts).first?["phone"] == TestWorld.caller)
    world.clock.advance(seconds: 3600)
    world.miss()
    try world.run(after: 31)
    #expect(try world.list(.calls).last?["reason"] == "opted_out")
  }

  @Test func `start words opt in again`() throws {
    let world = try texted()
    try world.text("STOP")
    try world.text("START")
    #expect(try world.list(.optouts).isEmpty)
    #expect(try world.list(.tickets).isEmpty)
  }

  @Test func `someone who opted out and writes gets a ticket but no confirmation`() throws {
    let world = try texted()
    try world.text("STOPP")
    try world.text("2")
    try world.run()
    #expect(try world.list(.tickets).count == 1)
    #expect(try world.texts().count == 1)
  }

  @Test func `at most five confirmations per number and hour, then log only`() throws {
    let world = try texted()
    for index in 0..<9 { try world.text("Nachricht \(index)") }
    try world.run()
    #expect(try world.texts().count == 1 + 5)
    #expect(try world.list(.tickets).first?["summary"]?.split(separator: "\n").count == 9)
    world.clock.advance(seconds: 3601)
    try world.text("und noch eine")
    try world.run()
    #expect(try world.texts().count == 1 + 6)
  }

  @Test func `at most ten confirmations per number in 24 hours, and every request stands in the ticket`()
    throws
  {
    let world = try TestWorld(at: try #require(Timestamp(iso8601: "2026-02-09T23:30:00Z")))
    for index in 0..<22 {
      try world.text("Nachricht \(index)")
      try world.run(after: 3000)
    }
    #expect(try world.texts().count == 10)
    #expect(try world.list(.tickets).first?["summary"]?.split(separator: "\n").count == 22)
    #expect(try world.eventTypes().filter { $0 == "confirmation_withheld" }.count == 12)
    world.clock.advance(seconds: 86_400 - 12 * 3000)
    try world.text("am nächsten Tag")
    try world.run()
    #expect(try world.texts().count == 11)
  }

  @Test func `tenants that share a sender: the reply belongs to the one that texted last`() throws {
    let world = try texted()
    try world.addTenant("muster", number: "+41435550200") { $0.smsSender = TestWorld.number }
    world.clock.advance(seconds: 600)
    world.miss(to: "+41435550200")
    try world.run(after: 31)
    try world.text("1")
    #expect(try world.list(.tickets).map { $0["tenant"] } == ["muster"])
  }

  @Test func `another tenant's number gets no confirmation`() throws {
    let world = try TestWorld()
    try world.addTenant("muster", number: "+41435550200")
    try world.text("Danke, Ihre Nachricht ist eingegangen.", from: "+41435550200")
    try world.run()
    #expect(try world.list(.messages).isEmpty)
    #expect(try world.list(.tickets).count == 1)
  }

  @Test(arguments: [
    ("fr", "Heute"), ("it", "Heute"), ("en", "Heute"),
  ])
  func `the other languages answer in their own words`(language: String, german: String) throws {
    let world = try texted { $0.language = .init(rawValue: language) ?? .de }
    try world.text("2")
    try world.run()
    let texts = try world.texts()
    #expect(texts.count == 2)
    #expect(texts.allSatisfy { $0.contains("Dörfler AG") && !$0.lowercased().contains("heute") })
    #expect(try world.list(.messages).allSatisfy { $0["encoding"] == "GSM-7" })
  }
}
