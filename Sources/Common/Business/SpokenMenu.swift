// SpokenMenu.swift - what callers hear who cannot get an SMS: the keys, the number they are asked for, the message they
// leave. Nothing is promised to somebody who cannot be called back.

extension SpokenText {
  /// Instead of an SMS, to callers who cannot get one.
  package func menuPrompt(offersMessage: Bool) -> String { away + keys(offersMessage: offersMessage) }

  /// The keys, after a caller has confirmed the number he typed.
  package func keys(offersMessage: Bool) -> String {
    language.say(
      de: "Drücken Sie die 1, wenn es dringend ist"
        + (offersMessage
          ? ", die 2, wenn wir Sie zurückrufen sollen, oder die 3, um eine Nachricht zu hinterlassen."
          : ", oder die 2, wenn wir Sie zurückrufen sollen."),
      fr: "Tapez 1 si c'est urgent"
        + (offersMessage
          ? ", 2 si vous souhaitez être rappelé, ou 3 pour laisser un message."
          : ", ou 2 si vous souhaitez être rappelé."),
      it: "Prema 1 se è urgente"
        + (offersMessage
          ? ", 2 se desidera una richiamata, oppure 3 per lasciare un messaggio."
          : ", oppure 2 se desidera una richiamata."),
      en: "Press 1 if it is urgent"
        + (offersMessage
          ? ", 2 if you would like us to call you back, or 3 to leave a message."
          : ", or 2 if you would like us to call you back."))
  }

  /// To a caller who hides his number. No promise yet.
  package var askNumber: String {
    away
      + language.say(
        de:
          "Ihre Nummer ist unterdrückt. Damit wir uns melden können, tippen Sie bitte Ihre Telefonnummer ein, "
          + "und danach die Rautetaste.",
        fr:
          "Votre numéro est masqué. Pour que nous puissions vous joindre, tapez votre numéro de téléphone, "
          + "puis la touche dièse.",
        it: "Il Suo numero è nascosto. Per poterla contattare, digiti il Suo numero di telefono, "
          + "poi il tasto cancelletto.",
        en: "Your number is withheld. So that we can get back to you, please key in your telephone number, "
          + "then the hash key.")
  }

  /// After nothing, or something that is no number, or a number that was not confirmed.
  package var askNumberAgain: String {
    language.say(
      de: "Bitte tippen Sie Ihre Telefonnummer nochmals ein, mit Vorwahl, und danach die Rautetaste.",
      fr: "Veuillez taper encore une fois votre numéro de téléphone, avec l'indicatif, puis la touche dièse.",
      it: "Digiti ancora una volta il Suo numero di telefono, con il prefisso, poi il tasto cancelletto.",
      en: "Please key in your telephone number once more, with its area code, then the hash key.")
  }

  /// - Parameter number: as `PhoneNumber.spoken`; it is said twice.
  package func readBack(_ number: String) -> String {
    language.say(
      de: "Ihre Nummer ist: \(number). Nochmals: \(number). Drücken Sie die 1, wenn das stimmt, sonst die 2.",
      fr: "Votre numéro est: \(number). Je répète: \(number). Tapez 1 si c'est exact, sinon 2.",
      it: "Il Suo numero è: \(number). Ripeto: \(number). Prema 1 se è giusto, altrimenti 2.",
      en: "Your number is: \(number). Once more: \(number). Press 1 if that is right, otherwise 2.")
  }

