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
  /// All of its work, in the order of a step.
  private let jobs: [any Job]
  private let queue: DrainQueue
  private let sending: SendDueMessages
  private let mailing: SendDueMail
  private let telling: TellOperator
  private let solving: SolveAlerts
  private let clockWatch: WatchClock

  /// - Parameters:
  ///   - monotonic: milliseconds of a clock that is never set, for the linger time.
  ///   - shouldStop: asked between two steps.
  package init(
    context: BatchContext, monotonic: @escaping () -> Int64 = monotonicMilliseconds,
    shouldStop: @escaping () -> Bool = { false }
  ) {
    self.context = context
    self.monotonic = monotonic
    self.shouldStop = shouldStop
    let lookups = LookUpNumbers(context: context)
    let judging = JudgeCalls(context: context)
    let sweeping = SweepLostWebhooks(context: context)
    let queue = DrainQueue(context: context)
    self.queue = queue
    sending = SendDueMessages(context: context)
    mailing = SendDueMail(context: context)
    telling = TellOperator(context: context)
    solving = SolveAlerts(context: context, isQueueWell: { queue.isWell })
    jobs = [
      // What came in, what is due, who is told: in one step from a kept webhook to its SMS.
      ReplaySpool(context: context), queue, UpdateBlockLists(context: context), judging, lookups,
      DecideMissedCalls(context: context, lookups: lookups), EscalateTickets(context: context), telling,
      sending, mailing,
      // What became of it.
      ReconcileMessages(context: context, sending: sending), RefreshReports(context: context), sweeping,
      // After all who may meet a condition again.
      solving,
      WriteMonthlyReports(context: context, sweeping: sweeping, judging: judging),
      FetchPrices(context: context), EraseRemains(context: context), PurgeOld(context: context),
      TidyUploads(context: context), TidyUp(context: context),
    ]
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
    telling.noteSilence(since: lastBeat, at: started)
    solving.begin(lastBeat: lastBeat, at: started)
    context.attempt("clock") { try clockWatch.begin(lastBeat: lastBeat, at: started) }
    context.noteSettings(at: started)
    context.noteInboxSecret(at: started)
    _ = try context.store.write { try context.store.adoptOrphans(at: started, lookAt: started) }

    let begin = monotonic()
    let lingerEnd = begin + Int64(lingerSeconds) * 1000
    let end = lingerSeconds > 0 ? lingerEnd : begin + Runner.longestMilliseconds
    var nextBeat = begin + Runner.beatMilliseconds
    while monotonic() < end && !shouldStop() && !context.hasLostDatabase {
      if step(millisecondsLeft: end - monotonic(), lingers: lingerSeconds > 0) {
        // Answers come in between two full steps too.
        context.transport.poll(milliseconds: 0)
      } else {
        let due = nextDue()
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
    context.attempt("clock") { if try clockWatch.step(at: now) { sending.forgetHolds() } }
    context.attempt("settings") { try context.reloadSettingsIfChanged() }
    // First of all, so that what comes of them is told and sent in this very step.
    context.attempt("settle") { if sending.hasResults { try sending.step(at: now) } }
    context.attempt("settle-mail") { try mailing.settle(at: now) }
    queue.millisecondsLeft = millisecondsLeft
    queue.lingers = lingers
    var isFull = false
    for job in jobs where sending.isIdle || !type(of: job).yieldsToSending {
      context.attempt(type(of: job).name) {
        try job.step(at: now)
        isFull = job.hasMore || isFull
      }
    }
    return isFull
  }

  private func settle(at now: Timestamp) {
    context.attempt("settle") { try sending.settle(at: now) }
    context.attempt("settle-mail") { try mailing.settle(at: now) }
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
      if sending.hasResults { gather() }
      if context.transport.inFlight != inFlight || sending.hasResults || mailing.hasResults || untilDue <= nap
      {
        return
      }
      if (try? context.store.dataVersion()) != version { return }
    }
  }

  /// One commit for many results: as long as there are requests to take the places that get free, waiting for more
  /// answers costs no time.
  private func gather() {
    let end = monotonic() + Runner.gatherMilliseconds
    while sending.isFlowing && monotonic() < end {
      context.transport.poll(milliseconds: Int(end - monotonic()))
    }
  }

  /// When the next row is due; nil when nothing waits.
  private func nextDue() -> Timestamp? {
    [
      (try? context.store.nextCallDue()) ?? nil, (try? context.store.nextMessageDue()) ?? nil,
      (try? context.store.nextUnknownLook()) ?? nil, (try? context.store.nextEscalation()) ?? nil,
    ].compactMap { $0 }.min()
  }

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
    queue.isEnding = true
    // A request that waits for messages may wait long.
    while context.transport.inFlight > (queue.isWaiting ? 1 : 0) && monotonic() < end {
      context.transport.poll(milliseconds: 50)
      settle(at: context.clock.now())
    }
    sending.keepReady()
    context.transport.abandonAll()
    settle(at: context.clock.now())
    context.attempt("queue") { try queue.finish(at: context.clock.now()) }
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
