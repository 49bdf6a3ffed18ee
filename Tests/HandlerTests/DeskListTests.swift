// DeskListTests.swift - the desk's lists: every page with its true count, every number to be rung, found by two
// characters, and which pages renew themselves.

import Business
import CGI
import LocalTime
import Store
import TestSupport
import Testing

struct DeskListTests {
  private static func phone(_ index: Int) -> String { "+41792\(String(1_000_000 + index).dropFirst(1))" }

  private func named(_ count: Int) throws -> Desk {
    let desk = try Desk()
    let store = try desk.world.store()
    try store.write {
      for index in 0..<count {
        try store.saveContact(
          ContactRow(
            tenant: "doerfler", phone: Self.phone(index), name: "Kunde \(index)", source: .import,
            updatedAt: desk.world.clock.now))
      }
    }
    return desk
  }

  @Test(arguments: ["view=contacts", "view=search&q=kunde"])
  func `contacts, and numbers found, come fifty on a page and say how many there are`(query: String) throws {
    let desk = try named(120)
    let pages = (1...3).map { desk.page("\(query)&page=\($0)") }
    #expect(pages.map { $0.matches(of: /tel:/).count } == [50, 50, 20])
    #expect(pages[0].contains("1–50 von 120") && pages[2].contains("101–120 von 120"))
    #expect(desk.page("\(query)&page=4").contains("101–120 von 120"))
  }

  @Test func `missed callers come fifty on a page, and the headings count all`() throws {
    let desk = try Desk()
    for index in 0..<53 { _ = desk.world.miss(from: Self.phone(index)) }
    let (first, second) = (desk.page("view=calls"), desk.page("view=calls&page=2"))
    #expect(first.matches(of: /<article/).count == 50 && second.matches(of: /<article/).count == 3)
    #expect(first.contains("Noch niemand hat sich gemeldet (53)") && second.contains("51–53 von 53"))
    try desk.post("handled", [("number", Self.phone(0)), ("version", "1")], from: "view=calls")
    #expect(desk.page("view=calls").contains("(52)</h2>"))
    #expect(desk.page("view=calls&page=2").contains("Erledigt (1)"))
  }

  @Test func `every number that stands on a page can be rung from it`() throws {
    let desk = try named(1)
    _ = desk.world.miss()
    try desk.world.run(after: 40)
    try desk.world.text("Heizung kalt")
    for (query, phone) in [
      ("", TestWorld.caller), ("id=1", TestWorld.caller), ("view=calls", TestWorld.caller),
      (Desk.link(TestWorld.caller), TestWorld.caller), ("view=search&q=hei", TestWorld.caller),
      ("view=contacts", Self.phone(0)), ("view=search&q=kunde", Self.phone(0)),
    ] {
      #expect(desk.page(query).contains("href=\"tel:\(phone)\""), "\(query)")
    }
    try desk.post("done", [("id", "1")], from: "id=1")
    #expect(desk.page("view=done").contains("href=\"tel:\(TestWorld.caller)\""))
  }

  @Test(arguments: ["67", "079 1", "+41 79 123", "he", "Me", "ÖF", "da"])
  func `two digits or letters find a request, by any part of number, name or text`(typed: String) throws {
    let desk = try Desk()
    _ = desk.world.miss()
    try desk.world.text("Der Ofen ist kalt: höfliche Bitte um Hilfe")
    try desk.post(
      "name", [("number", TestWorld.caller), ("contact_name", "Frau Meier")],
      from: Desk.link(TestWorld.caller))
    try desk.post("reply", [("id", "1"), ("text", "Bin um zwei da")], from: "id=1")
    let found = desk.page("view=search&q=\(percentEncoded(typed))")
    #expect(found.contains("<article") && found.contains("1 Anfrage"), "\(typed)")
    #expect(desk.page("view=search&q=h").contains("<article") == false)
  }

