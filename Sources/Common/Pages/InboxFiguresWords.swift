// InboxFiguresWords.swift - what the tenant's people read of their figures.

import Business
import LocalTime

extension InboxWords {
  var figuresHint: String {
    language.say(
      de:
        "Dieser Monat und die zwölf davor, gezählt wie im Monatsbericht: Antworten und Anfragen gehören zum Monat des Anrufs.",
      fr:
        "Ce mois-ci et les douze précédents, comptés comme dans le rapport mensuel : réponses et demandes appartiennent au mois de l’appel.",
      it:
        "Questo mese e i dodici precedenti, contati come nel rapporto mensile: risposte e richieste appartengono al mese della chiamata.",
      en:
        "This month and the twelve before, counted as in the monthly report: replies and requests belong to the month of the call."
    )
  }

  func figuresAsOf(_ moment: String) -> String {
    language.say(
      de: "Laufender Monat: Stand \(moment).", fr: "Mois en cours : état \(moment).",
      it: "Mese in corso: stato \(moment).", en: "Month under way: as of \(moment).")
  }

  var missedAndTexted: String {
    language.say(
      de: "Verpasste Anrufe und SMS", fr: "Appels manqués et SMS", it: "Chiamate perse e SMS",
      en: "Missed calls and texts")
  }

  package var missedColumn: String { language.say(de: "Verpasst", fr: "Manqués", it: "Perse", en: "Missed") }

  package var textedColumn: String {
    language.say(de: "SMS gesendet", fr: "SMS envoyés", it: "SMS inviati", en: "Texts sent")
  }

  var repliesAndRequests: String {
    language.say(
      de: "Antworten und Anfragen", fr: "Réponses et demandes", it: "Risposte e richieste",
      en: "Replies and requests")
  }

  package var repliedColumn: String {
    language.say(de: "Antworten", fr: "Réponses", it: "Risposte", en: "Replies")
  }

  package var requestsColumn: String {
    language.say(de: "Anfragen", fr: "Demandes", it: "Richieste", en: "Requests")
  }

  package var promisesKept: String {
    language.say(
      de: "Gehaltene Versprechen", fr: "Promesses tenues", it: "Promesse mantenute", en: "Promises kept")
  }

  var keptColumn: String { language.say(de: "Gehalten", fr: "Tenues", it: "Mantenute", en: "Kept") }

  package func keptOf(_ kept: Int, _ promises: Int) -> String {
    language.say(
      de: "\(kept) von \(promises)", fr: "\(kept) sur \(promises)", it: "\(kept) su \(promises)",
      en: "\(kept) of \(promises)")
  }

  var shareColumn: String { language.say(de: "Anteil", fr: "Part", it: "Quota", en: "Share") }

  package var minutesToPerson: String {
    language.say(
      de: "Bis sich jemand meldet", fr: "Jusqu’à la réponse d’une personne",
      it: "Fino alla risposta di una persona", en: "Until a person answers")
  }

  var minutesColumn: String {
    language.say(
      de: "Minuten (Median)", fr: "Minutes (médiane)", it: "Minuti (mediana)", en: "Minutes (median)")
  }

  package var jobsWon: String {
    language.say(de: "Gewonnene Aufträge", fr: "Mandats obtenus", it: "Lavori ottenuti", en: "Jobs won")
  }

  var jobsColumn: String { language.say(de: "Aufträge", fr: "Mandats", it: "Lavori", en: "Jobs") }

  package var jobsWorth: String {
    language.say(
      de: "Wert der gewonnenen Aufträge", fr: "Valeur des mandats obtenus", it: "Valore dei lavori ottenuti",
      en: "Worth of the jobs won")
  }

  func worthIn(_ currency: String) -> String {
    language.say(
      de: "Wert in \(currency)", fr: "Valeur en \(currency)", it: "Valore in \(currency)",
      en: "Worth in \(currency)")
  }

  var callsByHour: String {
    language.say(
      de: "Anrufe nach Wochentag und Stunde", fr: "Appels par jour et par heure",
      it: "Chiamate per giorno e ora", en: "Calls by weekday and hour")
  }

  var monthColumn: String { language.say(de: "Monat", fr: "Mois", it: "Mese", en: "Month") }

  var hourColumn: String { language.say(de: "Uhr", fr: "h", it: "ora", en: "from") }

  /// - Parameter most: the highest and its month; nil where there is none.
  func monthsInWords(this: String, last: String, most: (value: String, month: String)?) -> String {
    let months = language.say(
      de: "Dieser Monat: \(this). Vormonat: \(last).", fr: "Ce mois-ci : \(this). Mois précédent : \(last).",
      it: "Questo mese: \(this). Mese precedente: \(last).", en: "This month: \(this). Last month: \(last).")
    guard let most else { return months }
    return months + " "
      + language.say(
        de: "Höchster Wert: \(most.value) (\(most.month)).", fr: "Maximum : \(most.value) (\(most.month)).",
        it: "Massimo: \(most.value) (\(most.month)).", en: "Highest: \(most.value) (\(most.month)).")
  }

  func busiest(_ day: String, hour: Int, calls: Int) -> String {
    language.say(
      de: "Am meisten: \(day) von \(hour) bis \(hour + 1) Uhr, \(calls) Anrufe.",
      fr: "Le plus : \(day) de \(hour) h à \(hour + 1) h, \(calls) appels.",
      it: "Di più: \(day) dalle \(hour) alle \(hour + 1), \(calls) chiamate.",
      en: "Busiest: \(day) from \(hour) to \(hour + 1) o’clock, \(calls) calls.")
  }

  /// `Nov. 2026`.
  package func month(_ month: CivilMonth) -> String {
    let names = language.say(
      de: "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
      fr: "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
      it: "gen feb mar apr mag giu lug ago set ott nov dic",
      en: "Jan Feb Mar Apr May June July Aug Sept Oct Nov Dec")
    return "\(names.split(separator: " ")[month.month - 1]) \(month.year)"
  }

  /// From Monday on.
  var weekdays: [String] {
    language.say(
      de: "Mo Di Mi Do Fr Sa So", fr: "lun mar mer jeu ven sam dim", it: "lun mar mer gio ven sab dom",
      en: "Mon Tue Wed Thu Fri Sat Sun"
    ).split(separator: " ").map(String.init)
  }
}
