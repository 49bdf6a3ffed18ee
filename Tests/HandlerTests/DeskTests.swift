// DeskTests.swift - the desk beyond a request's states: missed calls, conversations, answers by SMS, names, marks.
// A test for each sentence of the specification, section 11.

import Business
import CGI
import Desk
import LocalTime
import Store
import TestSupport
import Testing

/// A tenant whose boss and helper are signed in.
struct Desk {
  static let boss = "+41796660001"
  static let helper = "+41796660002"
  /// Signed in by a link, but none of `notify`.
  static let guest = "Aushilfe"
  let world: TestWorld
  private let cookies: [String: String]

  init(_ change: (inout Tenant) -> Void = { _ in }) throws {
    world = try TestWorld {
      $0.notify = [
        .init(channel: .sms, to: Desk.boss, on: [.new, .urgent]),
        .init(channel: .sms, to: Desk.helper, on: [.escalation], order: 2),
      ]
      change(&$0)
    }
    var made: [String: String] = [:]
    let world = world
    for person in [Desk.boss, Desk.helper, Desk.guest] {
      let store = try world.store()
      try store.write {
        try store.addInboxSession(
          hash: InboxKey.hash(person), person: InboxPerson(tenant: "doerfler", person: person),
          at: world.clock.now, expiresAt: world.clock.now.adding(days: 30))
      }
      made[person] = "opsfabric_inbox=\(person)"
    }
    cookies = made
  }

  /// A page, as a person sees it.
  func page(_ query: String, as person: String = Desk.boss) -> String { response(query, as: person).text }

  func response(_ query: String, as person: String = Desk.boss) -> CGIResponse {
    world.browse("inbox", query, headers: ["COOKIE": cookies[person] ?? ""])
  }

  /// A form of the page that is at `query`.
  @discardableResult
  func post(
    _ action: String, _ fields: [(String, String)], from query: String, as person: String = Desk.boss,
    page shown: String? = nil
  ) throws -> CGIResponse {
    let page = shown ?? page(query, as: person)
    var all = [("do", action)] + fields
    for name in ["csrf", "version", "once"] where !fields.contains(where: { $0.0 == name }) {
      if let value = TestWorld.hidden(name, in: page) { all.append((name, value)) }
    }
    let body = all.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&")
    return world.browse(
      "inbox", method: "POST", body: Array(body.utf8), contentType: "application/x-www-form-urlencoded",
      headers: ["COOKIE": cookies[person] ?? ""])
  }

  /// A form with files; the token of the page it stands on goes first, unless a part brings another.
  func upload(_ parts: [FormPart], as person: String = Desk.boss) throws -> CGIResponse {
    let csrf = try #require(TestWorld.hidden("csrf", in: page("view=contacts", as: person)))
    let own = parts.contains { $0.name == "csrf" } ? [] : [FormPart("csrf", csrf)]
    return world.submit("inbox", own + parts, headers: ["COOKIE": cookies[person] ?? ""])
  }

  /// The number as a link of the desk writes it.
  static func link(_ phone: String) -> String { "number=%2B\(phone.dropFirst())" }
}

struct DeskTests {
  private static let caller = TestWorld.caller
  private static let landline = "+41448108200"

  /// A caller who was texted after a miss.
  private func missed(_ from: String = DeskTests.caller) throws -> Desk {
    let desk = try Desk()
    _ = desk.world.miss(from: from)
    try desk.world.run(after: 40)
    return desk
  }

  private func ticket(_ desk: Desk, _ id: Int = 1) throws -> [String: String] {
    try #require(try desk.world.list(.tickets).first { $0["id"] == String(id) })
  }

  // MARK: calls

  @Test func `a caller who never answered stands under calls, with what was done`() throws {
    let desk = try missed()
    let page = desk.page("view=calls")
    #expect(page.contains("079 123 45 67") && page.contains("SMS gesendet, keine Antwort"))
    #expect(page.contains("Noch niemand hat sich gemeldet (1)"))
    #expect(page.contains("href=\"tel:+41791234567\""))
  }

  @Test func `calls of one caller are one entry, that says how often`() throws {
    let desk = try missed()
    _ = desk.world.miss()
    try desk.world.run(after: 40)
    #expect(desk.page("view=calls").contains("2 Anrufe"))
    #expect(desk.page("view=calls").contains("(1)</h2>"))
  }

