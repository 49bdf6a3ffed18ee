// DigestText.swift - one message for many notices: how many requests there are beyond those that were told one by one.

/// What a person reads when more came in than is told one by one. Four languages.
package struct DigestText: PeopleText, Sendable {
  package var business: String
  package var budget: Budget
  /// Requests it stands for, at least 1.
  package var count: Int
  /// The local time of the first of them: `14:00`.
  package var since: String
  package var language: Language

  package init(business: String, budget: Budget, count: Int, since: String, language: Language) {
    self.business = business
    self.budget = budget
    self.count = count
    self.since = since
    self.language = language
  }

  /// A name that leaves no room gives way.
  package func sms(linkLength: Int) -> String {
    let named = BaseLetters.written("\(business): \(line)")
    let link = String(repeating: "x", count: max(linkLength, NoticeText.linkMark.count))
    let fits = SMSText("\(named)\n\(link)").segments <= MessageTemplate.maximumSegments
    return "\(fits ? named : line)\n\(NoticeText.linkMark)"
  }

  package var subject: String { head }

  package var mail: String { "\(business): \(line)\n\n\(NoticeText.linkMark)" }

  /// It names nobody.
  package func push(isThin: Bool) -> (title: String, text: String) {
    (head, "\(business): \(line)\n\(NoticeText.linkMark)")
  }

  private var line: String {
    language.say(
      de: "\(head) seit \(since). Bitte ansehen:", fr: "\(head) depuis \(since). À consulter:",
      it: "\(head) dalle \(since). Da consultare:", en: "\(head) since \(since). Please look:")
  }

  private var head: String {
    let isOne = count == 1
    switch budget {
    case .urgent:
      return language.say(
        de: isOne ? "DRINGEND: 1 weitere dringende Anfrage" : "DRINGEND: \(count) weitere dringende Anfragen",
        fr: isOne ? "URGENT: 1 autre demande urgente" : "URGENT: \(count) autres demandes urgentes",
        it: isOne ? "URGENTE: 1 altra richiesta urgente" : "URGENTE: \(count) altre richieste urgenti",
        en: isOne ? "URGENT: 1 more urgent request" : "URGENT: \(count) more urgent requests")
    case .caller:
      return language.say(
        de: isOne ? "1 weitere Anfrage" : "\(count) weitere Anfragen",
        fr: isOne ? "1 autre demande" : "\(count) autres demandes",
        it: isOne ? "1 altra richiesta" : "\(count) altre richieste",
        en: isOne ? "1 more request" : "\(count) more requests")
    case .visitor, .stranger:
      return language.say(
        de: isOne ? "1 weitere Anfrage über das Formular" : "\(count) weitere Anfragen über das Formular",
        fr: isOne ? "1 autre demande par le formulaire" : "\(count) autres demandes par le formulaire",
        it: isOne ? "1 altra richiesta dal modulo" : "\(count) altre richieste dal modulo",
        en: isOne ? "1 more request through the form" : "\(count) more requests through the form")
    }
  }
}

/// The words of a request that stands for many calls whose number was withheld.
/// - Parameter count: calls beside the request's own, at least 1.
package func foldedCallsText(_ count: Int, language: Language) -> String {
  switch language {
  case .de:
    count == 1
      ? "1 weiterer Anruf mit unterdrückter Nummer" : "\(count) weitere Anrufe mit unterdrückter Nummer"
  case .fr:
    count == 1 ? "1 autre appel avec numéro masqué" : "\(count) autres appels avec numéro masqué"
  case .it:
    count == 1 ? "1 altra chiamata con numero nascosto" : "\(count) altre chiamate con numero nascosto"
  case .en:
    count == 1 ? "1 more call with a withheld number" : "\(count) more calls with a withheld number"
  }
}
