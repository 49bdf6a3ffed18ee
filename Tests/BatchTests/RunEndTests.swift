// RunEndTests.swift - a run's time is over, or somebody writes STOP, while Twilio has not answered: what has left, and
// what was only claimed.

import Curl
import LocalTime
import Mail
import Operations
import Platform
import Runner
import StandIn
import TestSupport
import Testing

/// Takes every request and answers none.
private final class SilentTransport: HTTPTransport, MailTransport {
  private let clock: TestClock
  private var pending: [(Result<HTTPReply, HTTPFailure>) -> Void] = []

  init(clock: TestClock) { self.clock = clock }

  var inFlight: Int { pending.count }

  func submit(_ request: HTTPRequest, completion: @escaping (Result<HTTPReply, HTTPFailure>) -> Void) {
    pending.append(completion)
  }

  func submit(_ mail: MailTransfer, completion: @escaping (MailOutcome) -> Void) {
    pending.append { _ in completion(.unknown("silence")) }
  }

  func poll(milliseconds: Int) { clock.advance(milliseconds: milliseconds) }

  func abandonAll() {
    let abandoned = pending
    pending = []
    for completion in abandoned { completion(.failure(.ambiguous("abandoned"))) }
  }
}

struct RunEndTests {
  @Test func `what was claimed and has not left is given back, and each SMS leaves once`() throws {
    let calls = try DueCalls(9, messagesPerSecond: 100, concurrency: 4)
    let world = calls.world
    let context = try BatchContext(
      home: world.home, store: try world.store(), transport: SilentTransport(clock: world.clock),
      clock: world.clock.wallClock, zones: TimeZones(), log: Log(program: "test") { _ in })
    let clock = world.clock
    _ = try Runner(
      TheMinute.jobs(context), context: context, monotonic: { clock.trueNow.milliseconds }
    ).run(lingerSeconds: 2)

    let messages = try world.list(.messages)
    #expect(messages.filter { $0["state"] == "sending" }.count == 4)
    let given = messages.filter { $0["state"] == "queued" }
    #expect(given.count == 5)
    #expect(given.allSatisfy { $0["attempts"] == "0" })
    #expect(try world.eventTypes().filter { $0 == "message_held" }.count == 2)
    for _ in 0..<12 { try world.run(after: 30) }
    for caller in calls.callers { #expect(try world.texts(to: caller).count == 1) }
  }

  @Test func `who writes STOP while his SMS waits for a free place gets none`() throws {
    let calls = try DueCalls(3, concurrency: 2)
    let (world, callers) = (calls.world, calls.callers)
    var hasWritten = false
    world.transport.onPoll = {
      guard !hasWritten, (try? world.list(.messages).filter { $0["state"] == "sending" }.count) == 3 else {
        return
      }
      hasWritten = true
      _ = try? world.text("STOP", from: callers[2])
    }
    for _ in 0..<3 { try world.run(after: 5) }
    #expect(hasWritten)
    #expect(try callers.map { try world.texts(to: $0).count } == [1, 1, 0])
    let messages = try world.list(.messages)
    let last = messages.first { $0["to"] == callers[2] }
    // Twilio, which refuses it by itself, was not even asked.
    #expect(last?["state"] == "dead" && last?["attempts"] == "0")
  }
}