  /// Before the beep: that it is recorded, what for, and what becomes of it, before anything is recorded.
  /// - Parameter canCallBack: there is a number.
  package func recordPrompt(canCallBack: Bool) -> String {
    let notice = language.say(
      de: "Ihre Nachricht wird aufgenommen, damit \(business) Ihr Anliegen kennt, und später gelöscht. "
        + "Sprechen Sie nach dem Ton, und drücken Sie zum Schluss die Rautetaste.",
      fr:
        "Votre message est enregistré pour que \(business) connaisse votre demande, puis il est effacé. "
        + "Parlez après le bip, puis tapez dièse.",
      it:
        "Il Suo messaggio viene registrato affinché \(business) conosca la Sua richiesta, e poi cancellato. "
        + "Parli dopo il segnale, poi prema cancelletto.",
      en: "Your message is recorded so that \(business) knows what you need, and deleted later. "
        + "Please speak after the tone, and press the hash key when you are done.")
    guard !canCallBack else { return notice }
    return language.say(
      de: "Ohne Ihre Nummer kann sich niemand bei Ihnen melden, ausser Sie sagen sie in der Nachricht. ",
      fr: "Sans votre numéro, personne ne peut vous joindre, sauf si vous le dites dans le message. ",
      it: "Senza il Suo numero nessuno può contattarLa, a meno che Lei non lo dica nel messaggio. ",
      en: "Without your number nobody can get back to you, unless you say it in your message. ") + notice
  }

  /// In the static document that Twilio plays while our host is down, before the beep. Nothing is promised: nobody knows
  /// when the message will be found, nor whether the caller's number shows.
  /// - Parameter afterRinging: the business's telephone has rung. Who has talked hears this too when the business hangs up
  ///   first, since a static document cannot know how the call ended: the words have to fit him as well.
  package func fallbackRecordPrompt(afterRinging: Bool) -> String {
    let offer =
      afterRinging
      ? language.say(
        de: "Haben Sie \(business) nicht erreicht, oder möchten Sie noch etwas sagen? "
          + "Dann hinterlassen Sie eine Nachricht. Sonst legen Sie einfach auf. ",
        fr: "Vous n'avez pas pu joindre \(business), ou vous souhaitez ajouter quelque chose? "
          + "Laissez un message. Sinon, raccrochez simplement. ",
        it: "Non ha potuto parlare con \(business), o desidera aggiungere qualcosa? "
          + "Lasci un messaggio. Altrimenti riagganci. ",
        en: "If you have not reached \(business), or want to add something, leave a message. "
          + "Otherwise just hang up. ")
      : away
        + language.say(
          de: "Sie können eine Nachricht hinterlassen, sonst legen Sie einfach auf. ",
          fr: "Vous pouvez laisser un message, sinon raccrochez simplement. ",
          it: "Può lasciare un messaggio, altrimenti riagganci. ",
          en: "You can leave a message, otherwise just hang up. ")
    return offer
      + language.say(
        de: "Sagen Sie bitte auch Ihre Telefonnummer. ",
        fr: "Dites aussi votre numéro de téléphone, s'il vous plaît. ",
        it: "Dica per favore anche il Suo numero di telefono. ",
        en: "Please also say your telephone number. ") + recordPrompt(canCallBack: true)
  }

  /// After a message of a caller without a number, or of one whose number nobody knows yet.
  package var recordThanksWithheld: String {
    language.say(
      de: "Danke. \(business) hört Ihre Nachricht ab. Auf Wiederhören.",
      fr: "Merci. \(business) écoutera votre message. Au revoir.",
      it: "Grazie. \(business) ascolterà il Suo messaggio. Arrivederci.",
      en: "Thank you. \(business) will listen to your message. Goodbye.")
  }

  private var away: String {
    language.say(
      de: "Danke für Ihren Anruf bei \(business). Wir sind gerade im Einsatz. ",
      fr: "Merci de votre appel à \(business). Nous sommes actuellement en intervention. ",
      it: "Grazie per la Sua chiamata a \(business). In questo momento siamo al lavoro. ",
      en: "Thank you for calling \(business). We are out on a job right now. ")
  }
}

extension Language {
  /// A voice message as a request's summary says it.
  package func voiceMessage(seconds: Int) -> String {
    let length = "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
    return say(
      de: "Sprachnachricht, \(length)", fr: "Message vocal, \(length)", it: "Messaggio vocale, \(length)",
      en: "Voice message, \(length)")
  }

  /// The caller chose to leave a message and said nothing.
  package var emptyVoiceMessage: String {
    say(
      de: "Sprachnachricht ohne Ton", fr: "Message vocal sans son", it: "Messaggio vocale senza audio",
      en: "Voice message without sound")
  }
}
