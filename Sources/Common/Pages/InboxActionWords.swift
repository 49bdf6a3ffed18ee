// InboxActionWords.swift - what the tenant's people can do, what came of it, and what happened before.

import Business

extension InboxWords {
  func button(_ action: InboxAction) -> String {
    switch action {
    case .start:
      language.say(de: "Übernehmen", fr: "Prendre en charge", it: "Prendere in carico", en: "Take it on")
    case .done: language.say(de: "Erledigt", fr: "Traitée", it: "Conclusa", en: "Done")
    case .reopen: language.say(de: "Wieder öffnen", fr: "Rouvrir", it: "Riaprire", en: "Open again")
    case .note:
      language.say(de: "Notiz speichern", fr: "Enregistrer la note", it: "Salvare la nota", en: "Save note")
    case .reply: language.say(de: "SMS senden", fr: "Envoyer le SMS", it: "Inviare l’SMS", en: "Send text")
    case .handled:
      language.say(de: "Erledigt", fr: "C’est réglé", it: "È sistemata", en: "Seen to")
    case .makeTicket:
      language.say(
        de: "Anfrage eröffnen", fr: "Ouvrir une demande", it: "Aprire una richiesta", en: "Open a request")
    case .spam: language.say(de: "Spam", fr: "Indésirable", it: "Spam", en: "Spam")
    case .unspam:
      language.say(de: "Kein Spam", fr: "Pas indésirable", it: "Non è spam", en: "Not spam")
    case .private: language.say(de: "Privat", fr: "Privé", it: "Privato", en: "Private")
    case .unprivate: language.say(de: "Nicht privat", fr: "Pas privé", it: "Non privato", en: "Not private")
    case .name:
      language.say(de: "Name speichern", fr: "Enregistrer le nom", it: "Salvare il nome", en: "Save name")
    case .assign: language.say(de: "Übergeben", fr: "Confier", it: "Affidare", en: "Hand over")
    case .call:
      language.say(
        de: "Mit der Geschäftsnummer zurückrufen", fr: "Rappeler avec le numéro de l’entreprise",
        it: "Richiamare con il numero dell’azienda", en: "Call back from the business number")
    case .import: language.say(de: "Einlesen", fr: "Importer", it: "Importare", en: "Read it in")
    case .takeDuty:
      language.say(
        de: "Ich übernehme", fr: "Je prends la garde", it: "Prendo io il turno", en: "I am taking over")
    case .giveDuty:
      language.say(
        de: "Dienst zurückgeben", fr: "Rendre la garde", it: "Restituire il turno", en: "Give it back")
    case .signOut: language.say(de: "Abmelden", fr: "Se déconnecter", it: "Uscire", en: "Sign out")
    }
  }

  var call: String { language.say(de: "Anrufen:", fr: "Appeler:", it: "Chiamare:", en: "Call:") }

  var find: String { language.say(de: "Suchen", fr: "Chercher", it: "Cercare", en: "Search") }

  var back: String {
    language.say(de: "Zur Liste", fr: "Retour à la liste", it: "Torna all’elenco", en: "Back to the list")
  }

  var signedInAs: String {
    language.say(de: "Angemeldet:", fr: "Connecté:", it: "Accesso:", en: "Signed in:")
  }

  var cameIn: String { language.say(de: "Eingang", fr: "Reçue", it: "Ricevuta", en: "Received") }

  var promised: String { language.say(de: "Versprochen", fr: "Promis", it: "Promesso", en: "Promised") }

  var state: String { language.say(de: "Stand", fr: "État", it: "Stato", en: "Status") }

  var origin: String { language.say(de: "Herkunft", fr: "Origine", it: "Origine", en: "Source") }

  var concern: String { language.say(de: "Anliegen", fr: "Demande", it: "Richiesta", en: "Request") }

  var pictures: String { language.say(de: "Fotos", fr: "Photos", it: "Foto", en: "Photos") }

  var work: String { language.say(de: "Bearbeiten", fr: "Traiter", it: "Gestire", en: "Work on it") }

