// Language.swift - the four languages a caller or a tenant can read.

/// ISO 639-1 code of a tenant's language.
package enum Language: String, CaseIterable, Sendable {
  case de, fr, it, en

  /// The value of TwiML's `<Say language>`.
  package var sayLanguage: String {
    switch self {
    case .de: "de-DE"
    case .fr: "fr-FR"
    case .it: "it-IT"
    case .en: "en-GB"
    }
  }

  /// The same sentence in four languages; the compiler sees to it that none is missing.
  package func say(de: String, fr: String, it: String, en: String) -> String {
    switch self {
    case .de: de
    case .fr: fr
    case .it: it
    case .en: en
    }
  }
}
