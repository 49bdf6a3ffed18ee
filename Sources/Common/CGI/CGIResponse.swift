// CGIResponse.swift - an answer, and its form as a CGI document response.

/// Status, header fields and body.
package struct CGIResponse: Hashable, Sendable {
  package var status: Int
  package var headers: [Header]
  package var body: [UInt8]

  package struct Header: Hashable, Sendable {
    package var name: String
    package var value: String
    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }

    /// The value without control characters: none of them may begin a line of its own.
    package var plainValue: [UInt8] { value.utf8.filter { $0 >= 32 && $0 != 127 } }
  }

  package init(status: Int, contentType: String? = nil, body: [UInt8] = [], headers: [Header] = []) {
    self.status = status
    self.headers = (contentType.map { [Header(name: "Content-Type", value: $0)] } ?? []) + headers
    self.body = body
  }

  /// A plain one-line reason.
  package static func plain(_ status: Int, _ reason: String) -> CGIResponse {
    CGIResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array((reason + "\n").utf8))
  }

  /// 405, with the methods that are taken, in words and in `Allow` (RFC 9110, 15.5.6). Who may GET may HEAD.
  package static func methodNotAllowed(_ allowed: String...) -> CGIResponse {
    var response = plain(405, "use \(allowed.filter { $0 != "HEAD" }.joined(separator: " or "))")
    response.headers.append(.init(name: "Allow", value: allowed.joined(separator: ", ")))
    return response
  }

  package static func xml(_ document: String) -> CGIResponse {
    CGIResponse(status: 200, contentType: "text/xml; charset=utf-8", body: Array(document.utf8))
  }

  package static let noContent = CGIResponse(status: 204)

  /// What comes before the body (RFC 3875, section 6): header lines and an empty line.
  package var cgiHead: [UInt8] {
    var head: [UInt8] = []
    head.reserveCapacity(1024)
    head += "Status: \(status) \(CGIResponse.phrase(status))\r\n".utf8
    for header in headers {
      head += header.name.utf8
      head += ": ".utf8
      head += header.plainValue
      head += "\r\n".utf8
    }
    if status != 204 { head += "Content-Length: \(body.count)\r\n".utf8 }
    head += "Cache-Control: no-store\r\n\r\n".utf8
    return head
  }

  static func phrase(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 204: "No Content"
    case 206: "Partial Content"
    case 303: "See Other"
    case 400: "Bad Request"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 413: "Content Too Large"
    case 415: "Unsupported Media Type"
    case 416: "Range Not Satisfiable"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 500: "Internal Server Error"
    case 503: "Service Unavailable"
    default: "Status"
    }
  }
}