  @Test func `a caller without a request is found by a part of the number`() throws {
    let desk = try Desk()
    _ = desk.world.miss(from: "+41448108200")
    #expect(desk.page("view=search&q=108").contains("href=\"tel:+41448108200\""))
    #expect(desk.page("view=search&q=109").contains("tel:") == false)
  }

  @Test func `only the lists on which nobody types renew themselves, and can be stopped`() throws {
    let desk = try named(1)
    _ = desk.world.miss()
    try desk.world.text("Heizung kalt")
    let reload = "http-equiv=\"refresh\""
    for query in ["", "view=calls"] {
      #expect(desk.page(query).contains(reload), "\(query)")
      #expect(!desk.page(query + "&refresh=off").contains(reload))
    }
    for query in [
      "id=1", Desk.link(TestWorld.caller), "view=search", "view=search&q=he", "view=contacts", "view=done",
    ] {
      #expect(!desk.page(query).contains(reload), "\(query)")
    }
    // What was done is said once.
    #expect(desk.page("view=calls&did=handled").contains("content=\"60; url=inbox?view=calls\""))
  }

  @Test func `a caller who filled in the form has answered`() throws {
    let desk = try Desk()
    _ = desk.world.miss()
    try desk.world.run(after: 40)
    #expect(desk.page("view=calls").contains("SMS gesendet, keine Antwort"))
    desk.world.clock.advance(seconds: 60)
    try desk.world.sendForm(phone: TestWorld.caller)
    #expect(desk.page("view=calls").contains("SMS gesendet, Antwort da"))
  }

  @Test func `a long conversation shows its end, and keeps what came before behind one tap`() throws {
    let desk = try Desk()
    for index in 0..<60 {
      try desk.world.text("Wort \(index).")
      desk.world.clock.advance(seconds: 60)
    }
    let page = desk.page("id=1")
    let open = try #require(page.range(of: "</ol></details>"))
    #expect(page[open.upperBound...].contains("Wort 59.") && !page[open.upperBound...].contains("Wort 50."))
    #expect(page.contains("id=1&amp;page=2#history") || page.contains("id=1&page=2#history"))
    #expect(desk.page("id=1&page=2").contains("Wort 0."))
  }

  @Test func `what was before a request is linked only where something was`() throws {
    let desk = try Desk()
    try desk.world.text("Erste Sache")
    #expect(!desk.page("id=1").contains("Was vorher war"))
    try desk.post("done", [("id", "1")], from: "id=1")
    desk.world.clock.advance(seconds: 86_400)
    try desk.world.text("Zweite Sache")
    #expect(desk.page("id=2").contains("Was vorher war"))
  }

  @Test func `a canned answer greets whoever has no name without one`() throws {
    let desk = try Desk { $0.templates.answers = ["Guten Tag {name}, wir kommen."] }
    try desk.world.text("Heizung kalt")
    #expect(desk.page("id=1").contains("Guten Tag, wir kommen."))
  }

  @Test func `staff who answer by SMS read the caller's name`() throws {
    let desk = try Desk()
    _ = desk.world.miss()
    try desk.post(
      "name", [("number", TestWorld.caller), ("contact_name", "Frau Meier")],
      from: Desk.link(TestWorld.caller))
    try desk.world.text("Heizung kalt")
    try desk.world.run()
    try desk.world.text("1", from: Desk.boss)
    try desk.world.run()
    #expect(try #require(try desk.world.texts(to: Desk.boss).last).contains("Frau Meier"))
    #expect(desk.page("").contains("In Arbeit"))
  }

  @Test func `the open list says who is on duty`() throws {
    let desk = try Desk {
      $0.rotationFrom = CivilDate(year: 2026, month: 2, day: 9)
      $0.rotationPeople = ["+41790000099", "Anna <b>"]
    }
    #expect(desk.page("").contains("Im Dienst: 079 000 00 99"))
    desk.world.clock.advance(seconds: 7 * 86_400)
    #expect(desk.page("").contains("Im Dienst: Anna &lt;b&gt;"))
    #expect(try !Desk().page("").contains("Im Dienst"))
  }
}
