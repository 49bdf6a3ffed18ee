// MessageTemplateTests.swift - placeholders, the built-in texts, and texts that are too long.

import Business
import LocalTime
import Testing

struct MessageTemplateTests {
  static let values = TemplateValues(
    business: "Dörfler AG", phone: "+41443334455", sla: "heute 16:30",
    wizardLink: wizardLink(domain: "doerfler.ch", phone: "+41791234567"))

  /// The longest values a tenant is likely to have: a name of 40 characters, a long domain, a far day.
  static func longest(_ language: Language, name: Character = "ä") -> TemplateValues {
    let now = Zurich.at("2026-09-01 10:00")
    return TemplateValues(
      business: String(repeating: name, count: 40), phone: "+4915112345678",
      sla: slaText(due: now.adding(days: 22), now: now, zone: Zurich.zone, language: language),
      wizardLink: wizardLink(domain: "sanitaer-heizung-mustermann-soehne.example", phone: "+4915112345678"))
  }

  @Test func `the German text is the specification's`() {
    let text = MessageTemplate.missedCall.fitted(values: Self.values, language: .de)
    #expect(
      text.body == """
        Danke für Ihren Anruf bei Dörfler AG.
        Wir sind gerade im Einsatz.

        Antworten Sie mit:
        1 = Dringend / Notfall
        2 = Rückruf gewünscht
        3 = Anfrage mit Details senden

        Oder rufen Sie nochmals an: +41443334455
        """)
    #expect(
      MessageTemplate.urgent.fitted(values: Self.values, language: .de).body
        == "Verstanden - dringend. Dörfler AG meldet sich sofort.")
    #expect(
      MessageTemplate.callback.fitted(values: Self.values, language: .de).body
        == "Rückruf notiert. Dörfler AG ruft bis heute 16:30 zurück.")
  }

  @Test(arguments: Language.allCases, MessageTemplate.allCases)
  func `every built-in text is GSM-7 and at most two segments`(language: Language, kind: MessageTemplate) {
    let text = SMSText(MessageTemplate.render(kind.builtIn(language), values: Self.longest(language)))
    #expect(text.encoding == .gsm7, "\(text.offendingCharacters)")
    #expect(text.segments <= 2)
    if kind == .missedCallShort || kind == .urgent || kind == .callback { #expect(text.segments == 1) }
    #expect(MessageTemplate.unknownPlaceholders(in: kind.builtIn(language)).isEmpty)
    #expect(kind.fitted(values: Self.longest(language), language: language) == text)
  }

  @Test(arguments: Language.allCases)
  func `the short text fits with a name outside GSM-7`(language: Language) {
    let text = MessageTemplate.missedCall.fitted(
      values: Self.longest(language, name: "ω"), language: language)
    #expect(text.encoding == .ucs2)
    #expect(text.segments <= 2)
    #expect(text.body.hasSuffix("+4915112345678"))
  }

  @Test(arguments: Language.allCases)
  func `the missed-call text names the options and ends with the number`(language: Language) {
    for kind in [MessageTemplate.missedCall, .missedCallShort] {
      let text = kind.builtIn(language)
      #expect(text.hasSuffix("{phone}"))
      for option in ["1 = ", "2 = ", "3 = "] { #expect(text.contains(option)) }
    }
  }

  @Test func `an own wording that needs three segments gives way`() {
    let long = String(repeating: "Wir sind im Einsatz. ", count: 20)
    let text = MessageTemplate.missedCall.fitted(long, values: Self.values, language: .de)
    #expect(text.body.hasPrefix("Dörfler AG: Antworten Sie mit 1"))
    #expect(
      MessageTemplate.urgent.fitted(long, values: Self.values, language: .de).body.hasPrefix("Verstanden"))
    let own = MessageTemplate.urgent.fitted("Ok. {Betrieb}", values: Self.values, language: .de)
    #expect(own.body == "Ok. Dörfler AG")
  }

  @Test func `even an absurd name leaves two segments`() {
    var values = Self.values
    values.business = String(repeating: "永", count: 200)
    for language in Language.allCases {
      for kind in MessageTemplate.allCases {
        #expect(kind.fitted(values: values, language: language).segments <= 2)
      }
    }
  }

  @Test func `values are not searched for placeholders again`() {
    let values = TemplateValues(business: "{phone} {SLA}", phone: "{Betrieb}", sla: "x")
    #expect(
      MessageTemplate.render("{Betrieb}|{phone}|{SLA}", values: values) == "{phone} {SLA}|{Betrieb}|x")
  }

  @Test(arguments: [
    ("{Firma} {Betrieb} {Firma} {betrieb}", ["{Firma}", "{betrieb}"]), ("{}", []), ("a { b } c", ["{ b }"]),
    ("{{SLA}}", []), ("{Betrieb", []), ("}{", []), ("{SLA {x}", ["{x}"]), ("{a\nb}", []), ("", []),
  ])
  func `unknown placeholders are found`(template: String, unknown: [String]) {
    #expect(MessageTemplate.unknownPlaceholders(in: template) == unknown)
  }

  @Test(arguments: [
    ("{{SLA}}", "{16:30}"), ("{Firma}", "{Firma}"), ("{", "{"), ("}{SLA}{", "}16:30{"),
    ("{SLA{SLA}", "{SLA16:30"), ("{a\n}{SLA}", "{a\n}16:30"), ("{}{SLA}", "{}16:30"), ("{wizard_link}", ""),
  ])
  func `braces that are no placeholder stay`(template: String, result: String) {
    let values = TemplateValues(business: "B", sla: "16:30")
    #expect(MessageTemplate.render(template, values: values) == result)
  }

  @Test func `the wizard link is the specification's`() {
    #expect(
      wizardLink(domain: "doerfler.ch", phone: "+41791234567")
        == "https://doerfler.ch/anfrage?ref=missed_call&phone=%2B41791234567")
    #expect(wizardLink(domain: "d.ch", phone: "a&b ü\n").hasSuffix("phone=a%26b%20%C3%BC%0A"))
  }

  @Test(arguments: Language.allCases)
  func `spoken texts name the business and are all different`(language: Language) {
    let spoken = SpokenText(business: "Dörfler AG", language: language)
    let texts = [
      spoken.announcementWithSMS, spoken.announcementPlain, spoken.announcementAlreadyTexted,
      spoken.menuPrompt(offersMessage: true),
      spoken.menuThanksUrgent, spoken.menuThanksCallback(sla: "16:30"), spoken.screeningPrompt,
      spoken.optionBAnnouncement(promisingSMS: true), spoken.optionBAnnouncement(promisingSMS: false),
    ]
    for text in texts { #expect(text.contains("Dörfler AG")) }
    #expect(Set(texts + [spoken.menuNothingPressed]).count == texts.count + 1)
    // Only the two that promise an SMS, and the one about an earlier one, speak of messages.
    for (index, text) in texts.enumerated() {
      let speaks = text.contains("SMS") || text.contains("text message")
      #expect(speaks == [0, 2, 7].contains(index), "\(text)")
    }
  }
}
