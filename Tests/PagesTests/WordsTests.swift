// WordsTests.swift - four languages, each complete; and the words with numbers in them.

import Business
import LocalTime
import Pages
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
      "", "Muster", "SMS", "Photos", "Fotos", "Foto", "Name", "Status", ":", "Adresse", "Website", "Spam",
      "Anna",
    ]
    let german = try SamplePage.translated(in: .de)
    for language in [Language.fr, .it, .en] {
      let translated = try SamplePage.translated(in: language)
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
    let ticket = InboxTicket(
      id: 1, phone: phone, urgency: .high, status: .new, source: .sms, summary: "", createdAt: "heute",
      minutesLeft: minutes)
    #expect(openPage([ticket]).contains(expected))
    var begun = ticket
    begun.status = .inProgress
    #expect(!openPage([begun]).contains(expected))
  }

  private let frame = InboxFrame(tenant: "X", language: .de, action: "inbox", csrfToken: "t")

  private func openPage(_ tickets: [InboxTicket], _ paging: InboxPaging? = nil) -> String {
    inboxOpenPage(
      tickets, paging: paging ?? InboxPaging(total: tickets.count), waiting: 4, underWay: 2, frame: frame
    ).markup
  }

  @Test func `those that wait stand above those somebody has begun, each group with its whole number`() throws
  {
    func ticket(_ id: Int64, _ status: TicketStatus = .new) -> InboxTicket {
      InboxTicket(
        id: id, phone: nil, urgency: .medium, status: status, source: .sms, summary: "", createdAt: "")
    }
    let tickets = [ticket(3), ticket(2, .needsCallback), ticket(5, .inProgress), ticket(1)]
    let page = try MarkupReader(openPage(tickets, InboxPaging(total: 130)))
    #expect(page.all("h3").compactMap { $0.attributes["id"] } == [3, 2, 1, 5].map { "ticket-\($0)" })
    #expect(page.all("h2").map(\.text) == ["Warten auf uns (4)", "In Arbeit (2)"])
    #expect(page.all("title").first?.text == "(130) Offene Anfragen – X")
  }

  @Test(arguments: [
    (1, "1–50 von 230", ["Weiter", "Ende"]), (2, "51–100 von 230", ["Zurück", "Weiter", "Ende"]),
    (3, "101–150 von 230", ["Anfang", "Zurück", "Weiter", "Ende"]),
    (4, "151–200 von 230", ["Anfang", "Zurück", "Weiter"]), (5, "201–230 von 230", ["Anfang", "Zurück"]),
  ])
  func `a page of a list says which entries it shows of how many, and leads to the others`(
    number: Int, count: String, ways: [String]
  ) throws {
    let paging = InboxPaging(number: number, total: 230)
    let search = InboxSearch(typed: "a b%", outcome: .found([ticket], paging))
    let pages = [
      openPage([ticket], paging), inboxDonePage([ticket], paging: paging, frame: frame).markup,
      inboxSearchPage(search, frame: frame).markup,
    ]
    for (page, query) in zip(pages, ["?", "?view=done&", "?view=search&q=a%20b%25&"]) {
      let reader = try MarkupReader(page)
      #expect(page.contains(count))
      let nav = try #require(reader.elements.firstIndex { $0.attributes["class"] == "pager" })
      let links = reader.elements.filter { $0.name == "a" && $0.ancestors.contains(nav) }
      #expect(links.map(\.text) == ways)
      for link in links {
        let target = try #require(
          ["Anfang": 1, "Zurück": number - 1, "Weiter": number + 1, "Ende": 5][link.text])
        #expect(link.attributes["href"] == "inbox\(query)page=\(target)")
      }
    }
  }

  private var ticket: InboxTicket {
    InboxTicket(id: 1, phone: nil, urgency: .medium, status: .new, source: .sms, summary: "", createdAt: "")
  }

  @Test(arguments: [
    (1, "181–230 von 230", ["inbox?id=1&page=2#history"]),
    (2, "131–180 von 230", ["inbox?id=1&page=3#history", "inbox?id=1#history"]),
    (5, "1–30 von 230", ["inbox?id=1&page=4#history"]),
  ])
  func `a history is shown from its end, and leads back`(number: Int, count: String, links: [String]) throws {
    let conversation = InboxConversation(
      lines: [InboxLine(at: "heute", what: .madeUrgent)], paging: InboxPaging(number: number, total: 230))
    let page = page(ticket, conversation)
    #expect(page.contains(count))
    let found = try MarkupReader(page).all("a").compactMap { $0.attributes["href"] }.filter {
      $0.hasSuffix("#history")
    }
    #expect(found == links)
  }

  private func page(_ ticket: InboxTicket, _ conversation: InboxConversation) -> String {
    inboxTicketPage(
      ticket, conversation: conversation, reply: InboxReply(), contact: nil, people: [], frame: frame
    ).markup
  }

  @Test func `only the open list that is empty has a tick`() throws {
    let nothing = InboxPaging()
    func sign(_ html: HTML) throws -> Int { try MarkupReader(html.markup).all("svg").count }
    #expect(
      try sign(inboxOpenPage([], paging: nothing, waiting: 0, underWay: 0, frame: frame)) == 1)
    #expect(try sign(inboxDonePage([], paging: nothing, frame: frame)) == 0)
    for outcome in [InboxSearch.Outcome.none, .tooShort, .found([], nothing)] {
      #expect(try sign(inboxSearchPage(InboxSearch(typed: "x", outcome: outcome), frame: frame)) == 0)
    }
  }

  @Test func `a HEIC is offered with words beside it, and only to a browser that shows it as a picture`()
    throws
  {
    var ticket = ticket
    ticket.photos = [InboxPhoto(id: "7", kind: .picture), InboxPhoto(id: "8", kind: .file("HEIC"))]
    let page = page(ticket, InboxConversation())
    let reader = try MarkupReader(page)
    #expect(reader.all("img").compactMap { $0.attributes["src"] }.first == "inbox?photo=7")
    #expect(!reader.all("img").contains { $0.attributes["src"] == "inbox?photo=8" })
    let source = try #require(reader.all("source").first)
    #expect(source.attributes["type"] == "image/heic" && source.attributes["srcset"] == "inbox?photo=8")
    #expect(reader.all("a").contains { $0.attributes["href"] == "inbox?photo=8" })
    #expect(page.contains("HEIC: öffnet auf dem iPhone; sonst zum Ansehen herunterladen"))
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
