// ProcessStatements.swift - every SQL text that any connection of this process runs on one database file, and
// SQLite's plan for each.

import CSQLite
import SQLite
import Synchronization

/// Notes from its making until `stop`. Connections that are opened meanwhile are heard, whoever opens them.
final class ProcessStatements {
  private static let heard = Mutex<[String: [String]]>([:])
  private static let isInstalled: Bool = {
    typealias Entry = @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, UnsafeRawPointer?) -> Int32
    let entry: Entry = { connection, _, _ in
      sqlite3_trace_v2(connection, UInt32(SQLITE_TRACE_STMT), ProcessStatements.note, nil)
    }
    // SQLite declares the entry point without its parameters.
    return sqlite3_auto_extension(unsafeBitCast(entry, to: (@convention(c) () -> Void).self)) == SQLITE_OK
  }()

  private static let note:
    @convention(c) (UInt32, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) ->
      Int32 = { _, _, statement, _ in
        guard let statement else { return 0 }
        let handle = OpaquePointer(statement)
        guard let sql = sqlite3_sql(handle), let connection = sqlite3_db_handle(handle),
          let file = sqlite3_db_filename(connection, "main")
        else { return 0 }
        let path = String(cString: file)
        heard.withLock { _ = $0[path]?.append(String(cString: sql)) }
        return 0
      }

  private let path: String

  init(path: String) {
    precondition(ProcessStatements.isInstalled)
    self.path = path
    ProcessStatements.heard.withLock { $0[path] = [] }
  }

  /// What has been run: statements on rows, each once.
  func stop() -> [String] {
    Set(stopInOrder()).filter { sql in
      ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains { sql.hasPrefix($0) }
    }.sorted()
  }

  /// Every statement as it came, transactions and settings of the connection with them.
  func stopInOrder() -> [String] {
    ProcessStatements.heard.withLock { $0.removeValue(forKey: path) } ?? []
  }

  /// The lines of EXPLAIN QUERY PLAN. Values are not bound: without ANALYZE no plan depends on them.
  static func plan(_ sql: String, in database: Database) throws -> [String] {
    let count = sql.parameterCount
    return try database.rows("EXPLAIN QUERY PLAN " + sql, values: Array(repeating: .null, count: count)) {
      $0.text(3)
    }
  }
}

extension String {
  /// How many values a statement of ours takes: the highest ?N, or the number of bare question marks.
  fileprivate var parameterCount: Int {
    let numbers = matches(of: /\?(\d*)/).map { Int($0.1) }
    return numbers.contains(nil) ? numbers.count : numbers.compactMap(\.self).max() ?? 0
  }
}
