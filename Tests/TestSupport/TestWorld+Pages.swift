// TestWorld+Pages.swift - a browser at the wizard and the inbox of a TestWorld.

import CGI
import Crypto
import Desk
import Platform
import Store
import Uploads
import Web

/// One part of a form.
package struct FormPart {
  package var name: String
  package var filename: String?
  package var type: String?
  package var bytes: [UInt8]

  package init(_ name: String, _ text: String) {
    self.name = name
    bytes = Array(text.utf8)
  }

  package init(file name: String, filename: String, type: String, bytes: [UInt8]) {
    self.name = name
    self.filename = filename
    self.type = type
    self.bytes = bytes
  }
}

extension TestWorld {
  package static let website = "doerfler.example.ch"

  /// A request to `anfrage`, `inbox` or `operator`.
  package func browse(
    _ handler: String, _ query: String = "", method: String = "GET", body: [UInt8] = [],
    contentType: String = "",
    headers: [String: String] = [:], address: String = "192.0.2.7", variables own: [String: String] = [:]
  ) -> CGIResponse {
    var variables = [
      "REQUEST_METHOD": method, "QUERY_STRING": query, "CONTENT_TYPE": contentType,
      "CONTENT_LENGTH": String(body.count), "REMOTE_ADDR": address,
      "REQUEST_URI": "/\(handler)" + (query.isEmpty ? "" : "?\(query)"), "HTTP_HOST": TestWorld.website,
    ]
    for (name, value) in headers { variables["HTTP_" + name] = value }
    variables.merge(own) { $1 }
    let request = CGIRequest(
      variables: { [variables] in variables[$0] }, readInput: { Array(body.prefix($0)) })
    onProgram(handler)
    return switch handler {
    case "inbox":
      InboxEndpoint(context: endpointContext, source: { _ in ByteSource(body) }).respond(to: request)
    case "operator": OperatorEndpoint(context: endpointContext).respond(to: request)
    default: WizardEndpoint(context: endpointContext, source: { _ in ByteSource(body) }).respond(to: request)
    }
  }

  /// Signs in at the operator's page; the Cookie header of what follows.
  package func operatorsCookie() throws -> [String: String] {
    let key = "operators-key-\(clock.now.milliseconds)"
    try store().addInboxLink(
      hash: InboxKey.hash(key), person: InboxPerson(tenant: InboxPerson.operatorsTenant, person: "Olga"),
      at: clock.now, expiresAt: clock.now.adding(days: 14))
    let cookie = browse("operator", "k=\(key)").headers.first { $0.name == "Set-Cookie" }?.value ?? ""
    return ["COOKIE": String(cookie.prefix { $0 != ";" })]
  }

  /// Sends a form as a browser does that has files to send.
  package func submit(
    _ handler: String, _ parts: [FormPart], headers: [String: String] = [:], address: String = "192.0.2.7"
  ) -> CGIResponse {
    browse(
      handler, method: "POST", body: TestWorld.multipart(parts),
      contentType: "multipart/form-data; boundary=XyZ",
      headers: headers, address: address)
  }

  package static func multipart(_ parts: [FormPart], boundary: String = "XyZ") -> [UInt8] {
    var body: [UInt8] = []
    for part in parts {
      var head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(part.name)\""
      if let filename = part.filename { head += "; filename=\"\(filename)\"" }
      if let type = part.type { head += "\r\nContent-Type: \(type)" }
      body += Array((head + "\r\n\r\n").utf8) + part.bytes + Array("\r\n".utf8)
    }
    return body + Array("--\(boundary)--\r\n".utf8)
  }

  /// SHA-256 of the one style sheet in a page, in base64.
  package static func styleHash(of page: String) -> String? {
    guard let start = page.range(of: "<style>"), let end = page.range(of: "</style>") else { return nil }
    return base64(sha256(Array(page[start.upperBound..<end.lowerBound].utf8)))
  }

  /// The value of a hidden field in a page.
  package static func hidden(_ name: String, in page: String) -> String? {
    guard let start = page.range(of: "name=\"\(name)\" value=\"") else { return nil }
    return String(page[start.upperBound...].prefix { $0 != "\"" })
  }
}

extension String {
  /// The first place where the text stands.
  package func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}
