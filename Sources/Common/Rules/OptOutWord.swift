// OptOutWord.swift - the words by which a caller refuses our messages, or asks for them again.
//
// Twilio's own words (Twilio reference, section 4) block or unblock the number at Twilio, which answers
// them by itself in English. Ours are the words of the four languages, whatever the tenant's language is;
// Twilio does not know them. Nobody who asks for silence is answered. Only a whole message is a word: "Stop
// bitte" is a reply.

/// What an opt-out word asks for.
public enum OptOutAction: Hashable, Sendable {
  /// No more messages. `answeredByTwilio`: Twilio knows the word, blocks the pair of numbers and confirms it.
  case optOut(answeredByTwilio: Bool)
  /// Messages again.
  case optIn(answeredByTwilio: Bool)
  /// HELP or INFO: Twilio answers with its standard text. Neither a ticket nor an answer of ours.
  case help
}

public enum OptOutWord {
  /// nil when the message is no such word, and so an ordinary reply.
  public static func classify(_ body: String, language: Language) -> OptOutAction? {
    // Twilio compares the message as it is but for white space and case.
    let exact = ReplyText.trimmed(body).uppercased()
    if twilioStop.contains(exact) { return .optOut(answeredByTwilio: true) }
    if twilioStart.contains(exact) { return .optIn(answeredByTwilio: true) }
    if twilioHelp.contains(exact) { return .help }

    // "Stop." and «STOPP!» are as clear a refusal, but whether Twilio took it is unknown: we answer.
    let word = ReplyText.core(of: body).uppercased()
    if twilioStop.contains(word) || stop.contains(word) || (stopIn[language] ?? []).contains(word) {
      return .optOut(answeredByTwilio: false)
    }
    // Not YES and not INFO with punctuation: "Yes!" and "Info?" are ordinary speech.
    if word == "START" || word == "UNSTOP" || start.contains(word) {
      return .optIn(answeredByTwilio: false)
    }
    return nil
  }

  private static let twilioStop: Set<String> = [
    "STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL",
  ]
  private static let twilioStart: Set<String> = ["START", "YES", "UNSTOP"]
  private static let twilioHelp: Set<String> = ["HELP", "INFO"]

  private static let stop: Set<String> = [
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
    "STARTEN", "ANMELDEN", "ANMELDUNG", "REABONNER", "RÉABONNER", "REINSCRIRE", "RÉINSCRIRE",
    "ISCRIVI", "ISCRIVIMI", "RIATTIVA", "SUBSCRIBE",
  ]
}
