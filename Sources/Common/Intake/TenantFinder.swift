// TenantFinder.swift - whose webhook this is, and whether the account that signed it may speak for them.

import Business
import CGI
import Settings
import Spool

/// The account whose token signed a webhook.
package enum Signer: Hashable, Sendable {
  /// The installation's own account: speaks for every tenant.
  case operatorAccount
  /// A tenant's subaccount: speaks for the tenants that use it.
  case subaccount(String)
}

package struct TenantFinder {
  private let settings: SettingsReader

  package init(settings: SettingsReader) { self.settings = settings }

  /// The tenants a webhook may belong to; several where they share a sender, none for an unknown number.
  package func tenants(for webhook: Webhook, signer: Signer) throws -> [Tenant] {
    let candidates: [Tenant]
    switch webhook.kind {
    case .voice, .dialResult, .menu, .callStatus:
      candidates = try settings.tenants(voiceNumber: webhook.field("To"))
    case .screen:
      // On the leg to the business `To` is the business; our address carries the tenant.
      candidates = try webhook.query["tenant"].flatMap { try settings.tenant(id: $0) }.map { [$0] } ?? []
    case .twilioError where webhook.fields.nonEmpty("CallSid") != nil:
      candidates = try settings.tenants(voiceNumber: webhook.field("To"))
    case .sms, .twilioError:
      let service = webhook.fields.nonEmpty("MessagingServiceSid")
      let byService = try service.map { try settings.tenants(sender: $0) } ?? []
      candidates =
        byService.isEmpty ? try settings.tenants(sender: webhook.address("To").address) : byService
    case .smsStatus: candidates = []
    }
    return candidates.filter { may(signer, speakFor: $0) }
  }

  private func may(_ signer: Signer, speakFor tenant: Tenant) -> Bool {
    switch signer {
    case .operatorAccount: true
    case .subaccount(let sid): tenant.twilio?.accountSid == sid
    }
  }
}
