// NoticeText.swift - what the tenant's people read when a ticket is new, urgent or late. Four languages.
//
// The link into the inbox is personal and is put in when the message leaves: the text holds `linkMark`.

/// What one of the tenant's people is told, in the words of each way to him. `linkMark` stands at the end.
package protocol PeopleText {
  /// Short enough for two segments with the link.
  /// - Parameter linkLength: characters of the link that will be put in.
  func sms(linkLength: Int) -> String
  /// Of a mail.
  var subject: String { get }
  var mail: String { get }
  /// - Parameter isThin: the server is not ours, and learns neither who has called nor what was said.
  func push(isThin: Bool) -> (title: String, text: String)
}

/// One notice about a ticket.
package struct NoticeText: PeopleText, Sendable {
  package enum Occasion: Hashable, Sendable {
    case new, urgent, escalation
    /// A caller whom a person has answered writes again.
    case furtherText(String)
    /// Another of the tenant's people has given it to him.
    case assigned
  }

  /// Stands for the personal link.
  package static let linkMark = "{inbox}"

  package var business: String
  package var occasion: Occasion
  package var isUrgent: Bool
  /// nil for a caller who hides his number: he was promised nothing.
  package var phone: String?
  /// The promised time as a person would say it.
  package var promise: String
  package var summary: String
  /// A form's, for a number that nothing is known of.
  package var isUnverified: Bool
  package var language: Language

  package init(
    business: String, occasion: Occasion, isUrgent: Bool, phone: String?, promise: String, summary: String,
    isUnverified: Bool = false, language: Language
  ) {
    self.business = business
    self.occasion = occasion
    self.isUrgent = isUrgent
    self.phone = phone
    self.promise = promise
    self.summary = summary
    self.isUnverified = isUnverified
    self.language = language
  }

  /// The summary gives way, and before it a name that leaves no room.
  package func sms(linkLength: Int) -> String {
    let link = String(repeating: "x", count: max(linkLength, NoticeText.linkMark.count))
    func fits(_ body: String) -> Bool {
      SMSText("\(body)\n\(link)").segments <= MessageTemplate.maximumSegments
    }
    let message = ([subject + ".", promiseLine] + unverifiedLine).joined(separator: " ")
    let named = BaseLetters.written("\(business): \(message)")
    let head = fits(named) ? named : message
    var words = BaseLetters.written(oneLine(summary))
    while true {
      let body = words.isEmpty ? head : "\(head)\n\(words)"
      if words.isEmpty || fits(body) { return "\(body)\n\(NoticeText.linkMark)" }
      words = shortened(words)
    }
  }

  package var subject: String { phone.map { "\(headline) \($0)" } ?? headlineWithoutNumber }

  package var mail: String {
    var lines =
      ["\(business): \(subject)", ""] + (phone.map { ["\(phoneLabel): \($0)"] } ?? []) + [promiseLine]
      + unverifiedLine
    if !summary.isEmpty { lines += ["", summary] }
    return (lines + ["", "\(linkLabel): \(NoticeText.linkMark)"]).joined(separator: "\n")
  }

  /// As long as the words are: who pushes them cuts them.
  package func push(isThin: Bool) -> (title: String, text: String) {
    var lines = [([business + ".", promiseLine] + unverifiedLine).joined(separator: " ")]
    if !isThin, !summary.isEmpty { lines.append(summary) }
    return (isThin ? headlineAlone : subject, (lines + [NoticeText.linkMark]).joined(separator: "\n"))
  }

  /// One word less and an ellipsis; nothing when only one word is left.
  private func shortened(_ words: String) -> String {
    let plain = words.hasSuffix("...") ? String(words.dropLast(3)) : words
    guard let space = plain.lastIndex(of: " ") else {
      return plain.count > 20 ? plain.prefix(plain.count / 2) + "..." : ""
    }
    return plain[..<space] + "..."
  }

  private func oneLine(_ text: String) -> String {
    let words = text.split { $0.isWhitespace }.joined(separator: " ")
    return words.count > 200 ? words.prefix(200) + "..." : words
  }

  private var headline: String {
    switch (occasion, isUrgent) {
    case (.furtherText, _):
      language.say(
        de: "Neue Nachricht von", fr: "Nouveau message de", it: "Nuovo messaggio di", en: "New message from")
    case (.assigned, _):
      language.say(
        de: "Für Sie: Anfrage von", fr: "Pour vous: demande de", it: "Per Lei: richiesta di",
        en: "For you: request from")
    case (.escalation, true):
      language.say(
        de: "DRINGEND, noch nicht begonnen:", fr: "URGENT, pas encore pris en charge:",
        it: "URGENTE, non ancora preso in carico:", en: "URGENT, not started yet:")
    case (.escalation, false):
      language.say(
        de: "Versprechen abgelaufen:", fr: "Délai dépassé:", it: "Termine scaduto:", en: "Promise has passed:"
      )
    case (_, true):
      language.say(
        de: "DRINGEND: Anfrage von", fr: "URGENT: demande de", it: "URGENTE: richiesta di",
        en: "URGENT: request from")
    case (_, false):
      language.say(
        de: "Neue Anfrage von", fr: "Nouvelle demande de", it: "Nuova richiesta di", en: "New request from")
    }
  }

  /// Without a word about whose request it is.
  private var headlineAlone: String {
    switch (occasion, isUrgent) {
    case (.furtherText, _):
      language.say(de: "Neue Nachricht", fr: "Nouveau message", it: "Nuovo messaggio", en: "New message")
    case (.assigned, _):
      language.say(
        de: "Für Sie: eine Anfrage", fr: "Pour vous: une demande", it: "Per Lei: una richiesta",
        en: "For you: a request")
    case (.escalation, true):
      language.say(
        de: "DRINGEND, noch nicht begonnen", fr: "URGENT, pas encore pris en charge",
        it: "URGENTE, non ancora preso in carico", en: "URGENT, not started yet")
    case (.escalation, false):
      language.say(
        de: "Versprechen abgelaufen", fr: "Délai dépassé", it: "Termine scaduto", en: "Promise has passed")
    case (_, true):
      language.say(
        de: "DRINGEND: neue Anfrage", fr: "URGENT: nouvelle demande", it: "URGENTE: nuova richiesta",
        en: "URGENT: new request")
    case (_, false):
      language.say(de: "Neue Anfrage", fr: "Nouvelle demande", it: "Nuova richiesta", en: "New request")
    }
  }

  private var headlineWithoutNumber: String {
    occasion == .escalation
      ? language.say(
        de: "Noch nicht begonnen: Anfrage, Nummer unterdrückt",
        fr: "Pas encore prise en charge: demande, numéro masqué",
        it: "Non ancora presa in carico: richiesta, numero nascosto",
        en: "Not started yet: request, number withheld")
      : language.say(
        de: "Neue Anfrage, Nummer unterdrückt", fr: "Nouvelle demande, numéro masqué",
        it: "Nuova richiesta, numero nascosto", en: "New request, number withheld")
  }

  private var promiseLine: String {
    guard phone != nil else {
      return language.say(
        de: "Rückruf nicht möglich, nichts versprochen.", fr: "Rappel impossible, rien n'a été promis.",
        it: "Richiamata impossibile, nulla è stato promesso.",
        en: "Cannot be called back, nothing was promised.")
    }
    return language.say(
      de: "Versprochen bis \(promise).", fr: "Promis: \(promise).", it: "Promesso: \(promise).",
      en: "Promised: \(promise).")
  }

  private var unverifiedLine: [String] {
    isUnverified
      ? [
        language.say(
          de: "Nummer nicht bestätigt.", fr: "Numéro non confirmé.", it: "Numero non confermato.",
          en: "Number not confirmed.")
      ] : []
  }

  private var phoneLabel: String { language.say(de: "Telefon", fr: "Téléphone", it: "Telefono", en: "Phone") }

  private var linkLabel: String {
    language.say(
      de: "Öffnen (Ihr persönlicher Link)", fr: "Ouvrir (votre lien personnel)",
      it: "Aprire (il Suo link personale)",
      en: "Open (your personal link)")
  }
}
