// LineText.swift - what the tenant's people read when something is wrong with their line. Four languages.

import LocalTime

package struct LineText: PeopleText, Sendable {
  package enum Trouble: Hashable, Sendable {
    /// No call since then, where so many would have been usual.
    case silent(since: LocalDateTime, expected: Int)
    /// Our check call to this number has not come back.
    case notForwarded(number: String)
    /// A mailbox has taken so many calls, after so many seconds of ringing, at this number.
    case mailbox(count: Int, afterSeconds: Int, number: String)
  }

  package var business: String
  package var trouble: Trouble
  package var language: Language

  package init(business: String, trouble: Trouble, language: Language) {
    self.business = business
    self.trouble = trouble
    self.language = language
  }

  /// At most two segments; a name that leaves no room gives way.
  package func sms(linkLength: Int) -> String {
    let named = BaseLetters.written("\(business): \(line)")
    return SMSText(named).segments <= MessageTemplate.maximumSegments ? named : BaseLetters.written(line)
  }

  package var mail: String { "\(business): \(line)" }

  /// Names nobody but the business itself.
  package func push(isThin: Bool) -> (title: String, text: String) { (subject, mail) }

  package var subject: String {
    switch trouble {
    case .notForwarded:
      language.say(
        de: "Die Rufumleitung geht nicht", fr: "La déviation des appels ne marche pas",
        it: "La deviazione delle chiamate non funziona", en: "Calls are not forwarded")
    case .silent:
      language.say(
        de: "Es kommen keine Anrufe mehr", fr: "Plus aucun appel n'arrive", it: "Non arrivano più chiamate",
        en: "No calls come in")
    case .mailbox:
      language.say(
        de: "Eine Mailbox nimmt Anrufe an", fr: "Une messagerie vocale prend des appels",
        it: "Una segreteria risponde alle chiamate", en: "A mailbox takes calls")
    }
  }

  private var line: String {
    switch trouble {
    case .notForwarded(let number):
      return language.say(
        de:
          "Unser Testanruf auf \(number) wurde nicht zu uns umgeleitet: Von Anrufen, die niemand annimmt, erfahren wir nichts. Bitte die Umleitung neu einschalten.",
        fr:
          "Notre appel d'essai au \(number) n'a pas été dévié vers nous: nous n'apprenons rien des appels que personne ne prend. Réactivez la déviation.",
        it:
          "La nostra chiamata di prova al \(number) non è stata deviata a noi: non sappiamo nulla delle chiamate a cui nessuno risponde. Riattivate la deviazione.",
        en:
          "Our test call to \(number) was not forwarded to us: we do not learn of calls that nobody takes. Please switch the forwarding on again."
      )
    case .silent(let since, let expected):
      let since = "\(dayText(since.date, language: language)) \(since.clock)"
      return language.say(
        de:
          "Seit \(since) kam kein Anruf mehr an, üblich wären etwa \(expected). Bitte rufen Sie Ihre eigene Nummer an: Läutet es nicht, ist die Leitung oder die Umleitung gestört.",
        fr:
          "Aucun appel depuis \(since), environ \(expected) seraient habituels. Appelez votre propre numéro: si rien ne sonne, la ligne ou la déviation est en panne.",
        it:
          "Nessuna chiamata da \(since), di solito sarebbero circa \(expected). Chiamate il vostro numero: se non squilla, la linea o la deviazione è guasta.",
        en:
          "No call has come since \(since), about \(expected) would be usual. Please call your own number: if nothing rings, the line or the forwarding is broken."
      )
    case .mailbox(let count, let seconds, let number):
      return language.say(
        de:
          "In zwei Wochen hat eine Mailbox \(count) Anrufe nach etwa \(seconds) Sekunden angenommen; diese Anrufer bekamen keine SMS. Bitte schalten Sie die Mailbox von \(number) aus.",
        fr:
          "En deux semaines, une messagerie vocale a pris \(count) appels après environ \(seconds) secondes; ces personnes n'ont reçu aucun SMS. Désactivez celle du \(number).",
        it:
          "In due settimane una segreteria ha risposto a \(count) chiamate dopo circa \(seconds) secondi; a queste persone non è arrivato alcun SMS. Disattivate quella di \(number).",
        en:
          "In two weeks a mailbox has taken \(count) calls after about \(seconds) seconds; these callers got no SMS. Please switch off the mailbox of \(number)."
      )
    }
  }
}
