// DeskEndToEndTests.swift - the desk on a phone without JavaScript: a real browser, the shipped programs.

import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(.enabled(if: Chromium.program != nil, "chromium is not installed: run `make test`"))
  struct DeskEndToEndTests {
    private static let landline = "+41448108200"
    /// Leaves a voice message.
    private static let speaker = "+41445556677"
    private static let addressBook = """
      BEGIN:VCARD
      VERSION:3.0
      FN:Beat Brunner
      TEL;TYPE=HOME:\(speaker)
      END:VCARD
      BEGIN:VCARD
      VERSION:3.0
      FN:Ohne Nummer
      END:VCARD

      """

    private func miss(_ world: PhoneWorld, from caller: String, _ acts: [String] = []) throws {
      let words =
        ["call", "--from", caller, "--to", ShippedInstallation.number, "--outcome", "busy", "--ring", "1"]
        + acts
      let call = try world.shipped.standInProgram(words)
      try #require(call.exitCode == 0, "\(call.output)\(call.errors)")
    }

    private func readIn(_ staff: BrowserPage, _ world: PhoneWorld) throws {
      let file = "\(world.browser.folder)/contacts.vcf"
      try Files.writeAtomically(Array(Self.addressBook.utf8), to: file)
      try staff.open("\(world.shipped.publicURL)/inbox?view=contacts")
      try staff.choose(files: [file], in: "#book")
      try staff.awaitingLoad { try staff.tap("button[value=import]") }
      let text = try #require(try staff.text())
      #expect(text.contains("1 Nummern gespeichert") && text.contains("1 ausgelassen"), "\(text)")
      #expect(text.contains("Beat Brunner") && !text.contains("Ohne Nummer"), "\(text)")
      try world.look(at: staff, as: "contacts", enlarged: true)
    }

    /// The browser's own player asks for parts of the message.
    private func hear(_ staff: BrowserPage, _ world: PhoneWorld) throws {
      try staff.open("\(world.shipped.publicURL)/inbox")
      try staff.awaitingLoad { try staff.tap("article:has(a[href='tel:\(Self.speaker)']) h3 a") }
      #expect(try staff.text("h1") == "Beat Brunner")
      let page = try staff.address()
      let isFetched = try eventually(within: 20) {
        try staff.open(page)
        return try staff.ask("document.querySelector('audio') !== null").isTrue
      }
      try #require(isFetched, "the message has come from Twilio")
      #expect(!staff.statuses.contains(206), "nothing is fetched before somebody wants to hear it")
      try world.look(at: staff, as: "voice-message", enlarged: true)
      // Without a finger on it a player starts only where nobody hears it.
      _ = try staff.ask(
        "(p => { p.muted = true; p.preload = 'auto'; p.play().catch(() => {}) })(document.querySelector('audio'))"
      )
      let isPlayed = try eventually(within: 10) {
        _ = try staff.ask("1")
        return staff.statuses.contains(206)
      }
      #expect(isPlayed, "\(staff.statuses)")
    }

    @Test
    func
      `a missed landline is called back, a message heard, and a mobile answered by SMS until the job is won`()
      async throws
    {
      let world = try PhoneWorld()
      try miss(world, from: Self.landline)
      try miss(world, from: Self.speaker, ["--press", "3", "--speak", "20"])
      try miss(world, from: ShippedInstallation.caller)
      _ = try await world.text(1, to: ShippedInstallation.caller)
      try world.reply("2")
      _ = try await world.text(2, to: ShippedInstallation.caller)
      let staff = try BrowserPage(world.browser)
      try staff.open(try PhoneWorld.link(in: try await world.text(1, to: PhoneWorld.staff)))

      try readIn(staff, world)
      try hear(staff, world)

      // The landline: from the missed calls to a name and a button to call
      try staff.open("\(world.shipped.publicURL)/inbox?view=calls")
      #expect(try staff.text()?.contains("Festnetz, keine Taste") == true)
      try world.look(at: staff, as: "calls", enlarged: true)
      let card = "article:has(a[href='tel:\(Self.landline)'])"
      try staff.awaitingLoad { try staff.tap("\(card) button[value=make-ticket]") }
      try staff.tap("#contact")
      try staff.type("Frau Meier", into: "#contact-name")
      try staff.awaitingLoad { try staff.tap("button[value=name]") }
      #expect(try staff.text("h1") == "Frau Meier")
      #expect(try staff.ask("document.querySelector('main a.primary').href").text == "tel:\(Self.landline)")
      #expect(try staff.text()?.contains("Festnetzanschluss") == true, "no SMS is offered")
      try world.look(at: staff, enlarged: true)

      // The mobile: answered, and its next words are for whoever answered
      try staff.awaitingLoad { try staff.tap(".tabs a") }
      #expect(try staff.text()?.contains("Frau Meier") == true)
      try staff.awaitingLoad {
        try staff.tap("article:has(a[href='tel:\(ShippedInstallation.caller)']) h3 a")
      }
      let page = try staff.address()
      try staff.type("bin in 20 min da", into: "#text")
      try staff.awaitingLoad { try staff.tap("button[value=reply]") }
      #expect(try await world.text(3, to: ShippedInstallation.caller) == "bin in 20 min da")
      try world.reply("Das Tor ist offen")
      let further = try eventually(within: 10) {
        try world.shipped.list("messages").contains {
          $0["to"] == PhoneWorld.staff && $0["body"]?.contains("Das Tor ist offen") == true
        }
      }
      #expect(further, "the same person is told")
      try staff.open(page)
      let talk = try #require(try staff.text())
      #expect(talk.contains("bin in 20 min da") && talk.contains("Das Tor ist offen"), "\(talk)")
      try world.look(at: staff, as: "conversation", enlarged: true)

      // Done
      try staff.tap("label[for=outcome-won]")
      try staff.type("480", into: "#amount")
      try staff.awaitingLoad { try staff.tap("button[value=done]") }
      #expect(try staff.text()?.contains("CHF 480.00") == true)
      #expect(
        try world.shipped.list("tickets").map { $0["status"] }.sorted { ($0 ?? "") < ($1 ?? "") } == [
          "DONE", "NEEDS_CALLBACK", "NEEDS_CALLBACK",
        ])
      #expect(staff.statuses.allSatisfy { $0 == 200 || $0 == 206 }, "\(staff.statuses)")
      world.expectPeace(staff)
    }
  }
}
