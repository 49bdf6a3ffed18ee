// BrokenTextTests.swift - a NUL, or bytes that are no UTF-8, in what Twilio signs: signed as they are, then mended,
// never refused, whichever way the webhook takes.

import CGI
import Platform
import StandIn
import TestSupport
import Testing

struct BrokenTextTests {
  /// Escapes, and what is left of them.
  private static let pieces = [
    ("%00", ""), ("%C0%80", "\u{FFFD}\u{FFFD}"), ("%80", "\u{FFFD}"),
    ("%ED%A0%80", "\u{FFFD}\u{FFFD}\u{FFFD}"),
    ("%E2%82", "\u{FFFD}"), ("%F4%90%80%80", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"), ("%FF", "\u{FFFD}"),
    ("%F0%9F%91", "\u{FFFD}"),
  ]

  private func body(_ kind: String, and more: String) -> (body: String, query: String) {
    let (fields, query) = BadInputTests.goodFields(kind)
    let pairs = fields.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" } + [more]
    return (pairs.joined(separator: "&"), query)
  }

  private func sms(_ text: String, sid: String = "SM1") -> String {
    "MessageSid=\(sid)&From=%2B41791234567&To=%2B41435550100&NumMedia=0&Body=\(text)"
  }

  @Test func `what Twilio writes where an at sign was is no reason to lose a person's words`() throws {
    let world = try TestWorld()
    #expect(world.post("sms", body: sms("xx.yy%00live.com")).status == 200)
    let ticket = try #require(try world.list(.tickets).first)
    #expect(ticket["summary"] == "xx.yylive.com")
    #expect(ticket["phone"] == TestWorld.caller)
  }

  @Test(arguments: pieces) func `whatever the bytes, the words around them are kept`(
    _ escapes: String, _ left: String
  ) throws {
    let world = try TestWorld()
    #expect(world.post("sms", body: sms("Rohr+\(escapes)+undicht")).status == 200)
    #expect(try world.list(.tickets).first?["summary"] == "Rohr \(left) undicht")
  }

  @Test(
    arguments: BadInputTests.webhooks, ["CallerName=M%00ller", "CallerName=M%FCller", "F%00oo=1", "F%C3=1"])
  func `no webhook is refused for a field, or for its name`(_ kind: String, _ field: String) throws {
    let world = try TestWorld()
    let (body, query) = body(kind, and: field)
    #expect(200..<300 ~= world.post(kind, body: body, query: query).status)
  }

  @Test func `the phone rings for a caller whose name is broken`() throws {
    let world = try TestWorld()
    let reply = world.post("voice", body: body("voice", and: "CallerName=%ED%A0%80%00").body)
    #expect(reply.text.contains("<Number>\(TestWorld.business)</Number>"))
    #expect(try world.list(.calls).count == 1)
    let fallback = world.post(
      "twilio-error", body: body("voice", and: "CallerName=%ED%A0%80%00").body + "&ErrorCode=11200")
    #expect(fallback.text.contains("<Number>\(TestWorld.business)</Number>"))
    #expect(try world.list(.calls).count == 1)
  }

  @Test func `a NUL in a number or a Sid does not hide whose it is`() throws {
    let world = try TestWorld()
    let body = "MessageSid=SM1%00&From=%2B41791234567%00&To=%2B4143%005550100&Body=1&NumMedia=0"
    #expect(world.post("sms", body: body).status == 200)
    #expect(try world.list(.tickets).first?["phone"] == TestWorld.caller)
    #expect(world.post("sms", body: sms("1")).status == 200)
    #expect(try world.eventTypes().filter { $0 == "reply" }.count == 1)
  }

  @Test func `the signature is over the bytes, not over what is left of them`() throws {
    let world = try TestWorld()
    let url = "\(TestWorld.publicURL)/sms"
    for (sent, signed) in [("a%00b", "ab"), ("a%FFb", "a%EF%BF%BDb"), ("ab", "a%00b")] {
      let signature = WebhookSigner.sign(url: url, body: sms(signed), token: TestWorld.token)
      let reply = world.send(
        "sms", body: Array(sms(sent).utf8), headers: ["X_TWILIO_SIGNATURE": signature])
      #expect(reply.status == 403, "\(sent)")
    }
    #expect(try world.list(.tickets).isEmpty)
  }

  @Test func `the spool carries it as it was sent`() throws {
    let world = try TestWorld()
    try Files.remove(world.home.database)
    #expect(world.post("sms", body: sms("xx.yy%00live.com%FF")).status == 200)
    #expect(try Files.list(world.home.spool).count == 2)
    _ = try world.store()
    try world.run()
    #expect(try world.list(.tickets).first?["summary"] == "xx.yylive.com\u{FFFD}")
    #expect(try Files.list(world.home.spool) == ["rejected"])
  }

  @Test func `the queue carries it as it was sent`() throws {
    let world = try TestWorld()
    let queue = try world.useQueue()
    // Bytes that are no escapes, too: a queue takes no such text.
    let body = sms("xx.yy%00live.com")
    #expect(world.post("sms", body: body).status == 200)
    let raw = Array(sms("roh ", sid: "SM2").utf8) + [0xFF, 0x00]
    let signature = WebhookSigner.sign(
      url: "\(TestWorld.publicURL)/sms", body: sms("roh+%FF%00", sid: "SM2"), token: TestWorld.token)
    #expect(world.send("sms", body: raw, headers: ["X_TWILIO_SIGNATURE": signature]).status == 200)
    #expect(queue.count == 2)
    for _ in 0..<3 { try world.run(after: 5) }
    let summary = try world.list(.tickets).first?["summary"]
    #expect(summary == "xx.yylive.com\nroh \u{FFFD}")
  }

  @Test func `the sweep finds it as the webhook would have said it`() throws {
    let world = try TestWorld()
    try world.run()
    _ = try world.standIn.receiveMessage(
      from: TestWorld.caller, to: TestWorld.number, body: "xx.yy\0live.com", url: "\(TestWorld.publicURL)/sms"
    )
    for _ in 0..<8 { try world.run(after: 60) }
    #expect(try world.list(.tickets).first?["summary"] == "xx.yylive.com")
  }
}
