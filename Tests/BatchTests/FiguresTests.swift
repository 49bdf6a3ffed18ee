// FiguresTests.swift - the desk's figures: the same as the report's and the monitor's, and cheap with many calls behind them.

import Business
import CGI
import LocalTime
import Platform
import SQLite
import StandIn
import Store
import TestSupport
import Testing

struct FiguresTests {
  private static let boss = "+41796660001"

  private func world(at start: String) throws -> TestWorld {
    let world = try TestWorld(at: try #require(Timestamp(iso8601: start))) {
      $0.quietHours = QuietHours(from: 0, to: 0, policy: .deferToEnd)
      $0.notify = [.init(channel: .sms, to: FiguresTests.boss, on: [.new, .urgent])]
      $0.reportEmail = ["buch@example.ch"]
    }
    world.installation.smtp = .init(url: "smtp://127.0.0.1:25", from: "telefon@example.ch")
    try world.apply()
    return world
  }

  private func signIn(_ world: TestWorld) throws -> [String: String] {
    let text = try #require(try world.texts(to: FiguresTests.boss).last)
    let reply = world.browse("inbox", "k=\(text[try #require(text.range(of: "?k=")).upperBound...])")
    let cookie = try #require(reply.headers.first { $0.name == "Set-Cookie" }?.value)
    return ["COOKIE": String(cookie.prefix { $0 != ";" })]
  }

  /// The cells of a month in each of the page's tables, by the section's id.
  private func page(_ world: TestWorld, _ headers: [String: String], month: String) throws -> [String:
    [String]]
  {
    let reply = world.browse("inbox", "view=figures", headers: headers)
    #expect(reply.status == 200)
    var cells: [String: [String]] = [:]
    for section in reply.text.split(separator: "<section class=\"card\" aria-labelledby=\"").dropFirst() {
      guard
        let row = section.split(separator: "<tr>").first(where: {
          $0.hasPrefix("<th scope=\"row\">\(month)<")
        })
      else { continue }
      cells[String(section.prefix { $0 != "\"" })] = row.split(separator: "<td>").dropFirst().map { cell in
        String(cell.prefix { $0 != "<" })
      }
    }
    return cells
  }

