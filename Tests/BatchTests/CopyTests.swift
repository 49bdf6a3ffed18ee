// CopyTests.swift - copies of the runner in a folder: when, what, how old, and what a kill leaves.

import Business
import Glibc
import LocalTime
import Platform
import Store
import TestSupport
import Testing

@testable import Copies

struct CopyTests {
  /// So small that a database has several.
  private static func inParts(_ task: inout CopyTask) { task.partBytes = 65_536 }
  private static func asItIs(_ task: inout CopyTask) {}

  @Test func `the runner makes a copy, the next when something has changed and it is time`() throws {
    let copies = try CopyWorld()
    let world = copies.world
    try copies.photo("a.jpg", Array("photo".utf8))
    try copies.photo("b.mp3", Array("voice".utf8))
    try copies.photo("c.jpg.part", Array("half".utf8))
    try world.call()
    try world.run(after: 60)
    let first = try #require(try copies.names().first)
    let manifest = try copies.reader().manifest(first)
    #expect(manifest.rows["calls"] == 1 && manifest.schema == Store.schemaVersion)
    #expect(manifest.files.map(\.path) == ["doerfler/a.jpg", "doerfler/b.mp3"])
    try copies.expectWhole("first")
    #expect(try world.store().newestGoodCopy()?.name == first.text)

    // Not yet time; then the last that happened is in a copy, and from then on nothing changes.
    try world.run(after: 30 * 60)
    #expect(try copies.names() == [first])
    try copies.live(hours: 8)
    let settled = try copies.names().filter { $0.madeAt > world.clock.now.adding(hours: -4) }
    #expect(settled.count <= 2)
    try copies.live(hours: 2)
    let quiet = try copies.names()
    let goodAt = try #require(try world.store().newestGoodCopy()?.goodAt)
    #expect(world.clock.now.milliseconds(since: goodAt) < 65 * 60_000)

    try world.call(from: "+41791110002")
    try copies.live(hours: 2)
    #expect(try copies.names().count > quiet.count)
    #expect(try copies.reader().manifest(try #require(try copies.names().first)).rows["calls"] == 2)
    // Photos lie there once.
    #expect(try copies.place().list(CopyName.photos).count == 1)
    #expect(try Files.list(world.home.data + "/copies") == ["files.json"])
    #expect(try world.alerts(since: Timestamp(milliseconds: 0)).filter { $0.cause == "copy_old" }.isEmpty)
  }

  @Test func `killed at any step no half copy is taken for one, and the next attempt makes a whole one`()
    throws
  {
    for step in CopyWriter.Step.allCases {
      for nth in 0..<3 {
        let copies = try CopyWorld { ($0.keepHours, $0.keepDays, $0.keepWeeks, $0.keepMonths) = (1, 0, 0, 0) }
        try copies.photo("a.jpg", Array("first".utf8))
        // An older copy, with a photo of its own.
        #expect(try copies.copy(nil, { $0.partBytes = 65_536 }).error == nil)
        try Files.remove("\(copies.home.uploads)/doerfler/a.jpg")
        try copies.photo("b.jpg", Array("second".utf8))
        try copies.photo("c.mp3", Array("third".utf8))
        try copies.world.call()
        copies.world.clock.advance(seconds: 3600)
        var count = 0
        var isKilled = false
        func parts(_ task: inout CopyTask) { (task.partBytes, task.isProofDue) = (65_536, true) }
        let outcome = try copies.copy(nil, parts) { writer in
          writer.before = { (met) throws(CopyError) in
            guard met == step else { return }
            count += 1
            guard count == nth + 1 else { return }
            isKilled = true
            throw .interrupted
          }
        }
        #expect(isKilled || nth > 0, "\(step) is never come to")
        guard isKilled else { continue }
        #expect(outcome.error == .interrupted, "\(step)")
        try copies.expectWhole("\(step) \(nth)")
        #expect(try copies.names().count >= 1, "\(step)")

        copies.world.clock.advance(seconds: 60)
        let next = try copies.copy(
          nil,
          {
            $0.partBytes = 65_536
            $0.isProofDue = true
          })
        #expect(next.error == nil && next.tidyError == nil, "\(step): \(String(describing: next.error))")
        try copies.expectWhole("\(step) \(nth), afterwards")
        let newest = try #require(try copies.names().first)
        #expect(next.made?.name == newest && next.proved == newest)
        let manifest = try copies.reader().manifest(newest)
        #expect(manifest.files.map(\.path) == ["doerfler/b.jpg", "doerfler/c.mp3"], "\(step)")
        #expect(manifest.rows["calls"] == 1)
        #expect(try Files.list(copies.home.data + "/copies") == ["files.json"], "\(step)")
        // What nobody keeps is gone, but for what an attempt has left that may be somebody's.
        #expect(try copies.names() == [newest], "\(step)")
        #expect(try copies.place().list(CopyName.photos).count == 1, "\(step)")
      }
    }
  }

