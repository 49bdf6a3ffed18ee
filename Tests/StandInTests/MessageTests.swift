// MessageTests.swift - the Messages resource: shapes, refusals, paging, what becomes of a message.

import LocalTime
import StandIn
import Testing

@Suite struct MessageTests {
  @Test func `a new message has Twilio's shape`() throws {
    let fixture = try Fixture()
    let reply = fixture.send(body: "Grüezi – {1}")
    #expect(reply.status == 201)
    #expect(reply.text("sid")?.hasPrefix("SM") == true)
    #expect(reply.text("sid")?.count == 34)
    #expect(reply.text("status") == "queued")
    #expect(reply.text("body") == "Grüezi – {1}")
    #expect(reply.body.allSatisfy { $0 < 128 })
    #expect(reply.text("num_segments") == "1")
    #expect(reply.text("num_media") == "0")
    #expect(reply.text("date_created") == "Tue, 10 Feb 2026 08:15:30 +0000")
    #expect(reply.text("direction") == "outbound-api")
    for key in ["price", "error_code", "error_message", "date_sent", "messaging_service_sid"] {
      #expect(reply.isNull(key), "\(key)")
    }
    #expect(reply.text("uri") == "\(Fixture.root)/Messages/\(reply.text("sid") ?? "").json")
  }

  @Test func `a message through a service has no sender and no segments yet`() throws {
    let fixture = try Fixture()
    let service = newSid("MG")
    let reply = fixture.ask(
      "POST", "/Messages.json",
      form: [("To", Fixture.caller), ("MessagingServiceSid", service), ("Body", "Hallo")])
    #expect(reply.status == 201)
    #expect(reply.isNull("from"))
    #expect(reply.text("status") == "accepted")
    #expect(reply.text("num_segments") == "0")
    try fixture.standIn.deliverMessages()
    #expect(try fixture.standIn.messages().first?.from == Fixture.sender)
  }

  @Test(
    arguments: [
      ([("To", "")], 21604), ([("From", "")], 21603), ([("Body", "")], 21602),
      ([("To", "0791234567")], 21211),
      ([("To", Fixture.sender)], 21211), ([("From", "+41790000000")], 21606),
      ([("From", Fixture.landline)], 21606), ([("From", "Zu langer Name")], 21212),
      ([("To", "+41443332211")], 21635), ([("To", "+41860791234567")], 21614),
      ([("Body", String(repeating: "a", count: 1601))], 21617),
      ([("StatusCallback", "https://my_host/x")], 21609), ([("ValidityPeriod", "0")], 20001),
    ] as [(Parameters, Int)])
  func `what Twilio refuses is refused`(parameters: Parameters, code: Int) throws {
    let fixture = try Fixture()
    let reply = fixture.send(parameters)
    #expect(reply.status == 400)
    #expect(reply.integer("code") == code)
    #expect(reply.integer("status") == 400)
    #expect(reply.text("more_info") == "https://www.twilio.com/docs/errors/\(code)")
    #expect(try fixture.standIn.messages().isEmpty)
  }

  @Test func `a STOP blocks the pair until START`() throws {
    let fixture = try Fixture()
    for (word, code) in [("stop", 21610), (" START ", nil), ("STOP PLEASE", nil)] as [(String, Int?)] {
      _ = try fixture.standIn.receiveMessage(
        from: Fixture.caller, to: Fixture.sender, body: word, url: "https://example.ch/sms")
      #expect(fixture.send().integer("code") == code)
    }
  }

