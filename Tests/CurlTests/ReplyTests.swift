// ReplyTests.swift - whole replies: what comes through, what libcurl is not allowed to do with it.

import Curl
import TestSupport
import Testing

@Suite struct ReplyTests {
  @Test func `a reply comes with status, headers in lower case and body`() throws {
    let reply = httpReply(
      "201 Created", headers: ["X-Word: Grüezi ", "Vary: a", "VARY: b"], body: #"{"sid":"SM1"}"#)
    try withServer(.reply(reply)) { server in
      let got = try #require(CurlTransport().exchange(.post("\(server.url)/a?b=c"))?.reply)
      #expect(got.status == 201)
      #expect(got.headers["x-word"] == "Grüezi")
      #expect(got.headers["vary"] == "a, b")
      #expect(String(decoding: got.body, as: UTF8.self) == #"{"sid":"SM1"}"#)
    }
  }

  @Test func `a request arrives with credentials, user agent, headers and exactly its body`() throws {
    try withServer(.reply(httpReply())) { server in
      var request = HTTPRequest.post("\(server.url)/a?b=c", "Body=Gr%C3%BCezi")
      request.username = "AC1"
      request.password = "secret"
      request.headers = [(name: "X-Job", value: "7")]
      _ = CurlTransport().exchange(request)
      let seen = try #require(server.seen.requests.first)
      #expect(seen.line == "POST /a?b=c HTTP/1.1")
      #expect(seen.head.contains("Authorization: Basic QUMxOnNlY3JldA=="))
      #expect(seen.head.contains("User-Agent: missed-call-recovery"))
      #expect(seen.head.contains("X-Job: 7"))
      #expect(seen.head.contains("Content-Length: 16"))
      #expect(!seen.head.contains("Expect"))
      #expect(seen.body == "Body=Gr%C3%BCezi")
    }
  }

  @Test(arguments: ["GET", "POST", "DELETE", "PUT"])
  func `each method is sent as named`(method: String) throws {
    try withServer(.reply(httpReply())) { server in
      let outcome = CurlTransport().exchange(HTTPRequest(method: method, url: server.url + "/x"))
      #expect(outcome?.reply?.status == 200)
      #expect(server.seen.requests.map(\.line) == ["\(method) /x HTTP/1.1"])
    }
  }

  @Test func `a body larger than libcurl's buffers arrives whole`() throws {
    let body = String(repeating: "0123456789", count: 300_000)
    try withServer(.reply(httpReply())) { server in
      #expect(CurlTransport().exchange(.post(server.url, body))?.reply?.status == 200)
      #expect(server.seen.requests.map(\.body) == [body])
    }
  }

  @Test(arguments: [["Retry-After: 7"], []])
  func `a 429 is a reply, with its Retry-After if there is one`(headers: [String]) throws {
    try withServer(.reply(httpReply("429 Too Many Requests", headers: headers))) { server in
      let reply = try #require(CurlTransport().exchange(.post(server.url))?.reply)
      #expect(reply.status == 429)
      #expect(reply.headers["retry-after"] == (headers.isEmpty ? nil : "7"))
    }
  }

  @Test func `a 503 is a reply and is not repeated`() throws {
    try withServer(.reply(httpReply("503 Service Unavailable", body: "<html>"))) { server in
      #expect(CurlTransport().exchange(.post(server.url))?.reply?.status == 503)
      #expect(server.seen.requests.count == 1)
    }
  }

  @Test func `a redirect is not followed`() throws {
    try withServer(.reply(httpReply("302 Found", headers: ["Location: /elsewhere"]))) { server in
      #expect(CurlTransport().exchange(.post(server.url))?.reply?.status == 302)
      #expect(server.seen.requests.count == 1)
    }
  }

  @Test func `a 401 does not make libcurl send the request again`() throws {
    let refusal = httpReply("401 Unauthorized", headers: [#"WWW-Authenticate: Basic realm="x""#])
    try withServer(.reply(refusal)) { server in
      var request = HTTPRequest.post(server.url)
      request.username = "AC1"
      request.password = "wrong"
      #expect(CurlTransport().exchange(request)?.reply?.status == 401)
      #expect(server.seen.requests.count == 1)
    }
  }

  @Test func `headers before the final status do not count`() throws {
    let reply = "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" + httpReply()
    try withServer(.reply(reply)) { server in
      let got = try #require(CurlTransport().exchange(.post(server.url))?.reply)
      #expect(got.status == 200)
      #expect(got.headers["x-early"] == nil)
    }
  }

  @Test func `a request prints without its credentials and its query`() {
    let request = HTTPRequest(url: "https://h/x?To=%2B41791234567", username: "AC1", password: "secret")
    var dumped = ""
    dump(request, to: &dumped)
    for text in ["\(request)", String(reflecting: request), dumped] {
      #expect(text.contains("GET https://h/x"))
      #expect(!text.contains("secret") && !text.contains("4179"))
    }
  }
}
