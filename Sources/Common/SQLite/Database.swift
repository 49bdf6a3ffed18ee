// Database.swift - one connection to one SQLite file.
//
// Thin: it opens, runs statements, nests transactions, and leaves every SQL text to its callers.
// Not for use from several threads at once.

import CSQLite
import Glibc

/// A connection. Closes when released.
package final class Database {
  package enum Access: Sendable {
    /// The file must exist; nothing is written.
    case readOnly
    /// The file must exist, and is never written again by anyone: no locks, no journal.
    case immutable
    /// The file must exist.
    case readWrite
    /// Made when it is not there.
    case create
  }

  /// For a program of one thread, before it opens its first database: SQLite then takes no mutexes,
  /// counts no bytes (a fifteenth of a handler's instructions) and touches less memory. Without effect once a database is open.
  package static func useOneThread() { opsfabric_sqlite3_use_one_thread() }

  let handle: OpaquePointer
  /// Few, and asked for with the same literal each time: comparing beats hashing a whole SQL text, and the
  /// generic machinery of a dictionary costs a handler more than all its look-ups.
  private var statements: [(sql: String, statement: Statement)] = []

  /// - Parameter busyTimeout: milliseconds that SQLite itself waits for another connection's lock.
  package init(path: String, access: Access, busyTimeout: Int32 = 1000) throws(SQLiteError) {
    var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    var name = path
    switch access {
    case .readOnly: flags |= SQLITE_OPEN_READONLY
    case .immutable:
      flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
      name = "file:" + Database.uriPath(path) + "?immutable=1"
    case .readWrite: flags |= SQLITE_OPEN_READWRITE
    case .create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    }
    var opened: OpaquePointer?
    let result = sqlite3_open_v2(name, &opened, flags, nil)
    guard let opened else { throw SQLiteError(code: SQLITE_NOMEM, message: "out of memory") }
    guard result == SQLITE_OK else {
      let message = String(cString: sqlite3_errmsg(opened))
      sqlite3_close_v2(opened)
      throw SQLiteError(code: result, message: message)
    }
    handle = opened
    sqlite3_busy_timeout(opened, busyTimeout)
  }

  /// A database that lies in memory and is only read: the bytes of a file, say.
  /// - Parameter fill: writes all `size` bytes (at least one) into the memory that SQLite will own.
  package init(size: Int, fill: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READWRITE
    let result = sqlite3_open_v2(":memory:", &opened, flags, nil)
    guard let opened else { throw SQLiteError(code: SQLITE_NOMEM, message: "out of memory") }
    handle = opened
    try check(result)
    guard let memory = sqlite3_malloc64(sqlite3_uint64(size)) else {
      throw SQLiteError(code: SQLITE_NOMEM, message: "out of memory")
    }
    do { try fill(UnsafeMutableRawBufferPointer(start: memory, count: size)) } catch {
      sqlite3_free(memory)
      throw error
    }
    // From here on SQLite frees it, also when this fails.
    let own = UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY)
    try check(
      sqlite3_deserialize(
        opened, "main", memory.assumingMemoryBound(to: UInt8.self), Int64(size), Int64(size), own))
  }

  deinit {
    statements = []
    sqlite3_close_v2(handle)
    framesInLog?.deallocate()
  }

  /// Frames (pages) in the write-ahead log after this connection's last commit; 0 where it has made none, or does not
  /// count them.
  package var logFrames: Int { Int(framesInLog?.pointee ?? 0) }
  private var framesInLog: UnsafeMutablePointer<Int32>?

  /// From now on the log's frames are counted. The hook takes the place of SQLite's own, which checkpoints a log of
  /// 1,000 pages, and does that too (https://www.sqlite.org/c3ref/wal_hook.html).
  package func countLogFrames() {
    guard framesInLog == nil else { return }
    let counter = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    counter.initialize(to: 0)
    framesInLog = counter
    sqlite3_wal_hook(
      handle,
      { counter, handle, name, frames in
        counter?.assumingMemoryBound(to: Int32.self).pointee = frames
        if frames >= 1000 { sqlite3_wal_checkpoint_v2(handle, name, SQLITE_CHECKPOINT_PASSIVE, nil, nil) }
        return SQLITE_OK
      }, counter)
  }

  /// Closing leaves the WAL as it is (the batch runner checkpoints).
  package func keepWriteAheadLog() throws(SQLiteError) { try check(opsfabric_sqlite3_keep_wal(handle)) }

  /// Runs statements without parameters and without results.
  package func execute(script: String) throws(SQLiteError) {
    try check(sqlite3_exec(handle, script, nil, nil, nil))
  }

  /// Runs one statement; its rows, if any, are dropped. Returns the number of rows changed.
  @discardableResult
  package func execute(_ sql: String, _ values: Value...) throws(SQLiteError) -> Int {
    try execute(sql, values: values)
  }

  @discardableResult
  package func execute(_ sql: String, values: [Value]) throws(SQLiteError) -> Int {
    let statement = try cached(sql)
    defer { statement.reset() }
    try statement.bind(values)
    while try statement.step() {}
    return Int(sqlite3_changes(handle))
  }

  /// All rows of a query, each turned into an element.
  package func rows<Element>(
    _ sql: String, _ values: Value..., as element: (Row) throws(SQLiteError) -> Element
  ) throws(SQLiteError) -> [Element] {
    try rows(sql, values: values, as: element)
  }

  package func rows<Element>(
    _ sql: String, values: [Value], as element: (Row) throws(SQLiteError) -> Element
  ) throws(SQLiteError) -> [Element] {
    let statement = try cached(sql)
    defer { statement.reset() }
    try statement.bind(values)
    var result: [Element] = []
    while try statement.step() { result.append(try element(Row(statement: statement))) }
    return result
  }

  /// Calls `body` for each row without keeping them.
  package func forEach(_ sql: String, values: [Value] = [], _ body: (Row) -> Void) throws(SQLiteError) {
    let statement = try cached(sql)
    defer { statement.reset() }
    try statement.bind(values)
    while try statement.step() { body(Row(statement: statement)) }
  }

  /// The first row, or nil. A statement that writes (RETURNING) runs to its end.
  package func first<Element>(
    _ sql: String, _ values: Value..., as element: (Row) throws(SQLiteError) -> Element
  ) throws(SQLiteError) -> Element? {
    try first(sql, values: values, as: element)
  }

  package func first<Element>(
    _ sql: String, values: [Value], as element: (Row) throws(SQLiteError) -> Element
  ) throws(SQLiteError) -> Element? {
    let statement = try cached(sql)
    defer { statement.reset() }
    try statement.bind(values)
    guard try statement.step() else { return nil }
    let result = try element(Row(statement: statement))
    if sqlite3_stmt_readonly(statement.handle) == 0 { while try statement.step() {} }
    return result
  }

  /// The integer in the first column of the first row.
  package func integer(_ sql: String, _ values: Value...) throws(SQLiteError) -> Int? {
    let statement = try cached(sql)
    defer { statement.reset() }
    try statement.bind(values)
    guard try statement.step() else { return nil }
    let result = Row(statement: statement).optionalInteger(0)
    if sqlite3_stmt_readonly(statement.handle) == 0 { while try statement.step() {} }
    return result
  }

  /// SQLite opens a file that it may not write as well, and only says so here.
  package var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") == 1 }

  package var lastInsertedRow: Int { Int(sqlite3_last_insert_rowid(handle)) }

  /// Changes when another connection has committed.
  package func dataVersion() throws(SQLiteError) -> Int { try integer("PRAGMA data_version") ?? 0 }

  /// Rows this connection has written since it was opened.
  package var totalChanges: Int { Int(sqlite3_total_changes(handle)) }

  /// Runs `body` between BEGIN IMMEDIATE and COMMIT; an error rolls everything back.
  /// Inside another transaction it joins that one.
  package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    guard sqlite3_get_autocommit(handle) != 0 else { return try body() }
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      // Some errors (disk full, I/O) have rolled back already.
      if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
      throw error
    }
  }

  /// Runs `body` on one state of the database, whatever others commit meanwhile. Nobody is held up by it.
  /// Inside a transaction it joins that one.
  package func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
    guard sqlite3_get_autocommit(handle) != 0 else { return try body() }
    try execute("BEGIN")
    defer { if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) } }
    return try body()
  }

  private func cached(_ sql: String) throws(SQLiteError) -> Statement {
    let place = statements.firstIndex { $0.sql == sql }
    if let place, !statements[place].statement.isBusy { return statements[place].statement }
    let statement = try Statement(database: self, sql: sql)
    if let place { statements[place].statement = statement } else { statements.append((sql, statement)) }
    return statement
  }

  func check(_ result: Int32) throws(SQLiteError) {
    guard result != SQLITE_OK else { return }
    throw failure(result)
  }

  /// What SQLite says of the call that failed last. A quota and the host's limit of a file's size (`ulimit -f`) are
  /// a full disk, which SQLite knows by ENOSPC alone.
  func failure(_ code: Int32) -> SQLiteError {
    let isFull = code & 0xff == SQLITE_IOERR && [EFBIG, EDQUOT].contains(sqlite3_system_errno(handle))
    return isFull
      ? SQLiteError(code: SQLITE_FULL, message: String(cString: sqlite3_errstr(SQLITE_FULL)))
      : SQLiteError(code: code, message: String(cString: sqlite3_errmsg(handle)))
  }

  private static func uriPath(_ path: String) -> String {
    var result: [UInt8] = []
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "?"): result += Array("%3f".utf8)
      case UInt8(ascii: "#"): result += Array("%23".utf8)
      case UInt8(ascii: "%"): result += Array("%25".utf8)
      default: result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
