// Store.swift - the operational database: how it is opened, migrated and written to.
//
// All SQL of the product lives in this module, one function per operation, its SQL beside it; the files beside
// this one hold one table's operations each. Writers queue at a lock file in front of BEGIN IMMEDIATE: SQLite's
// own busy waiting starves unlucky writers, the kernel's lock queue is fair (with eight writers the 99th
// percentile falls from 20 times the median to 2).

import Business
import Glibc
import LocalTime
import Platform
import SQLite

/// What SQLite says, from reads and from writes alike.
package typealias DatabaseError = SQLiteError

/// What is wrong with a database although SQLite can read it.
package enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Made by a newer program.
  case tooNew(version: Int)
  /// Older than this program: `opsfabric apply` has not been run since the update.
  case needsMigration(version: Int)
  /// The file was replaced or removed while this program had it open: what it reads and writes is no longer the
  /// installation's database.
  case replaced
  case system(SystemError)

  package var description: String {
    switch self {
    case .tooNew(let version):
      "the database (schema \(version)) is newer than this program; update the programs"
    case .needsMigration(let version):
      "the database has schema \(version), this program needs \(Store.schemaVersion); run `opsfabric apply`"
    case .replaced:
      "the database file was replaced or removed while this program was using it; nothing more was sent"
    case .system(let error): error.description
    }
  }
}

