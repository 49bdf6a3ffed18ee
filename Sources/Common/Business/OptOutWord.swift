// OptOutWord.swift - the words by which somebody refuses our messages, or asks for them again.
//
// What Twilio says (`OptOutType`) goes first: it knows which words the account has taught it, and has answered.
// Twilio's own words (Twilio reference, section 4) block or unblock the number at Twilio. Ours are the words of the
// four languages, whatever the tenant's language is; Twilio does not know them. Nobody who asks for silence is
// answered. Only a whole message is a word: "Stop bitte" is a reply.

/// What an opt-out word asks for.
package enum OptOutAction: String, Hashable, Sendable {
  /// No more messages.
  case stop
  /// Messages again.
  case start
  /// HELP or INFO: a request like any other, but Twilio has answered it.
  case help
}

package enum OptOutWord {
  /// nil when the message is no such word, and so an ordinary reply.
  /// - Parameter type: `OptOutType` as Twilio sends it, where Advanced Opt-Out is on; anything unknown says nothing.
  package static func classify(_ body: String, type: String? = nil, language: Language) -> OptOutAction? {
    if let type, let said = OptOutAction(rawValue: ReplyText.visible(type).lowercased()) { return said }

    let word = ReplyText.core(of: body).uppercased()
    if stop.contains(word) || (stopIn[language] ?? []).contains(word) { return .stop }
    if start.contains(word) { return .start }
    // Twilio's words that are ordinary speech hold only as Twilio takes them, without punctuation: "Yes!" and "Info?"
    // are replies.
    switch ReplyText.visible(body).uppercased() {
    case "YES": return .start
    case "HELP", "INFO": return .help
    default: return nil
    }
  }

  private static let stop: Set<String> = [
    "STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL",
    "STOPP", "STOP SMS", "STOPP SMS", "SMS STOP", "SMS STOPP", "STOP ALL", "OPT OUT", "OPT-OUT",
    "ABMELDEN", "ABMELDUNG", "ABBESTELLEN", "AUSTRAGEN", "KEINE SMS", "KEINE SMS MEHR",
    "ARRET", "ARRÊT", "ARRETER", "ARRÊTER", "ARRETEZ", "ARRÊTEZ", "DESABONNER", "DÉSABONNER",
    "DESABONNEMENT", "DÉSABONNEMENT", "DESINSCRIRE", "DÉSINSCRIRE", "DESINSCRIPTION", "DÉSINSCRIPTION",
    "FERMA", "FERMARE", "CANCELLA", "CANCELLAMI", "DISISCRIVI", "DISISCRIVIMI", "DISISCRIVERE",
    "DISATTIVA",
  ]

  /// Words that are ordinary speech in another language ("basta" is said in German too).
  private static let stopIn: [Language: Set<String>] = [.it: ["BASTA"], .fr: ["FIN"]]

  private static let start: Set<String> = [
    "START", "UNSTOP",
    "STARTEN", "ANMELDEN", "ANMELDUNG", "REABONNER", "RÉABONNER", "REINSCRIRE", "RÉINSCRIRE",
    "ISCRIVI", "ISCRIVIMI", "RIATTIVA", "SUBSCRIBE",
  ]
}
