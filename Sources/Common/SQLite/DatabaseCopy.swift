// DatabaseCopy.swift - SQLite's backup API: a database copied page by page while others write to it.

import CSQLite

/// A copy under way, from one connection's database into another's.
package final class DatabaseCopy {
  private let handle: OpaquePointer
  private let source: Database
  private let target: Database
  private var isFinished = false

  package init(from source: Database, into target: Database) throws(SQLiteError) {
    guard let handle = sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
      throw SQLiteError(
        code: sqlite3_extended_errcode(target.handle),
        message: String(cString: sqlite3_errmsg(target.handle)))
    }
    self.handle = handle
    self.source = source
    self.target = target
  }

  deinit { if !isFinished { sqlite3_backup_finish(handle) } }

  /// What a step came to.
  package enum Step: Sendable {
    case more
    case done
    /// Somebody holds a lock; the same step may be tried again.
    case busy
  }

  /// Copies at most `pages` pages; a negative number: all that are left.
  package func step(pages: Int32) throws(SQLiteError) -> Step {
    switch sqlite3_backup_step(handle, pages) {
    case SQLITE_OK: return .more
    case SQLITE_DONE: return .done
    case let code where [SQLITE_BUSY, SQLITE_LOCKED].contains(code & 0xff): return .busy
    case let code: throw SQLiteError(code: code, message: String(cString: sqlite3_errstr(code)))
    }
  }

  /// Pages of the whole, as of the last step.
  package var pageCount: Int { Int(sqlite3_backup_pagecount(handle)) }

  /// Pages still to come. Grows when a writer made the copy begin anew.
  package var remaining: Int { Int(sqlite3_backup_remaining(handle)) }

  package func finish() throws(SQLiteError) {
    guard !isFinished else { return }
    isFinished = true
    let code = sqlite3_backup_finish(handle)
    guard code == SQLITE_OK else {
      throw SQLiteError(code: code, message: String(cString: sqlite3_errstr(code)))
    }
  }
}
