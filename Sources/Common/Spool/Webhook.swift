// Webhook.swift - a verified webhook as a value: what handlers record, the spool keeps and the sweep imitates.

import Business
import CGI
import LocalTime

/// The webhook types, named like their handlers.
package enum WebhookKind: String, CaseIterable, Sendable {
  case voice
  case dialResult = "dial-result"
  case screen
  case menu
  case callStatus = "call-status"
  case sms
  case smsStatus = "sms-status"
  case twilioError = "twilio-error"

  /// smsStatus is found by its Sid, twilioError may concern no number at all.
  package var needsTenant: Bool { self != .smsStatus && self != .twilioError }

  /// Parameters without which the webhook means nothing.
  package var requiredFields: [String] {
    switch self {
    case .voice: ["CallSid", "From", "To"]
    case .dialResult: ["CallSid", "From", "To", "DialCallStatus"]
    case .screen: ["CallSid"]
    case .menu: ["CallSid", "From", "To"]
    case .callStatus: ["CallSid", "From", "To", "CallStatus"]
    case .sms: ["MessageSid", "From", "To"]
    case .smsStatus: ["MessageSid", "MessageStatus"]
    case .twilioError: []
    }
  }
}

package struct Webhook: Hashable, Sendable {
  package var kind: WebhookKind
  package var fields: FormFields
  package var query: FormFields
  package var receivedAt: Timestamp

  package init(kind: WebhookKind, fields: FormFields, query: FormFields = FormFields(), receivedAt: Timestamp)
  {
    self.kind = kind
    self.fields = fields
    self.query = query
    self.receivedAt = receivedAt
  }

  /// The caller can be called back: his number came along.
  package var hasCallerNumber: Bool { !PhoneNumber.isWithheld(field("From")) }

  /// A required parameter: present, since the handler has checked; "" otherwise.
  package func field(_ name: String) -> String { fields[name] ?? "" }

  /// A message's `From` or `To`, by whichever channel it came. The signature was checked over what was sent; from
  /// here on only the number counts.
  package func address(_ name: String) -> ChannelAddress { ChannelAddress(field(name)) }
}
