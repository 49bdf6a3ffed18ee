// RandomSource.swift - unguessable names and tokens, handed in.

import Glibc

/// Where random bytes come from.
package struct RandomSource: Sendable {
  private let read: @Sendable (Int) -> [UInt8]

  package init(_ read: @escaping @Sendable (Int) -> [UInt8]) { self.read = read }

  package func bytes(_ count: Int) -> [UInt8] { read(count) }

  /// `count` random bytes as lower-case hexadecimal.
  package func token(bytes count: Int) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes(count).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The kernel's random numbers (SystemRandomNumberGenerator is getrandom() on Linux).
  package static let system = RandomSource { count in
    var generator = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    // One call of the kernel for eight bytes.
    while bytes.count < count {
      withUnsafeBytes(of: generator.next() as UInt64) { bytes += $0.prefix(count - bytes.count) }
    }
    return bytes
  }
}
