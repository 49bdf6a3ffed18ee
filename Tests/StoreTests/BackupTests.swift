// BackupTests.swift - a copy made while others write is whole, replaces nothing it should not, and can be put back.

import Foundation
import LocalTime
import Platform
import SQLite
import Testing

@testable import Store

struct BackupTests {
  private let fixture: Fixture
  private let folder: String

  init() throws {
    fixture = try Fixture()
    folder = fixture.home.path + "/backups"
    try Files.makeFolder(folder)
  }

  private var path: String { folder + "/copy.sqlite3" }

  /// Some MiB, so that a copy takes several steps.
  private func fill(_ store: Store, megabytes: Int = 4) throws {
    let text = String(repeating: "x", count: 10_000)
    try store.write {
      for _ in 0..<megabytes * 100 { try store.logEvent(.alert, tenant: "t", detail: text, at: now) }
    }
  }

  private func countEvents(_ path: String) throws -> Int {
    try Database(path: path, access: .readOnly).integer("SELECT count(*) FROM ticket_events") ?? -1
  }

  @Test(arguments: [Store.JournalMode.wal, .delete])
  func `a writer between all steps is neither held up nor half in the copy`(_ mode: Store.JournalMode) throws
  {
    let home = try Fixture.emptyHome()
    defer { try? FileManager.default.removeItem(atPath: home.path) }
    let writer = try Store.openMigrating(home, journalMode: mode, patience: 0)
    try writer.database.execute(script: "PRAGMA synchronous = OFF")
    try fill(writer)
    var written = 0
    var backup = Backup(of: home, to: path)
    backup.pause = { _ in
      // Two rows that belong together: the copy has both or none.
      try? writer.write {
        try writer.logEvent(.optIn, tenant: "t", at: now)
        try writer.logEvent(.optOut, tenant: "t", at: now)
      }
      written += 1
    }
    let summary = try backup.run()
    #expect(written > 3)
    func count(_ type: String, in database: Database) throws -> Int? {
      try database.integer("SELECT count(*) FROM ticket_events WHERE type = ?", .text(type))
    }
    #expect(try count("opt_in", in: writer.database) == written, "no write was refused")
    let copy = try Database(path: path, access: .readOnly)
    #expect(try count("alert", in: copy) == 400)
    #expect(try count("opt_in", in: copy) == count("opt_out", in: copy))
    #expect(mode == .wal ? summary.restarts == 0 : summary.restarts > 0)
    #expect(try copy.first("PRAGMA journal_mode") { $0.text(0) } == "delete")
    #expect(Files.mode(path) == 0o600 && Files.size(path) == summary.bytes)
    #expect(try Files.list(folder) == ["copy.sqlite3"])
  }

  @Test func `progress goes up to the whole`() throws {
    try fill(fixture.store)
    var steps: [(done: Int, total: Int)] = []
    var backup = Backup(of: fixture.home, to: path)
    backup.progress = { steps.append(($0, $1)) }
    try backup.run()
    let copied = steps.filter { $0.total > 0 }
    #expect(copied.count > 3 && copied.last.map { $0.done == $0.total } == true)
    #expect(zip(copied, copied.dropFirst()).allSatisfy { $0.done <= $1.done })
  }

