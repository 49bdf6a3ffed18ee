// WordsTests.swift - four languages, each complete; and the words with numbers in them.

import LocalTime
import Pages
import Rules
import Testing

struct WordsTests {
  /// Every text of a page as it is read, without the language links and the sample's own text.
  private func texts(_ page: SamplePage) throws -> [String] {
    let reader = try MarkupReader(page.html)
    return reader.elements.filter { $0.name != "style" && $0.attributes["hreflang"] == nil }
      .map { element in
        element.text.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
      }
  }

  @Test func `every text exists in all four languages`() throws {
    // Spelt alike in German and another language, and names of the test.
    let alike: Set<String> = [
      "", "Muster", "SMS", "Photos", "Fotos", "Foto", "Name", "Status", ":", "Adresse", "Website",
    ]
    let german = try SamplePage.all(in: .de)
    for language in [Language.fr, .it, .en] {
      let translated = try SamplePage.all(in: language)
      #expect(translated.count == german.count)
      for (one, other) in zip(german, translated) {
        let (before, after) = (try texts(one), try texts(other))
        #expect(before.count == after.count, "\(other.name)")
        for (german, text) in zip(before, after) where german.contains(where: { $0.isLetter }) {
          let rest = german.split(separator: " ").filter {
            !alike.contains(String($0)) && $0.contains { $0.isLetter }
          }
          #expect(german != text || rest.isEmpty, "\(other.name) (\(language)): \(text)")
          #expect(!text.isEmpty, "\(other.name) (\(language))")
        }
      }
    }
  }

  @Test func `German is written as in Switzerland`() throws {
    for page in try SamplePage.all(in: .de) { #expect(!page.html.contains("ß"), "\(page.name)") }
  }

  @Test(arguments: [
    (25, "noch 25 Min."), (-10, "seit 10 Min. überfällig"), (0, "jetzt fällig"), (60, "noch 1 Std."),
    (200, "noch 3 Std. 20 Min."), (1500, "noch 1 Tag"), (4000, "noch 2 Tage"),
    (-4000, "seit 2 Tagen überfällig"),
    (Int.min, "seit 6405119470038038 Tagen überfällig"),
  ])
  func `time left and time overdue are said in words`(minutes: Int, expected: String) throws {
    let phone = try #require(PhoneNumber(e164: "+41791234567"))
    let frame = InboxFrame(tenant: "X", language: .de, action: "/inbox", csrfToken: "t")
    let ticket = InboxTicket(
      id: 1, phone: phone, urgency: .high, status: .new, source: .sms, summary: "", createdAt: "heute",
      minutesLeft: minutes)
    #expect(inboxOpenPage([ticket], frame: frame).markup.contains(expected))
    var begun = ticket
    begun.status = .inProgress
    #expect(!inboxOpenPage([begun], frame: frame).markup.contains(expected))
  }

  @Test func `emergencies stand first, then whatever is due first`() throws {
    let phone = try #require(PhoneNumber(e164: "+41791234567"))
    func ticket(_ id: Int64, _ urgency: Urgency, _ minutes: Int?, _ status: TicketStatus = .new)
      -> InboxTicket
    {
      InboxTicket(
        id: id, phone: phone, urgency: urgency, status: status, source: .sms, summary: "", createdAt: "",
        minutesLeft: minutes)
    }
    let tickets = [
      ticket(1, .medium, -50), ticket(2, .high, 20), ticket(3, .high, -5), ticket(4, .medium, nil),
      ticket(5, .high, 1, .inProgress), ticket(6, .medium, 5),
    ]
    let frame = InboxFrame(tenant: "X", language: .de, action: "/inbox", csrfToken: "t")
    let page = try MarkupReader(inboxOpenPage(tickets, frame: frame).markup)
    let order = page.all("h3").compactMap { $0.attributes["id"] }
    #expect(order == [3, 2, 1, 6, 4, 5].map { "ticket-\($0)" })
  }

  @Test func `times are said as people say them, in both directions`() throws {
    let now = try #require(Timestamp(iso8601: "2026-11-22T10:00:00Z"))
    func said(_ minutes: Int, _ language: Language) -> String {
      momentText(now.adding(minutes: minutes), now: now, zone: .utc, language: language)
    }
    #expect(said(-70, .de) == "heute 08:50")
    #expect(said(-1440, .de) == "gestern 10:00")
    #expect(said(1440, .fr) == "demain 10:00")
    #expect(said(-3 * 1440, .de) == "Do 19.11. 10:00")
    #expect(said(-3 * 1440, .en) == "Th 19 Nov 10:00")
    #expect(said(-400 * 1440, .it) == "sa 18.10.2025 10:00")
    #expect(minutesLeft(until: now.adding(seconds: 61), now: now) == 2)
    #expect(minutesLeft(until: now.adding(seconds: -59), now: now) == 0)
    #expect(minutesLeft(until: now.adding(seconds: -600), now: now) == -10)
  }

  @Test(
    arguments: [
      (nil, "fr-CH, fr;q=0.9, en;q=0.8", Language.fr), (nil, "pt, en;q=0.5, it;q=0.7", .it), (nil, nil, .de),
      (nil, "", .de), (nil, "*", .de), (nil, ";;;,,,q=1", .de), ("en", "fr", .en), ("xx", "fr", .fr),
      (nil, "en;q=0, fr;q=0.1", .fr), (nil, "EN-us", .en), (nil, "en;q=nan, it;q=0.2", .it),
    ] as [(String?, String?, Language)])
  func `a visitor reads the language asked for, else the tenant's`(
    chosen: String?, header: String?, expected: Language
  ) {
    let tenant = PageTenant(name: "X", languages: [.de, .fr, .it, .en])
    #expect(pageLanguage(chosen: chosen, acceptLanguage: header, of: tenant) == expected)
  }

  @Test func `a language the tenant does not offer is not used`() {
    let tenant = PageTenant(name: "X", languages: [.fr, .de])
    #expect(pageLanguage(chosen: "en", acceptLanguage: "it", of: tenant) == .fr)
  }
}
