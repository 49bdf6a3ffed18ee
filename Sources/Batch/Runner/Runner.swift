// Runner.swift - one `opsfabric run`: all jobs over and over until nothing is due, or the linger time is over.
//
// One runner at a time (a lock that dies with its holder). While it lingers it sleeps until the next row is
// due, notices within a fifth of a second what other processes insert, and ends in time for the next tick:
// after the linger time nothing new is begun, and what is still under way is left to the next run as
// ambiguous.

import Curl
import LocalTime
import Platform
import Store

package final class Runner {
  /// How often the database is looked at for rows of other processes.
  static let pollMilliseconds: Int64 = 200
  /// How often all jobs look whether it is their time.
  static let stepMilliseconds: Int64 = 1000
  /// A run that does not linger still waits this long for a row that is about to be due.
  static let momentMilliseconds: Int64 = 500
  /// How long a lingering run waits for requests under way after its time is over.
  static let drainMilliseconds: Int64 = 3000
  /// A run that does not linger ends after this long, whatever is still due.
  static let longestMilliseconds: Int64 = 600_000
  private static let beatMilliseconds: Int64 = 20_000
  /// How long answers are gathered before they are committed.
  private static let gatherMilliseconds: Int64 = 10

  package enum Outcome: Sendable {
    case done(RunSummary)
    /// Another runner is at work.
    case alreadyRunning
  }

  private let context: BatchContext
  private let monotonic: () -> Int64
  private let shouldStop: () -> Bool
  private let jobs: [any Job]
  private let clockWatch: WatchClock
  /// The last step found all done that rows ask for: when the next one is due, unless somebody writes.
  private var rest: (stillness: Store.Stillness, nextDue: Timestamp?)?

  /// - Parameters:
  ///   - jobs: all of its work, in the order of a step.
  ///   - monotonic: milliseconds of a clock that is never set, for the linger time.
  ///   - shouldStop: asked between two steps.
  package init(
    _ jobs: [any Job], context: BatchContext, monotonic: @escaping () -> Int64 = monotonicMilliseconds,
    shouldStop: @escaping () -> Bool = { false }
  ) {
    self.jobs = jobs
    self.context = context
    self.monotonic = monotonic
    self.shouldStop = shouldStop
    clockWatch = WatchClock(context: context, monotonic: monotonic)
  }

  /// - Parameter lingerSeconds: 0 = do what is due now, then end.
  /// - Throws: StoreError.replaced when another file took the database's place meanwhile; nothing was sent since.
  package func run(lingerSeconds: Int) throws -> Outcome {
    guard let lock = try FileLock.tryLock(context.home.runLock) else { return .alreadyRunning }
    defer { lock.release() }
    let started = context.clock.now()
    let lastBeat = try context.store.lastRun()?.beatAt
    let run = try context.store.beginRun(at: started)
    context.attempt("clock") { try clockWatch.begin(lastBeat: lastBeat, at: started) }
    context.noteSettings(at: started)
    for job in jobs { try job.begin(lastBeat: lastBeat, at: started) }

    let begin = monotonic()
    let lingerEnd = begin + Int64(lingerSeconds) * 1000
    let end = lingerSeconds > 0 ? lingerEnd : begin + Runner.longestMilliseconds
    var nextBeat = begin + Runner.beatMilliseconds
    while monotonic() < end && !shouldStop() && !context.hasLostDatabase {
      if step(millisecondsLeft: end - monotonic(), lingers: lingerSeconds > 0) {
        // Answers come in between two full steps too.
        context.transport.poll(milliseconds: 0)
      } else {
        let due = rest.map(\.nextDue) ?? (try? nextDue())
        if lingerSeconds == 0 && isFinished(nextDue: due) { break }
        wait(until: end, nextDue: due)
      }
      if monotonic() >= nextBeat {
        nextBeat = monotonic() + Runner.beatMilliseconds
        context.attempt("beat") { try context.store.beat(run: run, at: context.clock.now()) }
        context.attempt("checkpoint") { try context.store.checkpoint() }
      }
    }
    if context.hasLostDatabase {
      context.transport.abandonAll()
      throw StoreError.replaced
    }
    drain()
    context.attempt("heartbeat") { ping() }
    context.attempt("checkpoint") { try context.store.checkpoint() }
    try context.store.endRun(run, summary: context.summary.line, at: context.clock.now())
    return .done(context.summary)
  }

  /// Everything that is due now, once. A job that fails costs only itself.
  /// - Returns: true when more was due than one step takes.
  func step(millisecondsLeft: Int64, lingers: Bool) -> Bool {
    let now = context.clock.now()
    context.watchPlace()
    context.attempt("clock") {
      if try clockWatch.step(at: now) {
        context.gate.forgetTimes()
        for job in jobs { job.forgetTimes() }
        rest = nil
      }
    }
    context.attempt("settings") { if try context.reloadSettingsIfChanged() { rest = nil } }
    context.millisecondsLeft = millisecondsLeft
    context.lingers = lingers
    // What comes of answers is told and sent in this very step.
    for job in jobs where job.hasResults { attempt(job) { try job.step(at: now) } }
    var isFull = false
    let failures = context.failures
    let stillness = try? context.store.stillness()
    let isResting = rest.map { $0.stillness == stillness && ($0.nextDue.map { $0 > now } ?? true) } ?? false
    for job in jobs where !type(of: job).yieldsToSending || !jobs.contains(where: \.isSending) {
      if isResting && type(of: job).isWokenByRows { continue }
      attempt(job) {
        try job.step(at: now)
        isFull = job.hasMore || isFull
      }
    }
    if isResting { return isFull }
    rest = nil
    // What failed is tried again, and what was written may be work for a job that stood before its writer.
    if !isFull && context.failures == failures, let stillness, (try? context.store.stillness()) == stillness {
      context.attempt("rest") { rest = (stillness, try nextDue()) }
    }
    return isFull
  }

  private func attempt(_ job: any Job, _ body: () throws -> Void) {
    context.attempt(type(of: job).name, body)
  }

  private func settle(at now: Timestamp) {
    for job in jobs { attempt(job) { try job.settle(at: now) } }
  }

  /// Drives requests; returns when a step may find something to do: an answer came, a row is due, another
  /// process has written, or a second has passed (jobs with a pace of their own, the spool, the settings).
  private func wait(until end: Int64, nextDue: Timestamp?) {
    let version = try? context.store.dataVersion()
    let stop = min(end, monotonic() + Runner.stepMilliseconds)
    while monotonic() < stop && !shouldStop() {
      let inFlight = context.transport.inFlight
      let untilDue = nextDue.map { $0.milliseconds(since: context.clock.now()) } ?? .max
      // A row that was due before this wait is held by rate, concurrency or account: the next poll tries again.
      let nap = untilDue > 0 ? min(untilDue, Runner.pollMilliseconds) : Runner.pollMilliseconds / 2
      context.transport.poll(milliseconds: Int(max(1, min(nap, stop - monotonic()))))
      gather()
      if context.transport.inFlight != inFlight || jobs.contains(where: \.hasResults) || untilDue <= nap {
        return
      }
      if (try? context.store.dataVersion()) != version { return }
    }
  }

  /// One commit for many results: as long as there are requests to take the places that get free, waiting for more
  /// answers costs no time.
  private func gather() {
    let end = monotonic() + Runner.gatherMilliseconds
    while jobs.contains(where: { $0.hasResults && $0.isFlowing }) && monotonic() < end {
      context.transport.poll(milliseconds: Int(end - monotonic()))
    }
  }

  /// When the next row is due; nil when nothing waits.
  private func nextDue() throws -> Timestamp? { try jobs.compactMap { try $0.nextDue() }.min() }

  /// Nothing under way, nothing that only waits its turn, nothing due within the moment.
  private func isFinished(nextDue: Timestamp?) -> Bool {
    guard context.transport.inFlight == 0, jobs.allSatisfy(\.isFinished) else { return false }
    guard let nextDue else { return true }
    let untilDue = nextDue.milliseconds(since: context.clock.now())
    // What is overdue even after a step is held for longer than this run shall last.
    return untilDue <= 0 || untilDue > Runner.momentMilliseconds
  }

  /// Waits for the answers still to come, and lets go of the rest.
  private func drain() {
    let end = monotonic() + Runner.drainMilliseconds
    context.isEnding = true
    while context.transport.inFlight > jobs.map(\.idleRequests).reduce(0, +) && monotonic() < end {
      context.transport.poll(milliseconds: 50)
      settle(at: context.clock.now())
    }
    for job in jobs { job.giveBack() }
    context.transport.abandonAll()
    settle(at: context.clock.now())
  }

  /// Tells a monitor that a run went well; what it answers stands in the run's line. Short: the next tick is near.
  private func ping() {
    guard let url = context.installation.heartbeatURL, context.failures == 0 else { return }
    context.transport.submit(HTTPRequest(method: "GET", url: url, timeoutMilliseconds: 1500)) { [context] in
      switch $0 {
      case .success(let reply):
        context.summary.heartbeatFailure = 200..<300 ~= reply.status ? nil : "answered \(reply.status)"
      case .failure(let failure): context.summary.heartbeatFailure = failure.reason
      }
    }
    let end = monotonic() + 1500
    while context.transport.inFlight > 0 && monotonic() < end { context.transport.poll(milliseconds: 50) }
    context.transport.abandonAll()
  }
}
