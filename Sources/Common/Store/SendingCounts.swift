// SendingCounts.swift - how many messages have left, by tenant: what the ceilings are compared with.

import Business
import LocalTime
import SQLite

/// Tries of a tenant's messages that were taken, or may have been taken, by Twilio or the mail server.
package struct SendingCount: Hashable, Sendable {
  package var tenant: String
  package var kind: MessageKind
  package var budget: Budget
  package var lastHour: Int
  package var lastDay: Int
}

extension Store {
  /// Of the hour and the day up to `now`. A try counts from the moment it was claimed, so a crash hides none;
  /// one that was taken back (it never left, or was turned away) does not count. An earlier try of the
  /// same message counts at the time of its last one.
  package func sendingCounts(_ channel: Channel, at now: Timestamp) throws -> [SendingCount] {
    try database.rows(
      """
      SELECT tenant, kind, budget, sum(CASE WHEN claimed_at > ?1 THEN attempts ELSE 0 END), sum(attempts)
      FROM messages WHERE channel = ?3 AND claimed_at > ?2 AND attempts > 0 GROUP BY tenant, kind, budget
      """, .time(now.adding(hours: -1)), .time(now.adding(days: -1)), .text(channel.rawValue)
    ) { row throws(SQLiteError) in
      SendingCount(
        tenant: row.text(0), kind: try row.choice(1),
        budget: try row.choice(2), lastHour: row.integer(3), lastDay: row.integer(4))
    }
  }
}