  @Test func `of a landline that has pressed a key nobody says that it has not`() throws {
    let desk = try missed(Self.landline)
    try desk.world.call(from: Self.landline) { $0.pressed = ["2"] }
    try desk.world.run(after: 40)
    #expect(!desk.page("view=calls").contains("keine Taste"))
  }

  @Test func `a landline and a withheld number stand there in words of their own`() throws {
    let desk = try missed(Self.landline)
    _ = desk.world.miss(from: "anonymous")
    try desk.world.run(after: 40)
    let page = desk.page("view=calls")
    #expect(page.contains("Festnetz, keine Taste"))
    #expect(page.contains("Nummer unterdrückt, keine SMS möglich"))
    #expect(page.contains("(2)</h2>"))
  }

  @Test func `whoever says so has handled a caller, and a new miss asks again`() throws {
    let desk = try missed()
    let reply = try desk.post("handled", [("number", Self.caller)], from: "view=calls")
    #expect(reply.status == 303)
    #expect(desk.page("view=calls").contains("Erledigt (1)"))
    desk.world.clock.advance(seconds: 60)
    _ = desk.world.miss()
    try desk.world.run(after: 40)
    #expect(desk.page("view=calls").contains("Noch niemand hat sich gemeldet (1)"))
  }

  @Test func `a call without a number is acted on by itself`() throws {
    let desk = try missed("anonymous")
    #expect(try desk.post("handled", [("call", "1")], from: "view=calls").status == 303)
    #expect(desk.page("view=calls").contains("Erledigt (1)"))
    #expect(try desk.post("make-ticket", [("call", "1")], from: "view=calls").status == 303)
    #expect(try ticket(desk)["phone"] == "anonymous")
  }

  @Test func `a caller whose request was taken, and one who was reached later, are handled`() throws {
    let desk = try missed()
    try desk.world.text("2")
    try desk.world.run()
    #expect(desk.page("view=calls").contains("SMS gesendet, Antwort da"))
    try desk.post("start", [("id", "1")], from: "id=1")
    #expect(desk.page("view=calls").contains("Erledigt (1)"))
    let other = try missed()
    try other.world.call(.answered(seconds: 30))
    #expect(other.page("view=calls").contains("Erledigt (1)"))
  }

  @Test func `a call made into a request is a promise of staff's, and from a missed call`() throws {
    let desk = try missed(Self.landline)
    let reply = try desk.post("make-ticket", [("number", Self.landline)], from: "view=calls")
    #expect(reply.headers.contains(.init(name: "Location", value: "inbox?id=1&did=make-ticket")))
    let made = try ticket(desk)
    #expect(made["source"] == "staff" && made["urgency"] == "MED" && made["status"] == "NEEDS_CALLBACK")
    #expect(desk.page("view=calls").contains("Erledigt (1)"))
    // Nobody is told of what somebody has just made himself, and a second tap makes no second one.
    try desk.world.run()
    #expect(try desk.world.texts(to: Desk.boss).isEmpty)
    try desk.post("make-ticket", [("number", Self.landline)], from: "view=calls")
    #expect(try desk.world.list(.tickets).count == 1)
  }

  @Test func `the list of calls goes back thirty days`() throws {
    let desk = try missed()
    desk.world.clock.advance(seconds: 29 * 86_400)
    #expect(desk.page("view=calls").contains("079 123 45 67"))
    desk.world.clock.advance(seconds: 86_400)
    #expect(!desk.page("view=calls").contains("079 123 45 67"))
  }

  // MARK: conversation

