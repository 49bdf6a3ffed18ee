// WebhookSignature.swift - X-Twilio-Signature, as Twilio's own libraries compute and check it.
//
// Source: twilio-python request_validator.py and Twilio's "Webhooks security" page, with test vectors
// (shared/twilio.md, section 3).

import CGI
import Crypto

public enum WebhookSignature {
  /// Base64 of HMAC-SHA1 over the URL and, for each distinct name in ascending order, each distinct value
  /// in ascending order: name + value.
  public static func compute(url: String, fields: FormFields, authToken: String) -> String {
    base64(hmacSHA1(key: Array(authToken.utf8), message: Array((url + signedFields(fields)).utf8)))
  }

  /// Checks in constant time, with the URL as given, with the standard port added, and without any port:
  /// Twilio's side is not consistent about it.
  public static func isValid(_ signature: String, url: String, fields: FormFields, authToken: String) -> Bool {
    // An empty token would let anybody sign.
    guard !authToken.isEmpty else { return false }
    let suffix = signedFields(fields)
    var isValid = false
    for candidate in portVariants(of: url) {
      let expected = base64(hmacSHA1(key: Array(authToken.utf8), message: Array((candidate + suffix).utf8)))
      if equalInConstantTime(Array(expected.utf8), Array(signature.utf8)) { isValid = true }
    }
    return isValid
  }

  /// For JSON bodies: the query carries `bodySHA256`, the URL is signed without parameters.
  public static func isBodyHashValid(query: FormFields, body: [UInt8]) -> Bool {
    guard let hash = query["bodySHA256"] else { return false }
    return equalInConstantTime(Array(hash.lowercased().utf8), Array(hexadecimal(sha256(body)).utf8))
  }

  private static func signedFields(_ fields: FormFields) -> String {
    // Sorted by code points, as Twilio does; Swift's own String order is by normalised scalars.
    let sorted = fields.fields.map { (Array($0.name.utf8), Array($0.value.utf8)) }.sorted { left, right in
      left.0 == right.0
        ? left.1.lexicographicallyPrecedes(right.1) : left.0.lexicographicallyPrecedes(right.0)
    }
    var result: [UInt8] = []
    var previous: ([UInt8], [UInt8])?
    for field in sorted {
      if let previous, previous == field { continue }
      result += field.0 + field.1
      previous = field
    }
    return String(decoding: result, as: UTF8.self)
  }

  static func portVariants(of url: String) -> [String] {
    let utf8 = url.utf8
    guard let schemeEnd = url.range(of: "://")?.upperBound else { return [url] }
    let rest = url[schemeEnd...]
    let hostEnd = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
    var host = rest[..<hostEnd]
    if let colon = host.lastIndex(of: ":"), host[host.index(after: colon)...].utf8.allSatisfy({ 48...57 ~= $0 }) {
      host = host[..<colon]
    }
    let scheme = url[..<schemeEnd]
    let tail = rest[hostEnd...]
    let port = utf8.starts(with: "https".utf8) ? "443" : "80"
    var variants = [url]
    for variant in ["\(scheme)\(host)\(tail)", "\(scheme)\(host):\(port)\(tail)"] where !variants.contains(variant) {
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
