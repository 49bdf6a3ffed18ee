// ReplyTests.swift - what is a 1, a 2 or a 3, what is free text, and which words refuse our messages.

import Rules
import Testing

struct ReplyTests {
  @Test(arguments: [
    "1", " 1 ", "1\n", "\r\n1\t", "1.", "1!", "1)", "1…", "1...", "\"1\"", "'1'", "«1»", "»1«", "‹1›", "„1“",
    "“1”", "‚1‘", "’1’", "`1`", "„1“.", "«1.»", "１", "１．", "1\u{FE0F}\u{20E3}", "1\u{20E3}", "\u{FEFF}1",
    "1\u{200B}", "\u{200E}1\u{200F}", "\u{A0}1\u{202F}", "1;", "1:", "1,", "1?", "「1」", "1\u{FE0F}\u{20E3} !",
  ])
  func `a reply of 1 in any dress is urgent`(body: String) {
    #expect(Reply(body: body) == .urgent)
  }

  @Test func `2 and 3 are callback and wizard`() {
    #expect(Reply(body: "2.") == .callback)
    #expect(Reply(body: "2️⃣") == .callback)
    #expect(Reply(body: "３") == .wizard)
    #expect(Reply(body: "3️⃣") == .wizard)
  }

  @Test(arguments: [
    "1 bitte", "11", "1 1", "12", "0", "4", "-1", "+1", "1/2", "1 oder 2", "eins", "Option 1", "(1)", ".1",
    "#1", "1️⃣2️⃣", "Rohrbruch im Keller!", "①", "¹",
  ])
  func `anything else is free text, as it was written`(body: String) {
    #expect(Reply(body: body) == .freeText(body))
  }

  @Test func `free text loses the white space around it and nothing else`() {
    #expect(Reply(body: "  «Wasser läuft.»\n") == .freeText("«Wasser läuft.»"))
    #expect(Reply(body: "\u{FEFF}Bitte \u{2764}\u{FE0F}\u{200B} ") == .freeText("Bitte \u{2764}\u{FE0F}"))
    #expect(Reply(body: "!") == .freeText("!"))
  }

  @Test(arguments: ["", " ", "\n\u{200B}"])
  func `a message of pictures only is empty free text`(body: String) {
    #expect(Reply(body: body) == .freeText(""))
  }
}

struct OptOutWordTests {
  @Test(arguments: Language.allCases)
  func `Twilio's own words are answered by Twilio`(language: Language) {
    for word in [
      "STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL", "Stop", " stop\n",
    ] {
      let action = OptOutWord.classify(word, language: language)
      #expect(action == .optOut(answeredByTwilio: true), "\(word)")
    }
    for word in ["START", "YES", "UNSTOP", "start", "Yes "] {
      #expect(OptOutWord.classify(word, language: language) == .optIn(answeredByTwilio: true), "\(word)")
    }
    for word in ["HELP", "INFO", "help"] {
      #expect(OptOutWord.classify(word, language: language) == .help, "\(word)")
    }
  }

  @Test(arguments: Language.allCases)
  func `our words hold in every language and are answered by us`(language: Language) {
    for word in [
      "STOPP", "Stopp!", "Abmelden", "abbestellen", "ARRET", "arrêt", "arre\u{302}t", "Désabonner",
      "desabonner", "FERMA", "Cancella", "disiscrivi", "Stop.", "«STOP»", "stop sms",
    ] {
      let action = OptOutWord.classify(word, language: language)
      #expect(action == .optOut(answeredByTwilio: false), "\(word)")
    }
    for word in ["Anmelden", "Start!", "réabonner", "ISCRIVI"] {
      let action = OptOutWord.classify(word, language: language)
      #expect(action == .optIn(answeredByTwilio: false), "\(word)")
    }
  }

  @Test func `a word of ordinary speech counts in its own language only`() {
    #expect(OptOutWord.classify("basta", language: .it) == .optOut(answeredByTwilio: false))
    #expect(OptOutWord.classify("basta", language: .de) == nil)
  }

  @Test(arguments: [
    "", "1", "stop bitte", "Please stop", "Stop the water", "Yes!", "Info?", "ja", "oui", "Help!",
    "stoppen Sie das Leck", "Ende", "nicht abmelden",
  ])
  func `other messages are no such word`(body: String) {
    for language in Language.allCases { #expect(OptOutWord.classify(body, language: language) == nil) }
  }
}
