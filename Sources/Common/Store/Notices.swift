// Notices.swift - who has been told of a ticket, and when it is escalated next.

import Business
import LocalTime
import SQLite

/// Why somebody is told of a ticket.
package enum NoticeKind: String, CaseIterable, Sendable {
  case new
  case urgent
  case escalation
}

extension Store {
  /// Notes that a person is told; false when that person was told for this reason before.
  package func recordNotice(ticket: Int, kind: NoticeKind, recipient: String, at now: Timestamp) throws
    -> Bool
  {
    try database.execute(
      "INSERT INTO ticket_notices (ticket_id, kind, recipient, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      .integer(ticket), .text(kind.rawValue), .text(recipient), .time(now)) > 0
  }

  /// Everybody who has been told of the ticket, for whatever reason, as `Tenant.Notify.key`.
  package func noticedRecipients(ticket: Int) throws -> Set<String> {
    Set(
      try database.rows("SELECT recipient FROM ticket_notices WHERE ticket_id = ?", .integer(ticket)) {
        $0.text(0)
      }
    ).union(
      try database.rows(
        "SELECT recipient FROM messages WHERE ticket_id = ? AND kind = 'page'", .integer(ticket)
      ) { Tenant.Notify.callKey($0.text(0)) })
  }

  /// The ticket that the last SMS notice to a person told of, of those that left in that time.
  package func lastNoticedTicket(
    tenant: String, recipient: String, since oldest: Timestamp, until now: Timestamp
  ) throws -> Int? {
    // A notice may have waited out a long weekend before it left.
    try database.integer(
      """
      SELECT ticket_id FROM messages
      WHERE tenant = ?1 AND recipient = ?2 AND kind IN ('notification', 'escalation') AND created_at > ?5
        AND channel = 'sms' AND ticket_id IS NOT NULL
        AND (sent_at IS NOT NULL OR state = 'sending')
        AND coalesce(sent_at, claimed_at) BETWEEN ?3 AND ?4
      ORDER BY coalesce(sent_at, claimed_at) DESC, id DESC LIMIT 1
      """, .text(tenant), .text(recipient), .time(oldest), .time(now), .time(oldest.adding(days: -30)))
  }

  /// How often one of the tenant's people was answered since `oldest`.
  package func staffAnswerCount(tenant: String, recipient: String, since oldest: Timestamp) throws -> Int {
    try database.integer(
      """
      SELECT count(*) FROM messages
      WHERE tenant = ? AND recipient = ? AND kind = 'notification' AND created_at > ? AND inbound_id IS NOT NULL
      """, .text(tenant), .text(recipient), .time(oldest)) ?? 0
  }

  /// Tickets nobody has started although their promise, or the last escalation's time, has passed.
  package func ticketsToEscalate(at now: Timestamp, limit: Int) throws -> [TicketRow] {
    try database.rows(
      """
      SELECT \(TicketRow.columns) FROM tickets
      WHERE status IN ('NEW', 'NEEDS_CALLBACK') AND escalate_at IS NOT NULL AND escalate_at <= ?
      ORDER BY escalate_at LIMIT ?
      """, .time(now), .integer(limit), as: TicketRow.init)
  }

  /// How often the ticket has been escalated.
  package func escalations(ticket: Int) throws -> Int {
    try database.integer("SELECT escalations FROM tickets WHERE id = ?", .integer(ticket)) ?? 0
  }

  /// Counts an escalation and sets the time of the next; nil = nobody is left to tell.
  /// False when the ticket has been started or escalated meanwhile.
  package func noteEscalation(ifWaiting ticket: Int, was count: Int, next: Timestamp?) throws -> Bool {
    try database.execute(
      """
      UPDATE tickets SET escalations = escalations + 1, escalate_at = ?3
      WHERE id = ?1 AND escalations = ?2 AND status IN ('NEW', 'NEEDS_CALLBACK')
      """, .integer(ticket), .integer(count), .time(next)) > 0
  }

  package func postponeEscalation(ticket: Int, until: Timestamp) throws {
    try database.execute(
      "UPDATE tickets SET escalate_at = ?2 WHERE id = ?1 AND escalate_at IS NOT NULL", .integer(ticket),
      .time(until))
  }

  package func nextEscalation() throws -> Timestamp? {
    try database.first(
      """
      SELECT escalate_at FROM tickets WHERE status IN ('NEW', 'NEEDS_CALLBACK') AND escalate_at IS NOT NULL
      ORDER BY escalate_at LIMIT 1
      """
    ) { $0.timestamp(0) }
  }
}
