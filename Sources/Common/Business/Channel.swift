// Channel.swift - the ways by which messages leave. How each of them does it is its Outlet.

/// How a message leaves.
package enum Channel: String, CaseIterable, Sendable {
  case sms
  case email
  /// We ring, and a key that is pressed is the only proof that a person has heard it.
  case call
  /// To another program.
  case webhook
  /// A push to the telephones that listen to a topic of an ntfy server.
  case ntfy

  /// By which the tenant's people are told.
  package static let ofPeople: [Channel] = [.sms, .email, .call, .ntfy]

  /// What a recipient is by this channel.
  package enum Address { case phone, mail, web }

  package var address: Address {
    switch self {
    case .sms, .call: .phone
    case .email: .mail
    case .webhook, .ntfy: .web
    }
  }

  /// As an operator reads it after a number.
  package var plural: String {
    switch self {
    case .sms: "SMS"
    case .email: "mails"
    case .call: "calls"
    case .webhook: "webhooks"
    case .ntfy: "pushes"
    }
  }

  /// It makes itself heard where its recipient is: what can wait waits for the end of the quiet hours.
  package var isHeard: Bool {
    switch self {
    case .sms, .call, .ntfy: true
    case .email, .webhook: false
    }
  }
}
