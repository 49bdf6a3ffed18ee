// Signer.swift - whether the account that signed a webhook may speak for the tenants it names.

import Business
import Settings

/// The account whose token signed a webhook.
package enum Signer: Hashable, Sendable {
  /// The installation's own account: speaks for every tenant.
  case operatorAccount
  /// A tenant's subaccount: speaks for the tenants that use it.
  case subaccount(String)

  fileprivate func may(speakFor tenant: Tenant) -> Bool {
    switch self {
    case .operatorAccount: true
    case .subaccount(let sid): tenant.twilio?.accountSid == sid
    }
  }
}

extension WebhookType {
  /// The tenants it may belong to, of those its signer may speak for.
  package func tenants(in settings: SettingsReader, signedBy signer: Signer) throws -> [Tenant] {
    try tenants(in: settings).filter { signer.may(speakFor: $0) }
  }
}
