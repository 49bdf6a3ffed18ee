// InboxWords.swift - what the tenant's people read in the lists and on a ticket.

import Business

package struct InboxWords {
  let language: Language

  package init(language: Language) { self.language = language }

  func heading(_ view: InboxView) -> String {
    switch view {
    case .open:
      language.say(
        de: "Offene Anfragen", fr: "Demandes ouvertes", it: "Richieste aperte", en: "Open requests")
    case .calls:
      language.say(de: "Verpasste Anrufe", fr: "Appels manqués", it: "Chiamate perse", en: "Missed calls")
    case .contacts: language.say(de: "Kontakte", fr: "Contacts", it: "Contatti", en: "Contacts")
    case .figures: language.say(de: "Zahlen", fr: "Chiffres", it: "Cifre", en: "Figures")
    case .done:
      language.say(
        de: "Erledigte Anfragen", fr: "Demandes traitées", it: "Richieste concluse", en: "Requests done")
    case .search:
      language.say(
        de: "Anfrage suchen", fr: "Chercher une demande", it: "Cercare una richiesta", en: "Find a request")
    }
  }

  /// The lists' short names, side by side on a small phone.
  func tab(_ view: InboxView) -> String {
    switch view {
    case .open: language.say(de: "Offen", fr: "Ouvertes", it: "Aperte", en: "Open")
    case .calls: language.say(de: "Anrufe", fr: "Appels", it: "Chiamate", en: "Calls")
    case .done: language.say(de: "Erledigt", fr: "Traitées", it: "Concluse", en: "Done")
    case .contacts: language.say(de: "Kontakte", fr: "Contacts", it: "Contatti", en: "Contacts")
    case .search: language.say(de: "Suchen", fr: "Chercher", it: "Cercare", en: "Search")
    case .figures: heading(view)
    }
  }

  var lists: String { language.say(de: "Listen", fr: "Listes", it: "Elenchi", en: "Lists") }

  func waiting(_ count: Int) -> String {
    language.say(
      de: "Warten auf uns (\(count))", fr: "En attente (\(count))", it: "In attesa (\(count))",
      en: "Waiting for us (\(count))")
  }

  var calendar: String {
    language.say(
      de: "Anfragen im Kalender", fr: "Demandes dans l'agenda", it: "Richieste nel calendario",
      en: "Requests in your calendar")
  }

  var calendarHint: String {
    language.say(
      de:
        "Diese Adresse im Kalender abonnieren. Wer sie kennt, sieht Ihre offenen Anfragen: nicht weitergeben.",
      fr:
        "Abonnez-vous à cette adresse dans votre agenda. Qui la connaît voit vos demandes : ne la transmettez pas.",
      it:
        "Si abboni a questo indirizzo nel calendario. Chi lo conosce vede le Sue richieste: non lo dia ad altri.",
      en:
        "Subscribe to this address in your calendar. Whoever knows it sees your open requests: keep it to yourself."
    )
  }

  var subscribe: String {
    language.say(de: "Abonnieren", fr: "S'abonner", it: "Abbonarsi", en: "Subscribe")
  }

  func onDuty(_ name: String) -> String {
    language.say(
      de: "Im Dienst: \(name)", fr: "De garde : \(name)", it: "Reperibile: \(name)", en: "On duty: \(name)")
  }

  func onDuty(_ name: String, until: String) -> String {
    language.say(
      de: "\(onDuty(name)), bis \(until)", fr: "\(onDuty(name)), jusqu’à \(until)",
      it: "\(onDuty(name)), fino a \(until)", en: "\(onDuty(name)), until \(until)")
  }

  var duty: String { language.say(de: "Dienst", fr: "Garde", it: "Turno", en: "Duty") }

  var changeDuty: String {
    language.say(
      de: "Dienst übernehmen", fr: "Prendre la garde", it: "Prendere il turno", en: "Take over duty")
  }

  var dutyUntil: String {
    language.say(
      de: "Ich übernehme bis", fr: "Je prends la garde jusqu’au", it: "Prendo io il turno fino a",
      en: "I am taking over until")
  }

  var dutyHint: String {
    language.say(
      de:
        "Bis dahin werden Sie zuerst benachrichtigt, danach die Person, die an der Reihe ist. Es endet von selbst.",
      fr:
        "D’ici là, vous êtes averti en premier, puis la personne dont c’est le tour. Cela se termine tout seul.",
      it: "Fino ad allora viene avvisato prima Lei, poi chi è di turno. Finisce da solo.",
      en: "Until then you are told first, and after you whoever’s turn it is. It ends by itself.")
  }

  /// Nobody knows whether the number is that of whoever filled in the form.
  var unverified: String {
    language.say(
      de: "Nummer nicht bestätigt", fr: "Numéro non confirmé", it: "Numero non confermato",
      en: "Number not confirmed")
  }

  func underWay(_ count: Int) -> String {
    language.say(
      de: "In Arbeit (\(count))", fr: "En cours (\(count))", it: "In corso (\(count))",
      en: "In progress (\(count))")
  }

  func nothing(_ view: InboxView) -> String {
    switch view {
    case .open:
      language.say(
        de: "Keine offenen Anfragen: alles erledigt.",
        fr: "Aucune demande ouverte: tout est traité.",
        it: "Nessuna richiesta aperta: tutto concluso.",
        en: "No open requests: all done.")
    case .calls:
      language.say(
        de: "Kein verpasster Anruf in den letzten 30 Tagen.", fr: "Aucun appel manqué ces 30 derniers jours.",
        it: "Nessuna chiamata persa negli ultimi 30 giorni.", en: "No missed call in the last 30 days.")
    case .contacts:
      language.say(
        de: "Noch keine Namen. Auf der Seite einer Nummer lässt sich einer eintragen.",
        fr: "Pas encore de noms. On en saisit un sur la page d’un numéro.",
        it: "Ancora nessun nome. Si inserisce sulla pagina di un numero.",
        en: "No names yet. One can be entered on the page of a number.")
    case .figures:
      language.say(
        de: "Noch kein Anruf in dieser Zeit.", fr: "Encore aucun appel durant cette période.",
        it: "Ancora nessuna chiamata in questo periodo.", en: "No calls yet in this time.")
    case .done:
      language.say(
        de: "Noch ist nichts erledigt.", fr: "Rien n’a encore été traité.",
        it: "Non è stato ancora concluso nulla.", en: "Nothing has been done yet.")
    case .search:
      language.say(
        de: "Keine Anfrage gefunden.", fr: "Aucune demande trouvée.", it: "Nessuna richiesta trovata.",
        en: "No request found.")
    }
  }

  /// The switch for the list's reloading: what it does now, and what a tap does.
  func refreshing(_ on: Bool) -> (state: String, change: String) {
    on
      ? (
        language.say(
          de: "Die Liste erneuert sich jede Minute.", fr: "La liste se met à jour chaque minute.",
          it: "L’elenco si aggiorna ogni minuto.", en: "The list renews itself every minute."),
        language.say(de: "Anhalten", fr: "Arrêter", it: "Fermare", en: "Stop")
      )
      : (
        language.say(
          de: "Die Liste erneuert sich nicht.", fr: "La liste ne se met pas à jour.",
          it: "L’elenco non si aggiorna.", en: "The list does not renew itself."),
        language.say(
          de: "Jede Minute erneuern", fr: "Mettre à jour chaque minute", it: "Aggiornare ogni minuto",
          en: "Renew every minute")
      )
  }

  var searchLabel: String {
    language.say(
      de: "Nummer, Name oder Wort, auch nur ein Teil", fr: "Numéro, nom ou mot, même en partie",
      it: "Numero, nome o parola, anche solo in parte", en: "Number, name or word, or part of it")
  }

  var tooShort: String {
    language.say(
      de: "Bitte geben Sie mindestens zwei Ziffern oder Buchstaben ein.",
      fr: "Veuillez saisir au moins deux chiffres ou lettres.",
      it: "Inserisca almeno due cifre o lettere.", en: "Please enter at least two digits or letters.")
  }

  func requests(_ count: Int) -> String {
    count == 1
      ? language.say(de: "1 Anfrage", fr: "1 demande", it: "1 richiesta", en: "1 request")
      : language.say(
        de: "\(count) Anfragen", fr: "\(count) demandes", it: "\(count) richieste", en: "\(count) requests")
  }

  /// Which entries of how many are on the page.
  func range(_ entries: ClosedRange<Int>, of total: Int) -> String {
    let shown = entries.count == 1 ? "\(entries.lowerBound)" : "\(entries.lowerBound)–\(entries.upperBound)"
    return language.say(
      de: "\(shown) von \(total)", fr: "\(shown) sur \(total)", it: "\(shown) di \(total)",
      en: "\(shown) of \(total)")
  }

  var pages: String { language.say(de: "Seiten", fr: "Pages", it: "Pagine", en: "Pages") }

  var firstPage: String { language.say(de: "Anfang", fr: "Début", it: "Inizio", en: "Start") }

  var previousPage: String { language.say(de: "Zurück", fr: "Précédentes", it: "Precedenti", en: "Previous") }

  var nextPage: String { language.say(de: "Weiter", fr: "Suivantes", it: "Successive", en: "Next") }

  var lastPage: String { language.say(de: "Ende", fr: "Fin", it: "Fine", en: "End") }

  var older: String { language.say(de: "Was vorher war", fr: "Avant", it: "Prima", en: "What came before") }

  var newer: String { language.say(de: "Was danach kam", fr: "Après", it: "Dopo", en: "What came after") }

  func urgency(_ urgency: Urgency) -> String {
    urgency == .high
      ? language.say(de: "Notfall", fr: "Urgent", it: "Emergenza", en: "Emergency")
      : language.say(de: "Rückruf", fr: "À rappeler", it: "Da richiamare", en: "Callback")
  }

  func status(_ status: TicketStatus) -> String {
    switch status {
    case .new: language.say(de: "Neu", fr: "Nouvelle", it: "Nuova", en: "New")
    case .needsCallback:
      language.say(
        de: "Wartet auf Rückruf", fr: "Attend un rappel", it: "Attende una richiamata",
        en: "Waits for a callback")
    case .inProgress: language.say(de: "In Arbeit", fr: "En cours", it: "In corso", en: "In progress")
    case .done: language.say(de: "Erledigt", fr: "Traitée", it: "Conclusa", en: "Done")
    }
  }

  func source(_ source: TicketSource) -> String {
    switch source {
    case .missedCall:
      language.say(de: "Verpasster Anruf", fr: "Appel manqué", it: "Chiamata persa", en: "Missed call")
    case .sms: language.say(de: "SMS", fr: "SMS", it: "SMS", en: "Text message")
    case .voiceMenu: language.say(de: "Telefonmenü", fr: "Menu vocal", it: "Menu vocale", en: "Phone menu")
    case .website: language.say(de: "Website", fr: "Site web", it: "Sito web", en: "Website")
    case .sweep:
      language.say(
        de: "Verpasster Anruf, später gefunden", fr: "Appel manqué, retrouvé plus tard",
        it: "Chiamata persa, trovata più tardi", en: "Missed call, found later")
    case .staff:
      language.say(
        de: "Von uns eröffnet", fr: "Ouverte par nous", it: "Aperta da noi", en: "Opened by us")
    }
  }

  /// `noch 25 Min.`, `seit 10 Min. überfällig`; two units at most.
  func deadline(_ minutes: Int) -> String {
    if minutes == 0 {
      return language.say(de: "jetzt fällig", fr: "échéance maintenant", it: "scade adesso", en: "due now")
    }
    // .magnitude has no overflow, whatever the clock said.
    let span = self.span(minutes.magnitude, since: minutes < 0)
    return minutes > 0
      ? language.say(de: "noch \(span)", fr: "encore \(span)", it: "ancora \(span)", en: "\(span) left")
      : language.say(
        de: "seit \(span) überfällig", fr: "en retard de \(span)", it: "in ritardo di \(span)",
        en: "\(span) overdue")
  }

  /// `since`: German puts days after "seit" into the dative.
  private func span(_ minutes: UInt, since: Bool) -> String {
    let hour = language.say(de: "Std.", fr: "h", it: "h", en: "h")
    let minute = language.say(de: "Min.", fr: "min", it: "min", en: "min")
    if minutes < 60 { return "\(minutes) \(minute)" }
    if minutes < 24 * 60 {
      return minutes % 60 == 0
        ? "\(minutes / 60) \(hour)" : "\(minutes / 60) \(hour) \(minutes % 60) \(minute)"
    }
    let days = minutes / (24 * 60)
    return days == 1
      ? language.say(de: "1 Tag", fr: "1 jour", it: "1 giorno", en: "1 day")
      : language.say(
        de: "\(days) \(since ? "Tagen" : "Tage")", fr: "\(days) jours", it: "\(days) giorni",
        en: "\(days) days")
  }

  func photos(_ count: Int) -> String {
    count == 1
      ? language.say(de: "1 Foto", fr: "1 photo", it: "1 foto", en: "1 photo")
      : language.say(de: "\(count) Fotos", fr: "\(count) photos", it: "\(count) foto", en: "\(count) photos")
  }

  func photo(_ number: Int, of count: Int) -> String {
    language.say(
      de: "Foto \(number) von \(count)", fr: "Photo \(number) sur \(count)", it: "Foto \(number) di \(count)",
      en: "Photo \(number) of \(count)")
  }

  /// Of a photo that only some browsers show.
  func opensElsewhere(_ kind: String) -> String {
    language.say(
      de: "\(kind): öffnet auf dem iPhone; sonst zum Ansehen herunterladen",
      fr: "\(kind): s’ouvre sur un iPhone; sinon, à télécharger pour la voir",
      it: "\(kind): si apre su iPhone; altrimenti va scaricata per vederla",
      en: "\(kind): opens on an iPhone; elsewhere, download it to see it")
  }

  var pictureMessage: String {
    language.say(
      de: "Kam per MMS, liegt bei Twilio", fr: "Reçue par MMS, chez Twilio",
      it: "Giunta via MMS, presso Twilio",
      en: "Came by MMS, kept at Twilio")
  }

  var forgotten: String {
    language.say(
      de: "Nummer, Text und Fotos wurden gelöscht.", fr: "Le numéro, le texte et les photos ont été effacés.",
      it: "Numero, testo e foto sono stati cancellati.", en: "Number, text and photos have been erased.")
  }

  var noText: String {
    language.say(
      de: "Keine Nachricht, nur die Nummer.", fr: "Pas de message, seulement le numéro.",
      it: "Nessun messaggio, solo il numero.", en: "No message, only the number.")
  }
}

/// What a photo is called where it is saved: `foto-17-1.heic` is the first photo of ticket 17.
package func photoFileName(ticket: Int, place: Int, fileExtension: String?, language: Language) -> String {
  let word = language.say(de: "foto", fr: "photo", it: "foto", en: "photo")
  return "\(word)-\(ticket)-\(place)" + (fileExtension.map { ".\($0)" } ?? "")
}
