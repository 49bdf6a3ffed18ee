// Tickets.swift - the tables `tickets` and `ticket_photos`.
//
// Status: NEW | NEEDS_CALLBACK -> IN_PROGRESS -> DONE -> NEW (reopened). Urgency only rises.

import Business
import LocalTime
import SQLite

/// A row of `tickets`.
package struct TicketRow: Hashable, Sendable {
  package var id: Int
  package var tenant: String
  package var phone: String
  package var source: TicketSource
  package var urgency: Urgency
  package var status: TicketStatus
  package var summary: String
  package var slaDueAt: Timestamp
  package var createdAt: Timestamp
  package var updatedAt: Timestamp
  package var origin: TicketOrigin
  /// Who has it, as the tenant names his people.
  package var person: String?
  /// The last act of a person; nil where nobody did anything yet.
  package var actedAt: Timestamp?
  /// When it was done last.
  package var doneAt: Timestamp?
  /// Of one that is done.
  package var outcome: TicketOutcome?
  /// Hundredths of the tenant's currency.
  package var amount: Int?
  /// What the caller called himself in a form.
  package var callerName: String?

  static let columns = """
    id, tenant, phone, source, urgency, status, summary, sla_due_at, created_at, updated_at, origin, person, acted_at,
    done_at, outcome, amount, caller_name
    """

  init(_ row: Row) throws(SQLiteError) {
    id = row.integer(0)
    tenant = row.text(1)
    phone = row.text(2)
    source = try row.choice(3)
    urgency = try row.choice(4)
    status = try row.choice(5)
    summary = row.text(6)
    slaDueAt = row.timestamp(7)
    createdAt = row.timestamp(8)
    updatedAt = row.timestamp(9)
    origin = try row.choice(10)
    person = row.optionalText(11)
    actedAt = row.optionalTimestamp(12)
    doneAt = row.optionalTimestamp(13)
    outcome = row.isNull(14) ? nil : try row.choice(14)
    amount = row.optionalInteger(15)
    callerName = row.optionalText(16)
  }
}

/// What became of a request.
package struct TicketChange: Hashable, Sendable {
  package var ticket: TicketRow
  package var isNew: Bool
  /// HIGH now, and not before.
  package var hasBecomeUrgent: Bool
}

/// What a reply, a key press or a sweep asks for.
package struct TicketRequest: Hashable, Sendable {
  package var tenant: String
  package var phone: String
  package var localDay: CivilDate
  package var source: TicketSource
  package var urgency: Urgency
  package var status: TicketStatus
  package var text: String
  package var slaDueAt: Timestamp
  package var callID: Int?
  /// Who asks. A form joins no ticket but the one it made itself.
  package var origin = TicketOrigin.caller
  /// The ticket that the same form made before.
  package var formTicketID: Int?
  /// What the caller calls himself in a form.
  package var callerName: String?

  package init(
    tenant: String, phone: String, localDay: CivilDate, source: TicketSource, urgency: Urgency,
    status: TicketStatus,
    text: String = "", slaDueAt: Timestamp, callID: Int? = nil
  ) {
    self.tenant = tenant
    self.phone = phone
    self.localDay = localDay
    self.source = source
    self.urgency = urgency
    self.status = status
    self.text = text
    self.slaDueAt = slaDueAt
    self.callID = callID
  }
}

/// What a person does with a ticket, beside noting something.
package enum TicketMove: Hashable, Sendable {
  case start, reopen
  /// Done, with what came of it; the amount in hundredths of the tenant's currency.
  case finish(TicketOutcome = .other, amount: Int? = nil)
}

extension Store {
  package func ticket(id: Int) throws -> TicketRow? {
    try database.first(
      "SELECT \(TicketRow.columns) FROM tickets WHERE id = ?", .integer(id), as: TicketRow.init)
  }

