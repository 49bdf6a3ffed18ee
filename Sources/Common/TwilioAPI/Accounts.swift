// Accounts.swift - the account itself, and the countries it may text and call.

import Curl
import LocalTime

/// An account as Twilio keeps it.
package struct AccountResource: Sendable, Hashable {
  /// `active`, `suspended` or `closed`.
  package var status: String
  /// `Trial` or `Full`.
  package var type: String
  package var friendlyName: String

  package init(status: String, type: String, friendlyName: String) {
    self.status = status
    self.type = type
    self.friendlyName = friendlyName
  }
}

extension TwilioClient {
  /// The account of the credentials. The time is Twilio's own, from the answer's `Date`; nil without an answer.
  package func fetchAccount(
    as credentials: TwilioCredentials,
    completion: @escaping (Result<AccountResource, APIFailure>, _ serverTime: Timestamp?) -> Void
  ) {
    var path = accountPath(of: credentials)
    path.removeLast()
    exchange(request("\(apiBase)\(path).json", as: credentials), WireAccount.self) { result, headers in
      completion(result.map(\.resource), headers["date"].flatMap { Timestamp(rfc2822: $0) })
    }
  }

  /// Whether the account may text each of these countries (ISO codes); one that Twilio does not name is missing.
  package func smsPermissions(
    countries: [String], as credentials: TwilioCredentials,
    completion: @escaping (Result<[String: Bool], APIFailure>) -> Void
  ) {
    let query = formEncoded([(name: "CountryCode", value: countries.joined(separator: ","))])
    read(
      "\(neighbour("accounts"))/v1/Messaging/GeoPermissions?\(query)", WireSMSPermissions.self,
      as: credentials
    ) {
      completion($0.map(\.enabledByCountry))
    }
  }

  /// Whether the account may call ordinary numbers of a country.
  package func voicePermission(
    country: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<Bool, APIFailure>) -> Void
  ) {
    let url = "\(neighbour("voice"))/v1/DialingPermissions/Countries/\(country)"
    read(url, WireVoicePermission.self, as: credentials) { completion($0.map(\.lowRiskNumbersEnabled)) }
  }
}

struct WireAccount: Decodable {
  let sid: String
  let status, type, friendlyName: LooseText?

  var resource: AccountResource {
    AccountResource(
      status: status?.value ?? "", type: type?.value ?? "", friendlyName: friendlyName?.value ?? "")
  }
}

struct WireSMSPermissions: Decodable {
  struct Country: Decodable {
    let countryCode: String
    let enabled: Bool
  }
  let permissions: [Country]

  var enabledByCountry: [String: Bool] {
    Dictionary(permissions.map { ($0.countryCode.uppercased(), $0.enabled) }) { first, _ in first }
  }
}

struct WireVoicePermission: Decodable {
  let lowRiskNumbersEnabled: Bool
}
