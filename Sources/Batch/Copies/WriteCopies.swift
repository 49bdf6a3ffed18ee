// WriteCopies.swift - the runner's copies on another machine: when something has changed and it is time.
//
// All of it waits, so it has a thread of its own and a connection of its own to the database: no SMS waits for it. A run
// that ends gives it up; the next one goes on. What came of it is written down here, on the runner's thread.

import Business
import Curl
import LocalTime
import Platform
import Runner
import Store
import Synchronization

package final class WriteCopies: Job {
  package static let name = "copies"
  package static let yieldsToSending = true

  /// After a failure.
  private static let pauseMinutes = 5
  /// With less time left in a run nothing is begun.
  private static let leastMilliseconds: Int64 = 5000
  /// Once a day there is a copy, whatever has changed.
  private static let wholeMinutes: Int64 = 24 * 60
  private static let daysBetweenProofs = 7

  private let context: BatchContext
  private let change: (inout CopyWriter) -> Void
  private var pace = Pace(seconds: 10)
  private var watching = Pace(seconds: 60)
  private var isUnderWay = false

  /// - Parameter change: lets tests bring faults in.
  package init(context: BatchContext, change: @escaping (inout CopyWriter) -> Void = { _ in }) {
    self.context = context
    self.change = change
  }

  package var isFinished: Bool { !isUnderWay }
  /// A run that ends does not wait for it.
  package var idleRequests: Int { isUnderWay ? 1 : 0 }
  package func forgetTimes() {
    pace.open()
    watching.open()
  }

  package func step(at now: Timestamp) throws {
    guard let place = context.installation.backup.place, pace.isDue(at: now) else { return }
    if try context.store.copyStanding().place != place.text {
      try context.store.beginCopies(to: place.text, at: now)
    }
    if watching.isDue(at: now) { try watch(at: now) }
    guard !isUnderWay, context.millisecondsLeft >= WriteCopies.leastMilliseconds,
      let threads = context.transport as? any BlockingTransport, let task = try task(place, at: now)
    else { return }
    begin(task, on: threads)
  }

  /// Met again as long as it holds: SolveAlerts sees its end.
  private func watch(at now: Timestamp) throws {
    guard let old = try context.store.oldCopy(context.installation.backup, at: now) else { return }
    let since = old.goodAt.map { "the newest good copy is of \($0.iso8601)" } ?? "there is no good copy yet"
    let reason = old.error.map { ": \($0)" } ?? ""
    context.alert(AlertCause.copyOld, "\(since)\(reason)", at: now)
  }

  /// nil where it is not time.
  private func task(_ place: CopyPlace, at now: Timestamp) throws -> CopyTask? {
    let backup = context.installation.backup
    let standing = try context.store.copyStanding()
    if let triedAt = standing.triedAt, standing.error != nil,
      !triedAt.isPast(minutes: Int64(WriteCopies.pauseMinutes), at: now)
    {
      return nil
    }
    let newest = try context.store.newestGoodCopy()
    if let newest, !newest.goodAt.isPast(minutes: Int64(backup.everyMinutes), at: now) { return nil }
    var task = CopyTask(
      installation: standing.installation, place: place.text, retention: Retention(backup),
      mark: try context.store.growthMark())
    task.newest = newest.flatMap { CopyName($0.name) }
    if let newest, newest.mark == task.mark,
      !newest.madeAt.isPast(minutes: WriteCopies.wholeMinutes, at: now)
    {
      task.current = task.newest
    }
    // The first is a week after the first copy.
    task.isProofDue =
      (standing.provedAt ?? standing.since ?? now).isPast(
        minutes: Int64(WriteCopies.daysBetweenProofs) * 24 * 60, at: now)
    return task
  }

  private func begin(_ task: CopyTask, on threads: any BlockingTransport) {
    let thread = CopyThread(
      home: context.home, access: CopyAccess(context.installation), task: task, clock: context.clock,
      change: change)
    isUnderWay = true
    threads.submit(thread) { [self] in
      isUnderWay = false
      pace.open()
      let outcome = thread.outcome
      context.attempt(WriteCopies.name) { try note(outcome, of: task, at: context.clock.now()) }
    }
  }

  /// What was done stands, also where the rest failed.
  private func note(_ outcome: CopyOutcome, of task: CopyTask, at now: Timestamp) throws {
    let store = context.store
    let error = outcome.error == .interrupted ? nil : outcome.error.map { "\($0)" }
    let before = try store.copyStanding()
    // The place was changed meanwhile.
    guard before.place == task.place else { return }
    try store.write {
      if let made = outcome.made {
        try store.noteCopyMade(made.name.text, madeAt: made.madeAt, bytes: made.bytes, mark: made.mark)
      }
      if outcome.isCurrent, let current = task.current { try store.noteCopyCurrent(current.text, at: now) }
      if outcome.proved != nil { try store.noteCopyProved(at: now) }
      if let bad = outcome.bad { try store.noteCopyBad(bad.name.text, error: bad.reason) }
      if let kept = outcome.kept { try store.keepCopies(kept.map(\.text)) }
      if outcome.error != .interrupted {
        try store.noteCopyTried(error: error ?? outcome.bad?.reason, at: now)
      }
    }
    // Said once: cron mails what is logged.
    if let reason = error ?? outcome.bad?.reason, reason != before.error {
      context.log(.warning, WriteCopies.name, ["reason": reason])
    }
    if let reason = outcome.tidyError {
      context.log(.info, WriteCopies.name, ["older copies stay": "\(reason)"])
    }
  }
}

/// One attempt on its thread.
private final class CopyThread: BlockingTransfer, @unchecked Sendable {
  private let home: Home
  private let access: CopyAccess
  private let task: CopyTask
  private let clock: WallClock
  private let change: (inout CopyWriter) -> Void
  private let isAbandoned = Mutex(false)
  private let result = Mutex<CopyOutcome?>(nil)

  init(
    home: Home, access: CopyAccess, task: CopyTask, clock: WallClock,
    change: @escaping (inout CopyWriter) -> Void
  ) {
    self.home = home
    self.access = access
    self.task = task
    self.clock = clock
    self.change = change
  }

  /// Once it is over.
  var outcome: CopyOutcome {
    if let outcome = result.withLock({ $0 }) { return outcome }
    var none = CopyOutcome()
    none.error = .interrupted
    return none
  }

  func abandon() { isAbandoned.withLock { $0 = true } }

  func perform() {
    var outcome = CopyOutcome()
    do throws(CopyError) {
      var access = access
      access.isAbandoned = { [self] in isAbandoned.withLock { $0 } }
      var writer = CopyWriter(home: home, place: try access.store(of: home), task: task, clock: clock)
      writer.isAbandoned = access.isAbandoned
      change(&writer)
      outcome = writer.run()
    } catch {
      outcome.error = error
    }
    result.withLock { $0 = outcome }
  }
}
