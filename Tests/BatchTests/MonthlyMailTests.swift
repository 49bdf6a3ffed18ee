// MonthlyMailTests.swift - the letter of a closed month: what it says in four languages, and how it looks.
//
// MAIL_PICTURES=/tmp/pictures in the environment keeps a picture of each letter that a browser showed.

import Business
import LocalTime
import Platform
import TestSupport
import Testing

@testable import Books
@testable import Store

struct MonthlyMailTests {
  /// A month of so many calls; of everything else in proportion.
  private func month(
    _ name: String = "2026-02", calls: Int, language: Language = .de, tenant: String = "Dörfler AG"
  ) throws -> TenantMonth {
    var made = TestWorld.tenant("doerfler", name: tenant, number: "+41435550100")
    made.language = language
    made.ownCurrency = "EUR"
    var sms = MissedCallSMSFigures()
    (sms.messages, sms.accepted) = (calls / 2, calls / 2)
    (sms.dueAtOnce, sms.within60Seconds) = (calls / 2, calls / 4)
    sms.answers = calls >= 4 ? ["1": calls / 4] : [:]
    var service = ServiceFigures()
    (service.promises, service.kept) = (calls / 4, calls / 5)
    service.medianToHuman = calls >= 4 ? 60_000 * 12 + 30_000 : nil
    (service.jobsWon, service.valueWon, service.neverHandled) = (calls / 10, calls * 1000, calls / 20)
    let costs = [("USD", 3), ("EUR", 1)].map { currency, share in
      CostFigures(
        source: .outbound, currency: currency, isPriced: true, count: calls * share, segments: calls,
        millionths: calls * share * 76_900)
    }
    return TenantMonth(
      tenant: BookTenant(made), month: try #require(CivilMonth(iso8601: name)),
      calls: ["": calls / 2, "sent": calls - calls / 2], sms: sms, tickets: calls / 4, forms: 0,
      costs: calls == 0 ? [] : costs, service: service)
  }

  private func letter(_ figures: TenantMonth, before: TenantMonth?) -> ReportLetter {
    ReportLetter(
      figures, before: before, attached: ["report_doerfler_2026-02.csv"], leftOut: ["messages.csv"])
  }

  private func lines(_ letter: ReportLetter) -> [String] {
    letter.text.split(separator: "\n").map { String($0).replacing("\u{00A0}", with: " ") }
  }

