// FunctionEventText.swift - events as a function service makes them, and what is said in answer.

import Crypto
import JSON
import StandIn

/// An HTTP request as an event of payload format 2.0.
package struct FunctionEventText {
  package var method: String
  package var path: String
  package var query = ""
  package var headers: [(String, String)] = []
  package var cookies: [String] = []
  package var body: [UInt8] = []
  /// AWS encodes every body whose type is not plainly text; Twilio's forms arrive so.
  package var isEncoded = true

  package init(_ method: String, _ path: String) {
    self.method = method
    self.path = path
  }

  /// Twilio's webhook to a handler, with the right signature.
  package init(
    webhook kind: String, _ fields: [(String, String)], query: String = "", publicURL: String, token: String
  ) {
    self.init("POST", "/\(kind)")
    self.query = query
    let url = "\(publicURL)/\(kind)" + (query.isEmpty ? "" : "?\(query)")
    headers = [
      ("content-type", "application/x-www-form-urlencoded; charset=UTF-8"),
      ("x-twilio-signature", WebhookSigner.sign(url: url, params: fields, token: token)),
    ]
    body = Array(FormCoding.encode(fields).utf8)
  }

  package var bytes: [UInt8] {
    var members: [String: JSONDocument] = [
      "version": .string("2.0"), "routeKey": .string("$default"), "rawPath": .string(path),
      "rawQueryString": .string(query),
      "headers": .object(Dictionary(headers.map { ($0.0, .string($0.1)) }) { $1 }),
      "requestContext": .object([
        "http": .object([
          "method": .string(method), "path": .string(path), "protocol": .string("HTTP/1.1"),
          "sourceIp": .string("192.0.2.9"),
        ]), "stage": .string("$default"),
      ]), "isBase64Encoded": .bool(isEncoded),
    ]
    if !cookies.isEmpty { members["cookies"] = .array(cookies.map { .string($0) }) }
    if !body.isEmpty {
      members["body"] = .string(isEncoded ? base64(body) : String(decoding: body, as: UTF8.self))
    }
    return JSONDocument.object(members).bytes
  }
}

/// A handler's answer to an event.
package struct FunctionAnswerText {
  package let status: Int
  package let headers: [String: String]
  package let cookies: [String]
  package let body: [UInt8]
  package var text: String { String(decoding: body, as: UTF8.self) }

  /// nil for what is no answer of payload format 2.0.
  package init?(_ json: String) {
    guard let answer = try? JSONDocument(Array(json.utf8)), let status = answer["statusCode"]?.integer,
      let headers = answer["headers"]?.members, let isEncoded = answer["isBase64Encoded"]?.flag,
      let body = answer["body"]?.text
    else { return nil }
    self.status = status
    self.headers = headers.compactMapValues(\.text)
    cookies = (answer["cookies"]?.items ?? []).compactMap(\.text)
    self.body = isEncoded ? base64Decoded(body) ?? [] : Array(body.utf8)
  }
}
