// KeptWebhook.swift - a verified webhook that is kept for the runner, and its form as text: the same in the spool
// and in a queue.
//
// Head lines `key: value`, an empty line, then the body as it was sent. When it was received travels with it:
// whenever it is recorded, it counts as of its arrival.

import CGI
import LocalTime

package struct KeptWebhook: Hashable, Sendable {
  package var kind: WebhookKind
  /// As in the address, never decoded.
  package var query: String
  /// As it was sent.
  package var body: [UInt8]
  package var receivedAt: Timestamp

  private static let signature = "opsfabric-webhook: 1"

  package init(kind: WebhookKind, query: String, body: [UInt8], receivedAt: Timestamp) {
    self.kind = kind
    self.query = query
    self.body = body
    self.receivedAt = receivedAt
  }

  package var bytes: [UInt8] {
    let head = """
      \(KeptWebhook.signature)
      kind: \(kind.rawValue)
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
    guard let kind = values["kind"].flatMap({ WebhookKind(rawValue: String($0)) }),
      let received = values["received"].flatMap({ Int64($0) })
    else { return nil }
    self.init(
      kind: kind, query: String(values["query"] ?? ""), body: Array(bytes[(split + 2)...]),
      receivedAt: Timestamp(milliseconds: received))
  }

  /// nil when the parameters cannot be read.
  package var webhook: Webhook? {
    guard let fields = try? FormFields(encoded: body), let query = try? FormFields(encoded: query.utf8)
    else { return nil }
    return Webhook(kind: kind, fields: fields, query: query, receivedAt: receivedAt)
  }

  /// What must be recorded in the order of its arrival where the order can be kept: one call, one person's
  /// messages, one message's reports.
  package var sequence: String {
    guard let webhook else { return kind.rawValue }
    switch kind {
    case .sms: return webhook.address("From").address
    case .smsStatus: return webhook.field("MessageSid")
    case .screen: return webhook.query.nonEmpty("call") ?? webhook.field("ParentCallSid")
    case .voice, .dialResult, .menu, .callStatus: return webhook.field("CallSid")
    case .twilioError:
      return webhook.fields.nonEmpty("CallSid") ?? webhook.fields.nonEmpty("Sid") ?? kind.rawValue
    }
  }

  /// Index of the first of the two line feeds that end the head.
  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    bytes.indices.dropLast().first { bytes[$0] == 10 && bytes[$0 + 1] == 10 }
  }
}
