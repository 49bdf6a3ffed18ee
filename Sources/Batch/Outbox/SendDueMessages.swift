// SendDueMessages.swift - hands due SMS to Twilio and settles what comes of it.
//
// `sending` is committed before a request leaves. Requests run side by side on kept-open connections, held
// to the rate of their sender. Claims and results are committed in groups, and a few more are claimed than may leave
// at once: a place that gets free is taken without waiting for the disk. What Twilio answers is classed by
// TwilioErrorCode (SendDueMessages+Results.swift); an answer that never came is left to ReconcileMessages.

import Business
import Desk
import LocalTime
import Platform
import Runner
import Spool
import Store
import Twilio
import TwilioAPI
import Webhooks

package final class SendDueMessages: Job {
  package static let name = "send"

  /// How long after a lost answer Twilio is asked for the first time.
  static let firstLookSeconds = 2
  /// Longer than a request can take.
  static let claimSeconds = 30

  let context: BatchContext
  private let links: InboxLinks
  private var rate = SendRate()
  private var limits = SendingLimits(.sms)
  /// Claimed, and their outcome is not known.
  private var underWay: [Int: OutboxRow] = [:]
  /// Those of them whose request waits for a free place, the next one last.
  private var ready: [(row: OutboxRow, tenant: Tenant)] = []
  private var outcomes: [(row: OutboxRow, account: String, outcome: SendOutcome)] = []

  package init(context: BatchContext, links: InboxLinks) {
    self.context = context
    self.links = links
  }

  package var isSending: Bool { !underWay.isEmpty || !outcomes.isEmpty }
  package var isFinished: Bool { !isSending && !isRateLimited }
  package func nextDue() throws -> Timestamp? { try context.store.nextMessageDue() }

  package var hasResults: Bool { !outcomes.isEmpty }

  package var isFlowing: Bool { !ready.isEmpty }

  /// The last step left messages waiting for their sender's rate, or for a free place.
  private(set) var isRateLimited = false

  /// How full the buckets are.
  package func forgetTimes() { rate = SendRate() }

  /// Whether a row's request is under way in this very process.
  func isUnderWay(_ id: Int) -> Bool { underWay[id] != nil }

  /// Without the secret notices go out without a link.
  package func begin(lastBeat: Timestamp?, at now: Timestamp) {
    guard case .failure(let fault) = links.secret else { return }
    context.alert("inbox_key", "notices have no link, since \(fault)", at: now)
  }

  /// Commits the results that have come in, claims what is due, as far as rate and concurrency allow, and sends it.
  /// One transaction for all of that.
  package func step(at now: Timestamp) throws {
    let isDue = try context.store.nextMessageDue().map { $0 <= now } ?? false
    isRateLimited = isDue && room <= 0
    guard hasResults || (isDue && room > 0) else { return }
    var claimed: [(row: OutboxRow, tenant: Tenant)] = []
    try commitResults(at: now) { claimed = try claim(at: now) }
    for (row, _) in claimed { underWay[row.id] = row }
    ready = claimed.reversed() + ready
    fill(at: now)
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
        for (row, account, outcome) in finished { try settle(row, account: account, outcome, at: now) }
        try more()
      }
    } catch StoreError.busy {
      throw StoreError.busy
    } catch {
      // One result that cannot be written must not undo the others: its row stays `sending` and is reconciled.
      for (row, account, outcome) in finished {
        context.attempt("settle") {
          try context.store.write { try settle(row, account: account, outcome, at: now) }
        }
      }
      outcomes.removeFirst(finished.count)
      throw error
    }
    outcomes.removeFirst(finished.count)
  }

  private func claim(at now: Timestamp) throws -> [(row: OutboxRow, tenant: Tenant)] {
    guard room > 0 else { return [] }
    var claimed: [(row: OutboxRow, tenant: Tenant)] = []
    for (row, tenant) in try choose(room: room, at: now) {
      let lookAt = now.adding(seconds: SendDueMessages.claimSeconds)
      guard let row = try context.store.claim(ifWaiting: row.id, at: now, lookAt: lookAt) else { continue }
      try links.admit(row, store: context.store, at: now)
      claimed.append((row, tenant))
    }
    return claimed
  }

  /// How many more may be claimed: half as many as there are places wait for one.
  private var room: Int {
    context.installation.concurrency + context.installation.concurrency / 2 - underWay.count
  }

  /// Requests leave as long as there is a free place. Where Twilio is slow somebody may write STOP while his SMS waits
  /// for one: it is given back, and given up by the next step. Or an earlier try is reported as delivered: the row has
  /// ended, and giving it back changes nothing. What was claimed just now has been asked just now.
  private func fill(at now: Timestamp) {
    while underWay.count - ready.count < context.installation.concurrency, let (row, tenant) = ready.popLast()
    {
      if row.claimedAt != now, let reason = try? reasonToKeep(row) {
        finish(row, account: context.credentials(tenant).accountSid, .neverSent(reason))
      } else {
        submit(row, tenant: tenant, at: now)
      }
    }
  }

  /// Why a message that has waited for a place must not leave any more.
  private func reasonToKeep(_ row: OutboxRow) throws -> String? {
    if row.kind.goesToCaller, try context.store.isOptedOut(tenant: row.tenant, phone: row.recipient) {
      return "the recipient has opted out"
    }
    guard row.attempts > 1, try context.store.message(id: row.id)?.state != .sending else { return nil }
    return "an earlier try was delivered"
  }

  package func giveBack() { keepReady("the run ended before") { _ in true } }

  private func keepReady(_ reason: String, where isKept: (_ account: String) -> Bool) {
    let waiting = ready
    ready = []
    for (row, tenant) in waiting {
      let account = context.credentials(tenant).accountSid
      if isKept(account) {
        finish(row, account: account, .neverSent(reason))
      } else {
        ready.append((row, tenant))
      }
    }
  }

  private func finish(_ row: OutboxRow, account: String, _ outcome: SendOutcome) {
    underWay[row.id] = nil
    outcomes.append((row, account, outcome))
  }

  private func choose(room: Int, at now: Timestamp) throws -> [(OutboxRow, Tenant)] {
    var chosen: [(OutboxRow, Tenant)] = []
    var probed: Set<String> = []
    let due = try context.store.dueMessages(.sms, at: now, limit: 1000)
    guard !due.isEmpty else { return [] }
    try limits.refresh(from: context.store, at: now)
    var keptBack: [(row: OutboxRow, reached: SendingLimits.Reached)] = []
    for row in due {
      guard chosen.count < room else {
        isRateLimited = true
        break
      }
      if row.expiresAt <= now {
        try giveUpLate(row, at: now)
        continue
      }
      guard let tenant = context.tenant(row.tenant), tenant.active else {
        try context.store.write {
          try context.store.holdBack(
            ifWaiting: row, until: now.adding(minutes: 5),
            reason: context.tenant(row.tenant) == nil ? "no such tenant" : "the tenant is switched off",
            at: now)
        }
        continue
      }
      if row.kind.goesToCaller, try context.store.isOptedOut(tenant: row.tenant, phone: row.recipient) {
        try giveUp(row, "the recipient has opted out", isFault: false, at: now)
        continue
      }
      let account = context.credentials(tenant).accountSid
      if let until = context.gate.sendsHeld(account) {
        // One message at a time tries whether the account is well again.
        guard until <= now, probed.insert(account).inserted else { continue }
      }
      guard rate.take(row.sender, perSecond: context.installation.messagesPerSecond, at: now) else {
        isRateLimited = true
        continue
      }
      if let reached = limits.take(row, own: tenant.smsLimits, all: context.installation.smsLimits) {
        keptBack.append((row, reached))
        continue
      }
      chosen.append((row, tenant))
    }
    try context.keepBack(keptBack, at: now)
    return chosen
  }

  private func giveUpLate(_ row: OutboxRow, at now: Timestamp) throws {
    try context.intake(at: now).giveUpLate(
      row, error: "too late: it was wanted until \(row.expiresAt.iso8601)",
      tenant: context.tenant(row.tenant),
      at: now)
    context.summary.dead += 1
  }

  private func giveUp(_ row: OutboxRow, _ error: String, isFault: Bool = true, at now: Timestamp) throws {
    try context.store.write {
      try context.intake(at: now).giveUp(row, code: nil, error: error, isFault: isFault, at: now)
    }
    context.summary.dead += 1
  }

  private func submit(_ row: OutboxRow, tenant: Tenant, at now: Timestamp) {
    let credentials = context.credentials(tenant)
    let validity = Int(row.expiresAt.milliseconds(since: now) / 1000)
    let sms = OutgoingSMS(
      to: row.recipient, sender: row.sender,
      body: links.render(row, publicURL: context.installation.publicURL),
      statusCallback: WebhookAddress.url(
        context.installation.publicURL, SMSStatus.name, query: "m=\(row.id)"),
      validityPeriodSeconds: validity)
    context.client.create(sms, as: credentials) { [self] outcome in
      finish(row, account: credentials.accountSid, outcome)
      if outcome.holdsAccount { keepReady("Twilio holds the account") { $0 == credentials.accountSid } }
      fill(at: context.clock.now())
    }
  }
}
