// DeskFormTests.swift - forms of the desk that come late, twice, forged, from an old page, or with words of any length.

import Business
import CGI
import Desk
import LocalTime
import Store
import TestSupport
import Testing

struct DeskFormTests {
  private static let caller = TestWorld.caller

  /// A caller who wrote after a miss: request 1.
  private func asked(_ words: String = "Heizung kalt") throws -> Desk {
    let desk = try Desk()
    _ = desk.world.miss()
    try desk.world.run(after: 40)
    try desk.world.text(words)
    try desk.world.run()
    return desk
  }

  private func tickets(_ desk: Desk) throws -> [[String: String]] { try desk.world.list(.tickets) }

  // MARK: answers

  @Test func `a note that was typed goes along with an answer`() throws {
    let desk = try asked()
    let fields = [("id", "1"), ("text", "Komme um 10"), ("note", "Schlüssel im Milchkasten")]
    let shown = desk.page("id=1")
    for _ in 0..<2 { #expect(try desk.post("reply", fields, from: "", page: shown).status == 303) }
    let page = desk.page("id=1")
    #expect(page.contains("Schlüssel im Milchkasten") && page.contains("Komme um 10"))
    let notes = try desk.world.list(.events).filter { $0["type"] == "ticket_note" }
    #expect(notes.count == 1)
  }

  @Test func `an answer on a request that is done makes a new one, in work`() throws {
    let desk = try asked()
    try desk.post("done", [("id", "1")], from: "id=1")
    let reply = try desk.post("reply", [("id", "1"), ("text", "Noch eine Frage")], from: "id=1")
    #expect(reply.status == 303)
    #expect(try tickets(desk).map { $0["status"] } == ["DONE", "IN_PROGRESS"])
    #expect(try tickets(desk).last?["source"] == "staff")
  }

  @Test func `an answer without version and mark is taken, as from a page of before`() throws {
    let desk = try asked()
    let page = desk.page("id=1")
    let csrf = try #require(TestWorld.hidden("csrf", in: page))
    let bare = "<input type=\"hidden\" name=\"csrf\" value=\"\(csrf)\">"
    #expect(try desk.post("reply", [("id", "1"), ("text", "Ja")], from: "", page: bare).status == 303)
    #expect(try desk.post("done", [("id", "1")], from: "", page: bare).status == 303)
    #expect(try desk.world.store().ticket(id: 1)?.outcome == .other)
  }

  @Test func `a page from before the update, whose version has one part, still works`() throws {
    let desk = try asked()
    let page = desk.page("id=1")
    let version = try #require(TestWorld.hidden("version", in: page)?.split(separator: "-").first)
    let reply = try desk.post("start", [("id", "1"), ("version", String(version))], from: "", page: page)
    #expect(reply.status == 303)
    #expect(try tickets(desk)[0]["status"] == "IN_PROGRESS")
  }

  @Test func `of two people who answer at once the second sees the first's words, with his own kept`() throws
  {
    let desk = try asked()
    let (first, second) = (desk.page("id=1"), desk.page("id=1", as: Desk.helper))
    desk.world.clock.advance(seconds: 1)
    #expect(
      try desk.post("reply", [("id", "1"), ("text", "Bin unterwegs")], from: "", page: first).status == 303)
    desk.world.clock.advance(seconds: 1)
    let late = try desk.post(
      "reply", [("id", "1"), ("text", "Komme morgen"), ("note", "Leiter mitnehmen")], from: "",
      as: Desk.helper,
      page: second)
    #expect(late.status == 409)
    for words in ["Bin unterwegs", "Komme morgen", "Leiter mitnehmen"] {
      #expect(late.text.contains(words), "\(words)")
    }
    try desk.world.run()
    #expect(try desk.world.texts().contains("Bin unterwegs"))
    #expect(try !desk.world.texts().contains("Komme morgen"))
  }

