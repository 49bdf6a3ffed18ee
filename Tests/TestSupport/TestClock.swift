// TestClock.swift - a clock that tests set, and that waiting moves.

import LocalTime
import Platform

/// Belongs to one test; not shared between threads.
package final class TestClock: @unchecked Sendable {
  package var now: Timestamp

  package init(_ now: Timestamp) { self.now = now }

  package var wallClock: WallClock { WallClock { self.now } }

  /// How far this machine's clock is set off the true time.
  private var setBy: Int64 = 0

  /// What Twilio's clock says, and what the monotonic clock goes by.
  package var trueNow: Timestamp { now.adding(milliseconds: -setBy) }

  /// Somebody sets this machine's clock; no time passes.
  package func set(bySeconds seconds: Int) {
    advance(seconds: seconds)
    setBy += Int64(seconds) * 1000
  }

  package func advance(seconds: Int) { now = now.adding(seconds: seconds) }
  package func advance(milliseconds: Int) { now = now.adding(milliseconds: Int64(milliseconds)) }
}
