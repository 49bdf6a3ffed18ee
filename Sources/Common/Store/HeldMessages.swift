// HeldMessages.swift - messages that wait because of us: the account, the sender, the set-up, a ceiling, the line to
// Twilio or to the mail server.
//
// Nobody who was to get one knows of it, so they are counted as overdue from their first due time, and every place
// that shows the state of things names them.

import Business
import LocalTime
import SQLite

/// A tenant's held messages of one cause.
package struct HeldMessages: Hashable, Sendable {
  /// "" for what belongs to no tenant, the operator's own mails.
  package var tenant: String
  package var count: Int
  /// When the oldest of them was due.
  package var since: Timestamp
  /// Twilio's code, where there is one.
  package var errorCode: Int?
  /// Why they wait.
  package var error: String
}

extension Store {
  /// Which rows of `messages` are held; the index `messages_held` has the same words. What another program does not take
  /// is no fault of ours.
  static let isHeld =
    "held_since IS NOT NULL AND state IN ('queued', 'sending', 'failed') AND channel <> 'webhook'"

  /// What was due before then and is held, by tenant and cause, the oldest first.
  package func heldMessages(dueBefore time: Timestamp) throws -> [HeldMessages] {
    try database.rows(
      """
      SELECT tenant, count(*), min(first_due_at), error_code, coalesce(error, '') AS why FROM messages
      WHERE \(Store.isHeld) AND first_due_at <= ? GROUP BY tenant, error_code, why ORDER BY min(first_due_at), tenant
      """, .time(time)
    ) {
      HeldMessages(
        tenant: $0.text(0), count: $0.integer(1), since: $0.timestamp(2), errorCode: $0.optionalInteger(3),
        error: $0.text(4))
    }
  }

  /// A message of the tenant is held for this code, or for any reason where `code` is nil.
  package func isHolding(tenant: String, code: Int?) throws -> Bool {
    try database.integer(
      "SELECT 1 FROM messages WHERE \(Store.isHeld) AND tenant = ?1 AND (?2 IS NULL OR error_code = ?2) LIMIT 1",
      .text(tenant), .integer(code)) != nil
  }

  /// A waiting message is kept back for a reason of ours; nothing was tried. Logged once per reason.
  package func holdBack(ifWaiting row: OutboxRow, until: Timestamp, reason: String, at now: Timestamp) throws
  {
    let isKnown =
      try database.execute(
        """
        UPDATE messages SET due_at = ?2, held_since = coalesce(held_since, ?4)
        WHERE id = ?1 AND state IN ('queued', 'failed') AND error IS ?3
        """, .integer(row.id), .time(until), .text(reason), .time(now)) > 0
    guard !isKnown else { return }
    let changed = try database.execute(
      """
      UPDATE messages SET due_at = ?2, error = ?3, error_code = NULL, held_since = coalesce(held_since, ?4)
      WHERE id = ?1 AND state IN ('queued', 'failed')
      """, .integer(row.id), .time(until), .text(reason), .time(now))
    if changed > 0 { try log(.messageHeld, row, detail: reason, at: now) }
  }
}
