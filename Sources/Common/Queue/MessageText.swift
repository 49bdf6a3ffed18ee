// MessageText.swift - a kept webhook as the text of a message: the spool's form, where a queue can carry it.

import Crypto
import Spool

package enum MessageText {
  private static let mark = "base64:"

  /// Amazon SQS refuses most control characters; what holds other than line feeds and visible ASCII is encoded.
  package static func text(_ kept: KeptWebhook) -> String {
    let bytes = kept.bytes
    let isPlain = bytes.allSatisfy { (32...126).contains($0) || $0 == 10 }
    return isPlain ? String(decoding: bytes, as: UTF8.self) : mark + base64(bytes)
  }

  static func content(_ text: String) -> [UInt8] {
    guard text.hasPrefix(mark) else { return Array(text.utf8) }
    return base64Decoded(String(text.dropFirst(mark.count))) ?? Array(text.utf8)
  }
}
