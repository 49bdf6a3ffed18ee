// Runs.swift - the tables `runs` and `sweeps`, and the figures that `health` and `status` show.

import LocalTime
import SQLite

/// How late sends were, from due to accepted, in milliseconds.
package struct Lateness: Hashable, Sendable {
  package var count: Int
  package var p50: Int
  package var p95: Int
  package var worst: Int
}

/// What `health` answers.
package struct Health: Hashable, Sendable {
  package var lastBeat: Timestamp?
  /// What the runner should have begun by now: when the oldest of it was due, and how much there is.
  package var oldestDue: Timestamp?
  package var due: Int
  /// What is held (HeldMessages.swift) from its first due time on.
  package var oldestHeld: Timestamp?
  package var held: Int
  package var deadLetters: Int
  package var lateness: Lateness?

  /// Due or held: nobody has got it.
  package var overdue: Int { due + held }
  package var oldestOverdue: Timestamp? { [oldestDue, oldestHeld].compactMap { $0 }.min() }
}

extension Store {
  package func beginRun(at now: Timestamp) throws -> Int {
    try write {
      try database.execute("INSERT INTO runs (started_at, beat_at) VALUES (?1, ?1)", .time(now))
      return database.lastInsertedRow
    }
  }

  package func beat(run: Int, at now: Timestamp) throws {
    try write {
      try database.execute("UPDATE runs SET beat_at = ?2 WHERE id = ?1", .integer(run), .time(now))
    }
  }

  /// Ends the entry, and forgets entries older than 40 days.
  package func endRun(_ run: Int, summary: String, at now: Timestamp) throws {
    try write {
      try database.execute(
        "UPDATE runs SET beat_at = ?2, ended_at = ?2, summary = ?3 WHERE id = ?1", .integer(run), .time(now),
        .text(summary))
      try database.execute("DELETE FROM runs WHERE beat_at < ?", .time(now.adding(days: -40)))
    }
  }

  /// The one begun last; not that of the latest time, which a clock set back leaves behind in the future.
  package func lastRun() throws -> (
    startedAt: Timestamp, beatAt: Timestamp, endedAt: Timestamp?, summary: String
  )? {
    try database.first(
      "SELECT started_at, beat_at, ended_at, summary FROM runs ORDER BY id DESC LIMIT 1"
    ) {
      ($0.timestamp(0), $0.timestamp(1), $0.optionalTimestamp(2), $0.text(3))
    }
  }

  package func health(at now: Timestamp) throws -> Health {
    let due = try database.first(
      """
      SELECT min(due), count(*) FROM (
        SELECT look_at AS due FROM calls WHERE decision IN ('pending', 'deferred') AND look_at <= ?1
        UNION ALL SELECT due_at FROM messages
          WHERE state IN ('queued', 'failed') AND channel IN (\(Store.channelsOfPeople)) AND due_at <= ?1 AND held_since IS NULL)
      """, .time(now)
    ) { ($0.optionalTimestamp(0), $0.integer(1)) }
    let held = try database.first(
      "SELECT min(first_due_at), count(*) FROM messages WHERE \(Store.isHeld) AND first_due_at <= ?",
      .time(now)
    ) { ($0.optionalTimestamp(0), $0.integer(1)) }
    return Health(
      lastBeat: try lastRun()?.beatAt, oldestDue: due?.0, due: due?.1 ?? 0, oldestHeld: held?.0,
      held: held?.1 ?? 0,
      deadLetters: try database.integer(
        "SELECT count(*) FROM messages WHERE state = 'dead' AND \(Store.isLetter)") ?? 0,
      lateness: try lateness(since: now.adding(days: -1)))
  }

  /// Of the missed-call SMS accepted since `oldest` (nearest-rank percentiles); nil when there were none.
  package func lateness(since oldest: Timestamp) throws -> Lateness? {
    var late: [Int] = []
    try database.forEach(
      """
      SELECT max(0, sent_at - first_due_at) AS late FROM messages
      WHERE kind = 'missed_call' AND created_at > ?1 AND sent_at IS NOT NULL ORDER BY late
      """, values: [.time(oldest)]
    ) { late.append($0.integer(0)) }
    guard let worst = late.last else { return nil }
    func percentile(_ share: Int) -> Int { late[max(0, (late.count * share + 99) / 100 - 1)] }
    return Lateness(count: late.count, p50: percentile(50), p95: percentile(95), worst: worst)
  }

  // MARK: sweeps

  /// When the number's list was last looked at, and until when nothing can have been missed.
  package func sweep(number: String, list: String) throws -> (lookedAt: Timestamp, completeUntil: Timestamp)?
  {
    try database.first(
      "SELECT looked_at, complete_until FROM sweeps WHERE number = ? AND list = ?", .text(number), .text(list)
    ) { ($0.timestamp(0), $0.timestamp(1)) }
  }

  /// The list never counts as complete for less time than before, but for a time that a clock set back since
  /// has not reached yet.
  package func noteSweep(number: String, list: String, at now: Timestamp, completeUntil: Timestamp) throws {
    try write {
      try database.execute(
        """
        INSERT INTO sweeps (number, list, looked_at, complete_until) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (number, list) DO UPDATE SET looked_at = excluded.looked_at,
          complete_until = CASE WHEN complete_until > ?3 THEN excluded.complete_until
            ELSE max(complete_until, excluded.complete_until) END
        """, .text(number), .text(list), .time(now), .time(completeUntil))
    }
  }
}
