// WizardProblemWords.swift - what callers read when something is missing or wrong: what, and what to do.

import Business

extension WizardWords {
  var summaryHeading: String {
    language.say(
      de: "Bitte noch kurz prüfen", fr: "Veuillez encore vérifier", it: "Ancora un controllo, per favore",
      en: "Please check this")
  }

  var summaryIntroduction: String {
    language.say(
      de: "Noch nichts wurde gesendet. Was Sie geschrieben haben, ist noch da.",
      fr: "Rien n’a encore été envoyé. Votre texte est toujours là.",
      it: "Non è stato ancora inviato nulla. Quello che ha scritto c’è ancora.",
      en: "Nothing has been sent yet. What you wrote is still there.")
  }

  /// Put before the title, so that a screen reader says it first.
  var problemTitle: String {
    language.say(de: "Bitte prüfen", fr: "À vérifier", it: "Da controllare", en: "Please check")
  }

  /// Put before an error's text for those who do not see its colour.
  var errorMark: String { language.say(de: "Fehler:", fr: "Erreur:", it: "Errore:", en: "Error:") }

  func banner(_ banner: WizardBanner) -> String {
    switch banner {
    case .expired:
      language.say(
        de: "Die Seite war lange offen. Bitte senden Sie die Anfrage noch einmal ab.",
        fr: "La page est restée longtemps ouverte. Veuillez renvoyer la demande.",
        it: "La pagina è rimasta aperta a lungo. Invii di nuovo la richiesta, per favore.",
        en: "The page had been open for a long time. Please send the request once more.")
    case .tryAgain:
      language.say(
        de: "Das hat gerade nicht geklappt. Bitte senden Sie die Anfrage in einer Minute noch einmal ab.",
        fr: "L’envoi n’a pas fonctionné. Veuillez renvoyer la demande dans une minute.",
        it: "L’invio non è riuscito. Invii di nuovo la richiesta tra un minuto, per favore.",
        en: "That did not work just now. Please send the request again in a minute.")
    case .tooLarge:
      language.say(
        de: "Die Fotos waren zusammen zu gross, erlaubt sind \(WizardNames.mebibytesPerForm) MB. "
          + "Bitte wählen Sie weniger oder kleinere aus, oder senden Sie die Anfrage zuerst ohne Fotos.",
        fr:
          "Les photos étaient trop volumineuses, la limite est de \(WizardNames.mebibytesPerForm) Mo en tout. "
          + "Veuillez en choisir moins ou de plus petites, ou envoyer d’abord la demande sans photos.",
        it: "Le foto erano troppo grandi, il limite è di \(WizardNames.mebibytesPerForm) MB in tutto. "
          + "Ne scelga meno o di più piccole, oppure invii prima la richiesta senza foto.",
        en: "The photos were too large, the limit is \(WizardNames.mebibytesPerForm) MB in all. "
          + "Please choose fewer or smaller ones, or send the request without photos first.")
    case .tooManyRequests(let time):
      language.say(
        de: "Von Ihrem Anschluss oder mit dieser Nummer kamen sehr viele Anfragen. "
          + "Diese können Sie ab \(time) absenden. Eilt es, rufen Sie uns bitte an.",
        fr: "Nous avons reçu beaucoup de demandes de votre connexion ou avec ce numéro. "
          + "Vous pourrez envoyer celle-ci à partir de: \(time). Si c’est urgent, appelez-nous.",
        it: "Abbiamo ricevuto molte richieste dalla Sua connessione o con questo numero. "
          + "Potrà inviare questa a partire da: \(time). Se è urgente, ci chiami.",
        en: "Very many requests came from your connection or with this number. "
          + "You can send this one from \(time). If it is urgent, please call us.")
    }
  }

  func problem(_ problem: WizardProblem, of field: WizardField) -> String {
    switch problem {
    case .missing: missing(field)
    case .tooLong(let limit):
      language.say(
        de: "Bitte kürzen: höchstens \(limit) Zeichen.",
        fr: "Veuillez raccourcir: \(limit) caractères au plus.",
        it: "Si prega di abbreviare: al massimo \(limit) caratteri.",
        en: "Please shorten this: \(limit) characters at most.")
    case .notANumber:
      language.say(
        de: "Bitte geben Sie eine gültige Telefonnummer ein, zum Beispiel 079 123 45 67.",
        fr: "Veuillez indiquer un numéro de téléphone valable, par exemple 079 123 45 67.",
        it: "Indichi un numero di telefono valido, per esempio 079 123 45 67.",
        en: "Please enter a valid phone number, for example 079 123 45 67.")
    case .choosePhotosAgain:
      language.say(
        de: "Bitte wählen Sie Ihre Fotos noch einmal aus.", fr: "Veuillez choisir à nouveau vos photos.",
        it: "Scelga di nuovo le Sue foto, per favore.", en: "Please choose your photos once more.")
    }
  }

  /// The same away from its field: "please shorten" has to say what.
  func problemInSummary(_ problem: WizardProblem, of field: WizardField) -> String {
    guard case .tooLong = problem else { return self.problem(problem, of: field) }
    let label = self.label(field)
    return label + (label.hasSuffix("?") ? " " : ": ") + self.problem(problem, of: field)
  }

  private func missing(_ field: WizardField) -> String {
    switch field {
    case .text:
      language.say(
        de: "Bitte schreiben Sie kurz, was passiert ist.",
        fr: "Veuillez décrire brièvement ce qui s’est passé.",
        it: "Scriva in breve che cosa è successo.", en: "Please write briefly what happened.")
    case .urgency:
      language.say(
        de: "Bitte wählen Sie, wie dringend es ist.", fr: "Veuillez indiquer si c’est urgent.",
        it: "Indichi quanto è urgente.", en: "Please choose how urgent it is.")
    case .photos:
      language.say(
        de: "Bitte wählen Sie ein Foto aus.", fr: "Veuillez choisir une photo.", it: "Scelga una foto.",
        en: "Please choose a photo.")
    case .phone:
      language.say(
        de: "Bitte geben Sie Ihre Telefonnummer ein.", fr: "Veuillez indiquer votre numéro de téléphone.",
        it: "Indichi il Suo numero di telefono.", en: "Please enter your phone number.")
    case .name:
      language.say(
        de: "Bitte geben Sie Ihren Namen ein.", fr: "Veuillez indiquer votre nom.",
        it: "Indichi il Suo nome.", en: "Please enter your name.")
    case .address:
      language.say(
        de: "Bitte geben Sie die Adresse ein.", fr: "Veuillez indiquer l’adresse.",
        it: "Indichi l’indirizzo.", en: "Please enter the address.")
    case .person:
      language.say(
        de: "Ein verstecktes Feld war ausgefüllt, vielleicht von Ihrem Browser. "
          + "Bitte bestätigen Sie, dass Sie ein Mensch sind.",
        fr: "Un champ caché était rempli, peut-être par votre navigateur. "
          + "Veuillez confirmer que vous êtes une personne.",
        it: "Un campo nascosto era compilato, forse dal Suo browser. "
          + "Confermi di essere una persona, per favore.",
        en: "A hidden field was filled in, perhaps by your browser. Please confirm that you are a person.")
    }
  }
}
