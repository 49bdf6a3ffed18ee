// Pace.swift - how often a job looks for work, and how long it rests after a failure, by the wall clock.

import LocalTime

/// "Not before": a clock that was set back does not stop the job until the old time has come again.
package struct Pace {
  private let milliseconds: Int64
  private var rest: (from: Timestamp, milliseconds: Int64)?

  package init(seconds: Int) { milliseconds = Int64(seconds) * 1000 }

  /// Whether it is time; then the next time is one interval away.
  package mutating func isDue(at now: Timestamp) -> Bool {
    guard isOpen(at: now) else { return false }
    rest(at: now)
    return true
  }

  /// Whether it is time; nothing changes by asking.
  package func isOpen(at now: Timestamp) -> Bool {
    guard let rest else { return true }
    return !(0..<rest.milliseconds ~= now.milliseconds(since: rest.from))
  }

  /// Not before an interval has passed, or so many seconds.
  package mutating func rest(at now: Timestamp, seconds: Int? = nil) {
    rest = (now, seconds.map { Int64($0) * 1000 } ?? milliseconds)
  }

  /// At once again.
  package mutating func open() { rest = nil }
}
