// CrashStory.swift - one missed call from the ringing to the delivered confirmation, with one program of it killed
// at one step, or let down by the disk.

import LocalTime
import StandIn
import TestSupport
import Testing

final class CrashStory {
  /// The programs of the story in their order.
  enum Part: CaseIterable {
    case voice, dialResult, callStatus, decision, reply, confirmation, report
  }

  let world: FaultInstallation
  private let victim: Part
  private let victimPlan: FaultPlan
  private let isRetried: Bool
  private(set) var truth = Truth()

  /// Twilio's set-up decides whether a webhook that failed is sent again: every second time it is.
  convenience init(killing victim: Part, at step: Int) throws {
    try self.init(victim, plan: FaultPlan(killAt: step), isRetried: step % 2 == 0)
  }

  init(_ victim: Part, plan: FaultPlan, isRetried: Bool) throws {
    self.victim = victim
    victimPlan = plan
    self.isRetried = isRetried
    world = try FaultInstallation()
    let leg = world.leg("+41791234567")
    truth.calls = [
      TrueCall(leg: leg, kind: .single, dialStatus: "no-answer", end: world.clock.now.adding(seconds: 20))
    ]
  }

  private func plan(_ part: Part) -> FaultPlan { part == victim ? victimPlan : FaultPlan() }

  private func deliver(_ part: Part, _ webhook: Webhook) throws -> Bool {
    if try world.deliver(webhook, plan: plan(part)).isGood { return true }
    return isRetried ? try world.deliver(webhook).isGood : false
  }

  private func run(_ part: Part, after seconds: Int) throws {
    let result = try world.run(after: seconds, plan: plan(part))
    #expect(result.exitCode == 0 || part == victim, "\(result.errors)")
  }

  /// To the end, and on until nothing waits any more.
  func play() throws {
    try call()
    try run(.decision, after: 31)
    try waitForSMS()
    truth.replies = [TrueReply(caller: truth.calls[0].leg.from, body: "1")]
    truth.replies[0].isHeard = try deliver(.reply, try world.sms("1", from: truth.calls[0].leg.from))
    try run(.confirmation, after: 5)
    for webhook in try world.standIn.pendingStatusCallbacks() { _ = try deliver(.report, webhook) }
    for round in 0..<22 {
      try #require(try world.run(after: round < 10 ? 15 : 60).exitCode == 0)
      if round % 7 == 6 {
        for webhook in try world.standIn.pendingStatusCallbacks() { try world.deliver(webhook) }
      }
    }
  }

  private func call() throws {
    try world.standIn.record(truth.calls[0].leg)
    if try deliver(.voice, .incomingCall(truth.calls[0].leg, url: world.url("voice"))) {
      truth.calls[0].heard.insert("voice")
    }
    world.clock.advance(milliseconds: 20_000)
    var leg = truth.calls[0].leg
    let child = world.child(of: leg, dialStatus: "no-answer")
    try world.standIn.record(child)
    if truth.calls[0].heard.contains("voice") {
      _ = try deliver(
        .dialResult,
        .dialResult(
          leg, status: "in-progress", url: world.url("dial-result"), dialStatus: "no-answer",
          childSid: child.sid, childDuration: 0, isBridged: false))
    }
    leg.status = "completed"
    leg.duration = 0
    leg.endedAt = world.clock.now
    try world.standIn.record(leg)
    _ = try deliver(.callStatus, .callStatus(leg, url: world.url("call-status"), at: world.clock.now))
  }

  /// Nobody answers an SMS that has not come: at most until lost webhooks have been swept up.
  private func waitForSMS() throws {
    for _ in 0..<40 where try world.standIn.messages(to: truth.calls[0].leg.from).isEmpty {
      try world.run(after: 20)
    }
    try #require(try !world.standIn.messages(to: truth.calls[0].leg.from).isEmpty, "no SMS")
  }
}
