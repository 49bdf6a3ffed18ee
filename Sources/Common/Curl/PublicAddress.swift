// PublicAddress.swift - which addresses are somebody's on the internet, and which lie on this machine, in its network,
// or nowhere.
//
// Judged is the address that is connected to, not the text of a host: libcurl takes 127.0.0.1 in a dozen spellings, and a
// name may mean another address the next time it is asked for. The ranges are those of IANA's registries of special
// addresses, and the ways to write an IPv4 address into an IPv6 one.

import CCurl
import Glibc

package enum PublicAddress {
  private static let privateIPv4: [(network: UInt32, bits: UInt32)] = [
    (0x0000_0000, 8), (0x0a00_0000, 8), (0x6440_0000, 10), (0x7f00_0000, 8), (0xa9fe_0000, 16),
    (0xac10_0000, 12), (0xc000_0000, 24), (0xc000_0200, 24), (0xc058_6300, 24), (0xc0a8_0000, 16),
    (0xc612_0000, 15), (0xc633_6400, 24), (0xcb00_7100, 24), (0xe000_0000, 4), (0xf000_0000, 4),
  ]

  /// `::ffff:0:0/96` is judged by the IPv4 address in it.
  private static let privateIPv6: [(network: [UInt8], bits: Int)] = [
    ([], 96), ([0x00, 0x64, 0xff, 0x9b], 96), ([0x00, 0x64, 0xff, 0x9b, 0x00, 0x01], 48), ([0x01], 64),
    ([0x20, 0x01, 0x00], 23), ([0x20, 0x01, 0x0d, 0xb8], 32), ([0x20, 0x02], 16), ([0xfc], 7),
    ([0xfe, 0x80], 10), ([0xfe, 0xc0], 10), ([0xff], 8),
  ]

  /// - Parameter address: the first byte is the highest.
  package static func isPublic(ipv4 address: UInt32) -> Bool {
    !privateIPv4.contains { address >> (32 - $0.bits) == $0.network >> (32 - $0.bits) }
  }

  /// - Parameter address: 16 bytes.
  package static func isPublic(ipv6 address: [UInt8]) -> Bool {
    guard address.count == 16 else { return false }
    if begins(address, with: mapped, bits: 96) {
      return isPublic(ipv4: address[12...].reduce(0) { $0 << 8 | UInt32($1) })
    }
    return !privateIPv6.contains { begins(address, with: $0.network, bits: $0.bits) }
  }

  private static let mapped = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]

  /// What a network leaves out is zero.
  private static func begins(_ address: [UInt8], with network: [UInt8], bits: Int) -> Bool {
    (0..<(bits + 7) / 8).allSatisfy { index in
      let mask = UInt8(truncatingIfNeeded: 0xff00 >> min(8, bits - 8 * index))
      return address[index] & mask == (index < network.count ? network[index] : 0) & mask
    }
  }

  /// What libcurl is about to connect to. Anything but IPv4 and IPv6 is not public.
  static func isPublic(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Bool {
    guard let raw = UnsafeRawPointer(opsfabric_curl_address(address)) else { return false }
    switch address.pointee.family {
    case AF_INET:
      return isPublic(ipv4: UInt32(bigEndian: raw.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
    case AF_INET6:
      return isPublic(
        ipv6: withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { Array($0) })
    default: return false
    }
  }
}
