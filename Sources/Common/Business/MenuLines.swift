// MenuLines.swift - a line of our own menu that a caller sends back: "1 = Dringend / Notfall", copied or typed.
//
// Only a whole line counts: "1 bitte" is free text. How it is spaced, and what stands around it, plays no part.

enum MenuLines {
  /// No line of a text of two segments is longer.
  private static let longest = 320

  /// "1", "2" or "3" when the message is the option of that digit; else empty.
  /// - Parameter menu: the tenant's own text, beside the built-in ones of all languages.
  static func digit(ofLine body: String, in menu: () -> String?) -> String {
    let line = ReplyText.core(of: body, bullets: true)
    // Most messages begin with no such digit, and cost nothing more.
    guard let digit = line.unicodeScalars.first, isOption(digit), line.unicodeScalars.count <= longest else {
      return ""
    }
    let wanted = key(line)
    let isLine = builtIn.contains(wanted) || (menu().map { options(of: $0).contains(wanted) } ?? false)
    return isLine ? String(Character(digit)) : ""
  }

  private static let builtIn: Set<String> = Set(
    Language.allCases.flatMap { language in
      [MessageTemplate.missedCall, .missedCallShort].flatMap {
        options(of: SMSText($0.builtIn(language)).body)
      }
    })

  /// What makes two lines the same: their characters without case, white space and kinds of dashes and quotes.
  private static func key(_ line: String) -> String {
    ReplyText.text(
      SmartEncoding.normalised(line).unicodeScalars.filter { !ReplyText.isSpace($0) }
        .map { $0.properties.generalCategory == .dashPunctuation ? "-" : $0 }
    ).lowercased()
  }

  /// The options a text offers, as keys: lines that begin with 1, 2 or 3, and in one line what stands between
  /// "1 =", "2 =" and "3 =".
  static func options(of text: String) -> Set<String> {
    var found: Set<String> = []
    for line in text.split(whereSeparator: \.isNewline) {
      let scalars = Array(ReplyText.core(of: String(line), bullets: true).unicodeScalars)
      let starts = scalars.indices.filter { beginsOption(at: $0, in: scalars) }
      for (start, end) in zip(starts, starts.dropFirst() + [scalars.count]) {
        let option = scalars[start..<end]
        // A sentence may follow, or the next option: with it and without it.
        for part in [option, option.prefix { !".,;".unicodeScalars.contains($0) }] {
          let core = ReplyText.core(of: ReplyText.text(part))
          if core.unicodeScalars.count > 1 { found.insert(key(core)) }
        }
      }
    }
    return found
  }

  /// A digit of its own: at the line's beginning, or followed by a sign that assigns it something.
  private static func beginsOption(at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
    func isPartOfWord(_ other: Int) -> Bool {
      scalars.indices.contains(other)
        && (scalars[other].properties.isAlphabetic || scalars[other].properties.numericType != nil)
    }
    guard isOption(scalars[index]), !isPartOfWord(index - 1), !isPartOfWord(index + 1) else { return false }
    if index == 0 { return true }
    let next = scalars[(index + 1)...].first { !ReplyText.isSpace($0) }
    return next.map { "=:)>-\u{2013}\u{2014}\u{2192}".unicodeScalars.contains($0) } ?? false
  }

  private static func isOption(_ scalar: Unicode.Scalar) -> Bool { ("1"..."3").contains(scalar) }
}