  var noteLabel: String { language.say(de: "Notiz", fr: "Note", it: "Nota", en: "Note") }

  var noteHint: String {
    language.say(
      de: "Sehen nur Sie und Ihre Leute. Jeder Knopf speichert sie mit.",
      fr: "Visible seulement pour vous et votre équipe. Chaque bouton l’enregistre aussi.",
      it: "La vedete solo voi. Ogni pulsante la salva insieme al resto.",
      en: "Only you and your people see it. Every button saves it as well.")
  }

  var history: String { language.say(de: "Verlauf", fr: "Historique", it: "Cronologia", en: "History") }

  func banner(_ banner: InboxBanner) -> String {
    switch banner {
    case .saved(.start):
      language.say(de: "Übernommen.", fr: "Prise en charge.", it: "Presa in carico.", en: "Taken on.")
    case .saved(.done):
      language.say(
        de: "Als erledigt gespeichert.", fr: "Enregistrée comme traitée.", it: "Salvata come conclusa.",
        en: "Saved as done.")
    case .saved(.reopen):
      language.say(de: "Wieder offen.", fr: "De nouveau ouverte.", it: "Di nuovo aperta.", en: "Open again.")
    case .saved(.note):
      language.say(de: "Notiz gespeichert.", fr: "Note enregistrée.", it: "Nota salvata.", en: "Note saved.")
    case .saved(.signOut): heading(.signedOut)
    case .saved(.takeDuty):
      language.say(
        de: "Sie sind im Dienst.", fr: "Vous êtes de garde.", it: "Lei è di turno.", en: "You are on duty.")
    case .saved(.giveDuty):
      language.say(
        de: "Zurückgegeben: Im Dienst ist wieder, wer an der Reihe ist.",
        fr: "Rendue: la garde revient à la personne dont c’est le tour.",
        it: "Restituito: è di nuovo di turno chi spetta.",
        en: "Given back: whoever’s turn it is, is on duty again.")
    case .untilWrong(let days):
      language.say(
        de: "Bitte eine Zeit in der Zukunft wählen, höchstens in \(days) Tagen. Nichts wurde geändert.",
        fr: "Choisissez un moment à venir, dans \(days) jours au plus. Rien n’a été modifié.",
        it: "Scelga un momento futuro, entro \(days) giorni. Nulla è cambiato.",
        en: "Please choose a time to come, at most \(days) days from now. Nothing was changed.")
    case .saved(.reply):
      language.say(
        de: "Ihre SMS geht jetzt hinaus.", fr: "Votre SMS part maintenant.", it: "Il Suo SMS parte ora.",
        en: "Your text is on its way.")
    case .saved(.handled):
      language.say(
        de: "Als erledigt vermerkt.", fr: "Noté comme réglé.", it: "Segnata come sistemata.",
        en: "Marked as seen to.")
    case .saved(.makeTicket):
      language.say(
        de: "Anfrage eröffnet.", fr: "Demande ouverte.", it: "Richiesta aperta.", en: "Request opened.")
    case .saved(.spam):
      language.say(
        de: "Gesperrt: Von dieser Nummer kommt nichts mehr.",
        fr: "Bloqué: plus rien ne viendra de ce numéro.",
        it: "Bloccato: da questo numero non arriva più nulla.",
        en: "Blocked: nothing more comes from this number.")
    case .saved(.unspam):
      language.say(
        de: "Nicht mehr gesperrt.", fr: "N’est plus bloqué.", it: "Non è più bloccato.",
        en: "No longer blocked.")
    case .saved(.private):
      language.say(
        de: "Privat: Diese Nummer bekommt keine automatischen SMS mehr.",
        fr: "Privé: ce numéro ne reçoit plus de SMS automatiques.",
        it: "Privato: questo numero non riceve più SMS automatici.",
        en: "Private: this number gets no more automatic texts.")
    case .saved(.unprivate):
      language.say(
        de: "Nicht mehr privat.", fr: "N’est plus privé.", it: "Non è più privato.", en: "No longer private.")
    case .saved(.name):
      language.say(de: "Name gespeichert.", fr: "Nom enregistré.", it: "Nome salvato.", en: "Name saved.")
    case .saved(.assign):
      language.say(
        de: "Übergeben und gemeldet.", fr: "Confiée, et annoncée.", it: "Affidata e comunicata.",
        en: "Handed over; the person is told.")
    case .saved(.call):
      language.say(
        de: "Ihr Telefon klingelt gleich. Drücken Sie dort die 1, um verbunden zu werden.",
        fr: "Votre téléphone va sonner. Tapez-y 1 pour être mis en relation.",
        it: "Il Suo telefono squilla tra poco. Prema 1 per essere messo in contatto.",
        en: "Your telephone is about to ring. Press 1 on it to be connected.")
    case .cannotCall(let obstacle): cannotCall(obstacle)
    case .saved(.import):
      language.say(
        de: "Adressbuch eingelesen.", fr: "Carnet d’adresses importé.", it: "Rubrica importata.",
        en: "Address book read in.")
    case .notImported(let fault): notImported(fault)
    case .textMissing:
      language.say(
        de: "Bitte schreiben Sie zuerst einen Text.", fr: "Veuillez d’abord écrire un texte.",
        it: "Scriva prima un testo.", en: "Please write a text first.")
    case .textTooLong(let segments):
      language.say(
        de: "Der Text ist zu lang: Er braucht \(segments) SMS, höchstens 2 gehen. Nichts wurde gesendet.",
        fr: "Le texte est trop long: il faut \(segments) SMS, 2 au plus. Rien n’a été envoyé.",
        it: "Il testo è troppo lungo: servono \(segments) SMS, al massimo 2. Nulla è stato inviato.",
        en: "The text is too long: it takes \(segments) messages, 2 at most. Nothing was sent.")
    case .cannotReply(let reason): cannotReply(reason)
    case .amountWrong:
      language.say(
        de: "Der Betrag ist keiner: bitte wie 480 oder 480.50.",
        fr: "Ce montant n’en est pas un: 480 ou 480.50.",
        it: "L’importo non è valido: scriva 480 o 480.50.",
        en: "That is no amount: please write 480 or 480.50.")
    case .nameTooLong(let limit):
      language.say(
        de: "Der Name ist zu lang: höchstens \(limit) Zeichen.",
        fr: "Le nom est trop long: \(limit) caractères au plus.",
        it: "Il nome è troppo lungo: al massimo \(limit) caratteri.",
        en: "The name is too long: \(limit) characters at most.")
    case .nobodyChosen:
      language.say(
        de: "Bitte wählen Sie zuerst, wem Sie die Anfrage übergeben.",
        fr: "Choisissez d’abord à qui confier la demande.",
        it: "Scelga prima a chi affidare la richiesta.", en: "Please choose first whom to give it to.")
    case .calledAgain:
      language.say(
        de: "Inzwischen kam ein weiterer Anruf. Sie sehen den neuen Stand; nichts wurde geändert.",
        fr: "Un autre appel est arrivé entre-temps. Voici le nouvel état; rien n’a été modifié.",
        it: "Nel frattempo è arrivata un’altra chiamata. Ecco il nuovo stato; nulla è cambiato.",
        en: "Another call has come in the meantime. This is how it stands now; nothing was changed.")
    case .conflict:
      language.say(
        de:
          "Diese Anfrage wurde inzwischen geändert. Sie sehen den neuen Stand; "
          + "bitte entscheiden Sie noch einmal.",
        fr: "Cette demande a été modifiée entre-temps. Voici son nouvel état; veuillez décider à nouveau.",
        it: "Nel frattempo questa richiesta è stata modificata. Ecco il nuovo stato; decida di nuovo.",
        en: "This request has been changed in the meantime. This is how it stands now; please decide again.")
    case .noteMissing:
      language.say(
        de: "Bitte schreiben Sie zuerst eine Notiz.", fr: "Veuillez d’abord écrire une note.",
        it: "Scriva prima una nota.", en: "Please write a note first.")
    case .noteTooLong(let limit):
      language.say(
        de: "Die Notiz ist zu lang: höchstens \(limit) Zeichen.",
        fr: "La note est trop longue: \(limit) caractères au plus.",
        it: "La nota è troppo lunga: al massimo \(limit) caratteri.",
        en: "The note is too long: \(limit) characters at most.")
    case .expiredForm:
      language.say(
        de: "Die Seite war zu lange offen. Bitte tippen Sie noch einmal.",
        fr: "La page est restée ouverte trop longtemps. Veuillez appuyer encore une fois.",
        it: "La pagina è rimasta aperta troppo a lungo. Prema ancora una volta.",
        en: "The page had been open for too long. Please tap once more.")
    }
  }

