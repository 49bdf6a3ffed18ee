// VCardJudgeTests.swift - address books as vobject reads them, beside what we make of them.

import Testing

@testable import Business

@Suite(.enabled(if: OutsideJudge.has("vobject"), "the Python module vobject is not installed"))
struct VCardJudgeTests {
  /// One line each; `|` stands for a line break. Of the versions, and of the programs that write them.
  static let cards = [
    "BEGIN:VCARD|VERSION:3.0|N:Meier;Anna;;;|FN:Anna Meier|TEL;type=CELL;type=VOICE;type=pref:079 123 45 67|END:VCARD",
    "BEGIN:VCARD|VERSION:3.0|N:Meier;Anna;;;|FN:Anna Mei| er|item1.TEL;type=WORK:+41 44 123 45 67|item1.X-ABLabel:Büro|END:VCARD",
    "BEGIN:VCARD|VERSION:3.0|FN:Keller\\, Söhne \\; Co|N:;Keller\\, Söhne \\; Co;;;|TEL:044 123 45 67|TEL:079 123 45 67|END:VCARD",
    "BEGIN:VCARD|VERSION:2.1|N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCl=|ler;J=C3=BCrg|"
      + "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrg M=C3=BCller|TEL;CELL:0791234567|END:VCARD",
    "BEGIN:VCARD|VERSION:2.1|N:Rossi;Ugo|FN:Ugo Rossi|TEL;WORK;VOICE:+39 02 1234567|TEL;HOME:0917511122|END:VCARD",
    "BEGIN:VCARD|VERSION:4.0|N:Favre;Zoë;;;|FN:Zoë Favre|TEL;VALUE=uri;TYPE=\"cell,voice\":tel:+41-79-123-45-67|END:VCARD",
    "begin:vcard|version:3.0|n:Frei;Max;;;|fn:Max Frei|tel;type=cell:079 123 45 67|end:vcard",
  ]

  /// Name and numbers, tab between them.
  private func judged(_ cards: [String]) throws -> [String] {
    try OutsideJudge.ask(
      """
      import sys, vobject
      for line in sys.stdin.read().split("\\n"):
          card = vobject.readOne(line.replace("|", "\\r\\n") + "\\r\\n", allowQP=True)
          print(card.fn.value, *[tel.value for tel in card.contents["tel"]], sep="\\t")
      """, cards)
  }

  @Test func `names and numbers are those that vobject finds`() throws {
    let verdicts = try judged(Self.cards)
    #expect(verdicts.count == Self.cards.count)
    for (card, verdict) in zip(Self.cards, verdicts) {
      let read = ContactVCards.read(card.replacing("|", with: "\r\n") + "\r\n")
      #expect(read.map { ([$0.name] + $0.numbers).joined(separator: "\t") } == [verdict], "\(card)")
    }
  }

  @Test(arguments: ["Müller; Söhne, \\ AG", String(repeating: "ü", count: 90), "Zoë \u{1F527}"])
  func `what we write vobject reads`(name: String) throws {
    let text = ContactVCards.written(name: name, phone: "+41791234567", kind: .supplier, note: "Keller")
    let card = text.split(separator: "\r\n").joined(separator: "|")
    #expect(try judged([card]) == ["\(name)\ttel:+41791234567"])
  }
}
