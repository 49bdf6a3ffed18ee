// Backup.swift - a consistent copy of the operational database while handlers and runner write to it.
//
// With a WAL the copy is one snapshot: a read transaction is held over all steps, which hinders no writer (the
// WAL grows meanwhile, and the runner's next checkpoint takes it in). With a rollback journal a read lock would
// hinder them, so it is let go between the steps, and a writer makes SQLite begin anew; should that happen again
// and again, the last pass is made in the writers' own queue: they wait for it in turn, and handlers that wait too
// long use the spool. The copy gets its name only when it is whole: checked, synced, renamed.

import Glibc
import Platform
import SQLite

package enum BackupError: Error, Hashable, Sendable, CustomStringConvertible {
  case noDatabase(String)
  case refused(String)
  case noRoom(needed: Int, free: Int, folder: String)
  /// The copy is not well, hence the database is not.
  case damaged(String)
  case interrupted
  case busy
  case failed(String)

  package var description: String {
    switch self {
    case .noDatabase(let path): "there is no database at \(path); `opsfabric apply` makes one"
    case .refused(let reason): reason
    case .noRoom(let needed, let free, let folder):
      "not enough room in \(folder): \(needed >> 20) MiB are needed, \(free >> 20) MiB are free"
    case .damaged(let verdict):
      "the database is damaged (\(verdict)): no backup was made; see `opsfabric doctor`"
    case .interrupted: "interrupted; no backup was made"
    case .busy: "the database stayed locked by another program; no backup was made"
    case .failed(let reason): "\(reason); no backup was made"
    }
  }
}

package struct BackupSummary: Hashable, Sendable {
  package var bytes: Int
  /// How often a writer made the copy begin anew (rollback journal only).
  package var restarts: Int
}

