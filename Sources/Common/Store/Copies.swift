// Copies.swift - the tables `installation` and `copies`: which installation this is, and its copies on another machine.
//
// - -> good -> bad, or gone. A row is written when the copy is whole at its place; one that is not finished has none.

import Business
import LocalTime
import SQLite

package enum CopyState: String, CaseIterable, Sendable {
  case good
  /// What was read back is not what was written.
  case bad
}

/// A row of `copies`.
package struct CopyRow: Hashable, Sendable {
  package var name: String
  package var madeAt: Timestamp
  package var bytes: Int
  package var state: CopyState
  /// How far the tables had grown.
  package var mark: String
  package var goodAt: Timestamp
  package var error: String?

  static let columns = "name, made_at, bytes, state, mark, good_at, error"

  init(_ row: Row) throws(SQLiteError) {
    name = row.text(0)
    madeAt = row.timestamp(1)
    bytes = row.integer(2)
    state = try row.choice(3)
    mark = row.text(4)
    goodAt = row.timestamp(5)
    error = row.optionalText(6)
  }
}

/// How the installation stands with the place of its copies.
package struct CopyStanding: Hashable, Sendable {
  package var installation: String
  /// Empty where no copy was ever to be made.
  package var place: String
  package var since: Timestamp?
  package var triedAt: Timestamp?
  /// Why the last attempt failed.
  package var error: String?
  /// When all of a copy was read from there, and was what was written.
  package var provedAt: Timestamp?
}

extension Store {
  package func copyStanding() throws -> CopyStanding {
    let row = try database.first(
      "SELECT id, copies_to, copies_since, copy_tried_at, copy_error, copy_proved_at FROM installation LIMIT 1"
    ) {
      CopyStanding(
        installation: $0.text(0), place: $0.text(1), since: $0.optionalTimestamp(2),
        triedAt: $0.optionalTimestamp(3), error: $0.optionalText(4), provedAt: $0.optionalTimestamp(5))
    }
    return row ?? CopyStanding(installation: "", place: "")
  }

  /// Copies go there from now on; what is known of those elsewhere is forgotten. Nothing changes where they go there
  /// already.
  package func beginCopies(to place: String, at now: Timestamp) throws {
    try write {
      let changed = try database.execute(
        """
        UPDATE installation SET copies_to = ?1, copies_since = ?2, copy_tried_at = NULL, copy_error = NULL,
          copy_proved_at = NULL
        WHERE copies_to <> ?1
        """, .text(place), .time(now))
      if changed > 0 { try database.execute("DELETE FROM copies") }
    }
  }

  /// An attempt begins, or has ended.
  /// - Parameter error: why it failed.
  package func noteCopyTried(error: String?, at now: Timestamp) throws {
    try write {
      try database.execute(
        "UPDATE installation SET copy_tried_at = ?1, copy_error = ?2", .time(now), .text(error))
    }
  }

  /// - -> good.
  package func noteCopyMade(_ name: String, madeAt: Timestamp, bytes: Int, mark: String) throws {
    try write {
      try database.execute(
        """
        INSERT INTO copies (name, made_at, bytes, mark, good_at) VALUES (?1, ?2, ?3, ?4, ?2)
        ON CONFLICT (name) DO NOTHING
        """, .text(name), .time(madeAt), .integer(bytes), .text(mark))
    }
  }

  /// It lies there, and nothing has changed since it was made.
  package func noteCopyCurrent(_ name: String, at now: Timestamp) throws {
    try write {
      try database.execute(
        "UPDATE copies SET good_at = ?2 WHERE name = ?1 AND state = 'good'", .text(name), .time(now))
    }
  }

  /// All of one was read from there, and is what was written.
  package func noteCopyProved(at now: Timestamp) throws {
    try write { try database.execute("UPDATE installation SET copy_proved_at = ?", .time(now)) }
  }

  /// good -> bad.
  package func noteCopyBad(_ name: String, error: String) throws {
    try write {
      try database.execute(
        "UPDATE copies SET state = 'bad', error = ?2 WHERE name = ?1 AND state = 'good'", .text(name),
        .text(error))
    }
  }

  /// The others are gone from their place.
  package func keepCopies(_ names: [String]) throws {
    try write {
      for row in try copies() where !names.contains(row.name) {
        try database.execute("DELETE FROM copies WHERE name = ?", .text(row.name))
      }
    }
  }

  /// The newest first.
  package func copies() throws -> [CopyRow] {
    try database.rows("SELECT \(CopyRow.columns) FROM copies ORDER BY made_at DESC", as: CopyRow.init)
  }

  package func newestGoodCopy() throws -> CopyRow? {
    try database.first(
      "SELECT \(CopyRow.columns) FROM copies WHERE state = 'good' ORDER BY made_at DESC LIMIT 1",
      as: CopyRow.init)
  }

  /// Tells whether anything was written that a copy should have: the same text as long as nothing was.
  package func growthMark() throws -> String {
    try database.first(
      """
      SELECT coalesce((SELECT max(id) FROM ticket_events), 0) || ' ' || coalesce((SELECT max(id) FROM calls), 0) || ' ' ||
        coalesce((SELECT max(id) FROM messages), 0) || ' ' || coalesce((SELECT max(id) FROM inbound_messages), 0)
      """
    ) { $0.text(0) } ?? ""
  }
}

/// That the newest good copy is too old.
package struct OldCopy: Hashable, Sendable {
  /// The newest good one holds everything until then; nil where there is none.
  package var goodAt: Timestamp?
  /// Why the last attempt failed.
  package var error: String?
}

extension Store {
  /// nil where all is well, or no copies are wanted.
  package func oldCopy(_ backup: Installation.Backup, at now: Timestamp) throws -> OldCopy? {
    guard let place = backup.place else { return nil }
    let standing = try copyStanding()
    // Nothing was tried there yet.
    guard standing.place == place.text, let since = standing.since else { return nil }
    let newest = try newestGoodCopy()
    let age = now.milliseconds(since: newest?.goodAt ?? since)
    guard age > Int64(backup.tooOldMinutes) * 60_000 else { return nil }
    return OldCopy(goodAt: newest?.goodAt, error: standing.error)
  }
}
