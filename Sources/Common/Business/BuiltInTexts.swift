// BuiltInTexts.swift - what callers read, in four languages.
//
// German is the specification's wording (sections 4 and 5). All texts stay within the GSM alphabet once
// normalised: no ç, no circumflex, no À or È. Options 1, 2 and 3 mean the same in every trade; the number
// to call stands last.

extension MessageTemplate {
  /// The wording used where a tenant has none of its own.
  package func builtIn(_ language: Language) -> String {
    switch language {
    case .de: german
    case .fr: french
    case .it: italian
    case .en: english
    }
  }

  /// The sentence of the missed-call text for which a vacation has another.
  static func atWork(_ language: Language) -> String {
    switch language {
    case .de: "Wir sind gerade im Einsatz."
    case .fr: "Nous sommes actuellement en intervention."
    case .it: "In questo momento siamo al lavoro."
    case .en: "We are out on a job right now."
    }
  }

  package static func onVacation(_ language: Language) -> String {
    switch language {
    case .de: "Wir haben Ferien und sind ab {date} wieder da."
    case .fr: "Nous sommes en vacances et de retour dès {date}."
    case .it: "Siamo in ferie e torniamo {date}."
    case .en: "We are on holiday and back on {date}."
    }
  }

  private var german: String {
    switch self {
    case .missedCall:
      """
      Danke für Ihren Anruf bei {Betrieb}.
      \(MessageTemplate.atWork(.de))

      Antworten Sie mit:
      1 = Dringend / Notfall
      2 = Rückruf gewünscht
      3 = Anfrage mit Details senden

      Oder rufen Sie nochmals an: {phone}
      """
    case .missedCallShort:
      "{Betrieb}: Antworten Sie mit 1 = dringend, 2 = Rückruf, 3 = Anfrage senden. Oder Anruf: {phone}"
    case .urgent: "Verstanden — dringend. {Betrieb} meldet sich sofort."
    case .callback: "Rückruf notiert. {Betrieb} ruft bis {SLA} zurück."
    case .wizard: "Hier können Sie Ihre Anfrage mit Foto senden: {wizard_link}"
    case .freeText: "Danke, Ihre Nachricht ist eingegangen. {Betrieb} meldet sich bis {SLA}."
    }
  }

  private var french: String {
    switch self {
    case .missedCall:
      """
      Merci de votre appel à {Betrieb}.
      \(MessageTemplate.atWork(.fr))

      Répondez par:
      1 = Urgent / dépannage
      2 = Rappelez-moi
      3 = Envoyer une demande détaillée

      Ou rappelez-nous: {phone}
      """
    case .missedCallShort:
      "{Betrieb}: répondez par 1 = urgent, 2 = rappelez-moi, 3 = envoyer une demande. Ou appelez: {phone}"
    case .urgent: "Compris: c'est urgent. {Betrieb} vous contacte immédiatement."
    case .callback: "Demande de rappel notée. {Betrieb} vous rappelle au plus tard {SLA}."
    case .wizard: "Vous pouvez envoyer votre demande avec photo ici: {wizard_link}"
    case .freeText:
      "Merci, votre message nous est bien parvenu. {Betrieb} vous répond au plus tard {SLA}."
    }
  }

  private var italian: String {
    switch self {
    case .missedCall:
      """
      Grazie per la Sua chiamata a {Betrieb}.
      \(MessageTemplate.atWork(.it))

      Risponda con:
      1 = Urgente / emergenza
      2 = Vorrei una richiamata
      3 = Inviare una richiesta dettagliata

      Oppure ci richiami: {phone}
      """
    case .missedCallShort:
      "{Betrieb}: risponda con 1 = urgente, 2 = richiamata, 3 = inviare una richiesta. O chiami: {phone}"
    case .urgent: "Ricevuto: è urgente. {Betrieb} La contatta subito."
    case .callback: "Richiesta di richiamata registrata. {Betrieb} La richiama al più tardi {SLA}."
    case .wizard: "Qui può inviare la Sua richiesta con foto: {wizard_link}"
    case .freeText: "Grazie, il Suo messaggio è arrivato. {Betrieb} La contatta al più tardi {SLA}."
    }
  }

  private var english: String {
    switch self {
    case .missedCall:
      """
      Thank you for calling {Betrieb}.
      \(MessageTemplate.atWork(.en))

      Reply with:
      1 = Urgent / emergency
      2 = Please call me back
      3 = Send a request with details

      Or call us again: {phone}
      """
    case .missedCallShort:
      "{Betrieb}: reply with 1 = urgent, 2 = call me back, 3 = send a request. Or call: {phone}"
    case .urgent: "Understood: urgent. {Betrieb} will contact you right away."
    case .callback: "Callback noted. {Betrieb} will call you back by {SLA}."
    case .wizard: "You can send your request with a photo here: {wizard_link}"
    case .freeText: "Thank you, we have received your message. {Betrieb} will get back to you by {SLA}."
    }
  }
}