  /// Creates the ticket, or updates the open one of the same tenant, number and local day: urgency only
  /// rises (and with it the promise moves forward), text is appended, a callback wish is remembered.
  /// A number that is withheld has no open ticket to find, except of the same call; a form none but its own.
  package func upsertTicket(_ request: TicketRequest, at now: Timestamp) throws -> TicketChange {
    if let before = try openTicket(for: request) {
      let updated = try database.first(
        """
        UPDATE tickets SET
          urgency = CASE WHEN ?2 = 'HIGH' THEN 'HIGH' ELSE urgency END,
          sla_due_at = CASE WHEN ?2 = 'HIGH' AND urgency <> 'HIGH' THEN min(sla_due_at, ?5) ELSE sla_due_at END,
          escalate_at = CASE WHEN ?2 = 'HIGH' AND urgency <> 'HIGH' THEN min(sla_due_at, ?5) ELSE escalate_at END,
          status = CASE WHEN status = 'NEW' AND ?3 = 'NEEDS_CALLBACK' THEN 'NEEDS_CALLBACK' ELSE status END,
          caller_name = coalesce(?7, caller_name),
          summary = CASE WHEN ?4 = '' THEN summary WHEN summary = '' THEN ?4 ELSE summary || char(10) || ?4 END,
          updated_at = ?6
        WHERE id = ?1 AND status <> 'DONE' RETURNING \(TicketRow.columns)
        """, .integer(before.id), .text(request.urgency.rawValue), .text(request.status.rawValue),
        .text(request.text),
        .time(request.slaDueAt), .time(now), .text(request.callerName), as: TicketRow.init)
      if let updated {
        return TicketChange(
          ticket: updated, isNew: false, hasBecomeUrgent: updated.urgency == .high && before.urgency != .high
        )
      }
    }
    let created = try database.first(
      """
      INSERT INTO tickets
        (tenant, phone, local_day, source, urgency, status, summary, sla_due_at, escalate_at, created_at, updated_at,
         call_id, origin, caller_name, promised)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?10, ?10, ?9, ?11, ?12, ?13) RETURNING \(TicketRow.columns)
      """, .text(request.tenant), .text(request.phone), .text(request.localDay.iso8601),
      .text(request.source.rawValue), .text(request.urgency.rawValue), .text(request.status.rawValue),
      .text(request.text), .time(request.slaDueAt), .integer(request.callID), .time(now),
      .text(request.origin.rawValue), .text(request.callerName),
      .boolean(!PhoneNumber.isWithheld(request.phone)), as: TicketRow.init)
    guard let created else {
      throw SQLiteError(code: 1, message: "INSERT INTO tickets gave no row")
    }
    return TicketChange(ticket: created, isNew: true, hasBecomeUrgent: created.urgency == .high)
  }

  /// The open ticket of what the number itself asked for that day; there is none of a number that is withheld.
  package func openTicket(tenant: String, phone: String, localDay: CivilDate) throws -> TicketRow? {
    try database.first(
      """
      SELECT \(TicketRow.columns) FROM tickets
      WHERE tenant = ? AND phone = ? AND local_day = ? AND status <> 'DONE' AND phone LIKE '+%'
        AND origin = 'caller'
      """, .text(tenant), .text(phone), .text(localDay.iso8601), as: TicketRow.init)
  }

  /// The number has never been in touch itself: somebody who hides his own has typed it.
  package func isOnlyKeyed(tenant: String, phone: String) throws -> Bool {
    try database.integer(
      """
      SELECT EXISTS (SELECT 1 FROM tickets WHERE phone = ?2 AND tenant = ?1 AND origin = 'keyed')
        AND NOT EXISTS (SELECT 1 FROM calls WHERE tenant = ?1 AND caller = ?2)
        AND NOT EXISTS (SELECT 1 FROM inbound_messages WHERE tenant = ?1 AND sender = ?2)
      """, .text(tenant), .text(phone)) == 1
  }

  /// The number's newest request that is open, of whatever day.
  package func newestOpenTicket(tenant: String, phone: String) throws -> TicketRow? {
    try database.first(
      """
      SELECT \(TicketRow.columns) FROM tickets WHERE phone = ? AND tenant = ? AND status <> 'DONE'
      ORDER BY created_at DESC LIMIT 1
      """, .text(phone), .text(tenant), as: TicketRow.init)
  }

  /// The number's requests that are open.
  package func openTickets(tenant: String, phone: String) throws -> [TicketRow] {
    try database.rows(
      "SELECT \(TicketRow.columns) FROM tickets WHERE phone = ? AND tenant = ? AND status <> 'DONE'",
      .text(phone),
      .text(tenant), as: TicketRow.init)
  }

  private func openTicket(for request: TicketRequest) throws -> TicketRow? {
    if request.origin == .keyed { return try request.callID.flatMap { try openTicket(ofCall: $0) } }
    if request.origin != .caller {
      guard let id = request.formTicketID, let own = try ticket(id: id) else { return nil }
      return own.phone == request.phone && own.status != .done ? own : nil
    }
    if request.phone.hasPrefix("+") {
      return try openTicket(tenant: request.tenant, phone: request.phone, localDay: request.localDay)
    }
    guard let callID = request.callID else { return nil }
    return try openTicket(ofCall: callID)
  }

  package func openTicket(ofCall callID: Int) throws -> TicketRow? {
    try database.first(
      "SELECT \(TicketRow.columns) FROM tickets WHERE call_id = ? AND status <> 'DONE'", .integer(callID),
      as: TicketRow.init)
  }

  package func addPhoto(ticket: Int, url: String, contentType: String, at now: Timestamp) throws {
    try database.execute(
      "INSERT INTO ticket_photos (ticket_id, url, content_type, created_at) VALUES (?, ?, ?, ?)",
      .integer(ticket),
      .text(url), .text(contentType), .time(now))
  }

  /// NEW | NEEDS_CALLBACK -> IN_PROGRESS.
  package func startTicket(ifWaiting id: Int, by person: String, at now: Timestamp) throws -> Bool {
    try database.execute(
      """
      UPDATE tickets SET status = 'IN_PROGRESS', updated_at = ?2, acted_at = ?2, person = ?3,
        human_at = coalesce(human_at, ?2)
      WHERE id = ?1 AND status IN ('NEW', 'NEEDS_CALLBACK')
      """, .integer(id), .time(now), .text(person)) > 0
  }

