// StaffMessageTests.swift - the tenant's people answer their notices by SMS (specification, section 11).

import Business
import LocalTime
import SQLite
import StandIn
import Store
import TestSupport
import Testing

struct StaffMessageTests {
  private static let anna = "+41796660001"
  private static let beat = "+41796660002"
  private static let shown = "079 123 45 67"

  private func world(_ change: (inout Tenant) -> Void = { _ in }) throws -> TestWorld {
    try TestWorld {
      $0.notify = [
        .init(channel: .sms, to: Self.anna, on: [.new, .urgent]),
        .init(channel: .sms, to: Self.beat, on: [.new, .urgent]),
      ]
      change(&$0)
    }
  }

  /// A caller has written, and the people were told.
  private func told(_ body: String = "Heizung kalt", _ change: (inout Tenant) -> Void = { _ in }) throws
    -> TestWorld
  {
    let world = try world(change)
    try world.text(body)
    try world.run()
    world.clock.advance(seconds: 60)
    return world
  }

  private func answer(_ world: TestWorld, _ body: String, from: String = anna) throws -> String? {
    let before = try world.texts(to: from).count
    try world.text(body, from: from)
    try world.run()
    let texts = try world.texts(to: from)
    #expect(texts.count <= before + 1)
    return texts.count > before ? texts.last : nil
  }

  private func acts(_ world: TestWorld) throws -> [String] {
    try world.list(.events).filter { ["ticket_started", "ticket_done", "ticket_note"].contains($0["type"]) }
      .map { "\($0["type"] ?? "") \($0["ticket"] ?? "") \($0["detail"] ?? "")" }
  }

  @Test(arguments: ["1", "ok", "Ja!", "oui", "sì", "Yes", "(1)"])
  func `1 takes the request of the last notice`(body: String) throws {
    let world = try told()
    #expect(try answer(world, body) == "Dörfler AG: Sie haben die Anfrage von \(Self.shown) übernommen.")
    let tickets = try world.list(.tickets)
    #expect(tickets.count == 1 && tickets[0]["status"] == "IN_PROGRESS" && tickets[0]["urgency"] == "MED")
    #expect(try acts(world) == ["ticket_started 1 \(Self.anna)"])
    #expect(try world.list(.optouts).isEmpty)
    #expect(try world.list(.messages).last?["kind"] == "notification")
  }

  @Test(arguments: ["2", "erledigt", "Fait.", "fatto", "DONE"])
  func `2 closes it`(body: String) throws {
    let world = try told()
    #expect(try answer(world, body) == "Dörfler AG: Die Anfrage von \(Self.shown) ist erledigt.")
    #expect(try world.list(.tickets).map { $0["status"] } == ["DONE"])
    #expect(try acts(world) == ["ticket_done 1 \(Self.anna)"])
  }

  @Test func `anything else becomes its note`() throws {
    let world = try told()
    let said = try answer(world, "Schlüssel beim Nachbarn, komme um 3")
    #expect(said == "Dörfler AG: Ihre Notiz steht bei der Anfrage von \(Self.shown).")
    #expect(try world.list(.tickets).map { $0["status"] } == ["NEW"])
    #expect(try acts(world) == ["ticket_note 1 \(Self.anna)"])
    #expect(try world.dump().contains { $0.contains("Schlüssel beim Nachbarn, komme um 3") })
  }

  @Test func `pictures go with the request; nothing at all says nothing`() throws {
    let world = try told()
    try world.text("", from: Self.anna, media: [("https://api.example/M1", "image/jpeg")])
    try world.run()
    #expect(try world.list(.tickets).first?["photos"] == "[\"https://api.example/M1\"]")
    #expect(try world.texts(to: Self.anna).count == 2)
    #expect(try answer(world, "\u{200B}") == nil)
    #expect(try acts(world).isEmpty)
  }

