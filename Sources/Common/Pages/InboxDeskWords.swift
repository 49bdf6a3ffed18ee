// InboxDeskWords.swift - what the tenant's people read of calls, conversations, numbers and names.

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

  // MARK: conversation

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

  // MARK: an address book

  var importHeading: String {
    language.say(
      de: "Adressbuch einlesen", fr: "Importer un carnet d’adresses", it: "Importare una rubrica",
      en: "Read in an address book")
  }

  var importLabel: String { language.say(de: "Datei", fr: "Fichier", it: "File", en: "File") }

  func importHint(mebibytes: Int) -> String {
    language.say(
      de:
        "Kontakte als vCard (.vcf) oder Tabelle (.csv) mit Überschriften, höchstens \(mebibytes) MB. Was Sie hier eingetragen haben, bleibt.",
      fr:
        "Contacts en vCard (.vcf) ou tableau (.csv) avec titres, \(mebibytes) Mo au plus. Ce que vous avez saisi ici reste.",
      it:
        "Contatti come vCard (.vcf) o tabella (.csv) con intestazioni, al massimo \(mebibytes) MB. Ciò che avete inserito qui resta.",
      en:
        "Contacts as vCard (.vcf) or a table (.csv) with headings, \(mebibytes) MB at most. What you entered here stays."
    )
  }

  var importResult: String {
    language.say(
      de: "Was gelesen wurde", fr: "Ce qui a été lu", it: "Che cosa è stato letto", en: "What was read")
  }

  var leftOut: String {
    language.say(de: "Ausgelassen", fr: "Laissé de côté", it: "Tralasciato", en: "Left out")
  }

  func andMore(_ count: Int) -> String {
    language.say(
      de: "und \(count) weitere", fr: "et \(count) de plus", it: "e altri \(count)", en: "and \(count) more")
  }

  func notImported(_ fault: ContactFileFault) -> String {
    switch fault {
    case .missing:
      language.say(
        de: "Bitte wählen Sie zuerst eine Datei.", fr: "Veuillez d’abord choisir un fichier.",
        it: "Scelga prima un file.", en: "Please choose a file first.")
    case .empty:
      language.say(
        de: "In dieser Datei steht niemand. Nichts wurde geändert.",
        fr: "Il n’y a personne dans ce fichier. Rien n’a été modifié.",
        it: "In questo file non c’è nessuno. Nulla è cambiato.",
        en: "There is nobody in this file. Nothing was changed.")
    case .unreadable:
      language.say(
        de:
          "Das ist kein Adressbuch: weder eine vCard noch eine Tabelle mit einer Spalte «Telefon». Nichts wurde geändert.",
        fr:
          "Ce n’est pas un carnet d’adresses: ni vCard, ni tableau avec une colonne «Téléphone». Rien n’a été modifié.",
        it:
          "Non è una rubrica: né vCard né tabella con una colonna «Telefono». Nulla è cambiato.",
        en:
          "This is no address book: neither a vCard nor a table with a column “Phone”. Nothing was changed."
      )
    case .tooLarge(let mebibytes):
      language.say(
        de:
          "Die Datei ist zu gross: höchstens \(mebibytes) MB. Ohne Fotos wird sie kleiner. Nichts wurde geändert.",
        fr:
          "Le fichier est trop grand: \(mebibytes) Mo au plus. Sans photos il sera plus petit. Rien n’a été modifié.",
        it:
          "Il file è troppo grande: al massimo \(mebibytes) MB. Senza foto è più piccolo. Nulla è cambiato.",
        en:
          "The file is too large: \(mebibytes) MB at most. It gets smaller without photos. Nothing was changed."
      )
    case .tooManyLines(let limit):
      language.say(
        de:
          "Die Datei hat zu viele Zeilen: höchstens \(limit). Nichts wurde geändert; bitte teilen Sie sie auf.",
        fr: "Le fichier a trop de lignes: \(limit) au plus. Rien n’a été modifié; veuillez le diviser.",
        it: "Il file ha troppe righe: al massimo \(limit). Nulla è cambiato; lo divida.",
        en: "The file has too many lines: \(limit) at most. Nothing was changed; please divide it.")
    case .cutOff:
      language.say(
        de: "Die Datei kam nicht ganz an. Nichts wurde geändert; bitte versuchen Sie es noch einmal.",
        fr: "Le fichier n’est pas arrivé en entier. Rien n’a été modifié; veuillez réessayer.",
        it: "Il file non è arrivato per intero. Nulla è cambiato; riprovi.",
        en: "The file did not arrive whole. Nothing was changed; please try again.")
    }
  }
}
