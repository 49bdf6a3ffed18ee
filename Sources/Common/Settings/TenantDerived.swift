// TenantDerived.swift - what follows from a tenant's settings without being one of them.

import Rules

extension Tenant {
  /// ISO code of the country that numbers without prefix belong to, wherever people of the tenant or its callers type
  /// or read them: the one that most of its own numbers are of; of equals, that of the number callers are told to
  /// call. CH where its numbers are of no country.
  public var country: String {
    let own = Set([callbackPhone] + voiceNumbers + [forwardTo].compactMap { $0 })
    var counts: [String: Int] = [:]
    for country in own.compactMap({ PhoneNumber(e164: $0)?.country }) { counts[country, default: 0] += 1 }
    let most = counts.values.max()
    let preferred = ([callbackPhone] + voiceNumbers + [forwardTo ?? ""]).compactMap {
      PhoneNumber(e164: $0)?.country
    }
    return preferred.first { counts[$0] == most } ?? "CH"
  }

  /// Its name as it stands in SMS; pages, mails and spoken texts keep `name`.
  public var nameInSMS: String {
    MessageTemplate.nameInSMS(name, own: templates.missedCall, phone: callbackPhone, language: language)
  }
}
