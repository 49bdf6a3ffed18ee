// FunctionTargets.swift - what function services and queues hand over: JSON, events, messages.

import CGI
import Functions
import JSON
import Spool
import Webhooks

let functionTargets: [FuzzTarget] = [
  FuzzTarget(
    "json",
    words: ["{", "}", "[", "]", ":", ",", "\"", "\\u", "\\ud83d\\ude00", "null", "true", "-1.5e+3", "\\"],
    readJSON),
  FuzzTarget(
    "event", longest: 16_384,
    words: [
      "\"requestContext\":{\"http\":{\"method\":\"GET\"}}", "\"headers\":{", "\"cookies\":[", "\"body\":\"",
      "\"isBase64Encoded\":true", "\"rawQueryString\":\"", "\"rawPath\":\"//", "\"version\":\"2.0\"", "null",
    ], readEvent),
  FuzzTarget(
    "kept-webhook",
    words: ["opsfabric-webhook: 1\n", "kind: voice\n", "received: 1\n", "query: ", "\n\n", "="],
    readKept),
]

/// What is read is written as a text that means the same.
@Sendable private func readJSON(_ bytes: [UInt8]) throws {
  guard let document = try? JSONDocument(bytes) else { return }
  try require((try? JSONDocument(document.bytes)) == document, "written again it is another document")
}

@Sendable private func readEvent(_ bytes: [UInt8]) throws {
  let request: CGIRequest
  do throws(RequestError) {
    request = try FunctionEvent.request(bytes)
  } catch {
    try require([400, 413].contains(error.status), "refused with \(error.status)")
    try require(!error.reason.contains("\n"), "the reason has more than one line")
    return
  }
  let uri = request.variable("REQUEST_URI") ?? ""
  try require(uri.hasPrefix("/") && !uri.hasPrefix("//"), "the path leads elsewhere: \(uri)")
  try require(
    request.variable("CONTENT_LENGTH") == String(request.bodyInMemory?.count ?? -1), "a wrong length")
  let answer = FunctionAnswer.json(
    CGIResponse(
      status: 200, contentType: request.header("Accept"), body: request.bodyInMemory ?? [],
      headers: [.init(name: "Set-Cookie", value: request.header("Cookie") ?? "")]))
  guard let document = try? JSONDocument(answer) else { throw Violation("the answer is no JSON") }
  try require(document["statusCode"]?.integer == 200, "the answer has no status")
}

/// What is read is kept as the same.
@Sendable private func readKept(_ bytes: [UInt8]) throws {
  guard let kept = KeptWebhook(bytes) else { return }
  try require(KeptWebhook(kept.bytes) == kept, "kept again it is another webhook")
  _ = (kept.webhook, kept.sequence)
}
