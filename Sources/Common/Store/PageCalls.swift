// PageCalls.swift - calls to the tenant's people: what becomes of one, and how a request goes on to the next of them.
//
// A call is a row of `messages`, placed and looked back at as an SMS is. `delivered` is a key that was pressed, or (of a
// callback, Callbacks.swift) that the two were connected; any other end is `dead`. See docs/state-machines.md.

import Business
import LocalTime
import SQLite

/// How far an urgent request has gone round the people who are rung for it.
package struct PageStep: Hashable, Sendable {
  package var ticket: TicketRow
  /// Place in the chain of those who were told last.
  package var order: Int
  package var round: Int
}

extension Store {
  // MARK: one call

  package func ringCall(id: Int, tenant: String) throws -> OutboxRow? {
    try message(id: id).flatMap { $0.channel == .call && $0.tenant == tenant ? $0 : nil }
  }

  /// Twilio speaks of the call: so it exists, whatever became of our request.
  /// - Returns: the row as it is then.
  package func noteCallExists(_ row: OutboxRow, sid: String, at now: Timestamp) throws -> OutboxRow {
    guard try !knowsAttempt(sid: sid) else { return row }
    try noteExistence(of: row, sid: sid, at: now)
    return try message(id: row.id) ?? row
  }

  /// Any state -> delivered: it was what it was for. Nothing is raised that was forgotten.
  /// - Returns: false where that was known.
  package func markCallAnswered(_ row: OutboxRow, sid: String, at now: Timestamp) throws -> Bool {
    try database.execute(
      """
      UPDATE messages SET state = 'delivered', sid = coalesce(sid, ?2), sent_at = coalesce(sent_at, ?3),
        finished_at = ?3, due_at = NULL, postponements = 0, unknown_since = NULL, held_since = NULL,
        error_code = NULL, error = NULL
      WHERE id = ?1 AND channel = 'call' AND state <> 'delivered' AND attempts > 0 AND body <> ''
      """, .integer(row.id), .text(sid), .time(now)) > 0
  }

  /// accepted -> dead: the call is over, and was not.
  /// - Returns: false where the row has left `accepted`, or the call was an earlier try's.
  package func markCallUnanswered(ifAccepted row: OutboxRow, sid: String, _ end: RingEnd, at now: Timestamp)
    throws -> Bool
  {
    try database.execute(
      """
      UPDATE messages SET state = 'dead', due_at = NULL, finished_at = ?3, error = ?4
      WHERE id = ?1 AND sid = ?2 AND channel = 'call' AND state = 'accepted'
      """, .integer(row.id), .text(sid), .time(now), .text(end.rawValue)) > 0
  }

  /// The call has ended: its price may be known by now.
  package func noteCallEnded(sid: String, at now: Timestamp) throws { try hastenPrice(sid: sid, at: now) }

  /// The other leg of a call: it has a price of its own.
  package func noteConnectedLeg(_ row: OutboxRow, sid: String, at now: Timestamp) throws {
    try rememberAttempt(sid: sid, message: row.id, attempt: 0, at: now)
    try hastenPrice(sid: sid, at: now)
  }

  /// How often the person was rung about the ticket, or is to be.
  package func pageCount(ticket: Int, recipient: String) throws -> Int {
    try database.integer(
      "SELECT count(*) FROM messages WHERE ticket_id = ? AND recipient = ? AND kind = 'page'",
      .integer(ticket), .text(recipient)) ?? 0
  }

  /// A call to the person about the ticket waits, or was placed since and its end is not known.
  package func isBeingRung(ticket: Int, recipient: String, since: Timestamp) throws -> Bool {
    try database.integer(
      """
      SELECT 1 FROM messages WHERE ticket_id = ? AND recipient = ? AND channel = 'call'
        AND (state IN ('queued', 'sending', 'failed') OR (state = 'accepted' AND sent_at > ?)) LIMIT 1
      """, .integer(ticket), .text(recipient), .time(since)) != nil
  }

  /// A call between the two numbers has left, or not, and Twilio's answer is not known.
  package func isCallInDoubt(to recipient: String, from sender: String) throws -> Bool {
    try database.integer(
      """
      SELECT 1 FROM messages WHERE state = 'sending' AND channel = 'call' AND recipient = ? AND sender = ? LIMIT 1
      """, .text(recipient), .text(sender)) != nil
  }

  // MARK: the round of those who are rung

  /// As long as a call of the request waits to be placed, or it is not known whether it was, nobody else is rung.
  private static let goesOn = """
    page_at IS NOT NULL AND status IN ('NEW', 'NEEDS_CALLBACK') AND NOT EXISTS (
      SELECT 1 FROM messages AS m
      WHERE m.ticket_id = tickets.id AND m.channel = 'call' AND m.state IN ('queued', 'sending', 'failed'))
    """

  /// The first of them are told now.
  package func beginPages(ifNone ticket: Int, order: Int, next: Timestamp) throws {
    try database.execute(
      """
      UPDATE tickets SET page_order = ?2, page_round = 1, page_at = ?3
      WHERE id = ?1 AND page_round IS NULL AND status IN ('NEW', 'NEEDS_CALLBACK')
      """, .integer(ticket), .integer(order), .time(next))
  }

  /// Requests nobody has taken, whose next people are to be told.
  package func duePages(at now: Timestamp, limit: Int) throws -> [PageStep] {
    try database.rows(
      """
      SELECT \(TicketRow.columns), page_order, page_round FROM tickets
      WHERE \(Store.goesOn) AND page_at <= ? ORDER BY page_at LIMIT ?
      """, .time(now), .integer(limit)
    ) { row throws(SQLiteError) in
      PageStep(ticket: try TicketRow(row), order: row.integer(17), round: row.integer(18))
    }
  }

  package func nextPage() throws -> Timestamp? {
    try database.first("SELECT page_at FROM tickets WHERE \(Store.goesOn) ORDER BY page_at LIMIT 1") {
      $0.timestamp(0)
    }
  }

  /// On to the next of the round, or its end.
  /// - Returns: false where somebody has the request, or another went on with it.
  package func movePages(ifAt step: PageStep, order: Int, round: Int, next: Timestamp?) throws -> Bool {
    try database.execute(
      """
      UPDATE tickets SET page_order = ?4, page_round = ?5, page_at = ?6
      WHERE id = ?1 AND page_order = ?2 AND page_round = ?3 AND page_at IS NOT NULL
        AND status IN ('NEW', 'NEEDS_CALLBACK')
      """, .integer(step.ticket.id), .integer(step.order), .integer(step.round), .integer(order),
      .integer(round), .time(next)) > 0
  }

  /// A call was placed: whoever is next is told that long after it.
  package func delayPages(ticket: Int, until: Timestamp) throws {
    try database.execute(
      "UPDATE tickets SET page_at = max(page_at, ?2) WHERE id = ?1 AND page_at IS NOT NULL", .integer(ticket),
      .time(until))
  }

  /// A call cannot be placed: whoever is next is told now, unless another still rings.
  package func hastenPages(ticket: Int, at now: Timestamp) throws {
    try database.execute(
      """
      UPDATE tickets SET page_at = min(page_at, ?2)
      WHERE id = ?1 AND page_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM messages WHERE ticket_id = ?1 AND channel = 'call'
          AND state IN ('queued', 'sending', 'failed', 'accepted'))
      """, .integer(ticket), .time(now))
  }
}
