// CallStatus.swift - call-status: the call's final status, the second source of how it ended.

import Business
import CGI
import Desk
import LocalTime
import Store

package struct CallStatus: CallWebhook {
  package static let name = "call-status"
  package static let requiredFields = ["CallSid", "From", "To", "CallStatus"]

  package let webhook: Webhook
  package init(_ webhook: Webhook) { self.webhook = webhook }

  package func record(for tenant: Tenant, by intake: Intake) throws -> Found {
    try record(for: tenant, by: intake, source: .webhook)
    return Found()
  }

  /// - Parameter startedAt: where it is known; nil: as the duration says.
  package func record(
    for tenant: Tenant, by intake: Intake, source: CallSource, startedAt: Timestamp? = nil
  ) throws {
    // Events of the leg to the business say nothing that the dial result does not say better.
    guard webhook.fields.nonEmpty("ParentCallSid") == nil else { return }
    let status = webhook.field("CallStatus")
    let isMiss = ["no-answer", "busy", "failed", "canceled"].contains(status)
    guard isMiss || status == "completed" else { return }
    let now = webhook.receivedAt
    let duration = webhook.fields["CallDuration"].flatMap { Int($0) } ?? 0
    try intake.store.write {
      let call = try intake.ensureCall(
        webhook, tenant: tenant,
        startedAt: startedAt ?? now.adding(seconds: -max(0, min(duration, 86_400))),
        source: source)
      guard let call else { return }
      if isMiss || tenant.mode == .carrierForwarding {
        try intake.markMissed(call, tenant: tenant, at: now, judgedBy: .callStatus)
      }
      _ = try intake.store.closeCall(sid: call.callSid, at: now, delaySeconds: tenant.smsDelaySeconds)
    }
  }

  package func answer(_ context: AnswerContext) -> CGIResponse { .noContent }

  package func answerSwitchedOff(_ tenant: Tenant) -> CGIResponse { .noContent }
}
