// ContactReadingTests.swift - address books as telephones and office programs write them.

import Testing

@testable import Business

@Suite struct ContactReadingTests {
  @Test func `a vCard's names, numbers and notes are read, its photo is passed over`() {
    let read = ContactVCards.read(
      "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Meier;Anna;;;\r\nFN:Anna Mei\r\n er\r\nitem1.TEL;TYPE=CELL:079 123 45 67\r\n"
        + "TEL;VALUE=\"uri\":tel:+41-44-123-45-67\r\nPHOTO;ENCODING=b:AAAA\r\n BBBB\r\nNOTE:Boiler\\, Keller\\nlinks\r\n"
        + "CATEGORIES:supplier\r\nEND:VCARD\r\n")
    #expect(
      read == [
        ReadContact(
          name: "Anna Meier", numbers: ["079 123 45 67", "tel:+41-44-123-45-67"], kind: .supplier,
          note: "Boiler, Keller\nlinks", line: 1)
      ])
  }

  @Test func `vCard 2.1 may be quoted-printable, and a card without full name has the structured one`() {
    let read = ContactVCards.read(
      "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCl=\nler;J=C3=BCrg\nTEL;CELL:0791234567\n"
        + "END:VCARD\n")
    #expect(read.map(\.name) == ["Jürg Müller"])
    #expect(read.map(\.numbers) == [["0791234567"]])
  }

  @Test(arguments: [
    ("CHARSET=ISO-8859-1;", "M=FCller =C3=BC"), ("CHARSET=WINDOWS-1252;", "M=FCller =C3=BC"),
    ("CHARSET=\"latin1\";", "M=FCller =C3=BC"), ("CHARSET=UTF-8;", "M=C3=BCller =C3=83=C2=BC"),
    ("", "M=C3=BCller =C3=83=C2=BC"),
  ]) func `a quoted-printable value is in the charset it names`(_ charset: String, _ value: String) {
    let read = ContactVCards.read(
      "BEGIN:VCARD\nVERSION:2.1\nFN;\(charset)ENCODING=QUOTED-PRINTABLE:\(value)\nTEL:0791234567\nEND:VCARD\n"
    )
    #expect(read.map(\.name) == ["Müller Ã¼"])
    #expect(read.map(\.unread) == [[]])
  }

  @Test func `a value in a charset that is not read is skipped and said, plain letters are the same in all`()
  {
    let read = ContactVCards.read(
      "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=SHIFT_JIS:Meier;Anna\n"
        + "NOTE;CHARSET=SHIFT_JIS;QUOTED-PRINTABLE:=83=65\nTEL:0791234567\nEND:VCARD\n")
    #expect(read.map(\.name) == ["Anna Meier"])
    #expect(read.map(\.note) == [""])
    #expect(read.map(\.unread) == [[.init(name: "NOTE", charset: "SHIFT_JIS")]])
  }

  @Test func `what is written is read again`() {
    let text = ContactVCards.written(
      name: "Müller; Söhne, \\ AG " + String(repeating: "ü", count: 60), phone: "+41791234567",
      kind: .private,
      note: "a\nb")
    #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 75 })
    let read = ContactVCards.read(text)
    #expect(read.first?.name.hasPrefix("Müller; Söhne, \\ AG ü") == true)
    #expect(read.first?.numbers == ["tel:+41791234567"])
    #expect(read.first?.kind == .private && read.first?.note == "a\nb")
  }

  @Test(arguments: [
    "Vorname;Nachname;Mobil;Typ;Notiz\r\nAnna;Meier;079 123 45 67;Lieferant;\"a;\"\"b\"\"\"\r\n",
    "Prénom\tNom\tTéléphone\tType\tRemarque\nAnna\tMeier\t079 123 45 67\tfournisseur\t\"a;\"\"b\"\"\"\n",
    "Nome,Cognome,Cellulare,Tipo,Nota\nAnna,Meier,079 123 45 67,fornitore,\"a;\"\"b\"\"\"",
    "Name|Phone number|Kind|Notes\nAnna Meier|079 123 45 67|supplier|a;\"b\"\n\n",
  ]) func `a table's columns are found by their headings`(_ text: String) {
    let read = ContactTable.read(text)
    #expect(read?.first?.numbers == ["079 123 45 67"])
    #expect(read?.first?.kind == .supplier)
    #expect(read?.first?.note == "a;\"b\"")
    #expect(read?.first?.line == 2 && read?.count == 1)
    #expect(read?.first?.name == "Anna Meier", "\(text)")
  }

  @Test func `a table without a column of numbers is none`() { #expect(ContactTable.read("a;b\n1;2") == nil) }

  @Test func `the charset is found out`() {
    let text = "Müller €"
    #expect(ContactText.decoded(Array(text.utf8)) == text)
    #expect(ContactText.decoded([0xEF, 0xBB, 0xBF] + Array(text.utf8)) == text)
    #expect(ContactText.decoded([0x4D, 0xFC, 0x6C, 0x6C, 0x65, 0x72, 0x20, 0x80]) == text)
    let little = text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    #expect(ContactText.decoded([0xFF, 0xFE] + little) == text)
  }
}
