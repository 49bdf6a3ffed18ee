// MailLoginTests.swift - credentials: when they are wrong, and that they never travel in clear.

import Curl
import Mail
import Testing

@Suite struct MailLoginTests {
  /// A host that is this machine but not a loopback address by name.
  private func outside(_ server: ScriptedMailServer) -> String { "smtp://0.0.0.0:\(server.port)" }

  @Test(arguments: [
    ("535 5.7.8 wrong", "credentials"), ("534 5.7.9 too weak", "credentials"),
    ("550 5.7.1 no", "credentials"),
    ("454 4.7.0 try later", "temporary 454"), ("421 4.7.0 too many failures", "temporary 421"),
  ])
  func `a refused log-in`(answer: String, outcome: String) throws {
    try withMailServer(["EHLO": [.say("250-loopback\r\n250 AUTH PLAIN")], "AUTH": [.say(answer)]]) { server in
      let got = CurlTransport().deliver(.to(server.url).loggingIn())
      #expect(got?.summary == outcome)
      #expect(got?.text == answer)
      #expect(!server.seen.commands.contains { $0.hasPrefix("MAIL") })
    }
  }

  @Test func `no common way to log in is a matter of credentials`() throws {
    try withMailServer(["EHLO": [.say("250-loopback\r\n250 AUTH GSSAPI")]]) { server in
      #expect(CurlTransport().deliver(.to(server.url).loggingIn())?.summary == "credentials")
    }
  }

  @Test func `a user name elsewhere demands STARTTLS: no password and no mail in clear`() throws {
    try withMailServer(["EHLO": [.say("250-loopback\r\n250 AUTH PLAIN LOGIN")]]) { server in
      let got = CurlTransport().deliver(.to(outside(server)).loggingIn())
      #expect(got?.summary == "temporary -")
      #expect(got?.text.contains("STARTTLS") == true)
      #expect(server.seen.commands.allSatisfy { $0.hasPrefix("EHLO") || $0 == "QUIT" })
    }
  }

  @Test func `a STARTTLS that is offered and then refused is not gone around`() throws {
    let script: MailScript = [
      "EHLO": [.say("250-loopback\r\n250-AUTH PLAIN\r\n250 STARTTLS")],
      "STARTTLS": [.say("454 4.7.0 not now")],
    ]
    try withMailServer(script) { server in
      #expect(CurlTransport().deliver(.to(outside(server)).loggingIn())?.summary == "temporary 454")
      #expect(!server.seen.commands.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
    }
  }

  @Test func `TLS can be demanded of the server beside us too`() throws {
    try withMailServer { server in
      var mail = MailTransfer.to(server.url)
      mail.requireTLS = true
      #expect(CurlTransport().deliver(mail)?.summary == "temporary -")
      #expect(!server.seen.commands.contains { $0.hasPrefix("MAIL") })
    }
  }

  @Test func `without a user name STARTTLS is welcome, not demanded`() throws {
    try withMailServer { server in
      #expect(CurlTransport().deliver(.to(outside(server)))?.summary == "accepted")
    }
  }

  @Test func `TLS that gets no answer is temporary`() throws {
    try withMailServer(["connect": [.silence]]) { server in
      var mail = MailTransfer.to("smtps://127.0.0.1:\(server.port)")
      mail.timeoutMilliseconds = 200
      #expect(CurlTransport().deliver(mail)?.summary == "temporary -")
    }
  }
}
