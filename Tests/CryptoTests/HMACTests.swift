// HMACTests.swift - HMAC against RFC 2202 (SHA-1) and RFC 4231 (SHA-256), and the silent comparison.

import Crypto
import Testing

@Suite struct HMACTests {
  struct Example: Sendable {
    let key: [UInt8]
    let message: [UInt8]
    let digest: String

    init(_ key: [UInt8], _ message: [UInt8], _ digest: String) {
      self.key = key
      self.message = message
      self.digest = digest
    }

    init(_ key: [UInt8], _ message: String, _ digest: String) { self.init(key, Array(message.utf8), digest) }
  }

  private static func bytes(_ byte: UInt8, _ count: Int) -> [UInt8] { Array(repeating: byte, count: count) }

  static let rfc2202 = [
    Example(bytes(0x0b, 20), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
    Example(Array("Jefe".utf8), "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    Example(bytes(0xaa, 20), bytes(0xdd, 50), "125d7342b9ac11cd91a39af48aa17b4f63f175d3"),
    Example(Array(1...25), bytes(0xcd, 50), "4c9007f4026250c6bc8414f9bf50c86c2d7235da"),
    Example(bytes(0x0c, 20), "Test With Truncation", "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04"),
    Example(
      bytes(0xaa, 80), "Test Using Larger Than Block-Size Key - Hash Key First",
      "aa4ae5e15272d00e95705637ce8a3b55ed402112"),
    Example(
      bytes(0xaa, 80), "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data",
      "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"),
  ]

  static let rfc4231 = [
    Example(
      bytes(0x0b, 20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    Example(
      Array("Jefe".utf8), "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    Example(
      bytes(0xaa, 20), bytes(0xdd, 50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    Example(
      Array(1...25), bytes(0xcd, 50), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    Example(
      bytes(0xaa, 131), "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    Example(
      bytes(0xaa, 131),
      "This is a test using a larger than block-size key and a larger than block-size data. "
        + "The key needs to be hashed before being used by the HMAC algorithm.",
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
  ]

  @Test(arguments: rfc2202) func `HMAC-SHA-1 is as in RFC 2202`(_ example: Example) {
    #expect(hexadecimal(hmacSHA1(key: example.key, message: example.message)) == example.digest)
  }

  @Test(arguments: rfc4231) func `HMAC-SHA-256 is as in RFC 4231`(_ example: Example) {
    #expect(hexadecimal(hmacSHA256(key: example.key, message: example.message)) == example.digest)
  }

  /// A key of just the block's size is used as it is, one byte more and it is hashed.
  @Test func `a key longer than a block counts as its hash`() {
    let message = Array("x".utf8)
    let long = HMACTests.bytes(7, 65)
    #expect(hmacSHA1(key: long, message: message) == hmacSHA1(key: sha1(long), message: message))
    let block = HMACTests.bytes(7, 64)
    #expect(hmacSHA1(key: block, message: message) != hmacSHA1(key: sha1(block), message: message))
  }

  @Test func `equal means same length and same bytes`() {
    #expect(equalInConstantTime([], []))
    #expect(equalInConstantTime([1, 2, 3], [1, 2, 3]))
    #expect(!equalInConstantTime([1, 2, 3], [1, 2]))
    #expect(!equalInConstantTime([], [0]))
    #expect(!equalInConstantTime([1, 2, 3], [1, 2, 3, 0]))
  }

  @Test func `one differing bit anywhere is a difference`() {
    let left = sha256([])
    for index in left.indices {
      for bit in 0..<8 {
        var right = left
        right[index] ^= 1 << UInt8(bit)
        #expect(!equalInConstantTime(left, right))
      }
    }
  }
}
