// DisclosureWords.swift - what the page of a disclosure says, in the four languages of callers. Codes that are ours
// alone stand as they do in the JSON file.

import Business
import JSON
import Store

struct DisclosureWords {
  let language: Language

  private func say(_ de: String, _ fr: String, _ it: String, _ en: String) -> String {
    language.say(de: de, fr: fr, it: it, en: en)
  }

  func title(_ number: String) -> String {
    say(
      "Gespeicherte Daten zu \(number)", "Données enregistrées sur \(number)", "Dati registrati su \(number)",
      "Data held about \(number)")
  }

  func intro(_ moment: String) -> String {
    say(
      "Alles, was am \(moment) zu dieser Nummer gespeichert war. Dasselbe steht in disclosure.json. Daten anderer Personen sind weggelassen; wer für das Unternehmen arbeitet, heisst darin «staff».",
      "Tout ce qui était enregistré sur ce numéro le \(moment). La même chose se trouve dans disclosure.json. Les données d’autres personnes sont omises; qui travaille pour l’entreprise y est nommé «staff».",
      "Tutto ciò che era registrato su questo numero il \(moment). Lo stesso si trova in disclosure.json. I dati di altre persone sono omessi; chi lavora per l’azienda vi è chiamato «staff».",
      "All that was held about this number on \(moment). The same stands in disclosure.json. Data of other people is left out; whoever works for the business is called “staff” there."
    )
  }

  func by(_ tenants: String) -> String {
    say("Bei: \(tenants)", "Chez: \(tenants)", "Presso: \(tenants)", "Held by: \(tenants)")
  }

  var photo: String { say("Foto", "Photo", "Foto", "Photo") }
  var recording: String {
    say("Aufnahme", "Enregistrement", "Registrazione", "Recording")
  }
  var mentions: String {
    say(
      "Erwähnungen der Nummer in Texten über andere", "Mentions du numéro dans des textes sur d’autres",
      "Menzioni del numero in testi su altri", "Mentions of the number in texts about others")
  }
  var files: String { say("In Dateien", "Dans des fichiers", "In file", "In files") }

  func heading(_ table: HeldTable) -> String {
    switch table {
    case .contacts: say("Adressbuch", "Carnet d’adresses", "Rubrica", "Address book")
    case .calls: say("Anrufe", "Appels", "Chiamate", "Calls")
    case .inbound: say("Erhaltene Nachrichten", "Messages reçus", "Messaggi ricevuti", "Messages received")
    case .messages: say("Gesendete Nachrichten", "Messages envoyés", "Messaggi inviati", "Messages sent")
    case .tickets: say("Anfragen", "Demandes", "Richieste", "Requests")
    case .photos: say("Fotos", "Photos", "Foto", "Photos")
    case .recordings: say("Sprachnachrichten", "Messages vocaux", "Messaggi vocali", "Voice messages")
    case .events: say("Verlauf und Notizen", "Historique et notes", "Cronologia e note", "History and notes")
    case .notices:
      say(
        "Wem im Betrieb gemeldet wurde", "Avis au personnel", "Avvisi al personale", "Notices to staff")
    case .blocklist: say("Sperrliste", "Liste de blocage", "Lista di blocco", "Block list")
    case .optouts: say("Abmeldung von SMS", "Refus de SMS", "Rifiuto di SMS", "Opted out of SMS")
    case .lineTypes: say("Art des Anschlusses", "Type de ligne", "Tipo di linea", "Type of line")
    case .rateHits:
      say("Gesendete Formulare", "Formulaires envoyés", "Moduli inviati", "Forms sent")
    case .links: say("Zugänge", "Accès", "Accessi", "Access links")
    case .sessions: say("Anmeldungen", "Connexions", "Sessioni", "Sessions")
    }
  }

  /// What a person reads first: when and where, what it is, what was said.
  private static let first = [
    "tenant", "type", "kind", "outcome", "state", "status", "name", "phone", "words", "body", "summary",
    "note",
  ]

  /// A row's columns: what a person reads first, the rest by name.
  func columns(of table: HeldTable, in row: JSONDocument) -> [String] {
    let names = row.members?.keys.sorted() ?? []
    let first = ([table.time] + DisclosureWords.first).filter(names.contains)
    return first + names.filter { !first.contains($0) }
  }

