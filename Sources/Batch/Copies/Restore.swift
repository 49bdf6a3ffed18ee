// Restore.swift - a copy put in the database's place, so that the first run afterwards asks Twilio what was sent since.
//
// Everything is made ready beside the database: the copy is fetched, checked, brought up to this program's schema, and has
// its gap in it. Then one rename puts it in place. Killed anywhere, the old database or the new one is there, whole, and
// the new one never without its gap; a second restore finishes. The old one is kept beside it.

import Business
import Glibc
import JSON
import LocalTime
import Platform
import SQLite
import Store

/// Why a copy was not put in place. Each is one line that says what to do.
package struct RestoreError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String
  /// `--force` helps.
  package let isMatterOfForce: Bool

  init(_ description: String, isMatterOfForce: Bool = false) {
    self.description = description
    self.isMatterOfForce = isMatterOfForce
  }
}

/// Which copy is put in place.
package enum RestoreSource: Hashable, Sendable {
  /// A file that `opsfabric backup` has made, or a database file as it lay.
  case file(String)
  /// The newest that is well.
  case latest
  case named(CopyName)
}

/// What came of it, or what would.
package struct RestoreReport: Sendable {
  /// As it is called: a file's path, or a copy's name.
  package var copy: String
  /// Newer ones that are damaged.
  package var passedOver: [String] = []
  /// From when on Twilio is asked.
  package var since: Timestamp
  package var contents: CopyContents
  /// The database that was in place; nil where there was none.
  package var replaced: CopyContents?
  /// Where it is kept.
  package var keptAt: String?
  /// Photos and voice messages that were brought here, or would be.
  package var filesFetched = 0
  /// Those that are not at the copies' place.
  package var filesMissing: [String] = []
  /// Whose copy it is cannot be told: it is older than schema 14, or no database is in place.
  package var isOwnerKnown = true
}

