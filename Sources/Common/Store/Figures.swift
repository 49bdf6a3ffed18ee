// Figures.swift - the counts `opsfabric status` shows.

import LocalTime
import SQLite

public struct QueueFigures: Hashable, Sendable {
  public var pending: Int
  public var deferred: Int
  public var queued: Int
  public var sending: Int
  public var failed: Int
  public var dead: Int
}

extension Store {
  public func queueFigures() throws -> QueueFigures {
    func count(_ sql: String) throws -> Int { try database.integer(sql) ?? 0 }
    return QueueFigures(
      pending: try count("SELECT count(*) FROM calls WHERE decision = 'pending'"),
      deferred: try count("SELECT count(*) FROM calls WHERE decision = 'deferred'"),
      queued: try count("SELECT count(*) FROM messages WHERE state = 'queued'"),
      sending: try count("SELECT count(*) FROM messages WHERE state = 'sending'"),
      failed: try count("SELECT count(*) FROM messages WHERE state = 'failed'"),
      dead: try count("SELECT count(*) FROM messages WHERE state = 'dead'"))
  }

  /// Calls, missed calls, missed-call SMS, replies since `dayStart`; tickets open, tickets past their promise.
  public func todayFigures(tenant: String, since dayStart: Timestamp, now: Timestamp) throws -> [Int] {
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

  public func recentAlerts(
    since oldest: Timestamp, limit: Int
  ) throws -> [(cause: String, detail: String, at: Timestamp)] {
    try database.rows(
      "SELECT cause, detail, at FROM alerts WHERE at >= ? ORDER BY at DESC LIMIT ?", .time(oldest),
      .integer(limit)
    ) { ($0.text(0), $0.text(1), $0.timestamp(2)) }
  }
}
