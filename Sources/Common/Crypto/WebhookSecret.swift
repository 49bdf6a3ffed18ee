// WebhookSecret.swift - the signature of Standard Webhooks 1.0.0, by which another program knows that we are the sender.

/// A secret shared with the receiver of webhooks: `whsec_` and base64 of 24 to 64 bytes.
package struct WebhookSecret: Sendable {
  private static let prefix = "whsec_"
  private static let lengths = 24...64

  private let key: [UInt8]

  /// nil for what is no such secret.
  package init?(_ text: String) {
    guard text.hasPrefix(WebhookSecret.prefix),
      let key = base64Decoded(String(text.dropFirst(WebhookSecret.prefix.utf8.count))),
      WebhookSecret.lengths ~= key.count
    else { return nil }
    self.key = key
  }

  /// `v1,` and base64 of the HMAC-SHA256.
  /// - Parameters:
  ///   - id: the event's, without a dot.
  ///   - timestamp: of this attempt, in Unix seconds.
  ///   - body: byte for byte as it is sent.
  package func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
    "v1," + base64(hmacSHA256(key: key, message: Array("\(id).\(timestamp).".utf8) + body))
  }
}
