// RecordingTests.swift - voice messages on their way here: fetched, checked, kept, erased at Twilio, played, forgotten.

import Foundation
import Platform
import StandIn
import Store
import TestSupport
import Testing

struct RecordingTests {
  private static let landline = "+41434445566"

  private func message(_ world: TestWorld, audio: [UInt8]? = nil) throws {
    try world.call(from: Self.landline) {
      $0.pressed = ["3"]
      $0.spoken = 23
      $0.audio = audio
    }
  }

  private func state(_ world: TestWorld) throws -> String? { try world.list(.tickets).first?["recordings"] }

  private func files(_ world: TestWorld) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(world.home.uploads)/doerfler")) ?? []).sorted()
  }

  @Test func `the audio is fetched, kept here and erased at Twilio`() throws {
    let world = try TestWorld()
    try message(world)
    try world.run(after: 1)
    #expect(try state(world) == #"[{"seconds":23,"state":"stored"}]"#)
    #expect(files(world).count == 1)
    #expect(files(world).first?.hasSuffix(".mp3") == true)
    for _ in 0..<3 { try world.run(after: 20) }
    #expect(try world.standIn.recordingCount() == 0)
  }

  private static func audio(bytes: Int) -> [UInt8] {
    StandIn.audio + [UInt8](repeating: 0, count: bytes - StandIn.audio.count)
  }

  @Test func `audio of 4 MiB is kept, which are more than two minutes`() throws {
    let world = try TestWorld()
    try message(world, audio: Self.audio(bytes: 4 << 20))
    try world.run(after: 1)
    #expect(try state(world) == #"[{"seconds":23,"state":"stored"}]"#)
  }

  @Test(arguments: [
    Array("<html><body>Not ready</body></html>".utf8), [], Array("RIFF....WAVE".utf8),
    audio(bytes: (4 << 20) + 1), audio(bytes: 50_000_000),
  ])
  func `what is no MP3 is asked for again, and given up after a day; the request stands`(audio: [UInt8])
    throws
  {
    let world = try TestWorld()
    try message(world, audio: audio)
    for _ in 0..<3 { try world.run(after: 60) }
    #expect(try state(world) == #"[{"seconds":23,"state":"waiting"}]"#)
    #expect(files(world).isEmpty)
    world.clock.advance(seconds: 86_400)
    try world.run(after: 1)
    #expect(try state(world) == #"[{"seconds":23,"state":"lost"}]"#)
    #expect(try world.list(.tickets).first?["status"] == "NEEDS_CALLBACK")
    #expect(try world.alerts(since: .init(milliseconds: 0)).contains { $0.cause == "recording_lost" })
  }

  @Test func `what cannot be kept stays at Twilio, is asked for less and less often, and fetched in the end`()
    throws
  {
    let world = try TestWorld()
    let place = "\(world.home.uploads)/doerfler"
    try Files.makeFolder(world.home.uploads)
    try Files.writeAtomically([], to: place)
    try message(world)
    for _ in 0..<120 { _ = try? world.run(after: 15 * 60) }
    #expect(try state(world) == #"[{"seconds":23,"state":"waiting"}]"#)
    #expect(try world.standIn.recordingCount() == 1)
    let asked = try world.standIn.requests("recordings.fetch").count
    #expect(5...45 ~= asked, "\(asked) in 30 hours")
    try Files.remove(place)
    for _ in 0..<3 { try world.run(after: 3600) }
    #expect(try state(world) == #"[{"seconds":23,"state":"stored"}]"#)
    #expect(files(world).count == 1)
    #expect(try world.standIn.recordingCount() == 0)
  }

  @Test func `audio that never comes is given up after a day; the request stands`() throws {
    let world = try TestWorld()
    try world.standIn.plan("recordings.fetch", fault: .refuse(httpStatus: 404, code: 20404), times: 1000)
    try message(world)
    for _ in 0..<23 { try world.run(after: 3600) }
    #expect(try state(world) == #"[{"seconds":23,"state":"waiting"}]"#)
    for _ in 0..<3 { try world.run(after: 3600) }
    #expect(try state(world) == #"[{"seconds":23,"state":"lost"}]"#)
    #expect(try world.list(.tickets).map { $0["status"] } == ["NEEDS_CALLBACK"])
  }

  @Test func `audio that comes late is fetched when it is there`() throws {
    let world = try TestWorld()
    try world.standIn.plan("recordings.fetch", fault: .refuse(httpStatus: 404, code: 20404), times: 2)
    try message(world)
    try world.run(after: 1)
    #expect(try state(world) == #"[{"seconds":23,"state":"waiting"}]"#)
    for _ in 0..<4 { try world.run(after: 60) }
    #expect(try state(world) == #"[{"seconds":23,"state":"stored"}]"#)
  }

  @Test(arguments: [Fault.http500, .unauthorized401, .lostAnswer, .rate429(retryAfter: 60)])
  func `while Twilio cannot be asked a message is never lost, however long`(_ fault: Fault) throws {
    let world = try TestWorld()
    try world.standIn.plan("recordings.fetch", fault: fault, times: 1000)
    try message(world)
    for _ in 0..<40 { try world.run(after: 3600) }
    #expect(try state(world) == #"[{"seconds":23,"state":"waiting"}]"#)
    #expect(try world.standIn.recordingCount() == 1)
    try world.standIn.forgetFaults()
    for _ in 0..<3 { try world.run(after: 3600) }
    #expect(try state(world) == #"[{"seconds":23,"state":"stored"}]"#)
    #expect(try world.standIn.recordingCount() == 0)
  }

  @Test func `what is given up here stays at Twilio until it is forgotten`() throws {
    let world = try TestWorld()
    try message(world, audio: Array("<html>".utf8))
    world.clock.advance(seconds: 90_000)
    for _ in 0..<3 { try world.run(after: 20) }
    #expect(try state(world) == #"[{"seconds":23,"state":"lost"}]"#)
    #expect(try world.standIn.recordingCount() == 1)
    try world.forget(Self.landline)
    for _ in 0..<3 { try world.run(after: 20) }
    #expect(try world.standIn.recordingCount() == 0)
  }

  @Test func `a message that is left while the database is locked is kept, and its audio comes`() throws {
    let world = try TestWorld()
    var held: HeldDatabase?
    world.onProgram = { if $0 == "recording", held == nil { held = try? HeldDatabase(world.home.database) } }
    let call = try world.call(from: Self.landline) {
      $0.pressed = ["3"]
      $0.spoken = 23
    }
    held?.release()
    let answers = call.answers(.record) + call.answers(.recordingStatus)
    #expect(answers.map(\.status) == [200, 204])
    #expect(try world.list(.tickets).isEmpty)
    for _ in 0..<3 { try world.run(after: 30) }
    #expect(try state(world) == #"[{"seconds":23,"state":"stored"}]"#)
    #expect(try world.list(.tickets).count == 1)
  }

  @Test func `an address in the webhook is never fetched`() throws {
    let world = try TestWorld()
    let call = world.callFields(newSid("CA"), from: Self.landline, status: "in-progress")
    let sid = "RE" + String(repeating: "a", count: 32)
    _ = world.post(
      "recording",
      call + [
        ("RecordingUrl", "https://evil.example/audio"), ("RecordingSid", sid), ("RecordingDuration", "5"),
      ], query: "tenant=doerfler&number=%2B41434445566")
    _ = world.post(
      "recording",
      [
        ("CallSid", call[0].1), ("AccountSid", TestWorld.account), ("RecordingSid", sid),
        ("RecordingStatus", "completed"), ("RecordingUrl", "https://evil.example/audio"),
      ], query: "tenant=doerfler&number=%2B41434445566")
    try world.run(after: 1)
    let paths = try world.standIn.requests("recordings.fetch").map(\.path)
    #expect(paths == ["/2010-04-01/Accounts/\(TestWorld.account)/Recordings/\(sid).mp3"])
  }

  @Test(arguments: ["../../etc/passwd", "RE123", "REzz", ""])
  func `a Sid that is none names nothing`(sid: String) throws {
    let world = try TestWorld()
    let call = world.callFields(newSid("CA"), from: Self.landline, status: "completed")
    _ = world.post(
      "recording", call + [("RecordingSid", sid), ("RecordingDuration", "5")],
      query: "tenant=doerfler&number=%2B41434445566")
    for _ in 0..<2 { try world.run(after: 60) }
    #expect(try world.list(.tickets).count == 1)
    #expect(try world.standIn.requests("recordings.fetch").isEmpty)
  }

  @Test func `forgetting takes the audio away, here and at Twilio`() throws {
    let world = try TestWorld()
    try message(world)
    try world.run(after: 1)
    let before = files(world)
    _ = try world.forget(Self.landline)
    for _ in 0..<3 { try world.run(after: 20) }
    #expect(before.count == 1 && files(world).isEmpty)
    #expect(try world.standIn.recordingCount() == 0)
    let other = try TestWorld()
    try message(other)
    _ = try other.forget(Self.landline)
    for _ in 0..<3 { try other.run(after: 20) }
    #expect(files(other).isEmpty)
    #expect(try other.standIn.recordingCount() == 0)
  }

  @Test func `a kept message is not tidied away`() throws {
    let world = try TestWorld()
    try message(world)
    try world.run(after: 1)
    let file = try #require(files(world).first)
    let isKnown = try world.store().knowsUpload("doerfler/\(file)")
    let isOther = try world.store().knowsUpload("doerfler/other.mp3")
    #expect(isKnown && !isOther)
  }
}
