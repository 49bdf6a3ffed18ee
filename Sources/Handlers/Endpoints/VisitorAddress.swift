// VisitorAddress.swift - what counts as one visitor for the rate limits.

import Glibc

enum VisitorAddress {
  /// An IPv4 address as it is; of an IPv6 address the first 64 bits, since a single line has all that follow.
  static func network(_ address: String) -> String {
    guard address.utf8.contains(UInt8(ascii: ":")) else { return address }
    var bytes = [UInt8](repeating: 0, count: 16)
    guard inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
    // IPv4 in an IPv6 socket's writing is IPv4 again.
    if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10...11].allSatisfy({ $0 == 255 }) {
      return bytes[12...].map(String.init).joined(separator: ".")
    }
    return bytes[..<8].map { String($0, radix: 16) }.joined(separator: ":")
  }
}
