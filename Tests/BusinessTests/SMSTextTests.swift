// SMSTextTests.swift - normalisation, encoding and segments of short messages.

import Business
import Testing

struct SMSTextTests {
  static func text(_ count: Int, _ character: Character = "a") -> String {
    String(repeating: character, count: count)
  }

  @Test(arguments: [
    (0, 1), (1, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4),
  ])
  func `GSM-7 holds 160 characters, or 153 in each part`(length: Int, segments: Int) {
    for character: Character in ["a", "ä", "@", "É", "\n", "à"] {
      let text = SMSText(Self.text(length, character))
      #expect(text.segments == segments)
      #expect(text.encoding == .gsm7)
    }
  }

  @Test(arguments: [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)])
  func `UCS-2 holds 70 characters, or 67 in each part`(length: Int, segments: Int) {
    let text = SMSText(Self.text(length, "ê"))
    #expect(text.segments == segments)
    #expect(text.encoding == .ucs2)
    #expect(text.offendingCharacters == ["ê"])
  }

  @Test func `a euro sign counts twice and is never split`() {
    #expect(SMSText(Self.text(80, "€")).segments == 1)
    #expect(SMSText(Self.text(158) + "€").segments == 1)
    #expect(SMSText(Self.text(159) + "€").segments == 2)
    // 306 septets, but the sign does not fit into the last place of the first part.
    #expect(SMSText(Self.text(152) + "€" + Self.text(152)).segments == 3)
    #expect(SMSText(Self.text(151) + "€" + Self.text(153)).segments == 2)
    #expect(SMSText("^{}\\[~]|€\u{0C}").encoding == .gsm7)
  }

  @Test func `an emoji is never split`() {
    #expect(SMSText(Self.text(68) + "😀").segments == 1)
    #expect(SMSText(Self.text(69) + "😀").segments == 2)
    // 134 units, but the surrogate pair does not fit into the last place of the first part.
    #expect(SMSText(Self.text(66) + "😀" + Self.text(66)).segments == 3)
    #expect(SMSText(Self.text(65) + "😀" + Self.text(67)).segments == 2)
    // A family is one grapheme of 11 units.
    #expect(SMSText(Self.text(57) + "👨‍👩‍👧‍👦" + Self.text(67)).segments == 3)
    #expect(SMSText(Self.text(56) + "👨‍👩‍👧‍👦" + Self.text(67)).segments == 2)
  }

  @Test func `a grapheme longer than a segment is split after all`() {
    let zalgo = "a" + String(repeating: "\u{0316}", count: 140)
    #expect(SMSText(zalgo).segments == 3)
  }

  @Test(arguments: [
    ("Verstanden — dringend", "Verstanden - dringend"), ("“Hallo”", "\"Hallo\""), ("«ja»", "\"ja\""),
    ("„ja“", "\"ja\""), ("l’eau", "l'eau"), ("warten…", "warten..."), ("8–12 Uhr", "8-12 Uhr"),
    ("a\u{A0}b\u{202F}c\u{2009}d\te", "a b c d e"), ("a\u{3000}b\u{2003}c", "a b c"),
    ("zu\u{200B}\u{FEFF}sammen\u{2060}", "zusammen"),
    ("eins\r\nzwei\rdrei\n\rvier", "eins\nzwei\ndrei\n\nvier"), ("½ Liter", "1/2 Liter"),
    ("ＡＢＣ１２３！", "ABC123!"), ("u\u{308}ber a\u{30A} n\u{303} E\u{301}", "über å ñ É"), ("• Punkt", "- Punkt"),
    ("`x´", "'x'"), ("\u{212B}\u{2126}", "ÅΩ"), ("x\u{302}", "x^"),
  ])
  func `look-alikes become GSM characters`(raw: String, body: String) {
    let text = SMSText(raw)
    // Scalar by scalar: == on strings would take "u" + U+0308 for "ü".
    #expect(text.body.unicodeScalars.elementsEqual(body.unicodeScalars))
    #expect(text.encoding == .gsm7)
    #expect(text.offendingCharacters.isEmpty)
    #expect(SMSText(text.body) == text)
  }

  @Test(arguments: [
    ("Garçon", "ç"), ("fe\u{302}te", "ê"), ("œuvre", "œ"), ("À bientôt", "Àô"), ("Grüße 😀", "😀"), ("á", "á"),
    ("Ж", "Ж"), ("ok 👍🏽 ok 👍🏽", "👍🏽"),
  ])
  func `characters outside GSM-7 are named`(raw: String, offending: String) {
    let text = SMSText(raw)
    #expect(text.encoding == .ucs2)
    #expect(text.offendingCharacters == Array(offending))
  }

  @Test func `the German letters and the Swiss French ones of the texts are GSM-7`() {
    #expect(SMSText("äöüÄÖÜß éèàùìòÉ Ç ñ § £ ¥ ¿¡ ΔΦΓΛΩΠΨΣΘΞ").encoding == .gsm7)
  }

  @Test func `the names of the encodings are those of list --json`() {
    #expect(SMSEncoding.allCases.map(\.rawValue) == ["GSM-7", "UCS-2"])
  }
}
