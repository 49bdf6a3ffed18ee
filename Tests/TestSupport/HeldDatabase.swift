// HeldDatabase.swift - takes the product's database away from it: a lock held by this process, or damage.

import SQLite

/// Holds `BEGIN EXCLUSIVE` until it is released.
package final class HeldDatabase {
  private let database: Database

  package init(_ path: String) throws {
    database = try Database(path: path, access: .readWrite)
    // Nothing is changed, not even the write-ahead log when this connection is the last.
    try database.keepWriteAheadLog()
    try database.execute(script: "BEGIN EXCLUSIVE")
  }

  package func release() { try? database.execute(script: "ROLLBACK") }

  /// Runs a script with foreign keys off, for damage.
  package static func run(_ script: String, on path: String) throws {
    let database = try Database(path: path, access: .readWrite)
    try database.execute(script: "PRAGMA foreign_keys=OFF; \(script)")
  }
}
