// StaffReplies.swift - what the tenant's people write to callers, and what they stop.

import Business
import LocalTime
import SQLite

extension Store {
  /// One of the tenant's people has written to the number since then.
  package func hasReplied(tenant: String, to phone: String, since: Timestamp) throws -> Bool {
    try database.integer(
      """
      SELECT 1 FROM messages WHERE tenant = ? AND recipient = ? AND kind = 'staff_reply' AND created_at >= ?
        AND state <> 'dead' LIMIT 1
      """, .text(tenant), .text(phone), .time(since)) != nil
  }

  /// Something new stands with the request: who looks at it as it was before has an old view.
  package func touch(ticket: Int, at now: Timestamp) throws {
    try database.execute(
      "UPDATE tickets SET updated_at = max(updated_at + 1, ?2) WHERE id = ?1", .integer(ticket), .time(now))
  }

  /// When the person was told of the request last, and whether that notice still waits; nil when never.
  package func lastNotice(ofTicket ticket: Int, to recipient: String) throws -> (at: Timestamp, waits: Bool)?
  {
    try database.first(
      """
      SELECT first_due_at, state IN ('queued', 'failed') FROM messages
      WHERE ticket_id = ? AND recipient = ? AND kind IN ('notification', 'escalation') AND state <> 'dead'
      ORDER BY id DESC LIMIT 1
      """, .integer(ticket), .text(recipient)
    ) { ($0.timestamp(0), $0.integer(1) != 0) }
  }

  /// What the machine would still send to the number is given up, and what waits is decided. What people wrote leaves.
  package func stopWaiting(for phone: String, tenant: String, reason: Reason, at now: Timestamp) throws {
    let calls = try database.rows(
      "SELECT id FROM calls WHERE tenant = ? AND caller = ? AND decision IN ('pending', 'deferred')",
      .text(tenant), .text(phone)
    ) { $0.integer(0) }
    for call in calls where try decideSkip(ifWaiting: call, reason: reason, at: now) {
      try logEvent(.decisionSkipped, tenant: tenant, call: call, detail: reason.code, at: now)
    }
    let rows = try database.rows(
      """
      SELECT \(OutboxRow.columns) FROM messages WHERE tenant = ? AND recipient = ?
        AND kind IN ('missed_call', 'confirmation', 'wizard_link') AND state IN ('queued', 'failed')
      """, .text(tenant), .text(phone), as: OutboxRow.init)
    for row in rows {
      try markDead(row, code: nil, error: "stopped by the tenant's people: \(reason.code)", at: now)
    }
  }

  /// The number's last missed call.
  package func lastMissedCall(tenant: String, caller: String) throws -> CallRow? {
    try database.first(
      """
      SELECT \(CallRow.columns) FROM calls WHERE tenant = ? AND caller = ? AND outcome = 'missed'
      ORDER BY started_at DESC LIMIT 1
      """, .text(tenant), .text(caller), as: CallRow.init)
  }
}
