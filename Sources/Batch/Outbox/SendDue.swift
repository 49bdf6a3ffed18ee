// SendDue.swift - hands the due messages of one channel over and settles what comes of it.
//
// `sending` is committed before an attempt begins. Attempts run side by side, held to the rate of their sender and to
// the ceilings of their channel. Claims and results are committed in groups, and a few more are claimed than may leave
// at once: a place that gets free is taken without waiting for the disk. What is the channel's own is its Outlet's.

import Business
import Desk
import LocalTime
import Platform
import Runner
import Store

package final class SendDue<Lane: Outlet>: Job {
  package static var name: String { Lane.jobName }
  package static var isWokenByRows: Bool { true }

  private typealias Claimed = (row: OutboxRow, way: Lane.Way)

  /// Looked at in one step: what is held must not stand in the way of what is not.
  private let lookedAt = 1000

  private let outlet: Lane
  private let context: BatchContext
  private let links: InboxLinks
  private var rate = SendRate()
  private var limits = SendingLimits(Lane.channel)
  /// Claimed, and their outcome is not known.
  private var underWay: Set<Int> = []
  /// Those of them whose attempt waits for a free place, the next one last.
  private var ready: [Claimed] = []
  private var outcomes: [(row: OutboxRow, account: String, outcome: Lane.Outcome)] = []
  /// The last step left messages waiting for their sender's rate, or for a free place.
  private var isRateLimited = false

  package init(_ outlet: Lane, context: BatchContext, links: InboxLinks) {
    self.outlet = outlet
    self.context = context
    self.links = links
  }

  package var isSending: Bool { Lane.hasPrecedence && isBusy }
  package var isFinished: Bool { !isBusy && !isRateLimited }
  private var isBusy: Bool { !underWay.isEmpty || hasResults }
  package var hasResults: Bool { !outcomes.isEmpty }
  package var isFlowing: Bool { !ready.isEmpty }

  /// How full the buckets are.
  package func forgetTimes() { rate = SendRate() }

  package func begin(lastBeat: Timestamp?, at now: Timestamp) throws { outlet.begin(at: now) }

  /// Commits the results that have come in, claims what is due, as far as rate and concurrency allow, and sends it.
  /// One transaction for all of that.
  package func step(at now: Timestamp) throws {
    defer { lookBack(at: now) }
    let isDue = try context.store.nextMessageDue().map { $0 <= now } ?? false
    isRateLimited = isDue && room <= 0
    guard hasResults || (isDue && room > 0) else { return }
    var claimed: [Claimed] = []
    try commitResults(at: now) { claimed = try claim(at: now) }
    underWay.formUnion(claimed.map(\.row.id))
    ready = claimed.reversed() + ready
    fill(at: now)
  }

  private func lookBack(at now: Timestamp) {
    context.attempt("look back") {
      for row in try context.store.unknownMessages(Lane.channel, at: now, limit: 50)
      where !underWay.contains(row.id) { try outlet.lookBack(at: row, at: now) }
    }
  }

  /// Commits the results that have come in; nothing new is begun.
  package func settle(at now: Timestamp) throws {
    if hasResults { try commitResults(at: now) {} }
  }

  /// - Parameter more: is done in the same transaction.
  private func commitResults(at now: Timestamp, and more: () throws -> Void) throws {
    let finished = outcomes
    do {
      try context.store.write {
        for (row, account, outcome) in finished {
          try outlet.settle(row, account: account, outcome, at: now)
        }
        try more()
      }
    } catch let error as DatabaseError where error.isBusy {
      throw error
    } catch {
      // One result that cannot be written must not undo the others: its row stays `sending` and is looked back at.
      for (row, account, outcome) in finished {
        context.attempt("settle") {
          try context.store.write { try outlet.settle(row, account: account, outcome, at: now) }
        }
      }
      outcomes.removeFirst(finished.count)
      throw error
    }
    outcomes.removeFirst(finished.count)
  }

  private func claim(at now: Timestamp) throws -> [Claimed] {
    guard room > 0 else { return [] }
    var claimed: [Claimed] = []
    for (row, way) in try choose(room: room, at: now) {
      let lookAt = now.adding(seconds: Lane.claimSeconds)
      guard let row = try context.store.claim(ifWaiting: row.id, at: now, lookAt: lookAt) else { continue }
      try links.admit(row, store: context.store, at: now)
      claimed.append((row, way))
    }
    return claimed
  }

  /// How many more may be claimed.
  private var room: Int { outlet.places + outlet.spare - underWay.count }

  /// Attempts begin as long as there is a free place. Where the other side is slow somebody may write STOP while his
  /// SMS waits for one: it is given back, and given up by the next step. Or an earlier try is reported as delivered:
  /// the row has ended, and giving it back changes nothing. What was claimed just now has been asked just now.
  private func fill(at now: Timestamp) {
    while underWay.count - ready.count < outlet.places, let (row, way) = ready.popLast() {
      let account = outlet.account(way)
      if row.claimedAt != now, let reason = try? reasonToKeep(row) {
        finish(row, account: account, outlet.neverSent(reason))
        continue
      }
      outlet.submit(row, by: way, at: now) { [self] outcome in
        finish(row, account: account, outcome)
        if outlet.holdsAccount(outcome) { keepReady("the account is held") { $0 == account } }
        fill(at: context.clock.now())
      }
    }
  }

  /// Why a message that has waited for a place must not leave any more.
  private func reasonToKeep(_ row: OutboxRow) throws -> String? {
    if try isOptedOut(row) { return SendDue.optedOut }
    guard row.attempts > 1, try context.store.message(id: row.id)?.state != .sending else { return nil }
    return "an earlier try was delivered"
  }

  private static var optedOut: String { "the recipient has opted out" }

  private func isOptedOut(_ row: OutboxRow) throws -> Bool {
    try row.kind.goesToCaller && context.store.isOptedOut(tenant: row.tenant, phone: row.recipient)
  }

  package func giveBack() { keepReady("the run ended before") { _ in true } }

  private func keepReady(_ reason: String, where isKept: (_ account: String) -> Bool) {
    let waiting = ready
    ready = []
    for (row, way) in waiting {
      let account = outlet.account(way)
      if isKept(account) {
        finish(row, account: account, outlet.neverSent(reason))
      } else {
        ready.append((row, way))
      }
    }
  }

  private func finish(_ row: OutboxRow, account: String, _ outcome: Lane.Outcome) {
    underWay.remove(row.id)
    outcomes.append((row, account, outcome))
  }

  private func choose(room: Int, at now: Timestamp) throws -> [Claimed] {
    var chosen: [Claimed] = []
    var probed: Set<String> = []
    let due = try context.store.dueMessages(Lane.channel, at: now, limit: lookedAt)
    guard !due.isEmpty else { return [] }
    try limits.refresh(from: context.store, at: now)
    var keptBack: [(row: OutboxRow, reached: SendingLimits.Reached)] = []
    for row in due {
      guard chosen.count < room else {
        isRateLimited = true
        break
      }
      guard let way = try passage(of: row, at: now) else { continue }
      let account = outlet.account(way)
      if let until = context.gate.sendsHeld(account) {
        // One message at a time tries whether the account is well again.
        guard until <= now, probed.insert(account).inserted else { continue }
      }
      if let perSecond = outlet.messagesPerSecond,
        !rate.take(outlet.rateKey(row, way), perSecond: perSecond, burst: outlet.burst, at: now)
      {
        isRateLimited = true
        continue
      }
      let ceilings = outlet.ceilings(way)
      if let reached = limits.take(row, own: ceilings.own, all: ceilings.all) {
        keptBack.append((row, reached))
        continue
      }
      chosen.append((row, way))
    }
    try context.keepBack(keptBack, at: now)
    return chosen
  }

  /// The message's way out; without one it has been given up or held back here.
  private func passage(of row: OutboxRow, at now: Timestamp) throws -> Lane.Way? {
    if row.expiresAt <= now {
      try context.intake(at: now).giveUpLate(
        row, error: "too late: it was wanted until \(row.expiresAt.iso8601)",
        tenant: context.tenant(row.tenant), at: now)
      context.summary.dead += 1
      return nil
    }
    switch try outlet.way(of: row) {
    case .free(let way):
      guard try isOptedOut(row) else { return way }
      try giveUp(row, SendDue.optedOut, isFault: false, at: now)
    case .closed(let reason, let seconds):
      try context.store.write {
        try context.store.holdBack(
          ifWaiting: row, until: now.adding(seconds: seconds), reason: reason, at: now)
      }
    case .none(let reason):
      try giveUp(row, reason, at: now)
    case .unwanted(let reason):
      _ = try context.store.write { try context.store.markDead(row, code: nil, error: reason, at: now) }
    }
    return nil
  }

  private func giveUp(_ row: OutboxRow, _ error: String, isFault: Bool = true, at now: Timestamp) throws {
    try context.store.write { try context.giveUp(row, code: nil, error, isFault: isFault, at: now) }
  }
}