  @Test func `a request is a conversation in order of time`() throws {
    let desk = try missed()
    desk.world.clock.advance(seconds: 60)
    try desk.world.text("Heizung kalt")
    try desk.world.run()
    desk.world.clock.advance(seconds: 60)
    try desk.post("note", [("id", "1"), ("note", "Schlüssel beim Nachbarn")], from: "id=1")
    desk.world.clock.advance(seconds: 60)
    try desk.post("reply", [("id", "1"), ("text", "Bin in 20 Min. da")], from: "id=1")
    let page = desk.page("id=1")
    let history = page[try #require(page.range(of: "<h2 id=\"history\">")).upperBound...]
    var rest = history
    for words in [
      "Anruf verpasst", "SMS nach dem Anruf", "Heizung kalt", "Bestätigung", "Schlüssel beim Nachbarn",
      "079 666 00 01", "Unsere Antwort", "Bin in 20 Min. da",
    ] {
      let found = String(rest).range(of: words)
      #expect(found != nil, "\(words)")
      if let found { rest = String(rest)[found.upperBound...] }
    }
  }

  @Test func `what was before the last closed request stands on the number's page`() throws {
    let desk = try missed()
    try desk.world.text("Erste Sache")
    try desk.post("done", [("id", "1")], from: "id=1")
    desk.world.clock.advance(seconds: 86_400)
    try desk.world.text("Zweite Sache")
    let second = desk.page("id=2")
    #expect(second.contains("Zweite Sache") && !second.contains("Erste Sache"))
    #expect(second.contains("?number=%2B41791234567"))
    let number = desk.page(Desk.link(Self.caller))
    #expect(number.contains("Zweite Sache") && number.contains("Erste Sache"))
  }

  // MARK: answers

  @Test func `an answer leaves at once from the tenant's sender, and the request is taken`() throws {
    let desk = try missed()
    try desk.world.text("2")
    try desk.world.run()
    let reply = try desk.post("reply", [("id", "1"), ("text", "Bin in 20 Min. da")], from: "id=1")
    #expect(reply.status == 303)
    try desk.world.run()
    #expect(try desk.world.texts().last == "Bin in 20 Min. da")
    let message = try #require(try desk.world.list(.messages).last { $0["kind"] == "staff_reply" })
    #expect(message["from"] == TestWorld.number && message["state"] == "accepted")
    #expect(try ticket(desk)["status"] == "IN_PROGRESS")
  }

  @Test func `the same answer posted twice goes once`() throws {
    let desk = try missed()
    let page = desk.page(Desk.link(Self.caller))
    for _ in 0..<2 {
      let reply = try desk.post(
        "reply", [("number", Self.caller), ("text", "Ich rufe an")], from: "", page: page)
      #expect(reply.status == 303)
    }
    try desk.world.run()
    #expect(try desk.world.texts().filter { $0 == "Ich rufe an" }.count == 1)
    // It makes a request where none is open, already in work.
    #expect(try desk.world.list(.tickets).map { $0["status"] } == ["IN_PROGRESS"])
    #expect(try ticket(desk)["source"] == "staff")
  }

  @Test(arguments: [
    (landline, "Festnetzanschluss"), ("+447911123456", "gehen keine SMS"),
  ]) func `a number that gets no SMS is not offered one, and says why`(phone: String, why: String) throws {
    let desk = try missed(phone)
    let page = desk.page(Desk.link(phone))
    #expect(page.contains(why) && !page.contains("id=\"text\""))
    let reply = try desk.post("reply", [("number", phone), ("text", "Hallo")], from: Desk.link(phone))
    #expect(reply.status == 422 && reply.text.contains(why))
    #expect(try desk.world.list(.messages).allSatisfy { $0["kind"] != "staff_reply" })
  }

  @Test func `nobody who opted out meanwhile is written to, nor one who is blocked`() throws {
    let desk = try missed()
    let page = desk.page(Desk.link(Self.caller))
    try desk.world.text("STOP")
    let stopped = try desk.post(
      "reply", [("number", Self.caller), ("text", "Hallo")], from: "", page: page)
    #expect(stopped.status == 422 && stopped.text.contains("STOP"))
    try desk.world.text("START")
    try desk.post("spam", [("number", Self.caller)], from: Desk.link(Self.caller))
    let blocked = try desk.post(
      "reply", [("number", Self.caller), ("text", "Hallo")], from: "", page: page)
    #expect(blocked.status == 422 && blocked.text.contains("gesperrt"))
  }

  @Test(arguments: [
    ("", 422), ("  \n ", 422), (String(repeating: "a", count: 306), 303),
    (String(repeating: "a", count: 307), 422),
    (String(repeating: "👍", count: 66), 303), (String(repeating: "👍", count: 67), 422),
    ("\u{202E}rechts", 303), (String(repeating: "x", count: 10_000), 422),
  ]) func `an answer has at most two segments, and what was typed is kept`(text: String, status: Int) throws {
    let desk = try missed()
    let reply = try desk.post(
      "reply", [("number", Self.caller), ("text", text)], from: Desk.link(Self.caller))
    #expect(reply.status == status)
    if status == 422 && text.count > 10 {
      #expect(reply.text.contains(text.prefix(60)) && reply.text.contains("höchstens 2 gehen"))
    }
  }

  @Test func `another person's act overtakes an answer, the caller's new words do not`() throws {
    let desk = try missed()
    try desk.world.text("Heizung kalt")
    let before = desk.page("id=1")
    desk.world.clock.advance(seconds: 5)
    try desk.world.text("Und die Küche")
    #expect(
      try desk.post("reply", [("id", "1"), ("text", "Komme")], from: "", page: before).status == 303)
    let now = desk.page("id=1")
    desk.world.clock.advance(seconds: 5)
    try desk.post("note", [("id", "1"), ("note", "Ich fahre hin")], from: "id=1", as: Desk.helper)
    let late = try desk.post("reply", [("id", "1"), ("text", "Komme gleich")], from: "", page: now)
    #expect(late.status == 409)
    #expect(late.text.contains("Ich fahre hin") && late.text.contains("Komme gleich"))
  }

