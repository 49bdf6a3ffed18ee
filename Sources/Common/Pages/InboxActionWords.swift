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

  /// One line of the history, without what a person wrote.
  func event(_ kind: InboxEvent.Kind) -> String {
    switch kind {
    case .created(let source):
      "\(language.say(de: "Eingang", fr: "Reçue", it: "Ricevuta", en: "Received")): \(self.source(source))"
    case .message: language.say(de: "Nachricht", fr: "Message", it: "Messaggio", en: "Message")
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
