// StrangerTests.swift - requests to addresses that somebody else has named: where they never go, and what they cost.

import Curl
import Glibc
import TestSupport
import Testing

@Suite struct StrangerTests {
  private func request(_ url: String, _ destination: Destination) -> HTTPRequest {
    var request = HTTPRequest.post(url, "{}")
    request.destination = destination
    request.maxReplyBytes = 64 << 10
    return request
  }

  private func isRefused(_ outcome: Outcome?) -> Bool {
    guard case .failure(let failure)? = outcome else { return false }
    return failure == .neverSent(HTTPFailure.privateAddress)
  }

  /// However it is written, libcurl would connect to this very machine.
  @Test(arguments: [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "0.0.0.0", "0",
    "localhost",
  ])
  func `a stranger's private address is never connected to, however it is written`(host: String) throws {
    try withServer(.reply(httpReply())) { server in
      let transport = CurlTransport()
      let outcome = transport.exchange(request("https://\(host):\(server.port)/", .stranger))
      #expect(isRefused(outcome))
      #expect(server.seen.connections == 0)
      // The spelling does lead there.
      #expect(transport.exchange(request("http://\(host):\(server.port)/", .trusted))?.reply?.status == 200)
    }
  }

  @Test(arguments: [
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "10.0.0.1", "169.254.169.254", "[fd00::1]",
  ])
  func `what is private is refused without a packet`(host: String) {
    let outcome = CurlTransport().exchange(request("https://\(host)/", .stranger))
    #expect(isRefused(outcome))
  }

  @Test func `a stranger is spoken to encrypted or not at all`() throws {
    try withServer(.reply(httpReply())) { server in
      #expect(CurlTransport().exchange(request(server.url, .stranger))?.isNeverSent == true)
      #expect(server.seen.connections == 0)
    }
  }

  @Test(arguments: [
    "0.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "169.254.0.1", "172.16.0.1",
    "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.255.255", "198.18.0.1",
    "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1",
    "2001:1ff::1", "2001:db8::1", "2002:7f00:1::", "fc00::1", "fdff::1", "fe80::1", "febf::1", "fec0::1",
    "ff02::1",
  ])
  func `an address of a special range is not public`(text: String) throws {
    #expect(try !isPublic(text))
  }

  @Test(arguments: [
    "1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "128.0.0.1", "169.253.0.1",
    "172.15.0.1", "172.32.0.1", "192.0.1.1", "192.167.0.1", "198.17.0.1", "198.20.0.1", "223.255.255.255",
    "::ffff:1.1.1.1", "2001:200::1", "2001:4860:4860::8888", "2003::1", "2606:4700::1111", "100:0:0:1::1",
  ])
  func `an address of anybody's is public`(text: String) throws {
    #expect(try isPublic(text))
  }

  private func isPublic(_ text: String) throws -> Bool {
    var bytes = [UInt8](repeating: 0, count: 16)
    if text.contains(":") {
      #expect(inet_pton(AF_INET6, text, &bytes) == 1)
      return PublicAddress.isPublic(ipv6: bytes)
    }
    #expect(inet_pton(AF_INET, text, &bytes) == 1)
    return PublicAddress.isPublic(ipv4: bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
  }

  @Test func `each request to a stranger has a connection of its own`() throws {
    try withServer(.reply(httpReply())) { server in
      let transport = CurlTransport()
      for _ in 0..<3 { #expect(transport.exchange(request(server.url, .trusted))?.reply?.status == 200) }
      #expect(server.seen.connections == 3)
    }
  }

  @Test func `of a stranger's endless answer only the beginning is read, and its status holds`() throws {
    let endless =
      "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + String(repeating: "x", count: 200_000)
    try withServer(.reply(endless)) { server in
      let reply = try #require(CurlTransport().exchange(request(server.url, .trusted))?.reply)
      #expect(reply.status == 200)
      #expect(reply.body.count <= 64 << 10)
    }
  }

  @Test func `a redirect is an answer and no way on`() throws {
    try withServer(.reply(httpReply())) { other in
      try withServer(.reply(httpReply("301 Moved Permanently", headers: ["Location: \(other.url)/"]))) {
        server in
        #expect(CurlTransport().exchange(request(server.url, .trusted))?.reply?.status == 301)
        #expect(other.seen.connections == 0)
      }
    }
  }

  @Test func `strangers who say nothing keep nobody else waiting, and one too many waits`() throws {
    try withServer(.silence) { slow in
      try withServer(.reply(httpReply())) { quick in
        let transport = CurlTransport(maxConnections: 1)
        let outcomes = Outcomes()
        for _ in 0...CurlTransport.strangersAtOnce { transport.submit(request(slow.url, .trusted)) { _ in } }
        transport.submit(.post(quick.url)) { outcomes.all.append($0) }
        let deadline = ContinuousClock.now + .seconds(60)
        while outcomes.all.isEmpty || slow.seen.requests.count < CurlTransport.strangersAtOnce,
          .now < deadline
        {
          transport.poll(milliseconds: 10)
        }
        #expect(outcomes.all.first?.reply?.status == 200)
        for _ in 0..<10 { transport.poll(milliseconds: 5) }
        #expect(slow.seen.requests.count == CurlTransport.strangersAtOnce)
        transport.abandonAll()
      }
    }
  }
}
