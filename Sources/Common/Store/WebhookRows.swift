// WebhookRows.swift - what is a webhook's own way through the outbox, and what its operator is shown.

import Business
import LocalTime
import SQLite

/// How it stands with one receiver.
package struct WebhookFigures: Hashable, Sendable {
  /// Rows that have not got there.
  package var waiting: Int
  package var deliveredAt: Timestamp?
  /// Why the last that was tried in vain was turned away.
  package var error: String?
}

extension Store {
  /// sending -> delivered: the receiver's answer is all the proof there can be.
  package func markWebhookDelivered(ifSending row: OutboxRow, at now: Timestamp) throws {
    let changed = try database.execute(
      """
      UPDATE messages SET state = 'delivered', sent_at = ?3, finished_at = ?3, due_at = NULL, postponements = 0,
        held_since = NULL, unknown_since = NULL
      WHERE id = ?1 AND state = 'sending' AND attempts = ?2 AND channel = 'webhook'
      """, .integer(row.id), .integer(row.attempts), .time(now))
    if changed > 0 { try log(.messageDelivered, row, detail: Channel.webhook.rawValue, at: now) }
  }

  /// What else is due to an address that has just failed waits too: it uses up no try, and no place that others need.
  package func putBackWebhooks(to url: String, until: Timestamp, at now: Timestamp) throws {
    try database.execute(
      """
      UPDATE messages SET due_at = ?2
      WHERE state IN ('queued', 'failed') AND due_at <= ?3 AND channel = 'webhook' AND +recipient = ?1
      """, .text(url), .time(until), .time(now))
  }

  /// What waits for the address is due now. Returns how many rows that are.
  package func resumeWebhooks(to url: String, tenant: String, at now: Timestamp) throws -> Int {
    try database.execute(
      """
      UPDATE messages SET due_at = ?3, held_since = NULL
      WHERE state IN ('queued', 'failed') AND channel = 'webhook' AND +recipient = ?1 AND tenant = ?2
      """, .text(url), .text(tenant), .time(now))
  }

  package func webhookFigures(to url: String, tenant: String) throws -> WebhookFigures {
    let row = try database.first(
      """
      SELECT total(state IN ('queued', 'sending', 'failed')), max(iif(state = 'delivered', sent_at, NULL)) FROM messages
      WHERE tenant = ?1 AND recipient = ?2 AND kind = 'event'
      """, .text(tenant), .text(url)
    ) { ($0.integer(0), $0.optionalTimestamp(1)) }
    let error = try database.first(
      """
      SELECT error FROM messages WHERE tenant = ?1 AND recipient = ?2 AND kind = 'event' AND error IS NOT NULL
      ORDER BY created_at DESC LIMIT 1
      """, .text(tenant), .text(url)
    ) { $0.text(0) }
    return WebhookFigures(waiting: row?.0 ?? 0, deliveredAt: row?.1, error: error)
  }
}