  @Test func `nothing is closed unread: a new text overtakes that somebody is done`() throws {
    let desk = try missed()
    try desk.world.text("Heizung kalt")
    let before = desk.page("id=1")
    desk.world.clock.advance(seconds: 5)
    try desk.world.text("Und die Küche")
    #expect(try desk.post("done", [("id", "1")], from: "", page: before).status == 409)
  }

  @Test func `while a person has answered the machine keeps quiet, and the words reach that person`() throws {
    let desk = try missed()
    try desk.world.text("2")
    try desk.world.run()
    try desk.post("reply", [("id", "1"), ("text", "Welche Farbe?")], from: "id=1", as: Desk.helper)
    try desk.world.run()
    let (sent, told) = (try desk.world.texts().count, try desk.world.texts(to: Desk.boss).count)
    desk.world.clock.advance(seconds: 60)
    try desk.world.text("Blau bitte")
    try desk.world.run()
    #expect(try desk.world.texts().count == sent)
    #expect(try desk.world.texts(to: Desk.boss).count == told)
    let notices = try desk.world.texts(to: Desk.helper)
    #expect(notices.count == 1 && notices[0].contains("Blau bitte"))
    // A figure is an answer to what was asked, and within five minutes there is one notice.
    desk.world.clock.advance(seconds: 30)
    try desk.world.text("3")
    try desk.world.run()
    #expect(try desk.world.texts(to: Desk.helper).count == 1)
    try desk.world.run(after: 300)
    #expect(try desk.world.texts(to: Desk.helper).count == 2)
    #expect(try desk.world.texts().count == sent)
    #expect(desk.page("id=1").contains("Blau bitte"))
    // The next day as well, and a day later the machine answers again.
    desk.world.clock.advance(seconds: 25 * 3600)
    try desk.world.text("Noch etwas")
    try desk.world.run()
    #expect(try desk.world.texts().count == sent + 1)
  }

  @Test func `an emergency in a talk wakes the chain all the same`() throws {
    let desk = try missed()
    try desk.world.text("2")
    try desk.post("reply", [("id", "1"), ("text", "Komme morgen")], from: "id=1", as: Desk.helper)
    try desk.world.run()
    let told = try desk.world.texts(to: Desk.boss).count
    desk.world.clock.advance(seconds: 60)
    try desk.world.text("1")
    try desk.world.run()
    #expect(try desk.world.texts(to: Desk.boss).count == told + 1)
    #expect(try ticket(desk)["urgency"] == "HIGH")
  }

  // MARK: names and marks

