// TestClock.swift - a clock that tests set, and that waiting moves.

import LocalTime
import Platform

/// Belongs to one test; not shared between threads.
public final class TestClock: @unchecked Sendable {
  public var now: Timestamp

  public init(_ now: Timestamp) { self.now = now }

  public var wallClock: WallClock { WallClock { self.now } }

  public func advance(seconds: Int) { now = now.adding(seconds: seconds) }
  public func advance(milliseconds: Int) { now = now.adding(milliseconds: Int64(milliseconds)) }
}
