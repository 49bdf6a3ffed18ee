// TelephoneEndToEndTests.swift - callers without SMS, and people who are rung, on the shipped programs behind a web
// server: the number by keypad, an urgent reply that somebody takes with a key, and a callback from the desk.

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

    // MARK: a callback from the desk

    /// Anna's browser, without JavaScript.
    private struct Desk {
      let shipped: ShippedInstallation
      private let cookie: String

      init(_ shipped: ShippedInstallation) throws {
        self.shipped = shipped
        let printed = try shipped.opsfabric("inbox", "doerfler", "link", "Anna").output
        let link = try #require(printed.split(whereSeparator: \.isWhitespace).first { $0.contains("?k=") })
        let answer = WebClient.send(WebRequest("GET", String(link)))
        cookie = String(try #require(answer.headers["set-cookie"]).prefix { $0 != ";" })
      }

      func page(_ query: String) throws -> String {
        let answer = WebClient.send(
          WebRequest("GET", "\(shipped.publicURL)/inbox?\(query)", headers: [("Cookie", cookie)]))
        try #require(answer.status == 200, "\(answer.text)")
        return answer.text
      }

      /// Sends the form of a page that has this button, as it stands there.
      func tap(_ button: String, on query: String) throws -> WebAnswer {
        let body = try #require(DeskForm.body(with: button, in: try page(query)))
        return WebClient.send(
          WebRequest(
            "POST", "\(shipped.publicURL)/inbox",
            headers: [("Cookie", cookie), ("Content-Type", "application/x-www-form-urlencoded")],
            body: body))
      }
    }

    /// Somebody wants to be called back; Anna has tapped on it, and her telephone is about to ring.
    private func tapped() throws -> (ShippedInstallation, Desk) {
      let shipped = try ShippedInstallation(tenants: ["doerfler": Self.tenant()])
      let reply = try shipped.standInProgram(
        "sms", "--from", ShippedInstallation.caller, "--to", ShippedInstallation.number, "--body", "2")
      try #require(reply.exitCode == 0, "\(reply.output)\(reply.errors)")
      let desk = try Desk(shipped)
      #expect(try desk.tap("call", on: "id=1").status == 303)
      #expect(try shipped.opsfabric("run", "--linger", "2").exitCode == 0)
      #expect(try shipped.standIn.placedCalls(to: Self.anna).count == 1)
      #expect(try desk.page("id=1").contains("Rückruf: läuft"))
      return (shipped, desk)
    }

    @Test func `a tap on the desk rings Anna, who on 1 talks with the caller under the business number`()
      throws
    {
      let (shipped, desk) = try tapped()
      let ring = try shipped.standInProgram(
        "ring", Self.anna, "--press", "1", "--outcome", "answered", "--talk", "75")
      #expect(ring.exitCode == 0 && !ring.output.contains("problem"), "\(ring.output)\(ring.errors)")
      #expect(ring.output.contains("Dörfler AG. Rückruf an 0 7 9, 1 2 3, 4 5, 6 7."), "\(ring.output)")
      for stage in ["voice", "menu", "dial-result", "call-status"] {
        #expect(ring.lines.contains { $0.hasPrefix("\(stage) 20") }, "\(stage): \(ring.output)")
      }
      #expect(ring.lines.last?.hasSuffix("dial=completed bridged=true") == true, "\(ring.output)")
      let dialled = try shipped.standIn.calls().filter { $0.direction == "outbound-dial" }
      #expect(dialled.map(\.from) == [ShippedInstallation.number])
      #expect(dialled.map(\.to) == [ShippedInstallation.caller])

      let page = try desk.page("id=1")
      #expect(page.contains("Rückruf: verbunden"), "\(page)")
      #expect(page.contains("Mit dem Anrufer gesprochen, 1 min 15 s"), "\(page)")
      let ticket = try shipped.only("tickets")
      #expect(ticket["status"] == "IN_PROGRESS" && ticket["person"] == "Anna")
      #expect(try shipped.opsfabric("run", "--linger", "2").exitCode == 0)
      let calls = try shipped.list("messages").filter { $0["kind"] == "callback" }
      #expect(calls.map { $0["state"] } == ["delivered"])
      #expect(try shipped.standIn.placedCalls(madeToo: true).count == 1, "rung once")
    }

    @Test(arguments: [
      (["--person", "no-answer"], "das eigene Telefon nahm niemand ab", 0),
      (["--person", "mailbox"], "niemand drückte die 1", 0),
      (["--press", "1", "--outcome", "canceled"], "Anrufer nicht erreicht", 1),
      (["--press", "1", "--outcome", "busy"], "beim Anrufer war besetzt", 1),
    ])
    func `whoever does not come through reads why, the request still waits, and a second tap rings again`(
      _ acts: [String], _ words: String, _ dialled: Int
    ) throws {
      let (shipped, desk) = try tapped()
      let ring = try shipped.standInProgram(["ring", Self.anna] + acts)
      #expect(ring.exitCode == 0 && !ring.output.contains("problem"), "\(ring.output)\(ring.errors)")
      #expect(ring.lines.contains { $0.hasPrefix("call-status 20") }, "\(ring.output)")
      #expect(try shipped.standIn.calls().count { $0.direction == "outbound-dial" } == dialled)
      let page = try desk.page("id=1")
      #expect(page.contains("Rückruf: \(words)"), "\(page)")
      #expect(!page.contains("Mit dem Anrufer gesprochen"))
      #expect(try shipped.only("tickets")["status"] == "NEEDS_CALLBACK")
      #expect(try desk.tap("call", on: "id=1").status == 303)
      #expect(try shipped.opsfabric("run", "--linger", "2").exitCode == 0)
      #expect(
        try shipped.standIn.placedCalls(to: Self.anna).count == 1, "the first is over, the second waits")
      #expect(try shipped.list("messages").count { $0["kind"] == "callback" } == 2)
    }
  }
}
