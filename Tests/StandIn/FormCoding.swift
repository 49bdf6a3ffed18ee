// FormCoding.swift - forms, percent signs and base64, written apart from the product on purpose:
// a mistake made in both places alike would go unseen.

/// `application/x-www-form-urlencoded` and its neighbours.
package enum FormCoding {
  /// `a=1&b=2` in order; `+` is a space; empty values stay.
  package static func decode(_ text: String) -> Parameters {
    text.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let plain = parts.map { percentDecode(String($0.map { $0 == "+" ? " " : $0 })) }
      return (plain[0], plain.count > 1 ? plain[1] : "")
    }
  }

  /// As Twilio sends its webhooks: spaces as `+`, everything but letters, digits and `-_.*` escaped.
  package static func encode(_ parameters: Parameters) -> String {
    parameters.map { escape($0.0) + "=" + escape($0.1) }.joined(separator: "&")
  }

  private static func escape(_ text: String) -> String {
    percentEncode(text, keeping: "-_.* ").split(separator: " ", omittingEmptySubsequences: false)
      .joined(separator: "+")
  }

  /// Everything but ASCII letters, digits and `keeping` as `%XX`.
  package static func percentEncode(_ text: String, keeping: String = "-_.~") -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    let kept = Array(keeping.utf8)
    var result: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122: result.append(byte)
      case _ where kept.contains(byte): result.append(byte)
      default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// `%XX` to bytes; a broken escape stays as it is.
  package static func percentDecode(_ text: String) -> String {
    String(decoding: percentDecodedBytes(text), as: UTF8.self)
  }

  static func percentDecodedBytes(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = hexDigit(bytes[index + 1]), let low = hexDigit(bytes[index + 2])
      {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }

  /// nil for anything that is not base64.
  package static func base64Decode(_ text: String) -> [UInt8]? {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var result: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in text.utf8 where byte != UInt8(ascii: "=") {
      guard let value = alphabet.firstIndex(of: byte) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return result
  }
}