  func heading(_ notice: InboxNotice) -> String {
    switch notice {
    case .signedOut:
      language.say(
        de: "Sie sind abgemeldet", fr: "Vous êtes déconnecté", it: "È uscito dal sistema",
        en: "You are signed out")
    case .linkExpired:
      language.say(
        de: "Dieser Link gilt nicht mehr", fr: "Ce lien n’est plus valable",
        it: "Questo link non è più valido",
        en: "This link is no longer valid")
    case .notSignedIn:
      language.say(
        de: "Sie sind nicht angemeldet", fr: "Vous n’êtes pas connecté", it: "L’accesso non è attivo",
        en: "You are not signed in")
    case .notFound:
      language.say(
        de: "Diese Anfrage gibt es nicht", fr: "Cette demande n’existe pas",
        it: "Questa richiesta non esiste",
        en: "This request does not exist")
    case .tooManyGuesses:
      language.say(
        de: "Zu viele Versuche", fr: "Trop de tentatives", it: "Troppi tentativi", en: "Too many attempts")
    case .unavailable:
      language.say(
        de: "Gerade nicht erreichbar", fr: "Indisponible en ce moment", it: "Al momento non disponibile",
        en: "Not available right now")
    }
  }

  func text(_ notice: InboxNotice) -> String {
    switch notice {
    case .signedOut, .linkExpired, .notSignedIn:
      language.say(
        de: "Öffnen Sie den Link in der neusten Benachrichtigung (SMS oder E-Mail). "
          + "Geht auch er nicht, verlangen Sie bei Ihrem Anbieter einen neuen.",
        fr: "Ouvrez le lien de la notification la plus récente (SMS ou e-mail). "
          + "S’il ne fonctionne pas non plus, demandez-en un nouveau à votre prestataire.",
        it: "Apra il link nell’avviso più recente (SMS o e-mail). "
          + "Se non funziona neanche quello, ne chieda uno nuovo al Suo fornitore.",
        en: "Open the link in the newest notification (text message or e-mail). "
          + "If that does not work either, ask your provider for a new one.")
    case .notFound:
      language.say(
        de: "Vielleicht wurde sie gelöscht.", fr: "Elle a peut-être été effacée.",
        it: "Forse è stata cancellata.", en: "It may have been erased.")
    case .tooManyGuesses:
      language.say(
        de:
          "Von Ihrem Anschluss kamen zu viele Links, die nicht gelten. Bitte versuchen Sie es in einer Stunde noch "
          + "einmal, oder mit einem anderen Netz.",
        fr:
          "Trop de liens non valables sont venus de votre connexion. Réessayez dans une heure, ou par un autre "
          + "réseau.",
        it:
          "Dalla Sua connessione sono arrivati troppi link non validi. Riprovi tra un’ora, o con un’altra rete.",
        en:
          "Too many links that are not valid came from your connection. Please try again in an hour, or use "
          + "another network.")
    case .unavailable:
      language.say(
        de: "Es ist nichts verloren. Bitte versuchen Sie es in einer Minute noch einmal.",
        fr: "Rien n’est perdu. Veuillez réessayer dans une minute.",
        it: "Nulla è andato perso. Riprovi tra un minuto, per favore.",
        en: "Nothing is lost. Please try again in a minute.")
    }
  }
}
