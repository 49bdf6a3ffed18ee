// MonthlyReportTests.swift - the run on the first of the month: when it writes, closes, mails and makes up for.

import Business
import Crypto
import LocalTime
import Platform
import SQLite
import StandIn
import Store
import TestSupport
import Testing

@testable import Books

struct MonthlyReportTests {
  @Test func `the accountant's page explains each line of the ledger`() throws {
    let page = String(
      decoding: try Files.read("\(SwiftSource.repository)/docs/accountant.md"), as: UTF8.self)
    for entry in TenantMonth.entries { #expect(page.contains("`\(entry)`"), "\(entry)") }
  }

  @Test func `the accountant's page has a row for each column of each file`() throws {
    let page = String(
      decoding: try Files.read("\(SwiftSource.repository)/docs/accountant.md"), as: UTF8.self)
    /// The names before the first bar of a section's rows.
    func named(_ section: String) throws -> Set<String> {
      let text = try #require(page.split(separator: "\n## ").first { $0.hasPrefix("`\(section)`") })
      let cells = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap {
        $0.dropFirst().split(separator: "|").first
      }
      return Set(
        cells.flatMap { cell in
          cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter {
            $0.offset % 2 == 1
          }.map { String($0.element) }
        })
    }
    #expect(try named("report") == Set(Tables.report.columns.map(\.name)))
    #expect(try named("messages") == Set(Tables.messages.columns.map(\.name)))
    #expect(try named("bookings") == Set(Tables.bookings.columns.map(\.name)))
    #expect(Tables.summary.columns.map(\.name) == Tables.report.columns.map(\.name))
  }

  private let endOfFebruary = Timestamp(iso8601: "2026-02-28T22:50:00Z") ?? Timestamp(milliseconds: 0)

  private func world(at start: Timestamp? = nil, _ change: (inout Tenant) -> Void = { _ in }) throws
    -> TestWorld
  {
    let world = try TestWorld(at: start ?? endOfFebruary) {
      $0.quietHours = QuietHours(from: 0, to: 0, policy: .deferToEnd)
      $0.reportEmail = ["buch@example.ch", "chef@example.ch"]
      $0.accounts = .init(debit: "6513", credit: "2000")
      change(&$0)
    }
    world.installation.smtp = .init(url: "smtp://127.0.0.1:25", from: "telefon@example.ch")
    try world.apply()
    return world
  }

  /// The cells of a file with one row, by column.
  private func figures(_ world: TestWorld, _ name: String = "report_doerfler", month: String = "2026-02")
    throws
    -> [String: String]
  {
    let bytes = try Files.read("\(world.home.reports)/\(month)/\(name)_\(month).csv")
    let lines = String(decoding: bytes.dropFirst(3), as: UTF8.self).split(separator: "\r\n")
    try #require(lines.count >= 2)
    let cells = lines.map { $0.split(separator: ";", omittingEmptySubsequences: false).map(String.init) }
    return Dictionary(zip(cells[0], cells[1])) { first, _ in first }
  }

  private func exists(_ world: TestWorld, _ name: String, month: String = "2026-02") -> Bool {
    Files.exists("\(world.home.reports)/\(month)/\(name)_\(month).csv")
  }

  /// Every price that is being asked for comes in.
  private func payAll(_ world: TestWorld) throws {
    let database = try Database(path: world.home.database, access: .readWrite)
    for table in ["message_attempts", "inbound_messages"] {
      try database.execute("UPDATE \(table) SET price = 0.0769, price_unit = 'USD', price_look_at = NULL")
    }
  }

  private func mails(_ world: TestWorld) -> [String] {
    world.transport.mails.filter { $0.recipients != ["operator@example.ch"] }.map {
      String(decoding: $0.message, as: UTF8.self)
    }
  }

  @Test func `a month with all settled is written, closed and mailed soon after it ends`() throws {
    let world = try world()
    world.miss()
    try world.run(after: 31)
    try world.text("1")
    try world.run(after: 60)
    try payAll(world)
    try world.run(after: 120)
    #expect(!exists(world, "report_doerfler"))
    // 00:20 on the first: Twilio's lists have been read to the end of the month.
    world.clock.now = endOfFebruary.adding(minutes: 30)
    try world.run(linger: 55)
    for name in ["report_doerfler", "messages_doerfler", "ledger_doerfler", "bookings_doerfler", "summary"] {
      #expect(exists(world, name), "\(name)")
      #expect(
        Files.exists("\(world.home.reports)/2026-02/\(name)_2026-02.csv-metadata.json"), "\(name)")
    }
    let figures = try figures(world)
    #expect(figures["missed_calls"] == "1")
    #expect(figures["auto_sms_sent"] == "1")
    #expect(figures["replies_option_1"] == "1")
    #expect(figures["tickets_from_missed_calls"] == "1")
    #expect(figures["sms_sent_within_60s_rate"] == "1.0000")
    // Missed-call SMS, reply, confirmation.
    #expect(figures["sms_cost"] == "0.2307")
    let mails = mails(world)
    #expect(mails.count == 2)
    for mail in mails {
      for name in ["report", "messages", "ledger", "bookings"] {
        #expect(mail.contains("filename=\"\(name)_doerfler_2026-02.csv\""))
      }
    }
    // The very bytes of the file, in lines of base64.
    let file = try Files.read("\(world.home.reports)/2026-02/ledger_doerfler_2026-02.csv")
    #expect(mails[0].replacing("\r\n", with: "").contains(base64(file)))
    // Once is enough.
    for _ in 0..<3 { try world.run(after: 3600) }
    #expect(world.transport.mails.count == 2)
  }

