// FunctionEventTests.swift - an event of payload format 2.0 as the CGI request it means, or a refusal.

import CGI
import Crypto
import Functions
import JSON
import Testing

struct FunctionEventTests {
  /// As AWS documents it, with everything.
  static let whole = #"""
    {"version": "2.0", "routeKey": "$default", "rawPath": "/prod/sms-status", "rawQueryString": "m=7&x=a%20b&x=c",
     "cookies": ["opsfabric_inbox=abc", "other=1"],
     "headers": {"content-type": "application/x-www-form-urlencoded; charset=UTF-8", "host": "hooks.example.ch",
       "x-twilio-signature": "c2ln", "content-length": "9999", "accept-language": "de,fr",
       "x_twilio_signature": "forged", "X-Forwarded-For": "192.0.2.1, 192.0.2.2"},
     "queryStringParameters": {"m": "7", "x": "a b,c"},
     "requestContext": {"accountId": "123456789012", "domainName": "id.execute-api.eu-central-2.amazonaws.com",
       "http": {"method": "POST", "path": "/prod/sms-status", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.9",
         "userAgent": "TwilioProxy/1.1"}, "stage": "prod", "timeEpoch": 1583348638390},
     "body": "TWVzc2FnZVNpZD1TTTE=", "isBase64Encoded": true}
    """#

  private func request(_ json: String) throws -> CGIRequest { try FunctionEvent.request(Array(json.utf8)) }

  @Test func `a whole event is the request a web server would have handed over`() throws {
    let request = try request(Self.whole)
    #expect(request.method == "POST")
    #expect(request.query == "m=7&x=a%20b&x=c")
    #expect(request.mediaType == "application/x-www-form-urlencoded")
    #expect(try request.body(limit: 100) == Array("MessageSid=SM1".utf8))
    #expect(request.bodyInMemory == Array("MessageSid=SM1".utf8))
    #expect(request.header("X-Twilio-Signature") == "c2ln")
    #expect(request.header("host") == "hooks.example.ch")
    #expect(request.header("Cookie") == "opsfabric_inbox=abc; other=1")
    #expect(request.header("Accept-Language") == "de,fr")
    #expect(request.header("X-Forwarded-For") == "192.0.2.1, 192.0.2.2")
    #expect(request.variable("REMOTE_ADDR") == "192.0.2.9")
    #expect(request.variable("REQUEST_URI") == "/prod/sms-status?m=7&x=a%20b&x=c")
    #expect(request.variable("CONTENT_LENGTH") == "14")
    #expect(request.variable("HTTP_CONTENT_LENGTH") == nil)
  }

  @Test func `an event with the least in it is a request without query, headers or body`() throws {
    let request = try request(#"{"requestContext":{"http":{"method":"GET"}}}"#)
    #expect(request.method == "GET")
    #expect(request.query == "")
    #expect(request.mediaType == "")
    #expect(try request.body(limit: 10).isEmpty)
    #expect(request.variable("REQUEST_URI") == "/")
  }

  @Test func `null stands for absent`() throws {
    let request = try request(
      #"{"version":"2.0","rawPath":null,"rawQueryString":null,"cookies":null,"headers":null,"body":null,"#
        + #""isBase64Encoded":null,"requestContext":{"http":{"method":"GET","sourceIp":null}}}"#)
    #expect(request.method == "GET")
    #expect(request.variable("REMOTE_ADDR") == nil)
  }

  @Test func `a body that is plain text is taken as UTF-8`() throws {
    let request = try request(
      #"{"requestContext":{"http":{"method":"POST"}},"body":"Body=Gr\u00fcezi \ud83d\ude00"}"#)
    #expect(try request.body(limit: 100) == Array("Body=Grüezi 😀".utf8))
  }

  @Test func `a header given twice in different case is one, joined by a comma`() throws {
    let request = try request(
      #"{"requestContext":{"http":{"method":"GET"}},"headers":{"Accept":"a","accept":"b"}}"#)
    #expect(request.header("Accept") == "a, b")
  }

  @Test func `a path that could lead to another host is only a path`() throws {
    let request = try request(
      #"{"requestContext":{"http":{"method":"GET"}},"rawPath":"//evil.example/inbox"}"#)
    #expect(request.variable("REQUEST_URI") == "/evil.example/inbox")
    let marked = try self.request(
      #"{"requestContext":{"http":{"method":"GET"}},"rawPath":"/inbox?k=1","rawQueryString":"k=2"}"#)
    #expect(marked.query == "k=2")
  }

  @Test(arguments: [
    "", "{", "[]", "\"text\"", "null", "{}", #"{"Records":[{"eventSource":"aws:sqs"}]}"#,
    #"{"version":"1.0","httpMethod":"POST","requestContext":{"http":{"method":"GET"}}}"#,
    #"{"version":2,"requestContext":{"http":{"method":"GET"}}}"#,
    #"{"requestContext":{"http":{"method":""}}}"#,
    #"{"requestContext":{"http":{"method":5}}}"#, #"{"requestContext":"x"}"#,
    #"{"requestContext":{"http":{"method":"GET"}},"headers":[]}"#,
    #"{"requestContext":{"http":{"method":"GET"}},"headers":{"a":1}}"#,
    #"{"requestContext":{"http":{"method":"GET"}},"cookies":"a=b"}"#,
    #"{"requestContext":{"http":{"method":"GET"}},"cookies":[1]}"#,
    #"{"requestContext":{"http":{"method":"GET"}},"body":{"a":1}}"#,
    #"{"requestContext":{"http":{"method":"GET"}},"rawQueryString":1}"#,
    #"{"requestContext":{"http":{"method":"GET"}},"rawPath":[]}"#,
    #"{"requestContext":{"http":{"method":"GET"}},"rawQueryString":"a=1\n\nkind: voice"}"#,
    #"{"requestContext":{"http":{"method":"POST"}},"body":"not base64!","isBase64Encoded":true}"#,
    #"{"requestContext":{"http":{"method":"POST"}},"body":"YQ=","isBase64Encoded":true}"#,
    #"{"requestContext":{"http":{"method":"POST"}},"body":"YQ==","isBase64Encoded":"yes"}"#,
    #"{"requestContext":{"http":{"method":"POST"}},"body":"\ud83d"}"#,
  ])
  func `a malformed event is refused with 400 and a reason of one line`(json: String) throws {
    let error = #expect(throws: RequestError.self) { try request(json) }
    #expect(error?.status == 400)
    #expect(error?.reason.contains("\n") == false)
  }

  @Test func `an event larger than any service sends is refused with 413`() {
    let error = #expect(throws: RequestError.self) {
      try FunctionEvent.request([UInt8](repeating: 32, count: FunctionEvent.limit + 1))
    }
    #expect(error?.status == 413)
  }

  @Test func `every truncation of an event is refused, and none crashes`() {
    let bytes = Array(Self.whole.utf8)
    for length in bytes.indices {
      #expect(throws: RequestError.self) { try FunctionEvent.request(Array(bytes[..<length])) }
    }
  }
}

struct FunctionAnswerTests {
  private func answer(_ response: CGIResponse) throws -> JSONDocument {
    try JSONDocument(FunctionAnswer.json(response))
  }

  @Test func `text goes as text`() throws {
    let answer = try answer(.xml("<Response>Grüezi \"du\"\n</Response>"))
    #expect(answer["statusCode"]?.integer == 200)
    #expect(answer["headers"]?["content-type"]?.text == "text/xml; charset=utf-8")
    #expect(answer["headers"]?["cache-control"]?.text == "no-store")
    #expect(answer["body"]?.text == "<Response>Grüezi \"du\"\n</Response>")
    #expect(answer["isBase64Encoded"]?.flag == false)
    #expect(answer["cookies"] == nil)
  }

  @Test func `a photo goes as base64`() throws {
    let photo = (0...255).map(UInt8.init)
    let answer = try answer(CGIResponse(status: 200, contentType: "image/jpeg", body: photo))
    #expect(answer["isBase64Encoded"]?.flag == true)
    #expect(answer["body"]?.text.flatMap(base64Decoded) == photo)
  }

  @Test func `cookies go where cookies belong, and no value begins a line of its own`() throws {
    let answer = try answer(
      CGIResponse(
        status: 303,
        headers: [
          .init(name: "Location", value: "/inbox\r\nX-Evil: 1"),
          .init(name: "Set-Cookie", value: "a=1; Path=/"),
          .init(name: "Set-Cookie", value: "b=2"), .init(name: "Vary", value: "a"),
          .init(name: "Vary", value: "b"),
          .init(name: "Cache-Control", value: "private"),
        ]))
    #expect(answer["statusCode"]?.integer == 303)
    #expect(answer["cookies"] == .array([.string("a=1; Path=/"), .string("b=2")]))
    #expect(answer["headers"]?["location"]?.text == "/inboxX-Evil: 1")
    #expect(answer["headers"]?["set-cookie"] == nil)
    #expect(answer["headers"]?["vary"]?.text == "a, b")
    #expect(answer["headers"]?["cache-control"]?.text == "private")
    #expect(answer["body"]?.text == "")
  }

  @Test func `an answer too large for a function becomes a small one that says so`() throws {
    let large = CGIResponse(
      status: 200, contentType: "image/png", body: [UInt8](repeating: 0xff, count: 5 << 20))
    let bytes = FunctionAnswer.json(large)
    #expect(bytes.count < 1000)
    let answer = try JSONDocument(bytes)
    #expect(answer["statusCode"]?.integer == 500)
    #expect(answer["body"]?.text?.contains("too many for a function") == true)
    let small = CGIResponse(
      status: 200, contentType: "image/png", body: [UInt8](repeating: 0xff, count: 4 << 20))
    #expect(try self.answer(small)["statusCode"]?.integer == 200)
  }
}
