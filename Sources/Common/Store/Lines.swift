// Lines.swift - the table `calls` as a sign of life of a tenant's line: when calls came, and how they were taken.

import Business
import LocalTime
import SQLite

/// A call that came over the line.
package struct SignOfLife: Hashable, Sendable {
  package var callSid: String
  package var at: Timestamp
  /// When the call was over that somebody, or something, took after a known time of ringing.
  package var takenUntil: Timestamp?
}

extension Store {
  /// The newest calls of a tenant, whatever became of them, the newest first.
  package func lastCalls(tenant: String, limit: Int) throws -> [SignOfLife] {
    try database.rows(
      """
      SELECT call_sid, started_at, CASE WHEN rang IS NULL THEN NULL ELSE ended_at END FROM calls
      WHERE tenant = ? ORDER BY started_at DESC LIMIT ?
      """, .text(tenant), .integer(limit)
    ) { SignOfLife(callSid: $0.text(0), at: $0.timestamp(1), takenUntil: $0.optionalTimestamp(2)) }
  }

  /// The quarters of an hour since 1970 in which calls came, in order.
  package func quartersWithCalls(tenant: String, since oldest: Timestamp, until newest: Timestamp) throws
    -> [Int]
  {
    try database.rows(
      """
      SELECT DISTINCT started_at / \(SilentLine.quarterMilliseconds) AS quarter FROM calls
      WHERE tenant = ? AND started_at >= ? AND started_at <= ? ORDER BY quarter
      """, .text(tenant), .time(oldest), .time(newest)
    ) { $0.integer(0) }
  }

  /// The newest calls that were taken after a known time of ringing.
  package func takenCalls(tenant: String, since oldest: Timestamp, limit: Int) throws -> [TakenCall] {
    try database.rows(
      """
      SELECT rang, ended_at - started_at - rang FROM calls
      WHERE tenant = ? AND started_at >= ? AND outcome = 'answered' AND rang IS NOT NULL
      ORDER BY started_at DESC LIMIT ?
      """, .text(tenant), .time(oldest), .integer(limit)
    ) { TakenCall(rang: $0.integer(0), talked: $0.integer(1)) }
  }
}
