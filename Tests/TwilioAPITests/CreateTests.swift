// CreateTests.swift - creating a message: the exact request, and what each answer means.

import Curl
import LocalTime
import Testing
import Twilio
import TwilioAPI

private let sms = OutgoingSMS(
  to: "+41791234567", sender: "+41790000001", body: "Grüezi & 1+1=2 👋",
  statusCallback: "https://h.example/cgi-bin/sms-status?m=7#rc=3&rp=ct,rt,5xx",
  validityPeriodSeconds: 3600)

private func outcome(_ answer: Result<HTTPReply, HTTPFailure>, of message: OutgoingSMS = sms) -> SendOutcome?
{
  let bench = Bench(answer)
  return bench.wait { bench.client.create(message, as: account, completion: $0) }
}

private func body(of message: OutgoingSMS) throws -> String {
  let bench = Bench(.json(201, createdMessage))
  _ = bench.wait { bench.client.create(message, as: account, completion: $0) }
  return String(decoding: try #require(bench.transport.requests.first?.body), as: UTF8.self)
}

extension SendOutcome {
  fileprivate var refusal: (verdict: SendVerdict, code: Int?, message: String, retryAfter: Int?)? {
    guard case .refused(let verdict, _, let code, let message, let retryAfter) = self else { return nil }
    return (verdict, code, message, retryAfter)
  }
  fileprivate var isUnknown: Bool { if case .unknown = self { true } else { false } }
}

@Suite struct CreateTests {
  @Test func `the request is the one of Twilio's documentation`() throws {
    let bench = Bench(.json(201, createdMessage))
    _ = bench.wait { bench.client.create(sms, as: account, completion: $0) }
    let request = try #require(bench.transport.requests.first)
    #expect(request.method == "POST")
    #expect(request.url == "https://api.twilio.com\(accountPath)Messages.json")
    #expect(request.username == account.accountSid)
    #expect(request.password == "s3cret")
    #expect(request.timeoutMilliseconds == 7000)
    #expect(request.headers.contains { $0 == ("Content-Type", "application/x-www-form-urlencoded") })
    #expect(
      String(decoding: request.body ?? [], as: UTF8.self)
        == "To=%2B41791234567&From=%2B41790000001"
        + "&Body=Gr%C3%BCezi%20%26%201%2B1%3D2%20%F0%9F%91%8B"
        + "&StatusCallback=https%3A%2F%2Fh.example%2Fcgi-bin%2Fsms-status"
        + "%3Fm%3D7%23rc%3D3%26rp%3Dct%2Crt%2C5xx"
        + "&ValidityPeriod=3600")
  }

  @Test func `an API address with a path and a slash keeps its path`() {
    let bench = Bench(.json(201, createdMessage), apiBase: "http://127.0.0.1:8080/twilio/")
    _ = bench.wait { bench.client.create(sms, as: account, completion: $0) }
    #expect(bench.urls == ["http://127.0.0.1:8080/twilio\(accountPath)Messages.json"])
  }

  @Test(arguments: [
    ("MG0123456789abcdef0123456789abcdef", "MessagingServiceSid"), ("+41790000001", "From"),
    ("MGarage", "From"),
  ])
  func `the sender's kind decides the field`(sender: String, field: String) throws {
    let text = try body(of: OutgoingSMS(to: "+41791234567", sender: sender, body: "x"))
    #expect(text.contains("&\(field)="))
    #expect(!text.contains("StatusCallback"))
  }

  @Test(arguments: [(-5, 1), (0, 1), (60, 60), (36000, 36000), (90000, 36000)])
  func `the validity period is kept within Twilio's limits`(wanted: Int, sent: Int) throws {
    var message = sms
    message.validityPeriodSeconds = wanted
    #expect(try body(of: message).hasSuffix("&ValidityPeriod=\(sent)"))
  }

  @Test(arguments: [201, 200])
  func `an answer with a message is accepted`(status: Int) throws {
    guard case .accepted(let message) = outcome(.json(status, createdMessage)) else {
      Issue.record("not accepted")
      return
    }
    #expect(message.sid == "SM0123456789abcdef0123456789abcdef")
    #expect(message.status == "queued")
    #expect(message.body == "Grüezi 👋")
    #expect(message.numSegments == 1)
    #expect(message.numMedia == 0)
    #expect(message.price == nil)
    #expect(message.priceUnit == "usd")
    #expect(message.errorCode == nil)
    #expect(message.dateCreated?.iso8601 == "2026-02-10T08:15:30Z")
    #expect(message.dateSent == nil)
    #expect(message.mediaURI == "/2010-04-01/Accounts/AC0/Messages/SM0/Media.json")
  }

  @Test(arguments: ["", "{", "<html>ok</html>", "{}", #"{"sid":null}"#, #"{"sid":""}"#, "[]"])
  func `a success that cannot be read is unknown`(text: String) {
    #expect(outcome(.json(201, text))?.isUnknown == true)
  }

  @Test func `what never left may be repeated, what may have left may not`() throws {
    guard case .neverSent("refused") = outcome(.failure(.neverSent("refused"))) else {
      Issue.record("not neverSent")
      return
    }
    #expect(outcome(.failure(.ambiguous("timeout")))?.isUnknown == true)
  }

  @Test func `a refusal carries verdict, code and message without the whole number`() throws {
    let answer = """
      {"code": 21211, "message": "The 'To' number +41791234567 is not a valid phone number.",
      "more_info": "https://www.twilio.com/docs/errors/21211", "status": 400}
      """
    let refusal = try #require(outcome(.json(400, answer))?.refusal)
    #expect(refusal.verdict == .permanent)
    #expect(refusal.code == 21211)
    #expect(refusal.message == "The 'To' number +…67 is not a valid phone number.")
    #expect(refusal.retryAfter == nil)
  }

  @Test(arguments: [
    (400, #"{"code":"21610","message":"x"}"#, SendVerdict.optedOut),
    (400, #"{"code":21614,"message":"x","status":400}"#, .landline),
    (401, #"{"code":20003,"message":"Authenticate","status":401}"#, .credentials),
    (401, "", .credentials), (403, "<html>", .credentials),
    (404, #"{"status":404,"message":"not found"}"#, .configuration),
    (400, #"{"code":29999,"message":"new","status":400}"#, .permanent),
    (400, #"{"message":"no code","status":400}"#, .permanent),
    (503, #"{"code":20429,"message":"Too Many Requests"}"#, .rateLimited),
  ])
  func `a refusal is judged by code, then by status`(status: Int, text: String, verdict: SendVerdict) throws {
    #expect(outcome(.json(status, text))?.refusal?.verdict == verdict)
  }

  @Test(arguments: [
    (500, #"{"code":20500,"message":"Internal","status":500}"#), (503, #"{"code":20503}"#), (502, "<html>"),
    (504, ""), (500, #"{"code":21211,"message":"odd"}"#), (302, ""), (400, "<html>Bad Request</html>"),
    (408, "<html>"),
  ])
  func `a server error and a middle box's page are unknown`(status: Int, text: String) {
    #expect(outcome(.json(status, text))?.isUnknown == true)
  }

  @Test(arguments: [
    ([:], nil), (["retry-after": "7"], 7), (["retry-after": "-3"], 0), (["retry-after": "soon"], nil),
    (["retry-after": "99999999"], 86_400),
    (["retry-after": "Tue, 10 Feb 2026 08:16:00 GMT", "date": "Tue, 10 Feb 2026 08:15:30 GMT"], 30),
    (["retry-after": "Tue, 10 Feb 2026 08:16:00 GMT"], nil),
  ])
  func `a 429 backs off for as long as it says`(headers: [String: String], seconds: Int?) throws {
    let refusal = try #require(outcome(.json(429, #"{"code":20429,"message":"x"}"#, headers))?.refusal)
    #expect(refusal.verdict == .rateLimited)
    #expect(refusal.retryAfter == seconds)
  }

  @Test func `credentials print without the token`() {
    var dumped = ""
    dump(account, to: &dumped)
    for text in ["\(account)", String(reflecting: account), dumped] {
      #expect(text.contains("AC0123456789abcdef0123456789abcdef"))
      #expect(!text.contains("s3cret"))
    }
  }
}
