// Base64.swift - RFC 4648 base64 and lower-case hexadecimal.

private let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

package func base64(_ bytes: [UInt8]) -> String {
  var result: [UInt8] = []
  result.reserveCapacity((bytes.count + 2) / 3 * 4)
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let rest = bytes.count - start
    let first = bytes[start]
    let second = rest > 1 ? bytes[start + 1] : 0
    let third = rest > 2 ? bytes[start + 2] : 0
    result.append(alphabet[Int(first >> 2)])
    result.append(alphabet[Int((first & 3) << 4 | second >> 4)])
    result.append(rest > 1 ? alphabet[Int((second & 15) << 2 | third >> 6)] : UInt8(ascii: "="))
    result.append(rest > 2 ? alphabet[Int(third & 63)] : UInt8(ascii: "="))
  }
  return String(decoding: result, as: UTF8.self)
}

/// nil for anything that is not padded base64; bits behind the end must be 0, so that one value has one text.
package func base64Decoded(_ text: String) -> [UInt8]? {
  let symbols = Array(text.utf8)
  guard symbols.count % 4 == 0 else { return nil }
  var result: [UInt8] = []
  result.reserveCapacity(symbols.count / 4 * 3)
  for start in stride(from: 0, to: symbols.count, by: 4) {
    let isLast = start + 4 == symbols.count
    let padding = isLast ? symbols[(start + 2)...].reversed().prefix { $0 == UInt8(ascii: "=") }.count : 0
    var bits: UInt32 = 0
    for index in 0..<4 {
      let symbol = symbols[start + index]
      guard index >= 4 - padding else {
        guard let value = sextet(symbol) else { return nil }
        bits = bits << 6 | UInt32(value)
        continue
      }
      bits <<= 6
    }
    guard bits & ((1 << (8 * UInt32(padding))) - 1) == 0 else { return nil }
    result.append(UInt8(truncatingIfNeeded: bits >> 16))
    if padding < 2 { result.append(UInt8(truncatingIfNeeded: bits >> 8)) }
    if padding < 1 { result.append(UInt8(truncatingIfNeeded: bits)) }
  }
  return result
}

private func sextet(_ symbol: UInt8) -> UInt8? {
  switch symbol {
  case 65...90: symbol - 65
  case 97...122: symbol - 71
  case 48...57: symbol + 4
  case 43: 62
  case 47: 63
  default: nil
  }
}

package func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