  @Test func `an earlier backup is replaced, any other file only by force, the database never`() throws {
    try Backup(of: fixture.home, to: path).run()
    let first = try countEvents(path)
    try fixture.store.logEvent(.help, tenant: "t", at: now)
    try Backup(of: fixture.home, to: path).run()
    #expect(try countEvents(path) == first + 1)

    let other = folder + "/accounts.xlsx"
    try Files.writeAtomically(Array("mine".utf8), to: other)
    #expect(throws: BackupError.self) { try Backup(of: fixture.home, to: other).run() }
    #expect(try Files.read(other) == Array("mine".utf8))
    try Backup(of: fixture.home, to: other, isForced: true).run()
    #expect(Backup.isBackup(other))

    for name in ["opsfabric.sqlite3", "opsfabric.sqlite3-wal", "new.sqlite3"] {
      #expect(throws: BackupError.self) {
        try Backup(of: fixture.home, to: "\(fixture.home.data)/\(name)", isForced: true).run()
      }
    }
    #expect(!Backup.isBackup(fixture.home.database))
  }

  @Test func `a place that cannot take it is named`() throws {
    func reason(_ path: String) -> String {
      do { try Backup(of: fixture.home, to: path).run() } catch { return "\(error)" }
      return "no error"
    }
    #expect(reason(folder) == "\(folder) is a folder; name a file")
    #expect(reason(folder + "/none/copy") == "there is no folder \(folder)/none")
    #expect(reason("/proc/copy").contains("/proc"))
    let nobody = Home(folder + "/nobody")
    #expect(throws: BackupError.noDatabase(nobody.database)) { try Backup(of: nobody, to: path).run() }
  }

  @Test func `an interrupted backup leaves the earlier one and nothing else`() throws {
    try Backup(of: fixture.home, to: path).run()
    let old = try Files.read(path)
    try fill(fixture.store)
    var backup = Backup(of: fixture.home, to: path)
    var steps = 0
    backup.progress = { _, _ in steps += 1 }
    backup.shouldStop = { steps > 1 }
    #expect(throws: BackupError.interrupted) { try backup.run() }
    #expect(try Files.read(path) == old)
    #expect(try Files.list(folder) == ["copy.sqlite3"])
  }

  @Test func `what a killed backup left behind is in nobody's way`() throws {
    try Files.writeAtomically(Array("half".utf8), to: path + ".part")
    try Files.writeAtomically(Array("half".utf8), to: path + ".part-journal")
    try Backup(of: fixture.home, to: path).run()
    #expect(try Files.list(folder) == ["copy.sqlite3"])
  }

  @Test func `one backup at a time`() throws {
    let lock = try FileLock.tryLock(fixture.home.data + "/backup.lock")
    #expect(throws: BackupError.refused("another backup is at work")) {
      try Backup(of: fixture.home, to: path).run()
    }
    lock?.release()
    try Backup(of: fixture.home, to: path).run()
  }

  @Test func `a damaged database makes no backup`() throws {
    try fill(fixture.store)
    _ = try fixture.store.database.first("PRAGMA wal_checkpoint(TRUNCATE)") { $0.integer(0) }
    let handle = try #require(FileHandle(forUpdatingAtPath: fixture.home.database))
    let size = try handle.seekToEnd()
    for page in stride(from: UInt64(200 * 4096), to: size, by: 4096) {
      try handle.seek(toOffset: page)
      try handle.write(contentsOf: Data(repeating: 0x55, count: 100))
    }
    try handle.close()
    #expect(throws: BackupError.self) { try Backup(of: fixture.home, to: path).run() }
    #expect(try Files.list(folder).isEmpty)
  }

  @Test func `a backup that was put back is the database again, and no file for the next to overwrite`()
    throws
  {
    try fill(fixture.store, megabytes: 1)
    try Backup(of: fixture.home, to: path).run()
    let home = try Fixture.emptyHome()
    defer { try? FileManager.default.removeItem(atPath: home.path) }
    try Files.writeAtomically(try Files.read(path), to: home.database)
    let restored = try Store.openMigrating(home, journalMode: .wal, patience: 2000)
    #expect(try restored.database.first("PRAGMA quick_check") { $0.text(0) } == "ok")
    #expect(try restored.database.first("PRAGMA journal_mode") { $0.text(0) } == "wal")
    let count = try fixture.integer("SELECT count(*) FROM ticket_events")
    #expect(try restored.database.integer("SELECT count(*) FROM ticket_events") == count && count == 100)
    #expect(!Backup.isBackup(home.database))
    try restored.logEvent(.help, tenant: "t", at: now)
  }
}
