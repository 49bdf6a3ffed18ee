// InboxConversationWords.swift - what the tenant's people read in a conversation, line by line.

import Business

extension InboxWords {
  func event(_ kind: InboxLine.Kind) -> String {
    switch kind {
    case .answeredCall:
      language.say(de: "Anruf, angenommen", fr: "Appel, pris", it: "Chiamata, risposta", en: "Call, answered")
    case .runningCall: language.say(de: "Anruf", fr: "Appel", it: "Chiamata", en: "Call")
    case .missedCall(let note):
      "\(language.say(de: "Anruf verpasst", fr: "Appel manqué", it: "Chiamata persa", en: "Missed call")): \(missed(note))"
    case .sent(let kind, let state): "\(sent(kind)) – \(delivery(state))"
    case .received: language.say(de: "Nachricht", fr: "Message", it: "Messaggio", en: "Message")
    case .recording(let recording):
      switch recording.state {
      case .stored: language.voiceMessage(seconds: recording.seconds)
      case .waiting:
        "\(language.voiceMessage(seconds: recording.seconds)): "
          + language.say(
            de: "wird noch geholt", fr: "en cours de récupération", it: "in arrivo", en: "on its way here")
      case .lost:
        "\(recording.seconds == 0 ? language.emptyVoiceMessage : language.voiceMessage(seconds: recording.seconds)): "
          + language.say(
            de: "kein Ton vorhanden, bitte zurückrufen", fr: "aucun son disponible, veuillez rappeler",
            it: "nessun audio disponibile, richiami", en: "no sound to play, please call back")
      }
    case .photo: language.say(de: "Foto", fr: "Photo", it: "Foto", en: "Photo")
    case .created(let source):
      "\(language.say(de: "Eingang", fr: "Reçue", it: "Ricevuta", en: "Received")): \(self.source(source))"
    case .form: language.say(de: "Formular", fr: "Formulaire", it: "Modulo", en: "Form")
    case .note: noteLabel
    case .madeUrgent:
      language.say(de: "Jetzt dringend", fr: "Devenue urgente", it: "Diventata urgente", en: "Now urgent")
    case .escalated:
      language.say(
        de: "Frist verstrichen, weitergemeldet", fr: "Délai dépassé, signalée",
        it: "Termine scaduto, segnalata", en: "Deadline passed, escalated")
    case .started:
      language.say(de: "Übernommen", fr: "Prise en charge", it: "Presa in carico", en: "Taken on")
    case .done: language.say(de: "Erledigt", fr: "Traitée", it: "Conclusa", en: "Done")
    case .reopened: language.say(de: "Wieder geöffnet", fr: "Rouverte", it: "Riaperta", en: "Opened again")
    case .assigned(let person):
      language.say(
        de: "Übergeben an \(person)", fr: "Confiée à \(person)", it: "Affidata a \(person)",
        en: "Handed over to \(person)")
    case .rung(true):
      language.say(
        de: "Angerufen, Taste gedrückt", fr: "Appelé, touche pressée", it: "Chiamato, tasto premuto",
        en: "Rung, pressed a key")
    case .rung(false):
      language.say(
        de: "Vergeblich angerufen", fr: "Appelé en vain", it: "Chiamato invano", en: "Rung in vain")
    case .rungInVain:
      language.say(
        de: "Alle angerufen, niemand hat übernommen", fr: "Tous appelés, personne n’a pris en charge",
        it: "Chiamati tutti, nessuno ha preso in carico", en: "Everybody was rung, nobody took it on")
    case .connected(0):
      language.say(
        de: "Anrufer nicht erreicht", fr: "Appelant non joint", it: "Chiamante non raggiunto",
        en: "Caller not reached")
    case .connected(let seconds):
      language.say(
        de: "Mit dem Anrufer gesprochen", fr: "A parlé avec l’appelant", it: "Ha parlato con il chiamante",
        en: "Spoke with the caller") + ", " + duration(seconds)
    case .callback(let note):
      "\(language.say(de: "Rückruf", fr: "Rappel", it: "Richiamata", en: "Callback")): \(callback(note))"
    case .answered: language.say(de: "Geantwortet", fr: "Répondu", it: "Risposto", en: "Answered")
    case .handled:
      language.say(de: "Anruf erledigt", fr: "Appel réglé", it: "Chiamata sistemata", en: "Call seen to")
    case .named:
      language.say(de: "Name eingetragen", fr: "Nom saisi", it: "Nome inserito", en: "Name entered")
    case .spam:
      language.say(
        de: "Als Spam gesperrt", fr: "Bloqué comme indésirable", it: "Bloccato come spam",
        en: "Blocked as spam")
    case .unspam: language.say(de: "Sperre aufgehoben", fr: "Débloqué", it: "Sbloccato", en: "Unblocked")
    case .madePrivate:
      language.say(
        de: "Als privat markiert", fr: "Marqué comme privé", it: "Segnato come privato",
        en: "Marked as private")
    case .madePublic:
      language.say(
        de: "Nicht mehr privat", fr: "N’est plus privé", it: "Non più privato", en: "No longer private")
    }
  }

