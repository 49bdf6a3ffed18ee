// QueueTests.swift - the requests to Amazon SQS, what is made of its answers, and a webhook as a message's text.

import Business
import CGI
import Curl
import JSON
import LocalTime
import Platform
import Spool
import TestSupport
import Testing
import Webhooks

@testable import Queue

struct QueueTests {
  private static let kept = KeptWebhook(
    kind: "dial-result", query: "", body: Array("CallSid=CA1&From=%2B41&To=%2B42".utf8),
    receivedAt: Timestamp(milliseconds: 1_700_000_000_123))

  private func client(_ url: String = "https://sqs.eu-central-2.amazonaws.com/1/calls") throws -> SQSClient {
    let settings = Installation.SQS(
      queueURL: url, region: "eu-central-2", accessKeyID: "AK", secretAccessKey: Secret("S"))
    return SQSClient(
      access: try #require(QueueAccess(settings, environment: Environment([:]))), transport: CurlTransport())
  }

  private func body(_ request: HTTPRequest) throws -> JSONDocument { try JSONDocument(request.body ?? []) }

  @Test func `a webhook is sent to the root of the service, signed for its region`() throws {
    let request = try client().sending(Self.kept, sequence: "", withinMilliseconds: 800)
    #expect(request.url == "https://sqs.eu-central-2.amazonaws.com/")
    #expect(request.timeoutMilliseconds == 800)
    #expect(request.connectTimeoutMilliseconds == 800)
    #expect(request.signing?.service == "sqs")
    #expect(request.signing?.region == "eu-central-2")
    #expect(request.headers.contains { $0.name == "X-Amz-Target" && $0.value == "AmazonSQS.SendMessage" })
    #expect(
      request.headers.contains { $0.name == "Content-Type" && $0.value == "application/x-amz-json-1.0" })
    #expect(!request.headers.contains { $0.name == "X-Amz-Security-Token" })
    let body = try body(request)
    #expect(body["QueueUrl"]?.text == "https://sqs.eu-central-2.amazonaws.com/1/calls")
    #expect(body["MessageGroupId"] == nil)
    #expect(
      body["MessageBody"]?.text.flatMap { KeptWebhook(MessageText.content($0)) } == Self.kept)
  }

  @Test func `a FIFO queue keeps what belongs to one call in order, and drops what is sent twice`() throws {
    let client = try client("https://sqs.eu-central-2.amazonaws.com/1/calls.fifo")
    func fields(_ kept: KeptWebhook) throws -> (group: String?, once: String?) {
      let body = try body(client.sending(kept, sequence: kept.sequence, withinMilliseconds: 800))
      return (body["MessageGroupId"]?.text, body["MessageDeduplicationId"]?.text)
    }
    var voice = Self.kept
    voice.kind = "voice"
    var other = Self.kept
    other.body = Array("CallSid=CA2&From=%2B41&To=%2B42".utf8)
    let screen = KeptWebhook(
      kind: "screen", query: "tenant=a&call=CA1", body: [], receivedAt: other.receivedAt)
    let first = try fields(Self.kept)
    #expect(try fields(Self.kept) == first)
    #expect(first.group?.count == 64)
    #expect(try fields(voice).group == first.group)
    #expect(try fields(screen).group == first.group)
    #expect(try fields(voice).once != first.once)
    #expect(try fields(other).group != first.group)
  }

  @Test func `credentials are the settings', else the environment's with its session token, else none`()
    throws
  {
    let settings = Installation.SQS(queueURL: "http://q/1/a", region: "r")
    #expect(QueueAccess(settings, environment: Environment([:])) == nil)
    #expect(QueueAccess(settings, environment: Environment(["AWS_ACCESS_KEY_ID": "A"])) == nil)
    let environment = Environment([
      "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "very-secret", "AWS_SESSION_TOKEN": "T",
    ])
    let access = try #require(QueueAccess(settings, environment: environment))
    let request = SQSClient(access: access, transport: CurlTransport()).sending(
      Self.kept, sequence: "", withinMilliseconds: 1)
    #expect(request.signing?.accessKeyID == "A")
    #expect(request.headers.contains { $0.name == "X-Amz-Security-Token" && $0.value == "T" })
    #expect(!"\(request)".contains("secret"), "no secret in a log")
  }

  @Test(arguments: ["plain=text", "Body=Gr\u{fc}ezi", "a=\u{1}\u{fffe}\u{fffd}", "", "a\n\nb=c\r\n"])
  func `every webhook comes back from a message as it went`(body: String) throws {
    let kept = KeptWebhook(
      kind: "sms", query: "x=1%20&y", body: Array(body.utf8), receivedAt: Timestamp(milliseconds: 5))
    let text = try #require(
      try self.body(client().sending(kept, sequence: "", withinMilliseconds: 1))["MessageBody"]?.text)
    // What SQS takes, and less.
    #expect(text.unicodeScalars.allSatisfy { (32...126).contains($0.value) || $0.value == 10 })
    #expect(KeptWebhook(MessageText.content(text)) == kept)
  }

  @Test(arguments: [
    "", "nonsense", "base64:", "base64:%%%", "base64:AAAA",
    "opsfabric-webhook: 1\nkind: no body\nreceived: 1\n\n",
    "opsfabric-webhook: 1\nkind: sms\nreceived: soon\n\n", "opsfabric-webhook: 2\nkind: sms\nreceived: 1\n\n",
  ])
  func `a message of somebody else's is no webhook`(text: String) {
    #expect(KeptWebhook(MessageText.content(text)) == nil)
  }

  @Test(arguments: [
    (400, "com.amazonaws.sqs#QueueDoesNotExist", true),
    (403, "com.amazon.coral.service#AccessDeniedException", true),
    (403, "SignatureDoesNotMatch", true), (400, "com.amazon.coral.availability#ThrottlingException", false),
    (403, "RequestThrottled", false), (500, "InternalError", false), (503, "", false),
  ])
  func `a refusal is told from an outage`(status: Int, code: String, isRefusal: Bool) {
    let reply = HTTPReply(status: status, body: Array("{\"__type\":\"\(code)\",\"message\":\"why\"}".utf8))
    let outcome = SQSClient.outcome(of: .success(reply))
    switch outcome {
    case .success: Issue.record("\(outcome)")
    case .failure(.refused): #expect(isRefusal)
    case .failure(.unavailable): #expect(!isRefusal)
    }
  }

  @Test func `an answer that is no JSON is an outage, not a success`() {
    for body in ["", "<html>", "{"] {
      let outcome = SQSClient.outcome(of: .success(HTTPReply(status: 200, body: Array(body.utf8))))
      guard case .failure(.unavailable) = outcome else {
        Issue.record("\(outcome)")
        return
      }
    }
    guard case .failure(.unavailable) = SQSClient.outcome(of: .failure(.ambiguous("lost"))) else {
      Issue.record("a lost answer is an outage")
      return
    }
  }
}
