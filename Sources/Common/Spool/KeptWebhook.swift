// KeptWebhook.swift - a verified webhook that is kept for the runner, and its form as text: the same in the spool
// and in a queue.
//
// Head lines `key: value`, an empty line, then the body as it was sent. When it was received travels with it:
// whenever it is recorded, it counts as of its arrival.

import LocalTime

package struct KeptWebhook: Hashable, Sendable {
  /// Its handler's name.
  package var kind: String
  /// As in the address, never decoded.
  package var query: String
  /// As it was sent.
  package var body: [UInt8]
  package var receivedAt: Timestamp

  private static let signature = "opsfabric-webhook: 1"

  package init(kind: String, query: String, body: [UInt8], receivedAt: Timestamp) {
    self.kind = kind
    self.query = query
    self.body = body
    self.receivedAt = receivedAt
  }

  package var bytes: [UInt8] {
    let head = """
      \(KeptWebhook.signature)
      kind: \(kind)
      received: \(receivedAt.milliseconds)
      query: \(query)


      """
    return Array(head.utf8) + body
  }

  /// nil for what is no webhook of ours.
  package init?(_ bytes: [UInt8]) {
    guard let split = KeptWebhook.endOfHead(bytes) else { return nil }
    let lines = String(decoding: bytes[..<split], as: UTF8.self).split(separator: "\n")
    guard lines.first == Substring(KeptWebhook.signature) else { return nil }
    var values: [Substring: Substring] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { values[parts[0]] = parts[1].drop { $0 == " " } }
    }
    guard let kind = values["kind"].map(String.init), KeptWebhook.isName(kind),
      let received = values["received"].flatMap({ Int64($0) })
    else { return nil }
    self.init(
      kind: kind, query: String(values["query"] ?? ""), body: Array(bytes[(split + 2)...]),
      receivedAt: Timestamp(milliseconds: received))
  }

  /// Small letters and hyphens, like a handler's name.
  private static func isName(_ kind: String) -> Bool {
    !kind.isEmpty && kind.utf8.allSatisfy { 97...122 ~= $0 || $0 == 45 }
  }

  /// Index of the first of the two line feeds that end the head.
  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    bytes.indices.dropLast().first { bytes[$0] == 10 && bytes[$0 + 1] == 10 }
  }
}
