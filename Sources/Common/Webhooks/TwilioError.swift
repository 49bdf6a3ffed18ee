// TwilioError.swift - twilio-error: the debugger's event, or a fallback request, becomes an alert. A fallback request
// carries the call or the message whose webhook failed: that is recorded too, and a call is put through.

import Business
import CGI
import Desk
import Settings
import Store
import Twilio

package struct TwilioError: WebhookType {
  package static let name = "twilio-error"
  package static let requiredFields: [String] = []
  /// It may concern no number at all.
  package static let needsTenant = false

  package let webhook: Webhook
  package init(_ webhook: Webhook) { self.webhook = webhook }

  package func tenants(in settings: SettingsReader) throws -> [Tenant] {
    webhook.fields.nonEmpty("CallSid") == nil
      ? try SMS(webhook).tenants(in: settings) : try Voice(webhook).tenants(in: settings)
  }

  package var sequence: String {
    webhook.fields.nonEmpty("CallSid") ?? webhook.fields.nonEmpty("Sid") ?? TwilioError.name
  }

  /// Once per Sid.
  package func record(for tenants: [Tenant], by intake: Intake) throws -> Found {
    try intake.store.write {
      try recordError(in: intake.store)
      if webhook.fields.nonEmpty("CallSid") != nil {
        return try Voice(webhook).record(for: tenants, by: intake)
      }
      if webhook.fields.nonEmpty("MessageSid") != nil, webhook.fields["Body"] != nil {
        return try SMS(webhook).record(for: tenants, by: intake)
      }
      return Found()
    }
  }

  private func recordError(in store: Store) throws {
    let sid =
      webhook.fields.nonEmpty("Sid") ?? webhook.fields.nonEmpty("CallSid")
      ?? webhook.fields.nonEmpty("MessageSid") ?? ""
    let shownSid = String(sid.prefix(40))
    // Each code is a cause of its own, and an alert of its own: nothing else may pass for one.
    let code = [webhook.fields.nonEmpty("ErrorCode"), debuggerCode(in: store)]
      .compactMap { $0 }.first { 1...6 ~= $0.utf8.count && $0.utf8.allSatisfy { 48...57 ~= $0 } }
    let what = webhook.fields.nonEmpty("Sid") == nil ? "fallback requested" : "debugger event"
    let level = String((webhook.fields.nonEmpty("Level") ?? "ERROR").prefix(20))
    let isNew = try store.logEvent(
      .alert, tenant: "", detail: "twilio_error: \(what) \(level) \(code ?? "without code") \(shownSid)",
      at: webhook.receivedAt, onceKey: sid.isEmpty ? nil : "twilio-error:\(sid):\(code ?? "")")
    guard isNew else { return }
    try store.raiseAlert(
      cause: "twilio_error_\(code ?? "unknown")", tenant: nil, detail: "\(what) \(level) \(shownSid)",
      at: webhook.receivedAt)
  }

  /// The error code inside the debugger's JSON payload. SQLite reads the JSON.
  private func debuggerCode(in store: Store) -> String? {
    (try? store.jsonText(webhook.field("Payload"), at: "$.error_code"))?
      .flatMap { $0.isEmpty ? nil : String($0.prefix(8)) }
  }

  package func answer(_ context: AnswerContext) -> CGIResponse {
    webhook.fields["CallSid"] == nil ? .xml(TwiML.response()) : Voice(webhook).answer(context)
  }

  package func answerSwitchedOff(_ tenant: Tenant) -> CGIResponse { Voice(webhook).answerSwitchedOff(tenant) }

  /// A fallback request for a number we do not know still wants a document; a report wants nothing.
  package func answerWithoutTenant() -> CGIResponse {
    webhook.fields["CallSid"] == nil ? .noContent : .xml(TwiML.response())
  }
}