  @Test func `what is still open is awaited until noon, with the files there meanwhile`() throws {
    let world = try world {
      $0.quietHours = QuietHours(from: 21 * 60, to: 7 * 60, policy: .deferToEnd)
    }
    world.miss()
    try world.run(after: 31)
    world.clock.now = endOfFebruary.adding(minutes: 30)
    try world.run(linger: 55)
    #expect(try figures(world)["auto_sms_sent"] == "0")
    #expect(exists(world, "summary"))
    #expect(world.transport.mails.isEmpty)
    // 07:01: the SMS goes; its price is not there yet.
    world.clock.now = endOfFebruary.adding(minutes: 7 * 60 + 11)
    try world.run(linger: 55)
    try payAll(world)
    world.clock.advance(seconds: 600)
    try world.run(linger: 55)
    #expect(try figures(world)["auto_sms_sent"] == "1")
    #expect(try figures(world, "ledger_doerfler")["count"] == "1")
    #expect(mails(world).count == 2)
  }

  @Test func `at noon the month is closed with what is missing said`() throws {
    let world = try world()
    world.miss()
    try world.run(after: 31)
    world.clock.now = endOfFebruary.adding(minutes: 12 * 60 + 11)
    try world.run(linger: 55)
    let mail = try #require(mails(world).first)
    #expect(mail.contains("fehlende Preise: 1"))
    #expect(try figures(world)["sms_cost"] == "")
    #expect(try figures(world)["sms_segments"] != "0")
  }

  @Test func `a closed month gives the same bytes whatever happens later`() throws {
    let world = try world()
    world.miss()
    try world.run(after: 31)
    try payAll(world)
    world.clock.now = endOfFebruary.adding(minutes: 30)
    try world.run(linger: 55)
    let folder = "\(world.home.reports)/2026-02"
    func bytes() throws -> [[UInt8]] { try Files.list(folder).map { try Files.read("\(folder)/\($0)") } }
    let before = try bytes()
    // A late reply and its ticket, a late failure.
    try world.text("1")
    try world.deliverReports()
    try world.run(after: 60)
    let month = try #require(CivilMonth(iso8601: "2026-02"))
    let files = ReportFiles(store: try world.store(), zones: TimeZones(), dialect: .excelCH)
    let written = try files.write(BookTenant(world.tenants[0]), month, to: folder)
    try files.writeSummary([written.figures], month, to: folder)
    #expect(try bytes() == before)
    #expect(try Files.list(folder).allSatisfy { !$0.contains(".tmp") })
  }

