// ContactText.swift - the bytes of an address book as text, whichever charset wrote them.

package enum ContactText {
  /// UTF-16 with a byte order mark or with every second byte zero, UTF-8 with or without mark, else Windows-1252.
  package static func decoded(_ bytes: [UInt8]) -> String {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return String(decoding: bytes.dropFirst(3), as: UTF8.self) }
    if bytes.starts(with: [0xFF, 0xFE]) { return utf16(bytes.dropFirst(2), isLittle: true) }
    if bytes.starts(with: [0xFE, 0xFF]) { return utf16(bytes.dropFirst(2), isLittle: false) }
    if bytes.count >= 4, bytes[1] == 0, bytes[3] == 0 { return utf16(bytes[...], isLittle: true) }
    if bytes.count >= 4, bytes[0] == 0, bytes[2] == 0 { return utf16(bytes[...], isLittle: false) }
    return narrow(bytes)
  }

  /// UTF-8, or Windows-1252 where it is none.
  static func narrow(_ bytes: [UInt8]) -> String {
    String(validating: bytes, as: UTF8.self) ?? windows1252(bytes)
  }

  /// What a file calls its charset; nil for one that is not read here.
  static func decoded(_ bytes: [UInt8], charset: String) -> String? {
    switch charset {
    case "UTF-8", "UTF8": narrow(bytes)
    // As everywhere: whoever says Latin-1 may have written the quotation marks of Windows.
    case "ISO-8859-1", "ISO_8859-1", "ISO8859-1", "LATIN1", "LATIN-1", "WINDOWS-1252", "CP1252":
      windows1252(bytes)
    default: bytes.allSatisfy { $0 < 0x80 } ? String(decoding: bytes, as: UTF8.self) : nil
    }
  }

  private static func windows1252(_ bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes {
      let code = 0x80..<0xA0 ~= byte ? windows[Int(byte) - 0x80] : UInt32(byte)
      text.append(Unicode.Scalar(code) ?? "?")
    }
    return String(text)
  }

  private static func utf16(_ bytes: ArraySlice<UInt8>, isLittle: Bool) -> String {
    let bytes = Array(bytes)
    let units = stride(from: 0, to: bytes.count - 1, by: 2).map { index in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isLittle ? second << 8 | first : first << 8 | second
    }
    return String(decoding: units, as: UTF16.self)
  }

  /// 0x80 to 0x9F; the five that mean nothing stay control characters.
  private static let windows: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
    0x8D,
    0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161,
    0x203A,
    0x0153, 0x9D, 0x017E, 0x0178,
  ]
}

/// How long what a contact says may be, in characters.
package enum ContactLimits {
  package static let name = 80
  package static let note = 500

  /// One line without blanks around it, and without what turns the direction of the words beside it.
  package static func oneLine(_ text: String) -> String {
    var kept = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: continue
      case 0..<0x20, 0x7F..<0xA0: kept.append(" ")
      default: kept.append(scalar)
      }
    }
    return String(kept).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

/// One person of an address book, as it is written there.
package struct ReadContact: Hashable, Sendable {
  /// One whose charset is not read.
  package struct UnreadProperty: Hashable, Sendable {
    package var name: String
    package var charset: String

    package init(name: String, charset: String) {
      self.name = name
      self.charset = charset
    }
  }

  package var name = ""
  /// As they were typed.
  package var numbers: [String] = []
  package var kind: ContactKind?
  package var note = ""
  /// What of it could not be read.
  package var unread: [UnreadProperty] = []
  /// Of its first line, from 1 on.
  package var line: Int

  /// The people of a file; nil where it is no vCard, and as a table has no column of numbers.
  package static func all(in file: [UInt8]) -> [ReadContact]? {
    let text = ContactText.decoded(file)
    return ContactVCards.isVCard(text) ? ContactVCards.read(text) : ContactTable.read(text)
  }
}
