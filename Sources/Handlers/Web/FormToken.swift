// FormToken.swift - the wizard's form token: made by us, not long ago, and the same form sent twice is known.
//
// `TIME-RANDOM-MAC`; nothing is stored until a form comes back. The key is derived from the account's auth
// token, which every handler has and no visitor.

import Business
import Crypto
import LocalTime
import Platform

struct FormToken {
  /// A form may lie open on a phone for a day.
  static let validHours = 24

  private let key: [UInt8]

  init(installation: Installation, tenant: String) {
    key = hmacSHA256(
      key: Array(installation.account.authToken.value.utf8), message: Array("wizard:\(tenant)".utf8))
  }

  func make(at now: Timestamp, random: RandomSource) -> String {
    let body = "\(now.milliseconds)-\(random.token(bytes: 8))"
    return body + "-" + mac(body)
  }

  enum Verdict { case good, expired, forged }

  func check(_ token: String, at now: Timestamp) -> Verdict {
    let parts = token.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let made = Int64(parts[0]),
      equalInConstantTime(Array(parts[2].utf8), Array(mac("\(parts[0])-\(parts[1])").utf8))
    else { return .forged }
    let age = now.milliseconds(since: Timestamp(milliseconds: made))
    return age < Int64(FormToken.validHours) * 3_600_000 ? .good : .expired
  }

  private func mac(_ body: String) -> String {
    hexadecimal(Array(hmacSHA256(key: key, message: Array(body.utf8)).prefix(12)))
  }
}