  @Test func `months in which no runner ran are made up for, oldest first`() throws {
    let world = try world(at: Timestamp(iso8601: "2026-01-15T10:00:00Z"))
    world.miss()
    try world.run(after: 31)
    try payAll(world)
    world.clock.now = try #require(Timestamp(iso8601: "2026-04-20T10:00:00Z"))
    try world.run()
    #expect(try figures(world, month: "2026-01")["missed_calls"] == "1")
    // Nothing happened in February; March is last month.
    #expect(!exists(world, "report_doerfler"))
    #expect(try figures(world, month: "2026-03")["missed_calls"] == "0")
    #expect(mails(world).map { $0.contains("AG, 2026-01") } == [true, true, false, false])
    #expect(mails(world).map { $0.contains("AG, 2026-03") } == [false, false, true, true])
  }

  @Test func `after a long silence Twilio's lists are read before a month is closed`() throws {
    let world = try world(at: Timestamp(iso8601: "2026-01-15T10:00:00Z"))
    world.miss()
    try world.run(after: 31)
    try payAll(world)
    // Our host is down: Twilio alone knows of this call.
    world.clock.now = try #require(Timestamp(iso8601: "2026-01-20T10:00:00Z"))
    try world.call(from: "+41781112233") { $0.lost = Set(CallScript.Stage.allCases) }
    world.clock.now = try #require(Timestamp(iso8601: "2026-02-20T10:00:00Z"))
    world.transport.latencyMilliseconds = 3000
    for _ in 0..<3 { try world.run(after: 60) }
    #expect(try figures(world, month: "2026-01")["missed_calls"] == "2")
    let ledger = try Files.read("\(world.home.reports)/2026-01/ledger_doerfler_2026-01.csv")
    #expect(String(decoding: ledger, as: UTF8.self).contains("expired;1\r\n"))
    #expect(mails(world).count == 2)
  }

  @Test func `a fresh installation reports no month before its first call`() throws {
    let world = try world()
    try world.run(linger: 55)
    try world.run(after: 3600)
    #expect(try Files.list(world.home.reports).isEmpty)
    #expect(world.transport.mails.isEmpty)
  }

  @Test func `a ledger that does not balance raises an alert, and nothing is written`() throws {
    let world = try world()
    world.miss()
    try world.run(after: 31)
    try payAll(world)
    let database = try Database(path: world.home.database, access: .readWrite)
    try database.execute("UPDATE calls SET reason = 'eaten by the dog'")
    world.clock.now = endOfFebruary.adding(minutes: 30)
    try world.run(linger: 55)
    try world.run(after: 600)
    #expect(!exists(world, "report_doerfler"))
    #expect(!exists(world, "summary"))
    #expect(world.transport.mails.isEmpty)
    let alerts = try world.alerts(since: endOfFebruary).filter {
      $0.cause != "runner_silent"
    }
    #expect(alerts.map(\.cause) == ["report_failed"])
    #expect(alerts[0].detail.contains("does not balance: 1 missed calls, 0 accounted for"))
    // Mended, it is made up for.
    try database.execute("UPDATE calls SET reason = 'sent'")
    try world.run(after: 600)
    #expect(exists(world, "summary"))
  }