  @Test func `lists are filtered and paged without gaps`() throws {
    let fixture = try Fixture()
    for index in 0..<7 { #expect(fixture.send(body: "Nr. \(index)").status == 201) }
    #expect(fixture.send(to: "+41791111111").status == 201)
    var bodies: [String] = []
    var next: String? = "\(Fixture.root)/Messages.json?To=%2B41791234567&PageSize=3"
    var pages = 0
    while let uri = next, pages < 9 {
      let parts = uri.split(separator: "?").map(String.init)
      let reply = fixture.ask("GET", parts[0], query: parts[1])
      bodies += reply.list("messages").compactMap { $0["body"] as? String }
      #expect(reply.integer("page") == pages)
      next = reply.text("next_page_uri")
      pages += 1
      // What comes in meanwhile must not shift the next page.
      #expect(fixture.send(body: "neu").status == 201)
    }
    #expect(pages == 3)
    #expect(bodies == (0..<7).reversed().map { "Nr. \($0)" })
  }

  @Test func `DateSent filters by GMT day and passes no message that is still queued`() throws {
    let fixture = try Fixture()
    #expect(fixture.send(body: "eins").status == 201)
    try fixture.standIn.deliverMessages()
    fixture.now = fixture.now.adding(days: 1)
    #expect(fixture.send(body: "zwei").status == 201)
    func count(_ query: String) -> Int {
      fixture.ask("GET", "/Messages.json", query: query).list("messages").count
    }
    #expect(count("") == 2)
    #expect(count("DateSent%3E=2026-02-10") == 1)
    #expect(count("DateSent=2026-02-10") == 1)
    #expect(count("DateSent%3E=2026-02-11") == 0)
    #expect(count("DateSent%3C=2026-02-09") == 0)
    #expect(count("DateSent%3C=2026-02-10") == 1)
  }

  @Test func `a message is redacted, and deleted once it is final`() throws {
    let fixture = try Fixture()
    let path = "/Messages/\(fixture.send().text("sid") ?? "").json"
    #expect(fixture.ask("DELETE", path).status == 409)
    try fixture.standIn.deliverMessages()
    #expect(fixture.ask("POST", path, form: [("Body", "")]).text("body") == "")
    #expect(fixture.ask("POST", path, form: [("Body", "x")]).status == 400)
    #expect(fixture.ask("DELETE", path).status == 204)
    #expect(fixture.ask("GET", path).integer("code") == 20404)
  }

  @Test func `a price comes late, as negative text`() throws {
    let fixture = try Fixture()
    let path = "/Messages/\(fixture.send(body: String(repeating: "a", count: 161)).text("sid") ?? "").json"
    try fixture.standIn.deliverMessages()
    #expect(fixture.ask("GET", path).isNull("price"))
    try fixture.standIn.pricesReady()
    #expect(fixture.ask("GET", path).text("price") == "-0.15380")
    #expect(fixture.ask("GET", path).text("num_segments") == "2")
  }

  @Test func `with a delay set, messages and prices move by the clock`() throws {
    let fixture = try Fixture()
    try fixture.standIn.set("delivery_seconds", to: "10")
    try fixture.standIn.set("price_seconds", to: "60")
    let path = "/Messages/\(fixture.send().text("sid") ?? "").json"
    #expect(fixture.ask("GET", path).text("status") == "queued")
    fixture.now = fixture.now.adding(seconds: 10)
    #expect(fixture.ask("GET", path).text("status") == "delivered")
    #expect(fixture.ask("GET", path).isNull("price"))
    fixture.now = fixture.now.adding(seconds: 60)
    #expect(fixture.ask("GET", path).text("price") == "-0.07690")
  }

  @Test(arguments: [
    ("", 1), (String(repeating: "ä", count: 160), 1), (String(repeating: "a", count: 161), 2),
    (String(repeating: "€", count: 80), 1), (String(repeating: "€", count: 81), 2),
    (String(repeating: "ç", count: 70), 1), (String(repeating: "ç", count: 71), 2),
    (String(repeating: "a", count: 152) + "€" + String(repeating: "a", count: 152), 3),
    (String(repeating: "😀", count: 35), 1), (String(repeating: "😀", count: 36), 2),
  ])
  func `segments are counted as they are billed`(text: String, segments: Int) {
    #expect(Segments.count(text) == segments)
  }

  @Test func `pictures of an incoming message are listed`() throws {
    let fixture = try Fixture()
    let webhook = try fixture.standIn.receiveMessage(
      from: Fixture.caller, to: Fixture.sender, body: "", media: [("https://example.ch/a.jpg", "image/jpeg")],
      url: "https://example.ch/sms")
    let sid = value("MessageSid", in: webhook.parameters) ?? ""
    let media = fixture.ask("GET", "/Messages/\(sid)/Media.json").list("media_list")
    #expect(media.count == 1)
    #expect(media.first?["content_type"] as? String == "image/jpeg")
    #expect(fixture.ask("GET", "/Messages/\(sid).json").text("num_media") == "1")
  }
}
