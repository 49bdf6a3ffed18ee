// TenantTexts.swift - the five texts of a tenant: its own wording, checked by rendering it.

import Business
import LocalTime

/// What one text of a tenant costs: printed by `opsfabric apply`.
package struct TextLine: Hashable, Sendable {
  /// The key in `templates`: `missed_call`.
  package var name: String
  /// Whether the wording is the tenant's own.
  package var isOwn: Bool
  package var encoding: SMSEncoding
  package var segments: Int
  /// The characters that force UCS-2, each once.
  package var offendingCharacters: [Character]
  /// The wording would need three segments: the built-in short one is sent, or the name is cut.
  package var isShort: Bool
}

/// Encoding and segments of each text as it is sent: with the tenant's name and the longest values that can occur.
package func textReport(_ tenant: Tenant) -> [TextLine] {
  TenantTexts.kinds.map { kind in
    let text = TenantTexts.sent(kind, of: tenant)
    return TextLine(
      name: kind.rawValue, isOwn: TenantTexts.own(kind, of: tenant) != nil, encoding: text.encoding,
      segments: text.segments, offendingCharacters: text.offendingCharacters,
      isShort: !TenantTexts.fits(kind, of: tenant))
  }
}

enum TenantTexts {
  /// The texts a tenant may word, in the order of the documents.
  static let kinds: [MessageTemplate] = [.missedCall, .urgent, .callback, .wizard, .freeText]

  static func own(_ kind: MessageTemplate, of tenant: Tenant) -> String? {
    switch kind {
    case .missedCall: tenant.templates.missedCall
    case .missedCallShort: nil
    case .urgent: tenant.templates.urgent
    case .callback: tenant.templates.callback
    case .wizard: tenant.templates.wizard
    case .freeText: tenant.templates.freeText
    }
  }

  static func check(_ tenant: Tenant, _ reader: ObjectReader) {
    for kind in kinds { check(kind, of: tenant, reader) }
    noteName(of: tenant, reader)
  }

  /// What people answer with one tap: one line each, of at most two segments with what is filled in.
  static func answers(_ key: String, _ texts: ObjectReader) -> [String]? {
    let expected = "write texts of one line such as \"Bin in 20 Minuten da.\""
    guard let elements = texts.list(key, of: "texts of one line") else { return nil }
    if elements.count > 9 { texts.fault(key, "has \(elements.count) texts", "keep to nine") }
    return elements.compactMap { key, value in
      guard let text = texts.string(value, at: key, expected) else { return nil }
      for name in MessageTemplate.unknownPlaceholders(in: text, known: ["Betrieb", "phone", "SLA", "name"]) {
        texts.fault(key, "has the unknown placeholder \(name)", "known are {Betrieb} {phone} {SLA} {name}")
      }
      if SMSText(text).segments > MessageTemplate.maximumSegments {
        texts.fault(key, "needs \(SMSText(text).segments) SMS", "write a shorter text: two are the most")
      }
      return text
    }
  }

  private static func check(_ kind: MessageTemplate, of tenant: Tenant, _ reader: ObjectReader) {
    let key = "templates.\(kind.rawValue)"
    let own = own(kind, of: tenant)
    if let own {
      for placeholder in MessageTemplate.unknownPlaceholders(in: own) {
        let known = ["Betrieb", "phone", "SLA", "wizard_link"]
        let near = Suggestion.nearest(to: String(placeholder.dropFirst().dropLast()), among: known)
        reader.fault(
          key, "\(placeholder) is no known placeholder",
          near.map { "did you mean {\($0)}?" } ?? "known are {Betrieb}, {phone}, {SLA} and {wizard_link}")
      }
      if kind == .wizard, !own.contains("{wizard_link}") {
        reader.fault(key, "does not hold {wizard_link}", "put it where the link shall stand", .warning)
      }
    }
    // Without name or domain the length says nothing, and their absence is told already.
    guard !tenant.name.isEmpty, !tenant.websiteDomain.isEmpty else { return }
    // A built-in text always fits: with base letters, in its short form, with the name cut. Only a link may not.
    let fits =
      own == nil ? sent(kind, of: tenant).segments <= MessageTemplate.maximumSegments : fits(kind, of: tenant)
    guard !fits else { return }
    let text = SMSText(MessageTemplate.render(wording(kind, of: tenant), values: longestValues(tenant)))
    let whose = own == nil ? "the built-in text with this tenant's website_domain" : "the text"
    var expected = "shorten it: \(MessageTemplate.maximumSegments) are the most"
    if own == nil { expected = "write a shorter one under templates, or a shorter domain" }
    if text.encoding == .ucs2 {
      let characters = text.offendingCharacters.prefix(8).map(String.init).joined(separator: " ")
      expected += "; without the characters \(characters) more would fit"
    }
    reader.fault(key, "\(whose) needs \(text.segments) segments in \(text.encoding.rawValue)", expected)
  }

