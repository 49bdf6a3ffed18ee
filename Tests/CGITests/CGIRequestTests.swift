// CGIRequestTests.swift - a request from CGI variables: lengths that lie, media types, header fields.

import CGI
import Testing

@Suite struct CGIRequestTests {
  /// A request whose input is `input`, however much is asked for.
  private func request(_ variables: [String: String], input: String = "") -> CGIRequest {
    CGIRequest(variables: { variables[$0] }, readInput: { limit in Array(input.utf8.prefix(limit)) })
  }

  private func status(_ variables: [String: String], input: String = "", limit: Int = 65_536) -> Int? {
    do {
      _ = try request(variables, input: input).body(limit: limit)
      return nil
    } catch {
      return (error as? RequestError)?.status
    }
  }

  @Test func `the body is as many bytes as announced`() throws {
    let body = try request(["CONTENT_LENGTH": "3"], input: "a=1&b=2").body(limit: 10)
    #expect(body == Array("a=1".utf8))
  }

  @Test(arguments: ["-1", "12abc", "abc", "+5", " 5", "5 ", "5,5", "0x10", "1e3", "5.0", "٥", "--"])
  func `a length that is no number is 400`(_ length: String) {
    #expect(status(["CONTENT_LENGTH": length], input: "a=1&b=2&c=3") == 400)
  }

  @Test(arguments: [
    "11", "65537", "9223372036854775807", "9223372036854775808", "99999999999999999999",
    "000000000000000000000000000000000000000099999999999999999999",
  ])
  func `a length above the limit is 413, however long`(_ length: String) {
    #expect(status(["CONTENT_LENGTH": length], input: "a=1", limit: 10) == 413)
  }

  @Test func `a length of just the limit is fine`() throws {
    let body = try request(["CONTENT_LENGTH": "0010"], input: "0123456789").body(limit: 10)
    #expect(body.count == 10)
  }

  /// Nothing of an oversized body is read into memory.
  @Test func `an oversized body is refused unread`() {
    let request = CGIRequest(
      variables: { $0 == "CONTENT_LENGTH" ? "11" : nil },
      readInput: { _ in throw RequestError(500, "was read") })
    #expect(throws: RequestError(413, "the body is larger than 10 bytes")) { try request.body(limit: 10) }
  }

  @Test func `a body that ends early is 400`() {
    #expect(status(["CONTENT_LENGTH": "9"], input: "a=1") == 400)
    #expect(status(["CONTENT_LENGTH": "9"]) == 400)
  }

  @Test(arguments: [nil, "", "0", "000"] as [String?])
  func `no length, or none to speak of, is an empty body`(
    _ length: String?
  ) throws {
    let body = try request(length.map { ["CONTENT_LENGTH": $0] } ?? [:], input: "ignored").body(limit: 10)
    #expect(body.isEmpty)
  }

  @Test(arguments: ["HTTP_TRANSFER_ENCODING", "TRANSFER_ENCODING"])
  func `a chunked body is read to the end of input`(
    _ name: String
  ) throws {
    let body = try request([name: "gzip, Chunked"], input: "a=1").body(limit: 10)
    #expect(body == Array("a=1".utf8))
    #expect(status([name: "chunked"], input: "0123456789", limit: 10) == nil)
    #expect(status([name: "chunked"], input: "0123456789+", limit: 10) == 413)
  }

  @Test(arguments: [
    ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded"),
    ("Application/X-WWW-Form-Urlencoded; charset=UTF-8", "application/x-www-form-urlencoded"),
    ("application/json;charset=utf-8;x=y", "application/json"),
    (" application/json ; a=b", "application/json"), ("\tapplication/json", "application/json"),
    ("; charset=utf-8", ""), ("", ""), (";", ""),
  ])
  func `the media type is bare and in lower case`(_ type: String, _ expected: String) {
    #expect(request(["CONTENT_TYPE": type]).mediaType == expected)
  }

  @Test func `a header field is found by its name in any case`() {
    let request = request(["HTTP_X_TWILIO_SIGNATURE": "abc=", "HTTP_HOST": "example.ch"])
    for name in ["X-Twilio-Signature", "x-twilio-signature", "X-TWILIO-SIGNATURE"] {
      #expect(request.header(name) == "abc=")
    }
    #expect(request.header("X-Twilio") == nil)
    #expect(request.header("") == nil)
    #expect(request.header("Straße-ﬁ") == nil)
    #expect(request.variable("HTTP_HOST") == "example.ch")
  }

  @Test(
    arguments: [
      (["QUERY_STRING": "t=7&x=%2B"], "t=7&x=%2B"),
      (["QUERY_STRING": "", "REQUEST_URI": "/cgi-bin/voice?t=7?8"], "t=7?8"),
      (["REQUEST_URI": "/cgi-bin/voice"], ""), (["REQUEST_URI": "/cgi-bin/voice?"], ""), ([:], ""),
      // lighttpd has decoded what needs no escape.
      (["QUERY_STRING": "a=~%2F", "REQUEST_URI": "/x?a=%7e%2f"], "a=%7e%2f"),
      // A rewrite rule has added something.
      (["QUERY_STRING": "a=1&page=2", "REQUEST_URI": "/x?a=1"], "a=1"),
      (["QUERY_STRING": "a=1", "REQUEST_URI": "/x"], "a=1"),
    ] as [([String: String], String)])
  func `the query is as it was sent`(_ variables: [String: String], _ query: String) {
    #expect(request(variables).query == query)
  }

  @Test func `the method is as the server says, or empty`() {
    #expect(request(["REQUEST_METHOD": "POST"]).method == "POST")
    #expect(request([:]).method == "")
  }
}
