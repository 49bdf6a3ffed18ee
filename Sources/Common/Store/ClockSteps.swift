// ClockSteps.swift - what waits, after the machine's clock was set.

import LocalTime
import SQLite

extension Store {
  /// Moves what waits by as much as the clock was set. Set back: nothing is due later than it was. Set forward:
  /// nothing grows too old by it, and what Twilio is to be asked about is not given up for lost at once. What waits
  /// for an hour of the day (quiet hours, the next opening) stays where it is.
  package func moveWaiting(byMilliseconds delta: Int64, at now: Timestamp) throws {
    let before = now.adding(milliseconds: -delta)
    if delta < 0 {
      try database.execute(
        """
        UPDATE calls SET due_at = due_at + ?1, look_at = look_at + ?1
        WHERE decision IN ('pending', 'deferred') AND decision = 'pending' AND look_at > ?2
        """, .integer(Int(delta)), .time(now))
      try database.execute(
        "UPDATE calls SET look_at = look_at + ?1 WHERE outcome = 'in_progress' AND look_at > ?2",
        .integer(Int(delta)), .time(now))
    }
    try database.execute(
      """
      UPDATE messages SET expires_at = expires_at + ?1, due_at = CASE WHEN ?1 < 0 THEN due_at + ?1 ELSE due_at END
      WHERE state IN ('queued', 'failed') AND channel IN (\(Store.channels)) AND due_at <= ?2
      """, .integer(Int(delta)), .time(before.adding(hours: 1)))
    try database.execute(
      """
      UPDATE messages SET expires_at = expires_at + ?1, claimed_at = claimed_at + ?1,
        unknown_since = unknown_since + ?1, due_at = due_at + ?1
      WHERE state = 'sending'
      """, .integer(Int(delta)))
  }
}
