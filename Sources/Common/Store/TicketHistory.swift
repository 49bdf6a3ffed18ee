// TicketHistory.swift - what happened to a ticket and what was said, as staff read it: events with their words, and
// the caller's own messages.

import LocalTime
import SQLite

/// A line of a ticket's history.
package struct TicketHistoryLine: Hashable, Sendable {
  /// `reply` is a message of the caller's.
  package var type: EventType
  /// Who did it; of other events a code.
  package var detail: String
  /// What was written; empty where nothing was, or it was forgotten.
  package var words: String
  package var at: Timestamp
}

extension Store {
  /// What the history shows of the log; a reply is read with its words, where it came in.
  private static let shown: [EventType] = [
    .ticketCreated, .wizardSubmitted, .ticketUrgent, .ticketEscalated, .ticketStarted, .ticketDone,
    .ticketReopened, .ticketNote,
  ]
  private static let shownEvents =
    "ticket_id = ?1 AND type IN (\(shown.map { "'\($0.rawValue)'" }.joined(separator: ", ")))"

  /// A page of the history, oldest line first. Page 1 is the end of it, page 2 what came before.
  package func history(ticket: Int, page: Int) throws -> ListPage<TicketHistoryLine> {
    try snapshot {
      let count = try database.integer(
        """
        SELECT (SELECT count(*) FROM ticket_events WHERE \(Store.shownEvents))
          + (SELECT count(*) FROM inbound_messages WHERE ticket_id = ?1)
        """, .integer(ticket))
      return try listPage(page, of: count ?? 0) { size, offset in
        // Of one moment: first that there is a ticket, then what was said, then what came of it.
        try database.rows(
          """
          SELECT type, detail, words, at, id,
            CASE type WHEN 'ticket_created' THEN 0 WHEN 'wizard_submitted' THEN 1 ELSE 2 END AS place
          FROM ticket_events WHERE \(Store.shownEvents)
          UNION ALL
          SELECT 'reply', answer, body, received_at, id, 1 FROM inbound_messages WHERE ticket_id = ?1
          ORDER BY at DESC, place DESC, id DESC LIMIT ?2 OFFSET ?3
          """, .integer(ticket), .integer(size), .integer(offset)
        ) { row throws(SQLiteError) in
          TicketHistoryLine(
            type: try row.choice(0), detail: row.text(1), words: row.text(2),
            at: row.timestamp(3))
        }.reversed()
      }
    }
  }
}
