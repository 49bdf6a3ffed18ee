// StaffAnswerTests.swift - what the tenant's people answer to a notice, and what they are told.

import Business
import Testing

struct StaffAnswerTests {
  @Test func `one word takes a request or ends it, in every language`() {
    for body in [
      "1", "1.", "(1)", "ok", "OK!", "Okay", "ja", "Ja.", "oui", "sì", "si", "Si\u{300}", "yes", "１",
    ] {
      #expect(StaffAnswer(body: body) == .take, "\(body)")
    }
    for body in ["2", "erledigt", "Erledigt.", "FAIT", "fatto", "done", "\u{200B}done"] {
      #expect(StaffAnswer(body: body) == .finish, "\(body)")
    }
    for body in ["ok morgen", "3", "nein", "Erledigt bis auf den Boiler", ""] {
      #expect(StaffAnswer(body: body) == .note(body), "\(body)")
    }
  }

  @Test(arguments: Language.allCases)
  func `what was done is said in one SMS, whatever the names are`(language: Language) {
    let outcomes: [StaffOutcome] = [
      .taken, .alreadyYours, .takenBy("079 666 00 01"), .done, .alreadyDone, .noted, .noRequest,
    ]
    for outcome in outcomes {
      let text = outcome.sms(business: "Dörfler AG", phone: "079 123 45 67", language: language)
      #expect(text.segments == 1 && text.encoding == .gsm7, "\(text.body)")
      #expect(text.body.hasPrefix("Dörfler AG: "))
      #expect(text.body.contains("079 123 45 67") || outcome == .noRequest)
    }
    let long = StaffOutcome.takenBy("anna@example.ch")
      .sms(business: String(repeating: "Łódź ", count: 90), phone: "079 123 45 67", language: language)
    #expect(long.segments <= 2 && long.body.contains("anna@example.ch"))
  }
}