  @Test func `a decision to send without its message does not balance`() throws {
    let world = try world()
    let store = try world.store()
    let books = try Bookkeeper(store: store, home: world.home)
    let call = try books.miss(
      "CA1", tenant: "doerfler", number: TestWorld.number, from: TestWorld.caller, at: "2026-02-10T10:00:00Z")
    _ = try store.decideSend(ifWaiting: call, at: books.time("2026-02-10T10:00:50Z"))
    let month = try #require(CivilMonth(iso8601: "2026-02"))
    let files = ReportFiles(store: store, zones: TimeZones(), dialect: .excelCH)
    #expect(
      throws: ReportError.outboxDoesNotBalance(
        tenant: "doerfler", month: "2026-02", decided: 1, messages: 0)
    ) { try files.figures(BookTenant(world.tenants[0]), month) }
  }

  @Test func `a tenant that was removed has a report of what happened`() throws {
    let world = try world()
    try world.addTenant("gone", number: "+41435550999")
    world.miss(to: "+41435550999")
    try world.run(after: 31)
    try payAll(world)
    world.tenants.removeLast()
    try world.apply()
    world.clock.now = endOfFebruary.adding(minutes: 30)
    try world.run(linger: 55)
    #expect(try figures(world, "report_gone")["missed_calls"] == "1")
    #expect(try figures(world, "report_gone")["customer_name"] == "gone")
    let summary = try Files.read("\(world.home.reports)/2026-02/summary_2026-02.csv")
    #expect(String(decoding: summary, as: UTF8.self).split(separator: "\r\n").count == 3)
  }

  @Test func `a report too large for a mail says where it is`() throws {
    let world = try world()
    let tenant = BookTenant(world.tenants[0])
    let month = try #require(CivilMonth(iso8601: "2026-02"))
    let files = ReportFiles(store: try world.store(), zones: TimeZones(), dialect: .excelCH)
    let figures = try files.figures(tenant, month)
    let letter = ReportLetter(figures, before: nil, attached: ["report.csv"], leftOut: ["messages.csv"])
    #expect(letter.text.contains("Dateien:\n- report.csv\n"))
    #expect(letter.text.contains("Zu gross für eine E-Mail, beim Betreiber erhältlich:\n- messages.csv"))
    #expect(letter.html.markup.contains("beim Betreiber erhältlich:<br>\nmessages.csv</p>"))
  }

  @Test(arguments: [
    ("2026-01", "2026-01-31T22:59:59Z", "2026-01-31T23:00:00Z"),
    ("2026-07", "2026-07-31T21:59:59Z", "2026-07-31T22:00:00Z"),
    // The clock has changed within the month.
    ("2026-03", "2026-03-31T21:59:59Z", "2026-03-31T22:00:00Z"),
    ("2026-10", "2026-10-31T22:59:59Z", "2026-10-31T23:00:00Z"),
    ("2028-02", "2028-02-29T22:59:59Z", "2028-02-29T23:00:00Z"),
  ])
  func `23:59:59 belongs to the month that ends, 00:00:00 to the next`(
    month: String, last: String, first: String
  ) throws {
    let world = try world()
    let store = try world.store()
    let books = try Bookkeeper(store: store, home: world.home)
    for (sid, at, answer) in [("a", last, "1"), ("b", first, "2")] {
      let call = try books.miss(
        "CA\(sid)", tenant: "doerfler", number: TestWorld.number, from: "+4179123450\(sid == "a" ? 1 : 2)",
        at: at)
      let accepted = try books.time(at).adding(seconds: 51).iso8601
      let message = try books.text("SM\(sid)", call: call, at: accepted, price: 0.0769)
      try books.reply(
        "SMr\(sid)", answer, to: message, tenant: "doerfler", from: "+4179123450\(sid == "a" ? 1 : 2)",
        number: TestWorld.number, at: try books.time(at).adding(seconds: 100).iso8601, price: 0.0075)
    }
    try books.settle()
    let files = ReportFiles(store: store, zones: TimeZones(), dialect: .excelCH)
    let ending = try #require(CivilMonth(iso8601: month))
    let tenant = BookTenant(world.tenants[0])
    let (old, new) = (try files.figures(tenant, ending), try files.figures(tenant, ending.next))
    #expect(old.missedCount == 1)
    #expect(new.missedCount == 1)
    #expect(old.sms.answers == ["1": 1])
    #expect(new.sms.answers == ["2": 1])
    #expect(old.ticketCount == 1)
    #expect(new.ticketCount == 1)
    // The money follows the messages, and they all went after midnight.
    #expect(old.charges.isEmpty)
    #expect(new.charges.first?.amount.text == "0.1688")
  }
}
