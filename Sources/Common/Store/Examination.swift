// Examination.swift - what `opsfabric doctor` asks the database: its condition, the runs, what went wrong lately.

import LocalTime
import Platform
import SQLite

/// The database as a file, whatever schema it has.
package struct DatabaseCondition: Hashable, Sendable {
  package var schemaVersion: Int
  package var journalMode: String
  /// "ok", or what SQLite found wrong.
  package var verdict: String
}

extension Store {
  /// All tables of the schema.
  package static let tables = [
    "alerts", "blocklist", "calendar_days", "calls", "contacts", "copies", "counts", "done_counts",
    "duty_stand_ins",
    "erasures", "gaps", "holiday_calendars", "inbound_messages",
    "inbox_links", "inbox_sessions", "installation",
    "line_types",
    "lookups", "message_attempts", "messages", "month_figures", "optouts", "purges", "rate_hits",
    "recordings",
    "reported_months", "runs",
    "service_numbers", "sweeps", "ticket_events", "ticket_notices", "ticket_photos", "tickets",
  ]

  /// Those that are not there: whatever needs them fails, while the rest works.
  package func missingTables() throws -> [String] {
    let present = try database.rows("SELECT name FROM sqlite_schema WHERE type = 'table'") { $0.text(0) }
    return Store.tables.filter { table in !present.contains { $0 == table } }
  }

  /// A write could begin: nobody holds the database, it may be written to. Changes nothing.
  package func tryWriting() throws { try write {} }

  package var isReadOnly: Bool { database.isReadOnly }

  /// Looks at a database without changing it: nothing is migrated, nothing checkpointed.
  package static func condition(of home: Home, patience: Int = 2000) throws(SQLiteError) -> DatabaseCondition
  {
    let database = try Database(path: home.database, access: .readWrite, busyTimeout: Int32(patience))
    try database.keepWriteAheadLog()
    try database.execute(script: "PRAGMA query_only = ON")
    return DatabaseCondition(
      schemaVersion: try database.integer("PRAGMA user_version") ?? 0,
      journalMode: try database.first("PRAGMA journal_mode") { $0.text(0) } ?? "",
      verdict: try database.first("PRAGMA quick_check(1)") { $0.text(0) } ?? "no answer")
  }

  /// One entry of the runner's diary.
  package typealias RunEntry = (startedAt: Timestamp, beatAt: Timestamp, endedAt: Timestamp?)

  /// Runs that were at work since then, oldest first.
  package func runs(since oldest: Timestamp) throws -> [RunEntry] {
    try database.rows(
      "SELECT started_at, beat_at, ended_at FROM runs WHERE beat_at >= ? ORDER BY started_at, id",
      .time(oldest)
    ) { ($0.timestamp(0), $0.timestamp(1), $0.optionalTimestamp(2)) }
  }

  /// Which messages are lost letters when they are given up: not a call that nobody took, nor what another program did not
  /// take, of which the operator has an alert of its own.
  static let isLetter = "channel NOT IN ('call', 'webhook')"

  /// Messages given up since then.
  package func deadLetters(since oldest: Timestamp) throws -> Int {
    try database.integer(
      "SELECT count(*) FROM messages WHERE state = 'dead' AND finished_at >= ? AND \(Store.isLetter)",
      .time(oldest)) ?? 0
  }
}
