// CadenceTests.swift - what a coarser cron costs: how late SMS are when runs are rare, short, or called by URL.
//
// The table in docs/operator.md ("Cron") has the figures of these runs.

import Business
import LocalTime
import Platform
import Store
import TestSupport
import Testing

struct Cadence: Sendable, CustomTestStringConvertible {
  /// Seconds from one start to the next, and how long each run lingers.
  var every: Int
  var linger: Int
  /// The greatest lateness that the gap between two runs allows, in seconds.
  var gap: Int { every - linger }

  var testDescription: String { "every \(every) s, lingering \(linger) s" }
}

struct CadenceTests {
  static let cadences = [
    Cadence(every: 60, linger: 55), Cadence(every: 60, linger: 45), Cadence(every: 60, linger: 0),
    Cadence(every: 300, linger: 295), Cadence(every: 300, linger: 45), Cadence(every: 300, linger: 0),
    Cadence(every: 900, linger: 895), Cadence(every: 900, linger: 45),
  ]

  /// An hour of missed calls, one every 50 to 90 seconds, each from a number of its own.
  private func lateness(_ cadence: Cadence) throws -> (lateness: Lateness, calls: Int) {
    let world = try TestWorld()
    let begin = world.clock.now
    var calls = 0
    var next = begin.adding(seconds: 7)
    func missWhatIsDue() {
      while world.clock.now >= next && calls < 60 {
        calls += 1
        world.miss(from: "+4179\(2_000_000 + calls * 37)")
        next = next.adding(seconds: 50 + calls * 17 % 41)
      }
    }
    world.transport.onPoll = missWhatIsDue
    var tick = begin
    // The last run comes after the last call's SMS is due.
    while calls < 60 || tick.milliseconds(since: next) < 120_000 {
      while world.clock.now < tick {
        world.clock.advance(seconds: 1)
        missWhatIsDue()
      }
      try world.run(linger: cadence.linger)
      tick = tick.adding(seconds: cadence.every)
    }
    let lateness = try #require(try world.store().lateness(since: begin))
    return (lateness, calls)
  }

  @Test(arguments: cadences) func `an SMS is late by the gap between two runs at most`(_ cadence: Cadence)
    throws
  {
    let (lateness, calls) = try lateness(cadence)
    #expect(calls == 60)
    // A run waits up to a second before it looks, and an answer takes its time.
    #expect(lateness.worst <= cadence.gap * 1000 + 1500, "\(cadence.testDescription): \(lateness)")
    if cadence.gap <= 5 { #expect(lateness.p50 < 1000, "\(cadence.testDescription): \(lateness)") }
  }
}