  @Test func `a copy that was cut off is gone on with: what lies there is not written again`() throws {
    let copies = try CopyWorld()
    try copies.world.call()
    var parts = 0
    let outcome = try copies.copy(nil, Self.inParts) { writer in
      writer.before = { (step) throws(CopyError) in
        if step == .part { parts += 1 }
        if parts == 3 { throw .interrupted }
      }
    }
    #expect(outcome.error == .interrupted)
    #expect(try copies.names().isEmpty)
    let lying = try copies.place().list(CopyName.databases).count
    #expect(lying == 2)
    var more = 0
    let next = try copies.copy(nil, Self.inParts) { writer in
      writer.before = { (step) throws(CopyError) in if step == .part { more += 1 } }
    }
    let made = try #require(next.made)
    #expect(more == made.parts.count - lying && more > 0)
    try copies.expectWhole("gone on with")
  }

  @Test func `copies that are not to be kept go, and photos that none of them names`() throws {
    let copies = try CopyWorld { ($0.keepHours, $0.keepDays, $0.keepWeeks, $0.keepMonths) = (2, 0, 0, 0) }
    let name = "a.jpg"
    try copies.photo(name, Array("erased".utf8))
    #expect(try copies.copy().error == nil)
    try Files.remove("\(copies.home.uploads)/doerfler/\(name)")
    var seen: [Int] = []
    for _ in 0..<4 {
      copies.world.clock.advance(seconds: 3600)
      let outcome = try copies.copy()
      #expect(outcome.error == nil && outcome.tidyError == nil)
      seen.append(try copies.place().list(CopyName.photos).count)
    }
    // As long as a copy names it, it stays.
    #expect(seen == [1, 0, 0, 0])
    #expect(try copies.names().count == 2)
    #expect(try copies.place().list(CopyName.databases).count == 2)
    try copies.expectWhole("kept")
  }

  @Test func `a copy that is on its way when somebody is forgotten is made anew`() throws {
    let copies = try CopyWorld()
    try copies.world.call()
    let outcome = try copies.copy(nil, Self.asItIs) { writer in
      writer.before = { (step) throws(CopyError) in if step == .manifest { throw .interrupted } }
    }
    #expect(outcome.error == .interrupted)
    let begun = try #require(CopyFolder(copies.home).begun())
    _ = try copies.world.forget(TestWorld.caller)
    copies.world.clock.advance(seconds: 60)
    let made = try #require(try copies.copy().made)
    #expect(made.name != begun.name)
    let path = "\(copies.folder)/\(made.name.part(0))"
    #expect(try !String(decoding: Files.read(path, limit: 1 << 28), as: UTF8.self).contains(TestWorld.caller))
  }

  @Test func `another installation's folder is not touched`() throws {
    let copies = try CopyWorld()
    try Files.writeAtomically(Array("somebody else".utf8), to: "\(copies.folder)/installation")
    try copies.world.run()
    #expect(try copies.names().isEmpty)
    #expect(try Files.list(copies.folder) == ["installation"])
    let error = try #require(try copies.world.store().copyStanding().error)
    #expect(error.contains("another installation"))
    // Said once.
    try copies.world.run(after: 600)
    #expect(copies.world.log.lines.filter { $0.contains("another installation") }.count == 1)
  }

  @Test func `a disk that is not mounted is no place to write beside`() throws {
    let copies = try CopyWorld()
    let away = copies.folder + "-away"
    try Files.move(copies.folder, to: away)
    try copies.world.run()
    #expect(!Files.exists(copies.folder))
    #expect(try copies.world.store().copyStanding().error?.contains("mount its disk") == true)
    try Files.move(away, to: copies.folder)
    try copies.world.run(after: 400)
    #expect(try copies.names().count == 1)
    #expect(try copies.world.store().copyStanding().error == nil)
  }

