// Reply.swift - what a caller's answer means: 1, 2, 3, or words (specification, section 4).

/// A caller's answer by SMS. Opt-out words are OptOutWord's and are looked at first.
public enum Reply: Hashable, Sendable {
  /// `1`
  case urgent
  /// `2`
  case callback
  /// `3`
  case wizard
  /// Anything else, without the white space around it; empty for a message of pictures only.
  case freeText(String)

  /// A digit counts when it is all that is left without white space, quotes and closing punctuation.
  public init(body: String) {
    switch ReplyText.core(of: body) {
    case "1": self = .urgent
    case "2": self = .callback
    case "3": self = .wizard
    default: self = .freeText(ReplyText.trimmed(body))
    }
  }
}

/// The trimming and folding shared by replies and opt-out words.
enum ReplyText {
  /// Without invisible characters, quotes and white space around, and closing punctuation at the end;
  /// full-width and keycap digits become plain ones.
  static func core(of body: String) -> String {
    var scalars = body.unicodeScalars.filter { !isInvisible($0) }.map(folded)[...]
    while let first = scalars.first, isSpace(first) || isQuote(first) { scalars.removeFirst() }
    while let last = scalars.last, isSpace(last) || isQuote(last) || isClosing(last) {
      scalars.removeLast()
    }
    return text(scalars)
  }

  /// Without white space and invisible characters around.
  static func trimmed(_ body: String) -> String {
    var scalars = Array(body.unicodeScalars)[...]
    while let first = scalars.first, isSpace(first) || isInvisible(first) { scalars.removeFirst() }
    // A joiner or variation selector at the end belongs to the emoji before it.
    while let last = scalars.last, isSpace(last) || isZeroWidth(last) { scalars.removeLast() }
    return text(scalars)
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    return text
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0 || scalar.properties.isWhitespace
  }

  /// Zero-width spaces, direction marks, the byte order mark, the soft hyphen.
  private static func isZeroWidth(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060, 0x2066...0x2069, 0xFEFF, 0xAD: true
    default: false
    }
  }

  /// Also joiners, variation selectors and the enclosing keycap (1 U+FE0F U+20E3 is "1" on a key).
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200C, 0x200D, 0xFE00...0xFE0F, 0x20E3: true
    default: isZeroWidth(scalar)
    }
  }

  /// Full-width ASCII (U+FF01 to U+FF5E) as ASCII.
  private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    guard 0xFF01...0xFF5E ~= scalar.value else { return scalar }
    return Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
  }

  private static func isQuote(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\"", "'", "`", "´", "«", "»", "‹", "›": true
    case "\u{2018}"..."\u{201F}", "\u{2032}"..."\u{2036}", "\u{275B}"..."\u{275E}": true
    case "\u{300C}"..."\u{300F}", "\u{301D}"..."\u{301F}": true
    default: false
    }
  }

  private static func isClosing(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case ".", "!", "?", ",", ";", ":", ")", "]", "}", "…", "。", "、", "\u{FF61}", "\u{FF64}": true
    default: false
    }
  }
}
