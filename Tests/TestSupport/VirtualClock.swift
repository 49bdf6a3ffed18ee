// VirtualClock.swift - a clock that runs on by itself and that tests set forward, for several threads.

import LocalTime
import Platform
import Synchronization

/// What the stand-in, and programs under the fault tracer, take for the time.
package final class VirtualClock: Sendable {
  private let offset: Mutex<Int64>

  package init(_ start: Timestamp) { offset = Mutex(start.milliseconds - monotonicMilliseconds()) }

  package var now: Timestamp { Timestamp(milliseconds: offset.withLock { $0 } + monotonicMilliseconds()) }

  /// Milliseconds to add to the monotonic clock.
  package var offsetFromMonotonic: Int64 { offset.withLock { $0 } }

  package func advance(milliseconds: Int64) { offset.withLock { $0 += milliseconds } }

  /// Not back: time that real work has taken stays taken.
  package func advance(to time: Timestamp) { advance(milliseconds: max(0, time.milliseconds(since: now))) }
}
