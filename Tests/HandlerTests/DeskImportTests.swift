// DeskImportTests.swift - an address book that is sent to the desk: what becomes of it, and what is refused.

import Business
import CGI
import LocalTime
import Store
import TestSupport
import Testing

struct DeskImportTests {
  private static let anna = "+41791234567"
  private static let vCard = """
    BEGIN:VCARD
    VERSION:3.0
    FN:Anna Meier
    TEL;TYPE=CELL:079 123 45 67
    TEL:044 123 45 67
    NOTE:Hintereingang
    END:VCARD

    """
  private static let table = "Name;Telefon;Typ\nAnna Meier;079 123 45 67;Lieferant\n"

  private func file(_ text: String, _ name: String = "kontakte.vcf") -> FormPart {
    FormPart(file: "contacts", filename: name, type: "text/vcard", bytes: Array(text.utf8))
  }

  private func send(_ desk: Desk, _ file: FormPart?, _ more: [FormPart] = [], as person: String = Desk.boss)
    throws -> CGIResponse
  {
    try desk.upload(more + [FormPart("do", "import")] + (file.map { [$0] } ?? []), as: person)
  }

  private func contact(_ desk: Desk, _ phone: String = DeskImportTests.anna) throws -> ContactRow? {
    try desk.world.store().contact(tenant: "doerfler", phone: phone)
  }

  /// Nobody is known, and nobody is said to have brought an address book.
  private func isUntouched(_ desk: Desk) throws -> Bool {
    try desk.world.store().allContacts(tenant: "doerfler").isEmpty
      && desk.world.list(.events).allSatisfy { $0["type"] != "contacts_imported" }
  }

  @Test func `the form of the contacts' page sends a file and names its limit`() throws {
    let page = try Desk().page("view=contacts")
    #expect(page.contains("enctype=\"multipart/form-data\"") && page.contains("type=\"file\""))
    #expect(page.contains("name=\"do\" value=\"import\"") && page.contains("höchstens 4 MB"))
  }

