// PlayedDay.swift - calls and replies that a test plays one by one on the shipped programs, and the truth of them
// for ExpectedDay.

import LocalTime
import StandIn
import TestSupport
import Testing

final class PlayedDay {
  let world: FaultInstallation
  private(set) var truth = Truth()
  /// The host takes nothing: Twilio's fallback connects the callers.
  var isDown = false
  /// What Twilio could not deliver meanwhile.
  private(set) var undelivered: [Webhook] = []
  /// Milliseconds until the handler of an incoming call had answered, at the worst.
  private(set) var slowestVoice: Int64 = 0

  init(_ world: FaultInstallation) { self.world = world }

  // MARK: what happens

  /// Somebody calls, and nobody answers. Returns the number.
  /// - Parameters:
  ///   - caller: nil = somebody who never called before.
  ///   - seconds: how long it rings. 0 while a runner lingers: its clock would jump.
  @discardableResult
  func miss(_ caller: String? = nil, kind: CallerKind = .single, ringing seconds: Int = 0) throws -> String {
    try call(caller, kind, dialStatus: "no-answer", ringing: seconds, talking: 0)
  }

  @discardableResult
  func answer(_ caller: String? = nil, kind: CallerKind = .answered, ringing seconds: Int = 0) throws
    -> String
  {
    try call(caller, kind, dialStatus: "completed", ringing: seconds, talking: 20)
  }

  private func call(
    _ caller: String?, _ kind: CallerKind, dialStatus: String, ringing seconds: Int, talking talk: Int
  ) throws -> String {
    let caller = caller ?? "+4179\(3_000_000 + truth.calls.count)"
    var leg = world.leg(caller)
    try world.standIn.record(leg)
    let index = truth.calls.count
    truth.calls.append(
      TrueCall(leg: leg, kind: kind, dialStatus: dialStatus, end: world.clock.now.adding(seconds: seconds)))
    if try deliver(.incomingCall(leg, url: world.url("voice"))) { truth.calls[index].heard.insert("voice") }
    world.clock.advance(milliseconds: Int64(seconds) * 1000)
    let child = world.child(of: leg, dialStatus: dialStatus, talking: talk)
    try world.standIn.record(child)
    leg.duration = talk
    leg.endedAt = world.clock.now
    // Twilio's fallback asks for no dial result.
    if truth.calls[index].heard.contains("voice"),
      try deliver(
        .dialResult(
          leg, status: "in-progress", url: world.url("dial-result"), dialStatus: dialStatus,
          childSid: child.sid, childDuration: talk, isBridged: talk > 0))
    {
      truth.calls[index].heard.insert("dial-result")
    }
    leg.status = "completed"
    try world.standIn.record(leg)
    truth.calls[index].leg = leg
    if try deliver(.callStatus(leg, url: world.url("call-status"), at: world.clock.now)) {
      truth.calls[index].heard.insert("call-status")
    }
    return caller
  }

  func write(_ body: String, from caller: String) throws {
    let webhook = try world.sms(body, from: caller)
    truth.replies.append(TrueReply(caller: caller, body: body))
    truth.replies[truth.replies.count - 1].isHeard = try deliver(webhook)
  }

  /// Twilio's reports of what became of the messages so far.
  func report() throws {
    for webhook in try world.standIn.pendingStatusCallbacks() { _ = try deliver(webhook) }
  }

  /// Their miss may count as too late by this host's clock.
  func expectLate(_ callers: String...) { truth.late.formUnion(callers) }

  private func deliver(_ webhook: Webhook) throws -> Bool {
    guard !isDown else {
      undelivered.append(webhook)
      return false
    }
    let answer = try world.deliver(webhook)
    if webhook.kind == "voice" { slowestVoice = max(slowestVoice, answer.milliseconds) }
    #expect(answer.isGood, "\(webhook.kind): \(answer.text)\(answer.errors)")
    return answer.isGood
  }

  // MARK: what comes of it

  /// The missed-call SMS has left.
  func isTexted(_ caller: String) throws -> Bool {
    try world.goodTexts(to: caller).contains { $0.hasPrefix("Danke für Ihren Anruf") }
  }

  /// Cron for a quarter of an hour; everything that waits is done with.
  func settle() throws {
    for round in 0..<24 {
      if round % 4 == 0 { try report() }
      let run = try world.run(after: round < 12 ? 15 : 60)
      #expect(run.exitCode == 0, "\(run.errors)")
    }
  }

  /// The model's judgement: nothing lost, nothing doubled.
  func expectRight(_ name: Comment = "") throws {
    let violations = try ExpectedDay(truth, world).violations()
    #expect(violations.isEmpty, name)
  }
}
