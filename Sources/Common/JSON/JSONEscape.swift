// JSONEscape.swift - characters that a JSON text may hold as they are, but that a reader of lines or a terminal
// takes for something else.
//
// JSON itself asks only for U+0000 to U+001F (RFC 8259, section 7). Line ends of Unicode cut a JSON line in two for
// readers that split at them (Python's splitlines, JavaScript's sources before 2019), control characters steer a
// terminal, and direction marks turn what stands behind them around.

enum JSONEscape {
  /// Written as `\uXXXX` in every text of ours.
  static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true  // controls, U+0085 among them
    case 0x2028, 0x2029: true  // line and paragraph separator
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // directions (UAX 9)
    case 0xFEFF: true  // byte order mark
    default: false
    }
  }

  static func write(_ scalar: Unicode.Scalar, to result: inout [UInt8]) {
    guard isUnsafe(scalar) else {
      if scalar.isASCII {
        result.append(UInt8(scalar.value))
      } else {
        result += UTF8.encode(scalar) ?? .init()
      }
      return
    }
    // All of them lie below U+10000: one unit each.
    let digits = Array("0123456789abcdef".utf8)
    result += "\\u".utf8
    for shift in [12, 8, 4, 0] { result.append(digits[Int(scalar.value >> UInt32(shift)) & 15]) }
  }
}

extension JSONDocument {
  /// The same JSON on one line of visible characters. In a JSON text such characters can only stand inside of
  /// strings, but for white space between the parts, which is not expected here.
  package static func visible(_ json: String) -> String {
    guard json.unicodeScalars.contains(where: JSONEscape.isUnsafe) else { return json }
    var result: [UInt8] = []
    result.reserveCapacity(json.utf8.count + 32)
    for scalar in json.unicodeScalars { JSONEscape.write(scalar, to: &result) }
    return String(decoding: result, as: UTF8.self)
  }
}
