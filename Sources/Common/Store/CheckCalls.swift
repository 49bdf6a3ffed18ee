// CheckCalls.swift - calls to the number that a carrier forwards to ours: did they come back?
//
// A row of `messages` of the kind `alert` and the channel `call`. `delivered` is that it came back; any other end is `dead`.

import Business
import LocalTime
import SQLite

/// The newest check call of a tenant.
package struct CheckCall: Hashable, Sendable {
  package var state: MessageState
  package var createdAt: Timestamp
  /// nil: it was never placed.
  package var sentAt: Timestamp?
  /// When it came back, or was over.
  package var finishedAt: Timestamp?
  package var error: String?

  /// Somebody took it, which proves nothing.
  package var wasTaken: Bool { error == RingEnd.noKey.rawValue }
}

extension Store {
  package func lastCheckCall(tenant: String, to number: String) throws -> CheckCall? {
    try database.first(
      """
      SELECT state, created_at, sent_at, finished_at, error FROM messages
      WHERE tenant = ? AND recipient = ? AND kind = 'alert' AND channel = 'call' ORDER BY created_at DESC LIMIT 1
      """, .text(tenant), .text(number)
    ) { row throws(SQLiteError) in
      CheckCall(
        state: try row.choice(0), createdAt: row.timestamp(1), sentAt: row.optionalTimestamp(2),
        finishedAt: row.optionalTimestamp(3), error: row.optionalText(4))
    }
  }

  /// Any state -> delivered: the carrier has forwarded the newest check call that was made from then on.
  /// - Returns: false where there is none, or it was known.
  package func noteCheckCallBack(
    tenant: String, to number: String, since oldest: Timestamp, at now: Timestamp
  ) throws
    -> Bool
  {
    try database.execute(
      """
      UPDATE messages SET state = 'delivered', sent_at = coalesce(sent_at, ?4), finished_at = ?4, due_at = NULL,
        postponements = 0, unknown_since = NULL, held_since = NULL, error_code = NULL, error = NULL
      WHERE state <> 'delivered' AND attempts > 0 AND id = (
        SELECT id FROM messages WHERE tenant = ?1 AND recipient = ?2 AND kind = 'alert' AND channel = 'call'
          AND created_at BETWEEN ?3 AND ?4 ORDER BY created_at DESC LIMIT 1)
      """, .text(tenant), .text(number), .time(oldest), .time(now)) > 0
  }
}