  private func callback(_ note: InboxCallbackNote) -> String {
    switch note {
    case .underWay: language.say(de: "läuft", fr: "en cours", it: "in corso", en: "under way")
    case .connected: language.say(de: "verbunden", fr: "abouti", it: "riuscita", en: "connected")
    case .ended(.noAnswer):
      language.say(
        de: "das eigene Telefon nahm niemand ab", fr: "personne n’a décroché de notre côté",
        it: "da parte nostra nessuno ha risposto", en: "nobody picked up on our side")
    case .ended(.busy):
      language.say(
        de: "das eigene Telefon war besetzt", fr: "notre téléphone était occupé",
        it: "il nostro telefono era occupato", en: "our own telephone was busy")
    case .ended(.noKey):
      language.say(
        de: "niemand drückte die 1", fr: "personne n’a tapé 1", it: "nessuno ha premuto 1",
        en: "nobody pressed 1")
    case .ended(.callerNotReached):
      language.say(
        de: "Anrufer nicht erreicht", fr: "appelant non joint", it: "chiamante non raggiunto",
        en: "caller not reached")
    case .ended(.callerBusy):
      language.say(
        de: "beim Anrufer war besetzt", fr: "l’appelant était occupé", it: "il chiamante era occupato",
        en: "the caller was busy")
    case .ended(.failed):
      language.say(
        de: "das eigene Telefon war nicht erreichbar", fr: "notre téléphone n’était pas joignable",
        it: "il nostro telefono non era raggiungibile", en: "our own telephone could not be reached")
    case .ended(.canceled), .ended(nil):
      language.say(
        de: "kam nicht zustande", fr: "n’a pas eu lieu", it: "non è avvenuta", en: "was not made")
    }
  }

