// ReadTests.swift - fetching, listing, looking up: exact addresses, tolerant reading, whole lists.

import Curl
import LocalTime
import Testing
import TwilioAPI

private typealias Messages = Result<[MessageResource], APIFailure>
private typealias Calls = Result<[CallResource], APIFailure>

private let callLeg = """
  {"sid":"CA2","parent_call_sid":"CA1","to":"+41441112233","from":"+41791234567","status":"completed",
  "direction":"outbound-dial","start_time":"Tue, 31 Mar 2026 15:20:00 +0000",
  "end_time":"Tue, 31 Mar 2026 15:20:15 +0000","duration":"15","price":"-0.03000","price_unit":"USD",
  "answered_by":null,"queue_time":"1000"}
  """

private func page(_ key: String, _ items: [String], next: String? = nil) -> Result<HTTPReply, HTTPFailure> {
  let nextText = next.map { "\"\($0)\"" } ?? "null"
  return .json(
    200,
    """
    {"\(key)":[\(items.joined(separator: ","))],"next_page_uri":\(nextText),"page":0,"page_size":100,
    "first_page_uri":"/x","uri":"/x"}
    """)
}

private func message(_ sid: String) -> String { #"{"sid":"\#(sid)","status":"received"}"# }

private func list(_ bench: Bench, maxPages: Int = 20) -> Messages? {
  bench.wait {
    bench.client.listMessages(
      to: nil, from: nil, sentOnOrAfter: nil, maxPages: maxPages, as: account, completion: $0)
  }
}

@Suite struct ReadTests {
  @Test(arguments: [(204, ""), (200, "<html>Welcome to the hotel's network</html>"), (200, "{}"), (202, "")])
  func `only 204 says that something is gone at Twilio`(status: Int, body: String) throws {
    let bench = Bench(.json(status, body))
    let result: Result<Void, APIFailure>? = bench.wait {
      bench.client.deleteRecording("RE1", as: account, completion: $0)
    }
    let isGone = if case .success = try #require(result) { true } else { false }
    #expect(isGone == (status == 204))
  }

  /// Half a surrogate pair, alone, before a whole one, as text after a backslash; a NUL; bytes that are no UTF-8.
  @Test(arguments: [
    (#"a\ud83db"#, "a\u{FFFD}b"), (#"\udc4d"#, "\u{FFFD}"), (#"\ud83d\ud83d\udc4d"#, "\u{FFFD}\u{1F44D}"),
    (#"\\ud83d \ud83d"#, #"\ud83d \#u{FFFD}"#), (#"xx.yy\u0000live.com"#, "xx.yylive.com"),
    (#"\ud83d\n"#, "\u{FFFD}\n"),
    ("\u{1F44D} ok", "\u{1F44D} ok"), (#"\uD83D\uDC4D"#, "\u{1F44D}"),
  ])
  func `a text that is broken spoils neither its message nor the list`(_ escaped: String, _ text: String)
    throws
  {
    let bench = Bench(
      page("messages", [#"{"sid":"SM1","body":"\#(escaped)","status":"received"}"#, message("SM2")]))
    let got = try #require(try list(bench)?.get())
    #expect(got.map(\.sid) == ["SM1", "SM2"])
    #expect(got.first.map { Array($0.body.unicodeScalars) } == Array(text.unicodeScalars))
  }

  @Test func `bytes that are no UTF-8 spoil no list`() throws {
    let body =
      Array(#"{"messages":[{"sid":"SM1","body":"a"#.utf8) + [0xED, 0xA0, 0x80, 0xFF]
      + Array(#"b"},{"sid":"SM2"}]}"#.utf8)
    let bench = Bench(.success(HTTPReply(status: 200, headers: [:], body: body)))
    let got = try list(bench)?.get()
    #expect(got?.map(\.sid) == ["SM1", "SM2"])
    #expect(got?.first?.body == "a\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}b")
  }

  @Test func `a message is fetched by its SID, numbers as numbers or as text`() throws {
    let answer = """
      {"sid":"SM1","to":"+41791234567","from":null,"messaging_service_sid":"MG1","status":"undelivered",
      "num_segments":2,"num_media":1,"price":-0.0769,"price_unit":"USD","error_code":"30003"}
      """
    let bench = Bench(.json(200, answer))
    let result: Result<MessageResource, APIFailure>? = bench.wait {
      bench.client.fetchMessage("SM1", as: account, completion: $0)
    }
    let got = try #require(try result?.get())
    #expect(bench.urls == ["https://api.twilio.com\(accountPath)Messages/SM1.json"])
    #expect(bench.transport.requests.first?.method == "GET")
    #expect(bench.transport.requests.first?.body == nil)
    #expect(bench.transport.requests.first?.password == "s3cret")
    #expect(got.from == nil)
    #expect(got.messagingServiceSid == "MG1")
    #expect(got.numSegments == 2)
    #expect(got.numMedia == 1)
    #expect(got.price == "-0.0769")
    #expect(got.errorCode == 30003)
    #expect(got.body == "")
    #expect(got.dateCreated == nil)
  }

  @Test func `a SID cannot lead elsewhere`() {
    let bench = Bench(.json(404, ""))
    let _: Result<CallResource, APIFailure>? = bench.wait {
      bench.client.fetchCall("../x?y#z", as: account, completion: $0)
    }
    #expect(bench.urls == ["https://api.twilio.com\(accountPath)Calls/..%2Fx%3Fy%23z.json"])
  }

  @Test func `a call leg is read whole`() throws {
    let bench = Bench(.json(200, callLeg))
    let result: Result<CallResource, APIFailure>? = bench.wait {
      bench.client.fetchCall("CA2", as: account, completion: $0)
    }
    let call = try #require(try result?.get())
    #expect(
      call
        == CallResource(
          sid: "CA2", parentCallSid: "CA1", to: "+41441112233", from: "+41791234567", status: "completed",
          direction: "outbound-dial", startTime: Timestamp(iso8601: "2026-03-31T15:20:00Z"),
          endTime: Timestamp(iso8601: "2026-03-31T15:20:15Z"), duration: 15, price: "-0.03000",
          priceUnit: "USD"))
  }

  @Test func `a call that was never answered has no duration`() throws {
    let bench = Bench(.json(200, #"{"sid":"CA3","duration":"","start_time":"","price":null}"#))
    let result: Result<CallResource, APIFailure>? = bench.wait {
      bench.client.fetchCall("CA3", as: account, completion: $0)
    }
    let call = try #require(try result?.get())
    #expect(call.duration == nil)
    #expect(call.startTime == nil)
  }

  @Test func `messages are listed with Twilio's filters`() throws {
    let bench = Bench(page("messages", [message("SM1")]))
    let result: Messages? = bench.wait {
      bench.client.listMessages(
        to: "+41791234567", from: "+41790000001",
        sentOnOrAfter: CivilDate(year: 2026, month: 1, day: 31), as: account, completion: $0)
    }
    #expect(try result?.get().map(\.sid) == ["SM1"])
    #expect(
      bench.urls == [
        "https://api.twilio.com\(accountPath)Messages.json"
          + "?To=%2B41791234567&From=%2B41790000001&DateSent%3E=2026-01-31&PageSize=100"
      ])
  }

  @Test func `calls are listed with Twilio's filters`() throws {
    let bench = Bench(page("calls", [callLeg]))
    let result: Calls? = bench.wait {
      bench.client.listCalls(
        to: "+41790000001", parentCallSid: "CA1",
        startedOnOrAfter: CivilDate(year: 2026, month: 1, day: 31), pageSize: 5000, as: account,
        completion: $0)
    }
    #expect(try result?.get().map(\.sid) == ["CA2"])
    #expect(
      bench.urls == [
        "https://api.twilio.com\(accountPath)Calls.json"
          + "?To=%2B41790000001&ParentCallSid=CA1&StartTime%3E=2026-01-31&PageSize=1000"
      ])
  }

  @Test func `recordings are listed from a day on, whatever of one is missing`() throws {
    let bench = Bench(
      page(
        "recordings",
        [
          """
          {"sid":"RE1","call_sid":"CA1","status":"completed","source":"RecordVerb","duration":"23","channels":1,
          "start_time":"Tue, 31 Mar 2026 15:20:00 +0000","date_created":"Tue, 31 Mar 2026 15:20:01 +0000",
          "price":"-0.00250","error_code":null}
          """, #"{"sid":"RE2","duration":null,"date_created":"Tue, 31 Mar 2026 15:20:01 +0000"}"#,
        ]))
    let day = try #require(CivilDate(year: 2026, month: 1, day: 31))
    let result: Result<[RecordingResource], APIFailure>? = bench.wait {
      bench.client.listRecordings(
        createdOnOrAfter: day, as: account, completion: $0)
    }
    #expect(
      try result?.get() == [
        RecordingResource(
          sid: "RE1", callSid: "CA1", status: "completed", source: "RecordVerb", seconds: 23,
          startTime: Timestamp(iso8601: "2026-03-31T15:20:00Z")),
        RecordingResource(
          sid: "RE2", callSid: "", status: "", source: "", seconds: 0,
          startTime: Timestamp(iso8601: "2026-03-31T15:20:01Z")),
      ])
    #expect(
      bench.urls == [
        "https://api.twilio.com\(accountPath)Recordings.json?DateCreated%3E=2026-01-31&PageSize=1000"
      ])
  }

  @Test(arguments: ["https://api.twilio.com", "http://127.0.0.1:8080/twilio"])
  func `the next page is asked for at the configured address`(base: String) throws {
    let bench = Bench(
      page("messages", [message("SM1"), message("SM2")], next: "\(accountPath)Messages.json?PageToken=PA2"),
      page("messages", [message("SM3")]), apiBase: base)
    #expect(try list(bench)?.get().map(\.sid) == ["SM1", "SM2", "SM3"])
    #expect(bench.urls.last == "\(base)\(accountPath)Messages.json?PageToken=PA2")
    #expect(bench.transport.requests.last?.password == "s3cret")
  }

  @Test(arguments: [
    "https://evil.example/2010-04-01/Accounts/x", "//evil.example/x", "@evil.example/", ".evil.example/x",
    "/2010-04-01/Accounts/ACother/Messages.json", "\(accountPath)../../../x", "\(accountPath)x y",
    "\(accountPath)Messages.json#x", "https://api.twilio.com\(accountPath)Messages.json", "relative.json",
  ])
  func `a next page elsewhere is not asked for`(next: String) {
    let bench = Bench(page("messages", [message("SM1")], next: next), page("messages", []))
    guard case .failure(.unavailable) = list(bench) else {
      Issue.record("not refused")
      return
    }
    #expect(bench.transport.requests.count == 1)
  }

  @Test func `a list with more pages than allowed is a failure, not a short list`() {
    let next = "\(accountPath)Messages.json?Page=1"
    let bench = Bench(
      page("messages", [message("SM1")], next: next), page("messages", [message("SM2")], next: next))
    guard case .failure(.unavailable) = list(bench, maxPages: 2) else {
      Issue.record("not a failure")
      return
    }
    #expect(bench.transport.requests.count == 2)
  }

  @Test func `a page that fails fails the list`() {
    let bench = Bench(
      page("messages", [message("SM1")], next: "\(accountPath)Messages.json?Page=1"),
      .json(429, "", ["retry-after": "3"]))
    guard case .failure(.rateLimited(retryAfterSeconds: 3)) = list(bench) else {
      Issue.record("not rate limited")
      return
    }
  }

  @Test func `a list with an unreadable entry is a failure, not a short list`() {
    let bench = Bench(page("messages", [message("SM1"), #"{"status":"queued"}"#]))
    guard case .failure(.unavailable) = list(bench) else {
      Issue.record("not a failure")
      return
    }
  }

  @Test(arguments: [
    (401, "", APIFailure.credentials("HTTP 401, not JSON")),
    (400, #"{"code":20003,"message":"no"}"#, .credentials("HTTP 400, code 20003: no")),
    (429, "", .rateLimited(retryAfterSeconds: nil)),
    (404, #"{"code":20404,"message":"gone"}"#, .refused(httpStatus: 404, code: 20404, message: "gone")),
    (503, "<html>", .unavailable("HTTP 503, not JSON")),
    (302, "", .unavailable("HTTP 302, not JSON")),
    (200, "<html>", .unavailable("HTTP 200 with an unreadable answer")),
  ])
  func `a failed read says why`(status: Int, text: String, failure: APIFailure) {
    #expect(list(Bench(.json(status, text))) == .failure(failure))
  }

  @Test func `a read without an answer may be repeated`() {
    #expect(list(Bench(.failure(.ambiguous("timeout")))) == .failure(.unavailable("timeout")))
    #expect(list(Bench(.failure(.neverSent("refused")))) == .failure(.unavailable("refused")))
  }
}

@Suite struct LookupTests {
  private func lookup(_ text: String, status: Int = 200) -> (Result<LookupResult, APIFailure>?, [String]) {
    let bench = Bench(.json(status, text), lookupsBase: "https://lookups.twilio.com/")
    let result = bench.wait { bench.client.lookup("+41791234567", as: account, completion: $0) }
    return (result, bench.urls)
  }

  @Test func `the line type is asked for and read`() throws {
    let (result, urls) = lookup(
      """
      {"calling_country_code":"41","country_code":"CH","phone_number":"+41791234567","valid":true,
      "validation_errors":null,"caller_name":null,"line_type_intelligence":{"type":"mobile",
      "carrier_name":"Swisscom","mobile_country_code":"228","mobile_network_code":"01","error_code":null}}
      """)
    #expect(result == .success(LookupResult(valid: true, countryCode: "CH", lineType: "mobile")))
    #expect(
      urls == [
        "https://lookups.twilio.com/v2/PhoneNumbers/%2B41791234567?Fields=line_type_intelligence"
      ])
  }

  @Test func `an invalid number is an answer`() {
    let (result, _) = lookup(
      #"{"valid":false,"validation_errors":["TOO_SHORT"],"country_code":null,"line_type_intelligence":null}"#)
    #expect(result == .success(LookupResult(valid: false)))
  }

  @Test func `a number out of coverage says so`() {
    let (result, _) = lookup(
      #"{"valid":true,"country_code":"LI","line_type_intelligence":{"type":null,"error_code":60600}}"#)
    #expect(result == .success(LookupResult(valid: true, countryCode: "LI", errorCode: 60600)))
  }

  @Test func `an answer without validity is no answer`() {
    #expect(lookup("{}").0 == .failure(.unavailable("HTTP 200 with an unreadable answer")))
  }
}