  @Test func `what the desk sends counts with what calls and replies cause, and waits above the ceiling`()
    throws
  {
    let desk = try Desk { $0.smsLimits = Ceiling(perHour: 3, perDay: 10) }
    _ = desk.world.miss()
    try desk.world.run(after: 40)
    for index in 0..<5 {
      let reply = try desk.post(
        "reply", [("number", Self.caller), ("text", "Nummer \(index)")], from: Desk.link(Self.caller),
        as: Desk.guest)
      #expect(reply.status == 303)
    }
    try desk.world.run()
    #expect(try desk.world.texts().count == 3)
    #expect(
      try desk.world.list(.messages).filter { $0["state"] == "queued" && $0["kind"] == "staff_reply" }.count
        == 3)
  }

  @Test func `a guest works as everybody does, and what the caller says next reaches the chain`() throws {
    let desk = try asked()
    let told = try desk.world.texts(to: Desk.boss).count
    try desk.post("reply", [("id", "1"), ("text", "Welche Farbe?")], from: "id=1", as: Desk.guest)
    #expect(desk.page("").contains("In Arbeit: Aushilfe"))
    #expect(!desk.page("id=1").contains("<option value=\"Aushilfe\""))
    try desk.world.text("Blau")
    try desk.world.run(after: 301)
    #expect(try desk.world.texts(to: Desk.boss).count == told + 1)
    #expect(try #require(try desk.world.texts(to: Desk.boss).last).contains("Blau"))
  }

  // MARK: closing

  @Test func `a sum without an outcome is a job won, and stands in the list of what is done`() throws {
    let desk = try asked()
    try desk.post("done", [("id", "1"), ("amount", "480")], from: "id=1")
    #expect(try desk.world.store().ticket(id: 1)?.outcome == .won)
    #expect(desk.page("view=done").contains("Auftrag erhalten, CHF 480.00"))
  }

  // MARK: ids

  @Test(arguments: [
    "id=0", "id=-1", "id=99999999999999999999", "id=1%20OR%201", "id=", "number=", "number=anonymous",
    "number=%2B0", "number=%2B41791234567'--", "photo=1", "photo=x",
  ]) func `what is no id of this tenant's is not there`(query: String) throws {
    #expect(try asked().response(query).status == 404)
  }

  @Test(arguments: [
    "page=0", "page=-5", "page=99999999999999999999", "page=x", "view=nothing", "answer=9&id=1",
  ])
  func `a query that makes no sense shows what is nearest`(query: String) throws {
    let desk = try asked()
    for view in ["", "view=calls&", "view=done&", "view=contacts&", "view=search&q=hei&", "id=1&"] {
      #expect(desk.response(view + query).status == 200, "\(view)")
    }
  }

  @Test(arguments: [
    "start", "done", "reopen", "note", "reply", "handled", "make-ticket", "spam", "unspam", "private",
    "unprivate",
    "name", "assign", "call", "nonsense",
  ]) func `an act on a forged id, number or call changes nothing`(action: String) throws {
    let desk = try asked()
    let before = (try tickets(desk), try desk.world.list(.events).count)
    for field in [("id", "77"), ("number", "+0"), ("number", "anonymous"), ("call", "77"), ("call", "1")] {
      let reply = try desk.post(action, [field, ("text", "x"), ("note", "x")], from: "")
      #expect(reply.status == 404, "\(field)")
    }
    #expect(try tickets(desk) == before.0)
    #expect(try desk.world.list(.events).count == before.1)
  }

  // MARK: names

  @Test func `a name too long and a note too long come back as they were typed`() throws {
    let desk = try asked()
    let (name, note) = (String(repeating: "n", count: 81), String(repeating: "z", count: 501))
    for (fields, words) in [
      ([("contact_name", name), ("contact_note", "Hintereingang")], "höchstens 80"),
      ([("contact_name", "Frau Meier"), ("contact_note", note)], "höchstens 500"),
    ] {
      let reply = try desk.post("name", [("number", Self.caller)] + fields, from: Desk.link(Self.caller))
      #expect(reply.status == 422 && reply.text.contains(words))
      for (_, typed) in fields { #expect(reply.text.contains("value=\"\(typed)\"")) }
    }
    #expect(!desk.page("view=contacts").contains("Meier"))
  }

  @Test func `what turns the direction of words is no part of a name`() throws {
    let desk = try asked()
    try desk.post(
      "name", [("number", Self.caller), ("contact_name", "\u{202E}Frau\r\n \u{2066}Meier\u{200F}")],
      from: Desk.link(Self.caller))
    #expect(desk.page("").contains(">Frau Meier</a>"))
  }

  @Test func `a name from the form is taken with one tap, on the request's own page`() throws {
    let desk = try Desk()
    try desk.world.sendForm(phone: Self.caller)
    let page = desk.page("id=1")
    #expect(page.contains("<details open><summary><h2 id=\"contact\">"))
    let reply = try desk.post("name", [("id", "1"), ("contact_name", "Ada Muster")], from: "id=1")
    #expect(reply.headers.contains(.init(name: "Location", value: "inbox?id=1&did=name")))
    let store = try desk.world.store()
    #expect(try store.contact(tenant: "doerfler", phone: Self.caller)?.source == .form)
    #expect(desk.page("").contains("Ada Muster"))
  }

  // MARK: missed calls

  @Test func `who calls again meanwhile is not seen to by a tap on the call before`() throws {
    let desk = try Desk()
    _ = desk.world.miss()
    try desk.world.run(after: 40)
    let before = desk.page("view=calls")
    desk.world.clock.advance(seconds: 60)
    _ = desk.world.miss()
    let late = try desk.post("handled", [("number", Self.caller)], from: "", page: before)
    #expect(late.status == 409 && late.text.contains("weiterer Anruf"))
    #expect(desk.page("view=calls").contains("Noch niemand hat sich gemeldet (1)"))
    #expect(try desk.post("handled", [("number", Self.caller)], from: "view=calls").status == 303)
  }

  @Test func `spam, private and their undoing can each be posted twice`() throws {
    let desk = try asked()
    for action in ["spam", "spam", "unspam", "unspam", "private", "private", "unprivate", "unprivate"] {
      let reply = try desk.post(action, [("number", Self.caller)], from: Desk.link(Self.caller))
      #expect(reply.status == 303, "\(action)")
    }
    #expect(try desk.world.list(.blocklist).isEmpty)
    #expect(try tickets(desk).map { $0["status"] } == ["DONE"])
  }
}
