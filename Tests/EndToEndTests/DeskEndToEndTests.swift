// DeskEndToEndTests.swift - the desk on a phone without JavaScript: a real browser, the shipped programs.

import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(.enabled(if: Chromium.program != nil, "chromium is not installed: run `make test`"))
  struct DeskEndToEndTests {
    private static let landline = "+41448108200"

    private func miss(_ world: PhoneWorld, from caller: String) throws {
      let call = try world.shipped.standInProgram(
        "call", "--from", caller, "--to", ShippedInstallation.number, "--outcome", "busy", "--ring", "1")
      try #require(call.exitCode == 0, "\(call.output)\(call.errors)")
    }

    @Test(.timeLimit(.minutes(3)))
    func `a missed landline is called back, and a mobile is answered by SMS until the job is won`()
      async throws
    {
      let world = try PhoneWorld()
      try miss(world, from: Self.landline)
      try miss(world, from: ShippedInstallation.caller)
      _ = try await world.text(1, to: ShippedInstallation.caller)
      try world.reply("2")
      _ = try await world.text(2, to: ShippedInstallation.caller)
      let staff = try BrowserPage(world.browser)
      try staff.open(try PhoneWorld.link(in: try await world.text(1, to: PhoneWorld.staff)))

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
          "DONE", "NEEDS_CALLBACK",
        ])
      #expect(staff.statuses.allSatisfy { $0 == 200 }, "\(staff.statuses)")
      world.expectPeace(staff)
    }
  }
}
