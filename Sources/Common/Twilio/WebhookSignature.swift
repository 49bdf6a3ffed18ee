// WebhookSignature.swift - X-Twilio-Signature, as Twilio's own libraries compute and check it.
//
// Source: twilio-python request_validator.py and Twilio's "Webhooks security" page, whose vectors are in the tests.

import CGI
import Crypto

package enum WebhookSignature {
  /// Base64 of HMAC-SHA1 over the URL and, for each distinct name in ascending order, each distinct value
  /// in ascending order: name + value.
  package static func compute(
    url: String, fields: FormFields, authToken: String, algorithm: Algorithm = .sha1
  ) -> String {
    let hash = algorithm == .sha1 ? hmacSHA1 : hmacSHA256
    return base64(hash(Array(authToken.utf8), Array(url.utf8) + signedFields(fields)))
  }

  /// What a webhook rule's settings sign with.
  package enum Algorithm: String, Sendable {
    case sha1 = "HMAC_SHA1"
    case sha256 = "HMAC_SHA256"
  }

  /// What `X-Twilio-Webhooks-Signature-Settings` says: `key=<id>,algorithm=HMAC_SHA256`, in any order; without
  /// an algorithm SHA-1. nil where it names no key, or an algorithm that is not known.
  package static func settings(_ header: String) -> (key: String, algorithm: Algorithm)? {
    var values: [Substring: String] = [:]
    for part in header.split(separator: ",") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(trimmed)
      if sides.count == 2 { values[sides[0]] = String(sides[1]) }
    }
    let algorithm = values["algorithm"].map { Algorithm(rawValue: $0.uppercased()) } ?? .sha1
    guard let key = values["key"], !key.isEmpty, let algorithm else { return nil }
    return (key, algorithm)
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text
  }

  /// Checks in constant time, with the URL as given, with the standard port added, and without any port:
  /// Twilio's side is not consistent about it.
  package static func isValid(
    _ signature: String, url: String, fields: FormFields, authToken: String, algorithm: Algorithm = .sha1
  ) -> Bool {
    // An empty token would let anybody sign.
    guard !authToken.isEmpty else { return false }
    let hash = algorithm == .sha1 ? hmacSHA1 : hmacSHA256
    let suffix = signedFields(fields)
    var isValid = false
    for candidate in portVariants(of: url) {
      let expected = base64(hash(Array(authToken.utf8), Array(candidate.utf8) + suffix))
      if equalInConstantTime(Array(expected.utf8), Array(signature.utf8)) { isValid = true }
    }
    return isValid
  }

  private static func signedFields(_ fields: FormFields) -> [UInt8] {
    if let sent = fields.sent { return signed(sent.map { ($0.name, $0.value) }) }
    return signed(fields.fields.map { ($0.name.utf8, $0.value.utf8) })
  }

  /// Sorted by bytes, which is by code points, as Twilio does; Swift's own String order is by normalised scalars.
  private static func signed<Bytes: BidirectionalCollection<UInt8>>(
    _ fields: [(name: Bytes, value: Bytes)]
  ) -> [UInt8] {
    let sorted = fields.sorted { left, right in
      let order = compare(left.name, right.name)
      return order == 0 ? compare(left.value, right.value) < 0 : order < 0
    }
    var result: [UInt8] = []
    var previous: (name: Bytes, value: Bytes)?
    for field in sorted {
      if let previous, compare(previous.name, field.name) == 0, compare(previous.value, field.value) == 0 {
        continue
      }
      result.append(contentsOf: field.name)
      result.append(contentsOf: field.value)
      previous = field
    }
    return result
  }

  /// < 0, 0 or > 0, by bytes.
  private static func compare(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Int {
    for (one, other) in zip(left, right) where one != other { return Int(one) - Int(other) }
    return left.count - right.count
  }

  static func portVariants(of url: String) -> [String] {
    let utf8 = url.utf8
    guard let schemeEnd = url.range(of: "://")?.upperBound else { return [url] }
    let rest = url[schemeEnd...]
    let ends = Array("/?#".utf8)
    let hostEnd = rest.utf8.firstIndex { ends.contains($0) } ?? rest.endIndex
    var host = rest[..<hostEnd]
    if let colon = host.utf8.lastIndex(of: UInt8(ascii: ":")),
      host[host.index(after: colon)...].utf8.allSatisfy({ 48...57 ~= $0 })
    {
      host = host[..<colon]
    }
    let scheme = url[..<schemeEnd]
    let tail = rest[hostEnd...]
    let port = utf8.starts(with: "https".utf8) ? "443" : "80"
    var variants = [url]
    for variant in ["\(scheme)\(host)\(tail)", "\(scheme)\(host):\(port)\(tail)"]
    where !variants.contains(variant) {
      variants.append(variant)
    }
    return variants
  }
}

extension String {
  /// The first place where `other` stands (the standard library alone has none).
  fileprivate func range(of other: String) -> Range<String.Index>? {
    let needle = Array(other.utf8)
    var start = utf8.startIndex
    while let end = utf8.index(start, offsetBy: needle.count, limitedBy: utf8.endIndex) {
      if utf8[start..<end].elementsEqual(needle) { return start..<end }
      guard start < utf8.endIndex else { break }
      start = utf8.index(after: start)
    }
    return nil
  }
}
