// SpokenText.swift - what callers, and whoever picks up, hear from the voice handlers.
//
// Spoken by TwiML's <Say>, so there is no alphabet to keep to. An SMS is only promised where the caller of
// these texts knows that the rules will send one.

/// The sentences of one business in one language.
package struct SpokenText: Sendable {
  package let business: String
  package let language: Language

  package init(business: String, language: Language) {
    self.business = business
    self.language = language
  }

  /// After a miss, when an SMS follows.
  package var announcementWithSMS: String {
    language.say(
      de: "Danke für Ihren Anruf bei \(business). Wir sind gerade im Einsatz. Sie erhalten gleich eine SMS.",
      fr: "Merci de votre appel à \(business). Nous sommes actuellement en intervention. "
        + "Vous allez recevoir un SMS.",
      it: "Grazie per la Sua chiamata a \(business). In questo momento siamo al lavoro. "
        + "Tra poco riceverà un SMS.",
      en: "Thank you for calling \(business). We are out on a job right now. "
        + "You will receive a text message shortly.")
  }

  /// After a miss, when no SMS follows and the caller can do nothing but call again.
  package var announcementPlain: String {
    language.say(
      de: "Danke für Ihren Anruf bei \(business). Wir sind gerade im Einsatz. "
        + "Bitte rufen Sie später nochmals an.",
      fr: "Merci de votre appel à \(business). Nous sommes actuellement en intervention. "
        + "Veuillez rappeler plus tard.",
      it: "Grazie per la Sua chiamata a \(business). In questo momento siamo al lavoro. "
        + "La preghiamo di richiamare più tardi.",
      en: "Thank you for calling \(business). We are out on a job right now. Please call again later.")
  }

  /// After a further miss, when the SMS for an earlier one can still be answered.
  package var announcementAlreadyTexted: String {
    language.say(
      de: "Danke für Ihren Anruf bei \(business). Wir sind gerade im Einsatz. "
        + "Bitte antworten Sie auf die SMS, die wir Ihnen gesendet haben.",
      fr: "Merci de votre appel à \(business). Nous sommes actuellement en intervention. "
        + "Veuillez répondre au SMS que nous vous avons envoyé.",
      it: "Grazie per la Sua chiamata a \(business). In questo momento siamo al lavoro. "
        + "Risponda per favore al SMS che Le abbiamo inviato.",
      en: "Thank you for calling \(business). We are out on a job right now. "
        + "Please reply to the text message we have sent you.")
  }

  /// After a key of a caller who hides his number: what will happen, and what he can do. No promise.
  package var menuThanksWithheld: String {
    language.say(
      de:
        "Danke. \(business) erfährt von Ihrem Anruf. Ohne Ihre Nummer kann sich aber niemand bei Ihnen melden. "
        + "Bitte rufen Sie nochmals mit sichtbarer Nummer an. Auf Wiederhören.",
      fr:
        "Merci. Votre appel est signalé à \(business). Mais sans votre numéro, personne ne peut vous joindre. "
        + "Veuillez appeler à nouveau sans masquer votre numéro. Au revoir.",
      it:
        "Grazie. La Sua chiamata viene segnalata a \(business). Ma senza il Suo numero nessuno può contattarLa. "
        + "La preghiamo di chiamare di nuovo con il numero visibile. Arrivederci.",
      en:
        "Thank you. \(business) will learn of your call. But without your number nobody can get back to you. "
        + "Please call again without withholding your number. Goodbye.")
  }

  /// After 1 was pressed.
  package var menuThanksUrgent: String {
    language.say(
      de: "Verstanden, es ist dringend. \(business) meldet sich sofort.",
      fr: "Compris, c'est urgent. \(business) vous contacte immédiatement.",
      it: "Ricevuto, è urgente. \(business) La contatta subito.",
      en: "Understood, it is urgent. \(business) will contact you right away.")
  }

  /// After 2 was pressed; `sla` as from `slaText`.
  package func menuThanksCallback(sla: String) -> String {
    language.say(
      de: "Ihr Rückruf ist notiert. \(business) ruft bis \(sla) zurück.",
      fr: "Votre demande de rappel est notée. \(business) vous rappelle au plus tard \(sla).",
      it: "La Sua richiesta è registrata. \(business) La richiama al più tardi \(sla).",
      en: "Your callback is noted. \(business) will call you back by \(sla).")
  }

  /// After nothing, or another key, was pressed.
  package var menuNothingPressed: String {
    language.say(
      de: "Wir haben keine Eingabe erhalten. Bitte rufen Sie später nochmals an. Auf Wiederhören.",
      fr: "Nous n'avons reçu aucune réponse. Veuillez rappeler plus tard. Au revoir.",
      it: "Non abbiamo ricevuto alcuna risposta. La preghiamo di richiamare più tardi. Arrivederci.",
      en: "We did not receive an answer. Please call again later. Goodbye.")
  }

  /// To whoever picks up at the business, so that a mailbox does not count as an answer.
  package var screeningPrompt: String {
    language.say(
      de: "Anruf für \(business). Drücken Sie eine Taste, um ihn anzunehmen.",
      fr: "Appel pour \(business). Appuyez sur une touche pour l'accepter.",
      it: "Chiamata per \(business). Prema un tasto per accettarla.",
      en: "Call for \(business). Press any key to accept it.")
  }

  /// Option B: the carrier has forwarded a call that nobody took; our number never rings at the business.
  package func optionBAnnouncement(promisingSMS: Bool) -> String {
    promisingSMS
      ? language.say(
        de: "Guten Tag. \(business) kann Ihren Anruf gerade nicht annehmen. Sie erhalten gleich eine SMS.",
        fr: "Bonjour. \(business) ne peut pas prendre votre appel pour le moment. "
          + "Vous allez recevoir un SMS.",
        it: "Buongiorno. \(business) al momento non può rispondere. Tra poco riceverà un SMS.",
        en: "Hello. \(business) cannot take your call right now. You will receive a text message shortly.")
      : language.say(
        de: "Guten Tag. \(business) kann Ihren Anruf gerade nicht annehmen. "
          + "Bitte rufen Sie später nochmals an.",
        fr: "Bonjour. \(business) ne peut pas prendre votre appel pour le moment. "
          + "Veuillez rappeler plus tard.",
        it: "Buongiorno. \(business) al momento non può rispondere. La preghiamo di richiamare più tardi.",
        en: "Hello. \(business) cannot take your call right now. Please call again later.")
  }
}
