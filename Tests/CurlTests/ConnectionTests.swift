// ConnectionTests.swift - kept-open connections: reused, limited, and never a reason to send twice.

import Curl
import Glibc
import TestSupport
import Testing

@Suite struct ConnectionTests {
  @Test func `requests one after the other share a connection`() throws {
    try withServer(.reply(httpReply())) { server in
      let transport = CurlTransport()
      for _ in 0..<5 { #expect(transport.exchange(.post(server.url))?.reply?.status == 200) }
      #expect(server.seen.requests.count == 5)
      #expect(server.seen.connections == 1)
    }
  }

  /// libcurl by itself would send this POST again, on a fresh connection.
  @Test(arguments: [true, false])
  func `a POST read on a kept-open connection that then closes is sent exactly once`(orderly: Bool) throws {
    try withServer(.reply(httpReply()), then: orderly ? .close : .reset) { server in
      let transport = CurlTransport()
      #expect(transport.exchange(.post(server.url, "first"))?.reply?.status == 200)
      #expect(transport.exchange(.post(server.url, "second"))?.isAmbiguous == true)
      #expect(server.seen.requests.map(\.body) == ["first", "second"])
      #expect(server.seen.requests.map(\.connection) == [1, 1])
    }
  }

  @Test func `a POST without a body is sent exactly once too`() throws {
    try withServer(.reply(httpReply()), then: .close) { server in
      let transport = CurlTransport()
      #expect(transport.exchange(.post(server.url, "first"))?.reply?.status == 200)
      #expect(transport.exchange(HTTPRequest(method: "POST", url: server.url))?.isAmbiguous == true)
      #expect(server.seen.requests.count == 2)
    }
  }

  @Test func `a connection closed while idle costs a new connection, not an error`() throws {
    try withServer(.replyAndClose(httpReply()), then: .reply(httpReply())) { server in
      let transport = CurlTransport()
      #expect(transport.exchange(.post(server.url, "first"))?.reply?.status == 200)
      // Only then is it idle and closed; a request that crosses the close is rightly ambiguous.
      let deadline = ContinuousClock.now + .seconds(60)
      while server.seen.openConnections > 0, .now < deadline { transport.poll(milliseconds: 2) }
      #expect(transport.exchange(.post(server.url, "second"))?.reply?.status == 200)
      #expect(server.seen.requests.map(\.body) == ["first", "second"])
    }
  }

  @Test func `fifty requests at once keep to the limit of connections`() throws {
    try withServer(.replyAfter(milliseconds: 20, httpReply())) { server in
      let transport = CurlTransport(maxConnections: 4)
      let outcomes = Outcomes()
      for number in 0..<50 {
        transport.submit(.post(server.url, "n=\(number)")) { outcomes.all.append($0) }
      }
      #expect(transport.inFlight == 50)
      transport.finish()
      #expect(outcomes.all.compactMap(\.reply?.status) == Array(repeating: 200, count: 50))
      #expect(Set(server.seen.requests.map(\.body)).count == 50)
      #expect(server.seen.requests.count == 50)
      #expect(server.seen.mostOpenConnections == 4)
      #expect(server.seen.connections == 4)
    }
  }

  @Test func `waiting for a connection does not count towards the time-out`() throws {
    try withServer(.replyAfter(milliseconds: 150, httpReply())) { server in
      let transport = CurlTransport(maxConnections: 1)
      let outcomes = Outcomes()
      for _ in 0..<5 {
        var request = HTTPRequest.post(server.url)
        request.timeoutMilliseconds = 600
        transport.submit(request) { outcomes.all.append($0) }
      }
      transport.finish()
      #expect(outcomes.all.compactMap(\.reply?.status) == [200, 200, 200, 200, 200])
    }
  }

  @Test func `a poll returns with the first completion, not at the end of its time`() throws {
    try withServer(.reply(httpReply()), then: .silence) { server in
      let transport = CurlTransport()
      let outcomes = Outcomes()
      for _ in 0..<2 { transport.submit(.post(server.url)) { outcomes.all.append($0) } }
      let took = ContinuousClock().measure { transport.poll(milliseconds: 8000) }
      #expect(took < .seconds(6))
      #expect(outcomes.all.count == 1)
      #expect(transport.inFlight == 1)
    }
  }

  @Test func `a poll with nothing to do takes its time`() {
    let took = ContinuousClock().measure { CurlTransport().poll(milliseconds: 30) }
    #expect(took >= .milliseconds(30))
  }

  @Test func `a completion may submit the next request`() throws {
    try withServer(.reply(httpReply())) { server in
      let transport = CurlTransport(maxConnections: 1)
      let outcomes = Outcomes()
      transport.submit(.post(server.url, "1")) { outcome in
        outcomes.all.append(outcome)
        transport.submit(.post(server.url, "2")) { outcomes.all.append($0) }
      }
      transport.finish()
      #expect(outcomes.all.count == 2)
      #expect(server.seen.requests.map(\.body) == ["1", "2"])
    }
  }

  @Test func `what a completion submits leaves before the poll returns`() throws {
    try withServer(.reply(httpReply())) { server in
      let transport = CurlTransport(maxConnections: 1)
      transport.submit(.post(server.url, "1")) { _ in transport.submit(.post(server.url, "2")) { _ in } }
      transport.poll(milliseconds: 8000)
      let deadline = ContinuousClock.now + .seconds(60)
      while server.seen.requests.count < 2, .now < deadline { usleep(1000) }
      #expect(server.seen.requests.map(\.body) == ["1", "2"])
    }
  }

  @Test func `what is abandoned is told truly, each once`() throws {
    try withServer(.silence) { server in
      let transport = CurlTransport(maxConnections: 1)
      let outcomes = Outcomes()
      for _ in 0..<3 { transport.submit(.post(server.url)) { outcomes.all.append($0) } }
      let deadline = ContinuousClock.now + .seconds(60)
      while server.seen.requests.isEmpty, .now < deadline { transport.poll(milliseconds: 10) }
      transport.abandonAll()
      #expect(outcomes.all.map(\.isAmbiguous) == [true, false, false])
      #expect(outcomes.all.map(\.isNeverSent) == [false, true, true])
      #expect(transport.inFlight == 0)
      transport.abandonAll()
      transport.poll(milliseconds: 10)
      #expect(outcomes.all.count == 3)
      #expect(server.seen.requests.count == 1)
    }
  }

  @Test func `a transport works on after abandoning`() throws {
    try withServer(.silence, then: .reply(httpReply())) { server in
      let transport = CurlTransport(maxConnections: 1)
      transport.submit(.post(server.url)) { _ in }
      let deadline = ContinuousClock.now + .seconds(60)
      while server.seen.requests.isEmpty, .now < deadline { transport.poll(milliseconds: 10) }
      transport.abandonAll()
      #expect(transport.exchange(.post(server.url))?.reply?.status == 200)
    }
  }

  @Test func `a transport may go while transfers are under way`() throws {
    try withServer(.silence) { server in
      var transport: CurlTransport? = CurlTransport(maxConnections: 2)
      weak let watched = transport
      for _ in 0..<5 { transport?.submit(.post(server.url)) { _ in } }
      transport?.poll(milliseconds: 20)
      transport = nil
      #expect(watched == nil)
    }
  }
}
