// CopyWriter.swift - one copy from the database to its place, checked, and older ones cleared away.
//
// In this order: the snapshot, checked and hashed; photos and voice messages that do not lie there yet; the database in
// parts; the manifest. Each is looked at after it was written. Killed anywhere it leaves no copy that looks like one: what
// has no manifest is none, and the next attempt goes on where this one ended. All of it waits, on a thread of its own.

import Business
import Crypto
import Glibc
import LocalTime
import Platform
import Store

/// What is known of the copies already, and when what is due.
package struct CopyTask: Sendable {
  package var installation: String
  package var place: String
  package var retention: Retention
  /// How far the tables have grown.
  package var mark: String
  /// The newest good copy, as far as is known.
  package var newest: CopyName?
  /// The same, if nothing has changed since: only looked at.
  package var current: CopyName?
  /// It was not read back for a week.
  package var isProofDue = false
  package var partBytes = CopyWriter.partBytes

  package init(installation: String, place: String, retention: Retention, mark: String) {
    self.installation = installation
    self.place = place
    self.retention = retention
    self.mark = mark
  }
}

/// What became of it, also when it failed in the middle.
package struct CopyOutcome: Sendable {
  package var made: Manifest?
  /// The newest copy is there, and nothing has changed since.
  package var isCurrent = false
  /// Read back, and well.
  package var proved: CopyName?
  /// Read back, and not.
  package var bad: (name: CopyName, reason: String)?
  /// All that lies there; nil where that was not asked.
  package var kept: [CopyName]?
  package var error: CopyError?
  /// Older copies could not be cleared away: that harms none.
  package var tidyError: CopyError?
}