extension BatchContext {
  /// It provably never left: that uses up no retry. Each such try in a row waits twice as long.
  func putOff(
    _ row: OutboxRow, from first: Int, limit: Int, code: Int? = nil, _ error: String, at now: Timestamp
  ) throws {
    try putOff(row, seconds: row.backOffSeconds(from: first, limit: limit), code: code, error, at: now)
  }

  func putOff(_ row: OutboxRow, seconds: Int, code: Int?, _ error: String, at now: Timestamp) throws {
    summary.held += 1
    try store.postpone(row, until: now.adding(seconds: seconds), code: code, error: error, at: now)
  }

  /// Tried once more after a pause; given up where it was tried that often already.
  func retry(
    _ row: OutboxRow, code: Int?, _ error: String, retries: Int, seconds: Int, at now: Timestamp
  ) throws {
    guard row.attempts <= retries else { return try giveUp(row, code: code, error, at: now) }
    try store.markFailed(row, code: code, error: error, retryAt: now.adding(seconds: seconds), at: now)
    summary.retries += 1
  }

  func giveUp(_ row: OutboxRow, code: Int?, _ error: String, isFault: Bool = true, at now: Timestamp) throws {
    try intake(at: now).giveUp(row, code: code, error: error, isFault: isFault, at: now)
    summary.dead += 1
  }
}

extension OutboxRow {
  /// Doubling with every try in a row that did not count.
  func backOffSeconds(from first: Int, limit: Int) -> Int { min(limit, first << min(postponements, 10)) }
}
