// WizardEndWords.swift - what callers read after the form: thanks, or why it is not there.

import Business

extension WizardWords {
  var thanks: String {
    language.say(de: "Vielen Dank", fr: "Merci beaucoup", it: "Grazie mille", en: "Thank you")
  }

  var received: String {
    language.say(
      de: "Ihre Anfrage ist angekommen.", fr: "Votre demande nous est bien parvenue.",
      it: "La Sua richiesta è arrivata.", en: "We have received your request.")
  }

  /// The promise; `time` as from `slaText`.
  func promise(_ urgency: Urgency, by time: String?) -> String {
    switch (urgency, time) {
    case (.high, let time?):
      language.say(
        de: "Verstanden, es ist dringend. \(business) meldet sich sofort, spätestens bis \(time).",
        fr: "Compris, c’est urgent. \(business) vous contacte immédiatement, au plus tard \(time).",
        it: "Ricevuto, è urgente. \(business) La contatta subito, al più tardi \(time).",
        en: "Understood, it is urgent. \(business) will contact you right away, by \(time) at the latest.")
    case (.high, nil):
      language.say(
        de: "Verstanden, es ist dringend. \(business) meldet sich sofort.",
        fr: "Compris, c’est urgent. \(business) vous contacte immédiatement.",
        it: "Ricevuto, è urgente. \(business) La contatta subito.",
        en: "Understood, it is urgent. \(business) will contact you right away.")
    case (.medium, let time?):
      language.say(
        de: "\(business) ruft Sie bis \(time) zurück.", fr: "\(business) vous rappelle au plus tard \(time).",
        it: "\(business) La richiama al più tardi \(time).", en: "\(business) will call you back by \(time).")
    case (.medium, nil):
      language.say(
        de: "\(business) ruft Sie zurück.", fr: "\(business) vous rappellera.",
        it: "\(business) La richiamerà.", en: "\(business) will call you back.")
    }
  }

  var callInstead: String {
    language.say(
      de: "Lieber gleich telefonieren?", fr: "Vous préférez téléphoner\u{202F}?",
      it: "Preferisce telefonare?", en: "Would you rather call?")
  }

  var worse: String {
    language.say(
      de: "Wird es schlimmer? Rufen Sie uns an.", fr: "La situation s’aggrave\u{202F}? Appelez-nous.",
      it: "La situazione peggiora? Ci chiami.", en: "Is it getting worse? Call us.")
  }

  var mayClose: String {
    language.say(
      de: "Sie können diese Seite schliessen.", fr: "Vous pouvez fermer cette page.",
      it: "Può chiudere questa pagina.", en: "You can close this page.")
  }

  var openForm: String {
    language.say(
      de: "Formular neu öffnen", fr: "Rouvrir le formulaire", it: "Riaprire il modulo",
      en: "Open the form again")
  }

  func heading(_ notice: WizardNotice) -> String {
    switch notice {
    case .expiredForm:
      language.say(
        de: "Das Formular ist abgelaufen", fr: "Le formulaire a expiré", it: "Il modulo è scaduto",
        en: "The form has expired")
    case .tooLarge:
      language.say(
        de: "Das war zu viel auf einmal", fr: "L’envoi est trop volumineux", it: "L’invio è troppo grande",
        en: "That was too much at once")
    case .notFound:
      language.say(
        de: "Diese Seite gibt es nicht", fr: "Cette page n’existe pas", it: "Questa pagina non esiste",
        en: "This page does not exist")
    case .unavailable:
      language.say(
        de: "Das Formular geht gerade nicht", fr: "Le formulaire ne fonctionne pas en ce moment",
        it: "In questo momento il modulo non funziona", en: "The form is not working right now")
    case .busy:
      language.say(
        de: "Ihre Anfrage ist nicht angekommen", fr: "Votre demande n’est pas arrivée",
        it: "La Sua richiesta non è arrivata", en: "Your request has not arrived")
    }
  }

  func text(_ notice: WizardNotice) -> String {
    switch notice {
    case .expiredForm:
      language.say(
        de: "Zu Ihrer Sicherheit gilt das Formular nur eine begrenzte Zeit. Bitte öffnen Sie es neu.",
        fr: "Pour votre sécurité, le formulaire n’est valable qu’un certain temps. Veuillez le rouvrir.",
        it: "Per la Sua sicurezza il modulo vale solo per un certo tempo. Lo riapra, per favore.",
        en: "For your safety the form is valid for a limited time only. Please open it again.")
    case .tooLarge:
      language.say(
        de: "Bitte öffnen Sie das Formular neu und senden Sie weniger oder kleinere Fotos.",
        fr: "Veuillez rouvrir le formulaire et envoyer moins de photos ou des photos plus petites.",
        it: "Riapra il modulo e invii meno foto o foto più piccole, per favore.",
        en: "Please open the form again and send fewer or smaller photos.")
    case .notFound:
      language.say(
        de: "Bitte prüfen Sie den Link aus der SMS.", fr: "Veuillez vérifier le lien reçu par SMS.",
        it: "Controlli il link ricevuto per SMS, per favore.",
        en: "Please check the link in the text message.")
    case .unavailable:
      language.say(
        de: "Bitte rufen Sie uns an, oder versuchen Sie es in einigen Minuten noch einmal.",
        fr: "Veuillez nous appeler, ou réessayer dans quelques minutes.",
        it: "Ci chiami, oppure riprovi tra qualche minuto, per favore.",
        en: "Please call us, or try again in a few minutes.")
    case .busy:
      language.say(
        de:
          "Die Verbindung war zu langsam, oder es ist gerade viel los. Gehen Sie zurück: Was Sie geschrieben "
          + "haben, steht noch da. Senden Sie es in einer Minute noch einmal, am besten ohne Fotos.",
        fr:
          "La connexion était trop lente, ou il y a beaucoup d’envois en ce moment. Revenez en arrière\u{202F}: "
          + "votre texte est toujours là. Renvoyez-le dans une minute, de préférence sans photos.",
        it:
          "La connessione era troppo lenta, o in questo momento arrivano molti invii. Torni indietro: quello che "
          + "ha scritto c’è ancora. Lo invii di nuovo tra un minuto, meglio senza foto.",
        en:
          "The connection was too slow, or we are very busy just now. Go back: what you wrote is still there. "
          + "Send it again in a minute, best without photos.")
    }
  }
}
