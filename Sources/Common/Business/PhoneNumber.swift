// PhoneNumber.swift - a telephone number in E.164 form, and which caller ids are no number at all.

/// A number of 2 to 15 digits after a plus sign, as Twilio writes it: `+41791234567`.
package struct PhoneNumber: Hashable, Sendable {
  package let e164: String

  /// nil unless the text is `^\+[1-9]\d{1,14}$`.
  package init?(e164: String) {
    let bytes = e164.utf8
    guard bytes.first == UInt8(ascii: "+"), 3...16 ~= bytes.count else { return nil }
    let digits = bytes.dropFirst()
    guard digits.first != UInt8(ascii: "0"), digits.allSatisfy({ 48...57 ~= $0 }) else { return nil }
    self.e164 = e164
  }

  /// The digits without the plus sign.
  package var digits: Substring { e164.dropFirst() }

  /// ISO 3166 code of the country (XK, AC and TA where ISO has none); nil where the calling code is unknown,
  /// or of no country (satellite, international freephone, North American freephone).
  package var country: String? { CallingCodes.country(of: digits) }

  /// What the country's numbering plan says of the number, at no cost.
  package var lineType: LineType { LineType(byPlanOf: self) }

  /// The same, unless more is known of the number.
  package func lineType(known: LineType?) -> LineType {
    known.flatMap { $0 == .unknown ? nil : $0 } ?? lineType
  }

  /// For logs: `+4179*****67`.
  package var masked: String { PhoneNumber.masked(e164) }

  /// For tables: Swiss numbers as at home, all others as dialled from there, `0049 171 234 56 78`. Always in
  /// groups that no spreadsheet takes for thousands, and without the plus sign that begins a formula.
  package var spacedFormat: String {
    if e164.hasPrefix("+41"), e164.utf8.count == 12 { return written(in: "CH") }
    let code = min(CallingCodes.length(of: digits) ?? 3, digits.count)
    return (["00" + digits.prefix(code)] + PhoneNumber.threes(digits.dropFirst(code))).joined(separator: " ")
  }

  /// Any caller id with its middle hidden; words without digits (`anonymous`) stay readable.
  package static func masked(_ caller: String) -> String {
    let characters = Array(caller)
    guard characters.contains(where: { $0.isNumber }) else { return caller }
    // At least three are hidden, however short the number.
    let head = max(0, min(5, characters.count - 5))
    let tail = max(0, min(2, characters.count - head - 3))
    let hidden = characters.count - head - tail
    return String(characters[..<head]) + String(repeating: "*", count: hidden)
      + String(characters[(characters.count - tail)...])
  }

  /// Whether a caller id stands for "number withheld": it is not E.164, or a word typed on a keypad.
  package static func isWithheld(_ caller: String) -> Bool {
    PhoneNumber(e164: caller) == nil || keypadSpellings.contains(caller)
  }

  /// How a caller id is kept where a person is meant: the number, or one word for all that stands for none. A keypad
  /// spelling would look like a number to call back.
  package static func kept(_ caller: String) -> String { isWithheld(caller) ? withheldWord : caller }

  /// As Twilio says it most often.
  package static let withheldWord = "anonymous"

  /// ANONYMOUS, RESTRICTED (twice), UNAVAILABLE, UNKNOWN, BLOCKED, PRIVATE (Twilio reference, section 1).
  package static let keypadSpellings: Set<String> = [
    "+266696687", "+7378742833", "+17378742833", "+86282452253", "+8656696", "+2562533", "+7748283",
  ]
}

extension PhoneNumber: CustomStringConvertible {
  package var description: String { e164 }
}
