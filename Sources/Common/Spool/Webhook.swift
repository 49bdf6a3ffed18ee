// Webhook.swift - a verified webhook as a value: what handlers record, the spool keeps and the sweep imitates.

import CGI
import LocalTime
import Rules

/// The webhook types, named like their handlers.
public enum WebhookKind: String, CaseIterable, Sendable {
  case voice
  case dialResult = "dial-result"
  case screen
  case menu
  case callStatus = "call-status"
  case sms
  case smsStatus = "sms-status"
  case twilioError = "twilio-error"

  /// smsStatus is found by its Sid, twilioError may concern no number at all.
  public var needsTenant: Bool { self != .smsStatus && self != .twilioError }

  /// Parameters without which the webhook means nothing.
  public var requiredFields: [String] {
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

public struct Webhook: Hashable, Sendable {
  public var kind: WebhookKind
  public var fields: FormFields
  public var query: FormFields
  public var receivedAt: Timestamp

  public init(kind: WebhookKind, fields: FormFields, query: FormFields = FormFields(), receivedAt: Timestamp)
  {
    self.kind = kind
    self.fields = fields
    self.query = query
    self.receivedAt = receivedAt
  }

  /// The caller can be called back: his number came along.
  public var hasCallerNumber: Bool { !PhoneNumber.isWithheld(field("From")) }

  /// A required parameter: present, since the handler has checked; "" otherwise.
  public func field(_ name: String) -> String { fields[name] ?? "" }

  /// A message's `From` or `To`, by whichever channel it came. The signature was checked over what was sent; from
  /// here on only the number counts.
  public func address(_ name: String) -> ChannelAddress { ChannelAddress(field(name)) }
}
