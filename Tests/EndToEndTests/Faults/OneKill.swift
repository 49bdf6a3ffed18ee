// OneKill.swift - the one program of a story that is killed, once, at one step.

import StandIn
import TestSupport
import Testing

struct OneKill<Part: Equatable> {
  let victim: Part
  let name: Comment
  /// Twilio's set-up decides whether a webhook that failed is sent again: every second time it is.
  let isRetried: Bool
  private let plan: FaultPlan
  private var isOver = false

  init(_ victim: Part, at step: Int) {
    self.victim = victim
    name = "\(victim) killed at step \(step)"
    isRetried = step % 2 == 0
    plan = FaultPlan(killAt: step)
  }

  /// - Parameter part: whose turn it is; nil for a program that is never killed.
  mutating func plan(_ part: Part?) -> FaultPlan {
    guard part == victim, !isOver else { return FaultPlan() }
    isOver = true
    return plan
  }

  /// A webhook as Twilio sends it, whichever part it is.
  mutating func post(
    _ url: String, _ parameters: Parameters, as part: Part?, to world: FaultInstallation
  ) throws -> WebhookAnswer {
    let webhook = Webhook(
      kind: "played", url: url, parameters: parameters, accountSid: FaultInstallation.account)
    var answer = try world.deliver(webhook, plan: plan(part))
    if !answer.isGood, isRetried { answer = try world.deliver(webhook) }
    return answer.forTwilio
  }
}
