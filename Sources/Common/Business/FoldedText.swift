// FoldedText.swift - texts as the search compares them: without case, accents and odd blanks.
//
// Of the Latin letters (U+00C0 to U+017F, and the Romanian ones with a comma) the base letter is left: Ä and à are a,
// Ç is c, œ is oe, ß is ss. Accents that stand as characters of their own, soft hyphens and marks of no width go;
// blanks of every kind are one space; dashes and apostrophes are those of the keyboard. Other scripts stay as they
// are. A folded text is never longer than the text was, in bytes.

enum FoldedText {
  /// The text folded.
  static func bytes(of text: String) -> [UInt8] {
    var text = text
    return text.withUTF8 { source in
      [UInt8](unsafeUninitializedCapacity: source.count) { target, count in
        count = fold(source, into: target)
      }
    }
  }

  /// Folds into a buffer that is as long as the source; returns how many bytes were written.
  static func fold(_ source: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>)
    -> Int
  {
    var count = 0
    var index = 0
    func put(_ byte: UInt8) {
      // A space after a space is none.
      if byte == space && count > 0 && target[count - 1] == space { return }
      target[count] = byte
      count += 1
    }
    while index < source.count {
      let byte = source[index]
      if byte < 0x80 {
        put(byte <= space ? space : 0x41...0x5A ~= byte ? byte | 0x20 : byte)
        index += 1
        continue
      }
      let next = index + 1 < source.count ? source[index + 1] : 0
      let third = index + 2 < source.count ? source[index + 2] : 0
      switch (byte, next, third) {
      case (0xC3...0xC5, 0x80...0xBF, _):
        let place = 2 * (Int(byte & 0x1F) << 6 + Int(next & 0x3F) - 0xC0)
        let letters = baseLetters.utf8Start
        put(letters[place])
        if letters[place + 1] != space { put(letters[place + 1]) }
        index += 2
      case (0xC8, 0x98...0x99, _):  // Ș ș
        put(0x73)
        index += 2
      case (0xC8, 0x9A...0x9B, _):  // Ț ț
        put(0x74)
        index += 2
      // Accents that stand alone; the soft hyphen.
      case (0xCC, 0x80...0xBF, _), (0xCD, 0x80...0xAF, _), (0xC2, 0xAD, _): index += 2
      case (0xC2, 0xA0, _):
        put(space)
        index += 2
      case (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xAF):
        put(space)
        index += 3
      case (0xE2, 0x80, 0x8B...0x8F), (0xE2, 0x81, 0xA0), (0xEF, 0xBB, 0xBF): index += 3  // no width
      case (0xE2, 0x80, 0x90...0x95):
        put(0x2D)
        index += 3
      case (0xE2, 0x80, 0x98...0x99):
        put(0x27)
        index += 3
      case (0xE1, 0xBA, 0x9E):  // ẞ
        put(0x73)
        put(0x73)
        index += 3
      default:
        put(byte)
        index += 1
      }
    }
    return count
  }

  static let space: UInt8 = 0x20

  /// Two characters for each of U+00C0 to U+017F; the second is a blank where one letter is enough.
  private static let baseLetters: StaticString = """
    a a a a a a aec e e e e i i i i d n o o o o o x o u u u u y thss\
    a a a a a a aec e e e e i i i i d n o o o o o / o u u u u y thy \
    a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g \
    g g g g h h h h i i i i i i i i i i ijijj j k k k l l l l l l l \
    l l l n n n n n n n n n o o o o o o oeoer r r r r r s s s s s s \
    s s t t t t t t u u u u u u u u u u u u w w y y y z z z z z z s \

    """
}
