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

  /// The first makes; each is good, so that a form that lies open while the token is changed is not lost.
  private let keys: [[UInt8]]

  init(installation: Installation, tenant: String) {
    keys = installation.authTokens.map {
      hmacSHA256(key: Array($0.value.utf8), message: Array("wizard:\(tenant)".utf8))
    }
  }

  func make(at now: Timestamp, random: RandomSource) -> String {
    let body = "\(now.milliseconds)-\(random.token(bytes: 8))"
    return body + "-" + mac(body, keys[0])
  }

  enum Verdict { case good, expired, forged }

  func check(_ token: String, at now: Timestamp) -> Verdict {
    let parts = token.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let made = Int64(parts[0]),
      keys.contains(where: {
        equalInConstantTime(Array(parts[2].utf8), Array(mac("\(parts[0])-\(parts[1])", $0).utf8))
      })
    else { return .forged }
    let age = now.milliseconds(since: Timestamp(milliseconds: made))
    return age < Int64(FormToken.validHours) * 3_600_000 ? .good : .expired
  }

  private func mac(_ body: String, _ key: [UInt8]) -> String {
    hexadecimal(Array(hmacSHA256(key: key, message: Array(body.utf8)).prefix(12)))
  }
}
