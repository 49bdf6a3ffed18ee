// Screen.swift - screen: asks whoever picked up to press a key, and notes that it was pressed.

import Business
import CGI
import Desk
import Settings
import Store
import Twilio

package struct Screen: CallWebhook {
  package static let name = "screen"
  package static let requiredFields = ["CallSid"]

  package let webhook: Webhook
  package init(_ webhook: Webhook) { self.webhook = webhook }

  /// On the leg to the business `To` is the business; our address carries the tenant.
  package func tenants(in settings: SettingsReader) throws -> [Tenant] {
    try webhook.query["tenant"].flatMap { try settings.tenant(id: $0) }.map { [$0] } ?? []
  }

  package var sequence: String { webhook.query.nonEmpty("call") ?? webhook.field("ParentCallSid") }

  package func record(for tenant: Tenant, by intake: Intake) throws -> Found {
    guard webhook.fields.nonEmpty("Digits") != nil,
      let sid = webhook.query.nonEmpty("call") ?? webhook.fields.nonEmpty("ParentCallSid")
    else { return Found() }
    let store = intake.store
    try store.write {
      // Should the `voice` webhook still lie in the spool, the key finds a row all the same.
      try store.recordCall(
        sid: sid, tenant: tenant.id, caller: webhook.field("From"), called: tenant.voiceNumbers.first ?? "",
        startedAt: webhook.receivedAt)
      guard let call = try store.call(sid: sid), call.tenant == tenant.id else { return }
      try store.recordScreenKey(sid: sid, at: webhook.receivedAt)
      try store.logEvent(
        .screenKey, tenant: tenant.id, call: call.id, at: webhook.receivedAt, onceKey: "screen:\(sid)")
    }
    return Found()
  }

  package func answer(_ context: AnswerContext) -> CGIResponse {
    if webhook.fields.nonEmpty("Digits") != nil { return .xml(TwiML.response()) }
    return .xml(
      TwiML.response([
        .element(
          "Gather",
          [
            "numDigits": "1", "timeout": "8", "action": context.url(Screen.self, query: context.rawQuery),
            "method": "POST",
          ],
          [context.say(context.spoken.screeningPrompt)]),
        .hangup,
      ]))
  }
}
