// BadInputTests.swift - what is refused, with which status, and that nothing of it is recorded.

import CGI
import Platform
import StandIn
import TestSupport
import Testing
import Webhooks

struct BadInputTests {
  static let webhooks = Handlers.webhooks

  /// A webhook that would be recorded, for each handler.
  static func goodFields(_ kind: String) -> (fields: [(String, String)], query: String) {
    let call = [
      ("CallSid", "CA1"), ("AccountSid", TestWorld.account), ("From", TestWorld.caller),
      ("To", TestWorld.number),
    ]
    switch kind {
    case "dial-result": return (call + [("DialCallStatus", "no-answer")], "")
    case "screen": return (call + [("Digits", "1")], "tenant=doerfler&call=CA1")
    case "recording":
      return (
        call + [("RecordingSid", "RE" + String(repeating: "a", count: 32)), ("RecordingDuration", "5")],
        "tenant=doerfler"
      )
    case "menu": return (call + [("Digits", "1")], "")
    case "call-status": return (call + [("CallStatus", "no-answer")], "")
    case "sms":
      return (
        [
          ("MessageSid", "SM1"), ("AccountSid", TestWorld.account), ("From", TestWorld.caller),
          ("To", TestWorld.number), ("Body", "2"), ("NumMedia", "0"),
        ], ""
      )
    case "sms-status": return ([("MessageSid", "SM1"), ("MessageStatus", "delivered")], "m=1")
    case "twilio-error": return ([("Sid", "NO1"), ("Level", "ERROR"), ("Payload", "{}")], "")
    default: return (call, "")
    }
  }

  /// Nothing in any table, nothing in the spool.
  private func expectUntouched(_ world: TestWorld, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(try world.list(.calls).isEmpty, sourceLocation: sourceLocation)
    #expect(try world.list(.tickets).isEmpty, sourceLocation: sourceLocation)
    #expect(try world.list(.messages).isEmpty, sourceLocation: sourceLocation)
    #expect(try world.list(.events).isEmpty, sourceLocation: sourceLocation)
    #expect(try Files.list(world.home.spool) == ["rejected"], sourceLocation: sourceLocation)
  }

  @Test(arguments: webhooks) func `a wrong, altered or missing signature is 403 and leaves nothing`(
    kind: String
  ) throws {
    let world = try TestWorld()
    let (fields, query) = Self.goodFields(kind)
    let right = WebhookSigner.sign(
      url: "\(TestWorld.publicURL)/\(kind)" + (query.isEmpty ? "" : "?\(query)"), params: fields,
      token: TestWorld.token)
    #expect(world.post(kind, fields, query: query, token: "another token").status == 403)
    #expect(world.post(kind, fields, query: query, signature: "").status == 403)
    #expect(world.post(kind, fields, query: query, signature: right + "x").status == 403)
    #expect(world.post(kind, fields + [("X", "1")], query: query, signature: right).status == 403)
    #expect(world.post(kind, fields, query: query + "&x=1", signature: right).status == 403)
    try expectUntouched(world)
    #expect(world.log.lines.count == 5)
    #expect(world.log.lines.allSatisfy { !$0.contains(TestWorld.token) && !$0.contains(TestWorld.caller) })
  }

