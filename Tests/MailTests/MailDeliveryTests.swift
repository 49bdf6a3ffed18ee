// MailDeliveryTests.swift - mails that arrive, and mails beside requests on one transport.

import Curl
import Mail
import TestSupport
import Testing

@Suite struct MailDeliveryTests {
  @Test func `a mail arrives whole, with its envelope and our name`() throws {
    try withMailServer { server in
      let outcome = CurlTransport().deliver(.to(server.url, ["anna@example.ch", "bert@example.ch"]))
      #expect(outcome == .accepted(reply: "250 2.0.0 queued as 4711"))
      let seen = server.seen
      #expect(seen.messages == [MailTransfer.text])
      #expect(
        seen.commands.prefix(5) == [
          "EHLO doerfler.example", "MAIL FROM:<ruf@doerfler.example>", "RCPT TO:<anna@example.ch>",
          "RCPT TO:<bert@example.ch>", "DATA",
        ])
    }
  }

  /// (message, what must come over the wire)
  @Test(arguments: [
    ("a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n"), (".a\r\n..b", "..a\r\n...b\r\n"),
    ("a\n.\nb\r.\r", "a\r\n..\r\nb\r\n..\r\n"), ("a\r\n\n.\r\n", "a\r\n\r\n..\r\n"), ("", ""),
  ])
  func `a dot in a message does not end it, whatever line ends it has`(text: String, wire: String) throws {
    try withMailServer { server in
      #expect(CurlTransport().deliver(.to(server.url, ["a@b.ch"], text))?.summary == "accepted")
      #expect(server.seen.messages == [wire])
    }
  }

  @Test func `dots stay what they are wherever libcurl's buffers end`() throws {
    let lines = String(repeating: ".\r\n..\r\n", count: 20_000)
    for shift in 0..<7 {
      let text = String(repeating: "a", count: shift) + "\r\n" + lines
      try withMailServer { server in
        #expect(CurlTransport().deliver(.to(server.url, ["a@b.ch"], text))?.summary == "accepted")
        let wire = text.replacing("\r\n.", with: "\r\n..")
        let isRight = server.seen.messages == [wire]
        #expect(isRight, "\(shift)")
      }
    }
  }

  @Test(arguments: [MailReaction.silence, .hangUp, .reset, .say("421 too late")])
  func `an accepted mail stays accepted whatever becomes of QUIT`(reaction: MailReaction) throws {
    try withMailServer(["QUIT": [reaction]]) { server in
      let took = ContinuousClock().measure {
        #expect(CurlTransport().deliver(.to(server.url)) == .accepted(reply: "250 2.0.0 queued as 4711"))
      }
      #expect(took < .seconds(3))
    }
  }

  @Test func `a mail larger than all buffers arrives whole`() throws {
    let text = String(repeating: String(repeating: "0123456789", count: 90) + "\r\n", count: 3000)
    try withMailServer { server in
      #expect(CurlTransport().deliver(.to(server.url, ["a@b.ch"], text))?.summary == "accepted")
      let isWhole = server.seen.messages == [text]
      #expect(isWhole)
    }
  }

  @Test(arguments: ["AUTH PLAIN", "AUTH LOGIN", "AUTH CRAM-MD5 PLAIN LOGIN NTLM"])
  func `a mail logs in by plain or login`(offer: String) throws {
    try withMailServer(["EHLO": [.say("250-loopback\r\n250 \(offer)")]]) { server in
      #expect(CurlTransport().deliver(.to(server.url).loggingIn())?.summary == "accepted")
      let plain = "AHJ1ZgBnZWhlaW0="
      #expect(server.seen.commands.contains { $0.contains(plain) || $0 == "Z2VoZWlt" })
    }
  }

  @Test func `each mail has a connection of its own, closed after QUIT`() throws {
    try withMailServer { server in
      let transport = CurlTransport()
      for _ in 0..<3 { #expect(transport.deliver(.to(server.url))?.summary == "accepted") }
      transport.poll { server.seen.openConnections == 0 }
      let seen = server.seen
      #expect(seen.connections == 3)
      #expect(seen.openConnections == 0)
      #expect(seen.commands.count { $0 == "QUIT" } == 3)
      #expect(seen.messages.count == 3)
    }
  }

  @Test func `many mails at once keep to their limit of connections`() throws {
    try withMailServer { server in
      let transport = CurlTransport(maxConnections: 1, maxThreads: 3)
      let outcomes = MailOutcomes()
      for _ in 0..<12 { transport.submit(.to(server.url)) { outcomes.all.append($0) } }
      #expect(transport.inFlight == 12)
      transport.finish()
      #expect(outcomes.all.map(\.summary) == Array(repeating: "accepted", count: 12))
      #expect(server.seen.messages.count == 12)
    }
    try withMailServer(["MAIL": [.silence]]) { server in
      let transport = CurlTransport(maxConnections: 1, maxThreads: 3)
      for _ in 0..<12 { transport.submit(.to(server.url)) { _ in } }
      transport.poll { server.seen.commands.count { $0.hasPrefix("MAIL") } == 3 }
      transport.poll(milliseconds: 50)
      #expect(server.seen.connections == 3)
    }
  }

  /// libcurl's SMTP waits for the answer to the message inside its loop, which therefore is not ours.
  @Test(arguments: ["connect", "EHLO", "MAIL", "."])
  func `a slow mail server holds up no request`(stage: String) throws {
    try withMailServer([stage: [.silence]]) { mailServer in
      try withServer(.reply(httpReply())) { server in
        let transport = CurlTransport(maxConnections: 1)
        let mails = MailOutcomes()
        transport.submit(.to(mailServer.url)) { mails.all.append($0) }
        let events = ["connect": 0, "EHLO": 1, "MAIL": 2, ".": 4]
        transport.poll { mailServer.seen.commands.count >= events[stage, default: 0] }
        if stage == "." { transport.poll { !mailServer.seen.messages.isEmpty } }
        let took = ContinuousClock().measure {
          for _ in 0..<20 {
            var isDone = false
            transport.submit(HTTPRequest(url: server.url)) { _ in isDone = true }
            transport.poll { isDone }
          }
        }
        #expect(took < .seconds(3))
        #expect(server.seen.requests.count == 20)
        #expect(mails.all.isEmpty && transport.inFlight == 1)
        transport.abandonAll()
        #expect(mails.all.map(\.summary) == [stage == "." ? "unknown" : "temporary -"])
      }
    }
  }

  @Test func `an answer in many lines and pieces is one answer`() throws {
    try withMailServer([".": [.say("250-2.0.0 thanks\r\n250-and\r\n250 bye")]]) { server in
      #expect(CurlTransport().deliver(.to(server.url)) == .accepted(reply: "250 2.0.0 thanks and bye"))
    }
  }

  @Test func `a mail prints without credentials, addresses and text`() {
    let mail = MailTransfer.to("smtp://h").loggingIn()
    var dumped = ""
    dump(mail, to: &dumped)
    for text in ["\(mail)", String(reflecting: mail), dumped] {
      #expect(text.contains("mail by smtp://h"))
      #expect(!text.contains("geheim") && !text.contains("anna") && !text.contains("Hallo"))
    }
  }
}
