// LineTextTests.swift - what the tenant's people read of their line.

import Business
import LocalTime
import Testing

struct LineTextTests {
  private static let since = TimeZoneRules.utc.local(Timestamp(milliseconds: 1_771_000_000_000))
  private static let troubles: [LineText.Trouble] = [
    .silent(since: since, expected: 12), .mailbox(count: 14, afterSeconds: 17, number: "043 443 52 00"),
    .notForwarded(number: "043 443 52 00"),
  ]

  @Test(arguments: Language.allCases)
  func `each is two segments at most, in the GSM alphabet`(language: Language) {
    for trouble in Self.troubles {
      for business in ["Dörfler AG", "Côté Jardin", String(repeating: "Schreinerei ", count: 20)] {
        let text = LineText(business: business, trouble: trouble, language: language)
        let sms = SMSText(text.sms(linkLength: 60))
        #expect(sms.segments <= 2 && sms.encoding == .gsm7, "\(sms)")
        #expect(text.mail.hasPrefix(business) && !text.subject.isEmpty)
      }
    }
  }
}
