// Pace.swift - how often a job looks for work, by the wall clock.

import LocalTime

/// A clock that was set back does not stop the job until the old time has come again.
struct Pace {
  private let milliseconds: Int64
  private var last: Timestamp?

  init(seconds: Int) { milliseconds = Int64(seconds) * 1000 }

  /// Whether it is time; then the next time is one interval away.
  mutating func isDue(at now: Timestamp) -> Bool {
    if let last, 0..<milliseconds ~= now.milliseconds(since: last) { return false }
    last = now
    return true
  }
}