/// One connection to `data/opsfabric.sqlite3`.
package final class Store {
  package static let schemaVersion = migrations.count

  package enum JournalMode: String, Sendable { case wal, delete }

  let database: Database
  private let path: String
  /// The file that was opened.
  private let node: Files.Node?
  private let writeLock: String
  /// How long a write waits for its turn, in milliseconds.
  package var patience: Int
  /// The programs that are told of what is written here.
  package var receivers = WebhookReceivers.none
  /// What they are told when the transaction that runs is committed.
  var untold: [UntoldEvent] = []
  private(set) var isInTransaction = false

  private init(database: Database, home: Home, patience: Int) {
    self.database = database
    path = home.database
    node = Files.node(path)
    writeLock = home.writeLock
    self.patience = patience
  }

  /// For handlers: the file must exist with the right schema; closing leaves the WAL alone.
  package static func open(_ home: Home, patience: Int) throws -> Store {
    let database = try connect(home.database, access: .readWrite, patience: patience)
    try database.keepWriteAheadLog()
    database.countLogFrames()
    let store = Store(database: database, home: home, patience: patience)
    let version = try store.version()
    if version < schemaVersion { throw StoreError.needsMigration(version: version) }
    if version > schemaVersion { throw StoreError.tooNew(version: version) }
    return store
  }

  /// For the batch: makes the file or brings it up to date.
  package static func openMigrating(_ home: Home, journalMode: JournalMode, patience: Int = 10_000) throws
    -> Store
  {
    let database = try connect(home.database, access: .create, patience: patience)
    // A backup that was put back is the database now, and no longer a file that the next backup may overwrite.
    if try database.integer("PRAGMA application_id") == Backup.mark {
      try database.execute(script: "PRAGMA application_id = 0")
    }
    // What is deleted is overwritten, whatever the library's own default.
    try database.execute(script: "PRAGMA secure_delete = ON")
    let store = Store(database: database, home: home, patience: patience)
    try store.use(journalMode)
    try store.migrate()
    return store
  }

  /// Takes its turn among the writers: of two programs that switch at once SQLite turns one away without a wait.
  private func use(_ mode: JournalMode) throws {
    func current() throws -> String? { try database.first("PRAGMA journal_mode") { $0.text(0) } }
    guard try current() != mode.rawValue else { return }
    let lock = try turn()
    defer { lock?.release() }
    let end = monotonicMilliseconds() + Int64(min(patience, 2000))
    while true {
      do {
        // Somebody else may have done it meanwhile.
        guard try current() != mode.rawValue else { return }
        let reached = try database.first("PRAGMA journal_mode = \(mode.rawValue)") { $0.text(0) }
        if reached == mode.rawValue { return }
      } catch let error as SQLiteError where error.isBusy {
        // Whoever is reading just now is in the way for a moment, a runner for a minute.
        guard monotonicMilliseconds() < end else { throw error }
        usleep(10_000)
        continue
      }
      // A file system without shared memory has no WAL: SQLite stays with what it has.
      return
    }
  }

  private static func connect(_ path: String, access: Database.Access, patience: Int) throws -> Database {
    let database = try Database(path: path, access: access, busyTimeout: Int32(patience))
    // EXTRA is FULL, and in the journal mode `delete` also syncs the folder after the journal is gone: without that
    // a power failure could bring the journal back, and it would take the last commit back.
    try database.execute(script: "PRAGMA foreign_keys = ON; PRAGMA synchronous = EXTRA")
    return database
  }

  package func version() throws -> Int { try database.integer("PRAGMA user_version") ?? 0 }

  private func migrate() throws {
    let version = try version()
    if version > Store.schemaVersion { throw StoreError.tooNew(version: version) }
    guard version < Store.schemaVersion else { return }
    try write {
      for migration in migrations where migration.version > (try self.version()) {
        try database.execute(script: migration.sql)
        try database.execute(script: "PRAGMA user_version = \(migration.version)")
      }
    }
  }

  /// One atomic, durable change: waits for its turn, runs `body` in a transaction, commits.
  /// Nested calls join the outer one.
  /// - Throws: StoreError.replaced when the file is no longer the installation's.
  @discardableResult
  package func write<Result>(_ body: () throws -> Result) throws -> Result {
    if isInTransaction { return try body() }
    // A folder that cannot be written to has no lock file; SQLite's own answer is then the better one.
    let lock = try turn()
    defer { lock?.release() }
    isInTransaction = true
    defer {
      isInTransaction = false
      untold = []
    }
    let result = try database.transaction {
      let result = try body()
      try tellReceivers()
      return result
    }
    // After the commit, so that it speaks for what was committed: into a file that nobody will open again it counts
    // for nothing. A handler then keeps its webhook in the spool, and the runner sends nothing of what it claimed.
    guard isInPlace else { throw StoreError.replaced }
    return result
  }

  /// Whether the path still names the file that was opened. One look at the file's inode; a microsecond.
  package var isInPlace: Bool { Files.node(path) == node }

  /// - Throws: DatabaseError.busy, as when SQLite itself had waited in vain.
  private func turn() throws(DatabaseError) -> FileLock? {
    do throws(SystemError) {
      if let lock = try FileLock.lock(writeLock, withinMilliseconds: patience) { return lock }
    } catch {
      return nil
    }
    throw .busy
  }

  /// Changes when another process has committed.
  package func dataVersion() throws -> Int { try database.dataVersion() }

  /// Stays the same as long as nobody writes, neither this process nor another.
  package func stillness() throws -> Stillness {
    Stillness(others: try dataVersion(), own: database.totalChanges)
  }

  package struct Stillness: Equatable {
    let others: Int
    let own: Int
  }

  /// Moves the WAL into the database file, so that it does not grow. Passive: it waits for nobody and holds
  /// nobody up; the next writer starts the WAL from its beginning again.
  package func checkpoint() throws {
    _ = try database.first("PRAGMA wal_checkpoint(PASSIVE)") { $0.integer(0) }
  }

  /// More frames than that are read again by the next process where nobody holds the database open: a tenth of a
  /// webhook's time.
  static let mostFrames = 32

  /// For a process of one request, once it has answered: with no runner at work nobody else keeps the log short, and the
  /// first connection of each process reads all of it.
  package func shortenLog() {
    guard database.logFrames > Store.mostFrames, isAlone else { return }
    // Cut to nothing: how much of it has been moved stands in the wal-index alone, which the next process makes anew.
    // Nobody is waited for; what cannot be done now the next process does.
    try? database.execute(script: "PRAGMA busy_timeout = 0")
    _ = try? database.first("PRAGMA wal_checkpoint(TRUNCATE)") { $0.integer(0) }
  }

  /// Whether no other process has the database open. Each connection holds a lock on the 129th byte of the
  /// wal-index (UNIX_SHM_DMS in SQLite's os_unix.c); were that to change, the log would be shortened more or less often,
  /// and no more. The descriptor stays open: closing it would release SQLite's own locks on that file.
  private var isAlone: Bool {
    let index = Glibc.open(path + "-shm", O_RDWR | O_CLOEXEC)
    guard index >= 0 else { return false }
    var lock = flock(
      l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 128, l_len: 1, l_pid: 0)
    return withUnsafeMutablePointer(to: &lock) { fcntl(index, F_GETLK, $0) } == 0
      && lock.l_type == Int16(F_UNLCK)
  }

  /// For a program that reads much and then ends: SQLite's usual 2 MB would read most pages several times.
  package func widenCache(megabytes: Int) throws {
    try database.execute(script: "PRAGMA cache_size = \(-1024 * megabytes)")
  }

  /// Rebuilds the file without what free pages and gaps still hold of old rows, and empties the write-ahead log.
  /// Writers wait meanwhile: one or two seconds for each 100 MB. False when a reader kept the log from being emptied.
  package func compact() throws -> Bool {
    let lock = try turn()
    defer { lock?.release() }
    try database.execute(script: "VACUUM")
    return try emptyWriteAheadLog()
  }

  /// Moves the WAL into the database file and cuts it to nothing, old pages and all. False when somebody has been
  /// reading for two seconds: a list into a pager must not hold up a runner.
  package func emptyWriteAheadLog() throws -> Bool {
    try database.execute(script: "PRAGMA busy_timeout = \(min(patience, 2000))")
    defer { try? database.execute(script: "PRAGMA busy_timeout = \(patience)") }
    return try database.first("PRAGMA wal_checkpoint(TRUNCATE)") { $0.integer(0) } == 0
  }

  /// Bytes of the database file.
  package func fileSize() throws -> Int {
    try (database.integer("PRAGMA page_count") ?? 0) * (database.integer("PRAGMA page_size") ?? 0)
  }
}

extension Row {
  func timestamp(_ column: Int) -> Timestamp { Timestamp(milliseconds: Int64(integer(column))) }
  func optionalTimestamp(_ column: Int) -> Timestamp? { isNull(column) ? nil : timestamp(column) }
}

extension Value {
  static func time(_ timestamp: Timestamp) -> Value { .integer(timestamp.milliseconds) }
  static func time(_ timestamp: Timestamp?) -> Value { timestamp.map { .integer($0.milliseconds) } ?? .null }
}

extension Store {
  /// A text or number inside a JSON document; nil when the document is not JSON or has no such place.
  package func jsonText(_ json: String, at path: String) throws -> String? {
    try database.first(
      "SELECT CASE WHEN json_valid(?1) THEN json_extract(?1, ?2) END", .text(json), .text(path)
    ) { $0.optionalText(0) } ?? nil
  }
}
