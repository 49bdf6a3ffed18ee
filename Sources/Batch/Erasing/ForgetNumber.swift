// ForgetNumber.swift - `opsfabric forget`: everything personal about one number goes, wherever it is kept.
//
// Order matters. What needs the number itself (spool, log, report files) comes first, while the database still knows
// it: killed in between, the command is simply given again. Then one transaction takes it out of all tables and queues
// what is to be erased elsewhere; that part needs no number, and the runner goes on with it should this program die.

import Books
import Business
import LocalTime
import Platform
import Queue
import Runner
import Store

/// What was done.
package struct ForgetOutcome: Sendable {
  package var rows = ForgottenRows()
  /// Spooled or rejected webhooks, log files and report files that named the number.
  package var webhooks = 0
  package var logs = 0
  package var reports = 0
  /// Texts emptied at Twilio, and those still to come.
  package var emptied = 0
  package var stillAtTwilio = 0
  /// Photos, report files, free pages: still to come.
  package var remains = 0
  /// Webhooks of the number may still come out of the queue, and bring it back.
  package var mayFollow = false
  /// It stands in the configuration.
  package var isOurs = false

  package init() {}

  /// Nothing was known of the number.
  package var isEmpty: Bool { rows.isEmpty && webhooks + logs + reports == 0 }
}

