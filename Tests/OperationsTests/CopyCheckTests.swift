// CopyCheckTests.swift - what the doctor says of the copies on another machine.

import LocalTime
import Operations
import Store
import TestSupport
import Testing

struct CopyCheckTests {
  private let patient: DoctorWorld
  private let store: Store

  init() throws {
    patient = try DoctorWorld()
    try patient.write(
      "config/opsfabric.json5", DoctorWorld.installation(more: "backup: { to: \"file:/mnt/nas/copies\" },"))
    try patient.applyFiles()
    store = try patient.world.store()
  }

  private func finding() throws -> Finding { try #require(patient.examine().first { $0.check == "copies" }) }
  private var now: Timestamp { patient.world.clock.now }

  @Test func `without backup it is said, and no complaint`() throws {
    let other = try DoctorWorld()
    let found = try #require(other.examine().first { $0.check == "copies" })
    #expect(found.status == .ok && found.detail.contains("backup is not set"))
  }

  @Test func `before the first run there is none`() throws {
    let found = try finding()
    #expect(found.status == .warning && found.detail == "none at file:/mnt/nas/copies yet")
  }

  @Test func `a good one is said with its age and when one was read back`() throws {
    try store.beginCopies(to: "file:/mnt/nas/copies", at: now.adding(hours: -30))
    try store.noteCopyMade("a", madeAt: now.adding(hours: -1), bytes: 5000, mark: "")
    try store.noteCopyProved(at: now.adding(hours: -24))
    let found = try finding()
    #expect(found.status == .ok)
    #expect(
      found.detail
        == "1 copy at file:/mnt/nas/copies, the newest good one is 60 min old (5 KiB), read back 24 h ago")
  }

  @Test func `what failed is a warning with its reason, and a fault once the newest is too old`() throws {
    try store.beginCopies(to: "file:/mnt/nas/copies", at: now.adding(hours: -30))
    try store.noteCopyTried(error: "there is no folder /mnt/nas/copies", at: now)
    var found = try finding()
    #expect(
      found.status == .fault && found.detail.contains("no good copy") && found.detail.contains("no folder"))
    try store.noteCopyMade("a", madeAt: now.adding(hours: -1), bytes: 5000, mark: "")
    found = try finding()
    #expect(found.status == .warning && found.detail.contains("no folder"))
    try store.noteCopyMade("b", madeAt: now.adding(hours: -9), bytes: 5000, mark: "")
    try store.noteCopyBad("a", error: "its hash is another")
    found = try finding()
    #expect(found.status == .fault && found.detail.contains("9 h old"))
  }

  @Test func `a place where nothing was read back for weeks is a warning`() throws {
    try store.beginCopies(to: "file:/mnt/nas/copies", at: now.adding(days: -20))
    try store.noteCopyMade("a", madeAt: now.adding(hours: -1), bytes: 5000, mark: "")
    let found = try finding()
    #expect(found.status == .warning && found.detail.contains("none was read back for 20 days"))
  }

  @Test func `a place that was changed begins anew`() throws {
    try store.beginCopies(to: "file:/mnt/old", at: now.adding(hours: -30))
    try store.noteCopyMade("a", madeAt: now.adding(hours: -1), bytes: 5000, mark: "")
    #expect(try finding().detail == "none at file:/mnt/nas/copies yet")
    try store.beginCopies(to: "file:/mnt/nas/copies", at: now)
    #expect(try store.copies().isEmpty)
    #expect(try finding().status == .warning)
  }
}