  /// What a column is called.
  func label(_ column: String) -> String {
    switch column {
    case "at", "created_at", "received_at", "started_at": say("Zeit", "Date", "Data", "Time")
    case "tenant": say("Unternehmen", "Entreprise", "Azienda", "Business")
    case "phone", "caller": say("Nummer", "Numéro", "Numero", "Number")
    case "called": say("Angerufen", "Appelé", "Chiamato", "Called")
    case "sender": say("Von", "De", "Da", "From")
    case "recipient": say("An", "À", "A", "To")
    case "body", "words": say("Text", "Texte", "Testo", "Text")
    case "subject": say("Betreff", "Objet", "Oggetto", "Subject")
    case "summary": say("Inhalt", "Contenu", "Contenuto", "Content")
    case "name", "caller_name": say("Name", "Nom", "Nome", "Name")
    case "note": say("Notiz", "Note", "Nota", "Note")
    case "kind", "type", "line_type", "content_type": say("Art", "Type", "Tipo", "Kind")
    case "source", "origin", "learned_from": say("Herkunft", "Origine", "Origine", "Source")
    case "outcome": say("Ausgang", "Issue", "Esito", "Outcome")
    case "decision": say("SMS-Entscheid", "Décision SMS", "Decisione SMS", "SMS decision")
    case "reason": say("Grund", "Raison", "Motivo", "Reason")
    case "state", "status": say("Stand", "État", "Stato", "State")
    case "channel": say("Weg", "Canal", "Canale", "Channel")
    case "detail": say("Einzelheit", "Détail", "Dettaglio", "Detail")
    case "urgency": say("Dringlichkeit", "Urgence", "Urgenza", "Urgency")
    case "amount": say("Betrag", "Montant", "Importo", "Amount")
    case "price": say("Preis", "Prix", "Prezzo", "Price")
    case "price_unit": say("Währung", "Monnaie", "Valuta", "Currency")
    case "answer": say("Antwort", "Réponse", "Risposta", "Answer")
    case "person": say("Person", "Personne", "Persona", "Person")
    case "author": say("Verfasst von", "Rédigé par", "Scritto da", "Written by")
    case "ended_at", "closed_at", "finished_at", "done_at": say("Ende", "Fin", "Fine", "End")
    case "sent_at": say("Gesendet", "Envoyé", "Inviato", "Sent")
    case "due_at", "first_due_at": say("Fällig", "Prévu", "Previsto", "Due")
    case "updated_at", "learned_at", "acted_at":
      say("Zuletzt geändert", "Dernière modification", "Ultima modifica", "Last changed")
    case "decided_at": say("Entschieden", "Décidé", "Deciso", "Decided")
    case "handled_at", "human_at": say("Bearbeitet", "Traité", "Trattato", "Handled")
    case "screen_key_at": say("Taste gedrückt", "Touche pressée", "Tasto premuto", "Key pressed")
    case "sla_due_at": say("Versprochen bis", "Promis pour", "Promesso entro", "Promised by")
    case "promised": say("Versprochen", "Promis", "Promesso", "Promised")
    case "local_day": say("Tag", "Jour", "Giorno", "Day")
    case "since": say("Seit", "Depuis", "Dal", "Since")
    case "until": say("Bis", "Jusqu’au", "Fino al", "Until")
    case "expires_at": say("Gültig bis", "Valable jusqu’au", "Valido fino al", "Valid until")
    case "revoked_at": say("Entzogen", "Révoqué", "Revocato", "Revoked")
    case "spam_at": say("Als Spam gewertet seit", "Jugé spam depuis", "Spam dal", "Counted as spam since")
    case "spam_until":
      say("Als Spam gewertet bis", "Jugé spam jusqu’au", "Spam fino al", "Counted as spam until")
    case "file": say("Datei", "Fichier", "File", "File")
    case "url": say("Adresse", "Adresse", "Indirizzo", "Address")
    case "lines": say("Zeilen", "Lignes", "Righe", "Lines")
    case "table": say("Tabelle", "Table", "Tabella", "Table")
    case "column": say("Feld", "Champ", "Campo", "Field")
    case "error", "error_code": say("Fehler", "Erreur", "Errore", "Error")
    case "encoding": say("Kodierung", "Codage", "Codifica", "Encoding")
    case "segments": say("Teile", "Parties", "Parti", "Segments")
    case "attempts": say("Versuche", "Essais", "Tentativi", "Attempts")
    case "judged_by": say("Festgestellt durch", "Constaté par", "Accertato da", "Judged by")
    case "dial_connected": say("Verbunden", "Connecté", "Connesso", "Connected")
    case "once_key": say("Schlüssel", "Clé", "Chiave", "Key")
    case "seconds": say("Sekunden", "Secondes", "Secondi", "Seconds")
    case "call_sid", "recording_sid", "sid", "message_sid":
      say("Kennung bei Twilio", "Identifiant chez Twilio", "Codice presso Twilio", "Twilio’s ID")
    case "id": say("Laufnummer", "Numéro d’ordre", "Numero progressivo", "Row")
    case "call_id": say("Zum Anruf", "Appel concerné", "Chiamata", "Of call")
    case "ticket_id", "about_ticket_id": say("Zur Anfrage", "Demande concernée", "Richiesta", "Of request")
    case "message_id", "answers_message": say("Zur Nachricht", "Message concerné", "Messaggio", "Of message")
    case "inbound_id":
      say("Zur erhaltenen Nachricht", "Message reçu concerné", "Messaggio ricevuto", "Of message received")
    default: column
    }
  }

