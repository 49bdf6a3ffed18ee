// PhoneNumberTests.swift - countries, numbering plans, and numbers as people type them.

import Rules
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
    // Germany
    ("+4915112345678", .mobile), ("+491701234567", .mobile), ("+4917612345678", .mobile),
    ("+491621234567", .mobile), ("+49171131234567", .excluded), ("+493012345678", .landline),
    ("+498912345", .landline), ("+493221234567890", .landline), ("+498001234567", .excluded),
    ("+499001234567", .excluded), ("+491801234567", .excluded), ("+497001234567", .excluded),
    ("+4911833", .excluded), ("+491371234567", .excluded), ("+49110", .excluded), ("+49164123456", .excluded),
    // Austria
    ("+436641234567", .mobile), ("+4367612345678", .mobile), ("+436991234567", .mobile),
    ("+436501234567", .mobile), ("+4311234567", .landline), ("+43662123456", .landline),
    ("+43512123456", .landline), ("+437201234567", .landline), ("+43800123456", .excluded),
    ("+43900123456", .excluded), ("+43930123456", .excluded),
    // France
    ("+33612345678", .mobile), ("+33712345678", .excluded), ("+33751234567", .mobile),
    ("+33142345678", .landline), ("+33912345678", .landline), ("+33800123456", .excluded),
    ("+33892123456", .excluded), ("+3361234567", .excluded),
    // Italy
    ("+393331234567", .mobile), ("+39335123456", .mobile), ("+390612345678", .landline),
    ("+390212345", .landline), ("+393933123456789", .excluded), ("+39800123456", .excluded),
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

  @Test func `a country without a known plan needs the prefix`() {
    #expect(PhoneNumber(userTyped: "020 7123 4567", defaultCountry: "GB") == nil)
  }

  @Test(arguments: [
    ("+41791234567", "079 123 45 67"), ("+41443334455", "044 333 44 55"), ("+41811234567", "081 123 45 67"),
    ("+41800123456", "0800 123 456"), ("+41848123456", "0848 123 456"), ("+4915112345678", "+4915112345678"),
    ("+41117", "+41117"),
  ])
  func `Swiss numbers are written the Swiss way`(number: String, text: String) {
    #expect(PhoneNumber(e164: number)?.nationalFormat == text)
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
        == ["missed_call", "confirmation", "wizard_link", "notification", "escalation", "alert"])
    #expect(CallOutcome.allCases.map(\.rawValue) == ["answered", "missed", "in_progress"])
    #expect(CallDecision.allCases.map(\.rawValue) == ["pending", "deferred", "sent", "skipped", "none"])
    #expect(TicketStatus.allCases.map(\.rawValue) == ["NEW", "NEEDS_CALLBACK", "IN_PROGRESS", "DONE"])
    #expect(
      TicketSource.allCases.map(\.rawValue) == ["missed_call", "sms", "voice_menu", "website", "sweep"])
    #expect(Channel.allCases.map(\.rawValue) == ["sms", "email"])
    #expect(Urgency.allCases.map(\.rawValue) == ["HIGH", "MED"])
    #expect(Reason.optedOut.rawValue == "opted_out")
  }

  @Test func `urgency only rises`() {
    #expect(max(Urgency.medium, .high) == .high)
    #expect(max(Urgency.high, .medium) == .high)
    #expect(!(Urgency.high < .high))
  }
}
