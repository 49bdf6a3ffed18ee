// MessageTemplate.swift - fills the placeholders of a text and keeps it within two segments.
//
// The built-in wording is BuiltInTexts; a tenant may have its own for every kind but the short one.

/// The values of the placeholders; one that a text does not use may be left out.
package struct TemplateValues: Hashable, Sendable {
  /// {Betrieb}
  package var business: String
  /// {phone}
  package var phone: String
  /// {SLA}, see `slaText`
  package var sla: String
  /// {wizard_link}, see `wizardLink`
  package var wizardLink: String
  /// {name}: what the number is called; in canned answers.
  package var name: String
  /// {date}, see `dayText`: the first working day after a vacation; in its sentence.
  package var date: String

  package init(
    business: String, phone: String = "", sla: String = "", wizardLink: String = "", name: String = "",
    date: String = ""
  ) {
    self.name = name
    self.date = date
    self.business = business
    self.phone = phone
    self.sla = sla
    self.wizardLink = wizardLink
  }

  func value(of placeholder: Substring) -> String? {
    switch placeholder {
    case "Betrieb": business
    case "phone": phone
    case "SLA": sla
    case "wizard_link": wizardLink
    case "name": name
    case "date": date
    default: nil
    }
  }
}

/// The texts sent to callers; raw values are the keys of a tenant's `templates` (not `missed_call_short`).
package enum MessageTemplate: String, CaseIterable, Sendable {
  case missedCall = "missed_call"
  /// Sent where the missed-call text would need three segments.
  case missedCallShort = "missed_call_short"
  case urgent
  case callback
  case wizard
  case freeText = "free_text"

  /// The most segments any text to a caller may have.
  package static let maximumSegments = 2

  /// Replaces each known placeholder once; what is put in is not looked at again, and an unknown
  /// placeholder stays as it is.
  package static func render(_ template: String, values: TemplateValues) -> String {
    var result = ""
    for piece in pieces(of: template) {
      switch piece {
      case .text(let text): result += text
      case .placeholder(let name):
        let value = values.value(of: name) ?? "{\(name)}"
        // `Guten Tag {name},` is `Guten Tag,` for whoever has none.
        if value.isEmpty && result.last == " " { result.removeLast() }
        result += value
      }
    }
    return result
  }

  /// Names in braces that stand for nothing, with their braces, each once: `["{Firma}"]`.
  package static func unknownPlaceholders(
    in template: String, known: [Substring] = ["Betrieb", "phone", "SLA", "wizard_link"]
  ) -> [String] {
    var unknown: [String] = []
    for case .placeholder(let name) in pieces(of: template) where !known.contains(name) {
      if !unknown.contains("{\(name)}") { unknown.append("{\(name)}") }
    }
    return unknown
  }

  /// The text as it will be sent: the tenant's own wording, else the built-in one.
  ///
  /// Where it would need three segments, the business's name is written with base letters; if that is not enough, the
  /// wording gives way to the built-in text, the missed-call text to the built-in short one; where even that is too
  /// long, the name is cut.
  package func fitted(_ own: String? = nil, values: TemplateValues, language: Language) -> SMSText {
    if let text = MessageTemplate.fitting(own ?? builtIn(language), values) { return text }
    let fallback = (self == .missedCall ? MessageTemplate.missedCallShort : self).builtIn(language)
    return MessageTemplate.fitting(fallback, values) ?? MessageTemplate.cut(fallback, values)
  }

  /// The missed-call text of a vacation: `sentence` stands for the one that people are at work, or behind the first line
  /// of a wording that has none. Where that needs three segments, before the built-in short text.
  package static func missedCall(
    in sentence: String, own: String?, values: TemplateValues, language: Language
  ) -> SMSText {
    let wording = own ?? missedCall.builtIn(language)
    let short = "\(sentence) \(missedCallShort.builtIn(language))"
    return fitting(withSentence(sentence, wording, language), values) ?? fitting(short, values)
      ?? missedCall.fitted(own, values: values, language: language)
  }

  /// Whether a vacation's sentence has room in the missed-call text.
  package static func fits(_ sentence: String, own: String?, values: TemplateValues, language: Language)
    -> Bool
  {
    fitting(withSentence(sentence, own ?? missedCall.builtIn(language), language), values) != nil
  }

  private static func withSentence(_ sentence: String, _ wording: String, _ language: Language) -> String {
    let atWork = atWork(language)
    var lines = wording.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    if let place = lines.firstIndex(of: atWork) {
      lines[place] = sentence
    } else {
      lines.insert(sentence, at: 1)
    }
    return lines.joined(separator: "\n")
  }

  /// nil where the text needs three segments even with the name in base letters.
  package static func fitting(_ wording: String, _ values: TemplateValues) -> SMSText? {
    let text = SMSText(render(wording, values: values))
    if text.segments <= maximumSegments { return text }
    var values = values
    values.business = BaseLetters.written(values.business)
    let plain = SMSText(render(wording, values: values))
    return plain.segments <= maximumSegments ? plain : nil
  }

  /// The text with as much of the name as there is room for.
  private static func cut(_ wording: String, _ values: TemplateValues) -> SMSText {
    var values = values
    // No more than two segments hold; so that an endless name costs nothing.
    values.business = String(BaseLetters.written(values.business).prefix(306))
    while true {
      let text = SMSText(render(wording, values: values))
      if text.segments <= maximumSegments || values.business.isEmpty { return text }
      values.business.removeLast()
      while values.business.last?.isWhitespace == true { values.business.removeLast() }
    }
  }

  /// A business's name as it stands in all its SMS: with base letters where the missed-call text would need three
  /// segments because of the others. A name that base letters do not bring into the GSM alphabet stays as it is.
  /// - Parameters:
  ///   - own: the tenant's own missed-call text; nil for the built-in one.
  ///   - phone: what stands for {phone}.
  package static func nameInSMS(_ name: String, own: String?, phone: String, language: Language) -> String {
    let plain = BaseLetters.written(name)
    guard plain != name, SMSText(plain).encoding == .gsm7 else { return name }
    let values = TemplateValues(business: name, phone: phone)
    let text = SMSText(render(own ?? missedCall.builtIn(language), values: values))
    return text.segments <= maximumSegments ? name : plain
  }

  private enum Piece {
    case text(Substring)
    case placeholder(Substring)
  }

  /// A placeholder is what stands between two braces without another brace or a line break inside.
  private static func pieces(of template: String) -> [Piece] {
    var pieces: [Piece] = []
    var rest = template[...]
    while let open = rest.firstIndex(of: "{") {
      let after = rest.index(after: open)
      guard let end = rest[after...].firstIndex(where: { "{}".contains($0) || $0.isNewline }) else { break }
      if rest[end] == "}", end > after {
        pieces.append(.text(rest[..<open]))
        pieces.append(.placeholder(rest[after..<end]))
        rest = rest[rest.index(after: end)...]
      } else {
        pieces.append(.text(rest[..<end]))
        rest = rest[end...]
        if rest.first != "{" {
          pieces.append(.text(rest.prefix(1)))
          rest = rest.dropFirst()
        }
      }
    }
    return pieces + [.text(rest)]
  }
}

/// The link to the tenant's form with the caller's number filled in.
package func wizardLink(domain: String, phone: String) -> String {
  "https://\(domain)/anfrage?ref=missed_call&phone=\(queryEncoded(phone))"
}

/// Everything but RFC 3986's unreserved characters as %XX. For the pure modules; the others have CGI's.
package func queryEncoded(_ text: String) -> String {
  var result = ""
  for byte in text.utf8 {
    switch byte {
    case 48...57, 65...90, 97...122, 45, 46, 95, 126: result.unicodeScalars.append(Unicode.Scalar(byte))
    default: result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
    }
  }
  return result
}
