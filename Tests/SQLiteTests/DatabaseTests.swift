// DatabaseTests.swift - opening, transactions, and two connections on one file.

import CSQLite
import Foundation
import SQLite
import Testing

@Suite struct DatabaseTests {
  let scratch: Scratch
  let database: Database

  struct Failure: Error, Equatable {}

  init() throws {
    scratch = try Scratch()
    database = try scratch.open()
    try database.execute(script: "CREATE TABLE t (n INTEGER UNIQUE) STRICT")
  }

  private func count(_ database: Database? = nil) throws -> Int? {
    try (database ?? self.database).integer("SELECT count(*) FROM t")
  }

  private func add(_ number: Int) throws {
    try database.execute("INSERT INTO t VALUES (?)", .integer(number))
  }

  // MARK: transactions

  @Test func `a transaction commits and gives its result`() throws {
    let result = try database.transaction { () -> String in
      try add(1)
      return "done"
    }
    let rows = try count(try scratch.open(.readOnly))
    #expect(result == "done")
    #expect(rows == 1)
  }

  @Test func `an error takes everything back and is passed on`() throws {
    #expect(throws: Failure()) {
      try database.transaction {
        try add(1)
        try add(2)
        throw Failure()
      }
    }
    #expect(throws: SQLiteError.self) {
      try database.transaction {
        try add(1)
        try add(1)
      }
    }
    let rows = try count()
    #expect(rows == 0)
    try database.transaction { try add(3) }
    let later = try count()
    #expect(later == 1)
  }

  @Test func `a transaction inside another joins it`() throws {
    #expect(throws: Failure()) {
      try database.transaction {
        try add(1)
        try database.transaction { try add(2) }
        let seen = try count()
        #expect(seen == 2)
        throw Failure()
      }
    }
    let rows = try count()
    #expect(rows == 0)
  }

  @Test func `an error of the inner transaction takes the outer back`() throws {
    #expect(throws: Failure()) {
      try database.transaction {
        try add(1)
        try database.transaction { throw Failure() }
      }
    }
    let rows = try count()
    #expect(rows == 0)
  }

  @Test func `others see nothing before the commit`() throws {
    try database.execute(script: "PRAGMA journal_mode = wal")
    let other = try scratch.open()
    try database.transaction {
      try add(1)
      let seen = try count(other)
      #expect(seen == 0)
    }
    let seen = try count(other)
    #expect(seen == 1)
  }

  // MARK: two connections

  @Test func `who comes second to write is told that it is busy`() throws {
    let other = try scratch.open()
    try database.transaction {
      do {
        try other.transaction { _ = try other.execute("INSERT INTO t VALUES (9)") }
        Issue.record("two writers at once")
      } catch let error as SQLiteError {
        #expect(error.isBusy)
        #expect(!error.isConstraint)
      }
    }
    try other.transaction { _ = try other.execute("INSERT INTO t VALUES (9)") }
    let rows = try count()
    #expect(rows == 1)
  }

  @Test(arguments: [
    SQLITE_BUSY, SQLITE_LOCKED, SQLITE_BUSY | 1 << 8, SQLITE_BUSY | 2 << 8, SQLITE_LOCKED | 1 << 8,
  ])
  func `busy is busy in every extension of the code`(_ code: Int32) {
    #expect(SQLiteError(code: code, message: "").isBusy)
    #expect(!SQLiteError(code: code, message: "").isConstraint)
  }

  @Test(arguments: [
    SQLITE_FULL, SQLITE_IOERR | 10 << 8, SQLITE_CORRUPT, SQLITE_CONSTRAINT | 8 << 8, SQLITE_READONLY,
  ])
  func `no other failure is busy`(_ code: Int32) {
    #expect(!SQLiteError(code: code, message: "").isBusy)
  }

  @Test func `data_version changes when another has committed, and only then`() throws {
    let other = try scratch.open()
    let before = try database.dataVersion()
    try add(1)
    let own = try database.dataVersion()
    #expect(own == before)
    try other.execute("INSERT INTO t VALUES (2)")
    let after = try database.dataVersion()
    #expect(after != before)
  }

  @Test func `closing can leave the write-ahead log as it is`() throws {
    try database.execute(script: "PRAGMA journal_mode = wal")
    do {
      let only = try scratch.open()
      try only.keepWriteAheadLog()
      try database.keepWriteAheadLog()
      try only.execute("INSERT INTO t VALUES (1)")
    }
    #expect(FileManager.default.fileExists(atPath: scratch.file + "-wal"))
  }

  // MARK: access

  @Test(arguments: [Database.Access.readOnly, .readWrite, .immutable]) func `only create makes a file`(
    _ access: Database.Access
  ) throws {
    let path = scratch.path + "/absent"
    #expect(throws: SQLiteError.self) {
      try Database(path: path, access: access).integer("SELECT 1 FROM sqlite_master")
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test(arguments: [Database.Access.readOnly, .immutable]) func `a reader cannot write`(
    _ access: Database.Access
  ) throws {
    try add(1)
    let reader = try scratch.open(access)
    let rows = try count(reader)
    #expect(rows == 1)
    #expect(throws: SQLiteError.self) { try reader.execute("INSERT INTO t VALUES (2)") }
  }

  @Test(arguments: ["a?b#c%d", "a%20b", "räume und mehr", "a&mode=rw"])
  func `an immutable file may have any name`(
    _ name: String
  ) throws {
    let path = scratch.path + "/" + name
    try Database(path: path, access: .create).execute(script: "CREATE TABLE t (n); INSERT INTO t VALUES (7)")
    let value = try Database(path: path, access: .immutable).integer("SELECT n FROM t")
    #expect(value == 7)
  }

  @Test func `an immutable file is read past any lock and leaves no file behind`() throws {
    try add(1)
    try database.transaction {
      let reader = try scratch.open(.immutable)
      let rows = try count(reader)
      #expect(rows == 1)
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
    #expect(files == ["test.sqlite3"])
  }

  @Test func `a database in memory is read like its file, and is not written`() throws {
    try add(1)
    try database.execute(script: "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch.file))
    let reader = try Database(size: bytes.count) { memory in memory.copyBytes(from: bytes) }
    let rows = try count(reader)
    #expect(rows == 1)
    #expect(throws: SQLiteError.self) { try reader.execute("INSERT INTO t VALUES (2)") }
    #expect(throws: CancellationError.self) { try Database(size: 512) { _ in throw CancellationError() } }
    #expect(throws: SQLiteError.self) {
      try Database(size: 512) { $0.initializeMemory(as: UInt8.self, repeating: 65) }
        .integer("SELECT 1 FROM t")
    }
  }

  @Test func `what is no database is an error`() throws {
    let path = scratch.path + "/text"
    try Data(String(repeating: "no database ", count: 99).utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: SQLiteError.self) {
      try Database(path: path, access: .readWrite).integer("SELECT 1 FROM t")
    }
  }
}
