// SMSStatus.swift - sms-status: a delivery report moves its message forward, or decides between a retry and giving up.

import Business
import CGI
import Desk
import Settings
import Store

package struct SMSStatus: WebhookType {
  package static let name = "sms-status"
  package static let requiredFields = ["MessageSid", "MessageStatus"]
  /// The message is found by its Sid.
  package static let needsTenant = false

  package let webhook: Webhook
  package init(_ webhook: Webhook) { self.webhook = webhook }

  package func tenants(in settings: SettingsReader) -> [Tenant] { [] }

  package var sequence: String { webhook.field("MessageSid") }

  package func record(for tenants: [Tenant], by intake: Intake) throws -> Found {
    guard let status = DeliveryStatus(rawValue: webhook.field("MessageStatus")) else { return Found() }
    try intake.applyReport(
      sid: webhook.field("MessageSid"), messageID: webhook.query["m"].flatMap { Int($0) }, status: status,
      code: webhook.fields["ErrorCode"].flatMap { Int($0) }, of: try tenantsSpokenFor(intake.settings),
      at: webhook.receivedAt)
    return Found()
  }

  /// Whose messages a report may be about; nil = anybody's. Whoever has the token of a subaccount can sign, and
  /// then names that account (or the signature was checked with another token): it speaks for the tenants that
  /// use it, and for nobody else.
  private func tenantsSpokenFor(_ settings: SettingsReader) throws -> Set<String>? {
    guard let sid = webhook.fields.nonEmpty("AccountSid"), try settings.account(sid: sid)?.tenantID != nil
    else { return nil }
    return Set(try settings.tenants().filter { $0.twilio?.accountSid == sid }.map(\.id))
  }

  package func answer(_ context: AnswerContext) -> CGIResponse { .noContent }
}