  @Test func `a place within the home is refused`() throws {
    let copies = try CopyWorld()
    copies.world.installation.backup.to = "file:\(copies.home.data)"
    try copies.world.apply()
    try copies.world.run()
    #expect(try copies.world.store().copyStanding().error?.contains("in the home itself") == true)
  }

  @Test func `a copy that gets too old is told, and its end`() throws {
    let copies = try CopyWorld()
    let world = copies.world
    try world.run()
    let away = copies.folder + "-away"
    try Files.move(copies.folder, to: away)
    for _ in 0..<4 {
      try world.call(from: "+41791110002")
      try world.run(after: 3300)
    }
    let told = try world.alerts(since: Timestamp(milliseconds: 0)).filter { $0.cause == "copy_old" }
    #expect(told.count >= 1)
    #expect(told.first?.detail.contains("mount its disk") == true)
    #expect(try world.store().isOpen(AlertCause.copyOld, tenant: nil))
    try Files.move(away, to: copies.folder)
    for _ in 0..<2 { try world.run(after: 400) }
    #expect(try !world.store().isOpen(AlertCause.copyOld, tenant: nil))
    #expect(try copies.names().count >= 2)
  }

  @Test func `once a week a copy is read back, and one that was spoilt is replaced`() throws {
    let copies = try CopyWorld()
    let world = copies.world
    try world.run()
    world.clock.advance(seconds: 8 * 86_400)
    try world.call()
    try world.run(after: 60)
    #expect(try world.store().copyStanding().provedAt != nil)
    // Spoilt there, at the same length.
    world.clock.advance(seconds: 8 * 86_400)
    try world.call(from: "+41791110002")
    try world.run(after: 60)
    let newest = try #require(try copies.names().first)
    let path = "\(copies.folder)/\(newest.part(0))"
    var bytes = try Files.read(path)
    bytes[bytes.count / 2] ^= 0xff
    try Files.writeAtomically(bytes, to: path)
    let outcome = try copies.copy(nil) {
      $0.current = newest
      $0.isProofDue = true
    }
    #expect(outcome.bad?.name == newest && outcome.isCurrent)
    try world.store().noteCopyBad(newest.text, error: "its hash is another")
    try world.run(after: 600)
    let next = try #require(try world.store().newestGoodCopy())
    #expect(next.name != newest.text)
  }

  @Test func `a copy that was taken away is made anew, with its photos`() throws {
    let copies = try CopyWorld()
    try copies.photo("a.jpg", Array("photo".utf8))
    try copies.world.run()
    _ = try ProgramRunner.run("/bin/sh", ["-c", "rm -rf \"$0\"/*", copies.folder])
    try copies.live(hours: 3)
    try copies.expectWhole("anew")
    #expect(try copies.names().count >= 1)
    #expect(try copies.place().list(CopyName.photos).count == 1)
  }

  @Test func `a full disk is said in words, and an SMS goes all the same`() throws {
    let copies = try CopyWorld()
    struct Full: CopyStore {
      let inner: any CopyStore
      func put(_ source: CopySource, as name: String) throws(CopyError) {
        throw FolderCopies.failure(SystemError("write", name, code: ENOSPC))
      }
      func get(_ name: String, limit: Int) throws(CopyError) -> [UInt8]? { try inner.get(name, limit: limit) }
      func fetch(_ name: String, addingTo path: String) throws(CopyError) -> Bool { false }
      func size(_ name: String) throws(CopyError) -> Int? { try inner.size(name) }
      func list(_ folder: String) throws(CopyError) -> [String: Int] { [:] }
      func delete(_ name: String) throws(CopyError) {}
    }
    let outcome = try copies.copy(Full(inner: try copies.place()))
    guard case .full(let reason)? = outcome.error else {
      Issue.record("\(String(describing: outcome.error))")
      return
    }
    #expect(reason.contains("No space left"))
    #expect(try copies.names().isEmpty)
  }

  @Test func `without a place nothing is made and nothing is told`() throws {
    let copies = try CopyWorld { $0.to = nil }
    try copies.world.run()
    try copies.world.run(after: 86_400)
    #expect(try Files.list(copies.folder).isEmpty)
    #expect(!Files.exists(copies.home.data + "/copies"))
    #expect(
      try copies.world.alerts(since: Timestamp(milliseconds: 0)).filter { $0.cause == "copy_old" }.isEmpty)
  }
}
