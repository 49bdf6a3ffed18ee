// CGIRequest.swift - one request as CGI/1.1 (RFC 3875) hands it over: variables and standard input.

import Platform

/// A request that cannot be served; the status and a plain reason for whoever sent it.
package struct RequestError: Error, Hashable, Sendable {
  package let status: Int
  package let reason: String

  package init(_ status: Int, _ reason: String) {
    self.status = status
    self.reason = reason
  }
}

package struct CGIRequest {
  package let method: String
  /// After the `?`, as sent; never decoded.
  package let query: String
  /// The media type in lower case, without parameters.
  package let mediaType: String
  /// The body, where it came with the request (a function's event); nil: it waits on standard input.
  package let bodyInMemory: [UInt8]?
  private let variables: (String) -> String?
  private let readInput: (Int) throws -> [UInt8]

  /// - Parameters:
  ///   - variables: CGI meta-variables.
  ///   - readInput: reads at most that many bytes of the body.
  package init(variables: @escaping (String) -> String?, readInput: @escaping (Int) throws -> [UInt8]) {
    self.init(variables: variables, bodyInMemory: nil, readInput: readInput)
  }

  /// A request whose body is in memory.
  package init(variables: @escaping (String) -> String?, body: [UInt8]) {
    self.init(variables: variables, bodyInMemory: body) { Array(body.prefix($0)) }
  }

  private init(
    variables: @escaping (String) -> String?, bodyInMemory: [UInt8]?,
    readInput: @escaping (Int) throws -> [UInt8]
  ) {
    self.variables = variables
    self.bodyInMemory = bodyInMemory
    self.readInput = readInput
    method = variables("REQUEST_METHOD") ?? ""
    query = CGIRequest.rawQuery(variables)
    let type = variables("CONTENT_TYPE") ?? ""
    let essence = type.utf8.prefix { $0 != UInt8(ascii: ";") }
    let blanks = Array(" \t".utf8)
    mediaType = String(decoding: essence.filter { !blanks.contains($0) }, as: UTF8.self).lowercased()
  }

  /// The query as it stood in the request line, which is what was signed: lighttpd rewrites the escapes of
  /// QUERY_STRING, and a rewrite rule may add to it or empty it. REQUEST_URI is no variable of RFC 3875, so a
  /// server may lack it.
  private static func rawQuery(_ variables: (String) -> String?) -> String {
    if let uri = variables("REQUEST_URI"), let mark = uri.utf8.firstIndex(of: UInt8(ascii: "?")) {
      return String(uri[uri.utf8.index(after: mark)...])
    }
    return variables("QUERY_STRING") ?? ""
  }

  /// The request of this process.
  package static func process() -> CGIRequest {
    let environment = Environment.process
    return CGIRequest(variables: { environment[$0] }, readInput: StandardInput.process.read(upTo:))
  }

  /// A header field, by its name in any case.
  package func header(_ name: String) -> String? {
    // By bytes: splitting and joining costs more than all else that is done with a header.
    var variable = Array("HTTP_".utf8)
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "-"): variable.append(UInt8(ascii: "_"))
      case UInt8(ascii: "a")...UInt8(ascii: "z"): variable.append(byte - 32)
      default: variable.append(byte)
      }
    }
    return variables(String(decoding: variable, as: UTF8.self))
  }

  package func variable(_ name: String) -> String? { variables(name) }

  /// The whole body.
  /// - Throws: RequestError 413 above `limit`, 400 when the length is nonsense or the body is cut short.
  package func body(limit: Int) throws -> [UInt8] {
    guard let text = variables("CONTENT_LENGTH"), !text.isEmpty else {
      // A chunked body has no length; a server that hands it on ends it with the end of the input.
      guard isChunked else { return [] }
      let bytes = try readInput(limit + 1)
      guard bytes.count <= limit else { throw RequestError(413, "the body is larger than \(limit) bytes") }
      return bytes
    }
    guard text.utf8.allSatisfy({ (48...57).contains($0) }) else {
      throw RequestError(400, "Content-Length is not a number")
    }
    guard let length = Int(text), length <= limit else {
      throw RequestError(413, "the body is larger than \(limit) bytes")
    }
    guard length > 0 else { return [] }
    let bytes = try readInput(length)
    guard bytes.count == length else {
      throw RequestError(400, "the body ended after \(bytes.count) of \(length) bytes")
    }
    return bytes
  }

  /// Reads what this process has not read of its body, so that the web server is rid of it.
  package func drainStandardInput() {
    let length = Int(variables("CONTENT_LENGTH") ?? "")
    guard length.map({ $0 > 0 }) ?? isChunked else { return }
    StandardInput.process.drain(length: length)
  }

  private var isChunked: Bool {
    let codings = (variables("HTTP_TRANSFER_ENCODING") ?? variables("TRANSFER_ENCODING") ?? "").lowercased()
    return codings.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }).contains("chunked")
  }
}
