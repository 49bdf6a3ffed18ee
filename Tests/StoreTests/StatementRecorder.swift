// StatementRecorder.swift - the SQL texts a connection really runs, and SQLite's plan for each.

import CSQLite

@testable import SQLite

/// Records from its making until it is released.
final class StatementRecorder {
  private let database: Database
  private(set) var statements: [String] = []

  init(_ database: Database) {
    self.database = database
    sqlite3_trace_v2(
      database.handle, UInt32(SQLITE_TRACE_STMT),
      { _, context, statement, _ in
        guard let context, let statement, let sql = sqlite3_sql(OpaquePointer(statement)) else { return 0 }
        let recorder = Unmanaged<StatementRecorder>.fromOpaque(context).takeUnretainedValue()
        recorder.statements.append(String(cString: sql))
        return 0
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit { stop() }

  func stop() { sqlite3_trace_v2(database.handle, 0, nil, nil) }

  /// The lines of EXPLAIN QUERY PLAN; values are not bound, since no plan of ours depends on them.
  func plan(_ sql: String) -> [String] {
    var prepared: OpaquePointer?
    guard sqlite3_prepare_v2(database.handle, "EXPLAIN QUERY PLAN " + sql, -1, &prepared, nil) == SQLITE_OK
    else {
      return ["cannot be explained: " + String(cString: sqlite3_errmsg(database.handle))]
    }
    defer { sqlite3_finalize(prepared) }
    var lines: [String] = []
    while sqlite3_step(prepared) == SQLITE_ROW {
      lines.append(sqlite3_column_text(prepared, 3).map { String(cString: $0) } ?? "")
    }
    return lines
  }
}
