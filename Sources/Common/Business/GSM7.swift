// GSM7.swift - the alphabet of short messages (3GPP TS 23.038) and the number of segments a text takes.

/// How an SMS is coded: 7 bits a character, or 16 bits when one character is outside the GSM alphabet.
package enum SMSEncoding: String, CaseIterable, Sendable {
  case gsm7 = "GSM-7"
  case ucs2 = "UCS-2"
}

enum GSM7 {
  /// 1 for the basic table, 2 for the extension table (escape + character), nil outside both.
  static func septets(of scalar: Unicode.Scalar) -> Int? {
    if basic.contains(scalar) { return 1 }
    return extended.contains(scalar) ? 2 : nil
  }

  private static let basic = Set(
    ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
      + "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)

  private static let extended = Set("^{}\\[~]|€\u{0C}".unicodeScalars)

  /// Segments of units that must not be split: all in one of `single`, else in several of `part` each.
  static func segments(_ lengths: [Int], single: Int, part: Int) -> Int {
    if lengths.reduce(0, +) <= single { return 1 }
    var segments = 1
    var used = 0
    for length in lengths {
      if used + length > part {
        segments += 1
        used = 0
      }
      used += length
    }
    return segments
  }
}
