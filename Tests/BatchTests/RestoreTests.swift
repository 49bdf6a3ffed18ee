// RestoreTests.swift - a copy put in the database's place: killed at every step, of what is no copy, twice at once; and
// the run after it.

import Business
import Glibc
import LocalTime
import Platform
import SQLite
import Store
import TestSupport
import Testing

@testable import Copies

struct RestoreTests {
  private struct Killed: Error {}

  /// One call and its photo are in the copy, a second call is not.
  private func world() throws -> CopyWorld {
    let copies = try CopyWorld()
    try copies.world.call()
    try copies.world.run(after: 60)
    try copies.photo("a.jpg", Array("photo".utf8))
    copies.world.clock.advance(seconds: 60)
    #expect(try copies.copy().error == nil)
    copies.world.clock.advance(seconds: 60)
    try copies.world.call(from: "+41791110002")
    return copies
  }

  private func calls(_ path: String) throws -> Int {
    let database = try Database(path: path, access: .readWrite)
    try database.keepWriteAheadLog()
    #expect(try database.first("PRAGMA integrity_check") { $0.text(0) } == "ok")
    return try database.integer("SELECT count(*) FROM calls") ?? -1
  }

  private func kept(_ home: Home) throws -> [String] {
    try Files.list(home.data).filter {
      $0.contains(".before-") && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm")
    }
  }

  @Test func `the newest copy is put in place, with its gap, and the old database is kept`() throws {
    let copies = try world()
    try Files.remove("\(copies.home.uploads)/doerfler/a.jpg")
    let report = try copies.restore(.latest)
    #expect(try calls(copies.home.database) == 1)
    #expect(report.replaced?.rows["calls"] == 2 && report.contents.rows["calls"] == 1)
    #expect(report.filesFetched == 1 && report.filesMissing == [])
    #expect(try Files.read("\(copies.home.uploads)/doerfler/a.jpg") == Array("photo".utf8))
    let old = try #require(report.keptAt)
    #expect(try calls(old) == 2)
    #expect(Files.mode(copies.home.database) == 0o600)
    let gap = try #require(try copies.world.store().gap())
    #expect(gap.reason == .restore && gap.since == report.since && gap.begunAt == nil)
    #expect(!Files.exists("\(copies.home.data)/restore"))
    // The first run asks Twilio, finds the second call, and texts it; the first caller is texted once in all.
    for _ in 0..<3 { try copies.world.run(after: 60) }
    #expect(try copies.world.store().gap() == nil)
    #expect(try copies.world.list(.calls).count == 2)
    #expect(try copies.world.texts().count == 1)
    #expect(try copies.world.texts(to: "+41791110002").count == 1)
  }

  @Test func `nobody is texted a second time for what was sent after the copy`() throws {
    let copies = try world()
    try copies.world.run(after: 60)
    #expect(try copies.world.texts(to: "+41791110002").count == 1)
    _ = try copies.restore(.latest)
    for _ in 0..<5 { try copies.world.run(after: 60) }
    #expect(try copies.world.texts(to: "+41791110002").count == 1)
    #expect(try copies.world.texts().count == 1)
  }

  @Test(arguments: Restore.Step.allCases)
  func `killed at a step the old or the new database is whole, and a second restore finishes`(
    _ step: Restore.Step
  )
    throws
  {
    for nth in 0..<3 {
      let copies = try world()
      try Files.remove("\(copies.home.uploads)/doerfler/a.jpg")
      if step == .moveLog {
        // Only of a database that cannot be opened are the logs moved.
        try Files.writeAtomically([UInt8](repeating: 7, count: 9000), to: copies.home.database)
        for suffix in ["-wal", "-shm"] {
          try Files.writeAtomically(Array("rest".utf8), to: copies.home.database + suffix)
        }
      }
      var count = 0
      var isKilled = false
      do {
        _ = try copies.restore(.latest) { restore in
          restore.before = { met in
            guard met == step else { return }
            count += 1
            guard count == nth + 1 else { return }
            isKilled = true
            throw Killed()
          }
        }
      } catch is Killed {}
      #expect(isKilled || nth > 0, "\(step) is never come to")
      guard isKilled else { return }

      if step != .moveLog {
        let now = try calls(copies.home.database)
        #expect(now == 1 || now == 2)
        if now == 1 {
          // The new one is never without its gap.
          #expect(try copies.world.store().gap()?.reason == .restore)
        } else {
          #expect(try copies.world.store().gap() == nil)
          // And the old one goes on working.
          try copies.world.run()
        }
      }
      copies.world.clock.advance(seconds: 60)
      let report = try copies.restore(.latest)
      #expect(try calls(copies.home.database) == 1, "\(step)")
      #expect(try copies.world.store().gap()?.reason == .restore)
      #expect(try Files.read("\(copies.home.uploads)/doerfler/a.jpg") == Array("photo".utf8))
      #expect(!Files.exists("\(copies.home.data)/restore"))
      #expect(report.keptAt != nil)
      // No second name of the database in place is left.
      for name in try kept(copies.home) {
        #expect(Files.node("\(copies.home.data)/\(name)") != Files.node(copies.home.database))
      }
    }
  }