  /// Any open status -> DONE.
  package func finishTicket(
    ifOpen id: Int, outcome: TicketOutcome, amount: Int?, by person: String, at now: Timestamp
  ) throws -> Bool {
    try write {
      let isDone =
        try database.execute(
          """
          UPDATE tickets SET status = 'DONE', updated_at = ?2, acted_at = ?2, done_at = ?2, outcome = ?3, amount = ?4,
            person = coalesce(person, ?5), human_at = coalesce(human_at, ?2)
          WHERE id = ?1 AND status <> 'DONE'
          """, .integer(id), .time(now), .text(outcome.rawValue), .integer(amount), .text(person)) > 0
      if isDone { try countDone(id, 1) }
      return isDone
    }
  }

  /// DONE -> NEW, unless the number has another open ticket of that day, or was forgotten (then the result is false
  /// too).
  package func reopenTicket(ifDone id: Int, at now: Timestamp) throws -> Bool {
    try write {
      let isOpen =
        try database.execute(
          """
          UPDATE tickets AS this SET status = 'NEW', updated_at = ?2, acted_at = ?2, escalate_at = NULL, page_order = NULL,
            page_round = NULL, page_at = NULL, outcome = NULL,
            amount = NULL
          WHERE id = ?1 AND status = 'DONE' AND phone <> 'forgotten' AND (origin <> 'caller' OR NOT EXISTS (
            SELECT 1 FROM tickets AS other
            WHERE other.tenant = this.tenant AND other.phone = this.phone AND other.local_day = this.local_day
              AND other.status <> 'DONE' AND other.phone LIKE '+%' AND other.origin = 'caller'))
          """, .integer(id), .time(now)) > 0
      if isOpen { try countDone(id, -1) }
      return isOpen
    }
  }

  /// The list of finished tickets, which no page counts, has one more or one less: this one.
  func countDone(_ ticket: Int, _ change: Int) throws {
    try database.execute(
      """
      INSERT INTO done_counts (tenant, tickets) SELECT tenant, ?2 FROM tickets WHERE id = ?1
      ON CONFLICT (tenant) DO UPDATE SET tickets = tickets + excluded.tickets
      """, .integer(ticket), .integer(change))
  }

  /// Any open status -> IN_PROGRESS, with whom it is given to. To write to a caller or to give his request away is an
  /// act of a person as well.
  package func hand(ifOpen id: Int, to person: String, at now: Timestamp) throws -> Bool {
    try database.execute(
      """
      UPDATE tickets SET status = 'IN_PROGRESS', updated_at = ?2, acted_at = ?2, person = ?3,
        human_at = coalesce(human_at, ?2)
      WHERE id = ?1 AND status <> 'DONE'
      """, .integer(id), .time(now), .text(person)) > 0
  }

  /// A person moves a ticket, and the log says who. Whoever takes it, or closes it, has seen to its caller.
  /// - Returns: false where the ticket is in no state for it; nothing is changed then.
  package func move(_ ticket: TicketRow, _ move: TicketMove, by person: String, at now: Timestamp) throws
    -> Bool
  {
    try write {
      let event: EventType
      let isDone: Bool
      switch move {
      case .start:
        (event, isDone) = (.ticketStarted, try startTicket(ifWaiting: ticket.id, by: person, at: now))
      case .finish(let outcome, let amount):
        event = .ticketDone
        isDone = try finishTicket(
          ifOpen: ticket.id, outcome: outcome, amount: amount, by: person, at: now)
      case .reopen:
        (event, isDone) = (.ticketReopened, try reopenTicket(ifDone: ticket.id, at: now))
      }
      guard isDone else { return false }
      if event != .ticketReopened { try noteHandled(ticket, at: now) }
      return try logEvent(event, tenant: ticket.tenant, ticket: ticket.id, detail: person, at: now)
    }
  }

  /// The ticket's caller has been seen to.
  package func noteHandled(_ ticket: TicketRow, at now: Timestamp) throws {
    guard PhoneNumber.isWithheld(ticket.phone) else {
      return try handle(caller: ticket.phone, tenant: ticket.tenant, at: now)
    }
    let call = try database.integer(
      "SELECT call_id FROM tickets WHERE id = ? AND call_id IS NOT NULL", .integer(ticket.id))
    if let call { try handle(call: call, at: now) }
  }

  /// Notes a person's words with a ticket, in whatever status: they stand in its history, with their author and
  /// time, and the summary stays what the caller said. Whoever looks at the ticket as it was before has an old view.
  /// - Parameter person: the author, as the history names him.
  /// - Returns: false where there is no such ticket, or what it was about was forgotten.
  @discardableResult
  package func note(ticket id: Int, text: String, by person: String, at now: Timestamp) throws -> Bool {
    try write {
      let tenant = try database.first(
        "UPDATE tickets SET updated_at = ?2, acted_at = ?2 WHERE id = ?1 AND phone <> ?3 RETURNING tenant",
        .integer(id),
        .time(now), .text(Forgotten.number)
      ) { $0.text(0) }
      guard let tenant else { return false }
      return try logEvent(.ticketNote, tenant: tenant, ticket: id, detail: person, words: text, at: now)
    }
  }
}