  /// The figures of the mail's plain text: label -> what stands behind it, in pieces.
  private func mail(_ world: TestWorld) throws -> [String: [String]] {
    let mails = world.transport.mails.filter { $0.recipients == ["buch@example.ch"] }
    #expect(mails.count == 1)
    let judged = PythonJudge.read(try #require(mails.first).message)
    #expect(judged.fields["defects"] == "")
    let html = try #require(judged.fields["html"])
    var figures: [String: [String]] = [:]
    for line in try #require(judged.fields["text"]).split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let pieces = parts[1].split(separator: "·").map { piece in
        String(piece.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
      figures[String(parts[0])] = pieces
      // The HTML says the same.
      #expect(html.contains("\(parts[0])</td>"), "\(line)")
      #expect(html.contains("<b>\(pieces[0])</b>"), "\(line)")
      if pieces.count > 1 {
        #expect(html.contains(">\(pieces.dropFirst().joined(separator: " · "))</div>"), "\(line)")
      }
    }
    return figures
  }

  /// As the mail writes it: a rate of the report's in whole per cent.
  private func percent(_ rate: String) throws -> String {
    let number = try #require(Double(rate))
    return "\(Int((number * 100).rounded()))\u{00A0}%"
  }

  @Test(.enabled(if: PythonJudge.isInstalled, "python3 is not installed"))
  func `page, report, mail and metrics agree on a month, while it goes on and when it is closed`() throws {
    let world = try world(at: "2026-02-02T08:00:00Z")
    let store = try world.store()
    for day in 0..<12 {
      for index in 0..<3 {
        let caller = "+4179\(5_000_000 + day * 10 + index)"
        world.miss(from: caller)
        try world.run(after: 31 + 60 * index)
        if index < 2 { try world.text(["1", "2", "3", "Bitte Offerte"][(day + index) % 4], from: caller) }
        try world.run(after: 5)
      }
      try world.call(.answered(seconds: 60))
      let tickets = try store.openTickets(tenant: "doerfler", page: 1).rows
      if let ticket = tickets.first {
        world.clock.advance(seconds: 100 + day * 321)
        _ = try store.move(ticket, .start, by: "Anna", at: world.clock.now)
        let begun = try #require(try store.ticket(id: ticket.id))
        let outcome = day % 3 == 0 ? TicketOutcome.won : .lost
        _ = try store.move(
          begun, .finish(outcome, amount: outcome == .won ? 48_050 : nil), by: "Anna", at: world.clock.now)
      }
      try world.standIn.deliverMessages()
      try world.deliverReports()
      world.clock.advance(seconds: 86_400)
    }
    try world.run()
    let headers = try signIn(world)
    let open = try page(world, headers, month: "Feb. 2026")
    let metrics = try store.metrics(at: world.clock.now)

    let database = try Database(path: world.home.database, access: .readWrite)
    for table in ["message_attempts", "inbound_messages"] {
      try database.execute("UPDATE \(table) SET price = 0.0769, price_unit = 'USD', price_look_at = NULL")
    }
    world.clock.now = try #require(Timestamp(iso8601: "2026-03-01T11:30:00Z"))
    for _ in 0..<4 { try world.run(linger: 55) }
    let final = try database.integer(
      "SELECT count(*) FROM month_figures WHERE tenant = 'doerfler' AND month = '2026-02' AND is_final")
    #expect(final == 1)
    let closed = try page(world, headers, month: "Feb. 2026")
    #expect(open == closed)

    let bytes = try Files.read("\(world.home.reports)/2026-02/report_doerfler_2026-02.csv")
    let lines = String(decoding: bytes.dropFirst(3), as: UTF8.self).split(separator: "\r\n")
    let rows = lines.map { $0.split(separator: ";", omittingEmptySubsequences: false).map(String.init) }
    let report = Dictionary(zip(rows[0], rows[1])) { first, _ in first }
    func cell(_ name: String) -> String { report[name] ?? "none" }
    #expect(cell("missed_calls") == "36" && cell("jobs_won") == "4" && cell("value_won") == "1922.00")
    #expect(cell("promises") != "0" && cell("median_minutes_to_human") != "")
    #expect(closed["missed"] == [cell("missed_calls"), cell("auto_sms_sent")])
    #expect(closed["replied"] == [cell("replies"), cell("tickets_from_missed_calls")])
    #expect(closed["minutes"] == [cell("median_minutes_to_human")])
    #expect(closed["jobs"] == [cell("jobs_won")] && closed["worth"] == [cell("value_won")])
    let kept = try #require(closed["kept"]?.first).split(separator: " ")
    #expect(kept.last.map { String($0) } == cell("promises"))
    let (part, whole) = (try #require(Int(kept[0])), try #require(Int(cell("promises"))))
    let rate = try #require(Double(cell("promises_kept_rate")))
    #expect(abs(rate - Double(part) / Double(whole)) < 0.0001)
    // Nothing happened before this month, nor after it.
    func metric(_ counts: [Count], _ label: String) -> String {
      String(counts.first { $0.tenant == "doerfler" && $0.labels == [label] }?.number ?? 0)
    }
    #expect(metric(metrics.calls, "missed") == cell("missed_calls"))
    #expect(metric(metrics.decisions, "sent") == cell("auto_sms_sent"))
    #expect(metrics.calls.reduce(0) { $0 + $1.number } == Int(cell("inbound_calls_total")))
    let sent = metrics.messages.filter { $0.labels.starts(with: ["sms", "missed_call"]) }
    #expect(String(sent.reduce(0) { $0 + $1.number }) == cell("auto_sms_sent"))
    // What was played, counted here: 12 days, three missed calls each, two of them answered, and one call taken.
    let played = ["inbound_calls_total": 48, "missed_calls": 36, "auto_sms_sent": 36, "replies": 24]
    for (column, number) in played { #expect(cell(column) == String(number), "\(column)") }

    let mail = try mail(world)
    #expect(mail["Anrufe"]?.first == cell("inbound_calls_total"))
    #expect(
      mail["Verpasst"] == [
        cell("missed_calls"), "Anteil der Anrufe: \(try percent(cell("missed_call_rate")))",
      ])
    #expect(mail["SMS gesendet"]?.first == cell("auto_sms_sent"))
    #expect(mail["SMS innert 60 Sekunden"]?.first == (try percent(cell("sms_sent_within_60s_rate"))))
    #expect(mail["Antworten"] == [cell("replies"), "Anteil der SMS: \(try percent(cell("reply_rate")))"])
    #expect(
      mail["Anfragen"] == [
        cell("tickets_from_missed_calls"),
        "Anteil der verpassten Anrufe: \(try percent(cell("recovery_rate")))",
      ])
    #expect(mail["Gehaltene Versprechen"] == [closed["kept"]?[1] ?? "none", closed["kept"]?[0] ?? "none"])
    #expect(mail["Bis sich jemand meldet"]?.first == "\(cell("median_minutes_to_human"))\u{00A0}min")
    #expect(mail["Gewonnene Aufträge"]?.first == cell("jobs_won"))
    #expect(mail["Wert der gewonnenen Aufträge"]?.first == "\(cell("value_won")) \(cell("value_currency"))")
    #expect(mail["Verpasst, und niemand hat sich gekümmert"]?.first == cell("missed_never_handled"))
    #expect(mail["Kosten bei Twilio"]?.first == "\(cell("sms_cost")) \(cell("sms_cost_currency"))")
  }

  @Test func `a long month under way is kept, said to be as of then, and counted anew after a while`() throws
  {
    let world = try world(at: "2026-02-10T08:00:00Z")
    world.miss()
    try world.run(after: 31)
    try world.text("1")
    try world.run(after: 5)
    let headers = try signIn(world)
    func missed() throws -> String? { try page(world, headers, month: "Feb. 2026")["missed"]?.first }
    func isOld() -> Bool {
      world.browse("inbox", "view=figures", headers: headers).text.contains("Stand heute")
    }
    world.miss(from: "+41791110001")
    #expect(try missed() == "2", "a short month is counted at once")
    #expect(!isOld())
    let store = try world.store()
    try store.write {
      for index in 0..<600 {
        try store.recordCall(
          sid: "CAx\(index)", tenant: "doerfler", caller: "+41792\(100_000 + index)",
          called: TestWorld.number,
          startedAt: world.clock.now)
        _ = try store.markAnswered(sid: "CAx\(index)", endedAt: world.clock.now, judgedBy: .dialResult)
      }
    }
    try world.run(after: 900)
    #expect(isOld())
    world.miss(from: "+41791110002")
    try world.run(after: 61)
    #expect(try missed() == "2")
    try world.run(after: 900)
    #expect(try missed() == "3")
  }

  @Test func `a year of kept months reads no calls`() throws {
    let world = try world(at: "2026-02-10T08:00:00Z")
    world.miss()
    try world.run(after: 31)
    try world.text("1")
    try world.run(after: 5)
    let headers = try signIn(world)
    let store = try world.store()
    let zone = try #require(TimeZones().zone("Europe/Zurich"))
    for (index, month) in MonthFigures.months(at: world.clock.now, in: zone).enumerated() {
      var figures = MonthFigures()
      (figures.calls, figures.missed, figures.jobsWon) = (100_000, 100_000 - index, index)
      figures.hours[167] = 100_000
      try store.keepFigures(
        KeptFigures(month: month, asOf: world.clock.now, isFinal: index > 0, figures: figures),
        tenant: "doerfler")
    }
    let statements = ProcessStatements(path: world.home.database)
    let reply = world.browse("inbox", "view=figures", headers: headers)
    let played = statements.stop().filter { $0.contains("FROM calls") }
    #expect(reply.text.contains("<td>99988</td>") && reply.text.contains("<th scope=\"row\">Feb. 2025</th>"))
    #expect(reply.text.contains("So von 23 bis 24 Uhr, 1300000 Anrufe"))
    #expect(played.count == 1 && played.allSatisfy { $0.contains("min(started_at)") }, "\(played)")
  }
}
