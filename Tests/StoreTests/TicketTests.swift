// TicketTests.swift - a ticket's statuses against every operation, and what a further reply does to it.

import Business
import LocalTime
import SQLite
import Testing

@testable import Store

@Suite struct TicketTests {
  let fixture: Fixture
  var store: Store { fixture.store }

  init() throws { fixture = try Fixture() }

  enum Move: CaseIterable {
    case start, finish, reopen, note

    func apply(_ store: Store, _ id: Int) throws -> Bool {
      let later = now.adding(hours: 1)
      return switch self {
      case .start: try store.startTicket(ifWaiting: id, by: "anna", at: later)
      case .finish: try store.finishTicket(ifOpen: id, outcome: .other, amount: nil, by: "anna", at: later)
      case .reopen: try store.reopenTicket(ifDone: id, at: later)
      case .note: try store.note(ticket: id, text: "called back", by: "Ada", at: later)
      }
    }

    func end(from status: TicketStatus) -> TicketStatus? {
      switch self {
      case .start: status.awaitsWork ? .inProgress : nil
      case .finish: status.isOpen ? .done : nil
      case .reopen: status == .done ? .new : nil
      case .note: status
      }
    }
  }

  private func ticket(_ status: TicketStatus, phone: String = caller) throws -> Int {
    let first: TicketStatus = status == .needsCallback ? .needsCallback : .new
    let id = try store.upsertTicket(fixture.request(.medium, first, phone: phone), at: now).ticket.id
    if status == .inProgress { _ = try store.startTicket(ifWaiting: id, by: "anna", at: now) }
    if status == .done {
      _ = try store.finishTicket(ifOpen: id, outcome: .other, amount: nil, by: "anna", at: now)
    }
    return id
  }

  @Test(arguments: TicketStatus.allCases, Move.allCases) func `a ticket makes the allowed moves and no other`(
    _ status: TicketStatus, _ move: Move
  ) throws {
    let id = try ticket(status)
    let before = try fixture.dump("tickets")
    let said = try move.apply(store, id)
    let after = try fixture.dump("tickets")
    let end = try #require(try store.ticket(id: id)).status
    let expected = move.end(from: status)
    let hasChanged = after != before
    #expect(said == (expected != nil))
    #expect(hasChanged == said)
    #expect(end == expected ?? status)
    let absent = try move.apply(store, 99)
    #expect(!absent)
  }

  @Test(arguments: TicketStatus.allCases, [TicketStatus.new, .needsCallback])
  func `a further reply of the day updates an open ticket and doubles none`(
    _ status: TicketStatus, _ wish: TicketStatus
  ) throws {
    let id = try ticket(status)
    let change = try store.upsertTicket(
      fixture.request(.medium, wish, text: "more"), at: now.adding(hours: 1))
    let updated = change.ticket
    #expect(change.isNew == !status.isOpen)
    #expect((updated.id == id) == status.isOpen)
    #expect(updated.summary == "more")
    if status.isOpen {
      // A wish to be called back is remembered, but nobody's work is undone.
      #expect(updated.status == (status == .new && wish == .needsCallback ? .needsCallback : status))
    } else {
      #expect(updated.status == wish)
    }
  }

  @Test func `urgency only rises, the promise only moves forward, texts are appended`() throws {
    let soon = now.adding(minutes: 30)
    let late = now.adding(hours: 4)
    var becameUrgent: [Bool] = []
    func reply(_ urgency: Urgency, _ text: String, _ sla: Timestamp) throws -> TicketRow {
      let change = try store.upsertTicket(fixture.request(urgency, text: text, sla: sla), at: now)
      becameUrgent.append(change.hasBecomeUrgent)
      return change.ticket
    }
    let first = try reply(.medium, "", late)
    let second = try reply(.high, "pipe burst", soon)
    let third = try reply(.medium, "water!", late)
    let fourth = try reply(.high, "", now)
    #expect(becameUrgent == [false, true, false, false])
    #expect([first, second, third, fourth].map(\.urgency) == [.medium, .high, .high, .high])
    #expect([first, second, third, fourth].map(\.slaDueAt) == [late, soon, soon, soon])
    #expect(fourth.summary == "pipe burst\nwater!")
  }

  @Test func `an urgent reply that comes late does not move an earlier promise back`() throws {
    let early = now.adding(minutes: 5)
    _ = try store.upsertTicket(fixture.request(.medium, sla: early), at: now)
    let urgent = try store.upsertTicket(fixture.request(.high, sla: now.adding(minutes: 30)), at: now).ticket
    #expect(urgent.slaDueAt == early)
  }

  @Test func `another tenant, number or day is another ticket`() throws {
    let request = try fixture.request()
    var elsewhere = request
    elsewhere.tenant = "b"
    let requests = try [
      request, elsewhere, fixture.request(phone: "+41790000000"), fixture.request(day: "2026-02-11"),
    ]
    let isNew = try requests.map { try store.upsertTicket($0, at: now).isNew }
    #expect(isNew == [true, true, true, true])
  }

  @Test func `withheld numbers share no ticket, but one call has one`() throws {
    let calls = try ["CA1", "CA2"].map { try fixture.call($0, from: "anonymous") }
    func press(_ call: Int?) throws -> (id: Int, isNew: Bool) {
      let result = try store.upsertTicket(fixture.request(phone: "anonymous", call: call), at: now)
      return (result.ticket.id, result.isNew)
    }
    let first = try press(calls[0])
    let again = try press(calls[0])
    let other = try press(calls[1])
    let unknown = try press(nil)
    #expect(first.isNew && other.isNew && unknown.isNew)
    #expect(!again.isNew && again.id == first.id)
  }

  @Test func `a ticket is not reopened beside an open one of its day`() throws {
    let done = try ticket(.done)
    let open = try ticket(.new)
    let refused = try store.reopenTicket(ifDone: done, at: now)
    _ = try store.finishTicket(ifOpen: open, outcome: .other, amount: nil, by: "anna", at: now)
    let allowed = try store.reopenTicket(ifDone: done, at: now)
    #expect(!refused)
    #expect(allowed)
  }

  @Test func `withheld tickets reopen beside one another`() throws {
    let done = try ticket(.done, phone: "anonymous")
    _ = try ticket(.new, phone: "anonymous")
    let allowed = try store.reopenTicket(ifDone: done, at: now)
    #expect(allowed)
  }

  @Test func `a note stands in the history with its author and time, and the caller's words stay his`() throws
  {
    let id = try ticket(.done)
    let before = try #require(try store.ticket(id: id))
    for (text, person) in [("one", "Ada"), ("two", "+41796660001")] {
      let noted = try store.note(ticket: id, text: text, by: person, at: now.adding(minutes: 1))
      #expect(noted)
    }
    let after = try #require(try store.ticket(id: id))
    #expect(after.summary == before.summary)
    #expect(after.updatedAt == now.adding(minutes: 1))
    let notes = try store.database.rows("SELECT detail || ': ' || words FROM ticket_events ORDER BY id") {
      $0.text(0)
    }
    #expect(notes == ["Ada: one", "+41796660001: two"])
  }

  @Test func `nothing is noted with a ticket that was forgotten`() throws {
    let id = try ticket(.done)
    try store.note(ticket: id, text: "secret", by: "Ada", at: now)
    try store.forgetTicket(id, at: now)
    let noted = try store.note(ticket: id, text: "again", by: "Ada", at: now)
    #expect(!noted)
    let words = try store.database.integer("SELECT count(*) FROM ticket_events WHERE words IS NOT NULL")
    #expect(words == 0)
  }
}