  @Test func `a name stands instead of the number, on the desk and in notices, and is found`() throws {
    let desk = try missed()
    let named = try desk.post(
      "name",
      [
        ("number", Self.caller), ("contact_name", "Frau <b>Meier</b>"), ("contact_kind", "supplier"),
        ("contact_note", "Hintereingang"),
      ], from: Desk.link(Self.caller))
    #expect(named.status == 303)
    #expect(desk.page("view=calls").contains("Frau &lt;b&gt;Meier&lt;/b&gt;"))
    #expect(desk.page("view=contacts").contains("Hintereingang"))
    for typed in ["meier", "12+34", "eing"] {
      #expect(desk.page("view=search&q=\(typed)").contains("Meier"), "\(typed)")
    }
    try desk.world.text("Heizung kalt")
    try desk.world.run()
    #expect(try #require(try desk.world.texts(to: Desk.boss).last).contains("Meier"))
    #expect(desk.page("").contains("Frau &lt;b&gt;Meier"))
    // Taken back with an empty name.
    try desk.post("name", [("number", Self.caller), ("contact_name", "")], from: Desk.link(Self.caller))
    #expect(!desk.page("view=contacts").contains("Meier"))
  }

  @Test func `a form's name is offered, and taken with one tap`() throws {
    let desk = try Desk()
    try desk.world.sendForm(phone: Self.caller)
    #expect(desk.page("id=1").contains("value=\"Ada Muster\""))
  }

  @Test func `spam blocks, stops what waits, closes as spam, and is undone without opening anything`() throws
  {
    let desk = try missed()
    try desk.world.text("Heizung kalt")
    _ = desk.world.miss()
    try desk.post("spam", [("number", Self.caller)], from: Desk.link(Self.caller))
    #expect(try desk.world.list(.blocklist).map { $0["reason"] } == ["staff"])
    #expect(try ticket(desk)["status"] == "DONE")
    let sent = try desk.world.texts().count
    try desk.world.run(after: 60)
    #expect(try desk.world.texts().count == sent)
    #expect(try desk.world.list(.calls).contains { $0["reason"] == "blocked" })
    try desk.post("unspam", [("number", Self.caller)], from: Desk.link(Self.caller))
    #expect(try desk.world.list(.blocklist).isEmpty)
    #expect(try ticket(desk)["status"] == "DONE")
  }

  @Test func `a private number is never texted by the machine, but by people, and its texts make requests`()
    throws
  {
    let desk = try missed()
    try desk.post("private", [("number", Self.caller)], from: Desk.link(Self.caller))
    let sent = try desk.world.texts().count
    desk.world.clock.advance(seconds: 3600)
    _ = desk.world.miss()
    try desk.world.run(after: 60)
    #expect(try desk.world.list(.calls).contains { $0["reason"] == "private" })
    try desk.world.text("Komme später")
    try desk.world.run()
    #expect(try desk.world.texts().count == sent)
    #expect(try desk.world.list(.tickets).count == 1)
    try desk.post("reply", [("id", "1"), ("text", "Gut")], from: "id=1")
    try desk.world.run()
    #expect(try desk.world.texts().last == "Gut")
    #expect(desk.page("view=calls").contains("Erledigt (1)"))
    try desk.post("unprivate", [("number", Self.caller)], from: Desk.link(Self.caller))
    #expect(!desk.page("view=contacts").contains("079 123"))
  }

  @Test func `a canned answer stands in the field with one tap, with name and promise`() throws {
    let desk = try Desk { $0.templates.answers = ["Guten Tag {name}, wir rufen bis {SLA} an."] }
    _ = desk.world.miss()
    try desk.post(
      "name", [("number", Self.caller), ("contact_name", "Frau Meier")], from: Desk.link(Self.caller))
    try desk.world.text("2")
    let page = desk.page("id=1&answer=1")
    #expect(page.contains("Guten Tag Frau Meier, wir rufen bis"))
    let field = try #require(page.range(of: "id=\"text\""))
    #expect(page[field.upperBound...].contains("Guten Tag Frau Meier"))
    #expect(!page.contains("{SLA}"))
  }

  @Test func `entries of one name are one person, and a link for the name signs him in`() throws {
    let desk = try Desk {
      $0.notify = [
        .init(channel: .sms, to: Desk.boss, on: [.new, .urgent], name: "Anna"),
        .init(channel: .email, to: "anna@doerfler.example", on: [.escalation], name: "Anna"),
        .init(channel: .sms, to: Desk.helper, on: [.escalation], name: "Beat"),
      ]
    }
    _ = desk.world.miss()
    try desk.world.text("2")
    try desk.post("assign", [("id", "1"), ("person", "Beat")], from: "id=1")
    #expect(desk.page("id=1").contains("Übergeben an Beat"))
    #expect(desk.page("").contains("Anna") && desk.page("").contains("In Arbeit: Beat"))
    #expect(!desk.page("id=1").contains("anna@doerfler.example"))
  }

