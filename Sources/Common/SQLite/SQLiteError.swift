// SQLiteError.swift - what SQLite said, in a form a caller can act on.

import CSQLite

/// A failed SQLite call. The description holds no bound values.
package struct SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The extended result code.
  package let code: Int32
  package let message: String

  package init(code: Int32, message: String) {
    self.code = code
    self.message = message
  }

  /// Another connection holds the lock; later it may work.
  package var isBusy: Bool { [SQLITE_BUSY, SQLITE_LOCKED].contains(code & 0xff) }

  /// The file is no database, or one that is damaged.
  package var isDamage: Bool { [SQLITE_CORRUPT, SQLITE_NOTADB].contains(code & 0xff) }

  /// A CHECK, UNIQUE, NOT NULL or FOREIGN KEY rule of the schema was broken.
  package var isConstraint: Bool { code & 0xff == SQLITE_CONSTRAINT }

  /// Others hold the database.
  package static let busy = SQLiteError(code: SQLITE_BUSY, message: "database is locked")

  package var description: String {
    isBusy
      ? "the database is locked by another program; it will be tried again"
      : "SQLite error \(code): \(message)"
  }
}
