// PhoneNumberTests.swift - countries, numbering plans, and numbers as people type them.

import Business
import Testing

struct PhoneNumberTests {
  @Test(arguments: [
    "", "+", "41791234567", "+0417912345", "+4179123456a", "+41 791234567", "+1234567890123456", "+1",
    "+４１791234567", "++4179",
  ])
  func `what is not E.164 is no number`(text: String) { #expect(PhoneNumber(e164: text) == nil) }

  @Test(arguments: [
    // All of the Swiss plan.
    ("+41681234567", LineType.mobile), ("+41691234567", .mobile), ("+41721234567", .mobile),
    ("+41731234567", .mobile), ("+41751234567", .mobile), ("+41761234567", .mobile),
    ("+41771234567", .mobile), ("+41781234567", .mobile), ("+41791234567", .mobile),
    ("+41711234567", .landline), ("+41811234567", .landline), ("+41911234567", .landline),
    ("+41211234567", .landline), ("+41431234567", .landline), ("+41441234567", .landline),
    ("+41521234567", .landline), ("+41611234567", .landline), ("+41581234567", .landline),
    ("+41511234567", .landline), ("+41740123456", .excluded), ("+41741234567", .excluded),
    ("+41701234567", .excluded), ("+41231234567", .excluded), ("+41800123456", .excluded),
    ("+41840123456", .excluded), ("+41842123456", .excluded), ("+41848123456", .excluded),
    ("+41900123456", .excluded), ("+41901123456", .excluded), ("+41906123456", .excluded),
    ("+41878123456", .excluded), ("+41860791234567", .excluded), ("+4179123456", .excluded),
    ("+417912345678", .excluded), ("+41117", .excluded), ("+411414", .excluded), ("+41011234567", .excluded),
    // Liechtenstein
    ("+423660123456", .mobile), ("+4237912345", .mobile), ("+4232361234", .landline),
    ("+423697421234", .excluded), ("+4239001234", .excluded), ("+4238001234", .excluded),
    ("+423412345", .excluded), ("+4234123456", .excluded), ("+423612345678", .excluded),
    // Germany
    ("+4915112345678", .mobile), ("+491701234567", .mobile), ("+4917612345678", .mobile),
    ("+491621234567", .mobile), ("+49171131234567", .excluded), ("+493012345678", .landline),
    ("+498912345", .landline), ("+493221234567890", .landline), ("+498001234567", .excluded),
    ("+499001234567", .excluded), ("+491801234567", .excluded), ("+497001234567", .excluded),
    ("+4911833", .excluded), ("+491371234567", .excluded), ("+49110", .excluded), ("+49164123456", .excluded),
    ("+491511234567", .excluded), ("+4915412345678", .excluded), ("+4915410123456", .mobile),
    // Austria
    ("+436641234567", .mobile), ("+4367612345678", .mobile), ("+436991234567", .mobile),
    ("+436501234567", .mobile), ("+4311234567", .landline), ("+43662123456", .landline),
    ("+43512123456", .landline), ("+437201234567", .landline), ("+43800123456", .excluded),
    ("+43900123456", .excluded), ("+43930123456", .excluded), ("+436542123456", .landline),
    // France
    ("+33612345678", .mobile), ("+33712345678", .excluded), ("+33751234567", .mobile),
    ("+33142345678", .landline), ("+33912345678", .landline), ("+33800123456", .excluded),
    ("+33892123456", .excluded), ("+3361234567", .excluded), ("+33639123456", .excluded),
    ("+33692123456", .excluded), ("+33695123456", .mobile), ("+33638123456", .mobile),
    // Italy
    ("+393331234567", .mobile), ("+39335123456", .mobile), ("+390612345678", .landline),
    ("+390212345", .landline), ("+393933123456789", .excluded), ("+39800123456", .excluded),
    ("+39212345678", .excluded), ("+393012345678", .excluded), ("+394312345678", .mobile),
    ("+39899123456", .excluded), ("+39199123456", .excluded), ("+390669812345", .landline),
    // Others
    ("+447911123456", .unknown), ("+12125550123", .unknown), ("+4712345", .excluded),
    ("+18005550123", .excluded), ("+882161234567", .unknown),
  ])
  func `line type by numbering plan`(number: String, type: LineType) throws {
    #expect(try #require(PhoneNumber(e164: number)).lineType == type)
  }

  @Test(
    arguments: [
      ("+41791234567", "CH"), ("+4237912345", "LI"), ("+4915112345678", "DE"), ("+436641234567", "AT"),
      ("+33612345678", "FR"), ("+393331234567", "IT"), ("+390669812345", "VA"), ("+3780549123456", "SM"),
      ("+390549123456", "SM"), ("+12125550123", "US"), ("+14165550123", "CA"), ("+16045550123", "CA"),
      ("+17875550123", "PR"), ("+18765550123", "JM"), ("+18095550123", "DO"), ("+12425550123", "BS"),
      ("+78125550123", "RU"), ("+79161234567", "RU"), ("+77011234567", "KZ"), ("+442071234567", "GB"),
      ("+447911123456", "GG"), ("+447911223456", "GB"), ("+441481123456", "GG"), ("+447797123456", "JE"),
      ("+441534123456", "JE"), ("+441624123456", "IM"), ("+447924123456", "IM"), ("+4740123456", "NO"),
      ("+4779123456", "SJ"), ("+38344123456", "XK"), ("+212612345678", "MA"), ("+35818123456", "AX"),
      ("+59995123456", "CW"), ("+5993181234", "BQ"), ("+861012345678", "CN"), ("+85212345678", "HK"),
      ("+262692123456", "RE"), ("+262639123456", "YT"), ("+992123456789", "TJ"), ("+972541234567", "IL"),
      ("+18005550123", nil), ("+19005550123", nil), ("+13905550123", nil), ("+11235550123", nil),
      ("+12121550123", nil), ("+1212555012", nil), ("+882161234567", nil), ("+80012345678", nil),
      ("+999123456789", nil), ("+2101234567", nil), ("+384123456", nil), ("+71234567890", nil),
    ] as [(String, String?)])
  func `country by calling code`(number: String, country: String?) throws {
    #expect(try #require(PhoneNumber(e164: number)).country == country)
  }

  @Test(arguments: [
    ("079 123 45 67", "CH", "+41791234567"), ("0791234567", "CH", "+41791234567"),
    ("079/123.45-67", "CH", "+41791234567"), ("0041 79 123 45 67", "CH", "+41791234567"),
    ("+41 (0)79 123 45 67", "CH", "+41791234567"), ("+41 079 123 45 67", "CH", "+41791234567"),
    ("0041 (0) 79 1234567", "DE", "+41791234567"), ("791234567", "CH", "+41791234567"),
    ("079\u{A0}123\u{202F}45 67", "CH", "+41791234567"),
    ("\u{202A}+41 79 123 45 67\u{202C}", "CH", "+41791234567"), ("０７９１２３４５６７", "CH", "+41791234567"),
    ("(044) 333 44 55", "CH", "+41443334455"), ("791 23 45", "LI", "+4237912345"),
    ("0171 1234567", "DE", "+491711234567"), ("0664 1234567", "AT", "+436641234567"),
    ("06 12 34 56 78", "FR", "+33612345678"), ("333 1234567", "IT", "+393331234567"),
    ("06 12345678", "IT", "+390612345678"), ("+39 06 12345678", "CH", "+390612345678"),
    ("+44 7911 123456", "US", "+447911123456"), ("+423 791 23 45", "CH", "+4237912345"),
    ("02 1234 5678", "IT", "+390212345678"), ("06 698 12345", "VA", "+390669812345"),
    ("0549 123456", "SM", "+390549123456"), ("01 234 56 78", "AT", "+4312345678"),
    ("030 123456", "DE", "+4930123456"), ("01 42 34 56 78", "FR", "+33142345678"),
    ("236 12 34", "LI", "+4232361234"), ("0236 12 34", "LI", "+4232361234"),
    // In Liechtenstein a zero is that of a Swiss number.
    ("079 123 45 67", "LI", "+41791234567"), ("061 234 56 78", "LI", "+41612345678"),
    ("0660 123 456", "LI", "+423660123456"),
    // Mailboxes are the one number of Switzerland that is longer.
    ("086 079 123 45 67", "CH", "+41860791234567"),
    // A zero that a spreadsheet dropped
    ("1711234567", "DE", "+491711234567"), ("6641234567", "AT", "+436641234567"),
  ])
  func `typed numbers become E.164`(typed: String, country: String, e164: String) {
    #expect(PhoneNumber(userTyped: typed, defaultCountry: country)?.e164 == e164)
  }

  @Test(arguments: [
    "", "abc", "117", "0800", "123 45 67", "079 123 45 67 ext 3", "+", "00", "079+1234567",
    "079 123 45 67; DROP", "+0 79 123 45 67", "+41791234567890123", "079 123 45 67\u{0}",
  ])
  func `what is no number is refused`(typed: String) {
    #expect(PhoneNumber(userTyped: typed, defaultCountry: "CH") == nil)
  }

  @Test(
    arguments: [
      // The plus became a blank, or was left out.
      (" 41791234567", "CH", "+41791234567"), ("41791234567", "CH", "+41791234567"),
      (" 41791234567", "DE", "+41791234567"), ("41791234567", "FR", "+41791234567"),
      (" 447911123456", "DE", "+447911123456"), ("447911123456", "CH", "+447911123456"),
      ("491711234567", "DE", "+491711234567"), ("491711234567", "CH", "+491711234567"),
      ("4930123456", "DE", "+4930123456"), ("33612345678", "FR", "+33612345678"),
      ("393331234567", "IT", "+393331234567"), ("436641234567", "AT", "+436641234567"),
      ("4237912345", "LI", "+4237912345"), ("4237912345", "CH", "+4237912345"),
      ("%2B41791234567", "CH", "+41791234567"), ("+0041 79 123 45 67", "CH", "+41791234567"),
      // Links of pages and address books
      ("tel:+41791234567", "DE", "+41791234567"), ("tel:+41-79-123-45-67", "CH", "+41791234567"),
      ("TEL:+41.79.123.45.67;ext=12", "CH", "+41791234567"), ("tel:0791234567", "CH", "+41791234567"),
      ("tel:079-123-45-67;phone-context=+41", "DE", "+41791234567"), ("tel:%2B41%2079", "CH", nil),
      (" tel:+41%20(79)%20123%2045%2067", "CH", "+41791234567"),
      ("callto:0041791234567", "CH", "+41791234567"),
      ("+41791234567;ext=5", "CH", "+41791234567"),
      // Digits and blanks of other keyboards, and marks nobody sees
      ("＋４１　７９　１２３　４５　６７", "CH", "+41791234567"), ("٠٧٩١٢٣٤٥٦٧", "CH", "+41791234567"),
      ("0️⃣79 123 45 67", "CH", "+41791234567"),
      ("\u{2068}+41\u{2060}79\u{AD}123\u{200B}4567\u{2069}", "CH", "+41791234567"),
      ("079\u{2011}123\u{2212}45\u{2009}67", "CH", "+41791234567"),
      // A number of the country stays one, whatever its first digits.
      ("41 791 23 45", "CH", "+41417912345"), ("041 791 23 45", "CH", "+41417912345"),
      ("0041 791 23 45", "CH", nil), ("390 2123456", "IT", "+393902123456"), ("4312345678", "CH", nil),
      ("30 12345678", "DE", nil), ("30123456789", "DE", nil), ("7912345678", "CH", nil),
    ] as [(String, String, String?)])
  func `links, lost plus signs and foreign keyboards are understood`(
    typed: String, country: String, e164: String?
  ) {
    #expect(PhoneNumber(userTyped: typed, defaultCountry: country)?.e164 == e164)
  }

  @Test(arguments: [
    ("079 123 45 6", "CH"), ("079 123 45 678", "CH"), ("+41 79 123 45 6", "DE"), ("0041 79 123 45 678", "CH"),
    ("79123456", "CH"), ("06 12 34 56 7", "FR"), ("+33 6 12 34 56 789", "CH"), ("236 12 3", "LI"),
    ("+423 66 012 345", "LI"), ("0171 12345678901", "DE"), ("333 12", "IT"), ("1414", "CH"), ("144", "AT"),
  ])
  func `a number that no number of its country is as long as is refused`(typed: String, country: String) {
    #expect(PhoneNumber(userTyped: typed, defaultCountry: country) == nil)
  }

  @Test func `any amount of nonsense is no number, and soon`() {
    let junk = [
      String(repeating: "7", count: 40), String(repeating: "1", count: 65_536),
      String(repeating: " ", count: 65_536), String(repeating: "+", count: 65_536),
      String(repeating: ";a=", count: 20_000), String(repeating: "%2B", count: 20_000),
      "tel:" + String(repeating: "tel:", count: 10_000), String(repeating: "\u{200B}", count: 65_536) + "1",
      ";", "%", "tel:", ";phone-context=+41", "1;phone-context=+", "+;ext=1", "\u{20E3}",
    ]
    for text in junk {
      for country in ["CH", "LI", "DE", "AT", "FR", "IT", "GB", ""] {
        #expect(
          PhoneNumber(userTyped: text, defaultCountry: country) == nil, "\(text.prefix(20)), \(country)")
      }
    }
  }

