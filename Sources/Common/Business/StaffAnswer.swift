// StaffAnswer.swift - what one of the tenant's people answers to a notice by SMS, and what he is told then. Four
// languages.

/// What a message of the tenant's own people asks for (specification, section 11, "Staff by SMS").
package enum StaffAnswer: Hashable, Sendable {
  /// `1`, ok, ja, oui, sì, yes: he takes the request.
  case take
  /// `2`, erledigt, fait, fatto, done: it is done.
  case finish
  /// Anything else is said about it. Empty for a message of pictures only.
  case note(String)

  /// The words count in every language, whatever the tenant's is.
  package init(body: String) {
    switch ReplyText.core(of: body).uppercased() {
    case "1", "OK", "OKAY", "JA", "OUI", "SÌ", "SI", "YES": self = .take
    case "2", "ERLEDIGT", "FAIT", "FATTO", "DONE": self = .finish
    default: self = .note(ReplyText.trimmed(body))
    }
  }
}

/// What was done with such a message.
package enum StaffOutcome: Hashable, Sendable {
  case taken
  case alreadyYours
  /// Somebody else has the request.
  case takenBy(String)
  case done
  case alreadyDone
  case noted
  /// No notice has gone to the number lately: nobody knows which request is meant.
  case noRequest

  /// One short SMS; where it would need three segments the business's name gives way.
  /// - Parameter phone: the request's number as people write it.
  package func sms(business: String, phone: String, language: Language) -> SMSText {
    let sentence = BaseLetters.written(sentence(phone: phone, language: language))
    var business = BaseLetters.written(business)
    while true {
      let text = SMSText(business.isEmpty ? sentence : "\(business): \(sentence)")
      if text.segments <= MessageTemplate.maximumSegments || business.isEmpty { return text }
      business.removeLast()
    }
  }

  private func sentence(phone: String, language: Language) -> String {
    switch self {
    case .taken:
      return language.say(
        de: "Sie haben die Anfrage von \(phone) übernommen.",
        fr: "Vous avez pris en charge la demande de \(phone).",
        it: "Ha preso in carico la richiesta di \(phone).", en: "You have taken the request from \(phone).")
    case .alreadyYours:
      return language.say(
        de: "Die Anfrage von \(phone) haben Sie schon übernommen.",
        fr: "Vous avez déjà pris en charge la demande de \(phone).",
        it: "Ha già preso in carico la richiesta di \(phone).",
        en: "You have the request from \(phone) already.")
    case .takenBy(let person):
      return language.say(
        de: "Die Anfrage von \(phone) hat schon \(person) übernommen. Nichts wurde geändert.",
        fr: "La demande de \(phone) est déjà prise en charge par \(person). Rien n'a été changé.",
        it: "La richiesta di \(phone) è già in carico a \(person). Non è cambiato nulla.",
        en: "The request from \(phone) is taken by \(person). Nothing was changed.")
    case .done:
      return language.say(
        de: "Die Anfrage von \(phone) ist erledigt.", fr: "La demande de \(phone) est traitée.",
        it: "La richiesta di \(phone) è conclusa.", en: "The request from \(phone) is done.")
    case .alreadyDone:
      return language.say(
        de: "Die Anfrage von \(phone) war schon erledigt. Nichts wurde geändert.",
        fr: "La demande de \(phone) était déjà traitée. Rien n'a été changé.",
        it: "La richiesta di \(phone) era già conclusa. Non è cambiato nulla.",
        en: "The request from \(phone) was done already. Nothing was changed.")
    case .noted:
      return language.say(
        de: "Ihre Notiz steht bei der Anfrage von \(phone).",
        fr: "Votre note est jointe à la demande de \(phone).",
        it: "La Sua nota è stata aggiunta alla richiesta di \(phone).",
        en: "Your note is with the request from \(phone).")
    case .noRequest:
      return language.say(
        de: "In den letzten 24 Stunden ging keine Meldung an diese Nummer. Nichts wurde geändert.",
        fr: "Aucun avis n'a été envoyé à ce numéro depuis 24 heures. Rien n'a été changé.",
        it: "Nelle ultime 24 ore nessun avviso è stato inviato a questo numero. Non è cambiato nulla.",
        en: "No notice has gone to this number in the last 24 hours. Nothing was changed.")
    }
  }
}