  // MARK: closing, giving away

  @Test(arguments: [
    ([("outcome", "won"), ("amount", "480")], "Auftrag erhalten", "CHF 480.00"),
    ([("outcome", "won"), ("amount", "1'234,5")], "Auftrag erhalten", "CHF 1234.50"),
    ([("outcome", "lost")], "Kein Auftrag", ""), ([], "Anderes", ""),
  ]) func `done asks what came of it, and one tap is other`(
    fields: [(String, String)], outcome: String, amount: String
  ) throws {
    let desk = try missed()
    try desk.world.text("Heizung kalt")
    #expect(try desk.post("done", [("id", "1")] + fields, from: "id=1").status == 303)
    let page = desk.page("id=1")
    #expect(page.contains(outcome) && (amount.isEmpty || page.contains(amount)))
  }

  @Test(arguments: ["viel", "-5", "1.234", "99999999999"])
  func `a sum that is none closes nothing, and comes back`(typed: String) throws {
    let desk = try missed()
    try desk.world.text("Heizung kalt")
    let reply = try desk.post(
      "done", [("id", "1"), ("outcome", "won"), ("amount", typed), ("note", "Rechnung folgt")], from: "id=1")
    #expect(reply.status == 422)
    #expect(reply.text.contains("value=\"\(typed)\"") && reply.text.contains("Rechnung folgt"))
    #expect(try ticket(desk)["status"] == "NEW")
  }

  @Test func `a request given away is the other's, and he is told`() throws {
    let desk = try missed()
    try desk.world.text("Heizung kalt")
    try desk.world.run()
    let reply = try desk.post("assign", [("id", "1"), ("person", Desk.helper)], from: "id=1")
    #expect(reply.status == 303)
    try desk.world.run()
    #expect(try desk.world.texts(to: Desk.helper).count == 1)
    #expect(try ticket(desk)["status"] == "IN_PROGRESS")
    #expect(desk.page("").contains("079 666 00 02"))
    let nobody = try desk.post("assign", [("id", "1"), ("person", "Niemand")], from: "id=1")
    #expect(nobody.status == 422)
  }

  // MARK: others

  @Test func `another tenant's requests, numbers and calls are not there`() throws {
    let desk = try missed()
    try desk.world.addTenant("other", number: "+41435550000")
    try desk.world.text("Fremde Sache", from: "+41791112233", to: "+41435550000")
    _ = desk.world.miss(from: "+41791112233", to: "+41435550000")
    #expect(desk.response("id=1").status == 404)
    #expect(!desk.page(Desk.link("+41791112233")).contains("Fremde Sache"))
    #expect(!desk.page("view=search&q=fremde").contains("Fremde Sache"))
    #expect(!desk.page("view=calls").contains("111 22 33"))
    #expect(try desk.post("handled", [("call", "2")], from: "view=calls").status == 404)
    #expect(try desk.post("reply", [("id", "1"), ("text", "x")], from: "view=calls").status == 404)
  }

  @Test func `a form without its token changes nothing`() throws {
    let desk = try missed()
    for fields in [
      [("do", "spam"), ("number", Self.caller)], [("do", "handled"), ("number", Self.caller)],
      [("do", "reply"), ("number", Self.caller), ("text", "x")],
    ] {
      let reply = try desk.post(fields[0].1, [("csrf", "forged")] + fields.dropFirst(), from: "view=calls")
      #expect(reply.status == 403)
    }
    #expect(try desk.world.list(.blocklist).isEmpty)
    #expect(desk.page("view=calls").contains("Noch niemand hat sich gemeldet (1)"))
  }

  @Test func `icon and manifest need no sign-in and tell nothing`() throws {
    let desk = try missed()
    let icon = desk.world.browse("inbox", "file=icon")
    #expect(icon.status == 200)
    #expect(icon.body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let manifest = desk.world.browse("inbox", "file=manifest").text
    #expect(manifest.contains("\"start_url\":\"inbox\"") && !manifest.contains("Dörfler"))
  }
}
