// DialResult.swift - dial-result: the forwarded call has ended, answered or missed.

import Business
import CGI
import Desk
import LocalTime
import Store
import Twilio

package struct DialResult: CallWebhook {
  package static let name = "dial-result"
  package static let requiredFields = ["CallSid", "From", "To", "DialCallStatus"]

  package let webhook: Webhook
  package init(_ webhook: Webhook) { self.webhook = webhook }

  /// The leg to the business.
  private var isConnected: Bool { webhook.isDialConnected }

  /// What is said of the caller's own leg: it is over.
  private var hasHungUp: Bool {
    ["completed", "canceled", "no-answer"].contains(webhook.field("CallStatus"))
  }

  /// Answered means connected, and the key pressed where screening is on. Every other end is a miss.
  package func record(for tenant: Tenant, by intake: Intake) throws -> Found {
    let (store, now) = (intake.store, webhook.receivedAt)
    let duration = webhook.fields["DialCallDuration"].flatMap { Int($0) } ?? 0
    return try store.write {
      let startedAt = now.adding(seconds: -max(0, min(duration, 14_400)))
      guard let call = try intake.ensureCall(webhook, tenant: tenant, startedAt: startedAt) else {
        return Found()
      }
      guard isConnected && (call.screenKeyAt != nil || !tenant.screening) else {
        let missed = try intake.markMissed(
          call, tenant: tenant, at: now, judgedBy: .dialResult, dialConnected: isConnected)
        // The caller is gone already: no call-status need tell it.
        if hasHungUp, try store.closeCall(sid: call.callSid, at: now, delaySeconds: tenant.smsDelaySeconds) {
          return Found(call: try store.call(id: call.id))
        }
        return Found(call: missed ?? call)
      }
      // Where its beginning was not heard of, the call began when it was taken.
      let rang = Int(startedAt.milliseconds(since: call.startedAt))
      let answered = try store.markAnswered(
        sid: call.callSid, endedAt: now, judgedBy: .dialResult, rang: rang > 0 ? rang : nil)
      if answered != nil { try store.logEvent(.callAnswered, tenant: tenant.id, call: call.id, at: now) }
      return Found(call: answered ?? call)
    }
  }

  package func answer(_ context: AnswerContext) -> CGIResponse {
    .xml(TwiML.response(isAnswered(context) ? [.hangup] : afterMiss(context)))
  }

  /// Without the database the dial result must do. Whether the key of the screening was pressed it says only
  /// by `DialBridged`; where that is missing, silence is better than a wrong announcement to two people who have
  /// just spoken. What is recorded later is decided with the key.
  private func isAnswered(_ context: AnswerContext) -> Bool {
    context.recorded?.found.call.map { $0.outcome == .answered } ?? isConnected
  }
}
