// WatchClock.swift - notices that somebody has set this machine's clock, and puts right what was computed with
// the other time.
//
// Within a run the wall clock is compared with the one that is never set. Between two runs only a clock that was
// set back shows: the last sign of life lies in the future. Set forward, it cannot be told from a time without
// runs. What waits is moved by as much as the clock was, so that it is due after the same while and wanted for the
// same while as before.

import LocalTime
import Platform
import Store

final class WatchClock {
  /// Less than this is a clock being kept in time.
  private static let toleranceMilliseconds: Int64 = 20_000

  private let context: BatchContext
  private let monotonic: () -> Int64
  /// Wall clock minus monotonic clock.
  private var offset: Int64?

  init(context: BatchContext, monotonic: @escaping () -> Int64) {
    self.context = context
    self.monotonic = monotonic
  }

  /// At a run's start.
  func begin(lastBeat: Timestamp?, at now: Timestamp) throws {
    offset = now.milliseconds - monotonic()
    guard let lastBeat, lastBeat.milliseconds(since: now) > WatchClock.toleranceMilliseconds else { return }
    try moved(by: now.milliseconds(since: lastBeat), at: now)
  }

  /// - Returns: true when the clock was set since the last step.
  func step(at now: Timestamp) throws -> Bool {
    let current = now.milliseconds - monotonic()
    let delta = current - (offset ?? current)
    guard abs(delta) > WatchClock.toleranceMilliseconds else {
      // Small corrections must not add up.
      offset = current
      return false
    }
    try moved(by: delta, at: now)
    offset = current
    return true
  }

  private func moved(by delta: Int64, at now: Timestamp) throws {
    try context.store.write { try context.store.moveWaiting(byMilliseconds: delta, at: now) }
    context.alert(
      "clock_set", "the clock of this host was set by \(delta / 1000) s: check that it is kept in time (NTP)",
      at: now)
  }
}
