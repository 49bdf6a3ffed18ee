// WebhookEventTests.swift - what other programs are told stands in the outbox with what happened, or not at all.

import Business
import LocalTime
import Testing

@testable import Store

@Suite struct WebhookEventTests {
  private struct Failure: Error {}

  private let fixture: Fixture
  private var store: Store { fixture.store }

  init() throws {
    fixture = try Fixture()
    fixture.store.receivers = fixture.receivers
  }

  private func rows() throws -> [(type: String, to: String, id: String, body: String)] {
    try store.database.rows(
      "SELECT sender, recipient, subject, body FROM messages WHERE channel = 'webhook' ORDER BY id"
    ) { ($0.text(0), $0.text(1), $0.text(2), $0.text(3)) }
  }

  private func makeTicket() throws -> TicketRow {
    let ticket = try store.upsertTicket(try fixture.request(text: "Rohr \"tropft\"\n€"), at: now).ticket
    try store.logEvent(.ticketCreated, tenant: "a", ticket: ticket.id, at: now)
    return ticket
  }

  @Test func `an event is written for each receiver, with one id, or ids only`() throws {
    let ticket = try store.write { try makeTicket() }
    let rows = try rows()
    #expect(rows.map(\.type) == ["ticket.created", "ticket.created"])
    #expect(Set(rows.map(\.id)).count == 1)
    #expect(rows[0].id.hasPrefix("evt_") && !rows[0].id.contains("."))
    let listed = try #require(try store.listedJSON(.tickets, id: ticket.id))
    #expect(
      rows[0].body == #"{"type":"ticket.created","timestamp":"2026-02-10T08:15:30Z","data":\#(listed)}"#)
    #expect(
      rows[1].body
        == #"{"type":"ticket.created","timestamp":"2026-02-10T08:15:30Z","data":{"id":\#(ticket.id),"tenant":"a"}}"#
    )
  }

  @Test func `what is rolled back is not told, and what is told is not rolled back`() throws {
    #expect(throws: Failure.self) {
      try store.write {
        _ = try makeTicket()
        throw Failure()
      }
    }
    #expect(try rows().isEmpty)
    #expect(try fixture.integer("SELECT count(*) FROM tickets") == 0)
    // Nothing of it is left to be told with the next transaction.
    try store.write { try store.logEvent(.inboxOpened, tenant: "a", at: now) }
    #expect(try rows().isEmpty)
  }

  @Test func `a row that cannot be written takes what happened back with it`() throws {
    try store.database.execute(
      script: "CREATE TRIGGER full BEFORE INSERT ON messages BEGIN SELECT raise(ABORT, 'no room'); END")
    #expect(throws: (any Error).self) { try store.write { _ = try makeTicket() } }
    #expect(try fixture.integer("SELECT count(*) FROM tickets") == 0)
    #expect(try fixture.integer("SELECT count(*) FROM ticket_events") == 0)
  }

  @Test func `several changes of a request in one transaction are told once`() throws {
    let ticket = try store.write {
      let ticket = try makeTicket()
      try store.note(ticket: ticket.id, text: "x", by: "Anna", at: now)
      return ticket
    }
    #expect(try rows().map(\.type) == ["ticket.created", "ticket.created"])
    try store.write {
      try store.note(ticket: ticket.id, text: "y", by: "Anna", at: now)
      _ = try store.move(ticket, .finish(.won, amount: 12_050), by: "Anna", at: now)
    }
    let done = try rows().dropFirst(2)
    #expect(done.map(\.type) == ["ticket.done", "ticket.done"])
    #expect(done.first?.body.contains(#""outcome":"won","amount":120.5,"person":"Anna""#) == true)
    #expect(Set(try rows().map(\.id)).count == 2)
  }

  @Test func `an entry of the log by itself is a transaction with what it tells`() throws {
    let ticket = try store.upsertTicket(try fixture.request(), at: now).ticket
    try store.logEvent(.ticketUpdated, tenant: "a", ticket: ticket.id, at: now)
    #expect(try rows().map(\.type) == ["ticket.updated", "ticket.updated"])
  }

  @Test func `two events of the same moment have two ids`() throws {
    let ticket = try store.write { try makeTicket() }
    for _ in 0..<2 {
      try store.write { try store.note(ticket: ticket.id, text: "x", by: "Anna", at: now) }
    }
    #expect(Set(try rows().map(\.id)).count == 3)
  }

  @Test func `a message is told as sent when it is accepted first, and no webhook ever is`() throws {
    let id = try fixture.message()
    for attempt in 1...2 {
      let at = now.adding(seconds: 60 * attempt)
      _ = try store.claim(ifWaiting: id, at: at, lookAt: at)
      try store.write {
        try store.markAccepted(ifSending: id, attempt: attempt, sid: "SM\(attempt)", segments: 1, at: at)
      }
      let row = try fixture.row(id)
      try store.write { try store.markFailed(row, code: 30_008, error: "x", retryAt: at, at: at) }
    }
    #expect(try rows().map(\.type) == ["message.sent", "message.sent"])
    let hook = try fixture.row(id + 1)
    _ = try store.claim(ifWaiting: hook.id, at: now, lookAt: now)
    try store.write { try store.markWebhookDelivered(ifSending: try fixture.row(hook.id), at: now) }
    #expect(try fixture.row(hook.id).state == .delivered)
    #expect(try rows().count == 2)
  }

  @Test func `a caller who was seen to is told call by call`() throws {
    store.receivers = .none
    let calls = try ["CA1", "CA2"].map { try fixture.missedCall($0) }
    store.receivers = fixture.receivers
    try store.write { try store.handle(caller: caller, tenant: "a", at: now.adding(hours: 1)) }
    let told = try rows().filter { $0.to.hasPrefix("https://crm") }
    #expect(told.map(\.type) == ["call.handled", "call.handled"])
    #expect(Set(told.map(\.body)).count == calls.count)
    // Nobody is seen to twice.
    try store.write { try store.handle(caller: caller, tenant: "a", at: now.adding(hours: 2)) }
    #expect(try rows().count == 4)
  }

  @Test func `an alert is told with its cause and its end, and a report with its files`() throws {
    try store.raiseAlert(cause: AlertCause.smsLimit, tenant: "a", detail: "zu \"viele\"", at: now)
    let later = now.adding(hours: 2)
    try store.raiseAlert(cause: AlertCause.smsLimit, tenant: "a", detail: "noch mehr", at: later)
    let open = try #require(try store.openConditions().first)
    try store.solve(open, at: later.adding(minutes: 5))
    let january = try #require(CivilMonth(iso8601: "2026-01"))
    try store.write {
      store.tellReport(tenant: "a", month: january, files: ["2026-01/a.csv", "2026-01/b.csv"], at: now)
    }
    let told = try rows().filter { $0.to.hasPrefix("https://crm") }
    #expect(told.map(\.type) == ["alert.raised", "alert.raised", "alert.solved", "report.closed"])
    #expect(
      told[0].body.hasSuffix(
        #""data":{"cause":"sms_limit","tenant":"a","since":"2026-02-10T08:15:30Z","text":"zu \"viele\"","solved_at":null}}"#
      ))
    #expect(
      told[2].body.hasSuffix(
        #""since":"2026-02-10T08:15:30Z","text":"noch mehr","solved_at":"2026-02-10T10:20:30Z"}}"#))
    #expect(
      told[3].body.hasSuffix(
        #""data":{"tenant":"a","month":"2026-01","files":["2026-01/a.csv","2026-01/b.csv"]}}"#))
  }
}
