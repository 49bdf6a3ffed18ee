// SMSText.swift - a message body as it will be sent: normalised, with its encoding and segment count.

/// The text of one SMS.
package struct SMSText: Hashable, Sendable {
  /// The normalised text: this is what must be handed to Twilio.
  package let body: String
  package let encoding: SMSEncoding
  /// How many messages are paid for; 1 for an empty text.
  package let segments: Int
  /// The characters outside the GSM alphabet, each once, in order: why the text is UCS-2.
  package let offendingCharacters: [Character]

  /// Normalises and measures. Characters with a look-alike in the GSM alphabet are replaced as by Twilio's
  /// Smart Encoding (Twilio reference, section 9); one space for every kind of space; CRLF becomes LF.
  package init(_ raw: String) {
    let body = SmartEncoding.normalised(raw)
    var offending: [Character] = []
    var septets: [Int] = []
    for character in body {
      for scalar in character.unicodeScalars {
        if let count = GSM7.septets(of: scalar) {
          septets.append(count)
        } else if !offending.contains(character) {
          offending.append(character)
        }
      }
    }
    self.body = body
    offendingCharacters = offending
    if offending.isEmpty {
      encoding = .gsm7
      segments = GSM7.segments(septets, single: 160, part: 153)
    } else {
      encoding = .ucs2
      segments = GSM7.segments(SMSText.unsplittableUnits(body), single: 70, part: 67)
    }
  }

  /// UTF-16 lengths of the graphemes; one too long for a segment is split between its scalars.
  private static func unsplittableUnits(_ body: String) -> [Int] {
    body.flatMap { character -> [Int] in
      let units = character.utf16.count
      return units <= 67 ? [units] : character.unicodeScalars.map { $0.value > 0xFFFF ? 2 : 1 }
    }
  }
}
