// FunctionEvent.swift - one event of a function service as a CGI request: payload format 2.0, as AWS Lambda gets
// it from an HTTP API or a function URL.
//
// The same handlers serve both worlds: what is said here once is how the fields of an event are called in CGI.

import CGI
import Crypto
import JSON

package enum FunctionEvent {
  /// AWS Lambda hands over 6 MB at most; others may differ.
  package static let limit = 8 << 20

  /// The request in an event.
  /// - Throws: RequestError 400 for whatever is no such event, 413 for one that is too large.
  package static func request(_ json: [UInt8]) throws(RequestError) -> CGIRequest {
    guard json.count <= limit else { throw RequestError(413, "the event is larger than \(limit) bytes") }
    let event: JSONDocument
    do { event = try JSONDocument(json) } catch { throw RequestError(400, "the event is no JSON: \(error)") }
    guard event.members != nil else { throw RequestError(400, "the event is no JSON object") }
    if let version = event["version"], version != .string("2.0") {
      throw RequestError(
        400, "the event must have payload format 2.0, this one has \(version.text ?? "another")")
    }
    let http = event["requestContext"]?["http"]
    guard let method = http?["method"]?.text, !method.isEmpty else {
      throw RequestError(400, "the event has no requestContext.http.method: it is no HTTP request")
    }
    let body = try body(of: event)
    let query = try text("rawQueryString", of: event) ?? ""
    guard query.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) else {
      throw RequestError(400, "the event's rawQueryString is not as it was sent")
    }
    // Some services decode the path: a mark in it is no beginning of a query.
    let path = (try text("rawPath", of: event) ?? "").prefix { $0 != "?" && $0 != "#" }
    var variables = try headers(of: event)
    variables["CONTENT_TYPE"] = variables.removeValue(forKey: "HTTP_CONTENT_TYPE")
    // What the sender says of the length was true before base64 and decompression; ours is.
    variables["HTTP_CONTENT_LENGTH"] = nil
    variables["HTTP_TRANSFER_ENCODING"] = nil
    variables["CONTENT_LENGTH"] = String(body.count)
    variables["REQUEST_METHOD"] = method
    variables["QUERY_STRING"] = query
    variables["REQUEST_URI"] = "/" + path.drop { $0 == "/" } + (query.isEmpty ? "" : "?" + query)
    variables["REMOTE_ADDR"] = http?["sourceIp"]?.text
    variables["SERVER_PROTOCOL"] = http?["protocol"]?.text
    return CGIRequest(variables: { [variables] in variables[$0] }, body: body)
  }

  private static func text(_ name: String, of event: JSONDocument) throws(RequestError) -> String? {
    switch event[name] {
    case nil, .null: return nil
    case .string(let text): return text
    default: throw RequestError(400, "the event's \(name) is no text")
    }
  }

  /// As CGI variables. A header that was sent several times is one already, joined by commas; cookies are not.
  private static func headers(of event: JSONDocument) throws(RequestError) -> [String: String] {
    var variables: [String: String] = [:]
    switch event["headers"] {
    case nil, .null: break
    case .object(let headers):
      for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
        guard let value = value.text else { throw RequestError(400, "the event's header \(name) is no text") }
        // CGI makes `_` of `-`: a name with `_` of its own could pass for another header.
        guard name.utf8.allSatisfy({ isNameByte($0) }) else { continue }
        let words = name.uppercased().split(separator: "-", omittingEmptySubsequences: false)
        let variable = "HTTP_" + words.joined(separator: "_")
        variables[variable] = variables[variable].map { "\($0), \(value)" } ?? value
      }
    default: throw RequestError(400, "the event's headers are no object")
    }
    switch event["cookies"] {
    case nil, .null: break
    case .array(let cookies):
      let pairs = cookies.compactMap(\.text)
      guard pairs.count == cookies.count else { throw RequestError(400, "the event's cookies are no texts") }
      if !pairs.isEmpty { variables["HTTP_COOKIE"] = pairs.joined(separator: "; ") }
    default: throw RequestError(400, "the event's cookies are no array")
    }
    return variables
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "-"): true
    default: false
    }
  }

  private static func body(of event: JSONDocument) throws(RequestError) -> [UInt8] {
    let isEncoded: Bool
    switch event["isBase64Encoded"] {
    case nil, .null: isEncoded = false
    case .bool(let flag): isEncoded = flag
    default: throw RequestError(400, "the event's isBase64Encoded is neither true nor false")
    }
    guard let text = try text("body", of: event) else { return [] }
    guard isEncoded else { return Array(text.utf8) }
    guard let bytes = base64Decoded(text) else { throw RequestError(400, "the event's body is no base64") }
    return bytes
  }
}