  @Test func `a vCard's numbers get its name, and the log says who brought it`() throws {
    let desk = try Desk()
    let answer = try send(desk, file(Self.vCard), as: Desk.helper)
    #expect(answer.status == 200)
    #expect(
      answer.text.contains(
        "1 Einträge gelesen: 2 Nummern gespeichert, 0 unverändert, 0 ausgelassen."))
    #expect(answer.text.contains("Anna Meier") && answer.text.contains("Hintereingang"))
    for phone in [Self.anna, "+41441234567"] {
      #expect(try contact(desk, phone)?.name == "Anna Meier")
      #expect(try contact(desk, phone)?.source == .import)
    }
    let logged = try desk.world.list(.events).filter { $0["type"] == "contacts_imported" }
    #expect(logged.map { $0["detail"] } == ["\(Desk.helper) 2"])
  }

  @Test func `the same address book again changes nothing, and says so`() throws {
    let desk = try Desk()
    _ = try send(desk, file(Self.vCard))
    let before = try contact(desk)
    desk.world.clock.advance(seconds: 60)
    let again = try send(desk, file(Self.vCard))
    #expect(again.text.contains("0 Nummern gespeichert, 2 unverändert"))
    #expect(try contact(desk) == before)
  }

  @Test func `a table is taken too, whatever the file and its field are called`() throws {
    let desk = try Desk()
    var part = file(Self.table, "Mappe1")
    part.name = "irgendwas"
    #expect(try send(desk, part).status == 200)
    #expect(try contact(desk)?.kind == .supplier)
  }

  @Test func `what is left out is said line by line, with its reason`() throws {
    let desk = try Desk()
    try desk.post("name", [("number", Self.anna), ("contact_name", "Nachbarin")], from: Desk.link(Self.anna))
    let answer = try send(
      desk,
      file(
        "Name;Telefon\nAnna;0791234567\nOhne;\n<b>Wirr</b>;12<3\nBeat;0791234568\nZweiter;0791234568\n;0791234569\n"
      ))
    #expect(answer.text.contains("6 Einträge gelesen: 1 Nummern gespeichert, 0 unverändert, 5 ausgelassen."))
    for words in [
      "Zeile 2: +41791234567 heisst bei Ihnen schon «Nachbarin», und das bleibt",
      "Zeile 3: keine Telefonnummer",
      "Zeile 4: «12&lt;3» ist keine Telefonnummer", "Zeile 6: +41791234568 stand schon weiter oben",
      "Zeile 7: +41791234569 hat weder Namen noch Notiz",
    ] {
      #expect(answer.text.contains(words), "\(words)")
    }
    #expect(try contact(desk)?.name == "Nachbarin")
    #expect(try contact(desk, "+41791234569") == nil)
  }

  @Test func `whom somebody marked private stays so, and gets his name`() throws {
    let desk = try Desk()
    try desk.post("private", [("number", Self.anna)], from: Desk.link(Self.anna))
    _ = try send(desk, file("Name;Telefon;Typ\nAnna Meier;079 123 45 67;Kunde\n"))
    #expect(try contact(desk)?.kind == .private)
    #expect(try contact(desk)?.name == "Anna Meier")
  }

  @Test func `who is private in the file is not texted for the call that waits`() throws {
    let desk = try Desk()
    _ = desk.world.miss()
    _ = try send(desk, file("Name;Telefon;Typ\nFrau;\(TestWorld.caller);privat\n"))
    try desk.world.run(after: 40)
    #expect(try desk.world.texts().isEmpty)
  }

  @Test func `a name of a file is one line, as long as one that is typed, and turns no direction`() throws {
    let desk = try Desk()
    let name = "\u{202E}Frau\\n \u{2066}Meier " + String(repeating: "x", count: 100)
    _ = try send(desk, file("BEGIN:VCARD\nFN:\(name)\nTEL:079 123 45 67\nEND:VCARD\n"))
    #expect(try contact(desk)?.name == "Frau Meier " + String(repeating: "x", count: 69))
  }

  @Test(arguments: [
    ("", 422, "In dieser Datei steht niemand"), ("Name;Telefon\n", 422, "In dieser Datei steht niemand"),
    ("BEGIN:VCARD\nFN:Anna\n", 422, "In dieser Datei steht niemand"),
    ("Liebe Anna, anbei die Rechnung", 422, "Das ist kein Adressbuch"),
    ("\u{0}\u{1}\u{2}PNG", 422, "Das ist kein Adressbuch"),
  ]) func `what is no address book changes nothing, and the page says why`(
    text: String, status: Int, words: String
  ) throws {
    let desk = try Desk()
    let answer = try send(desk, file(text))
    #expect(answer.status == status && answer.text.contains(words))
    #expect(try isUntouched(desk))
  }

  @Test func `a form without a file asks for one, however it was sent`() throws {
    let desk = try Desk()
    let unchosen = FormPart(file: "contacts", filename: "", type: "application/octet-stream", bytes: [])
    for answer in [
      try send(desk, nil), try send(desk, unchosen), try desk.post("import", [], from: "view=contacts"),
    ] {
      #expect(answer.status == 422 && answer.text.contains("Bitte wählen Sie zuerst eine Datei."))
      #expect(answer.text.contains("aria-invalid=\"true\""))
    }
    #expect(try isUntouched(desk))
  }

  @Test(arguments: [4 << 20, 5 << 20]) func `a file above the limit is refused, one below is read`(
    bytes: Int
  ) throws {
    let desk = try Desk()
    let head = Self.table
    let padding = String(repeating: "x", count: bytes - head.utf8.count - 1)
    let answer = try send(desk, file(head + padding + "\n", "k.csv"))
    if bytes > 4 << 20 {
      #expect(answer.status == 413 && answer.text.contains("höchstens 4 MB. Ohne Fotos"))
      #expect(try isUntouched(desk))
    } else {
      #expect(answer.status == 200)
      #expect(try contact(desk)?.name == "Anna Meier")
    }
  }

  @Test func `a file of too many lines is refused, and of many that are left out the first are named`() throws
  {
    let desk = try Desk()
    let line = "A;1\n"
    let refused = try send(desk, file("Name;Telefon\n" + String(repeating: line, count: 60_000)))
    #expect(refused.status == 422 && refused.text.contains("zu viele Zeilen: höchstens 60000"))
    let read = try send(desk, file("Name;Telefon\n" + String(repeating: line, count: 250)))
    #expect(read.text.contains("250 ausgelassen.") && read.text.contains("<li>und 50 weitere</li>"))
    #expect(read.text.matches(of: /ist keine Telefonnummer/).count == 200)
    #expect(try isUntouched(desk))
  }

  @Test(arguments: [true, false]) func `a forged upload changes nothing`(tokenStandsFirst: Bool) throws {
    let desk = try Desk()
    let forged = FormPart("csrf", "x")
    let parts = [FormPart("do", "import"), file(Self.vCard)]
    let answer = try desk.upload(tokenStandsFirst ? [forged] + parts : parts + [forged])
    #expect(answer.status == 403 && answer.text.contains("Die Seite war zu lange offen"))
    #expect(try isUntouched(desk))
  }

  @Test func `a file that breaks off changes nothing`() throws {
    let desk = try Desk()
    let csrf = try #require(TestWorld.hidden("csrf", in: desk.page("view=contacts")))
    let body = TestWorld.multipart([FormPart("csrf", csrf), FormPart("do", "import"), file(Self.vCard)])
    let answer = desk.world.browse(
      "inbox", method: "POST", body: Array(body.dropLast(40)),
      contentType: "multipart/form-data; boundary=XyZ",
      headers: ["COOKIE": "opsfabric_inbox=\(Desk.boss)"])
    #expect(answer.status == 422 && answer.text.contains("kam nicht ganz an"))
    #expect(try isUntouched(desk))
  }

  @Test func `nobody who is not signed in brings an address book, and no other act comes with a file`() throws
  {
    let desk = try Desk()
    #expect(desk.world.submit("inbox", [FormPart("do", "import"), file(Self.vCard)]).status == 403)
    #expect(try desk.upload([FormPart("do", "spam"), FormPart("number", Self.anna)]).status == 404)
    #expect(try isUntouched(desk))
    #expect(!desk.page(Desk.link(Self.anna)).contains("Gesperrt"))
  }
}
