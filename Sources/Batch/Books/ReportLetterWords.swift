// ReportLetterWords.swift - what the monthly mail says; the figures have the names they have on the desk.

import Business
import LocalTime
import Pages

extension ReportWords {
  /// What a figure is measured in.
  enum Unit {
    case count
    case percent
    /// Tenths of minutes.
    case minutes
    /// Hundredths of the currency's unit.
    case money(String)
  }

  /// The words of the page of figures.
  var desk: InboxWords { InboxWords(language: language) }

  func line(_ label: String, _ value: String) -> String {
    label + language.say(de: ": ", fr: "\u{00A0}: ", it: ": ", en: ": ") + value
  }

  /// `12`, `83 %`, `4.5 min`, `480.00 CHF`; a dash where there is nothing.
  func said(_ value: Int?, in unit: Unit) -> String {
    guard let value else { return "–" }
    switch unit {
    case .count: return String(value)
    case .percent: return "\(value)\u{00A0}%"
    case .minutes: return "\(Minutes.text(tenths: value))\u{00A0}min"
    case .money(let currency): return "\(Money.text(value)) \(currency)"
    }
  }

  /// More, less or the same as the month before; a month without a value is not compared.
  func compared(_ now: Int?, _ before: Int?, in unit: Unit) -> String {
    let last = said(before, in: unit)
    guard let now, let before else {
      return line(
        language.say(de: "Vormonat", fr: "mois précédent", it: "mese precedente", en: "month before"), last)
    }
    guard now != before else {
      return language.say(
        de: "gleich wie im Vormonat", fr: "comme le mois précédent", it: "come il mese precedente",
        en: "the same as the month before")
    }
    let difference = difference(abs(now - before), in: unit)
    let fewer = if case .count = unit { "fewer" } else { "less" }
    return now > before
      ? language.say(
        de: "\(difference) mehr als im Vormonat (\(last))",
        fr: "\(difference) de plus que le mois précédent (\(last))",
        it: "\(difference) in più del mese precedente (\(last))",
        en: "\(difference) more than the month before (\(last))")
      : language.say(
        de: "\(difference) weniger als im Vormonat (\(last))",
        fr: "\(difference) de moins que le mois précédent (\(last))",
        it: "\(difference) in meno del mese precedente (\(last))",
        en: "\(difference) \(fewer) than the month before (\(last))")
  }

  private func difference(_ value: Int, in unit: Unit) -> String {
    guard case .percent = unit else { return said(value, in: unit) }
    return "\(value) "
      + language.say(
        de: value == 1 ? "Prozentpunkt" : "Prozentpunkte", fr: value == 1 ? "point" : "points",
        it: value == 1 ? "punto" : "punti", en: value == 1 ? "percentage point" : "percentage points")
  }

  func share(_ whole: String, _ rate: Rate) -> String {
    line(
      language.say(de: "Anteil", fr: "part", it: "quota", en: "share") + " " + whole,
      said(rate.percent, in: .percent))
  }

  var ofCalls: String {
    language.say(de: "der Anrufe", fr: "des appels", it: "delle chiamate", en: "of calls")
  }

  var ofTexts: String { language.say(de: "der SMS", fr: "des SMS", it: "degli SMS", en: "of texts") }

  var ofMissed: String {
    language.say(
      de: "der verpassten Anrufe", fr: "des appels manqués", it: "delle chiamate perse",
      en: "of missed calls")
  }

  var calls: String { language.say(de: "Anrufe", fr: "Appels", it: "Chiamate", en: "Calls") }

  var within60Seconds: String {
    language.say(
      de: "SMS innert 60 Sekunden", fr: "SMS en moins de 60 secondes", it: "SMS entro 60 secondi",
      en: "Texts within 60 seconds")
  }

  var median: String { language.say(de: "Median", fr: "médiane", it: "mediana", en: "median") }

  var neverHandled: String {
    language.say(
      de: "Verpasst, und niemand hat sich gekümmert", fr: "Manqués, sans que personne s’en occupe",
      it: "Perse, e nessuno se ne è occupato", en: "Missed, and nobody saw to it")
  }

  var costLabel: String {
    language.say(
      de: "Kosten bei Twilio", fr: "Coûts chez Twilio", it: "Costi presso Twilio", en: "Cost at Twilio")
  }

  func comparedWith(_ this: String, _ last: String) -> String {
    language.say(
      de: "\(this), verglichen mit \(last).", fr: "\(this), comparé à \(last).",
      it: "\(this), a confronto con \(last).", en: "\(this), compared with \(last).")
  }

  func nothingToCompare(_ this: String) -> String {
    language.say(
      de: "\(this). Einen Vormonat zum Vergleichen gibt es noch nicht.",
      fr: "\(this). Il n’y a pas encore de mois précédent à comparer.",
      it: "\(this). Non c’è ancora un mese precedente da confrontare.",
      en: "\(this). There is no month before it to compare with yet.")
  }

  var noCalls: String {
    language.say(
      de: "In diesem Monat hat niemand angerufen.", fr: "Personne n’a appelé ce mois-là.",
      it: "In questo mese non ha chiamato nessuno.", en: "Nobody called in this month.")
  }

  func stillMissing(_ count: Int) -> String {
    missing(count) + ". "
      + language.say(
        de: "Die Kosten sind noch nicht vollständig; der Betreiber kann die Dateien später neu schreiben.",
        fr: "Les coûts ne sont pas encore complets ; l’exploitant peut réécrire les fichiers plus tard.",
        it: "I costi non sono ancora completi; il gestore può riscrivere i file più tardi.",
        en: "The cost is not complete yet; the operator can write the files again later.")
  }

  var filesHeading: String {
    language.say(de: "Dateien:", fr: "Fichiers\u{00A0}:", it: "File:", en: "Files:")
  }

  var tooLarge: String {
    language.say(
      de: "Zu gross für eine E-Mail, beim Betreiber erhältlich:",
      fr: "Trop grands pour un e-mail, disponibles auprès de l’exploitant\u{00A0}:",
      it: "Troppo grandi per un’e-mail, disponibili presso il gestore:",
      en: "Too large for an e-mail, to be had from the operator:")
  }
}
