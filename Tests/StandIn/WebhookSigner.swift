// WebhookSigner.swift - Twilio's signature, from its description and apart from the product's own check.

import Crypto

/// `X-Twilio-Signature`.
package enum WebhookSigner {
  /// The signature of a POST with these parameters, or of a GET without any.
  ///
  /// The fragment of the URL is never signed. A name counts once per distinct value, names and values in
  /// the order of their code points (which is that of their UTF-8 bytes).
  /// - Parameter isSHA256: as a webhook rule with a shared key has it.
  package static func sign(
    url: String, params: Parameters, token: String, isSHA256: Bool = false
  ) -> String {
    let (key, message) = (Array(token.utf8), message(url: url, params: params))
    return base64(isSHA256 ? hmacSHA256(key: key, message: message) : hmacSHA1(key: key, message: message))
  }

  /// The same of a body as it goes over the wire: names and values are the bytes behind the escapes.
  package static func sign(url: String, body: String, token: String) -> String {
    let pairs = body.split(separator: "&").map { pair in
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        .map { FormCoding.percentDecodedBytes(String($0.map { $0 == "+" ? " " : $0 })) }
      return (halves[0], halves.count > 1 ? halves[1] : [])
    }
    return base64(hmacSHA1(key: Array(token.utf8), message: message(url: url, pairs: pairs)))
  }

  static func message(url: String, params: Parameters) -> [UInt8] {
    message(url: url, pairs: params.map { (Array($0.0.utf8), Array($0.1.utf8)) })
  }

  private static func message(url: String, pairs: [([UInt8], [UInt8])]) -> [UInt8] {
    var message = Array(withoutFragment(url).utf8)
    let pairs = pairs.sorted {
      $0.0 == $1.0 ? $0.1.lexicographicallyPrecedes($1.1) : $0.0.lexicographicallyPrecedes($1.0)
    }
    var last: ([UInt8], [UInt8])?
    for pair in pairs {
      if let last, last == pair { continue }
      message += pair.0 + pair.1
      last = pair
    }
    return message
  }

  /// The fragment says how often Twilio tries; it stays at Twilio.
  package static func withoutFragment(_ url: String) -> String { String(url.prefix { $0 != "#" }) }
}
