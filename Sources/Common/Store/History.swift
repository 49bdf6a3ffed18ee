// History.swift - a past period as `opsfabric replay` reads it. Nothing here writes.

import Business
import LocalTime
import SQLite

/// A missed call of the past.
package struct PastMiss: Hashable, Sendable {
  package var id: Int
  package var tenant: String
  package var caller: String
  package var startedAt: Timestamp
  package var endedAt: Timestamp
  /// When the caller's line was free again; nil where it was never told.
  package var closedAt: Timestamp?
  /// What was decided then.
  package var reason: String
}

extension Store {
  /// A tenant's missed calls that began in the period, in the order they ended.
  package func pastMisses(tenant: String, from: Timestamp, until: Timestamp) throws -> [PastMiss] {
    try database.rows(
      """
      SELECT id, tenant, caller, started_at, ended_at, coalesce(reason, decision), closed_at FROM calls
      WHERE tenant = ? AND started_at >= ? AND started_at < ? AND outcome = 'missed' ORDER BY ended_at, id
      """, .text(tenant), .time(from), .time(until)
    ) {
      PastMiss(
        id: $0.integer(0), tenant: $0.text(1), caller: $0.text(2), startedAt: $0.timestamp(3),
        endedAt: $0.timestamp(4), closedAt: $0.optionalTimestamp(6), reason: $0.text(5))
    }
  }

  /// A later call of the number was answered before `until`.
  package func wasReached(tenant: String, caller: String, after start: Timestamp, before until: Timestamp)
    throws -> Bool
  {
    try database.integer(
      """
      SELECT 1 FROM calls
      WHERE tenant = ? AND caller = ? AND started_at > ? AND started_at < ? AND outcome = 'answered' LIMIT 1
      """, .text(tenant), .text(caller), .time(start), .time(until)) != nil
  }

  /// Numbers blocked by hand, and since when.
  package func manualBlocks(tenant: String) throws -> [String: Timestamp] {
    try times("SELECT phone, since FROM blocklist WHERE tenant = ? AND reason = 'manual'", tenant)
  }

  /// Numbers that have opted out, and since when.
  package func optOuts(tenant: String) throws -> [String: Timestamp] {
    try times("SELECT phone, since FROM optouts WHERE tenant = ?", tenant)
  }

  private func times(_ sql: String, _ tenant: String) throws -> [String: Timestamp] {
    Dictionary(try database.rows(sql, .text(tenant)) { ($0.text(0), $0.timestamp(1)) }) { first, _ in first }
  }

  /// What a segment has cost on average in the period, and the currency; nil where no price is known.
  package func segmentPrice(tenant: String, from: Timestamp, until: Timestamp) throws -> (
    price: Double, unit: String
  )? {
    let found = try database.first(
      """
      SELECT sum(a.price) / sum(a.segments), max(a.price_unit)
      FROM messages AS m JOIN message_attempts AS a ON a.message_id = m.id
      WHERE m.tenant = ? AND m.created_at >= ? AND m.created_at < ? AND a.price IS NOT NULL AND a.segments > 0
      """, .text(tenant), .time(from), .time(until)
    ) { row in row.isNull(0) ? nil : (price: row.real(0), unit: row.text(1)) }
    return found ?? nil
  }
}
