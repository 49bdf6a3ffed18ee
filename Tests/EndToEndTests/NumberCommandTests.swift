// NumberCommandTests.swift - the operator's commands about people: show, disclose, contacts, inbox.

import Platform
import TestSupport
import Testing

extension EndToEnd {
  struct NumberCommandTests {
    private static let caller = ShippedInstallation.caller

    private func file(_ shipped: ShippedInstallation, _ name: String, _ text: String) throws -> String {
      let path = "\(shipped.folder)/\(name)"
      try Files.writeAtomically(Array(text.utf8), to: path)
      return path
    }

    private func importing(_ shipped: ShippedInstallation, _ text: String) throws -> ProgramResult {
      try shipped.opsfabric("contacts", "import", "doerfler", file(shipped, "book", text))
    }

    @Test func `show tells a number's whole story, and one thing by its ID`() throws {
      let shipped = try ShippedInstallation()
      #expect(try shipped.opsfabric("show", Self.caller).output.contains("nothing is known about it"))
      #expect(shipped.post("sms", shipped.smsFields("SM1", "Rohr <geplatzt>")).status == 200)
      #expect(
        try importing(shipped, "Name;Telefon;Typ;Notiz\nAda Muster;079 123 45 67;;Hund\n").exitCode == 0)
      let told = try shipped.opsfabric("show", "079", "123", "45", "67")
      #expect(told.exitCode == 0 && told.output.hasPrefix(Self.caller))
      #expect(told.output.contains("Ada Muster, customer, Hund") && told.output.contains("Rohr <geplatzt>"))
      let whole = try shipped.opsfabric("show", Self.caller, "--json").output
      #expect(whole.contains("\"name\":\"Ada Muster\"") && whole.contains("\"what\":\"reply\""))
      let id = try #require(try shipped.only("tickets")["id"])
      let ticket = try shipped.opsfabric("show", "ticket", id)
      #expect(ticket.output.hasPrefix("ticket \(id)") && ticket.output.contains("Ada Muster"))
      #expect(try shipped.opsfabric("show", "ticket", "4711").exitCode == 1)
      #expect(try shipped.opsfabric("show", "ticket", "x").exitCode == 2)
    }

    @Test func `disclose writes a folder for the person, into none that holds something`() throws {
      let shipped = try ShippedInstallation()
      let folder = "\(shipped.folder)/out"
      let unknown = try shipped.opsfabric("disclose", Self.caller, "--out", folder)
      #expect(unknown.exitCode == 0 && unknown.output == "nothing is known about \(Self.caller)\n")
      #expect(!Files.exists(folder))
      #expect(shipped.post("sms", shipped.smsFields("SM1", "Rohr geplatzt")).status == 200)
      let done = try shipped.opsfabric("disclose", "079", "123", "45", "67", "--out", folder)
      #expect(done.exitCode == 0, "\(done.errors)")
      #expect(try Files.list(folder) == ["disclosure.html", "disclosure.json"])
      #expect(Files.mode(folder) == 0o700 && Files.mode("\(folder)/disclosure.json") == 0o600)
      let page = String(decoding: try Files.read("\(folder)/disclosure.html"), as: UTF8.self)
      #expect(page.contains("Rohr geplatzt"))
      let again = try shipped.opsfabric("disclose", Self.caller, "--out", folder)
      #expect(again.exitCode == 2 && again.errors.split(separator: "\n").count == 1)
      #expect(try shipped.opsfabric("disclose").exitCode == 2)
      #expect(try shipped.opsfabric("disclose", "hello").exitCode == 2)
    }

    @Test func `an address book comes in, and goes out as it came`() throws {
      let shipped = try ShippedInstallation()
      let long = String(repeating: "x", count: 120)
      let book = """
        Name;Telefon;Typ;Notiz
        Ada Muster;079 123 45 67;Lieferant;Hund
        \(long);079 123 45 68;;
        Niemand;;;
        Wieder Ada;+41791234567;;
        Falsch;12;;

        """
      let first = try importing(shipped, book)
      #expect(first.exitCode == 0)
      #expect(first.output.hasPrefix("5 entries read: 2 numbers written, 0 unchanged, 3 skipped.\n"))
      for line in [
        "Line 3: the name of +41791234568 is too long and was cut", "Line 4: no phone number",
        "Line 5: \(Self.caller) stands further up already", "Line 6: “12” is no phone number",
      ] { #expect(first.output.contains("  \(line)\n"), "\(line): \(first.output)") }
      let again = try shipped.opsfabric(
        "contacts", "import", "doerfler", file(shipped, "book", book), "--json")
      #expect(again.output.contains("\"unchanged\":2") && again.output.contains("\"written\":0"))
      #expect(
        again.output.contains("\"reason\":\"Line 3: the name of +41791234568 is too long and was cut\""))

      let cards = try shipped.opsfabric("contacts", "export", "doerfler").output
      #expect(cards.contains("FN:Ada Muster\r\nTEL;VALUE=uri:tel:\(Self.caller)\r\nCATEGORIES:supplier\r\n"))
      #expect(
        try shipped.opsfabric("contacts", "export", "doerfler", "--csv").output.contains("Ada Muster,"))
      let lines = try shipped.opsfabric("contacts", "export", "doerfler", "--json").output
      #expect(lines.split(separator: "\n").count == 2)
      #expect(lines == (try shipped.opsfabric("list", "contacts", "--tenant", "doerfler", "--json").output))
      let back = try importing(shipped, cards)
      #expect(back.output.hasPrefix("2 entries read: 0 numbers written, 2 unchanged, 0 skipped."))
    }

    @Test func `what a person marked private stays so, and what holds no number fails`() throws {
      let shipped = try ShippedInstallation()
      #expect(try importing(shipped, "Name;Telefon;Typ\n;079 123 45 67;privat\n").exitCode == 0)
      let second = try importing(shipped, "Name;Telefon;Typ\nAda;079 123 45 67;Kunde\n")
      #expect(second.output.contains("Line 2: \(Self.caller) stays private"))
      let contact = try shipped.only("contacts")
      #expect(contact["kind"] == "private" && contact["name"] == "Ada")
      #expect(try importing(shipped, "Name;Telefon\nAda;\n").exitCode == 1)
      #expect(try importing(shipped, "a;b\n1;2\n").exitCode == 1)
      #expect(try shipped.opsfabric("contacts", "export", "doerfler", "--csv", "--json").exitCode == 2)
      #expect(try shipped.opsfabric("contacts", "drop", "doerfler").exitCode == 2)
    }

    @Test func `a personal link is made, listed and taken away`() throws {
      let shipped = try ShippedInstallation()
      let link = try shipped.opsfabric("inbox", "doerfler", "link", "Gast")
      #expect(link.exitCode == 0 && link.output.hasPrefix("http") && link.errors.contains("is a guest"))
      #expect(try shipped.opsfabric("inbox", "doerfler", "list").output.contains("Gast"))
      let row = try shipped.opsfabric("inbox", "doerfler", "list", "--json").output
      #expect(row.hasPrefix("{\"address\":\"Gast\",\"links\":1,\"person\":\"Gast\",\"sessions\":0,"))
      #expect(
        try shipped.opsfabric("inbox", "doerfler", "revoke", "Gast").output
          == "revoked: 1 links and sessions\n")
      #expect(try shipped.opsfabric("inbox", "doerfler", "list", "--json").output.isEmpty)
      #expect(
        try shipped.opsfabric("inbox", "doerfler", "revoke").output == "revoked: 0 links and sessions\n")
      #expect(try shipped.opsfabric("inbox", "doerfler", "open").exitCode == 2)
    }
  }
}
