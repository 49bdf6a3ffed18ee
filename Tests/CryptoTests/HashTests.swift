// HashTests.swift - SHA-1 and SHA-256 against FIPS 180 examples and Python's hashlib.

import Crypto
import Testing

@Suite struct HashTests {
  struct Example: Sendable {
    let message: String
    let repeated: Int
    let sha1: String
    let sha256: String

    init(_ message: String, repeated: Int = 1, sha1: String, sha256: String) {
      self.message = message
      self.repeated = repeated
      self.sha1 = sha1
      self.sha256 = sha256
    }

    var bytes: [UInt8] { Array(String(repeating: message, count: repeated).utf8) }
  }

  static let examples = [
    Example(
      "", sha1: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
      sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    Example(
      "abc", sha1: "a9993e364706816aba3e25717850c26c9cd0d89d",
      sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    Example(
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      sha1: "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
      sha256: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    Example(
      "a", repeated: 10_000, sha1: "a080cbda64850abb7b7f67ee875ba068074ff6fe",
      sha256: "27dd1f61b867b6a0f6e9d8a41c43231de52107e53ae424de8f847b821db4b711"),
  ]

  @Test(arguments: examples) func `the examples of FIPS 180 come out`(_ example: Example) {
    #expect(hexadecimal(sha1(example.bytes)) == example.sha1)
    #expect(hexadecimal(sha256(example.bytes)) == example.sha256)
  }

  @Test func `every length from 0 to 200 hashes as in Python's hashlib`() {
    let sha1s = HashTable.lengths.map { sha1(HashTable.message($0)) }
    let sha256s = HashTable.lengths.map { sha256(HashTable.message($0)) }
    #expect(sha1s.map { hexadecimal(Array($0.prefix(4))) }.joined() == HashTable.sha1.starts)
    #expect(sha256s.map { hexadecimal(Array($0.prefix(4))) }.joined() == HashTable.sha256.starts)
    #expect(hexadecimal(sha1(Array(sha1s.joined()))) == HashTable.sha1.digestOfAll)
    #expect(hexadecimal(sha256(Array(sha256s.joined()))) == HashTable.sha256.digestOfAll)
  }
}
