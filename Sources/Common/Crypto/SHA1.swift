// SHA1.swift - FIPS 180-4 SHA-1, which Twilio's signature needs (HMAC only; never as a bare hash).

/// The 20-byte SHA-1 digest.
package func sha1(_ message: [UInt8]) -> [UInt8] {
  var state: (UInt32, UInt32, UInt32, UInt32, UInt32) = (
    0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0
  )
  let padded = paddedToBlocks(message)
  var words = [UInt32](repeating: 0, count: 80)
  for block in stride(from: 0, to: padded.count, by: 64) {
    loadBigEndian(padded, at: block, into: &words)
    for index in 16..<80 {
      let mixed = words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16]
      words[index] = rotateLeft(mixed, 1)
    }
    var (a, b, c, d, e) = state
    func round(_ index: Int, _ function: UInt32, _ constant: UInt32) {
      let next = rotateLeft(a, 5) &+ function &+ e &+ constant &+ words[index]
      (a, b, c, d, e) = (next, a, rotateLeft(b, 30), c, d)
    }
    for index in 0..<20 { round(index, (b & c) | (~b & d), 0x5a82_7999) }
    for index in 20..<40 { round(index, b ^ c ^ d, 0x6ed9_eba1) }
    for index in 40..<60 { round(index, (b & c) | (b & d) | (c & d), 0x8f1b_bcdc) }
    for index in 60..<80 { round(index, b ^ c ^ d, 0xca62_c1d6) }
    state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e)
  }
  return bigEndian([state.0, state.1, state.2, state.3, state.4])
}

/// The message, a 1 bit, zeros, and its length in bits: a whole number of 64-byte blocks.
/// - Parameter before: bytes that were taken in already, a whole number of blocks.
func paddedToBlocks(_ message: [UInt8], after before: Int = 0) -> [UInt8] {
  var result = message
  let bits = UInt64(before + message.count) * 8
  result.append(0x80)
  result.append(contentsOf: repeatElement(0, count: (120 - result.count % 64) % 64))
  for shift in stride(from: 56, through: 0, by: -8) {
    result.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
  }
  return result
}

func loadBigEndian(_ bytes: [UInt8], at start: Int, into words: inout [UInt32]) {
  for index in 0..<16 {
    let offset = start + index * 4
    words[index] =
      UInt32(bytes[offset]) << 24 | UInt32(bytes[offset + 1]) << 16 | UInt32(bytes[offset + 2]) << 8
      | UInt32(bytes[offset + 3])
  }
}

func bigEndian(_ words: [UInt32]) -> [UInt8] {
  (0..<words.count * 4).map { UInt8(truncatingIfNeeded: words[$0 / 4] >> UInt32(24 - $0 % 4 * 8)) }
}

func rotateLeft(_ word: UInt32, _ count: UInt32) -> UInt32 { word << count | word >> (32 - count) }