package struct Restore {
  package static let workFolder = "restore"

  /// Where a kill could come.
  package enum Step: CaseIterable, Sendable {
    case fetch, check, prepare, gap, file, settle, keep, moveLog, replace, sync, clear
  }

  private static let maximumSeconds = 70

  let home: Home
  let source: RestoreSource
  /// nil: only files can be restored.
  let reader: CopyReader?
  let clock: WallClock
  /// The copy of another installation, or in the place of what cannot be settled.
  package var isForced = false
  package var patience = 5000
  /// How long a runner may take to end.
  package var lockMilliseconds = maximumSeconds * 1000
  package var say: (String) -> Void = { _ in }
  /// Called before each step; tests let it fail there. Nothing is cleared up on the way out of a failure, as after a kill.
  package var before: (Step) throws -> Void = { _ in }

  package init(home: Home, source: RestoreSource, reader: CopyReader?, clock: WallClock) {
    self.home = home
    self.source = source
    self.reader = reader
    self.clock = clock
  }

  private var folder: String { "\(home.data)/\(Restore.workFolder)" }
  /// An installation of nothing but the copy.
  package var beside: Home { Home(folder) }

  // MARK: the whole

  /// Puts the copy in place.
  package func run() throws -> RestoreReport {
    let turn = try takeTurn()
    defer { turn.release() }
    let runner = try waitForRunner()
    defer { runner.release() }
    let (report, manifest) = try makeReady()
    var done = report
    try fetchFiles(manifest, &done)
    done.keptAt = try putInPlace()
    try before(.clear)
    clear()
    return done
  }

  /// Makes everything ready beside, calls `body` with it, and clears it away: nothing in the installation changes.
  package func rehearse(_ body: (RestoreReport, Home) throws -> Void) throws {
    let turn = try takeTurn()
    defer { turn.release() }
    defer { clear() }
    let (report, manifest) = try makeReady()
    var seen = report
    try lookForFiles(manifest, &seen)
    try body(seen, beside)
  }

  private func takeTurn() throws -> FileLock {
    guard Files.isFolder(home.data) else {
      throw RestoreError("there is no folder \(home.data); `opsfabric init` makes a home")
    }
    guard let lock = try FileLock.tryLock(home.data + "/restore.lock") else {
      throw RestoreError("another restore is at work")
    }
    return lock
  }

  private func waitForRunner() throws -> FileLock {
    if let lock = try FileLock.tryLock(home.runLock) { return lock }
    say("a runner is at work: waiting until it ends")
    guard let lock = try FileLock.lock(home.runLock, withinMilliseconds: lockMilliseconds) else {
      throw RestoreError("a runner is at work: stop cron, wait until it has ended, and begin again")
    }
    return lock
  }

  // MARK: beside the database

  private func makeReady() throws -> (RestoreReport, Manifest?) {
    clearButFetched()
    try Files.makeFolder(beside.data)
    let (name, manifest, passedOver) = try bring()
    try before(.check)
    let contents = try CopyReaderChecks.contents(of: beside.database, name: name)
    var report = RestoreReport(copy: name, since: clock.now(), contents: contents)
    report.passedOver = passedOver
    report.since = try since(manifest, contents)
    try checkOwner(contents, manifest, &report)
    report.replaced = isDatabaseHere ? try? Store.contents(ofDatabase: home.database) : nil
    try before(.prepare)
    // In one file alone, so that a rename moves all of it. Nobody else sees it yet.
    do {
      let store = try Store.openMigrating(beside, journalMode: .delete, patience: patience)
      try before(.gap)
      try store.openGap(reason: .restore, since: report.since, at: clock.now())
    } catch let error as StoreError {
      throw RestoreError("\(name): \(error)")
    }
    try Files.sync(beside.database)
    return (report, manifest)
  }

  /// Brings the copy to `beside.database`.
  private func bring() throws -> (name: String, manifest: Manifest?, passedOver: [String]) {
    try before(.fetch)
    switch source {
    case .file(let path):
      try bring(file: path)
      return (path, nil, [])
    case .named(let name):
      guard let reader else { throw RestoreError("no place for copies is set: write --from PLACE") }
      let manifest = try reader.manifest(name)
      try bring(manifest, reader)
      return (name.text, manifest, [])
    case .latest:
      guard let reader else { throw RestoreError("no place for copies is set: write --from PLACE") }
      let names = try reader.names()
      guard !names.isEmpty else { throw RestoreError("there are no copies at that place") }
      var passedOver: [String] = []
      for name in names {
        do throws(CopyError) {
          let manifest = try reader.manifest(name)
          do { try bring(manifest, reader) } catch let error as CopyError { throw error } catch {
            throw .local("\(error)")
          }
          return (name.text, manifest, passedOver)
        } catch {
          guard case .damaged(let reason) = error else { throw error }
          say(reason)
          passedOver.append(name.text)
        }
      }
      throw RestoreError("none of the \(names.count) copies there is whole")
    }
  }

  private func bring(_ manifest: Manifest, _ reader: CopyReader) throws {
    guard manifest.schema <= Store.schemaVersion else { throw tooNew(manifest.name.text, manifest.schema) }
    // Fetched under the copy's own name, so that a killed restore of another one leaves nothing to go on with.
    let fetched = "\(folder)/\(manifest.name.text).sqlite"
    dropFetched(but: fetched)
    try reader.fetch(manifest, to: fetched)
    try copyFile(fetched, to: beside.database)
  }

  private func bring(file path: String) throws {
    dropFetched(but: nil)
    guard Files.exists(path), !Files.isFolder(path) else { throw RestoreError("there is no file \(path)") }
    guard Files.node(path) != Files.node(home.database) else {
      throw RestoreError("\(path) is the database itself")
    }
    try CopyReaderChecks.header(path)
    try copyFile(path, to: beside.database)
    // Files that were copied as they lay: what is not in the one is in the other.
    if Files.size(path + "-wal") ?? 0 > 0 {
      try copyFile(path + "-wal", to: beside.database + "-wal")
    }
    do throws(SQLiteError) {
      try Store.settleForReplacement(beside.database, patience: patience)
    } catch { throw RestoreError("\(path) is damaged: \(error)") }
  }

  private func copyFile(_ path: String, to target: String) throws {
    if let free = try? Files.freeSpace(Files.parent(of: target)), let size = Files.size(path),
      free.bytes < size
    {
      throw RestoreError(
        "not enough room in \(folder): \(size >> 20) MiB are needed, \(free.bytes >> 20) are free")
    }
    let file = try FileReplacement(target)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError("open", path) }
    defer { close(descriptor) }
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(descriptor, &piece, piece.count)
      guard count >= 0 else { throw SystemError("read", path) }
      if count == 0 { break }
      try file.write(Array(piece[..<count]))
    }
    try FileReplacement.commit([file])
  }

  /// All that was committed by then is in the copy.
  private func since(_ manifest: Manifest?, _ contents: CopyContents) throws -> Timestamp {
    if let manifest { return manifest.madeAt }
    if let beat = contents.lastBeat { return beat }
    if case .file(let path) = source, let changed = Files.identity(path)?[2] {
      return Timestamp(seconds: Int64(changed))
    }
    return clock.now()
  }

  private func checkOwner(_ contents: CopyContents, _ manifest: Manifest?, _ report: inout RestoreReport)
    throws
  {
    let here = isDatabaseHere ? Store.installation(ofDatabase: home.database) : nil
    guard let here, let there = contents.installation ?? manifest?.installation else {
      report.isOwnerKnown = false
      return
    }
    guard here == there || isForced else {
      throw RestoreError(
        "\(report.copy) is the copy of another installation; --force puts it in place all the same",
        isMatterOfForce: true)
    }
  }

  private func tooNew(_ name: String, _ schema: Int) -> RestoreError {
    RestoreError(
      "\(name) has schema \(schema), this program knows \(Store.schemaVersion): install the newer programs first"
    )
  }

  // MARK: photos and voice messages

  /// Before the database: files that no row names harm nobody, rows without their files do.
  private func fetchFiles(_ manifest: Manifest?, _ report: inout RestoreReport) throws {
    guard let manifest, let reader else { return }
    for file in manifest.files {
      let path = "\(home.uploads)/\(file.path)"
      if Files.size(path) == file.bytes { continue }
      try before(.file)
      try Files.makeFolder(Files.parent(of: path))
      let part = path + ".part"
      try Files.remove(part)
      guard try reader.place.fetch(file.name, addingTo: part), try FileHash.of(part) == file.sha256 else {
        try Files.remove(part)
        report.filesMissing.append(file.path)
        continue
      }
      try Files.sync(part)
      try Files.move(part, to: path)
      report.filesFetched += 1
    }
  }

  private func lookForFiles(_ manifest: Manifest?, _ report: inout RestoreReport) throws {
    guard let manifest, let reader else { return }
    let wanted = manifest.files.filter { Files.size("\(home.uploads)/\($0.path)") != $0.bytes }
    for (folder, files) in Dictionary(grouping: wanted, by: { String($0.name.prefix { $0 != "/" }) }) {
      let present = try reader.place.list(folder)
      for file in files {
        if present[String(file.name.dropFirst(folder.count + 1))] == file.bytes {
          report.filesFetched += 1
        } else {
          report.filesMissing.append(file.path)
        }
      }
    }
  }

  // MARK: in place

  /// Returns where the old one is kept. Handlers wait for their turn meanwhile, and then keep their webhooks in the spool.
  private func putInPlace() throws -> String? {
    let turn = try FileLock.lock(home.writeLock, withinMilliseconds: 10_000)
    guard let turn else { throw RestoreError("the database stays locked by another program; begin again") }
    defer { turn.release() }
    let kept = try keepOld()
    try before(.replace)
    try Files.move(beside.database, to: home.database)
    try before(.sync)
    try Files.syncFolder(home.data)
    return kept
  }

  private func keepOld() throws -> String? {
    guard Files.exists(home.database) else {
      // What a lost database has left would be taken for the new one's.
      for suffix in Restore.logs { try Files.remove(home.database + suffix) }
      return nil
    }
    dropSecondNames()
    try before(.settle)
    let isSettled = try settle()
    let kept = freeName()
    try before(.keep)
    // A second name, not another: until the rename the database is in its place.
    guard link(home.database, kept) == 0 else { throw SystemError("link", kept) }
    if !isSettled {
      for suffix in Restore.logs where Files.exists(home.database + suffix) {
        try before(.moveLog)
        try Files.move(home.database + suffix, to: kept + suffix)
      }
    }
    try Files.syncFolder(home.data)
    return kept
  }

  private static let logs = ["-wal", "-shm", "-journal"]

  /// SQLite removes the log of what is no database when it opens it: then nobody could look into it any more.
  private var isDatabaseHere: Bool { (try? CopyReaderChecks.header(home.database)) != nil }

  /// False where the old one cannot even be opened any more.
  private func settle() throws -> Bool {
    guard isDatabaseHere else { return false }
    do throws(SQLiteError) {
      try Store.settleForReplacement(home.database, patience: patience)
      return true
    } catch {
      if error.isBusy {
        throw RestoreError("another program is reading the database: end it, and begin again")
      }
      guard error.isDamage || isForced else {
        throw RestoreError(
          "the database in place: \(error); --force replaces it all the same", isMatterOfForce: true)
      }
      return false
    }
  }

  private static let keptMark = ".before-"

  private func freeName() -> String {
    let time = clock.now().iso8601.map { $0 == ":" ? "-" : $0 }
    let name = home.database + Restore.keptMark + String(time)
    guard Files.exists(name) else { return name }
    return (2...).lazy.map { "\(name).\($0)" }.first { !Files.exists($0) } ?? name
  }

  /// A killed restore may have left the database's second name: it is no older one.
  private func dropSecondNames() {
    let prefix = (home.database.split(separator: "/").last ?? "") + Restore.keptMark
    for name in (try? Files.list(home.data)) ?? [] where name.hasPrefix(prefix) {
      let path = "\(home.data)/\(name)"
      if Files.node(path) == Files.node(home.database) { try? Files.remove(path) }
    }
  }

  // MARK: clearing up

  private func clear() {
    clearButFetched()
    dropFetched(but: nil)
    rmdir(beside.data)
    rmdir(folder)
  }

  private func clearButFetched() {
    for name in (try? Files.list(beside.data)) ?? [] { try? Files.remove("\(beside.data)/\(name)") }
  }

  private func dropFetched(but path: String?) {
    for name in (try? Files.list(folder)) ?? [] where "\(folder)/\(name)" != path {
      try? Files.remove("\(folder)/\(name)")
    }
  }
}