/// One `opsfabric backup`.
package struct Backup {
  /// In the header of every copy (`application_id`): what may be overwritten by the next.
  static let mark: Int = 0x4F50_4642
  private static let pagesPerStep: Int32 = 256
  private static let pauseMilliseconds = 3
  /// Of a lock that does not go away.
  private static let patienceMilliseconds = 10_000
  private static let restartsBeforeQueueing = 4

  private let home: Home
  private let path: String
  private let isForced: Bool
  /// Waits between two steps; tests do something meanwhile.
  package var pause: (_ milliseconds: Int) -> Void = { usleep(UInt32($0) * 1000) }
  package var shouldStop: () -> Bool = { false }
  package var progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }

  /// - Parameter isForced: overwrites any other file too, but never the installation's own.
  package init(of home: Home, to path: String, isForced: Bool = false) {
    self.home = home
    self.path = path
    self.isForced = isForced
  }

  @discardableResult
  package func run() throws(BackupError) -> BackupSummary {
    guard Files.exists(home.database) else { throw .noDatabase(home.database) }
    try checkTarget()
    let lock = try turn()
    defer { lock?.release() }
    let part = path + ".part"
    // What a killed backup left behind.
    removeAll(part)
    do {
      try Files.create(part)
      let restarts = try copy(to: part)
      try check(part)
      try Files.sync(part)
      let bytes = Files.size(part) ?? 0
      try Files.move(part, to: path)
      try Files.syncFolder(Files.parent(of: path))
      return BackupSummary(bytes: bytes, restarts: restarts)
    } catch let error as BackupError {
      removeAll(part)
      throw error
    } catch {
      removeAll(part)
      throw .failed(String(describing: error))
    }
  }

  /// One backup at a time. A full disk has no room for the lock's file: then the backup itself says so.
  private func turn() throws(BackupError) -> FileLock? {
    do throws(SystemError) {
      if let lock = try FileLock.tryLock(home.data + "/backup.lock") { return lock }
    } catch {
      return nil
    }
    throw .refused("another backup is at work")
  }

  // MARK: before

  private func checkTarget() throws(BackupError) {
    if Files.isFolder(path) { throw .refused("\(path) is a folder; name a file") }
    let folder = Files.parent(of: path)
    guard Files.isFolder(folder) else { throw .refused("there is no folder \(folder)") }
    guard Files.identity(folder)?.first != Files.identity(home.data)?.first else {
      throw .refused("\(folder) holds the database itself; choose another folder")
    }
    guard Files.isWritable(folder) else { throw .refused("\(folder) cannot be written to by this user") }
    if Files.exists(path), !isForced, !Backup.isBackup(path) {
      throw .refused(
        "\(path) is there and is no backup made by this command; choose another name, or --force")
    }
    let needed = (Files.size(home.database) ?? 0) + (Files.size(home.database + "-wal") ?? 0)
    if let free = (try? Files.freeSpace(folder))?.bytes, free < needed {
      throw .noRoom(needed: needed, free: free, folder: folder)
    }
  }

  /// A file that this command has written.
  package static func isBackup(_ path: String) -> Bool {
    guard let database = try? Database(path: path, access: .immutable) else { return false }
    return (try? database.integer("PRAGMA application_id")) == mark
  }

  private func removeAll(_ part: String) {
    for suffix in ["", "-journal", "-wal", "-shm"] { try? Files.remove(part + suffix) }
  }

  // MARK: the copy

  /// Returns how often it began anew.
  private func copy(to part: String) throws -> Int {
    let source = try Database(
      path: home.database, access: .readWrite, busyTimeout: Int32(Backup.patienceMilliseconds))
    try source.keepWriteAheadLog()
    let isSnapshot = try source.first("PRAGMA journal_mode") { $0.text(0) } == "wal"
    if isSnapshot {
      try source.execute("BEGIN")
      _ = try source.integer("SELECT count(*) FROM sqlite_schema")
    }
    let target = try Database(path: part, access: .readWrite)
    // Nobody else sees the file before it is whole: neither journal nor shared memory nor syncs are needed.
    try target.execute(
      script: "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
    let copy = try DatabaseCopy(from: source, into: target)
    let restarts = try drive(copy, waitingForWriters: !isSnapshot)
    try copy.finish()
    try target.execute(script: "PRAGMA journal_mode = DELETE; PRAGMA application_id = \(Backup.mark)")
    return restarts
  }

  private func drive(_ copy: DatabaseCopy, waitingForWriters: Bool) throws -> Int {
    var restarts = 0
    var remaining = Int.max
    var busySince: Int64?
    var turn: FileLock?
    defer { turn?.release() }
    while true {
      if shouldStop() { throw BackupError.interrupted }
      switch try copy.step(pages: Backup.pagesPerStep) {
      case .done:
        progress(copy.pageCount, copy.pageCount)
        return restarts
      case .busy:
        let since = busySince ?? monotonicMilliseconds()
        busySince = since
        if monotonicMilliseconds() - since > Int64(Backup.patienceMilliseconds) { throw BackupError.busy }
        pause(10 * Backup.pauseMilliseconds)
      case .more:
        busySince = nil
        if copy.remaining > remaining { restarts += 1 }
        remaining = copy.remaining
        progress(copy.pageCount - remaining, copy.pageCount)
        if waitingForWriters, turn == nil, restarts >= Backup.restartsBeforeQueueing {
          turn = try? FileLock.lock(home.writeLock, withinMilliseconds: Backup.patienceMilliseconds)
        }
        // Writers that wait for this very copy are not kept waiting for its pauses too.
        if turn == nil { pause(Backup.pauseMilliseconds) }
      }
    }
  }

  private func check(_ part: String) throws {
    progress(-1, 0)
    let database = try Database(path: part, access: .readOnly)
    let verdict = try database.first("PRAGMA integrity_check(1)") { $0.text(0) } ?? "no answer"
    guard verdict == "ok" else { throw BackupError.damaged(verdict) }
  }
}
