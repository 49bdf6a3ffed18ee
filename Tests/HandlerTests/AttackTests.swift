// AttackTests.swift - what somebody tries who has a token of their own, a link of their own, or just a browser.

import Business
import CGI
import LocalTime
import StandIn
import Store
import TestSupport
import Testing

struct AttackTests {
  private static let subaccount = "AC" + String(repeating: "2", count: 32)

  /// A second tenant whose subaccount's token the attacker knows.
  private func worldWithRival() throws -> TestWorld {
    let world = try TestWorld()
    try world.addTenant("rival", number: "+41435550200") {
      $0.twilio = .init(accountSid: Self.subaccount, authToken: .init("sub-token"))
    }
    return world
  }

  private func call(_ sid: String, to number: String) -> [(String, String)] {
    [("CallSid", sid), ("AccountSid", Self.subaccount), ("From", TestWorld.caller), ("To", number)]
  }

  // MARK: another tenant's data

  @Test(arguments: ["delivered", "failed", "undelivered"])
  func `a subaccount's report changes no message of another tenant, and teaches nothing about its number`(
    status: String
  ) throws {
    let world = try worldWithRival()
    world.miss()
    try world.run(after: 31)
    let before = try world.list(.messages)
    let sid = try #require(before.first?["sid"])
    for (sid, code) in [(sid, "21610"), (sid, "30006"), ("SMother", "30003")] {
      let fields = [
        ("MessageSid", sid), ("MessageStatus", status), ("AccountSid", Self.subaccount), ("ErrorCode", code),
      ]
      #expect(world.post("sms-status", fields, query: "m=1", token: "sub-token").status == 204)
    }
    #expect(try world.list(.messages) == before)
    #expect(try world.list(.optouts).isEmpty)
    #expect(
      try world.store().lineType(phone: TestWorld.caller, since: world.clock.now.adding(days: -1)) == nil)
    // The operator's own account still speaks for it.
    _ = world.post(
      "sms-status", [("MessageSid", sid), ("MessageStatus", "delivered"), ("AccountSid", TestWorld.account)],
      query: "m=1")
    #expect(try world.list(.messages).first?["state"] == "delivered")
  }

  @Test func `a tenant's own subaccount reports on its own messages`() throws {
    let world = try worldWithRival()
    try world.standIn.addAccount(sid: Self.subaccount, token: "sub-token")
    try world.standIn.addNumber("+41795550300", account: Self.subaccount)
    world.tenants[1].smsSender = "+41795550300"
    try world.apply()
    for (kind, more) in [
      ("voice", []), ("dial-result", [("DialCallStatus", "busy"), ("DialBridged", "false")]),
    ] {
      _ = world.post(kind, call("CArival", to: "+41435550200") + more, token: "sub-token")
    }
    try world.run(after: 31)
    let sid = try #require(try world.list(.messages).first?["sid"])
    let fields = [("MessageSid", sid), ("MessageStatus", "delivered"), ("AccountSid", Self.subaccount)]
    _ = world.post("sms-status", fields, query: "m=1", token: "sub-token")
    #expect(try world.list(.messages).first?["state"] == "delivered")
  }

  @Test func `a subaccount's webhook changes no call of another tenant`() throws {
    let world = try worldWithRival()
    _ = world.post("voice", world.callFields("CAours", status: "ringing"))
    let before = try world.list(.calls)
    for (kind, more) in [
      ("dial-result", [("DialCallStatus", "completed"), ("DialBridged", "true")]),
      ("dial-result", [("DialCallStatus", "no-answer"), ("DialBridged", "false")]),
      ("call-status", [("CallStatus", "no-answer")]), ("voice", []), ("menu", [("Digits", "1")]),
    ] {
      let answer = world.post(kind, call("CAours", to: "+41435550200") + more, token: "sub-token")
      #expect(200..<300 ~= answer.status, "\(kind)")
    }
    let key = call("CAleg", to: TestWorld.business) + [("Digits", "1")]
    _ = world.post("screen", key, query: "tenant=rival&call=CAours", token: "sub-token")
    #expect(try world.list(.calls) == before)
    #expect(try world.list(.tickets).isEmpty)
  }

  // MARK: signatures

  @Test(arguments: ["key=K1,algorithm=HMAC_SHA256", "algorithm=none", "algorithm=HMAC_SHA1", ""])
  func `no header chooses another algorithm or key`(settings: String) throws {
    let world = try TestWorld()
    let body = "CallSid=CA1&From=%2B41791234567&To=%2B41435550100"
    let headers = ["X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS": settings]
    for signature in ["", "none", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="] {
      let answer = world.send(
        "voice", body: Array(body.utf8), headers: headers.merging(["X_TWILIO_SIGNATURE": signature]) { $1 })
      #expect(answer.status == 403)
    }
    #expect(try world.list(.calls).isEmpty)
  }

  @Test func `error codes are numbers, and a flood of them costs so many alerts and no more`() throws {
    let world = try TestWorld()
    world.installation.alertNumbers = ["+41790000001"]
    try world.apply()
    let odd = [("Sid", "NO0"), ("ErrorCode", "x\r\ny"), ("Level", String(repeating: "L", count: 500))]
    _ = world.post("twilio-error", odd)
    for index in 0..<100 {
      _ = world.post("twilio-error", [("Sid", "NO1\(index)"), ("ErrorCode", "\(11000 + index)")])
    }
    for _ in 0..<10 { try world.run(after: 20) }
    #expect(try world.texts(to: "+41790000001").count == 60)
    let alerts = try world.list(.events).filter { $0["type"] == "alert" }.compactMap { $0["detail"] }
    #expect(alerts.contains { $0.contains("twilio_error_unknown") })
    #expect(alerts.allSatisfy { $0.utf8.count < 300 })
  }

  @Test func `numbers beyond all bounds do not reach the books`() throws {
    let world = try TestWorld()
    for (index, count) in ["9223372036854775807", "-1", "0", "99999999999999999999", "7"].enumerated() {
      let fields = [
        ("MessageSid", "SM\(index)"), ("From", TestWorld.caller), ("To", TestWorld.number), ("Body", "Hallo"),
        ("NumSegments", count), ("NumMedia", count),
      ]
      #expect(world.post("sms", fields).status == 200)
    }
    #expect(try world.list(.events).filter { $0["type"] == "reply" }.count == 5)
  }

  // MARK: browsers

  @Test(arguments: [
    "//evil.example/inbox", "https://evil.example/inbox", "/inbox;Domain=evil.example", "/inbox\"><b>",
    "inbox", "",
    "/in box", "/inbox\u{e9}",
  ])
  func `an odd address leads nowhere else: not by Location, not by the cookie, not by a form`(uri: String)
    throws
  {
    let world = try TestWorld { $0.notify = [.init(channel: .sms, to: "+41796660001", on: [.new])] }
    func variables(_ name: String, _ query: String) -> [String: String] {
      ["QUERY_STRING": query, "REQUEST_URI": uri + "?" + query, "SCRIPT_NAME": "/cgi-bin/\(name)"]
    }
    let form = world.browse("anfrage", variables: variables("anfrage", ""))
    #expect(form.text.contains("action=\"?\""))
    try world.text("Hallo")
    try world.run()
    let notice = try #require(try world.texts(to: "+41796660001").last)
    let key = String(notice[try #require(notice.range(of: "?k=")).upperBound...])
    let signedIn = world.browse("inbox", variables: variables("inbox", "k=\(key)"))
    #expect(signedIn.status == 303)
    let headers = Dictionary(signedIn.headers.map { ($0.name, $0.value) }) { first, _ in first }
    #expect(headers["Location"] == "inbox?id=1")
    #expect(headers["Set-Cookie"]?.contains("; Path=/cgi-bin/inbox; ") == true)
  }

  @Test func `all addresses of one IPv6 line share their limit of forms`() throws {
    let world = try TestWorld()
    func send(_ index: Int, from address: String) throws -> Int {
      let page = world.browse("anfrage").text
      let token = try #require(TestWorld.hidden("token", in: page))
      let form = [
        FormPart("ref", ""), FormPart("token", token), FormPart("lang", "de"), FormPart("text", "x"),
        FormPart("urgency", "MED"), FormPart("phone", "079 \(200 + index) 00 00"), FormPart("name", "x"),
        FormPart("address", ""), FormPart("company_url", ""),
      ]
      return world.submit("anfrage", form, address: address).status
    }
    for index in 0..<20 { #expect(try send(index, from: "2001:db8:1:2::\(index + 1)") == 200) }
    #expect(try send(20, from: "2001:db8:1:2:ffff:1:2:3") == 429)
    #expect(try send(21, from: "2001:db8:1:3::1") == 200)
    #expect(try send(22, from: "::ffff:192.0.2.9") == 200)
  }
}
