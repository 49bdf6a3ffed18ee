// SpokenPage.swift - what one of the tenant's people hears whom we ring about a request.

extension SpokenText {
  /// Whose request it is, and what about.
  /// - Parameters:
  ///   - caller: a name, or the number as `PhoneNumber.spoken`; nil for a number that is withheld.
  ///   - summary: the caller's words; may be empty.
  ///   - isLate: its promise has passed.
  package func pagedRequest(caller: String?, summary: String, isUrgent: Bool, isLate: Bool) -> String {
    let what =
      isUrgent
      ? language.say(
        de: "Dringende Anfrage", fr: "Demande urgente", it: "Richiesta urgente", en: "Urgent request")
      : language.say(de: "Anfrage", fr: "Demande", it: "Richiesta", en: "Request")
    let whose = caller.map { language.say(de: "von \($0)", fr: "de \($0)", it: "di \($0)", en: "from \($0)") }
    let late =
      isLate
      ? language.say(
        de: " Die Frist ist verstrichen.", fr: " Le délai est dépassé.", it: " Il termine è scaduto.",
        en: " It is overdue.") : ""
    let about =
      summary.isEmpty
      ? ""
      : " "
        + language.say(
          de: "Es geht um: \(summary).", fr: "Il s'agit de: \(summary).", it: "Si tratta di: \(summary).",
          en: "It is about: \(summary).")
    return "\(business). \([what, whose].compactMap { $0 }.joined(separator: " ")).\(late)\(about)"
  }

  package var pageKeys: String {
    language.say(
      de: "Drücken Sie die 1, um sie zu übernehmen, oder die 2, um gleich verbunden zu werden.",
      fr: "Tapez 1 pour la prendre en charge, ou 2 pour être mis en relation tout de suite.",
      it: "Prema 1 per prenderla in carico, oppure 2 per essere messo subito in contatto.",
      en: "Press 1 to take it on, or 2 to be connected right away.")
  }

  package var pageTaken: String {
    language.say(
      de: "Danke. Die Anfrage ist jetzt bei Ihnen.", fr: "Merci. Vous avez pris la demande en charge.",
      it: "Grazie. La richiesta è ora Sua.", en: "Thank you. The request is yours now.")
  }

  /// To whoever takes a call that nobody need take.
  package var checkCall: String {
    language.say(
      de: "Hier prüft \(business) die Rufumleitung. Sie müssen nichts tun. Auf Wiederhören.",
      fr: "\(business) vérifie la déviation des appels. Vous n'avez rien à faire. Au revoir.",
      it: "\(business) verifica la deviazione delle chiamate. Non deve fare nulla. Arrivederci.",
      en: "\(business) is checking its call forwarding. There is nothing to do. Goodbye.")
  }

  /// A key that is kept, while it cannot be told what comes of it.
  package var pageNoted: String {
    language.say(
      de: "Danke, das ist notiert. Alles Weitere sehen Sie in Ihrem Posteingang.",
      fr: "Merci, c'est noté. Vous verrez la suite dans votre boîte de réception.",
      it: "Grazie, è annotato. Il resto si vede nella Sua casella.",
      en: "Thank you, that is noted. You will see the rest in your inbox.")
  }

  /// - Parameter person: a name, or a number as `PhoneNumber.spoken`.
  package func pageIsTaken(by person: String) -> String {
    language.say(
      de: "Diese Anfrage hat schon \(person).", fr: "Cette demande est déjà prise en charge par \(person).",
      it: "Questa richiesta è già presa in carico da \(person).", en: "\(person) already has this request.")
  }

  package var pageIsDone: String {
    language.say(
      de: "Diese Anfrage ist schon erledigt.", fr: "Cette demande est déjà traitée.",
      it: "Questa richiesta è già conclusa.", en: "This request is done already.")
  }

  /// Who is about to be called back.
  /// - Parameter caller: a name, or the number as `PhoneNumber.spoken`; nil where it cannot be told just now.
  package func callback(to caller: String?) -> String {
    guard let caller else {
      return "\(business). "
        + language.say(
          de: "Ihr Rückruf.", fr: "Votre rappel.", it: "La Sua richiamata.", en: "Your callback.")
    }
    return "\(business). "
      + language.say(
        de: "Rückruf an \(caller).", fr: "Rappel de \(caller).", it: "Richiamata a \(caller).",
        en: "Callback to \(caller).")
  }

  package var callbackKey: String {
    language.say(
      de: "Drücken Sie die 1, um verbunden zu werden.", fr: "Tapez 1 pour être mis en relation.",
      it: "Prema 1 per essere messo in contatto.", en: "Press 1 to be connected.")
  }

  /// Nobody is called: it is not wanted any more, or cannot be looked up.
  package var callbackOff: String {
    language.say(
      de: "Dieser Rückruf geht jetzt nicht. Bitte sehen Sie in Ihrem Posteingang nach.",
      fr: "Ce rappel n'est pas possible maintenant. Veuillez consulter votre boîte de réception.",
      it: "Questa richiamata ora non è possibile. Veda nella Sua casella.",
      en: "This callback is not possible now. Please look into your inbox.")
  }

  package var callbackNotReached: String {
    language.say(
      de: "Der Anrufer ist nicht erreichbar.", fr: "L'appelant n'a pas pu être joint.",
      it: "Il chiamante non è raggiungibile.", en: "The caller could not be reached.")
  }

  package var connecting: String {
    language.say(
      de: "Sie werden verbunden.", fr: "Nous vous mettons en relation.", it: "La mettiamo in contatto.",
      en: "You are being connected.")
  }

  package var nobodyToConnect: String {
    language.say(
      de: "Mit dem Anrufer kann aber niemand verbunden werden.",
      fr: "Mais personne ne peut être mis en relation avec l'appelant.",
      it: "Ma nessuno può essere messo in contatto con il chiamante.",
      en: "But nobody can be connected with the caller.")
  }

  package var callerNotReached: String {
    language.say(
      de: "Der Anrufer ist nicht erreichbar. Die Anfrage bleibt bei Ihnen.",
      fr: "L'appelant n'a pas pu être joint. Vous gardez la demande.",
      it: "Il chiamante non è raggiungibile. La richiesta resta Sua.",
      en: "The caller could not be reached. The request stays yours.")
  }
}
