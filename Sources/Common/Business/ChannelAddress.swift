// ChannelAddress.swift - who wrote, by whichever channel: Twilio puts `rcs:` or `whatsapp:` before the number
// (Twilio reference, section 18).

/// A message's `From` or `To`, taken apart.
package struct ChannelAddress: Hashable, Sendable {
  /// `rcs` or `whatsapp`; nil for SMS.
  package let channel: String?
  /// The number behind it: one person is one number, whatever he writes with. An RCS agent or a name stays what it is.
  package let address: String

  package init(_ raw: String) {
    let known = ChannelAddress.channels.first { ChannelAddress.begins(raw, with: $0) }
    channel = known
    address = known.map { String(decoding: raw.utf8.dropFirst($0.utf8.count + 1), as: UTF8.self) } ?? raw
  }

  private static let channels = ["rcs", "whatsapp"]

  /// `channel:` in any case.
  private static func begins(_ raw: String, with channel: String) -> Bool {
    let name = raw.utf8.prefix(channel.utf8.count)
    return raw.utf8.dropFirst(name.count).first == UInt8(ascii: ":")
      && name.elementsEqual(channel.utf8) { $0 | 0x20 == $1 }
  }
}
