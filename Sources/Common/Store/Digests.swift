// Digests.swift - what the ceilings of notices, forms and withheld calls are compared with, and the messages that stand
// for many notices.
//
// A digest is a row of `messages` with `folded` > 0. It is made with the first notice above a ceiling, is due some time
// later, and until it leaves every further notice of its kind only raises its count: in the transaction of the ticket.

import Business
import LocalTime
import SQLite

/// A digest that has not left yet.
package struct OpenDigest: Hashable, Sendable {
  package var id: Int
  package var count: Int
  /// When the first of its notices was folded.
  package var since: Timestamp
}

extension Store {
  /// Notices to a person that were put into the outbox one by one since either time, of one budget; the day holds the
  /// hour.
  package func noticeCount(
    tenant: String, recipient: String, budget: Budget, hourSince: Timestamp, daySince: Timestamp
  ) throws -> (lastHour: Int, lastDay: Int) {
    try database.first(
      """
      SELECT total(created_at > ?4), count(*) FROM messages
      WHERE tenant = ?1 AND recipient = ?2 AND kind IN ('notification', 'escalation', 'page') AND created_at > ?5
        AND budget = ?3 AND folded = 0 AND ticket_id IS NOT NULL
      """, .text(tenant), .text(recipient), .text(budget.rawValue), .time(hourSince), .time(daySince)
    ) { ($0.integer(0), $0.integer(1)) } ?? (0, 0)
  }

  package func openDigest(tenant: String, recipient: String, budget: Budget) throws -> OpenDigest? {
    try database.first(
      """
      SELECT id, folded, created_at FROM messages
      WHERE tenant = ? AND recipient = ? AND budget = ? AND folded > 0 AND state = 'queued' AND attempts = 0
      ORDER BY id DESC LIMIT 1
      """, .text(tenant), .text(recipient), .text(budget.rawValue)
    ) { OpenDigest(id: $0.integer(0), count: $0.integer(1), since: $0.timestamp(2)) }
  }

  /// The digest stands for so many now; no try of it has begun.
  package func rewriteDigest(ifQueued id: Int, as message: NewMessage) throws {
    try database.execute(
      """
      UPDATE messages SET folded = ?2, body = ?3, subject = ?4, encoding = ?5, segments = ?6
      WHERE id = ?1 AND folded > 0 AND state = 'queued' AND attempts = 0
      """, .integer(id), .integer(message.folded), .text(message.body), .text(message.subject),
      .text(message.encoding), .integer(message.segments))
  }

  /// The digest counts the ticket already.
  package func isGathered(ticket: Int, into digest: Int) throws -> Bool {
    try database.integer(
      "SELECT 1 FROM ticket_events WHERE ticket_id = ? AND type = 'notice_folded' AND message_id = ? LIMIT 1",
      .integer(ticket), .integer(digest)) != nil
  }

  /// The tickets that a digest counts, made at `since`, in the order they came.
  package func ticketsGathered(into digest: Int, since: Timestamp) throws -> [Int] {
    try database.rows(
      """
      SELECT DISTINCT ticket_id FROM ticket_events
      WHERE at >= ? AND message_id = ? AND type = 'notice_folded' AND ticket_id IS NOT NULL ORDER BY ticket_id
      """, .time(since), .integer(digest)
    ) { $0.integer(0) }
  }

  // MARK: forms

  /// Tickets that forms of one origin made since `oldest`.
  package func formCount(tenant: String, origin: TicketOrigin, since oldest: Timestamp) throws -> Int {
    try database.integer(
      "SELECT count(*) FROM tickets WHERE tenant = ? AND origin = ? AND origin <> 'caller' AND created_at > ?",
      .text(tenant), .text(origin.rawValue), .time(oldest)) ?? 0
  }

  /// Something passed between the tenant and the number itself since `oldest`: an SMS, either way, or a call.
  package func wasInTouch(tenant: String, phone: String, since oldest: Timestamp) throws -> Bool {
    if try wasTexted(tenant: tenant, phone: phone, since: oldest) { return true }
    return try database.integer(
      """
      SELECT EXISTS (SELECT 1 FROM inbound_messages WHERE tenant = ?1 AND sender = ?2 AND received_at >= ?3)
        OR EXISTS (SELECT 1 FROM calls WHERE tenant = ?1 AND caller = ?2 AND started_at >= ?3)
      """, .text(tenant), .text(phone), .time(oldest)) == 1
  }

  /// An SMS with our menu or with the form's link went to the number since `oldest`.
  package func wasTexted(tenant: String, phone: String, since oldest: Timestamp) throws -> Bool {
    try database.integer(
      """
      SELECT 1 FROM messages
      WHERE tenant = ? AND recipient = ? AND kind IN ('missed_call', 'wizard_link') AND created_at >= ?
        AND (sent_at IS NOT NULL OR state = 'sending') LIMIT 1
      """, .text(tenant), .text(phone), .time(oldest)) != nil
  }

  // MARK: withheld callers

  /// Tickets of callers who hide their number, made since `oldest`.
  package func hiddenTicketCount(tenant: String, since oldest: Timestamp) throws -> Int {
    try database.integer(
      """
      SELECT count(*) FROM tickets
      WHERE tenant = ? AND created_at > ? AND source = 'voice_menu' AND (phone = ? OR origin = 'keyed')
      """, .text(tenant), .time(oldest), .text(PhoneNumber.withheldWord)) ?? 0
  }

  /// Counts a call into the newest open ticket of a withheld number made since `oldest`.
  /// - Returns: the ticket and how many calls it stands for beside its own; nil where none is open.
  package func foldWithheldCall(tenant: String, since oldest: Timestamp, at now: Timestamp) throws
    -> (ticket: Int, count: Int)?
  {
    try database.first(
      """
      UPDATE tickets SET folded = folded + 1, updated_at = ?4 WHERE id = (
        SELECT id FROM tickets
        WHERE tenant = ?1 AND created_at > ?2 AND source = 'voice_menu' AND phone = ?3 AND status <> 'DONE'
        ORDER BY created_at DESC, id DESC LIMIT 1)
      RETURNING id, folded
      """, .text(tenant), .time(oldest), .text(PhoneNumber.withheldWord), .time(now)
    ) { ($0.integer(0), $0.integer(1)) }
  }

  package func setSummary(ofTicket id: Int, _ summary: String) throws {
    try database.execute("UPDATE tickets SET summary = ?2 WHERE id = ?1", .integer(id), .text(summary))
  }
}