/// What a file must be before anything is done with it.
enum CopyReaderChecks {
  /// Says what the file is instead, where that can be told.
  static func header(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError("open", path) }
    defer { close(descriptor) }
    var head = [UInt8](repeating: 0, count: 16)
    let count = read(descriptor, &head, head.count)
    if count > 0, head.starts(with: [0x1f, 0x8b]) {
      throw RestoreError("\(path) is compressed: gunzip it first")
    }
    if head.starts(with: "Salted__".utf8) || head.starts(with: "age-encryption".utf8) {
      throw RestoreError("\(path) is encrypted: decrypt it first")
    }
    guard count == 16, head == Array("SQLite format 3".utf8) + [0] else {
      throw RestoreError(
        "\(path) is no SQLite database (\(count == 0 ? "it is empty" : "encrypted, or cut off"))")
    }
  }

  static func contents(of path: String, name: String) throws -> CopyContents {
    try header(path)
    let contents: CopyContents
    do throws(SQLiteError) { contents = try CopyContents(ofFile: path) } catch {
      throw RestoreError("\(name) is damaged: \(error)")
    }
    guard contents.verdict == "ok" else { throw RestoreError("\(name) is damaged: \(contents.verdict)") }
    guard contents.isOurs else { throw RestoreError("\(name) is a database, but not opsfabric's") }
    guard contents.schemaVersion <= Store.schemaVersion else {
      throw RestoreError(
        "\(name) has schema \(contents.schemaVersion), this program knows \(Store.schemaVersion): install the newer programs first"
      )
    }
    return contents
  }
}