  @Test func `a request somebody else has stays his, and it is said who that is`() throws {
    let world = try told()
    _ = try answer(world, "1", from: Self.beat)
    let before = try world.list(.tickets)
    let said = try answer(world, "1")
    #expect(
      said
        == "Dörfler AG: Die Anfrage von \(Self.shown) hat schon 079 666 00 02 übernommen. Nichts wurde geändert."
    )
    #expect(
      try answer(world, "ok", from: Self.beat)
        == "Dörfler AG: Die Anfrage von \(Self.shown) haben Sie schon übernommen.")
    #expect(try world.list(.tickets) == before)
    #expect(try acts(world) == ["ticket_started 1 \(Self.beat)"])
    _ = try answer(world, "2", from: Self.beat)
    let late = try answer(world, "1")
    #expect(late == "Dörfler AG: Die Anfrage von \(Self.shown) war schon erledigt. Nichts wurde geändert.")
    #expect(try answer(world, "2") == late)
    #expect(try world.list(.tickets).map { $0["status"] } == ["DONE"])
  }

  @Test func `the last notice decides which request is meant, an answer of ours does not`() throws {
    let world = try told()
    #expect(try answer(world, "komme gleich") != nil)
    world.clock.advance(seconds: 60)
    try world.text("Wasser im Keller", from: "+41791110000")
    try world.run()
    world.clock.advance(seconds: 60)
    #expect(try answer(world, "1")?.contains("079 111 00 00") == true)
    #expect(try answer(world, "1")?.contains("079 111 00 00") == true)
    let status = try world.list(.tickets).map { "\($0["phone"] ?? "") \($0["status"] ?? "")" }
    #expect(Set(status) == ["\(TestWorld.caller) NEW", "+41791110000 IN_PROGRESS"])
  }

  @Test func `without a notice in 24 hours nothing changes, and one SMS says so`() throws {
    let none =
      "Dörfler AG: In den letzten 24 Stunden ging keine Meldung an diese Nummer. Nichts wurde geändert."
    let quiet = try world()
    #expect(try answer(quiet, "1") == none)
    #expect(try quiet.list(.tickets).isEmpty)
    let world = try told()
    _ = try answer(world, "1")
    world.clock.advance(seconds: 24 * 3600 - 61)
    #expect(try answer(world, "Notiz")?.contains("Notiz") == true)
    let later = try told()
    // The promise passes and is escalated; a day after that nothing is known any more.
    later.clock.advance(seconds: 86_400)
    try later.run()
    later.clock.advance(seconds: 86_401)
    let before = try later.list(.tickets)
    #expect(try answer(later, "1") == none)
    #expect(try later.list(.tickets) == before)
  }

  @Test func `a notice that never left decides nothing`() throws {
    let world = try world()
    try world.text("Heizung kalt")
    try world.text("1", from: Self.anna)
    #expect(try world.list(.tickets).map { $0["status"] } == ["NEW"])
  }

  @Test func `who stands in staff_numbers is staff, and told by nobody`() throws {
    let world = try told { $0.staffNumbers = ["+41796660009"] }
    #expect(try answer(world, "1", from: "+41796660009")?.contains("24 Stunden") == true)
    #expect(try world.list(.tickets).map { $0["status"] } == ["NEW"])
  }

  @Test func `one tenant's people are another tenant's callers`() throws {
    let world = try told()
    try world.addTenant("muster", number: "+41435550200")
    try world.text("1", from: Self.anna, to: "+41435550200")
    try world.run()
    let ticket = try #require(try world.list(.tickets).first { $0["tenant"] == "muster" })
    #expect(ticket["phone"] == Self.anna && ticket["urgency"] == "HIGH")
    #expect(try world.list(.messages).contains { $0["tenant"] == "muster" && $0["kind"] == "confirmation" })
    #expect(try world.list(.tickets).first { $0["tenant"] == "doerfler" }?["status"] == "NEW")
  }

  @Test func `with a shared sender staff is staff where it belongs`() throws {
    let world = try world()
    try world.addTenant("alpha", number: "+41435550200") { $0.smsSender = TestWorld.number }
    #expect(try answer(world, "1")?.hasPrefix("Dörfler AG: In den letzten") == true)
    #expect(try world.list(.tickets).isEmpty)
    // A caller is still whose tenant texted him last.
    world.clock.advance(seconds: 60)
    world.miss(from: "+41791110000", to: "+41435550200")
    try world.run(after: 31)
    try world.text("1", from: "+41791110000")
    #expect(try world.list(.tickets).map { $0["tenant"] } == ["alpha"])
  }

  @Test func `STOP opts a person out, who is then answered no more; YES comes back and takes`() throws {
    let world = try told()
    #expect(try answer(world, "STOP") == nil)
    #expect(try world.list(.optouts).map { $0["phone"] } == [Self.anna])
    #expect(try answer(world, "1") == nil)
    #expect(try world.list(.tickets).map { $0["status"] } == ["IN_PROGRESS"])
    #expect(try answer(world, "START") == nil)
    #expect(try world.list(.optouts).isEmpty)
    let other = try told()
    _ = try answer(other, "STOP")
    #expect(try answer(other, "Yes")?.contains("übernommen") == true)
    #expect(try other.list(.optouts).isEmpty)
  }

  @Test func `what Twilio has answered is a note without an answer of ours`() throws {
    let world = try told()
    #expect(try answer(world, "Info") == nil)
    #expect(try acts(world) == ["ticket_note 1 \(Self.anna)"])
  }

  @Test func `a thumb on a notice does nothing`() throws {
    let world = try told()
    #expect(try answer(world, "Liked “Dörfler AG: Neue Anfrage von 079 123 45 67.”") == nil)
    #expect(try acts(world).isEmpty && world.list(.tickets).count == 1)
  }

  @Test func `the same MessageSid does nothing twice`() throws {
    let world = try told()
    for body in ["komme", "1"] {
      let webhook = try world.standIn.receiveMessage(
        from: Self.anna, to: TestWorld.number, body: body, url: "\(TestWorld.publicURL)/sms")
      #expect(world.deliver(webhook).status == 200)
      let once = try world.dump()
      for _ in 0..<3 { #expect(world.deliver(webhook).status == 200) }
      #expect(try world.dump() == once)
    }
    try world.run()
    #expect(try world.texts(to: Self.anna).count == 1 + 2)
  }

  @Test func `a machine behind a person's number is answered twenty times a day`() throws {
    let world = try told()
    for index in 0..<30 { try world.text("Ich bin in den Ferien (\(index))", from: Self.anna) }
    try world.run()
    try world.run(after: 60)
    #expect(try world.texts(to: Self.anna).count == 1 + 20)
    #expect(try world.list(.tickets).count == 1)
  }

  @Test func `a number of our own among the staff is never answered`() throws {
    let world = try told { $0.staffNumbers = ["+41435550200"] }
    try world.addTenant("muster", number: "+41435550200")
    #expect(try answer(world, "1", from: "+41435550200") == nil)
    #expect(try world.list(.tickets).count == 1)
  }

  @Test(arguments: [
    ("fr", "Dörfler AG: Vous avez pris en charge la demande de 079 123 45 67."),
    ("it", "Dörfler AG: Ha preso in carico la richiesta di 079 123 45 67."),
    ("en", "Dörfler AG: You have taken the request from 079 123 45 67."),
  ])
  func `people are answered in the tenant's language`(language: String, text: String) throws {
    let world = try told { $0.language = .init(rawValue: language) ?? .de }
    #expect(try answer(world, "1") == text)
  }

  @Test func `when the caller is forgotten, so is what was written about him`() throws {
    let world = try told()
    _ = try answer(world, "Frau Meier von gegenüber hat den Schlüssel")
    try world.standIn.deliverMessages()
    try world.forget()
    #expect(try world.remains(["Meier"]) == [])
    #expect(try answer(world, "1")?.contains("24 Stunden") == true)
  }
}
