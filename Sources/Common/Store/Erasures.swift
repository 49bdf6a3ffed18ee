// Erasures.swift - what is still to be erased outside of the database's rows: texts at Twilio, photos, report files,
// the database's free pages.
//
// A row is made in the transaction that takes a person's data out of the tables, so that a crash, or a Twilio that
// cannot be reached, only delays the rest. Doing one twice changes nothing.

import LocalTime
import SQLite

/// What an erasure is about, and what its target names.
package enum ErasureKind: String, CaseIterable, Sendable {
  /// The text, and the pictures, that Twilio keeps: a MessageSid.
  case message
  /// A voice message that Twilio keeps: a RecordingSid.
  case recording
  /// A photo or a voice message: its path below `uploads/`.
  case upload
  /// A tenant's report files that hold the number: `YYYY-MM`, to be written again.
  case report
  /// Free pages and the write-ahead log of the database: no target.
  case compact
}

package struct Erasure: Hashable, Sendable {
  package var id: Int
  package var kind: ErasureKind
  /// "" where it concerns no one tenant.
  package var tenant: String
  package var target: String
  package var createdAt: Timestamp
}

extension Store {
  /// - Parameter lookAt: when it is tried first; nil = at once. One that is queued already is not put off.
  package func queueErasure(
    _ kind: ErasureKind, tenant: String = "", target: String = "", at now: Timestamp,
    lookAt: Timestamp? = nil
  ) throws {
    try database.execute(
      """
      INSERT INTO erasures (kind, tenant, target, created_at, look_at) VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (kind, tenant, target) DO UPDATE SET look_at = min(look_at, excluded.look_at)
      """, .text(kind.rawValue), .text(tenant), .text(target), .time(now), .time(lookAt ?? now))
  }

  /// What is to be erased now, the longest waiting first.
  package func dueErasures(at now: Timestamp, limit: Int) throws -> [Erasure] {
    try database.rows(
      """
      SELECT id, kind, tenant, target, created_at FROM erasures WHERE look_at <= ? ORDER BY look_at, id LIMIT ?
      """, .time(now), .integer(limit)
    ) { row throws(SQLiteError) in
      Erasure(
        id: row.integer(0), kind: try row.choice(1), tenant: row.text(2),
        target: row.text(3), createdAt: row.timestamp(4))
    }
  }

  /// It is tried again then, if this try ends nothing.
  package func postponeErasure(_ id: Int, until: Timestamp) throws {
    try database.execute("UPDATE erasures SET look_at = ?2 WHERE id = ?1", .integer(id), .time(until))
  }

  /// How many of a kind are still to be done.
  /// - Parameter after: of those queued after this id only.
  package func erasureCount(_ kind: ErasureKind, after id: Int = 0) throws -> Int {
    try database.integer(
      "SELECT count(*) FROM erasures WHERE kind = ? AND id > ?", .text(kind.rawValue), .integer(id)) ?? 0
  }

  package func newestErasure() throws -> Int { try database.integer("SELECT max(id) FROM erasures") ?? 0 }

  package func endErasure(_ id: Int) throws {
    try database.execute("DELETE FROM erasures WHERE id = ?", .integer(id))
  }
}