  /// The sentence of a vacation, within the missed-call text and with the longest day.
  static func checkVacation(_ tenant: Tenant, _ reader: ObjectReader) {
    guard let sentence = tenant.vacationText else { return }
    let key = "vacation.text"
    for name in MessageTemplate.unknownPlaceholders(in: sentence, known: ["Betrieb", "phone", "date"]) {
      reader.fault(key, "has the unknown placeholder \(name)", "known are {Betrieb} {phone} {date}")
    }
    var values = longestValues(tenant)
    values.date = longestDay(tenant.language)
    if !MessageTemplate.fits(
      sentence, own: tenant.templates.missedCall, values: values, language: tenant.language)
    {
      reader.fault(key, "makes the missed-call text longer than two SMS", "write a shorter sentence")
    }
  }

  private static func longestDay(_ language: Language) -> String {
    (0...365).map { dayText(CivilDate(daysSinceEpoch: $0), language: language) }.max { $0.count < $1.count }
      ?? ""
  }

  /// Any name will do; the operator only learns what callers read.
  private static func noteName(of tenant: Tenant, _ reader: ObjectReader) {
    let name = tenant.nameInSMS
    if name != tenant.name {
      reader.fault(
        "name", "is written \(quoted(name)) in SMS, whose alphabet lacks some of its letters",
        "pages, mails and spoken texts keep it as it is", .note)
    }
    guard !tenant.name.isEmpty, tenant.templates.missedCall == nil, !fits(.missedCall, of: tenant) else {
      return
    }
    let cause = SMSText(name).encoding == .ucs2 ? "holds characters that SMS have no room for" : "is long"
    let isCut = !sent(.missedCall, of: tenant).body.hasPrefix(SMSText(name).body)
    reader.fault(
      "name",
      "\(cause): callers get the built-in short text" + (isCut ? ", with the beginning of the name" : ""),
      "a text of the business's own under templates.missed_call is sent instead", .note)
  }

  /// Whether the wording in force is what is sent.
  static func fits(_ kind: MessageTemplate, of tenant: Tenant) -> Bool {
    MessageTemplate.fitting(wording(kind, of: tenant), longestValues(tenant)) != nil
  }

  /// A text as long as it can become, as it is sent then.
  static func sent(_ kind: MessageTemplate, of tenant: Tenant) -> SMSText {
    kind.fitted(own(kind, of: tenant), values: longestValues(tenant), language: tenant.language)
  }

  private static func wording(_ kind: MessageTemplate, of tenant: Tenant) -> String {
    own(kind, of: tenant) ?? kind.builtIn(tenant.language)
  }

  private static func longestValues(_ tenant: Tenant) -> TemplateValues {
    TemplateValues(
      business: tenant.nameInSMS, phone: tenant.callbackPhone, sla: longestSLA(tenant.language),
      // E.164 allows 15 digits.
      wizardLink: wizardLink(domain: tenant.websiteDomain, phone: "+" + String(repeating: "9", count: 15)))
  }

  private static func longestSLA(_ language: Language) -> String { slaTexts[language] ?? "" }

  /// The longest promise of any day of a year, per language.
  private static let slaTexts: [Language: String] = {
    let now = Timestamp(seconds: 0)
    var longest: [Language: String] = [:]
    for language in Language.allCases {
      let texts = (0...372).map { days in
        let due = now.adding(days: days).adding(minutes: 23 * 60 + 45)
        return slaText(due: due, now: now, zone: .utc, language: language)
      }
      longest[language] = texts.max { $0.count < $1.count }
    }
    return longest
  }()
}
