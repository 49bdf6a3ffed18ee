// NtfyTopic.swift - where a push goes: the topic of an ntfy server, by its address.

/// `https://ntfy.example.ch/doerfler-x7Kq9` in its two parts.
package struct NtfyTopic: Hashable, Sendable {
  /// Where JSON is published: the address up to the topic, with the slash.
  package let server: String
  package let name: String

  /// nil where the address ends with no topic.
  package init?(_ url: String) {
    let bytes = Array(url.utf8)
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")),
      // The slashes of `://` are none of the path.
      let colon = bytes.firstIndex(of: UInt8(ascii: ":")), slash > colon + 3
    else { return nil }
    server = String(decoding: bytes[...slash], as: UTF8.self)
    name = String(decoding: bytes[(slash + 1)...], as: UTF8.self)
    guard 1...64 ~= name.utf8.count, name.utf8.allSatisfy(NtfyTopic.isAllowed) else { return nil }
  }

  /// What alerts show of it: where no token guards the topic, its name is the password.
  package var shown: String { "\(server)…" }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

/// What alerts and the log show of an address that somebody was told at.
package func masked(recipient: String) -> String {
  NtfyTopic(recipient)?.shown ?? PhoneNumber.masked(recipient)
}
