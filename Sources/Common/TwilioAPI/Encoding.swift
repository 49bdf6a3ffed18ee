// Encoding.swift - percent-encoding of form bodies, queries and path segments.

/// Percent-encodes everything but RFC 3986's unreserved characters: right in a form body, a query
/// and a path segment alike (`+` -> `%2B`, space -> `%20`, letters beyond ASCII as UTF-8).
func percentEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var encoded: [UInt8] = []
  encoded.reserveCapacity(text.utf8.count)
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      encoded.append(byte)
    default:
      encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: encoded, as: UTF8.self)
}

/// `name=value&name=value`. Names are encoded too: Twilio's filter `DateSent>` is `DateSent%3E`.
func formEncoded(_ fields: [(name: String, value: String)]) -> String {
  fields.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }.joined(separator: "&")
}
