// VirtualClock.swift - a clock that runs on by itself and that tests set forward, for several threads.

import LocalTime
import Platform
import Synchronization

/// What the stand-in, and programs under the fault tracer, take for the time.
public final class VirtualClock: Sendable {
  private let offset: Mutex<Int64>

  public init(_ start: Timestamp) { offset = Mutex(start.milliseconds - monotonicMilliseconds()) }

  public var now: Timestamp { Timestamp(milliseconds: offset.withLock { $0 } + monotonicMilliseconds()) }

  /// Milliseconds to add to the monotonic clock.
  public var offsetFromMonotonic: Int64 { offset.withLock { $0 } }

  public func advance(milliseconds: Int64) { offset.withLock { $0 += milliseconds } }

  /// Not back: time that real work has taken stays taken.
  public func advance(to time: Timestamp) { advance(milliseconds: max(0, time.milliseconds(since: now))) }
}
