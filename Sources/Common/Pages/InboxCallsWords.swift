// InboxCallsWords.swift - what the tenant's people read of missed calls and of one number.

import Business

extension InboxWords {
  // MARK: calls

  func notHandled(_ count: Int) -> String {
    language.say(
      de: "Noch niemand hat sich gemeldet (\(count))", fr: "Personne n’a encore rappelé (\(count))",
      it: "Nessuno ha ancora richiamato (\(count))", en: "Nobody has seen to these (\(count))")
  }

  func handled(_ count: Int) -> String {
    language.say(
      de: "Erledigt (\(count))", fr: "Réglés (\(count))", it: "Sistemate (\(count))", en: "Seen to (\(count))"
    )
  }

  func times(_ count: Int) -> String {
    language.say(
      de: "\(count) Anrufe", fr: "\(count) appels", it: "\(count) chiamate", en: "\(count) calls")
  }

  var withheld: String {
    language.say(de: "Nummer unterdrückt", fr: "Numéro masqué", it: "Numero nascosto", en: "Number withheld")
  }

  var openRequest: String {
    language.say(de: "Zur Anfrage", fr: "Voir la demande", it: "Alla richiesta", en: "To the request")
  }

  /// What was done about a missed call, as a person says it.
  /// - Parameter hasRequest: a request came of it: where no SMS was possible a key was pressed, or a message left.
  func note(_ note: InboxCallNote, hasReplied: Bool, hasRequest: Bool = true) -> String {
    switch note {
    case .skipped(.landline) where !hasRequest && !hasReplied:
      return language.say(
        de: "Festnetz, keine Taste", fr: "Ligne fixe, aucune touche", it: "Rete fissa, nessun tasto",
        en: "Landline, no key")
    case .waiting:
      return language.say(
        de: "SMS geht gleich hinaus", fr: "Le SMS part tout de suite", it: "L’SMS parte subito",
        en: "Text is about to leave")
    case .deferred:
      return language.say(
        de: "SMS wartet auf das Ende der Ruhezeit", fr: "Le SMS attend la fin des heures calmes",
        it: "L’SMS attende la fine delle ore di quiete", en: "Text waits for the end of the quiet hours")
    case .texted:
      return hasReplied
        ? language.say(
          de: "SMS gesendet, Antwort da", fr: "SMS envoyé, réponse reçue",
          it: "SMS inviato, risposta ricevuta", en: "Text sent, reply received")
        : language.say(
          de: "SMS gesendet, keine Antwort", fr: "SMS envoyé, pas de réponse",
          it: "SMS inviato, nessuna risposta", en: "Text sent, no reply")
    case .lost:
      return language.say(
        de: "SMS konnte nicht gesendet werden", fr: "Le SMS n’a pas pu partir",
        it: "L’SMS non è potuto partire",
        en: "Text could not be sent")
    case .skipped(let reason):
      return hasReplied
        ? "\(reason.said(language)). \(language.say(de: "Hat seither geschrieben", fr: "A écrit depuis", it: "Ha scritto nel frattempo", en: "Has written since"))"
        : reason.said(language)
    }
  }

  func numbers(_ count: Int) -> String {
    count == 1
      ? language.say(de: "1 Nummer", fr: "1 numéro", it: "1 numero", en: "1 number")
      : language.say(
        de: "\(count) Nummern", fr: "\(count) numéros", it: "\(count) numeri", en: "\(count) numbers")
  }

  // MARK: a number

  func allOfNumber(_ number: String) -> String {
    language.say(
      de: "Alles zu \(number)", fr: "Tout sur \(number)", it: "Tutto su \(number)",
      en: "Everything about \(number)")
  }

  var contactHeading: String {
    language.say(de: "Wer ist das?", fr: "Qui est-ce?", it: "Chi è?", en: "Who is this?")
  }

  var nameLabel: String { language.say(de: "Name", fr: "Nom", it: "Nome", en: "Name") }

  var nameFromForm: String {
    language.say(
      de: "So nannte sich der Anrufer im Formular.", fr: "Ainsi s’est nommé l’appelant dans le formulaire.",
      it: "Così si è chiamato nel modulo.", en: "The caller’s own words in the form.")
  }

  var kindLabel: String { language.say(de: "Art", fr: "Genre", it: "Tipo", en: "Kind") }

  var contactNoteLabel: String {
    language.say(
      de: "Notiz zum Kontakt", fr: "Note sur le contact", it: "Nota sul contatto", en: "Note on the contact")
  }

  var more: String {
    language.say(
      de: "Spam oder privat", fr: "Indésirable ou privé", it: "Spam o privato", en: "Spam or private")
  }

  func kind(_ kind: ContactKind) -> String {
    switch kind {
    case .customer: language.say(de: "Kunde", fr: "Client", it: "Cliente", en: "Customer")
    case .supplier: language.say(de: "Lieferant", fr: "Fournisseur", it: "Fornitore", en: "Supplier")
    case .private: language.say(de: "Privat", fr: "Privé", it: "Privato", en: "Private")
    }
  }

  var blockedMark: String { language.say(de: "Gesperrt", fr: "Bloqué", it: "Bloccato", en: "Blocked") }

  var optedOutMark: String {
    language.say(de: "Will keine SMS", fr: "Ne veut pas de SMS", it: "Non vuole SMS", en: "Wants no texts")
  }

  var marksHint: String {
    language.say(
      de:
        "Spam sperrt die Nummer und schliesst ihre Anfragen. Privat: nie eine automatische SMS. Beides lässt sich zurücknehmen.",
      fr:
        "Indésirable bloque le numéro et clôt ses demandes. Privé: jamais de SMS automatique. Les deux s’annulent.",
      it:
        "Spam blocca il numero e chiude le sue richieste. Privato: mai un SMS automatico. Entrambi si annullano.",
      en:
        "Spam blocks the number and closes its requests. Private: never an automatic text. Both can be undone."
    )
  }
}
