// InboxWords.swift - what the tenant's people read in the lists and on a ticket.

import Rules

struct InboxWords {
  let language: Language

  private func say(de: String, fr: String, it: String, en: String) -> String {
    Pages.say(language, de: de, fr: fr, it: it, en: en)
  }

  func heading(_ view: InboxView) -> String {
    switch view {
    case .open:
      say(de: "Offene Anfragen", fr: "Demandes ouvertes", it: "Richieste aperte", en: "Open requests")
    case .doneToday:
      say(de: "Heute erledigt", fr: "Traitées aujourd’hui", it: "Concluse oggi", en: "Done today")
    case .search:
      say(de: "Nummer suchen", fr: "Chercher un numéro", it: "Cercare un numero", en: "Find a number")
    }
  }

  /// The lists' short names, side by side on a small phone.
  func tab(_ view: InboxView) -> String {
    switch view {
    case .open: say(de: "Offen", fr: "Ouvertes", it: "Aperte", en: "Open")
    case .doneToday: say(de: "Erledigt", fr: "Traitées", it: "Concluse", en: "Done")
    case .search: say(de: "Suchen", fr: "Chercher", it: "Cercare", en: "Search")
    }
  }

  var lists: String { say(de: "Listen", fr: "Listes", it: "Elenchi", en: "Lists") }

  func waiting(_ count: Int) -> String {
    say(
      de: "Warten auf uns (\(count))", fr: "En attente (\(count))", it: "In attesa (\(count))",
      en: "Waiting for us (\(count))")
  }

  func underWay(_ count: Int) -> String {
    say(
      de: "In Arbeit (\(count))", fr: "En cours (\(count))", it: "In corso (\(count))",
      en: "In progress (\(count))")
  }

  func nothing(_ view: InboxView) -> String {
    switch view {
    case .open:
      say(
        de: "Keine offenen Anfragen: alles erledigt.",
        fr: "Aucune demande ouverte: tout est traité.",
        it: "Nessuna richiesta aperta: tutto concluso.",
        en: "No open requests: all done.")
    case .doneToday:
      say(
        de: "Heute wurde noch nichts erledigt.", fr: "Rien n’a encore été traité aujourd’hui.",
        it: "Oggi non è stato ancora concluso nulla.", en: "Nothing has been done yet today.")
    case .search:
      say(
        de: "Keine Anfrage mit dieser Nummer.", fr: "Aucune demande avec ce numéro.",
        it: "Nessuna richiesta con questo numero.", en: "No request with this number.")
    }
  }

  /// The switch for the list's reloading: what it does now, and what a tap does.
  func refreshing(_ on: Bool) -> (state: String, change: String) {
    on
      ? (
        say(
          de: "Die Liste erneuert sich jede Minute.", fr: "La liste se met à jour chaque minute.",
          it: "L’elenco si aggiorna ogni minuto.", en: "The list renews itself every minute."),
        say(de: "Anhalten", fr: "Arrêter", it: "Fermare", en: "Stop")
      )
      : (
        say(
          de: "Die Liste erneuert sich nicht.", fr: "La liste ne se met pas à jour.",
          it: "L’elenco non si aggiorna.", en: "The list does not renew itself."),
        say(
          de: "Jede Minute erneuern", fr: "Mettre à jour chaque minute", it: "Aggiornare ogni minuto",
          en: "Renew every minute")
      )
  }

  var numberLabel: String {
    say(
      de: "Telefonnummer oder ein Teil davon", fr: "Numéro de téléphone, entier ou en partie",
      it: "Numero di telefono, intero o in parte", en: "Phone number, or part of it")
  }

  func urgency(_ urgency: Urgency) -> String {
    urgency == .high
      ? say(de: "Notfall", fr: "Urgent", it: "Emergenza", en: "Emergency")
      : say(de: "Rückruf", fr: "À rappeler", it: "Da richiamare", en: "Callback")
  }

  func status(_ status: TicketStatus) -> String {
    switch status {
    case .new: say(de: "Neu", fr: "Nouvelle", it: "Nuova", en: "New")
    case .needsCallback:
      say(
        de: "Wartet auf Rückruf", fr: "Attend un rappel", it: "Attende una richiamata",
        en: "Waits for a callback")
    case .inProgress: say(de: "In Arbeit", fr: "En cours", it: "In corso", en: "In progress")
    case .done: say(de: "Erledigt", fr: "Traitée", it: "Conclusa", en: "Done")
    }
  }

  func source(_ source: TicketSource) -> String {
    switch source {
    case .missedCall: say(de: "Verpasster Anruf", fr: "Appel manqué", it: "Chiamata persa", en: "Missed call")
    case .sms: say(de: "SMS", fr: "SMS", it: "SMS", en: "Text message")
    case .voiceMenu: say(de: "Telefonmenü", fr: "Menu vocal", it: "Menu vocale", en: "Phone menu")
    case .website: say(de: "Website", fr: "Site web", it: "Sito web", en: "Website")
    case .sweep:
      say(
        de: "Verpasster Anruf, später gefunden", fr: "Appel manqué, retrouvé plus tard",
        it: "Chiamata persa, trovata più tardi", en: "Missed call, found later")
    }
  }

  /// `noch 25 Min.`, `seit 10 Min. überfällig`; two units at most.
  func deadline(_ minutes: Int) -> String {
    if minutes == 0 {
      return say(de: "jetzt fällig", fr: "échéance maintenant", it: "scade adesso", en: "due now")
    }
    // .magnitude has no overflow, whatever the clock said.
    let span = self.span(minutes.magnitude, since: minutes < 0)
    return minutes > 0
      ? say(de: "noch \(span)", fr: "encore \(span)", it: "ancora \(span)", en: "\(span) left")
      : say(
        de: "seit \(span) überfällig", fr: "en retard de \(span)", it: "in ritardo di \(span)",
        en: "\(span) overdue")
  }

  /// `since`: German puts days after "seit" into the dative.
  private func span(_ minutes: UInt, since: Bool) -> String {
    let hour = say(de: "Std.", fr: "h", it: "h", en: "h")
    let minute = say(de: "Min.", fr: "min", it: "min", en: "min")
    if minutes < 60 { return "\(minutes) \(minute)" }
    if minutes < 24 * 60 {
      return minutes % 60 == 0
        ? "\(minutes / 60) \(hour)" : "\(minutes / 60) \(hour) \(minutes % 60) \(minute)"
    }
    let days = minutes / (24 * 60)
    return days == 1
      ? say(de: "1 Tag", fr: "1 jour", it: "1 giorno", en: "1 day")
      : say(
        de: "\(days) \(since ? "Tagen" : "Tage")", fr: "\(days) jours", it: "\(days) giorni",
        en: "\(days) days")
  }

  func photos(_ count: Int) -> String {
    count == 1
      ? say(de: "1 Foto", fr: "1 photo", it: "1 foto", en: "1 photo")
      : say(de: "\(count) Fotos", fr: "\(count) photos", it: "\(count) foto", en: "\(count) photos")
  }

  func photo(_ number: Int, of count: Int) -> String {
    say(
      de: "Foto \(number) von \(count)", fr: "Photo \(number) sur \(count)", it: "Foto \(number) di \(count)",
      en: "Photo \(number) of \(count)")
  }

  var noText: String {
    say(
      de: "Keine Nachricht, nur die Nummer.", fr: "Pas de message, seulement le numéro.",
      it: "Nessun messaggio, solo il numero.", en: "No message, only the number.")
  }
}
