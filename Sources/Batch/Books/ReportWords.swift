// ReportWords.swift - what a report says in a tenant's language: the booking line, the e-mail.

import Business
import LocalTime

package struct ReportWords {
  private let language: Language

  package init(_ language: Language) { self.language = language }

  private func pick(_ de: String, _ fr: String, _ it: String, _ en: String) -> String {
    switch language {
    case .de: de
    case .fr: fr
    case .it: it
    case .en: en
    }
  }

  /// The description of a booking line: `Twilio 2026-02: 412 SMS 31.6828 / 3 Lookups 0.024`. Without
  /// a comma or a semicolon: not every importer understands quotes.
  func booking(_ figures: TenantMonth, _ charge: TenantMonth.Charge) -> String {
    var parts = ["\(charge.smsCount) SMS \(charge.sms.text)"]
    if charge.lookupCount > 0 { parts.append("\(charge.lookupCount) Lookups \(charge.lookups.text)") }
    if charge.callCount > 0 {
      parts.append(
        "\(charge.callCount) \(pick("Anrufe", "Appels", "Chiamate", "Calls")) \(charge.calls.text)")
    }
    if figures.missingPrices > 0 { parts.append(missing(figures.missingPrices)) }
    return "Twilio \(figures.month.iso8601): \(parts.joined(separator: " / "))"
  }

  private func missing(_ count: Int) -> String {
    pick("fehlende Preise", "prix manquants", "prezzi mancanti", "prices missing") + ": \(count)"
  }

  func subject(_ figures: TenantMonth) -> String {
    pick("Verpasste Anrufe", "Appels manqués", "Chiamate perse", "Missed calls")
      + " \(figures.month.iso8601): \(figures.tenant.name)"
  }

  /// The e-mail with the files.
  /// - Parameter leftOut: names of files that are too large to come along.
  package func text(_ figures: TenantMonth, attached: [String], leftOut: [String]) -> String {
    let charges = figures.charges.map { "\($0.amount.text) \($0.currency)" }
    let cost =
      charges.isEmpty
      ? (figures.missingPrices > 0 ? "?" : Amount.zero.text) : charges.joined(separator: " + ")
    var lines = [
      "\(figures.tenant.name), \(figures.month.iso8601)", "",
      "\(pick("Anrufe", "Appels", "Chiamate", "Calls")): \(figures.callCount)",
      "\(pick("Verpasst", "Manqués", "Perse", "Missed")): \(figures.missedCount)",
      "\(pick("SMS an Anrufer", "SMS aux appelants", "SMS ai chiamanti", "SMS to callers")): \(figures.sms.accepted)",
      "\(pick("Antworten", "Réponses", "Risposte", "Replies")): \(figures.sms.replies)",
      pick(
        "Anfragen aus verpassten Anrufen", "Demandes issues d’appels manqués",
        "Richieste da chiamate perse", "Requests out of missed calls") + ": \(figures.ticketCount)",
      "\(pick("Kosten bei Twilio", "Coûts chez Twilio", "Costi presso Twilio", "Cost at Twilio")): \(cost)",
    ]
    if figures.missingPrices > 0 { lines += ["", stillMissing(figures.missingPrices)] }
    lines += ["", pick("Dateien:", "Fichiers :", "File:", "Files:")] + attached.map { "- \($0)" }
    if !leftOut.isEmpty {
      lines +=
        [
          "",
          pick(
            "Zu gross für eine E-Mail, beim Betreiber erhältlich:",
            "Trop grands pour un e-mail, disponibles auprès de l’exploitant :",
            "Troppo grandi per un’e-mail, disponibili presso il gestore:",
            "Too large for an e-mail, to be had from the operator:"),
        ] + leftOut.map { "- \($0)" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func stillMissing(_ count: Int) -> String {
    missing(count) + ". "
      + pick(
        "Die Kosten sind noch nicht vollständig; der Betreiber kann die Dateien später neu schreiben.",
        "Les coûts ne sont pas encore complets ; l’exploitant peut réécrire les fichiers plus tard.",
        "I costi non sono ancora completi; il gestore può riscrivere i file più tardi.",
        "The cost is not complete yet; the operator can write the files again later.")
  }
}
