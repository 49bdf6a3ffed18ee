// InboxSecretTests.swift - `data/inbox.key` is made once and never replaced; without it notices go out all the same.

import Business
import Glibc
import LocalTime
import Platform
import TestSupport
import Testing

@testable import Outbox

/// A way in which the file is not what we wrote.
struct KeyDamage: CustomTestStringConvertible, Sendable {
  var testDescription: String
  /// Gets the path of a file that is right.
  var inflict: @Sendable (String) throws -> Void

  static let all: [KeyDamage] = [
    .init(testDescription: "empty") { try Files.writeAtomically([], to: $0) },
    .init(testDescription: "cut off") {
      try Files.writeAtomically(Array(try Files.read($0).dropLast()), to: $0)
    },
    .init(testDescription: "one byte more") { try Files.append([10], to: $0) },
    .init(testDescription: "64 KiB") {
      try Files.writeAtomically(Array(repeating: 7, count: 65_536), to: $0)
    },
    .init(testDescription: "never written") {
      try Files.writeAtomically(Array(repeating: 0, count: 32), to: $0)
    },
    .init(testDescription: "a folder") {
      unlink($0)
      try Files.makeFolder($0)
    },
    .init(testDescription: "a link to nowhere") {
      unlink($0)
      symlink("/nonexistent/inbox.key", $0)
    },
    .init(testDescription: "a pipe") {
      unlink($0)
      mkfifo($0, 0o600)
    },
    .init(testDescription: "not to be read") { path in
      unlink(path)
      // Also for root, whom no mode keeps out: a link that leads in a circle cannot be opened by anybody.
      symlink("inbox.key", path)
    },
  ]
}

struct InboxSecretTests {
  private static let boss = "+41796660001"

  private func world() throws -> TestWorld {
    let world = try TestWorld { $0.notify = [.init(channel: .sms, to: Self.boss, on: [.new])] }
    world.installation.alertNumbers = ["+41790000051"]
    try world.apply()
    return world
  }

  @Test func `the first run makes the key, and later ones keep it`() throws {
    let world = try world()
    let path = InboxSecret.path(world.home)
    try world.run()
    let made = try Files.read(path)
    #expect(made.count == 32 && Files.mode(path) == 0o600)
    try world.run(after: 60)
    #expect(try Files.read(path) == made)
    #expect(try world.texts(to: "+41790000051").isEmpty)
  }

  @Test(arguments: KeyDamage.all)
  func `a damaged key stays as it is, the operator is told, and notices go out without a link`(
    damage: KeyDamage
  ) throws {
    let world = try world()
    try world.run()
    let path = InboxSecret.path(world.home)
    try damage.inflict(path)
    defer { rmdir(path) }
    let before = Files.identity(path)
    try world.text("Heizung ist ausgefallen")
    try world.run(after: 60)
    #expect(Files.identity(path) == before, "replaced")
    let notice = try #require(try world.texts(to: Self.boss).first)
    #expect(notice.contains("Heizung ist ausgefallen"))
    #expect(!notice.contains("inbox") && notice.last != "\n", "\(notice)")
    let alert = try #require(try world.texts(to: "+41790000051").first)
    #expect(alert.contains("inbox_key") && alert.contains("notices have no link"), "\(alert)")
    #expect(alert.contains("move it away") || alert.contains("give it back"), "\(alert)")
    // Every run finds it again, and says it once.
    try world.run(after: 60)
    #expect(try world.texts(to: "+41790000051").count == 1)
  }

  @Test func `once mended, notices have their links again`() throws {
    let world = try world()
    let path = InboxSecret.path(world.home)
    try Files.writeAtomically([1], to: path)
    try world.run()
    try Files.remove(path)
    try world.text("2")
    try world.run(after: 60)
    #expect(try world.texts(to: Self.boss).first?.contains("/inbox?k=") == true)
  }

  @Test(arguments: [true, false])
  func `a notice whose answer was lost is found again though the key broke or was mended`(breaks: Bool) throws
  {
    let world = try world()
    let path = InboxSecret.path(world.home)
    try world.run()
    let good = try Files.read(path)
    if !breaks { try Files.writeAtomically([1], to: path) }
    try world.text("Heizung ist ausgefallen")
    try world.standIn.plan("messages.create", fault: .lostAnswer)
    try world.run(after: 60)
    try Files.writeAtomically(breaks ? [1] : good, to: path)
    for _ in 0..<5 { try world.run(after: 60) }
    #expect(try world.texts(to: Self.boss).count == 1)
    #expect(try world.list(.messages).first { $0["to"] == Self.boss }?["state"] == "accepted")
  }
}
