// WebTargets.swift - what a web server hands over: forms, queries, cookies, multipart bodies, whole requests.

import CGI
import Platform
import TestSupport
import Uploads
import Web

let webTargets: [FuzzTarget] = [
  FuzzTarget("form", words: ["%", "%00", "%C3%A4", "%ff", "+", "&", "=", "&&", "a=1"], readForm),
  FuzzTarget(
    "multipart", longest: 1 << 16,
    words: [
      "--BB\r\n", "--BB--\r\n", "\r\n--BB", "Content-Disposition: form-data; name=\"", "filename=\"",
      "\r\n\r\n",
      "Content-Transfer-Encoding: base64\r\n", "filename*=UTF-8''%C3", "\"", "\\",
    ], readMultipart),
  FuzzTarget(
    "request",
    words: [
      "opsfabric_inbox=", "k=", "photo=", "ticket=", "9223372036854775808", "-1", "action=done",
      "phone=%2B41",
      "chunked", "\n", "multipart/form-data; boundary=", "view=search&number=",
    ], serveRequest),
]

/// Encoded again, the fields are the same, and need no mending; what was refused once is refused again.
@Sendable private func readForm(_ bytes: [UInt8]) throws {
  guard let form = try? FormFields(encoded: bytes) else { return }
  let encoded = form.fields.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }
  let again = try FormFields(encoded: encoded.joined(separator: "&").utf8)
  // A field of an empty name and value is written as "=".
  try require(again.fields == form.fields && again.sent == nil, "\(form.fields) became \(again.fields)")
  for field in form.fields {
    try require(!field.name.utf8.contains(0) && !field.value.utf8.contains(0), "a NUL came through")
    try require(form[field.name] != nil, "\(field.name) is not found")
  }
}

/// Remembers what arrived.
private struct Sink: FilePartSink {
  var files: [String] = []
  /// How many files were handed on, whole or in part.
  var taken = 0
  var largest = 0
  mutating func begin(_ part: FilePart) { files.append("\(part)") }
  mutating func append(_ bytes: Span<UInt8>) {
    largest = max(largest, bytes.count)
    guard let last = files.indices.last else { return }
    for index in bytes.indices { files[last] += String(bytes[index], radix: 16) + "." }
  }
  mutating func end(_ end: FilePartEnd) {
    if let last = files.indices.last { files[last] += "\(end)" }
    if case .tooMany = end {} else { taken += 1 }
  }
}

/// The same form and the same files, however the body is cut into pieces; never more than the limits.
@Sendable private func readMultipart(_ bytes: [UInt8]) throws {
  var limits = MultipartLimits()
  limits.totalBytes = 1 << 15
  limits.fileBytes = 1 << 12
  limits.fieldBytes = 1 << 10
  limits.headerBytes = 1 << 9
  // The first byte says how the second reading is cut.
  let step = Int(bytes.first ?? 0) % 97 + 1
  let body = Array(bytes.dropFirst())
  func read(_ source: ByteSource) throws -> (MultipartForm, Sink) {
    var sink = Sink()
    let reader = try MultipartReader(contentType: "multipart/form-data; boundary=BB", limits: limits)
    return (reader.read(source, into: &sink), sink)
  }
  let whole = try read(ByteSource(body))
  var position = 0
  let pieces = try read(
    ByteSource(pieces: { limit in
      let end = min(position + min(step, limit), body.count)
      defer { position = end }
      return Array(body[position..<end])
    }))
  try require(whole.0 == pieces.0, "in pieces of \(step): \(whole.0) and \(pieces.0)")
  try require(whole.1.files == pieces.1.files, "in pieces of \(step), other files")
  try require(whole.1.taken <= limits.files && whole.1.largest <= 1 << 16, "more files than allowed")
  try require(whole.0.fields.fields.count <= limits.fields, "more fields than allowed")
  try require(
    whole.0.fields.fields.allSatisfy { $0.value.utf8.count <= limits.fieldBytes }, "a field is too long")
}

/// One installation for all requests of a thread: what they do to each other is part of the game.
private enum Installation {
  nonisolated(unsafe) private static var world: TestWorld?
  private static let lock = Lock()

  static func use(_ body: (TestWorld) throws -> Void) throws {
    try lock.hold {
      let world = try world ?? TestWorld()
      self.world = world
      try body(world)
      world.clock.advance(seconds: 1)
    }
  }
}

/// Lines: method, handler, query, media type, length, cookie, host; then the body. A webhook is signed, so that
/// it gets past the door. Every answer has a status that the contract knows.
@Sendable private func serveRequest(_ bytes: [UInt8]) throws {
  let parts = bytes.split(separator: 10, maxSplits: 7, omittingEmptySubsequences: false).map(Array.init)
  guard parts.count == 8 else { return }
  let method = text(parts[0])
  // In this order, which the corpus knows.
  let handlers = [
    "anfrage", "inbox", "health", "voice", "dial-result", "sms", "sms-status", "call-status", "menu",
    "screen", "twilio-error", "recording", "ring", "operator",
  ]
  let handler = handlers[Int(parts[1].first ?? 0) % handlers.count]
  let query = text(parts[2]).replacing("\0", with: "")
  let body = parts[7]
  try Installation.use { world in
    let answer: CGIResponse
    switch handler {
    case "anfrage", "inbox", "operator":
      var headers = ["COOKIE": text(parts[5])]
      if !parts[6].isEmpty { headers["HOST"] = text(parts[6]) }
      answer = world.browse(
        handler, query, method: method, body: body, contentType: text(parts[3]), headers: headers)
    case "health": answer = world.send("health", method: method)
    default:
      let fields = (try? FormFields(encoded: body))?.fields.map { ($0.name, $0.value) } ?? []
      answer =
        parts[4].isEmpty && !fields.isEmpty
        ? world.post(handler, fields, query: query)
        : world.send(
          handler, method: method, body: body, query: query, contentType: text(parts[3]),
          contentLength: text(parts[4]))
    }
    let known = [200, 204, 303, 400, 403, 404, 405, 408, 409, 413, 415, 422, 429, 503]
    try require(known.contains(answer.status), "\(handler): status \(answer.status)")
    try require(
      answer.status != 503 || handler == "health" || handler == "inbox", "\(handler): 503 \(answer.text)")
    // No value makes a header line of its own.
    let head = text(answer.cgiHead)
    let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
    try require(
      lines.dropLast(2).allSatisfy { $0.contains(": ") && !$0.contains("\n") && !$0.contains("\r") }, head)
    if answer.text.contains("<Response") {
      try require(XMLReader.isWellFormed(answer.text), "\(handler): \(answer.text)")
    }
  }
}
