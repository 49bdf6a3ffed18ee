// MailEndToEndTests.swift - the shipped runner's e-mail, through Debian's Exim and into a mailbox.

import LocalTime
import Platform
import TestSupport
import Testing

extension EndToEnd {
  @Suite(.enabled(if: MailServer.isInstalled, "the Debian package exim4-daemon-light is not installed"))
  struct MailEndToEndTests {
    private static let operatorAddress = "betrieb@example.ch"

    /// An installation that tells this address of every new ticket.
    private func shipped(_ server: MailServer, notifying address: String) throws -> ShippedInstallation {
      let shipped = try ShippedInstallation(tenants: [
        "doerfler": ShippedInstallation.tenant(
          more: "notify: [{ channel: \"email\", to: \"\(address)\", on: [\"new\", \"urgent\"] }],")
      ])
      let path = "\(shipped.home.config)/opsfabric.json5"
      let text = String(decoding: try Files.read(path), as: UTF8.self)
      let more = """
        {
          smtp: { url: "\(server.url)", from: "telefon@doerfler.example.ch" },
          alerts: { email: ["\(Self.operatorAddress)"] },
        """
      try Files.writeAtomically(Array((more + text.dropFirst()).utf8), to: path)
      let applied = try shipped.opsfabric("apply")
      try #require(applied.exitCode == 0, "\(applied.errors)")
      return shipped
    }

    private func run(_ shipped: ShippedInstallation) throws {
      let result = try shipped.opsfabric("run")
      try #require(result.exitCode == 0, "\(result.output)\(result.errors)")
    }

    private func receive(_ text: String, _ shipped: ShippedInstallation) throws {
      try #require(shipped.post("sms", shipped.smsFields("SM1", text)).status == 200)
    }

    private func notice(_ shipped: ShippedInstallation) throws -> JSONLine {
      let rows = try shipped.list("messages").filter { $0["kind"] == "notification" }
      try #require(rows.count == 1, "\(rows)")
      return rows[0]
    }

    /// Headers and text as a mail program shows them, read by Python.
    private func read(_ mail: String, _ field: String) throws -> String? {
      let script = """
        import sys, email, email.policy
        mail = email.message_from_string(sys.argv[2], policy=email.policy.default)
        print(mail.get_body().get_content() if sys.argv[1] == "text" else mail[sys.argv[1]])
        """
      return try Python.ask(script, [field, mail])
    }

    @Test(.enabled(if: Python.program != nil, "python3 is not installed"))
    func `a new ticket's notice arrives with its umlauts and its link`() throws {
      let server = try MailServer()
      defer { server.stop() }
      let shipped = try shipped(server, notifying: "buero@example.ch")
      let words = "Grüezi, der Öltank rinnt. Können Sie für 5 € kommen? – Zoë"
      try receive(words, shipped)
      try run(shipped)

      let mails = server.messages(awaiting: 1)
      try #require(mails.count == 1, "\(server.log)")
      #expect(mails[0].contains("Envelope-to: buero@example.ch\n"))
      #expect(mails[0].contains("Return-path: <telefon@doerfler.example.ch>\n"))
      #expect(!mails[0].contains { !$0.isASCII }, "as it travels")
      #expect(try read(mails[0], "Subject") == "Neue Anfrage von 079 123 45 67")
      #expect(try read(mails[0], "Auto-Submitted") == "auto-generated")
      let text = try #require(try read(mails[0], "text"))
      #expect(text.hasPrefix("Dörfler AG: Neue Anfrage von"), "\(text)")
      #expect(text.contains("\n\(words)\n"), "\(text)")

      // The link is this person's, and opens the inbox.
      let link = try #require(text.split(whereSeparator: \.isWhitespace).last { $0.hasPrefix("http") })
      #expect(link.hasPrefix("\(shipped.publicURL)/inbox?k="))
      let answer = WebClient.send(WebRequest("GET", String(link)))
      #expect(answer.status == 303)
      #expect(answer.headers["set-cookie"]?.contains("HttpOnly; SameSite=Lax") == true)
      #expect(WebClient.send(WebRequest("GET", String(link.dropLast()) + "!")).status == 403)

      #expect(try notice(shipped)["state"] == "accepted")
      try run(shipped)
      #expect(server.messages.count == 1, "once")
    }

    @Test func `451 waits two minutes for the next try, which is accepted`() throws {
      let server = try MailServer()
      defer { server.stop() }
      let shipped = try shipped(server, notifying: MailServer.busyRecipient)
      server.isBusy = true
      try receive("2", shipped)
      let before = WallClock.system.now()
      try run(shipped)
      let after = WallClock.system.now()

      let failed = try notice(shipped)
      #expect([failed["state"], failed["attempts"], failed["error_code"]] == ["failed", "1", "451"])
      let due = try #require(failed["due_at"].flatMap { Timestamp(iso8601: $0) })
      #expect(due >= before.adding(seconds: 119) && due <= after.adding(seconds: 121), "\(failed)")
      server.isBusy = false
      try run(shipped)
      #expect(server.messages.isEmpty, "not before its time")

      // Two minutes later
      try HeldDatabase.run("UPDATE messages SET due_at = 1 WHERE state = 'failed'", on: shipped.home.database)
      try run(shipped)
      #expect(server.messages(awaiting: 1).count == 1)
      let sent = try notice(shipped)
      #expect([sent["state"], sent["attempts"]] == ["accepted", "2"])
      let kinds = try shipped.list("messages").map { $0["kind"] }
      #expect(!kinds.contains("alert"))
    }

    @Test func `550 is given up at once, and the operator gets a mail about it`() throws {
      let server = try MailServer()
      defer { server.stop() }
      let shipped = try shipped(server, notifying: MailServer.unknownRecipient)
      try receive("1", shipped)
      try run(shipped)
      let dead = try notice(shipped)
      #expect([dead["state"], dead["attempts"], dead["error_code"]] == ["dead", "1", "550"])

      // The alert leaves with the same run or the next minute's.
      try run(shipped)
      let mails = server.messages(awaiting: 1)
      try #require(mails.count == 1, "\(server.log)")
      #expect(mails[0].contains("Envelope-to: \(Self.operatorAddress)\n"))
      #expect(mails[0].contains("Subject: Missed Call Recovery: nobody_told (doerfler)\n"), "\(mails[0])")
      #expect(!mails[0].contains(ShippedInstallation.caller), "an alert names no caller")
      try run(shipped)
      #expect(server.messages.count == 1, "told once")
      #expect(try notice(shipped)["attempts"] == "1")
    }
  }
}
