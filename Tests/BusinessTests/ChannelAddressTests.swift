// ChannelAddressTests.swift - the number behind an address of another channel.

import Business
import Testing

struct ChannelAddressTests {
  @Test(
    arguments: [
      ("+41791234567", nil, "+41791234567"), ("rcs:+41791234567", "rcs", "+41791234567"),
      ("RCS:+41791234567", "rcs", "+41791234567"), ("WhatsApp:+41791234567", "whatsapp", "+41791234567"),
      ("rcs:agent_1", "rcs", "agent_1"), ("rcs:rcs:+41791234567", "rcs", "rcs:+41791234567"),
      ("rcs:", "rcs", ""),
      ("rcs", nil, "rcs"), ("", nil, ""), ("rcs+41791234567", nil, "rcs+41791234567"),
      ("messenger:123", nil, "messenger:123"), (" rcs:+41791234567", nil, " rcs:+41791234567"),
      ("rcsé:1", nil, "rcsé:1"),
      ("R\u{13}S:+4179", nil, "R\u{13}S:+4179"),
    ] as [(String, String?, String)])
  func `one known prefix stands before the number`(raw: String, channel: String?, address: String) {
    let found = ChannelAddress(raw)
    #expect(found.channel == channel && found.address == address)
  }
}
