// TelephoneEndToEndTests.swift - callers without SMS, and people who are rung, on the shipped programs behind a web
// server: the number by keypad, and an urgent reply that somebody takes with a key.

import StandIn
import TestSupport
import Testing

extension EndToEnd {
  struct TelephoneEndToEndTests {
    private static let anna = "+41796660001"

    private static func tenant() -> String {
      ShippedInstallation.tenant(
        more: """
          sms_delay_seconds: 5,
          notify: [{ channel: "call", to: "\(anna)", on: ["urgent"], name: "Anna" }],
          """)
    }

    @Test func `who hides his number types it, confirms it and is promised a callback; he never gets an SMS`()
      throws
    {
      let shipped = try ShippedInstallation(tenants: ["doerfler": Self.tenant()])
      let call = try shipped.standInProgram(
        "call", "--from", "anonymous", "--to", ShippedInstallation.number, "--outcome", "busy", "--ring", "1",
        "--press", "0791234567", "--press", "1", "--press", "2")
      #expect(call.exitCode == 0 && !call.output.contains("problem"), "\(call.output)\(call.errors)")
      let menu = call.lines.filter { $0.hasPrefix("menu 200 ") }
      #expect(menu.count == 3)
      #expect(menu.first?.contains("Ihre Nummer ist: 0 7 9, 1 2 3, 4 5, 6 7.") == true, "\(menu)")
      #expect(menu.last?.contains("ruft bis") == true, "\(menu)")
      let ticket = try shipped.only("tickets")
      #expect(ticket["phone"] == "+41791234567" && ticket["source"] == "voice_menu")
      #expect(ticket["urgency"] == "MED" && ticket["status"] == "NEEDS_CALLBACK")
      #expect(try shipped.opsfabric("run", "--linger", "7").exitCode == 0)
      #expect(try shipped.only("calls")["reason"] == "withheld")
      #expect(try shipped.list("messages").isEmpty)
      #expect(try shipped.standIn.messages().isEmpty)
      #expect(try shipped.standIn.placedCalls(madeToo: true).isEmpty, "a callback is not urgent")
    }

    @Test func `an urgent reply rings the person on call, who takes it with 1 and is rung no more`() throws {
      let shipped = try ShippedInstallation(tenants: ["doerfler": Self.tenant()])
      let reply = try shipped.standInProgram(
        "sms", "--from", ShippedInstallation.caller, "--to", ShippedInstallation.number, "--body", "1")
      #expect(reply.exitCode == 0, "\(reply.output)\(reply.errors)")
      #expect(try shipped.only("tickets")["urgency"] == "HIGH")
      #expect(try shipped.opsfabric("run", "--linger", "2").exitCode == 0)
      let ring = try shipped.standInProgram("ring", Self.anna, "--press", "1")
      #expect(ring.exitCode == 0 && !ring.output.contains("problem"), "\(ring.output)\(ring.errors)")
      #expect(
        ring.output.contains("Dörfler AG. Dringende Anfrage von 0 7 9, 1 2 3, 4 5, 6 7."), "\(ring.output)")
      #expect(ring.output.contains("Danke. Die Anfrage ist jetzt bei Ihnen."), "\(ring.output)")
      let ticket = try shipped.only("tickets")
      #expect(ticket["status"] == "IN_PROGRESS" && ticket["person"] == "Anna")
      #expect(try shipped.opsfabric("run", "--linger", "2").exitCode == 0)
      let calls = try shipped.list("messages").filter { $0["channel"] == "call" }
      #expect(calls.map { $0["state"] } == ["delivered"])
      #expect(try shipped.standIn.placedCalls(madeToo: true).count == 1)
    }
  }
}
