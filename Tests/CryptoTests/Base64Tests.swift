// Base64Tests.swift - RFC 4648: its vectors, every byte, and what is no base64.

import Crypto
import Testing

@Suite struct Base64Tests {
  static let vectors = [
    "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=",
    "foobar": "Zm9vYmFy",
  ]

  @Test(arguments: vectors) func `the vectors of RFC 4648 hold both ways`(_ plain: String, _ encoded: String)
  {
    #expect(base64(Array(plain.utf8)) == encoded)
    #expect(base64Decoded(encoded) == Array(plain.utf8))
  }

  @Test func `all of the alphabet is used`() {
    let bytes: [UInt8] = [
      0x00, 0x10, 0x83, 0x10, 0x51, 0x87, 0x20, 0x92, 0x8b, 0x30, 0xd3, 0x8f, 0x41, 0x14, 0x93, 0x51, 0x55,
      0x97,
      0x61, 0x96, 0x9b, 0x71, 0xd7, 0x9f, 0x82, 0x18, 0xa3, 0x92, 0x59, 0xa7, 0xa2, 0x9a, 0xab, 0xb2, 0xdb,
      0xaf,
      0xc3, 0x1c, 0xb3, 0xd3, 0x5d, 0xb7, 0xe3, 0x9e, 0xbb, 0xf3, 0xdf, 0xbf,
    ]
    #expect(base64(bytes) == "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  }

  @Test(arguments: 0...66) func `what was encoded decodes to itself`(_ length: Int) {
    let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ length) }
    #expect(base64Decoded(base64(bytes)) == bytes)
  }

  @Test(arguments: [
    "Z", "Zg", "Zg=", "Zg===", "=", "==", "====", "Z===", "Zg==Zg==", "Zm=v", "=m9v", "Zm9v=", "Zm9v====",
    "Zm9v\n",
    "Zm 9v", "Zm9-", "Zm9_", "Zm9é", "Zm9\u{0}", "!!!!",
  ])
  func `garbage does not decode`(_ text: String) {
    #expect(base64Decoded(text) == nil)
  }

  /// RFC 4648, section 3.5: two texts for one value would let a changed signature pass a comparison by value.
  @Test(arguments: ["Zh==", "Zm9=", "Zn==", "//9="]) func `stray bits behind the end do not decode`(
    _ text: String
  ) {
    #expect(base64Decoded(text) == nil)
  }

  @Test func `hexadecimal is lower-case and two digits a byte`() {
    #expect(hexadecimal([]) == "")
    #expect(hexadecimal([0x00, 0x0a, 0xf0, 0xff]) == "000af0ff")
  }
}
