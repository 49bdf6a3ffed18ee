// ServiceTargets.swift - what other servers answer: Twilio's JSON.

import Curl
import LocalTime
import TwilioAPI

let serviceTargets: [FuzzTarget] = [
  FuzzTarget(
    "twilio-json",
    words: [
      "{\"sid\":\"SM1\"", "\"messages\":[", "\"next_page_uri\":", "\"//evil.example/x\"", "1e400", "-0",
      "\\ud800", "null",
      "\"num_segments\":\"", "\"date_sent\":\"Tue, 10 Feb 2026 08:15:30 +0000\"", "\"code\":21610",
    ], readTwilio)
]

/// Answers every request with the same bytes; requests go nowhere but to Twilio's address.
private final class Answers: HTTPTransport {
  private let reply: HTTPReply
  private var waiting: [(Result<HTTPReply, HTTPFailure>) -> Void] = []
  private(set) var requests = 0
  private(set) var strangers: [String] = []

  init(_ reply: HTTPReply) { self.reply = reply }

  var inFlight: Int { waiting.count }

  func submit(_ request: HTTPRequest, completion: @escaping (Result<HTTPReply, HTTPFailure>) -> Void) {
    requests += 1
    if !request.url.hasPrefix("https://twilio.test/") { strangers.append(request.url) }
    waiting.append(completion)
  }

  func poll(milliseconds: Int) {
    while let next = waiting.first {
      waiting.removeFirst()
      next(.success(reply))
    }
  }

  func abandonAll() { waiting = [] }
}

/// Each call ends, exactly once, after no more pages than it was told; credentials go to nobody else.
@Sendable private func readTwilio(_ bytes: [UInt8]) throws {
  let status = [200, 201, 400, 401, 404, 429, 500, 503][Int(bytes.first ?? 0) % 8]
  let reply = HTTPReply(
    status: status, headers: ["retry-after": text(bytes.dropFirst().prefix(8))],
    body: Array(bytes.dropFirst()))
  let transport = Answers(reply)
  let client = TwilioClient(
    transport: transport, apiBase: "https://twilio.test", lookupsBase: "https://twilio.test",
    timeoutMilliseconds: 1000)
  let account = TwilioCredentials(accountSid: "AC0", authToken: "t")
  var ends: [String: Int] = [:]
  client.fetchMessage("SM1", as: account) { _ in ends["message", default: 0] += 1 }
  client.fetchCall("CA1", as: account) { _ in ends["call", default: 0] += 1 }
  client.lookup("+41791234567", as: account) { _ in ends["lookup", default: 0] += 1 }
  client.listMessages(to: "+41791234567", from: nil, maxPages: 3, as: account) { _ in
    ends["list", default: 0] += 1
  }
  client.listCalls(to: "+41791234567", parentCallSid: nil, startedOnOrAfter: nil, maxPages: 3, as: account) {
    _ in
    ends["calls", default: 0] += 1
  }
  client.create(
    OutgoingSMS(
      to: "+41791234567", sender: "+41791111111", body: "x", statusCallback: nil, validityPeriodSeconds: 60),
    as: account
  ) { outcome in
    ends["create", default: 0] += 1
    if case .refused(_, _, _, _, let seconds) = outcome, let seconds, seconds < 0 {
      ends["past", default: 0] += 1
    }
  }
  while transport.inFlight > 0 && transport.requests < 50 { transport.poll(milliseconds: 0) }
  try require(ends["past"] == nil, "to be sent again in the past")
  try require(ends.count == 6 && ends.values.allSatisfy { $0 == 1 }, "ended: \(ends)")
  try require(transport.strangers.isEmpty, "asked \(transport.strangers)")
}
