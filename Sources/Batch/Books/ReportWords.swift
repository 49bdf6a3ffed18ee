// ReportWords.swift - what a report says in a tenant's language: the booking line, the mail's subject.

import Business
import LocalTime

struct ReportWords {
  let language: Language

  init(_ language: Language) { self.language = language }

  /// The description of a booking line: `Twilio 2026-02: 412 SMS 31.6828 / 3 Lookups 0.024`. Without
  /// a comma or a semicolon: not every importer understands quotes.
  func booking(_ figures: TenantMonth, _ charge: TenantMonth.Charge) -> String {
    var parts = ["\(charge.smsCount) SMS \(charge.sms.text)"]
    if charge.lookupCount > 0 { parts.append("\(charge.lookupCount) Lookups \(charge.lookups.text)") }
    if charge.callCount > 0 {
      parts.append("\(charge.callCount) \(calls) \(charge.calls.text)")
    }
    if figures.missingPrices > 0 { parts.append(missing(figures.missingPrices)) }
    return "Twilio \(figures.month.iso8601): \(parts.joined(separator: " / "))"
  }

  func missing(_ count: Int) -> String {
    language.say(
      de: "fehlende Preise", fr: "prix manquants", it: "prezzi mancanti", en: "prices missing")
      + ": \(count)"
  }

  func subject(_ figures: TenantMonth) -> String {
    language.say(
      de: "Verpasste Anrufe", fr: "Appels manqués", it: "Chiamate perse", en: "Missed calls")
      + " \(figures.month.iso8601): \(figures.tenant.name)"
  }
}