  @Test func `one restore at a time, and none while a runner is at work`() throws {
    let copies = try world()
    let runner = try #require(try FileLock.tryLock(copies.home.runLock))
    var said: [String] = []
    #expect {
      _ = try copies.restore(.latest) { $0.say = { said.append($0) } }
    } throws: { "\($0)".contains("a runner is at work: stop cron") }
    #expect(said == ["a runner is at work: waiting until it ends"])
    runner.release()
    var isRefused = false
    _ = try copies.restore(.latest) { restore in
      restore.before = { step in
        guard step == .check else { return }
        #expect {
          _ = try copies.restore(.latest)
        } throws: {
          isRefused = "\($0)" == "another restore is at work"
          return isRefused
        }
      }
    }
    #expect(isRefused)
    #expect(try calls(copies.home.database) == 1)
  }

  @Test func `a handler that had the old database open writes nothing into the new one`() throws {
    let copies = try world()
    let store = try Store.open(copies.home, patience: 200)
    // As long as it has, nothing is put in place.
    #expect {
      _ = try copies.restore(.latest) { $0.patience = 50 }
    } throws: { "\($0)".contains("another program is reading the database") }
    #expect(try calls(copies.home.database) == 2)
    try store.tryWriting()
  }

  @Test func `a rehearsal changes nothing, and says what the gap would bring`() throws {
    let copies = try world()
    try Files.remove("\(copies.home.uploads)/doerfler/a.jpg")
    let before = try copies.world.dump()
    var seen: RestoreReport?
    var callsBeside = 0
    var restore = Restore(
      home: copies.home, source: .latest, reader: try copies.reader(), clock: copies.world.clock.wallClock)
    restore.lockMilliseconds = 10
    let runner = try #require(try FileLock.tryLock(copies.home.runLock))
    try restore.rehearse { report, beside in
      seen = report
      callsBeside = try calls(beside.database)
    }
    runner.release()
    let report = try #require(seen)
    #expect(callsBeside == 1)
    #expect(report.contents.rows["calls"] == 1 && report.replaced?.rows["calls"] == 2)
    #expect(report.since <= copies.world.clock.now.adding(seconds: -60) && report.filesFetched == 1)
    #expect(try copies.world.dump() == before)
    #expect(!Files.exists("\(copies.home.data)/restore"))
    #expect(!Files.exists("\(copies.home.uploads)/doerfler/a.jpg"))
  }

  // MARK: what is no copy

  private func refusal(_ copies: CopyWorld, _ source: RestoreSource, isForced: Bool = false) -> String {
    do {
      _ = try copies.restore(source) { $0.isForced = isForced }
      return ""
    } catch { return "\(error)" }
  }

  @Test func `a file that is no copy is refused in words, and nothing changes`() throws {
    let copies = try world()
    let backup = "\(copies.folder)/backup.sqlite3"
    try Backup(of: copies.home, to: backup).run()
    let good = try Files.read(backup, limit: 1 << 28)
    let path = "\(copies.folder)/other"
    func with(_ bytes: [UInt8]) throws -> String {
      try Files.writeAtomically(bytes, to: path)
      return refusal(copies, .file(path), isForced: true)
    }
    #expect(try with([]).contains("it is empty"))
    #expect(try with([0x1f, 0x8b, 8, 0]).contains("gunzip it first"))
    #expect(try with(Array("Salted__xxxxxxxxxxxxxxxx".utf8)).contains("decrypt it first"))
    #expect(try with(good.map { $0 ^ 0x55 }).contains("is no SQLite database"))
    for share in [1, 2, 3] {
      let refused = try with(Array(good.prefix(good.count * share / 4)))
      #expect(refused.contains("damaged"), "\(refused)")
    }
    var spoilt = good
    for index in spoilt.count / 2..<spoilt.count / 2 + 5000 { spoilt[index] = 0xff }
    #expect(try with(spoilt).contains("damaged"))
    #expect(refusal(copies, .file("\(copies.folder)/none")).contains("there is no file"))
    #expect(refusal(copies, .file(copies.home.database)).contains("is the database itself"))
    let foreign = "\(copies.folder)/foreign"
    try Database(path: foreign, access: .create).execute(script: "CREATE TABLE t (x)")
    #expect(refusal(copies, .file(foreign)).contains("not opsfabric's"))
    let newer = "\(copies.folder)/newer"
    try Files.writeAtomically(good, to: newer)
    try Database(path: newer, access: .readWrite).execute(script: "PRAGMA user_version = 99")
    #expect(refusal(copies, .file(newer)).contains("install the newer programs first"))
    #expect(try calls(copies.home.database) == 2)
    #expect(try kept(copies.home) == [])
    // The file that is one.
    #expect(refusal(copies, .file(backup)) == "")
    #expect(try copies.world.store().gap()?.reason == .restore)
  }

  @Test func `files that were copied as they lay are taken with their log`() throws {
    let copies = try world()
    let path = "\(copies.folder)/raw"
    for suffix in ["", "-wal"] where Files.exists(copies.home.database + suffix) {
      try Files.writeAtomically(
        try Files.read(copies.home.database + suffix, limit: 1 << 28), to: path + suffix)
    }
    _ = try copies.restore(.file(path))
    #expect(try calls(copies.home.database) == 2)
  }

  @Test func `another installation's copy needs a word more`() throws {
    let copies = try world()
    let other = try CopyWorld()
    #expect(try other.copy().error == nil)
    func restore(_ isForced: Bool) throws -> RestoreReport {
      var restore = Restore(
        home: copies.home, source: .latest, reader: try other.reader(), clock: copies.world.clock.wallClock)
      restore.isForced = isForced
      return try restore.run()
    }
    #expect {
      _ = try restore(false)
    } throws: { "\($0)".contains("another installation") && ($0 as? RestoreError)?.isMatterOfForce == true }
    #expect(try calls(copies.home.database) == 2)
    _ = try restore(true)
    #expect(try calls(copies.home.database) == 0)
  }

  @Test func `a damaged newest copy is passed over, and one that was asked for by name is refused`() throws {
    let copies = try world()
    copies.world.clock.advance(seconds: 3600)
    #expect(try copies.copy().error == nil)
    let names = try copies.names()
    let path = "\(copies.folder)/\(names[0].part(0))"
    let good = try Files.read(path, limit: 1 << 28)
    try Files.writeAtomically(Array(good.prefix(good.count / 2)), to: path)
    #expect(refusal(copies, .named(names[0])).contains("is not whole"))
    try Files.writeAtomically(good.map { $0 ^ 1 }, to: path)
    #expect(refusal(copies, .named(names[0])).contains("its hash is another"))
    try Files.remove(path)
    #expect(refusal(copies, .named(names[0])).contains("is missing"))
    let manifest = "\(copies.folder)/\(names[0].manifest)"
    let report = try copies.restore(.latest)
    #expect(report.copy == names[1].text && report.passedOver == [names[0].text])
    try Files.writeAtomically(Array(try Files.read(manifest).dropLast(9)), to: manifest)
    #expect(refusal(copies, .named(names[0])).contains("its manifest cannot be read"))
    let gone = try #require(CopyName("2026-01-01T00-00-00Z_0123456789abcdef"))
    #expect(refusal(copies, .named(gone)).contains("there is no copy"))
  }

  @Test func `a database that is lost or damaged is replaced, and what was left of it is kept`() throws {
    let copies = try world()
    for suffix in ["", "-wal", "-shm"] { try Files.remove(copies.home.database + suffix) }
    // A log without its database would be taken for the new one's.
    try Files.writeAtomically(Array("rest".utf8), to: copies.home.database + "-wal")
    let report = try copies.restore(.latest)
    #expect(report.keptAt == nil && report.replaced == nil && !report.isOwnerKnown)
    #expect(try calls(copies.home.database) == 1)

    try Files.writeAtomically([UInt8](repeating: 7, count: 9000), to: copies.home.database)
    try Files.writeAtomically(Array("rest".utf8), to: copies.home.database + "-wal")
    let second = try copies.restore(.latest)
    let kept = try #require(second.keptAt)
    #expect(try Files.read(kept) == [UInt8](repeating: 7, count: 9000))
    #expect(try Files.read(kept + "-wal") == Array("rest".utf8))
    #expect(try calls(copies.home.database) == 1)
    try copies.world.run(after: 60)
  }

  @Test func `a photo that is not at the place is said, and the rest comes`() throws {
    let copies = try world()
    try copies.photo("b.jpg", Array("other".utf8))
    copies.world.clock.advance(seconds: 3600)
    #expect(try copies.copy().error == nil)
    let manifest = try copies.reader().manifest(try copies.names()[0])
    for file in manifest.files { try Files.remove("\(copies.home.uploads)/\(file.path)") }
    let lost = try #require(manifest.files.first { $0.path.hasSuffix("a.jpg") })
    try Files.writeAtomically(Array("phot0".utf8), to: "\(copies.folder)/\(lost.name)")
    let report = try copies.restore(.latest)
    #expect(report.filesMissing == ["doerfler/a.jpg"] && report.filesFetched == 1)
    #expect(try Files.list("\(copies.home.uploads)/doerfler") == ["b.jpg"])
  }
}
