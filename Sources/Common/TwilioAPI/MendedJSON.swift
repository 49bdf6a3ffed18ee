// MendedJSON.swift - an answer that is JSON but for what people wrote: half of a surrogate pair, bytes that are no UTF-8.
//
// A decoder takes such a text for none at all, or refuses the whole list it stands in.

/// The same JSON, with U+FFFD where a decoder would stumble; nearly always there is nothing to mend.
func mendedJSON(_ bytes: [UInt8]) -> [UInt8] {
  let text = String(decoding: bytes, as: UTF8.self)
  guard hasSurrogate(bytes) else { return Array(text.utf8) }
  return withoutLoneSurrogates(Array(text.utf8))
}

/// Somewhere is an escape of a surrogate, alone or in a pair: `\ud83d`.
private func hasSurrogate(_ bytes: [UInt8]) -> Bool {
  zip(bytes, zip(bytes.dropFirst(), bytes.dropFirst(2))).contains { mark, next in
    mark == UInt8(ascii: "\\") && next.0 == UInt8(ascii: "u") && next.1 | 32 == UInt8(ascii: "d")
  }
}

private func withoutLoneSurrogates(_ bytes: [UInt8]) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(bytes.count)
  var index = 0
  while index < bytes.count {
    guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else {
      result.append(bytes[index])
      index += 1
      continue
    }
    var length = 2
    if let unit = escapedUnit(bytes, at: index) {
      length = 6
      let isPair =
        0xD800...0xDBFF ~= unit && escapedUnit(bytes, at: index + 6).map { 0xDC00...0xDFFF ~= $0 } ?? false
      if isPair {
        length = 12
      } else if 0xD800...0xDFFF ~= unit {
        result += Array("\\uFFFD".utf8)
        index += 6
        continue
      }
    }
    result += bytes[index..<min(index + length, bytes.count)]
    index += length
  }
  return result
}

/// The UTF-16 unit of `\uXXXX`; nil where there is none.
private func escapedUnit(_ bytes: [UInt8], at index: Int) -> UInt16? {
  guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
  else { return nil }
  return UInt16(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
}
