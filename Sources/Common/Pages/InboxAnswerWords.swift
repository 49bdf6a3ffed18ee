// InboxAnswerWords.swift - what the tenant's people read when they answer, close a request or hand it over.

import Business

extension InboxWords {
  // MARK: answering

  var answerHeading: String {
    language.say(
      de: "Per SMS antworten", fr: "Répondre par SMS", it: "Rispondere via SMS", en: "Answer by text")
  }

  var textLabel: String {
    language.say(de: "Ihr Text", fr: "Votre texte", it: "Il Suo testo", en: "Your text")
  }

  /// - Parameter segments: of what stands in the field; nil where nothing does.
  func textHint(segments: Int?) -> String {
    let rule = language.say(
      de: "Höchstens 2 SMS, etwa 300 Zeichen. Geht sofort an den Anrufer.",
      fr: "2 SMS au plus, environ 300 caractères. Part aussitôt.",
      it: "Al massimo 2 SMS, circa 300 caratteri. Parte subito.",
      en: "At most 2 messages, some 300 characters. Leaves at once.")
    guard let segments else { return rule }
    return rule + " "
      + language.say(
        de: "Dieser Text: \(segments) SMS.", fr: "Ce texte: \(segments) SMS.",
        it: "Questo testo: \(segments) SMS.",
        en: segments == 1 ? "This text: 1 message." : "This text: \(segments) messages.")
  }

  var cannedAnswers: String {
    language.say(
      de: "Tippen setzt den Text ein:", fr: "Un toucher insère le texte:", it: "Un tocco inserisce il testo:",
      en: "A tap puts the text in:")
  }

  func cannotReply(_ reason: ReplyObstacle) -> String {
    switch reason {
    case .withheld:
      language.say(
        de: "Der Anrufer hat seine Nummer unterdrückt: Eine SMS ist nicht möglich.",
        fr: "L’appelant a masqué son numéro: pas de SMS possible.",
        it: "Chi ha chiamato ha nascosto il numero: nessun SMS possibile.",
        en: "The caller hides the number: no text is possible.")
    case .blocked:
      language.say(
        de: "Die Nummer ist gesperrt: Es geht keine SMS an sie.",
        fr: "Ce numéro est bloqué: aucun SMS ne lui est envoyé.",
        it: "Il numero è bloccato: non gli si inviano SMS.", en: "The number is blocked: no text goes to it.")
    case .optedOut:
      language.say(
        de: "Der Anrufer will keine SMS (STOP). Bitte rufen Sie an.",
        fr: "L’appelant ne veut pas de SMS (STOP). Veuillez appeler.",
        it: "Chi ha chiamato non vuole SMS (STOP). Telefoni.",
        en: "The caller wants no texts (STOP). Please call.")
    case .landline:
      language.say(
        de: "Das ist ein Festnetzanschluss: Er kann keine SMS empfangen. Bitte rufen Sie an.",
        fr: "C’est une ligne fixe: elle ne reçoit pas de SMS. Veuillez appeler.",
        it: "È una linea fissa: non riceve SMS. Telefoni.",
        en: "This is a landline: it gets no texts. Please call.")
    case .keyed:
      language.say(
        de:
          "Diese Nummer hat ein Anrufer mit unterdrückter Nummer eingetippt: Sie bekommt keine SMS. Bitte rufen Sie an.",
        fr: "Ce numéro a été tapé par un appelant masqué: il ne reçoit pas de SMS. Veuillez appeler.",
        it: "Questo numero l’ha digitato chi nasconde il proprio: non riceve SMS. Telefoni.",
        en: "A caller who hides his number keyed this one in: it gets no texts. Please call.")
    case .unreachable:
      language.say(
        de: "An diese Nummer gehen keine SMS (Ausland oder Dienstnummer).",
        fr: "Pas de SMS vers ce numéro (étranger ou service).",
        it: "Nessun SMS a questo numero (estero o servizio).",
        en: "No texts go to this number (abroad, or a service).")
    }
  }

  // MARK: closing and giving away

  func outcome(_ outcome: TicketOutcome) -> String {
    switch outcome {
    case .won:
      language.say(de: "Auftrag erhalten", fr: "Mandat obtenu", it: "Incarico ottenuto", en: "Job won")
    case .lost: language.say(de: "Kein Auftrag", fr: "Pas de mandat", it: "Nessun incarico", en: "No job")
    case .spam: language.say(de: "Spam", fr: "Indésirable", it: "Spam", en: "Spam")
    case .other: language.say(de: "Anderes", fr: "Autre", it: "Altro", en: "Other")
    }
  }

  var outcomeQuestion: String {
    language.say(
      de: "Beim Erledigen: Was ist daraus geworden?", fr: "Pour clore: qu’en est-il advenu?",
      it: "Alla chiusura: com’è andata?", en: "When done: what came of it?")
  }

  var outcomeLabel: String { language.say(de: "Ergebnis", fr: "Résultat", it: "Esito", en: "Outcome") }

  var amountLabel: String { language.say(de: "Betrag", fr: "Montant", it: "Importo", en: "Amount") }

  func amountIn(_ currency: String) -> String {
    language.say(
      de: "Betrag in \(currency), wenn Sie wollen", fr: "Montant en \(currency), si vous voulez",
      it: "Importo in \(currency), se vuole", en: "Amount in \(currency), if you wish")
  }

  var holder: String { language.say(de: "Bei", fr: "Chez", it: "Presso", en: "With") }

  var assignLabel: String {
    language.say(
      de: "Jemand anderem übergeben", fr: "Confier à quelqu’un d’autre", it: "Affidare ad altri",
      en: "Hand over to")
  }
}
