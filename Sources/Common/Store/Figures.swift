// Figures.swift - the counts and alerts that `opsfabric status` and the doctor show.

import LocalTime
import SQLite

package struct QueueFigures: Hashable, Sendable {
  package var pending: Int
  package var deferred: Int
  package var queued: Int
  package var sending: Int
  package var failed: Int
  package var dead: Int
}

extension Store {
  package func queueFigures() throws -> QueueFigures {
    func count(_ sql: String) throws -> Int { try database.integer(sql) ?? 0 }
    return QueueFigures(
      pending: try count("SELECT count(*) FROM calls WHERE decision = 'pending'"),
      deferred: try count("SELECT count(*) FROM calls WHERE decision = 'deferred'"),
      queued: try count("SELECT count(*) FROM messages WHERE state = 'queued'"),
      sending: try count("SELECT count(*) FROM messages WHERE state = 'sending'"),
      failed: try count("SELECT count(*) FROM messages WHERE state = 'failed'"),
      dead: try count("SELECT count(*) FROM messages WHERE state = 'dead' AND \(Store.isLetter)"))
  }

  /// Calls, missed calls, missed-call SMS, replies since `dayStart`; tickets open, tickets past their promise.
  package func todayFigures(tenant: String, since dayStart: Timestamp, now: Timestamp) throws -> [Int] {
    try database.first(
      """
      SELECT
        (SELECT count(*) FROM calls WHERE tenant = ?1 AND started_at >= ?2),
        (SELECT count(*) FROM calls WHERE tenant = ?1 AND started_at >= ?2 AND outcome = 'missed'),
        (SELECT count(*) FROM messages WHERE tenant = ?1 AND created_at >= ?2 AND kind = 'missed_call'
          AND sent_at IS NOT NULL),
        (SELECT count(*) FROM inbound_messages WHERE tenant = ?1 AND received_at >= ?2),
        (SELECT count(*) FROM tickets WHERE tenant = ?1 AND status <> 'DONE'),
        (SELECT count(*) FROM tickets WHERE tenant = ?1 AND status IN ('NEW', 'NEEDS_CALLBACK') AND sla_due_at < ?3)
      """, .text(tenant), .time(dayStart), .time(now)
    ) { row in (0..<6).map { row.integer($0) } } ?? []
  }

  // MARK: alerts

  /// What a screen shows: every condition that is open, since when it is, and what happened or ended since then; the
  /// latest words of each cause.
  package func shownAlerts(since oldest: Timestamp) throws -> [(alert: Alert, since: Timestamp, count: Int)] {
    let rows = try database.rows(
      """
      SELECT \(Alert.columns) FROM alerts WHERE solved_at IS NULL OR solved_at >= ?
      ORDER BY solved_at IS NOT NULL, at DESC, id DESC
      """, .time(oldest), as: Alert.init)
    return Store.conditions(rows)
  }

  /// A condition is told again and again: its latest words, since when it is, and how often it was told.
  static func conditions(_ rows: [Alert]) -> [(alert: Alert, since: Timestamp, count: Int)] {
    var shown: [(alert: Alert, since: Timestamp, count: Int)] = []
    for row in rows {
      let known = shown.firstIndex {
        $0.alert.cause == row.cause && $0.alert.tenant == row.tenant
          && ($0.alert.solvedAt == nil) == (row.solvedAt == nil)
      }
      if let known {
        shown[known].since = row.at
        shown[known].count += 1
      } else {
        shown.append((row, row.at, 1))
      }
    }
    return shown
  }
}
