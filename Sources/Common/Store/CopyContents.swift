// CopyContents.swift - what is in a file that may be a copy of the operational database, without opening it as ours.

import Glibc
import LocalTime
import Platform
import SQLite

package struct CopyContents: Hashable, Sendable {
  package var schemaVersion: Int
  /// nil before schema 14.
  package var installation: String?
  /// "ok", or what SQLite found wrong.
  package var verdict: String
  /// By table, of what people would miss.
  package var rows: [String: Int]
  /// The last sign of life of a runner.
  package var lastBeat: Timestamp?
  /// Decisions and messages that wait.
  package var waiting: Int

  package static let tables = [
    "calls", "contacts", "inbound_messages", "messages", "ticket_events", "ticket_photos", "tickets",
  ]

  /// Reads all of the file. Nothing may write to it meanwhile.
  package init(ofFile path: String) throws(SQLiteError) {
    let database = try Database(path: path, access: .immutable)
    let verdict = try database.first("PRAGMA integrity_check(1)") { $0.text(0) } ?? "no answer"
    try self.init(database, verdict: verdict)
  }

  fileprivate init(_ database: Database, verdict: String) throws(SQLiteError) {
    self.verdict = verdict
    schemaVersion = try database.integer("PRAGMA user_version") ?? 0
    let present = Set(
      try database.rows("SELECT name FROM sqlite_schema WHERE type = 'table'") { $0.text(0) })
    rows = [:]
    for table in CopyContents.tables where present.contains(table) {
      rows[table] = try database.integer("SELECT count(*) FROM \(table)") ?? 0
    }
    lastBeat =
      present.contains("runs")
      ? try database.first("SELECT max(beat_at) FROM runs") { $0.optionalTimestamp(0) } ?? nil : nil
    installation =
      present.contains("installation")
      ? try database.first("SELECT id FROM installation LIMIT 1") { $0.text(0) } : nil
    waiting = 0
    if present.contains("calls"), present.contains("messages") {
      waiting =
        try database.integer(
          """
          SELECT (SELECT count(*) FROM calls WHERE decision IN ('pending', 'deferred'))
            + (SELECT count(*) FROM messages WHERE state IN ('queued', 'sending', 'failed'))
          """) ?? 0
    }
  }

  /// It has the tables of our database.
  package var isOurs: Bool { ["calls", "messages", "tickets"].allSatisfy { rows[$0] != nil } }
}

extension Store {
  /// Which installation the database in a home is of; nil where there is none, or none that can be read.
  package static func installation(ofDatabase path: String) -> String? {
    guard let database = try? Database(path: path, access: .readWrite, busyTimeout: 2000) else { return nil }
    try? database.keepWriteAheadLog()
    return (try? database.first("SELECT id FROM installation LIMIT 1") { $0.text(0) }) ?? nil
  }

  /// The database in a home, whatever its schema, while others work with it. It is not looked at for damage.
  package static func contents(ofDatabase path: String) throws(SQLiteError) -> CopyContents {
    let database = try Database(path: path, access: .readWrite, busyTimeout: 2000)
    try database.keepWriteAheadLog()
    return try CopyContents(database, verdict: "")
  }

  /// Takes a database out of the WAL, which only works while nobody else has it open, and only then may another file take
  /// its place: from then on the file alone is the whole, and whoever has opened it before writes into it no more.
  /// - Throws: `SQLiteError.busy` while somebody uses it.
  package static func settleForReplacement(_ path: String, patience: Int) throws(SQLiteError) {
    let database = try Database(path: path, access: .readWrite, busyTimeout: Int32(patience))
    let end = monotonicMilliseconds() + Int64(patience)
    while true {
      do throws(SQLiteError) {
        // What a crash has left half done is taken back by reading.
        _ = try database.integer("SELECT count(*) FROM sqlite_schema")
        guard try database.first("PRAGMA journal_mode = DELETE", as: { $0.text(0) }) == "delete" else {
          throw .busy
        }
        return
      } catch {
        // SQLite turns one away without a wait.
        guard error.isBusy, monotonicMilliseconds() < end else { throw error }
        usleep(10_000)
      }
    }
  }
}
