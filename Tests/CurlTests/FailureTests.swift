// FailureTests.swift - when no reply comes: may the request be repeated or not?

import Curl
import TestSupport
import Testing

@Suite struct FailureTests {
  @Test func `a refused connection was never sent`() throws {
    let port = try closedPort()
    #expect(CurlTransport().exchange(.post("http://127.0.0.1:\(port)"))?.isNeverSent == true)
  }

  @Test func `a refused connection was never sent, for a read too`() throws {
    let port = try closedPort()
    #expect(CurlTransport().exchange(HTTPRequest(url: "http://127.0.0.1:\(port)"))?.isNeverSent == true)
  }

  @Test func `a host name without an address was never sent`() {
    var request = HTTPRequest.post("http://no-such-host.invalid/")
    request.connectTimeoutMilliseconds = 500
    #expect(CurlTransport().exchange(request)?.isNeverSent == true)
  }

  @Test func `a TLS handshake that gets no answer was never sent`() throws {
    try withServer(.silence) { server in
      var request = HTTPRequest.post("https://127.0.0.1:\(server.port)/")
      request.timeoutMilliseconds = 150
      #expect(CurlTransport().exchange(request)?.isNeverSent == true)
      #expect(server.seen.requests.isEmpty)
    }
  }

  @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "http://user:pw@127.0.0.1/", "not a url", ""])
  func `an address other than plain http or https is never sent`(url: String) {
    #expect(CurlTransport().exchange(HTTPRequest(url: url))?.isNeverSent == true)
  }

  @Test func `a header with a line break in it is never sent`() throws {
    try withServer(.reply(httpReply())) { server in
      var request = HTTPRequest.post(server.url)
      request.headers = [(name: "X-A", value: "1\r\nX-B: 2")]
      #expect(CurlTransport().exchange(request)?.isNeverSent == true)
      #expect(server.seen.connections == 0)
    }
  }

  @Test(arguments: [true, false])
  func `a dropped connection after the request left is ambiguous`(orderly: Bool) throws {
    try withServer(orderly ? .close : .reset) { server in
      #expect(CurlTransport().exchange(.post(server.url))?.isAmbiguous == true)
      #expect(server.seen.requests.count == 1)
    }
  }

  @Test func `half a body is ambiguous`() throws {
    let half = "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"sid\":"
    try withServer(.replyAndClose(half)) { server in
      #expect(CurlTransport().exchange(.post(server.url))?.isAmbiguous == true)
      #expect(server.seen.requests.count == 1)
    }
  }

  @Test func `half a header is ambiguous`() throws {
    try withServer(.replyAndClose("HTTP/1.1 201 Cre")) { server in
      #expect(CurlTransport().exchange(.post(server.url))?.isAmbiguous == true)
    }
  }

  @Test func `an answer that is no HTTP is ambiguous`() throws {
    try withServer(.replyAndClose("SSH-2.0-OpenSSH_9.2\r\n\r\n")) { server in
      #expect(CurlTransport().exchange(.post(server.url))?.isAmbiguous == true)
    }
  }

  @Test func `a late answer is ambiguous`() throws {
    try withServer(.replyAfter(milliseconds: 5000, httpReply())) { server in
      var request = HTTPRequest.post(server.url)
      request.timeoutMilliseconds = 400
      #expect(CurlTransport().exchange(request)?.isAmbiguous == true)
      #expect(server.seen.requests.count == 1)
    }
  }

  @Test func `a reply of more than 4 MiB is told from one that was lost`() throws {
    let big = httpReply(body: String(repeating: "x", count: (4 << 20) + 1))
    try withServer(.reply(big)) { server in
      guard case .failure(.tooLarge) = CurlTransport().exchange(.post(server.url)) else {
        Issue.record("it was taken, or counts as lost")
        return
      }
    }
  }

  @Test func `a reply of exactly 4 MiB is taken`() throws {
    let big = httpReply(body: String(repeating: "x", count: 4 << 20))
    try withServer(.reply(big)) { server in
      #expect(CurlTransport().exchange(.post(server.url))?.reply?.body.count == 4 << 20)
    }
  }
}