  @Test func `more, fewer and the same are said, with what there was the month before`() throws {
    let more = lines(letter(try month(calls: 40), before: try month("2026-01", calls: 32)))
    #expect(more[1] == "Feb. 2026, verglichen mit Jan. 2026.")
    #expect(more.contains("Anrufe: 40 · 8 mehr als im Vormonat (32)"))
    #expect(more.contains("Verpasst: 20 · Anteil der Anrufe: 50 % · 4 mehr als im Vormonat (16)"))
    #expect(
      more.contains("Gehaltene Versprechen: 80 % · 8 von 10 · 5 Prozentpunkte mehr als im Vormonat (75 %)"))
    #expect(more.contains("Bis sich jemand meldet: 12.5 min · Median · gleich wie im Vormonat"))
    #expect(
      more.contains(
        "Wert der gewonnenen Aufträge: 400.00 EUR · 80.00 EUR mehr als im Vormonat (320.00 EUR)"))
    #expect(more.contains("Kosten bei Twilio: 9.228 USD + 3.076 EUR"))
    let fewer = lines(letter(try month(calls: 32), before: try month("2026-01", calls: 40)))
    #expect(fewer.contains("Anrufe: 32 · 8 weniger als im Vormonat (40)"))
    #expect(
      fewer.contains { $0.hasPrefix("Gehaltene Versprechen: 75 % · 6 von 8 · 5 Prozentpunkte weniger") })
    let one = lines(
      letter(try month(calls: 41, language: .en), before: try month("2026-01", calls: 40, language: .en)))
    #expect(one.contains("Calls: 41 · 1 more than the month before (40)"))
  }

  @Test func `months without calls have dashes where there is nothing to divide by`() throws {
    let none = lines(letter(try month(calls: 0), before: try month("2026-01", calls: 40)))
    #expect(none[2] == "In diesem Monat hat niemand angerufen.")
    #expect(none.contains("Anrufe: 0 · 40 weniger als im Vormonat (40)"))
    #expect(none.contains("Verpasst: 0 · Anteil der Anrufe: – · 20 weniger als im Vormonat (20)"))
    #expect(none.contains("SMS innert 60 Sekunden: – · Vormonat: 50 %"))
    #expect(none.contains("Gehaltene Versprechen: – · 0 von 0 · Vormonat: 80 %"))
    #expect(none.contains("Kosten bei Twilio: 0.00"))
    let after = lines(letter(try month(calls: 40), before: try month("2026-01", calls: 0)))
    #expect(after.contains("Anrufe: 40 · 40 mehr als im Vormonat (0)"))
    #expect(after.contains("SMS innert 60 Sekunden: 50 % · Vormonat: –"))
    let both = lines(letter(try month(calls: 0), before: try month("2026-01", calls: 0)))
    #expect(both.contains("Anrufe: 0 · gleich wie im Vormonat"))
    let first = lines(letter(try month(calls: 1), before: nil))
    #expect(first[1] == "Feb. 2026. Einen Vormonat zum Vergleichen gibt es noch nicht.")
    #expect(first.contains("Anrufe: 1") && !first.contains { $0.contains("im Vormonat") })
  }

  @Test(arguments: [
    (
      Language.fr, "Appels : 40 · 8 de plus que le mois précédent (32)",
      "Manqués : 20 · part des appels : 50 % · 4 de plus que le mois précédent (16)"
    ),
    (
      .it, "Chiamate: 40 · 8 in più del mese precedente (32)",
      "Perse: 20 · quota delle chiamate: 50 % · 4 in più del mese precedente (16)"
    ),
    (
      .en, "Calls: 40 · 8 more than the month before (32)",
      "Missed: 20 · share of calls: 50 % · 4 more than the month before (16)"
    ),
  ])
  func `the letter is in the tenant's language`(
    language: Language, calls: String, missed: String
  ) throws {
    let letter = letter(
      try month(calls: 40, language: language), before: try month("2026-01", calls: 32, language: language))
    #expect(lines(letter).contains(calls))
    #expect(lines(letter).contains(missed))
    #expect(letter.html.markup.contains("<html lang=\"\(language.rawValue)\">"))
  }

  @Test(arguments: Language.allCases)
  func `text and HTML say the same, and nothing is loaded or runs`(language: Language) throws {
    for (now, before) in [(0, nil), (1, 0), (40, 32), (100_000, 99_999)] as [(Int, Int?)] {
      let letter = letter(
        try month(calls: now, language: language),
        before: try before.map { try month("2026-01", calls: $0, language: language) })
      let html = letter.html.markup
      for line in letter.text.split(separator: "\n") where line.contains("·") {
        // The first piece has the name in front.
        for piece in line.split(separator: " · ").dropFirst() { #expect(html.contains(piece), "\(line)") }
      }
      for foreign in ["http", "src=", "<img", "<script", "<link", "<style", "url(", "<a "] {
        #expect(!html.contains(foreign), "\(foreign)")
      }
      // What bars show is hidden from screen readers, and said beside it.
      #expect(html.split(separator: "height:9px").count > 11)
    }
  }

  @Test func `a name stays a name`() throws {
    let name = "<b onclick=\"x\">Müller & Söhne</b>\r\nBcc: evil@example.org"
    let letter = letter(try month(calls: 4, tenant: name), before: nil)
    #expect(!letter.html.markup.contains("<b on"))
    #expect(letter.html.markup.contains("&lt;b onclick=&quot;x&quot;&gt;Müller &amp; Söhne&lt;/b&gt;"))
  }

  @Test(.enabled(if: PythonJudge.isInstalled, "python3 is not installed"))
  func `a mail program finds text and HTML to choose from, and the files, once for each closed month`() throws
  {
    let name = "Dörfler <script>alert(1)</script> AG"
    let world = try TestWorld(at: try #require(Timestamp(iso8601: "2026-01-31T22:50:00Z"))) {
      $0.name = name
      $0.reportEmail = ["buch@example.ch"]
    }
    world.installation.smtp = .init(url: "smtp://127.0.0.1:25", from: "telefon@example.ch")
    try world.apply()
    world.miss()
    for noon in ["2026-02-01T11:30:00Z", "2026-03-01T11:30:00Z"] {
      world.clock.now = try #require(Timestamp(iso8601: noon))
      for _ in 0..<3 { try world.run(linger: 55) }
    }
    let mails = world.transport.mails.filter { $0.recipients == ["buch@example.ch"] }.map {
      PythonJudge.read($0.message)
    }
    try #require(mails.count == 2)
    for (mail, month) in zip(mails, ["2026-01", "2026-02"]) {
      #expect(mail.fields["defects"] == "")
      #expect(
        mail.fields["structure"]
          == "multipart/mixed|multipart/alternative|text/plain|text/html|text/csv|text/csv|text/csv")
      #expect(mail.fields["Subject"] == "Verpasste Anrufe \(month): \(name)")
      let names = ["report", "messages", "ledger"].map { "\($0)_doerfler_\(month).csv" }
      #expect(mail.files.map(\.name) == names)
      for file in mail.files {
        #expect(try file.bytes == Files.read("\(world.home.reports)/\(month)/\(file.name)"))
      }
      #expect(mail.fields["html"]?.contains("<script") == false)
      #expect(mail.fields["html"]?.contains("Dörfler &lt;script&gt;") == true)
    }
    #expect(mails[0].fields["text"]?.contains("Einen Vormonat zum Vergleichen gibt es noch nicht.") == true)
    #expect(mails[0].fields["text"]?.contains("\nAnrufe: 1\n") == true)
    #expect(mails[1].fields["text"]?.contains("\nAnrufe: 0 · 1 weniger als im Vormonat (1)\n") == true)
  }

  @Test(
    .enabled(if: Chromium.program != nil, "chromium is not installed: run `make test`"))
  func `at 600 and at 320 pixels nothing runs out, and bars are as long as their figures`() throws {
    let browser = try Chromium()
    let page = try BrowserPage(browser, width: 600)
    let long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenreinigung <b>"
    for language in Language.allCases {
      for (calls, before, name) in [(0, nil, "Meier"), (40, 32, "Dörfler AG"), (100_000, 25_000, long)]
        as [(Int, Int?, String)]
      {
        let letter = letter(
          try month(calls: calls, language: language, tenant: name),
          before: try before.map { try month("2026-01", calls: $0, language: language) })
        let file = "\(browser.folder)/mail.html"
        try Files.writeAtomically(letter.html.bytes, to: file)
        try page.open("file://\(file)")
        for width in [600, 320] {
          try page.resize(width)
          let place = "\(language) \(calls) calls at \(width) pixels"
          #expect(try page.overflowing() == [], "\(place)")
          let letters = try page.ask("document.querySelector('h1').getBoundingClientRect().width").number
          #expect((letters ?? 0) > Double(width) * 0.8, "\(place)")
          if let folder = Environment.process["MAIL_PICTURES"] {
            try Files.writeAtomically(
              page.screenshot(), to: "\(folder)/mail-\(language)-\(calls)-\(width).png")
          }
          guard let before, calls > 0 else { continue }
          // The bars of the calls: this month's is full, and that of the month before has its part of it.
          let filled = try page.ask(
            """
            [...document.querySelectorAll('table[aria-hidden]')].slice(0, 2).map(bar =>
              bar.querySelector('td').getBoundingClientRect().width / bar.getBoundingClientRect().width)
            """
          ).elements.compactMap(\.number)
          try #require(filled.count == 2)
          #expect(abs(filled[0] - 1) < 0.01, "\(place)")
          #expect(abs(filled[1] - Double(before) / Double(calls)) < 0.02, "\(place)")
        }
      }
    }
    #expect(page.requests.allSatisfy { $0.url.hasPrefix("file://") })
  }
}
