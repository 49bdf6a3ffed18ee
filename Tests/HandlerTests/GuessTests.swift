// GuessTests.swift - whoever guesses at a secret is slowed down, and nobody else.

import Business
import CGI
import Platform
import TestSupport
import Testing
import Web

struct GuessTests {
  private static let secret = "0123456789abcdef0123"

  /// A world with a `tick_secret`, and how often a run was started.
  private final class Visitors {
    let world: TestWorld
    var runs = 0

    init() throws {
      world = try TestWorld()
      world.installation.tickSecret = Secret(GuessTests.secret)
      try world.apply()
    }

    func tick(_ secret: String, from address: String) -> Int {
      let variables = [
        "REQUEST_METHOD": "GET", "QUERY_STRING": "secret=\(secret)", "REMOTE_ADDR": address,
      ]
      let request = CGIRequest(variables: { variables[$0] }, readInput: { _ in [] })
      return TickEndpoint(context: world.endpointContext) { _ in
        self.runs += 1
        return ChildProgram.Result(exitCode: 0, output: [])
      }.respond(to: request).status
    }

    func openDesk(_ key: String, from address: String) -> Int {
      world.browse("inbox", "k=\(key)", address: address).status
    }
  }

  @Test func `after ten wrong secrets an address is not heard for an hour, and every other one is`() throws {
    let visitors = try Visitors()
    for _ in 0..<10 { #expect(visitors.tick("wrong", from: "192.0.2.1") == 403) }
    #expect(visitors.tick("wrong", from: "192.0.2.1") == 429)
    #expect(visitors.tick(Self.secret, from: "192.0.2.1") == 429)
    #expect(visitors.tick(Self.secret, from: "192.0.2.2") == 200)
    #expect(visitors.runs == 1)
    visitors.world.clock.advance(seconds: 3601)
    #expect(visitors.tick(Self.secret, from: "192.0.2.1") == 200)
  }

  @Test func `behind a proxy nobody's guesses lock out the cron service`() throws {
    let visitors = try Visitors()
    #expect(visitors.tick(Self.secret, from: "192.0.2.1") == 200)
    for _ in 0..<50 { #expect(visitors.tick("wrong", from: "192.0.2.1") == 403) }
    #expect(visitors.tick(Self.secret, from: "192.0.2.1") == 200)
  }

  @Test func `the networks around an IPv6 address guess a few times as often, not a thousand times`() throws {
    let visitors = try Visitors()
    let lines = (0..<400).map { "2001:db8:\(String($0 / 20, radix: 16)):\(String($0 % 20, radix: 16))::1" }
    let answers = lines.map { visitors.tick("wrong", from: $0) }
    #expect(answers.count { $0 == 403 } == 100)
    #expect(answers.count { $0 == 429 } == 300)
    #expect(visitors.tick(Self.secret, from: "2001:db9::1") == 200)
  }

  @Test func `wrong keys of the desk are slowed down, and the right one of another phone opens it`() throws {
    let visitors = try Visitors()
    let answers = (0..<12).map { visitors.openDesk("guess\($0)", from: "198.51.100.9") }
    #expect(answers.prefix(10).allSatisfy { $0 != 429 })
    #expect(answers.suffix(2) == [429, 429])
    #expect(visitors.openDesk("guess", from: "198.51.100.10") != 429)
  }

  @Test func `without a database the secret still decides`() throws {
    let visitors = try Visitors()
    try Files.remove(visitors.world.home.database)
    #expect(visitors.tick("wrong", from: "192.0.2.1") == 403)
    #expect(visitors.tick(Self.secret, from: "192.0.2.1") == 200)
  }
}