  @Test func `a country without a known plan needs the prefix`() {
    #expect(PhoneNumber(userTyped: "020 7123 4567", defaultCountry: "GB") == nil)
  }

  @Test(arguments: [
    ("+41791234567", "CH", "079 123 45 67"), ("+41443334455", "CH", "044 333 44 55"),
    ("+41811234567", "CH", "081 123 45 67"), ("+41800123456", "CH", "0800 123 456"),
    ("+41848123456", "CH", "0848 123 456"), ("+41860791234567", "CH", "0860 79 123 45 67"),
    ("+41791234567", "DE", "+41 79 123 45 67"), ("+491712345678", "CH", "+49 171 2345678"),
    ("+491712345678", "DE", "0171 2345678"), ("+4915112345678", "CH", "+49 1511 2345678"),
    ("+493012345678", "DE", "030 12345678"), ("+492119876543", "AT", "+49 211 9876543"),
    ("+493375212345", "DE", "03375 212345"), ("+493305512345", "DE", "033055 12345"),
    ("+436641234567", "AT", "0664 1234567"), ("+4312345678", "AT", "01 2345678"),
    ("+43512123456", "CH", "+43 512 123456"), ("+33612345678", "FR", "06 12 34 56 78"),
    ("+33612345678", "CH", "+33 6 12 34 56 78"), ("+33800123456", "FR", "0 800 12 34 56"),
    ("+390212345678", "IT", "02 1234 5678"), ("+393331234567", "IT", "333 123 4567"),
    ("+393331234567", "CH", "+39 333 123 4567"), ("+4232361234", "LI", "236 12 34"),
    ("+423660123456", "CH", "+423 660 123 456"), ("+4237912345", "CH", "+423 791 23 45"),
    // Other countries in groups, what is no number of any as it came
    ("+447911123456", "CH", "+44 791 112 34 56"), ("+12125550123", "CH", "+1 212 555 01 23"),
    ("+41117", "CH", "+41117"), ("+882161234567", "CH", "+882161234567"),
    ("+417912345678", "CH", "+417912345678"), ("+41791234567", "", "+41 79 123 45 67"),
  ])
  func `a number is written as its country does, within it without calling code`(
    number: String, country: String, text: String
  ) {
    #expect(PhoneNumber(e164: number)?.written(in: country) == text)
  }

