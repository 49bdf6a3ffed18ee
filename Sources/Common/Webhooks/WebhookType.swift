// WebhookType.swift - what each type of webhook says of itself: its parameters, whose it is, what it records, what it
// is answered. One file per type; WebhookList names them all.

import Business
import CGI
import Desk
import LocalTime
import Platform
import Settings
import Store
import Twilio

/// The parameters of a webhook, and when it came.
package struct Webhook: Hashable, Sendable {
  package var fields: FormFields
  package var query: FormFields
  package var receivedAt: Timestamp

  package init(fields: FormFields, query: FormFields = FormFields(), receivedAt: Timestamp) {
    self.fields = fields
    self.query = query
    self.receivedAt = receivedAt
  }

  /// A required parameter: present, since the handler has checked; "" otherwise.
  package func field(_ name: String) -> String { fields[name] ?? "" }

  /// Of a `<Dial action>`: completed or answered, and not denied to be bridged.
  var isDialConnected: Bool {
    ["completed", "answered"].contains(field("DialCallStatus"))
      && fields["DialBridged"]?.lowercased() != "false"
  }

  /// A message's `From` or `To`, by whichever channel it came. The signature was checked over what was sent; from
  /// here on only the number counts.
  package func address(_ name: String) -> ChannelAddress { ChannelAddress(field(name)) }
}

/// A verified webhook of one type: what handlers record and answer, the spool and a queue keep, and the sweep imitates.
package protocol WebhookType: Sendable {
  /// Of its handler; also its kind in the spool.
  static var name: String { get }
  /// Parameters without which the webhook means nothing.
  static var requiredFields: [String] { get }
  /// false: it may be nobody's that we know.
  static var needsTenant: Bool { get }
  /// Answered even when nothing could keep it.
  static var isAnsweredUnkept: Bool { get }

  var webhook: Webhook { get }
  init(_ webhook: Webhook)

  /// The tenants it may belong to; several where they share a sender, none for an unknown number.
  func tenants(in settings: SettingsReader) throws -> [Tenant]
  /// What must be recorded in the order of its arrival where the order can be kept: one call, one person's
  /// messages, one message's reports.
  var sequence: String { get }
  /// Writes it down, in one transaction; twice changes nothing.
  /// - Parameter tenants: whose it may be, those that are switched on.
  @discardableResult
  func record(for tenants: [Tenant], by intake: Intake) throws -> Found
  func answer(_ context: AnswerContext) -> CGIResponse
  /// For a tenant that is switched off: nothing is recorded, nothing asked.
  func answerSwitchedOff(_ tenant: Tenant) -> CGIResponse
  func answerWithoutTenant() -> CGIResponse
}

/// What recording a webhook found, so that its answer asks nothing again.
package struct Found: Sendable {
  /// The call it told of, as it is now.
  var call: CallRow?
  /// The caller is on the block list of a tenant that rejects such calls.
  var isRejected = false
}

/// What an answer may draw on beside its webhook.
package struct AnswerContext {
  let tenant: Tenant
  let installation: Installation
  let zones: TimeZones
  /// As it was sent.
  let rawQuery: String
  /// What was found, and where more of it can be asked. nil when the spool or a queue has the webhook: then nothing
  /// that would need the database.
  let recorded: (found: Found, intake: Intake)?

  package init(
    tenant: Tenant, installation: Installation, zones: TimeZones, rawQuery: String,
    recorded: (found: Found, intake: Intake)?
  ) {
    self.tenant = tenant
    self.installation = installation
    self.zones = zones
    self.rawQuery = rawQuery
    self.recorded = recorded
  }

  var spoken: SpokenText { SpokenText(business: tenant.name, language: tenant.language) }

  func say(_ words: String) -> TwiML { .say(words, language: tenant.language.sayLanguage) }

  /// Where Twilio is to send the next webhook.
  func url(_ type: any WebhookType.Type, query: String = "") -> String {
    WebhookAddress.url(installation.publicURL, type.name, query: query)
  }
}

extension WebhookType {
  package static var needsTenant: Bool { true }
  package static var isAnsweredUnkept: Bool { false }
  package func answerSwitchedOff(_ tenant: Tenant) -> CGIResponse { .xml(TwiML.response()) }
  package func answerWithoutTenant() -> CGIResponse { .noContent }
}

/// A webhook of a call to one tenant's number.
package protocol CallWebhook: WebhookType {
  func record(for tenant: Tenant, by intake: Intake) throws -> Found
}

extension CallWebhook {
  package func tenants(in settings: SettingsReader) throws -> [Tenant] {
    try settings.tenants(voiceNumber: webhook.field("To"))
  }

  package var sequence: String { webhook.field("CallSid") }

  @discardableResult
  package func record(for tenants: [Tenant], by intake: Intake) throws -> Found {
    try tenants.first.map { try record(for: $0, by: intake) } ?? Found()
  }
}