package struct CopyWriter {
  /// A run lasts a minute: a part must go in less, so that each run brings the copy on.
  package static let partBytes = 8 << 20
  /// A snapshot that is older is not worth going on with.
  private static let longestMinutes = 360
  /// What no manifest names is left alone for so long: somebody may be about to.
  private static let orphanHours = 24

  /// Where a kill could come.
  package enum Step: CaseIterable, Sendable {
    case owner, snapshot, file, index, part, manifest, clear, oldManifest, oldPart, oldFile, proof
  }

  let home: Home
  let place: any CopyStore
  let task: CopyTask
  let clock: WallClock
  package var isAbandoned: () -> Bool = { false }
  /// Called before each step; tests let it fail there.
  package var before: (Step) throws(CopyError) -> Void = { _ in }

  private var folder: CopyFolder { CopyFolder(home) }

  package init(home: Home, place: any CopyStore, task: CopyTask, clock: WallClock) {
    self.home = home
    self.place = place
    self.task = task
    self.clock = clock
  }

  package func run() -> CopyOutcome {
    var outcome = CopyOutcome()
    do throws(CopyError) {
      try folder.make()
      try claim()
      if let current = task.current {
        if try isWhole(current) {
          outcome.isCurrent = true
          try prove(current, &outcome)
          return outcome
        }
      }
      let manifest = try write()
      outcome.made = manifest
      do throws(CopyError) { outcome.kept = try tidy(newest: manifest) } catch {
        if error == .interrupted { throw error }
        outcome.tidyError = error
      }
      try prove(manifest.name, &outcome)
    } catch {
      outcome.error = error
    }
    return outcome
  }

  // MARK: whose it is

  /// Two installations in one folder would clear away each other's copies.
  private func claim() throws(CopyError) {
    try before(.owner)
    if let bytes = try place.get(CopyName.owner, limit: 4096) {
      let owner = String(decoding: bytes, as: UTF8.self)
      guard owner == task.installation else {
        throw .foreign(
          "\(task.place) has the copies of another installation: name a folder of its own in backup.to")
      }
      return
    }
    folder.forgetFiles()
    try put(CopySource(Array(task.installation.utf8)), as: CopyName.owner)
  }

  /// With a look at what lies there then.
  private func put(_ source: CopySource, as name: String) throws(CopyError) {
    if isAbandoned() { throw .interrupted }
    try place.put(source, as: name)
    try check(name, bytes: source.count)
  }

  private func check(_ name: String, bytes: Int) throws(CopyError) {
    let size = try place.size(name)
    guard size == bytes else {
      throw .damaged(
        "\(name) was written with \(bytes) bytes, and \(size.map { "has \($0)" } ?? "is not there")")
    }
  }

  // MARK: the copy

  private func write() throws(CopyError) -> Manifest {
    var manifest = try snapshot()
    manifest.files = try writeFiles()
    var offset = 0
    for (index, part) in manifest.parts.enumerated() {
      let name = manifest.name.part(index)
      // From an attempt before: its name has the hash of what it is of.
      if try place.size(name) != part.bytes {
        try before(.part)
        try put(
          CopySource(file: folder.database, offset: offset, count: part.bytes, sha256: part.sha256), as: name)
      }
      offset += part.bytes
    }
    try before(.manifest)
    try put(CopySource(manifest.json), as: manifest.name.manifest)
    try before(.clear)
    folder.dropCopy()
    return manifest
  }

  /// The one that was on its way, or a new one.
  private func snapshot() throws(CopyError) -> Manifest {
    if let begun = folder.begun(), begun.installation == task.installation,
      0..<Int64(CopyWriter.longestMinutes) * 60_000 ~= clock.now().milliseconds(since: begun.madeAt)
    {
      return begun
    }
    folder.dropCopy()
    try before(.snapshot)
    let madeAt = clock.now()
    var backup = Backup(of: home, to: folder.database)
    backup.shouldStop = isAbandoned
    do throws(BackupError) { try backup.run() } catch {
      if error == .interrupted { throw .interrupted }
      throw .local("\(error)")
    }
    let contents: CopyContents
    do { contents = try CopyContents(ofFile: folder.database) } catch {
      throw .local("the copy cannot be read: \(error)")
    }
    let hash = try FileHash.parts(
      of: folder.database, partBytes: task.partBytes, isAbandoned: isAbandoned)
    let manifest = Manifest(
      name: CopyName(madeAt: madeAt, sha256: hash.whole), installation: task.installation, madeAt: madeAt,
      schema: contents.schemaVersion, bytes: hash.bytes, sha256: hash.whole, parts: hash.parts,
      rows: contents.rows, mark: task.mark, files: [])
    do throws(SystemError) { try Files.writeAtomically(manifest.json, to: folder.pending) } catch {
      throw .local("\(error)")
    }
    return manifest
  }

  /// Photos and voice messages, each once. They are never changed: what was hashed once is known by its name and length.
  private func writeFiles() throws(CopyError) -> [Manifest.File] {
    // Where somebody took copies away, photos may be gone too.
    if let newest = task.newest, try place.size(newest.manifest) == nil { folder.forgetFiles() }
    let known = Dictionary(folder.files(at: task.place).map { ($0.path, $0) }) { first, _ in first }
    // Where nothing is known, the place is asked once.
    var present: [String: [String: Int]] = [:]
    if known.isEmpty {
      for folder in [CopyName.photos, CopyName.recordings] { present[folder] = try place.list(folder) }
    }
    var files: [Manifest.File] = []
    var unwritten = 0
    for path in uploads() {
      if isAbandoned() {
        try folder.write(files, at: task.place)
        throw .interrupted
      }
      // One that is gone meanwhile was forgotten or purged.
      guard let bytes = Files.size("\(home.uploads)/\(path)") else { continue }
      if let file = known[path], file.bytes == bytes {
        files.append(file)
        continue
      }
      let file = Manifest.File(
        path: path, bytes: bytes,
        sha256: try FileHash.of("\(home.uploads)/\(path)", isAbandoned: isAbandoned))
      let words = file.name.split(separator: "/").map { String($0) }
      if present[words[0]]?[words[1]] != bytes {
        try before(.file)
        try put(CopySource(file: "\(home.uploads)/\(path)", count: bytes, sha256: file.sha256), as: file.name)
      }
      files.append(file)
      unwritten += 1
      if unwritten % 100 == 0 { try folder.write(files, at: task.place) }
    }
    try before(.index)
    try folder.write(files, at: task.place)
    return files
  }

  private func uploads() -> [String] {
    ((try? Files.list(home.uploads)) ?? []).flatMap { tenant in
      ((try? Files.list("\(home.uploads)/\(tenant)")) ?? []).map { "\(tenant)/\($0)" }
    }.filter { Manifest.isFile($0) && !$0.hasSuffix(".part") }
  }

  /// Manifest and all parts lie there in their lengths.
  private func isWhole(_ name: CopyName) throws(CopyError) -> Bool {
    guard let json = try place.get(name.manifest, limit: Manifest.longest), let manifest = Manifest(json)
    else {
      return false
    }
    for (index, part) in manifest.parts.enumerated() {
      guard try place.size(name.part(index)) == part.bytes else { return false }
    }
    return true
  }

  // MARK: older ones

  /// Clears away what is not to be kept: first the manifest, so that nobody takes the rest for a copy.
  private func tidy(newest: Manifest) throws(CopyError) -> [CopyName] {
    let all = try place.list(CopyName.manifests).keys.compactMap { CopyName(manifest: $0) }
    // A clock that was wrong once must not make the newest one old.
    let kept = task.retention.kept(of: all).union([newest.name])
    for name in all where !kept.contains(name) {
      try before(.oldManifest)
      try place.delete(name.manifest)
    }
    for (file, _) in try place.list(CopyName.databases) {
      guard let name = CopyName(part: file), !kept.contains(name) else { continue }
      // One without a manifest: an attempt that was given up, or one that is under way elsewhere.
      guard all.contains(name) || isOld(name) else { continue }
      try before(.oldPart)
      try place.delete("\(CopyName.databases)/\(file)")
    }
    if all.count > kept.intersection(all).count { try tidyFiles(kept, newest: newest) }
    return kept.sorted()
  }

  private func isOld(_ name: CopyName) -> Bool {
    clock.now().milliseconds(since: name.madeAt) > Int64(CopyWriter.orphanHours) * 3_600_000
  }

  /// Photos and voice messages that no copy names any more.
  private func tidyFiles(_ kept: Set<CopyName>, newest: Manifest) throws(CopyError) {
    var named = Set(newest.files.map(\.name))
    var unnamed: [String] = []
    for folder in [CopyName.photos, CopyName.recordings] {
      unnamed += try place.list(folder).keys.map { "\(folder)/\($0)" }.filter { !named.contains($0) }
    }
    guard !unnamed.isEmpty else { return }
    for name in kept where name != newest.name {
      guard let json = try place.get(name.manifest, limit: Manifest.longest) else { continue }
      // What cannot be read may name any of them.
      guard let manifest = Manifest(json) else { return }
      named.formUnion(manifest.files.map(\.name))
    }
    for name in unnamed where !named.contains(name) {
      try before(.oldFile)
      try place.delete(name)
    }
  }

  // MARK: read back

  /// Once a week all of the newest copy is read from there; its photos are looked at by their lengths.
  private func prove(_ newest: CopyName, _ outcome: inout CopyOutcome) throws(CopyError) {
    guard task.isProofDue else { return }
    try before(.proof)
    // One that another run has begun to read is read to its end, as long as it is kept.
    var name = newest
    if let begun = folder.begunProof(), try place.size(begun.manifest) != nil { name = begun }
    folder.dropProofs(but: name)
    do throws(CopyError) {
      let copies = CopyReader(place: place, isAbandoned: isAbandoned)
      let manifest = try copies.manifest(name)
      try copies.fetch(manifest, to: folder.proof(of: name))
      for (folder, files) in Dictionary(grouping: manifest.files, by: { $0.name.prefix { $0 != "/" } }) {
        let present = try place.list(String(folder))
        // A run before has seen older ones.
        for file in files
        where name == newest && present[String(file.name.dropFirst(folder.count + 1))] != file.bytes {
          // It is written again, with whatever else is missing.
          self.folder.forgetFiles()
          throw .damaged("\(file.name) is not there as it was written")
        }
      }
      folder.dropProofs()
      outcome.proved = name
    } catch {
      guard case .damaged(let reason) = error else { throw error }
      folder.dropProofs()
      outcome.bad = (name, reason)
    }
  }
}
