// Cell.swift - one value of a table, and its text: never a formula, never a number that is none.
//
// A spreadsheet runs what begins with = + - @ (or their full-width forms), also behind white space that it
// skips. A text that begins so gets an apostrophe in front; numbers, dates and amounts are our own and clean.

import Business
import LocalTime

/// A value in a column.
package enum Cell: Hashable, Sendable {
  /// Words from outside: names, numbers as they came.
  case text(String)
  /// An E.164 number, written as people write it; whatever else stands there is a text.
  case phone(String)
  /// A word of ours: a code, a SID, a currency.
  case code(String)
  case integer(Int)
  /// Empty where the amount is not known.
  case amount(Amount?)
  case rate(Rate)
  /// With one decimal, rounded half up; empty where there is none.
  case minutes(milliseconds: Int?)
  case date(CivilDate)
  /// Of a local time, `16:30:05`.
  case time(LocalDateTime)

  func written(in dialect: CSVDialect) -> String {
    switch self {
    case .amount, .rate, .minutes:
      dialect.hasDecimalComma ? String(written.map { $0 == "." ? "," : $0 }) : written
    default: written
    }
  }

  /// With a decimal point.
  var written: String {
    switch self {
    case .text(let text): Cell.harmless(text)
    case .phone(let number):
      PhoneNumber(e164: number).map(\.spacedFormat) ?? Cell.harmless(number)
    case .code(let code): code
    case .integer(let number): String(number)
    case .amount(let amount): amount?.text ?? ""
    case .rate(let rate): rate.text ?? ""
    case .minutes(nil): ""
    case .minutes(let milliseconds?):
      Minutes.text(tenths: Minutes.tenths(milliseconds: milliseconds))
    case .date(let date): date.iso8601
    case .time(let time): "\(time.clock):\(padded(time.second))"
    }
  }

  /// With an apostrophe in front where a spreadsheet could take the text for a formula. NUL, which ends a text
  /// for some readers, becomes a replacement character.
  static func harmless(_ text: String) -> String {
    // Nearly all texts: a letter or a digit begins them, and nothing needs replacing.
    if let first = text.utf8.first, isAlphanumeric(first), !text.utf8.contains(0) { return text }
    let text =
      text.unicodeScalars.contains("\0")
      ? String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })) : text
    guard let first = text.unicodeScalars.first else { return text }
    if first == "\t" || first == "\r" || first == "\n" { return "'" + text }
    let begin = text.unicodeScalars.first { !$0.properties.isWhitespace && !isInvisible($0) }
    return begin.map(beginsFormula) == true ? "'" + text : text
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122: true
    default: false
    }
  }

  private static func beginsFormula(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}", "\u{2212}": true
    default: false
    }
  }

  /// Marks without width, and control characters.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<32, 127..<160, 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x206F, 0xFEFF:
      true
    default: false
    }
  }
}
