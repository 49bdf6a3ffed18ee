// EventTests.swift - the shipped handlers with `--event`: the same programs serve a function service.

import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  struct EventTests {
    private func answer(_ shipped: ShippedInstallation, _ name: String, _ event: [UInt8]) throws
      -> FunctionAnswerText
    {
      let result = try ProgramRunner.run("\(shipped.cgiBin)/\(name)", ["--event"], input: event)
      #expect(result.exitCode == 0, "\(result.errors)")
      return try #require(FunctionAnswerText(result.output), "\(result.output)")
    }

    private func webhook(
      _ shipped: ShippedInstallation, _ kind: String, _ fields: [(String, String)], query: String = "",
      token: String = ShippedInstallation.token
    ) -> FunctionEventText {
      FunctionEventText(
        webhook: kind, fields, query: query, publicURL: shipped.publicURL, token: token)
    }

    @Test(arguments: ShippedPrograms.webhooks)
    func `an event is recorded as the request would have been`(name: String) throws {
      let shipped = try ShippedInstallation()
      let (fields, query) = shipped.goodWebhook(name)
      let answer = try answer(shipped, name, webhook(shipped, name, fields, query: query).bytes)
      #expect((200...204).contains(answer.status), "\(answer.text)")
      if !["sms-status", "ring"].contains(name) { #expect(try !shipped.list("events").isEmpty) }
    }

    @Test func `a missed call by events leads to the SMS`() throws {
      let shipped = try ShippedInstallation()
      let call = shipped.callFields("CA1")
      var event = webhook(shipped, "voice", call)
      event.path = "/prod/voice"  // a stage in front changes nothing: the signature is over public_url
      let ringing = try answer(shipped, "voice", event.bytes)
      #expect(ShippedInstallation.dialled(ringing.text) == ShippedInstallation.business)
      #expect(ringing.headers["content-type"]?.hasPrefix("text/xml") == true)
      var result = webhook(shipped, "dial-result", call + [("DialCallStatus", "no-answer")])
      result.isEncoded = false
      #expect(try answer(shipped, "dial-result", result.bytes).text.contains("<Say"))
      #expect(try shipped.only("calls")["outcome"] == "missed")
    }

    @Test(arguments: [true, false]) func `a NUL in an event's form costs nobody his words`(isEncoded: Bool)
      throws
    {
      let shipped = try ShippedInstallation()
      var event = webhook(shipped, "sms", shipped.smsFields("SM1", "xx.yy\0live.com"))
      event.isEncoded = isEncoded
      #expect(try answer(shipped, "sms", event.bytes).status == 200)
      #expect(try shipped.only("tickets")["summary"] == "xx.yylive.com")
    }

    @Test func `what CGI refuses an event is refused for too`() throws {
      let shipped = try ShippedInstallation()
      let fields = shipped.callFields("CA1")
      let forged = try answer(shipped, "voice", webhook(shipped, "voice", fields, token: "wrong").bytes)
      #expect(forged.status == 403)
      var query = webhook(
        shipped, "sms-status", [("MessageSid", "SM1"), ("MessageStatus", "sent")], query: "m=1")
      query.query = "m=2"
      #expect(try answer(shipped, "sms-status", query.bytes).status == 403)
      var large = webhook(shipped, "sms", shipped.smsFields("SM1", String(repeating: "x", count: 70_000)))
      #expect(try answer(shipped, "sms", large.bytes).status == 413)
      large.headers[0].1 = "application/json"
      #expect(try answer(shipped, "sms", large.bytes).status == 415)
      let get = try answer(shipped, "sms", FunctionEventText("GET", "/sms").bytes)
      #expect(get.status == 405)
      #expect(get.headers["allow"] == "POST")
      #expect(try shipped.list("events").isEmpty)
    }

    @Test(arguments: ["", "{", "[]", "null", "{\"version\":\"1.0\"}", "\u{0}\u{1}", "{\"Records\":[]}"])
    func `a malformed event is answered with 400`(event: String) throws {
      let shipped = try ShippedInstallation()
      for name in ["voice", "anfrage", "operator", "health"] {
        let answer = try answer(shipped, name, Array(event.utf8))
        #expect(answer.status == 400)
        #expect(answer.text.hasSuffix("\n"))
      }
    }

    /// One pixel.
    private static let png: [UInt8] = [
      0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
      6, 0,
      0, 0, 0x1F, 0x15, 0xC4, 0x89, 0, 0, 0, 13, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0xF8, 0xFF, 0xFF,
      0xFF,
      0x7F, 0, 9, 0xFB, 3, 0xFD, 5, 0x43, 0x45, 0xCA, 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60,
      0x82,
    ]

    @Test func `form, inbox and photo work by events, cookies and base64 included`() throws {
      let shipped = try ShippedInstallation()
      func browse(_ name: String, _ query: String = "", cookies: [String] = [], form: [FormPart]? = nil)
        throws
        -> FunctionAnswerText
      {
        var event = FunctionEventText(form == nil ? "GET" : "POST", "/\(name)")
        event.query = query
        event.cookies = cookies
        event.headers = [
          ("host", "www.doerfler.example"), ("content-type", "multipart/form-data; boundary=XyZ"),
        ]
        event.body = form.map { TestWorld.multipart($0) } ?? []
        return try answer(shipped, name, event.bytes)
      }
      let page = try browse("anfrage", "ref=missed_call&phone=%2B41791234567")
      #expect(page.status == 200)
      let token = try #require(TestWorld.hidden("token", in: page.text))
      let thanks = try browse(
        "anfrage",
        form: [
          FormPart("token", token), FormPart("phone", "079 123 45 67"), FormPart("text", "Rohrbruch"),
          FormPart("urgency", "MED"), FormPart("company_url", ""),
          FormPart(file: "photos", filename: "a.png", type: "image/png", bytes: Self.png),
        ])
      #expect(thanks.status == 200, "\(thanks.text)")
      let ticket = try #require(try shipped.only("tickets")["id"])

      let printed = try shipped.opsfabric("inbox", "doerfler", "link", "Ada").output
      let link = try #require(printed.split(whereSeparator: \.isWhitespace).first { $0.contains("?k=") })
      let signedIn = try browse("inbox", String(link.drop { $0 != "?" }.dropFirst()))
      #expect(signedIn.status == 303)
      #expect(signedIn.headers["set-cookie"] == nil)
      let session = try #require(signedIn.cookies.first.map { String($0.prefix { $0 != ";" }) })
      #expect(try browse("inbox").text.contains("Rohrbruch") == false)
      let shown = try browse("inbox", "id=\(ticket)", cookies: ["other=1", session])
      #expect(shown.text.contains("Rohrbruch"))
      let source = try #require(shown.text.range(of: "<img src=\""))
      let address = String(shown.text[source.upperBound...].prefix { $0 != "\"" })
      let photo = try browse(
        "inbox", String(address.drop { $0 != "?" }.dropFirst()), cookies: [session])
      #expect(photo.headers["content-type"] == "image/png")
      #expect(photo.body.starts(with: Self.png.prefix(8)))
    }

    @Test(arguments: ["/prod/anfrage", "/anfrage", "/prod/v2/anfrage/", "/"])
    func `the form works behind a stage, which shows nowhere on it`(path: String) throws {
      let shipped = try ShippedInstallation()
      var event = FunctionEventText("GET", path)
      event.query = "ref=missed_call&phone=%2B41791234567&lang=fr"
      event.headers = [("host", "www.doerfler.example:443")]
      let page = try answer(shipped, "anfrage", event.bytes)
      #expect(page.status == 200)
      #expect(page.text.contains("action=\"?\"") && page.text.contains("href=\"?lang=de&amp;ref=missed_call"))
      #expect(!page.text.contains("/anfrage") && !page.text.contains("prod"))
      // A browser sends the form to the path it was fetched from, without the query.
      event.method = "POST"
      event.query = ""
      event.headers.append(("content-type", "multipart/form-data; boundary=XyZ"))
      event.body = TestWorld.multipart([
        FormPart("token", try #require(TestWorld.hidden("token", in: page.text))), FormPart("lang", "fr"),
        FormPart("ref", "missed_call"), FormPart("phone", "079 123 45 67"), FormPart("text", "Fuite"),
        FormPart("urgency", "HIGH"), FormPart("leer_lassen", ""),
      ])
      let thanks = try answer(shipped, "anfrage", event.bytes)
      #expect(thanks.status == 200 && thanks.text.contains("Merci"), "\(thanks.text)")
      #expect(!thanks.text.contains("prod"))
      // Nobody was texted: the link alone makes it no answer to a missed call.
      #expect(try shipped.only("tickets")["source"] == "website")
    }

    @Test func `a visitor cannot make an event of a CGI request`() throws {
      let shipped = try ShippedInstallation()
      // RFC 3875, section 4.4: a query without `=` arrives as arguments. The event would bring its own sender.
      var event = FunctionEventText("GET", "/health")
      event.headers = [("host", "www.doerfler.example")]
      let answer = WebClient.send(
        WebRequest(
          "POST", "\(shipped.publicURL)/health?--event", headers: [("Content-Type", "application/json")],
          body: event.bytes))
      #expect(answer.status == 405, "health takes no POST; as an event it would be answered")
      let result = try ProgramRunner.run(
        "\(shipped.cgiBin)/health", ["--event"],
        environment: ["GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "POST", "QUERY_STRING": "--event"],
        input: event.bytes)
      #expect(result.output.hasPrefix("Status: 405"))
    }

    @Test func `arguments nobody knows are a usage error, and --help helps`() throws {
      let shipped = try ShippedInstallation()
      let wrong = try ProgramRunner.run("\(shipped.cgiBin)/voice", ["--events"])
      #expect(wrong.exitCode == 2)
      #expect(wrong.errors.contains("--event "))
      let help = try ProgramRunner.run("\(shipped.cgiBin)/voice", ["--help"])
      #expect(help.exitCode == 0)
      #expect(help.output.contains("voice --event"))
    }

    @Test func `an event without a home is answered with 503`() throws {
      let folder =
        "\(ProgramRunner.temporaryFolder)/opsfabric-homeless-\(RandomSource.system.token(bytes: 8))"
      try Files.makeFolder(folder)
      defer { _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder]) }
      try WebServer.copyProgram("\(ShippedPrograms.cgiBin)/voice", to: "\(folder)/voice")
      let result = try ProgramRunner.run(
        "\(folder)/voice", ["--event"], input: FunctionEventText("POST", "/voice").bytes)
      #expect(result.exitCode == 0)
      #expect(FunctionAnswerText(result.output)?.status == 503)
    }

    @Test func `eight events at once on one folder with a journal for network file systems are all recorded`()
      throws
    {
      let shipped = try ShippedInstallation()
      try shipped.writeConfiguration("journal_mode: \"delete\",")
      try #require(try shipped.opsfabric("apply").exitCode == 0)
      let count = 160
      var running: [RunningProgram] = []
      func finish(downTo limit: Int) throws {
        while running.count > limit {
          let ended = try #require(running.removeFirst().wait(seconds: 60))
          #expect(ended.exitCode == 0)
          #expect((FunctionAnswerText(ended.output)?.status ?? 0) < 300, "\(ended.output)\(ended.errors)")
        }
      }
      for number in 0..<count {
        try finish(downTo: 7)
        let event = webhook(shipped, "voice", shipped.callFields("CA\(number)"))
        running.append(
          try ProgramRunner.start("\(shipped.cgiBin)/voice", ["--event"], input: event.bytes))
      }
      try finish(downTo: 0)
      _ = try shipped.opsfabric("run")  // should a writer have lost patience, its webhook lies in the spool
      let sids = try shipped.list("calls").compactMap { $0["call_sid"] }
      #expect(sids.count == count && Set(sids).count == count)
    }
  }
}
