// ReplyText.swift - what is left of a short message without what shows nothing and what only dresses it.

/// The trimming and folding shared by replies, opt-out words, menu lines and what the tenant's people answer.
enum ReplyText {
  /// Without what shows nothing, and without white space, quotes, brackets and closing punctuation around; full-width
  /// and keycap digits are plain ones.
  /// - Parameter bullets: what begins a line of a list or of a quoted mail is taken off as well.
  static func core(of body: String, bullets: Bool = false) -> String {
    text(
      trimmed(visibleScalars(body)) { isSpace($0) || isDress($0) || (bullets && isBullet($0)) })
  }

  /// Without what shows nothing, and without white space around.
  static func visible(_ body: String) -> String { text(trimmed(visibleScalars(body), isSpace)) }

  /// As it was written, without white space and what shows nothing around it.
  static func trimmed(_ body: String) -> String {
    var scalars = Array(body.unicodeScalars)[...]
    while let first = scalars.first, isSpace(first) || showsNothing(first) { scalars.removeFirst() }
    while let last = scalars.last, isSpace(last) || (showsNothing(last) && !isPartOfEmoji(last)) {
      scalars.removeLast()
    }
    return text(scalars)
  }

  static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    return text
  }

  /// Without what shows nothing; full-width and keycap characters are plain ones.
  static func visibleScalars(_ body: String) -> [Unicode.Scalar] {
    body.unicodeScalars.compactMap { showsNothing($0) || $0 == keycap ? nil : folded($0) }
  }

  private static func trimmed(_ scalars: [Unicode.Scalar], _ goes: (Unicode.Scalar) -> Bool) -> ArraySlice<
    Unicode.Scalar
  > {
    var rest = scalars[...]
    while let first = rest.first, goes(first) { rest.removeFirst() }
    while let last = rest.last, goes(last) { rest.removeLast() }
    return rest
  }

  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0 || scalar.properties.isWhitespace
  }

  /// Unicode's default-ignorable code points: joiners, direction marks, fillers, variation selectors, tags. And
  /// U+FFFC, which stands where a picture was.
  static func showsNothing(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0xAD && (scalar.properties.isDefaultIgnorableCodePoint || scalar == "\u{FFFC}")
  }

  /// The enclosing keycap: 1 U+FE0F U+20E3 is "1" on a key.
  private static let keycap: Unicode.Scalar = "\u{20E3}"

  /// A joiner, a variation selector or a tag after an emoji belongs to it.
  private static func isPartOfEmoji(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200C, 0x200D, 0xFE00...0xFE0F, 0xE0020...0xE007F: true
    default: false
    }
  }

  /// Full-width ASCII (U+FF01 to U+FF5E) as ASCII.
  private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    guard 0xFF01...0xFF5E ~= scalar.value else { return scalar }
    return Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
  }

  /// Quotes, brackets, and punctuation that closes something.
  private static func isDress(_ scalar: Unicode.Scalar) -> Bool {
    if isQuote(scalar) || scalar.properties.isSentenceTerminal { return true }
    switch scalar {
    case "<", ">", ",", ";", ":", "…", "、", "\u{FF64}": return true
    default: break
    }
    switch scalar.properties.generalCategory {
    case .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation: return true
    default: return false
    }
  }

  static func isQuote(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isQuotationMark { return true }
    switch scalar {
    case "`", "´", "\u{2032}"..."\u{2036}", "\u{275B}"..."\u{275E}": return true
    default: return false
    }
  }

  /// What stands before the lines of a list: any dash, a star, a dot, an arrow.
  private static func isBullet(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "*", "|", "_", "•", "·", "‣", "◦", "∙", "→", "➔", "➜", "➤", "\u{25A0}"..."\u{25FF}": true
    default: scalar.properties.generalCategory == .dashPunctuation
    }
  }
}