  /// A code in words, where it has some.
  func code(_ text: String, in column: String) -> String {
    switch (column, text) {
    case ("outcome", "answered"): say("angenommen", "pris", "risposto", "answered")
    case ("outcome", "missed"): say("verpasst", "manqué", "perso", "missed")
    case ("decision", "sent"), ("state", "sent"): say("gesendet", "envoyé", "inviato", "sent")
    case ("decision", "skipped"): say("keine SMS", "pas de SMS", "nessun SMS", "no SMS")
    case ("state", "delivered"): say("zugestellt", "remis", "consegnato", "delivered")
    case ("state", "accepted"): say("übergeben", "transmis", "trasmesso", "handed over")
    case ("state", "dead"): say("aufgegeben", "abandonné", "abbandonato", "given up")
    case ("status", "DONE"): say("erledigt", "terminé", "concluso", "done")
    case ("status", "IN_PROGRESS"): say("in Arbeit", "en cours", "in corso", "in progress")
    case ("status", _): say("offen", "ouvert", "aperto", "open")
    case ("urgency", "HIGH"): say("dringend", "urgent", "urgente", "urgent")
    case ("urgency", _): say("normal", "normal", "normale", "normal")
    case ("kind", "missed_call"):
      say("nach Ihrem Anruf", "après votre appel", "dopo la Sua chiamata", "after your call")
    case ("kind", "confirmation"): say("Bestätigung", "confirmation", "conferma", "confirmation")
    case ("kind", "wizard_link"):
      say("Link zum Formular", "lien vers le formulaire", "link al modulo", "link to the form")
    case ("kind", "staff_reply"): say("Antwort", "réponse", "risposta", "answer")
    case ("kind", "notification"), ("kind", "new"), ("kind", "urgent"):
      say("Meldung ans Personal", "avis au personnel", "avviso al personale", "notice to staff")
    case ("kind", "escalation"):
      say("Mahnung ans Personal", "rappel au personnel", "sollecito al personale", "reminder to staff")
    case ("kind", "event"):
      say(
        "Mitteilung an ein anderes Programm", "communication à un autre programme",
        "comunicazione a un altro programma", "notice to another program")
    case ("type", "call_started"): say("Anruf begonnen", "appel commencé", "chiamata iniziata", "call began")
    case ("type", "call_answered"):
      say("Anruf angenommen", "appel pris", "chiamata accettata", "call answered")
    case ("type", "call_missed"): say("Anruf verpasst", "appel manqué", "chiamata persa", "call missed")
    case ("type", "decision_sent"): say("SMS beschlossen", "SMS décidé", "SMS deciso", "SMS decided on")
    case ("type", "decision_skipped"): say("keine SMS", "pas de SMS", "nessun SMS", "no SMS")
    case ("type", "message_queued"):
      say("Nachricht bereit", "message prêt", "messaggio pronto", "message ready")
    case ("type", "message_accepted"):
      say("Nachricht übergeben", "message transmis", "messaggio trasmesso", "message handed over")
    case ("type", "message_delivered"):
      say("Nachricht zugestellt", "message remis", "messaggio consegnato", "message delivered")
    case ("type", "reply"): say("Ihre Antwort", "votre réponse", "la Sua risposta", "your reply")
    case ("type", "wizard_link_opened"):
      say("Formular geöffnet", "formulaire ouvert", "modulo aperto", "form opened")
    case ("type", "wizard_submitted"):
      say("Formular gesendet", "formulaire envoyé", "modulo inviato", "form sent")
    case ("type", "ticket_created"):
      say("Anfrage eröffnet", "demande ouverte", "richiesta aperta", "request opened")
    case ("type", "ticket_updated"):
      say("Anfrage geändert", "demande modifiée", "richiesta modificata", "request changed")
    case ("type", "ticket_started"):
      say("Anfrage übernommen", "demande prise en charge", "richiesta presa in carico", "request taken on")
    case ("type", "ticket_done"):
      say("Anfrage erledigt", "demande terminée", "richiesta conclusa", "request done")
    case ("type", "ticket_note"): say("Notiz", "note", "nota", "note")
    case ("type", "ticket_answered"):
      say("Antwort an Sie", "réponse à vous", "risposta a Lei", "answer to you")
    case ("type", "contact_named"): say("Name erfasst", "nom saisi", "nome registrato", "name entered")
    case ("type", "number_blocked"):
      say("Nummer gesperrt", "numéro bloqué", "numero bloccato", "number blocked")
    case ("type", "opt_out"): say("von SMS abgemeldet", "SMS refusés", "SMS rifiutati", "opted out of SMS")
    case ("kind", "private"): say("privat", "privé", "privato", "private")
    case ("kind", "customer"): say("Kunde", "client", "cliente", "customer")
    case ("kind", "supplier"): say("Lieferant", "fournisseur", "fornitore", "supplier")
    default: text
    }
  }
}
