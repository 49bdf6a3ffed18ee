// Scratch.swift - a folder and a database file of one test, gone when the test lets go of them.

import Foundation
import SQLite

final class Scratch: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/sqlite-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var file: String { path + "/test.sqlite3" }

  /// A connection that does not wait long for others.
  func open(_ access: Database.Access = .create) throws -> Database {
    let database = try Database(path: file, access: access, busyTimeout: 20)
    // No test here pulls the plug: syncing would only make them slow.
    try database.execute(script: "PRAGMA synchronous = OFF")
    return database
  }
}