  func cannotCall(_ reason: CallbackObstacle) -> String {
    switch reason {
    case .guest:
      language.say(
        de: "Mit der Geschäftsnummer zurückrufen können nur Personen, die der Betrieb eingetragen hat.",
        fr: "Seules les personnes inscrites par l’entreprise peuvent rappeler avec son numéro.",
        it: "Richiamare con il numero dell’azienda è possibile solo a chi è registrato.",
        en: "Only people the business has entered can call back from its number.")
    case .noPhone:
      language.say(
        de:
          "Von Ihnen ist keine Telefonnummer eingetragen: Zurückrufen mit der Geschäftsnummer geht so nicht.",
        fr: "Aucun numéro de téléphone n’est inscrit pour vous: pas de rappel avec celui de l’entreprise.",
        it: "Per Lei non è registrato alcun telefono: non può richiamare con il numero dell’azienda.",
        en: "No telephone number is entered for you: you cannot call back from the business number.")
    case .withheld:
      language.say(
        de: "Der Anrufer hat seine Nummer unterdrückt: Ein Rückruf ist nicht möglich.",
        fr: "L’appelant a masqué son numéro: pas de rappel possible.",
        it: "Chi ha chiamato ha nascosto il numero: non si può richiamare.",
        en: "The caller hides the number: no callback is possible.")
    case .blocked:
      language.say(
        de: "Die Nummer ist gesperrt: kein Rückruf mit der Geschäftsnummer.",
        fr: "Ce numéro est bloqué: pas de rappel avec le numéro de l’entreprise.",
        it: "Il numero è bloccato: niente richiamata con il numero dell’azienda.",
        en: "The number is blocked: no callback from the business number.")
    case .unreachable:
      language.say(
        de: "Diese Nummer wird nicht verbunden (Ausland, teure oder eigene Nummer).",
        fr: "Pas de mise en relation avec ce numéro (étranger, surtaxé ou à nous).",
        it: "Questo numero non viene collegato (estero, a pagamento o nostro).",
        en: "This number is not connected (abroad, expensive, or our own).")
    case .notWaiting:
      language.say(
        de: "Mit der Geschäftsnummer geht ein Rückruf nur an offene Anfragen und verpasste Anrufe.",
        fr: "Rappel avec le numéro de l’entreprise: seulement pour demandes ouvertes et appels manqués.",
        it: "Con il numero dell’azienda si richiamano solo richieste aperte e chiamate perse.",
        en: "Callbacks from the business number go to open requests and missed calls only.")
    case .ringing:
      language.say(
        de: "Ihr Telefon klingelt schon, oder gleich.", fr: "Votre téléphone sonne déjà, ou va sonner.",
        it: "Il Suo telefono squilla già, o squilla tra poco.",
        en: "Your telephone rings already, or is about to.")
    }
  }

  private func duration(_ seconds: Int) -> String {
    seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
  }

  func missed(_ note: InboxCallNote) -> String {
    note == .texted ? Reason.sent.said(language) : self.note(note, hasReplied: false)
  }

  private func sent(_ kind: MessageKind) -> String {
    switch kind {
    case .missedCall:
      language.say(
        de: "SMS nach dem Anruf", fr: "SMS après l’appel", it: "SMS dopo la chiamata",
        en: "Text after the call")
    case .confirmation:
      language.say(de: "Bestätigung", fr: "Confirmation", it: "Conferma", en: "Confirmation")
    case .wizardLink:
      language.say(
        de: "Link zum Formular", fr: "Lien vers le formulaire", it: "Link al modulo", en: "Link to the form")
    case .staffReply:
      language.say(de: "Unsere Antwort", fr: "Notre réponse", it: "La nostra risposta", en: "Our answer")
    case .notification, .escalation, .alert, .page, .callback, .event:
      language.say(de: "Meldung", fr: "Avis", it: "Avviso", en: "Notice")
    }
  }

  private func delivery(_ state: MessageState) -> String {
    switch state {
    case .queued, .sending:
      language.say(de: "geht hinaus", fr: "part", it: "in partenza", en: "leaving")
    case .accepted: language.say(de: "gesendet", fr: "envoyé", it: "inviato", en: "sent")
    case .delivered: language.say(de: "zugestellt", fr: "remis", it: "consegnato", en: "delivered")
    case .failed:
      language.say(
        de: "wird nochmals versucht", fr: "nouvel essai à venir", it: "si riprova", en: "will be tried again")
    case .dead:
      language.say(de: "nicht zugestellt", fr: "non remis", it: "non consegnato", en: "not delivered")
    }
  }

  var openPhoto: String {
    language.say(de: "Foto ansehen", fr: "Voir la photo", it: "Vedere la foto", en: "See the photo")
  }

  func earlierEntries(_ count: Int) -> String {
    language.say(
      de: "\(count) frühere Einträge", fr: "\(count) entrées précédentes", it: "\(count) voci precedenti",
      en: "\(count) earlier entries")
  }
}