  @Test(arguments: [
    ("+41791234567", "+4179*****67"), ("+4237912345", "+4237****45"), ("+41117", "+***17"), ("+41", "***"),
    ("anonymous", "anonymous"), ("", ""), ("sip:0791234567@example.org", "sip:0*******************rg"),
    ("12", "**"),
  ])
  func `the middle of a number is hidden in logs`(caller: String, masked: String) {
    #expect(PhoneNumber.masked(caller) == masked)
  }
}

struct StatesTests {
  @Test func `raw values are those of the outer contract`() {
    #expect(
      MessageState.allCases.map(\.rawValue) == [
        "queued", "sending", "accepted", "delivered", "failed", "dead",
      ])
    #expect(
      MessageKind.allCases.map(\.rawValue)
        == [
          "missed_call", "confirmation", "wizard_link", "staff_reply", "notification", "escalation", "alert",
          "page", "callback", "event",
        ])
    #expect(CallOutcome.allCases.map(\.rawValue) == ["answered", "missed", "in_progress"])
    #expect(CallDecision.allCases.map(\.rawValue) == ["pending", "deferred", "sent", "skipped", "none"])
    #expect(TicketStatus.allCases.map(\.rawValue) == ["NEW", "NEEDS_CALLBACK", "IN_PROGRESS", "DONE"])
    #expect(
      TicketSource.allCases.map(\.rawValue) == [
        "missed_call", "sms", "voice_menu", "website", "sweep", "staff",
      ])
    #expect(Channel.allCases.map(\.rawValue) == ["sms", "email", "call", "webhook", "ntfy"])
    #expect(Urgency.allCases.map(\.rawValue) == ["HIGH", "MED"])
    #expect(Reason.optedOut.code == "opted_out")
  }

  @Test func `urgency only rises`() {
    #expect(max(Urgency.medium, .high) == .high)
    #expect(max(Urgency.high, .medium) == .high)
    #expect(!(Urgency.high < .high))
  }
}
