// OptOutWordTests.swift - which words, and which types of Twilio, refuse our messages or ask for them again.

import Business
import Testing

struct OptOutWordTests {
  @Test(arguments: Language.allCases)
  func `Twilio's own words are heard`(language: Language) {
    for word in [
      "STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL", "Stop", " stop\n",
    ] { #expect(OptOutWord.classify(word, language: language) == .stop, "\(word)") }
    for word in ["START", "YES", "UNSTOP", "start", "Yes "] {
      #expect(OptOutWord.classify(word, language: language) == .start, "\(word)")
    }
    for word in ["HELP", "INFO", "help", "Info", "\u{FEFF}info "] {
      #expect(OptOutWord.classify(word, language: language) == .help, "\(word)")
    }
  }

  @Test(arguments: Language.allCases)
  func `our words hold in every language`(language: Language) {
    for word in [
      "STOPP", "Stopp!", "Abmelden", "abbestellen", "ARRET", "arrêt", "arre\u{302}t", "Désabonner",
      "desabonner", "FERMA", "Cancella", "disiscrivi", "Stop.", "«STOP»", "stop sms", "(STOP)", "[stop]",
      ".stop",
    ] { #expect(OptOutWord.classify(word, language: language) == .stop, "\(word)") }
    for word in ["Anmelden", "Start!", "réabonner", "ISCRIVI"] {
      #expect(OptOutWord.classify(word, language: language) == .start, "\(word)")
    }
  }

  @Test func `a word of ordinary speech counts in its own language only`() {
    #expect(OptOutWord.classify("basta", language: .it) == .stop)
    #expect(OptOutWord.classify("basta", language: .de) == nil)
  }

  @Test(arguments: [
    "", "1", "stop bitte", "Please stop", "Stop the water", "Yes!", "Info?", "ja", "oui", "Help!",
    "stoppen Sie das Leck", "Ende", "nicht abmelden",
  ])
  func `other messages are no such word`(body: String) {
    for language in Language.allCases { #expect(OptOutWord.classify(body, language: language) == nil) }
  }

  @Test func `what Twilio says goes before the words, in any case`() {
    for body in ["NEIN DANKE", "1", "START", "STOP", "HELP", "", "Liked “x”"] {
      for (type, action) in [("STOP", OptOutAction.stop), ("START", .start), ("HELP", .help)] {
        for written in [
          type, type.lowercased(), " \(type)\n", type.prefix(1) + type.dropFirst().lowercased(),
        ] {
          #expect(OptOutWord.classify(body, type: written, language: .de) == action, "\(body) \(written)")
        }
      }
    }
  }

  @Test(arguments: ["", " ", "NONE", "stop start", "STOPP", "S T O P", "0", "\u{0}", "stop;", "Ｈ"])
  func `a type that Twilio does not send says nothing`(type: String) {
    #expect(OptOutWord.classify("1", type: type, language: .de) == nil)
    #expect(OptOutWord.classify("STOP", type: type, language: .de) == .stop)
    #expect(OptOutWord.classify("START", type: type, language: .de) == .start)
  }
}
