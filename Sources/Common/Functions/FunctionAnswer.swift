// FunctionAnswer.swift - an answer in the form a function service wants: payload format 2.0.

import CGI
import Crypto
import JSON

package enum FunctionAnswer {
  /// AWS Lambda takes 6 MB (6,291,556 bytes), the whole JSON text counted.
  package static let limit = 6_291_556

  /// `{"statusCode", "headers", "cookies", "body", "isBase64Encoded"}`. An answer that is too large for the
  /// service becomes a small one that says so.
  package static func json(_ response: CGIResponse) -> [UInt8] {
    let bytes = document(response).bytes
    guard bytes.count > limit else { return bytes }
    return document(
      .plain(500, "the answer has \(response.body.count) bytes, too many for a function (\(limit) as JSON)")
    ).bytes
  }

  private static func document(_ response: CGIResponse) -> JSONDocument {
    var headers: [String: JSONDocument] = ["cache-control": .string("no-store")]
    var cookies: [JSONDocument] = []
    for header in response.headers {
      let name = header.name.lowercased()
      let value = String(decoding: header.plainValue, as: UTF8.self)
      if name == "set-cookie" {
        cookies.append(.string(value))
      } else if name != "cache-control", let before = headers[name]?.text {
        headers[name] = .string("\(before), \(value)")
      } else {
        headers[name] = .string(value)
      }
    }
    let text = String(validating: response.body, as: UTF8.self)
    var members: [String: JSONDocument] = [
      "statusCode": .number(String(response.status)), "headers": .object(headers),
      "body": .string(text ?? base64(response.body)), "isBase64Encoded": .bool(text == nil),
    ]
    if !cookies.isEmpty { members["cookies"] = .array(cookies) }
    return .object(members)
  }
}
