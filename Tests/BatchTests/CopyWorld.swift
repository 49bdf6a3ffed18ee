// CopyWorld.swift - an installation with a folder for its copies.

import Business
import Copies
import Glibc
import LocalTime
import Platform
import Runner
import Store
import TestSupport
import Testing

/// Removes both folders when it goes.
final class CopyWorld {
  let world: TestWorld
  let folder: String

  init(_ change: (inout Installation.Backup) -> Void = { _ in }) throws {
    folder = "/tmp/opsfabric-copies-\(RandomSource.system.token(bytes: 8))"
    try Files.makeFolder(folder)
    world = try TestWorld {
      $0.notify = [Tenant.Notify(channel: .sms, to: "+41797770001", on: [.new, .urgent])]
    }
    world.installation.backup.to = "file:\(folder)"
    change(&world.installation.backup)
    world.installation.alertEmails = ["betrieb@example.ch"]
    try world.apply()
  }

  deinit { _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder]) }

  var home: Home { world.home }

  func access() -> CopyAccess { CopyAccess(world.installation) }
  func place() throws -> any CopyStore { try access().store(of: home) }
  func reader() throws -> CopyReader { CopyReader(place: try place()) }
  func names() throws -> [CopyName] { try reader().names() }

  func photo(_ name: String, _ bytes: [UInt8], tenant: String = "doerfler") throws {
    try Files.makeFolder("\(home.uploads)/\(tenant)")
    try Files.writeAtomically(bytes, to: "\(home.uploads)/\(tenant)/\(name)")
  }

  func task(_ change: (inout CopyTask) -> Void = { _ in }) throws -> CopyTask {
    let store = try world.store()
    try store.beginCopies(to: "file:\(folder)", at: world.clock.now)
    var task = CopyTask(
      installation: try store.copyStanding().installation, place: "file:\(folder)",
      retention: Retention(world.installation.backup), mark: try store.growthMark())
    change(&task)
    return task
  }

  /// A runner that is at work all the time, but for minutes.
  func live(hours: Int) throws { for _ in 0..<hours * 15 { try world.run(after: 240) } }

  /// One copy, without a runner.
  func copy(
    _ place: (any CopyStore)? = nil, _ change: (inout CopyTask) -> Void = { _ in },
    writer edit: (inout CopyWriter) -> Void = { _ in }
  ) throws -> CopyOutcome {
    var writer = CopyWriter(
      home: home, place: try place ?? self.place(), task: try task(change), clock: world.clock.wallClock)
    edit(&writer)
    return writer.run()
  }

  func restore(_ source: RestoreSource, _ change: (inout Restore) -> Void = { _ in }) throws -> RestoreReport
  {
    var restore = Restore(
      home: home, source: source, reader: try reader(), clock: world.clock.wallClock)
    restore.patience = 1000
    restore.lockMilliseconds = 10
    change(&restore)
    return try restore.run()
  }

  /// Every copy that looks like one is whole; nothing else is required of what lies there.
  func expectWhole(_ comment: Comment) throws {
    let reader = try reader()
    for name in try reader.names() {
      let path = "\(folder)/expected.sqlite"
      try Files.remove(path)
      let manifest = try reader.manifest(name)
      do throws(CopyError) { try reader.fetch(manifest, to: path) } catch {
        Issue.record("\(comment): \(name.text): \(error)")
      }
      try Files.remove(path)
      for file in manifest.files { #expect(try place().size(file.name) == file.bytes, comment) }
    }
  }
}
