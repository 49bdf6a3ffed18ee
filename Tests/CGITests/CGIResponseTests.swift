// CGIResponseTests.swift - an answer's exact bytes on standard output.

import CGI
import Testing

@Suite struct CGIResponseTests {
  private func text(_ response: CGIResponse) -> String {
    String(decoding: response.cgiHead + response.body, as: UTF8.self)
  }

  @Test func `a document has status, type, length in bytes, and is never cached`() {
    #expect(
      text(.xml("<Ü/>"))
        == "Status: 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: 5\r\n"
        + "Cache-Control: no-store\r\n\r\n<Ü/>")
  }

  @Test func `a plain answer is one line`() {
    #expect(
      text(.plain(413, "too large"))
        == "Status: 413 Content Too Large\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 10\r\n"
        + "Cache-Control: no-store\r\n\r\ntoo large\n")
  }

  @Test func `204 has neither a type nor a length nor a body`() {
    #expect(text(.noContent) == "Status: 204 No Content\r\nCache-Control: no-store\r\n\r\n")
  }

  @Test func `further header fields follow the type in order`() {
    let response = CGIResponse(
      status: 303, contentType: "text/html",
      headers: [.init(name: "Location", value: "/a"), .init(name: "X", value: "y")])
    #expect(
      text(response)
        == "Status: 303 See Other\r\nContent-Type: text/html\r\nLocation: /a\r\nX: y\r\nContent-Length: 0\r\n"
        + "Cache-Control: no-store\r\n\r\n")
  }

  @Test(arguments: [200, 204, 303, 400, 403, 404, 405, 413, 415, 429, 500, 503])
  func `every status we answer with has its phrase`(_ status: Int) {
    #expect(text(CGIResponse(status: status)).hasPrefix("Status: \(status) "))
    #expect(!text(CGIResponse(status: status)).hasPrefix("Status: \(status) Status"))
  }

  /// A value with a line break would end the head early (response splitting).
  @Test(arguments: ["a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\u{0}b"])
  func `a header value cannot begin a new line`(_ value: String) {
    let head = text(CGIResponse(status: 200, headers: [.init(name: "X", value: value)]))
    #expect(head.unicodeScalars.filter { $0 == "\n" }.count == 5)
    #expect(!head.contains("\nSet-Cookie"))
    #expect(!head.unicodeScalars.contains("\u{0}"))
  }
}
