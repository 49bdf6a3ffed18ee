// MendedText.swift - bytes that somebody sent, as a text that can be stored and shown.
//
// Nobody is refused for what a text holds: Twilio sends a NUL where an SMS had an @, and a carrier may cut a letter in
// two. What is no UTF-8 becomes U+FFFD; a NUL goes, since it would end the text in SQLite's functions and in HTML.

package struct MendedText: Sendable {
  package let text: String
  /// The bytes, where `text` is not just what they say.
  package let sent: [UInt8]?

  package init(_ bytes: ArraySlice<UInt8>) {
    if !bytes.contains(0), let whole = String(validating: bytes, as: UTF8.self) {
      text = whole
      sent = nil
    } else {
      text = String(decoding: bytes.filter { $0 != 0 }, as: UTF8.self)
      sent = Array(bytes)
    }
  }
}
