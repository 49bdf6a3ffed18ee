// TelephoneStory.swift - a voice message until its audio is here and gone at Twilio, then an urgent request for which
// people are rung until one takes it; with one program of it killed at one step.
//
// Anna does not answer, Ben presses 1, whenever they are rung. Whatever was killed: no call is placed twice, somebody
// has the request in the end, and the audio is at all times either at Twilio or here.

import Business
import LocalTime
import Platform
import StandIn
import TestSupport
import Testing

final class TelephoneStory {
  /// The programs of the story in their order.
  enum Part: CaseIterable {
    case record, recorded, fetching, erasing, urgent, placing, over, passingOn, question, key
  }

  private static let landline = "+41434445566"
  private static let caller = "+41791234567"

  let world: FaultInstallation
  private var kill: OneKill<Part>
  private var victim: Part { kill.victim }
  private var name: Comment { kill.name }

  init(killing victim: Part, at step: Int) throws {
    kill = OneKill(victim, at: step)
    world = try FaultInstallation(rings: true)
  }

  private func part(_ url: String, _ parameters: Parameters) -> Part? {
    if url.contains("/recording?") {
      return parameters.contains { $0.0 == "RecordingStatus" } ? .recorded : .record
    }
    guard url.contains("/ring?") else { return nil }
    return url.contains("step=over") ? .over : url.contains("step=key") ? .key : .question
  }

  private func post(_ url: String, _ parameters: Parameters) throws -> WebhookAnswer {
    try kill.post(url, parameters, as: part(url, parameters), to: world)
  }

  private func run(_ part: Part? = nil, after seconds: Int) throws {
    let result = try world.run(after: seconds, plan: kill.plan(part))
    #expect(result.exitCode == 0 || part == victim, "\(name): \(result.errors)")
    try expectAudio()
  }

  func play() throws {
    try leaveMessage()
    try run(.fetching, after: 5)
    try run(.erasing, after: 20)
    let webhook = try world.sms("1", from: Self.caller)
    // A reply that nobody heard is the sweep's: no part of this story.
    if try !world.deliver(webhook, plan: kill.plan(.urgent)).isGood { try world.deliver(webhook) }
    try run(.placing, after: 1)
    try ring()
    try run(after: 90)
    try run(.passingOn, after: 10)
    try ring()
    for round in 0..<30 {
      try run(after: round < 10 ? 15 : 60)
      try ring()
    }
    try expectRight()
  }

  private func leaveMessage() throws {
    var script = CallScript(
      from: Self.landline, to: FaultInstallation.number, publicURL: FaultInstallation.publicURL)
    script.pressed = ["3"]
    script.spoken = 23
    let clock = world.clock
    _ = try world.standIn.play(script, wait: { clock.advance(milliseconds: Int64($0) * 1000) }, post: post)
  }

  /// Whoever is called now.
  private func ring() throws {
    let clock = world.clock
    for call in try world.standIn.placedCalls() {
      let isAnna = call.leg.to == FaultInstallation.onCall.anna
      _ = try world.standIn.play(
        call, to: isAnna ? .noAnswer : .picksUp(keys: ["1"]), publicURL: FaultInstallation.publicURL,
        wait: { clock.advance(milliseconds: Int64($0) * 1000) }, post: post)
    }
  }

  // MARK: what must be so

  private func stored() throws -> Bool {
    let folder = "\(world.home.uploads)/doerfler"
    let names = (try? Files.list(folder)) ?? []
    return try names.contains { try $0.hasSuffix(".mp3") && Files.read("\(folder)/\($0)") == StandIn.audio }
  }

  /// At no time it is neither there nor here.
  private func expectAudio() throws {
    let isHere = try stored()
    let isThere = try world.standIn.recordingCount() == 1
    #expect(isHere || isThere, "\(name): the audio is lost")
  }

  private func expectRight() throws {
    #expect(try world.damage().isEmpty, name)
    #expect(try world.spooled().isEmpty, name)
    let tickets = try world.list("tickets")
    #expect(tickets.count == 2, "\(name): \(tickets)")
    let message = try #require(tickets.first { $0["phone"] == Self.landline }, name)
    #expect(message["status"] == "NEEDS_CALLBACK", name)
    #expect(message["recordings"] == #"[{"seconds":23,"state":"stored"}]"#, name)
    #expect(try stored(), name)
    #expect(try world.standIn.recordingCount() == 0, "\(name): Twilio has the audio still")
    let urgent = try #require(tickets.first { $0["phone"] == Self.caller }, name)
    #expect(urgent["status"] == "IN_PROGRESS" && urgent["person"] == "Ben", "\(name): \(urgent)")
    try expectCalls()
  }

  private func expectCalls() throws {
    let placed = try world.standIn.placedCalls(madeToo: true)
    var ofMessage: [String: Int] = [:]
    for call in placed { ofMessage[call.url, default: 0] += 1 }
    #expect(ofMessage.values.allSatisfy { $0 == 1 }, "\(name): rung twice: \(ofMessage)")
    func count(_ number: String) -> Int { placed.count { $0.leg.to == number } }
    let (anna, ben) = (count(FaultInstallation.onCall.anna), count(FaultInstallation.onCall.ben))
    // The first key that nobody heard leaves the request to the next round.
    let isOnce = victim != .key && victim != .question
    #expect(anna == 1 || (!isOnce && anna == 2), "\(name): Anna was rung \(anna) times")
    #expect(ben == 1 || (!isOnce && ben == 2), "\(name): Ben was rung \(ben) times")
    let calls = try world.list("messages").filter { $0["channel"] == "call" }
    #expect(calls.count == placed.count, "\(name): \(calls)")
    let states = calls.map { $0["state"] }
    #expect(states.allSatisfy { $0 == "delivered" || $0 == "dead" }, "\(name): \(states)")
    #expect(states.contains("delivered"), name)
  }
}
