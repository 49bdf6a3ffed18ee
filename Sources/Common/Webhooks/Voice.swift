// Voice.swift - voice: a call begins. It is recorded and forwarded; where every call was missed already, announced.

import Business
import CGI
import Desk
import Store
import Twilio

package struct Voice: CallWebhook {
  package static let name = "voice"
  package static let requiredFields = ["CallSid", "From", "To"]
  /// The phone must ring.
  package static let isAnsweredUnkept = true

  package let webhook: Webhook
  package init(_ webhook: Webhook) { self.webhook = webhook }

  /// With carrier forwarding every call that arrives was missed already.
  package func record(for tenant: Tenant, by intake: Intake) throws -> Found {
    let (store, now) = (intake.store, webhook.receivedAt)
    return try store.write {
      guard let call = try intake.ensureCall(webhook, tenant: tenant) else { return Found() }
      if tenant.mode == .carrierForwarding {
        return Found(call: try intake.markMissed(call, tenant: tenant, at: now, judgedBy: .voice) ?? call)
      }
      // From the spool it was put through: without the database nobody is rejected.
      guard intake.recordedAt == now, tenant.rejectBlocked,
        try store.isBlocked(tenant: tenant.id, phone: webhook.field("From"), at: now)
      else { return Found(call: call) }
      let missed = try intake.markMissed(call, tenant: tenant, at: now, judgedBy: .voice)
      if missed != nil { try store.logEvent(.callBlocked, tenant: tenant.id, call: call.id, at: now) }
      return Found(call: missed ?? call, isRejected: true)
    }
  }

  package func answer(_ context: AnswerContext) -> CGIResponse {
    let tenant = context.tenant
    // It has proved what it had to.
    if tenant.isCheckCall(from: webhook.field("From")) { return .xml(TwiML.response([.element("Reject")])) }
    guard tenant.mode == .frontNumber, let forwardTo = tenant.forwardTo else {
      return .xml(
        TwiML.response(tenant.announcement == .none ? [.element("Reject")] : afterMiss(context)))
    }
    // Without the database nobody is rejected: the phone must ring.
    if context.recorded?.found.isRejected == true { return .xml(TwiML.response([.element("Reject")])) }
    let call = percentEncoded(webhook.fields["CallSid"] ?? "")
    return .xml(
      ForwardingTwiML(
        forwardTo: forwardTo, ringSeconds: tenant.ringSeconds, action: context.url(DialResult.self),
        screeningURL: tenant.screening
          ? context.url(Screen.self, query: "tenant=\(percentEncoded(tenant.id))&call=\(call)") : nil
      ).document)
  }

  /// The phone rings, that is all.
  package func answerSwitchedOff(_ tenant: Tenant) -> CGIResponse {
    guard let forwardTo = tenant.forwardTo else { return .xml(TwiML.response()) }
    return .xml(ForwardingTwiML(forwardTo: forwardTo, ringSeconds: tenant.ringSeconds).document)
  }
}
