// MailFailureTests.swift - when no mail was accepted: whose fault is it, and may it be sent again?

import Curl
import Mail
import TestSupport
import Testing

@Suite struct MailFailureTests {
  /// (what the server answers, to what, the outcome)
  @Test(arguments: [
    ("connect", "421 too busy", "temporary 421"), ("connect", "554 not from there", "temporary 554"),
    ("MAIL", "451 later", "temporary 451"), ("MAIL", "550 not you", "permanent 550"),
    ("MAIL", "530 log in", "credentials"), ("MAIL", "421 bye", "temporary 421"),
    ("RCPT", "451 4.2.0 later", "temporary 451"), ("RCPT", "550 5.1.1 who?", "permanent 550"),
    ("RCPT", "452 full", "temporary 452"), ("RCPT", "251 will forward", "accepted"),
    ("DATA", "451 later", "temporary 451"), ("DATA", "554 no", "permanent 554"),
    ("DATA", "250 what?", "temporary -"), (".", "451 4.7.1 greylisted", "temporary 451"),
    (".", "552 5.3.4 too big", "permanent 552"), (".", "421 going down", "temporary 421"),
    (".", "354 go on", "unknown"), (".", "HTTP/1.1 200 OK", "unknown"), ("MAIL", "hello", "temporary -"),
  ])
  func `an answer has its meaning`(stage: String, answer: String, outcome: String) throws {
    try withMailServer([stage: [.say(answer)]]) { server in
      let got = CurlTransport().deliver(.to(server.url))
      #expect(got?.summary == outcome)
      if outcome.contains(where: \.isNumber) { #expect(got?.text == answer) }
      #expect(server.seen.connections == 1)
      #expect(server.seen.messages.count == (stage == "." || outcome == "accepted" ? 1 : 0))
    }
  }

  @Test func `451 then 250: the second attempt is accepted`() throws {
    try withMailServer(["RCPT": [.say("451 later"), .say("250 ok")]]) { server in
      let transport = CurlTransport()
      #expect(transport.deliver(.to(server.url))?.summary == "temporary 451")
      #expect(transport.deliver(.to(server.url))?.summary == "accepted")
      #expect(server.seen.messages.count == 1)
    }
  }

  @Test func `one refused recipient of two: nobody gets the mail`() throws {
    try withMailServer(["RCPT": [.say("250 ok"), .say("550 who?")]]) { server in
      let got = CurlTransport().deliver(.to(server.url, ["a@b.ch", "c@b.ch"]))
      #expect(got?.summary == "permanent 550")
      #expect(!server.seen.commands.contains("DATA"))
    }
  }

  /// (stage, the outcome); before the final dot nothing can have been delivered.
  @Test(
    arguments: [
      ("connect", "temporary -"), ("EHLO", "temporary -"), ("MAIL", "temporary -"), ("RCPT", "temporary -"),
      ("DATA", "temporary -"), (".", "unknown"),
    ], [MailReaction.hangUp, .reset, .silence])
  func `a server that goes silent or away`(stage: (String, String), reaction: MailReaction) throws {
    try withMailServer([stage.0: [reaction]]) { server in
      var mail = MailTransfer.to(server.url)
      if case .silence = reaction { mail.timeoutMilliseconds = 200 }
      #expect(CurlTransport().deliver(mail)?.summary == stage.1)
      #expect(server.seen.connections == 1)
      #expect(server.seen.messages.count == (stage.0 == "." ? 1 : 0))
    }
  }

  @Test func `a server that says why and hangs up is understood`() throws {
    try withMailServer(["DATA": [.sayAndHangUp("421 4.3.2 shutting down")]]) { server in
      #expect(CurlTransport().deliver(.to(server.url))?.summary == "temporary 421")
    }
  }

  @Test func `a server that hangs up once it said go on got no mail`() throws {
    try withMailServer(["DATA": [.sayAndHangUp("354 go on")]]) { server in
      let text = String(repeating: "0123456789abcdef\r\n", count: 1_000_000)
      #expect(CurlTransport().deliver(.to(server.url, ["a@b.ch"], text))?.summary == "temporary -")
    }
  }

  @Test func `no listener, no name: temporary`() throws {
    let port = try closedPort()
    for url in ["smtp://127.0.0.1:\(port)", "smtps://127.0.0.1:\(port)", "smtp://no-such-host.invalid"] {
      var mail = MailTransfer.to(url)
      mail.connectTimeoutMilliseconds = 500
      #expect(CurlTransport().deliver(mail)?.summary == "temporary -")
    }
  }

  @Test(arguments: [
    "http://127.0.0.1/", "smtp://", "smtp://u:p@127.0.0.1", "smtp://127.0.0.1/other.name",
    "smtp://127.0.0.1?a=b",
    "127.0.0.1", "smtp://a\r\nb", "smtp://a\0b", "",
  ])
  func `a URL that is no mail server`(url: String) {
    #expect(CurlTransport().deliver(.to(url))?.summary == "temporary -")
  }

  @Test(arguments: [
    "a@b.ch>\r\nRCPT TO:<c@d.ch", "a@b.ch\nDATA", "a b@c.ch", "a@b.ch> SIZE=1", "", "a", "@b.ch", "a@",
    "a@b@c",
    "ä@b.ch", "a@bö.ch", "a\0@b.ch", "<a@b.ch>",
  ])
  func `an address that is more than an address never reaches the server`(address: String) throws {
    try withMailServer { server in
      #expect(CurlTransport().deliver(.to(server.url, ["x@y.ch", address]))?.summary == "permanent -")
      var mail = MailTransfer.to(server.url)
      mail.from = address
      #expect(CurlTransport().deliver(mail)?.summary == "permanent -")
      #expect(CurlTransport().deliver(.to(server.url, []))?.summary == "permanent -")
      #expect(server.seen.connections == 0)
    }
  }

  /// (stage, answer, the outcome when only a part of the answer comes)
  @Test(arguments: [
    ("connect", "220 loopback ready\r\n", "temporary -"),
    ("EHLO", "250-loopback\r\n250 SIZE\r\n", "temporary -"),
    ("MAIL", "250 ok\r\n", "temporary -"), ("RCPT", "250 ok\r\n", "temporary -"),
    ("DATA", "354 go on\r\n", "temporary -"), (".", "250-2.0.0 ok\r\n250 bye\r\n", "unknown"),
    (".", "550 no\r\n", "unknown"),
  ])
  func `a server that dies within an answer has given none`(stage: String, answer: String, outcome: String)
    throws
  {
    for count in 0..<answer.utf8.count {
      try withMailServer([
        stage: [.breakOff(after: String(decoding: answer.utf8.prefix(count), as: UTF8.self))]
      ]) {
        server in
        #expect(CurlTransport().deliver(.to(server.url))?.summary == outcome, "\(count) bytes")
        #expect(server.seen.messages.count == (stage == "." ? 1 : 0))
        #expect(server.seen.connections == 1)
      }
    }
  }

  @Test
  func `a server that dies at any byte of the text has accepted nothing, and what it has whole is unknown`()
    throws
  {
    let whole = MailTransfer.text.utf8.count + ".\r\n".utf8.count
    for bytes in 1...whole {
      try withMailServer(["DATA": [.sayAndTake("354 go on", bytes: bytes)], ".": [.silence]]) { server in
        let outcome = CurlTransport().deliver(.to(server.url))?.summary
        #expect(outcome == "unknown" || outcome == "temporary -" && bytes < whole, "\(bytes) bytes")
        #expect(server.seen.messages.count == (bytes == whole ? 1 : 0))
        #expect(server.seen.connections == 1)
      }
    }
  }

  @Test func `a time-out in the middle of a message delivers no half mail`() throws {
    try withMailServer(["DATA": [.sayAndStall("354 go on")]]) { server in
      let endless = String(repeating: String(repeating: "0123456789", count: 90) + "\r\n", count: 12_000)
      let transport = CurlTransport()
      var mail = MailTransfer.to(server.url, ["a@b.ch"], endless)
      mail.timeoutMilliseconds = 500
      #expect(transport.deliver(mail)?.summary == "temporary -")
      server.readOn()
      transport.poll { server.seen.openConnections == 0 }
      #expect(server.seen.messages.isEmpty && server.seen.halves == 1)
    }
  }

  /// A handle that is removed from a multi handle here would finish the half mail with a dot.
  @Test func `what is abandoned is told truly, each once, and no half mail is delivered`() throws {
    try withMailServer(["DATA": [.sayAndStall("354 go on"), .say("354 go on")]]) { server in
      let transport = CurlTransport(maxThreads: 3)
      let outcomes = MailOutcomes()
      let endless = String(repeating: String(repeating: "0123456789", count: 90) + "\r\n", count: 12_000)
      transport.submit(.to(server.url, ["a@b.ch"], endless)) { outcomes.all.append($0) }
      transport.poll { server.seen.commands.contains("DATA") }
      transport.poll(milliseconds: 100)
      transport.submit(.to(server.url)) { outcomes.all.append($0) }
      transport.abandonAll()
      #expect(outcomes.all.map(\.summary) == ["temporary -", "temporary -"])
      #expect(transport.inFlight == 0)
      transport.abandonAll()
      server.readOn()
      transport.poll { server.seen.openConnections == 0 }
      #expect(outcomes.all.count == 2)
      // The second mail may have come to its text or not.
      #expect(server.seen.messages.isEmpty && server.seen.halves >= 1)
      #expect(transport.deliver(.to(server.url))?.summary == "accepted")
    }
  }

  @Test func `a transport may go while mails are under way`() throws {
    try withMailServer(["MAIL": [.silence]]) { server in
      var transport: CurlTransport? = CurlTransport()
      weak let watched = transport
      for _ in 0..<6 { transport?.submit(.to(server.url)) { _ in } }
      transport?.poll { server.seen.commands.contains { $0.hasPrefix("MAIL") } }
      transport = nil
      #expect(watched == nil)
    }
  }
}
