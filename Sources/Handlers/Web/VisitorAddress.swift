// VisitorAddress.swift - what counts as one visitor for the rate limits.

import Glibc

enum VisitorAddress {
  /// An IPv4 address as it is; of an IPv6 address the first 64 bits, since a single line has all that follow.
  static func network(_ address: String) -> String { lines(address)[0] }

  /// The visitor and the networks around him, the nearest first: of IPv6 /64, /48 (a customer's site) and /32 (a
  /// provider's block, which a hoster gives to one customer too); an IPv4 address stands alone.
  static func lines(_ address: String) -> [String] {
    var bytes = [UInt8](repeating: 0, count: 16)
    guard address.utf8.contains(UInt8(ascii: ":")), inet_pton(AF_INET6, address, &bytes) == 1 else {
      return [address]
    }
    // IPv4 in an IPv6 socket's writing is IPv4 again.
    if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10...11].allSatisfy({ $0 == 255 }) {
      return [bytes[12...].map(String.init).joined(separator: ".")]
    }
    return [8, 6, 4].map { count in bytes[..<count].map { String($0, radix: 16) }.joined(separator: ":") }
  }
}
