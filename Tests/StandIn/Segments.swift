// Segments.swift - how many segments Twilio bills for a text (GSM 03.38 or UCS-2).

/// Written apart from the product's own counting, to check it.
package enum Segments {
  private static let basic = Set(
    ("@£$¥èéùìòÇ\n\rØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
      + "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)
  private static let extended = Set("^{}\\[~]|€\u{0c}".unicodeScalars)

  /// Segments of a text; an empty text is one.
  package static func count(_ text: String) -> Int {
    let sizes = text.unicodeScalars.map { basic.contains($0) ? 1 : extended.contains($0) ? 2 : 0 }
    if !sizes.contains(0) { return pack(sizes, whole: 160, part: 153) }
    return pack(text.unicodeScalars.map { $0.value > 0xffff ? 2 : 1 }, whole: 70, part: 67)
  }

  private static func pack(_ sizes: [Int], whole: Int, part: Int) -> Int {
    if sizes.reduce(0, +) <= whole { return 1 }
    var segments = 1
    var used = 0
    for size in sizes {
      if used + size > part {
        segments += 1
        used = 0
      }
      used += size
    }
    return segments
  }
}