  @Test(arguments: webhooks) func `any method but POST is 405 and says so`(kind: String) throws {
    let world = try TestWorld()
    for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", ""] {
      let reply = world.send(kind, method: method)
      #expect(reply.status == 405)
      #expect(reply.headers.contains(.init(name: "Allow", value: "POST")))
    }
    try expectUntouched(world)
  }

  @Test(arguments: ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
  func `a wrong media type is 415`(type: String) throws {
    let world = try TestWorld()
    #expect(world.send("sms", body: Array("a=1".utf8), contentType: type).status == 415)
    try expectUntouched(world)
  }

  @Test func `a media type with parameters and in capitals is fine`() throws {
    let world = try TestWorld()
    let reply = world.send(
      "sms", body: Array("a=1".utf8), contentType: "Application/X-WWW-Form-Urlencoded; charset=utf-8")
    #expect(reply.status == 403)
  }

  @Test(arguments: [
    ("99999999999999999999999", 413), ("65537", 413), ("9223372036854775807", 413), ("-1", 400),
    ("12abc", 400),
    ("1e3", 400), (" 12", 400), ("60000", 400),
  ])
  func `an absurd or untrue Content-Length is refused`(length: String, status: Int) throws {
    let world = try TestWorld()
    #expect(world.send("sms", body: Array("a=1".utf8), contentLength: length).status == status)
    try expectUntouched(world)
  }

  @Test func `a body of exactly 64 KiB is read and one byte more is 413`() throws {
    let world = try TestWorld()
    let fields = [("MessageSid", "SM1"), ("From", TestWorld.caller), ("To", TestWorld.number)]
    let frame =
      fields.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&") + "&Body="
    let text = String(repeating: "x", count: 65_536 - frame.utf8.count)
    #expect(world.post("sms", fields + [("Body", text)]).status == 200)
    #expect(try world.list(.tickets).count == 1)
    #expect(
      world.post("sms", [("MessageSid", "SM2")] + fields.dropFirst() + [("Body", text + "x")]).status == 413)
    #expect(try world.list(.tickets).count == 1)
  }

  @Test(arguments: ["Body=%", "Body=%4", "Body=%zz", "Body=a%0", "%=1", "Body=%C3%2"])
  func `escapes that cannot be read are 400, with a signature or without`(body: String) throws {
    let world = try TestWorld()
    let reply = world.send("sms", body: Array(body.utf8), headers: ["X_TWILIO_SIGNATURE": "AAAA"])
    #expect(reply.status == 400)
    #expect(reply.text.split(separator: "\n").count == 1)
    #expect(world.post("sms", body: body).status == 400)
    try expectUntouched(world)
  }

  @Test(arguments: webhooks.filter { WebhookList[$0]?.requiredFields.isEmpty == false })
  func `each required parameter is missed with 400`(kind: String) throws {
    let world = try TestWorld()
    let (fields, query) = Self.goodFields(kind)
    let required = [
      "screen": ["CallSid"], "recording": ["CallSid"], "sms": ["MessageSid", "From", "To"],
      "sms-status": ["MessageSid", "MessageStatus"],
      "dial-result": ["CallSid", "From", "To", "DialCallStatus"],
      "call-status": ["CallSid", "From", "To", "CallStatus"],
    ]
    for name in required[kind] ?? ["CallSid", "From", "To"] {
      let reply = world.post(kind, fields.filter { $0.0 != name }, query: query)
      #expect(reply.status == 400)
      #expect(reply.text.contains(name))
    }
    try expectUntouched(world)
  }

  @Test(arguments: ["voice", "dial-result", "menu", "call-status", "sms"])
  func `a number that no tenant has is 404`(kind: String) throws {
    let world = try TestWorld()
    let (fields, query) = Self.goodFields(kind)
    let others = fields.map { $0.0 == "To" ? ("To", "+41435559999") : $0 }
    #expect(world.post(kind, others, query: query).status == 404)
    #expect(world.post("screen", [("CallSid", "CA2")], query: "tenant=nobody").status == 404)
    try expectUntouched(world)
  }

  @Test func `repeated and empty parameters are signed as Twilio signs them`() throws {
    let world = try TestWorld()
    let fields =
      Self.goodFields("voice").fields + [
        ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234"), ("FromCity", ""),
      ]
    #expect(world.post("voice", fields).status == 200)
  }

  @Test func `the signature may be made with the standard port or without`() throws {
    let world = try TestWorld()
    let fields = Self.goodFields("voice").fields
    let withPort = WebhookSigner.sign(
      url: "https://hooks.example.ch:443/cgi-bin/voice", params: fields, token: TestWorld.token)
    #expect(world.post("voice", fields, signature: withPort).status == 200)
    world.installation.publicURL = "https://hooks.example.ch:8443/cgi-bin"
    try world.apply()
    #expect(world.post("voice", fields).status == 200)
  }

  @Test func `a subaccount signs for its own tenant only and the operator's account for all`() throws {
    let world = try TestWorld()
    let sub = "AC" + String(repeating: "2", count: 32)
    try world.addTenant("muster", number: "+41435550200") {
      $0.twilio = .init(accountSid: sub, authToken: .init("sub-token"))
    }
    func call(to number: String, account: String, token: String) -> Int {
      let fields = [
        ("CallSid", newSid("CA")), ("AccountSid", account), ("From", TestWorld.caller), ("To", number),
      ]
      return world.post("voice", fields, token: token).status
    }
    #expect(call(to: "+41435550200", account: sub, token: "sub-token") == 200)
    #expect(call(to: "+41435550200", account: sub, token: TestWorld.token) == 200)
    #expect(call(to: TestWorld.number, account: sub, token: "sub-token") == 404)
    #expect(call(to: TestWorld.number, account: TestWorld.account, token: "sub-token") == 403)
  }

  @Test func `a replayed webhook has no further effect`() throws {
    let world = try TestWorld()
    for _ in 0..<3 {
      for kind in Self.webhooks {
        let (fields, query) = Self.goodFields(kind)
        _ = world.post(kind, fields, query: query)
      }
    }
    #expect(try world.list(.calls).count == 1)
    #expect(try world.list(.tickets).count == 1)
    #expect(try world.list(.messages).count == 1)
  }
}
