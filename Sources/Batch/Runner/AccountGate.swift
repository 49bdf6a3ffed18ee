// AccountGate.swift - accounts that are left alone for a while: wrong credentials, too many requests.
//
// What a send meets holds all that is asked of the account. What a read meets holds reads alone: Twilio may refuse an
// account its lists and take its SMS, and no SMS waits for the sake of a list.

import Business
import LocalTime
import Store
import TwilioAPI

package final class AccountGate {
  package static let credentialsSeconds = 30
  package static let longestSeconds = 3600
  /// Of a read, where Twilio does not say how long.
  private static let rateSeconds = 60

  private var sends: [String: Timestamp] = [:]
  private var reads: [String: Timestamp] = [:]

  init() {}

  /// Nothing is sent from the account until then; nil when nothing speaks against it.
  package func sendsHeld(_ account: String) -> Timestamp? { sends[account] }

  package func holdSends(_ account: String, until time: Timestamp) { sends[account] = time }

  /// Something was sent: the account is well.
  package func open(_ account: String) {
    sends[account] = nil
    reads[account] = nil
  }

  /// The clock was set.
  func forgetTimes() {
    sends = [:]
    reads = [:]
  }

  func admitsRead(_ account: String, at now: Timestamp) -> Bool {
    max(sends[account] ?? now, reads[account] ?? now) <= now
  }

  func holdReads(_ account: String, seconds: Int?, at now: Timestamp) {
    reads[account] = now.adding(seconds: min(AccountGate.longestSeconds, seconds ?? AccountGate.rateSeconds))
  }
}

extension BatchContext {
  /// Whether anything would be asked now.
  package func mayAsk(_ tenant: Tenant, at now: Timestamp) -> Bool {
    gate.admitsRead(account(tenant), at: now)
  }

  /// Asks Twilio for what it has, or to erase it, in the tenant's name. While the account is held the answer is that
  /// Twilio cannot be asked. What an answer says of the account is noted before it is used.
  package func ask<Value>(
    _ tenant: Tenant, at now: Timestamp,
    _ request: (TwilioClient, TwilioCredentials, @escaping (Result<Value, APIFailure>) -> Void) -> Void,
    then use: @escaping (Result<Value, APIFailure>, _ now: Timestamp) -> Void
  ) {
    let credentials = credentials(tenant)
    guard gate.admitsRead(credentials.accountSid, at: now) else {
      use(.failure(.unavailable("the account is left alone for a while")), now)
      return
    }
    request(client, credentials) { [self] result in
      let now = clock.now()
      switch result {
      case .failure(.credentials(let reason)):
        gate.holdReads(credentials.accountSid, seconds: AccountGate.credentialsSeconds, at: now)
        alertRefusedAccount(credentials.accountSid, reason, tenant: tenant.id, at: now)
      case .failure(.rateLimited(let seconds)):
        gate.holdReads(credentials.accountSid, seconds: seconds, at: now)
      case .success, .failure: break
      }
      use(result, now)
    }
  }

  /// Twilio does not take the account's token, whatever was asked.
  package func alertRefusedAccount(
    _ account: String, _ reason: String, tenant: String, about message: OutboxRow? = nil, at now: Timestamp
  ) {
    alert(
      AlertCause.credentials, tenant: tenant,
      "Twilio refuses account \(account) (\(reason)): check account_sid, auth_token and balance",
      about: message, at: now)
  }
}