package final class ForgetNumber {
  /// A request that left before takes no longer.
  static let patienceSeconds = 12
  /// How long Twilio may take before the rest is left to the runner.
  static let twilioSeconds = 20
  /// What a runner that was killed had in hand comes back into the queue's sight after 30 s.
  static let queueSeconds = 45

  private let context: BatchContext
  private let number: PhoneNumber
  private let spellings: NumberSpellings

  package init(context: BatchContext, number: PhoneNumber) {
    self.context = context
    self.number = number
    spellings = NumberSpellings(number)
  }

  package func run() throws -> ForgetOutcome {
    var outcome = ForgetOutcome()
    // Recorded first, so that its Sids are known and nothing comes back as new.
    try ReplaySpool(context: context).step(at: context.clock.now())
    outcome.mayFollow = try !emptyQueue()
    let files = NumberFiles(home: context.home, spellings: spellings)
    outcome.webhooks = try files.removeWebhooks(at: context.clock.now())
    outcome.logs = try files.maskLogs()
    let reports = try files.maskReports()
    outcome.reports = reports.count
    try stopWaiting()
    // What others are waiting for is not this command's to tell of.
    let earlier = try context.store.newestErasure()
    try forgetRows(&outcome, reports: try rewritable(reports))
    dropCopyUnderWay()
    try eraseRemains(&outcome, after: earlier)
    return outcome
  }

  /// What `run` would do, as far as this machine knows: the same statements, taken back. Nothing is changed, and
  /// neither Twilio nor the queue is asked.
  package func preview() throws -> ForgetOutcome {
    var outcome = ForgetOutcome()
    for file in try NumberFiles(home: context.home, spellings: spellings).held() {
      switch file.name.split(separator: "/").first {
      case "spool": outcome.webhooks += 1
      case "log": outcome.logs += 1
      default: outcome.reports += 1
      }
    }
    outcome.isOurs = try context.settings.isOurs(number)
    let rateKeys = try context.settings.rateKeys(of: number)
    let mentions = try context.store.mentions(of: spellings)
    do {
      try context.store.write {
        let rows = try context.store.forget(
          number, isOurs: outcome.isOurs, mentions: mentions, rateKeys: rateKeys, at: context.clock.now())
        throw TakenBack(rows: rows)
      }
    } catch let taken as TakenBack {
      outcome.rows = taken.rows
    }
    return outcome
  }

  /// Ends a transaction whose changes nobody wants.
  private struct TakenBack: Error { let rows: ForgottenRows }

  /// A copy on its way to another machine is made anew, without the number.
  private func dropCopyUnderWay() {
    // Without the first of them the other is not gone on with.
    for name in ["pending.json", "copy.sqlite"] { try? Files.remove("\(context.home.copies)/\(name)") }
  }

  /// Records what lies in the queue. False when something may be left there.
  private func emptyQueue() throws -> Bool {
    guard case .sqs = context.installation.intake else { return true }
    let draining = DrainQueue(context: context)
    context.lingers = true
    context.millisecondsLeft = 2000
    let end = context.clock.now().adding(seconds: ForgetNumber.queueSeconds)
    while context.clock.now() < end {
      // Messages are waited for a second at a time, so that all of the queue's machines are asked.
      try draining.step(at: context.clock.now())
      context.transport.poll(milliseconds: 100)
      guard draining.isFinished else { continue }
      guard !draining.isFailing, let queue = context.queue,
        case .success(let state) = context.transport.wait(for: { queue.state(completion: $0) })
      else { return false }
      if state.waiting + state.taken == 0 { return true }
    }
    return false
  }

  /// What waits is given up; for what is on its way to Twilio the answer is awaited, so that nothing leaves after this.
  private func stopWaiting() throws {
    // A runner that is not at work sends nothing, and none begins meanwhile: what is `sending` was left so.
    let lock = try FileLock.tryLock(context.home.runLock)
    defer { lock?.release() }
    let end = context.clock.now().adding(seconds: ForgetNumber.patienceSeconds)
    while true {
      let now = context.clock.now()
      let underWay = try context.store.write { try context.store.stopWaiting(for: number.e164, at: now) }
      if underWay == 0 || lock != nil || now >= end { return }
      context.transport.poll(milliseconds: 100)
    }
  }

  /// Whose month a changed file is: it is written anew, so that it is the file a later report would give.
  private func rewritable(_ names: [String]) throws -> [(tenant: String, month: String)] {
    let months = Set(try Files.list(context.home.reports))
    return try BookTenant.all(store: context.store, settings: context.settings).flatMap { tenant in
      months.filter { names.contains(Tables.messages.fileName(tenant: tenant.id, month: $0)) }
        .map { (tenant: tenant.id, month: $0) }
    }
  }

  private func forgetRows(_ outcome: inout ForgetOutcome, reports: [(tenant: String, month: String)]) throws {
    outcome.isOurs = try context.settings.isOurs(number)
    let rateKeys = try context.settings.rateKeys(of: number)
    let mentions = try context.store.mentions(of: spellings)
    let now = context.clock.now()
    let before = outcome
    outcome.rows = try context.store.write {
      let rows = try context.store.forget(
        number, isOurs: before.isOurs, mentions: mentions, rateKeys: rateKeys, at: now)
      // It may name the number itself, so it says only that it was done.
      if !rows.isEmpty { try context.store.logEvent(.numberForgotten, tenant: "", at: now) }
      for (tenant, month) in reports {
        try context.store.queueErasure(.report, tenant: tenant, target: month, at: now)
      }
      return rows
    }
  }

  private func eraseRemains(_ outcome: inout ForgetOutcome, after earlier: Int) throws {
    let queued = try context.store.erasureCount(.message, after: earlier)
    let erasing = EraseRemains(context: context, atOnce: 8, isUrgent: true)
    let end = context.clock.now().adding(seconds: ForgetNumber.twilioSeconds)
    repeat {
      try erasing.step(at: context.clock.now())
      if !erasing.isIdle { context.transport.poll(milliseconds: 100) }
    } while !erasing.isIdle && context.clock.now() < end
    context.transport.abandonAll()
    outcome.stillAtTwilio = try context.store.erasureCount(.message, after: earlier)
    outcome.emptied = queued - outcome.stillAtTwilio
    for kind in ErasureKind.allCases where kind != .message {
      outcome.remains += try context.store.erasureCount(kind, after: earlier)
    }
  }
}
