// PNGChunk.swift - a chunk of a PNG file, with its checksum.

/// As it stands in the file: length, type, content, checksum.
struct PNGChunk {
  let type: String
  let content: ArraySlice<UInt8>

  /// CRC-32 over type and content (PNG, section 5.5 and annex D).
  var checksum: UInt32 {
    var register: UInt32 = 0xFFFF_FFFF
    func take(_ byte: UInt8) {
      register = PNGChunk.table[Int(UInt8(truncatingIfNeeded: register) ^ byte)] ^ register >> 8
    }
    for byte in type.utf8 { take(byte) }
    for byte in content { take(byte) }
    return ~register
  }

  var bytes: [UInt8] {
    PNGChunk.bigEndian(UInt32(content.count)) + type.utf8 + content + PNGChunk.bigEndian(checksum)
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { register, _ in
      register & 1 == 1 ? 0xEDB8_8320 ^ register >> 1 : register >> 1
    }
  }

  private static func bigEndian(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
  }
}
