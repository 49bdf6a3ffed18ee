// RealServerTests.swift - through libcurl to Debian's Exim and into a mailbox.

import Curl
import Mail
import TestSupport
import Testing

@Suite(.enabled(if: MailServer.isInstalled, "the Debian package exim4-daemon-light is not installed"))
struct RealServerTests {
  private func transfer(
    _ url: String, to recipient: String = "anna@example.ch", mail: MailMessage = message()
  ) throws -> MailTransfer {
    MailTransfer(
      url: url, from: "ruf@doerfler.example", recipients: [recipient], message: try mail.rendered())
  }

  private func deliver(_ mail: MailTransfer, by transport: CurlTransport = CurlTransport()) -> MailOutcome? {
    var outcome: MailOutcome?
    transport.submit(mail) { outcome = $0 }
    let deadline = ContinuousClock.now + .seconds(60)
    while outcome == nil, .now < deadline { transport.poll(milliseconds: 500) }
    return outcome
  }

  private func isAccepted(_ outcome: MailOutcome?) -> Bool {
    if case .accepted = outcome { true } else { false }
  }

  @Test func `umlauts, dots and a file arrive in the mailbox`() throws {
    let server = try MailServer()
    defer { server.stop() }
    let text = "Grüezi Frau Müller\n.\n..\nFrom hier\n"
    let file = MailAttachment(
      fileName: "Übersicht.csv", mediaType: "text/csv; charset=utf-8", bytes: Array("a;ö\r\n".utf8))
    let mail = message(
      subject: "Dringend: Rohrbruch bei Dörfler – bitte zurückrufen, es läuft schon aus der Küche",
      text: text,
      attachments: [file])
    let outcome = deliver(try transfer(server.url, mail: mail))
    #expect(isAccepted(outcome))
    let arrived = server.messages(awaiting: 1)
    let raw = try #require(arrived.first)
    #expect(raw.contains("Envelope-to: anna@example.ch\n"))
    #expect(raw.contains("Return-path: <ruf@doerfler.example>\n"))
    #expect(raw.contains("Message-ID: <m42.1770711330@doerfler.example>\n"))
    let body = raw.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(body.contains("Gr=C3=BCezi Frau M=C3=BCller"))
    guard PythonJudge.isInstalled else { return }
    let judged = PythonJudge.read(Array(raw.utf8))
    #expect(judged.fields["Subject"] == mail.subject)
    #expect(judged.fields["text"] == String(text.dropLast()))  // the last line end belongs to the boundary
    #expect(judged.fields["From"] == "Dörfler AG <ruf@doerfler.example>")
    #expect(judged.files.map(\.name) == ["Übersicht.csv"])
    #expect(judged.fields["defects"] == "")
  }

  @Test func `451 is temporary, and the retry is accepted`() throws {
    let server = try MailServer()
    defer { server.stop() }
    let mail = try transfer(server.url, to: MailServer.busyRecipient)
    server.isBusy = true
    #expect(deliver(mail) == .temporary(code: 451, "451 4.2.0 come back later"))
    server.isBusy = false
    #expect(isAccepted(deliver(mail)))
    #expect(server.messages(awaiting: 1).count == 1)
  }

  @Test func `550 is permanent, and nothing arrives`() throws {
    let server = try MailServer()
    defer { server.stop() }
    let outcome = deliver(try transfer(server.url, to: MailServer.unknownRecipient))
    #expect(outcome == .permanent(code: 550, "550 5.1.1 no such mailbox"))
    #expect(server.messages.isEmpty)
  }

  @Test func `a mail too large is permanent`() throws {
    let server = try MailServer()
    defer { server.stop() }
    let file = MailAttachment(
      fileName: "a.bin", mediaType: "application/octet-stream", bytes: [UInt8](repeating: 0, count: 1 << 20))
    let outcome = deliver(try transfer(server.url, mail: message(attachments: [file])))
    guard case .permanent(552, _) = outcome else {
      Issue.record("\(String(describing: outcome))")
      return
    }
  }

  @Test func `TLS and log-in, by STARTTLS and from the start`() throws {
    let server = try MailServer()
    defer { server.stop() }
    let transport = CurlTransport(trustedCertificates: server.certificate)
    for url in [server.url, server.secureURL] {
      var mail = try transfer(url, to: MailServer.membersRecipient)
      mail.requireTLS = true
      #expect(deliver(mail, by: transport) == .credentials("530 5.7.0 log in first"))
      mail.username = MailServer.username
      mail.password = "falsch"
      #expect(deliver(mail, by: transport) == .credentials("535 Incorrect authentication data"))
      mail.password = MailServer.password
      #expect(isAccepted(deliver(mail, by: transport)))
    }
    #expect(server.messages(awaiting: 2).count == 2)
    // An "S" for TLS, an "A" for the log-in: esmtpsa.
    #expect(server.log.split(separator: "\n").count { $0.contains("P=esmtpsa") } == 2)
  }

  @Test func `a certificate nobody vouches for is refused where TLS is asked for`() throws {
    let server = try MailServer()
    defer { server.stop() }
    for url in [server.url, server.secureURL] {
      var mail = try transfer(url)
      mail.requireTLS = true
      guard case .temporary(nil, let text) = deliver(mail) else {
        Issue.record("\(url) was accepted")
        return
      }
      #expect(text.contains("certificate"))
    }
    #expect(server.messages.isEmpty)
  }

  @Test func `beside us, a self-made certificate is better than none`() throws {
    let server = try MailServer()
    defer { server.stop() }
    #expect(isAccepted(deliver(try transfer(server.url))))
    #expect(server.messages(awaiting: 1).count == 1)
    #expect(server.log.contains("P=esmtps "))
  }

  @Test func `twenty mails side by side arrive, each once`() throws {
    let server = try MailServer()
    defer { server.stop() }
    let transport = CurlTransport()
    var outcomes: [MailOutcome] = []
    for number in 0..<20 {
      var mail = message(subject: "Nummer \(number).")
      mail.messageID = "n\(number)@doerfler.example"
      transport.submit(try transfer(server.url, mail: mail)) { outcomes.append($0) }
    }
    let deadline = ContinuousClock.now + .seconds(60)
    while transport.inFlight > 0, .now < deadline { transport.poll(milliseconds: 500) }
    #expect(outcomes.count == 20 && outcomes.allSatisfy(isAccepted))
    let arrived = server.messages(awaiting: 20)
    for number in 0..<20 {
      #expect(arrived.count { $0.contains("Subject: Nummer \(number).\n") } == 1)
    }
  }
}
