// SendDueMessages.swift - hands due SMS to Twilio and settles what comes of it.
//
// `sending` is committed before a request leaves. Requests run side by side on kept-open connections, held
// to the rate of their sender. Claims and results are committed in groups. What Twilio answers is classed by
// TwilioErrorCode; an answer that never came is left to ReconcileMessages.

import Intake
import LocalTime
import Platform
import Rules
import Settings
import Store
import Twilio
import TwilioAPI

final class SendDueMessages {
  /// How long after a lost answer Twilio is asked for the first time.
  static let firstLookSeconds = 2
  /// Longer than a request can take.
  static let claimSeconds = 30
  private static let credentialsHoldSeconds = 30

  private let context: BatchContext
  private var rate = SendRate()
  private var limits = SendingLimits()
  private var underWay: [Int: OutboxRow] = [:]
  private var outcomes: [(row: OutboxRow, account: String, outcome: SendOutcome)] = []
  /// Accounts that are not sent from until then: wrong credentials, too many requests.
  private var heldAccounts: [String: Timestamp] = [:]

  init(context: BatchContext) { self.context = context }

  var isIdle: Bool { underWay.isEmpty && outcomes.isEmpty }

  /// Answers have come in that `settle` has not committed yet.
  var hasResults: Bool { !outcomes.isEmpty }

  /// The last step left messages waiting for their sender's rate, or for a free place.
  private(set) var isRateLimited = false

  /// The clock was set: until when an account is held, and how full the buckets are, means nothing any more.
  func forgetHolds() {
    heldAccounts = [:]
    rate = SendRate()
  }

  /// Whether a row's request is under way in this very process.
  func isUnderWay(_ id: Int) -> Bool { underWay[id] != nil }

  /// Claims and sends what is due, as far as rate and concurrency allow. Returns how many were claimed.
  @discardableResult
  func step(at now: Timestamp) throws -> Int {
    isRateLimited = false
    let room = context.installation.concurrency - underWay.count
    guard room > 0 else {
      isRateLimited = true
      return 0
    }
    let candidates = try choose(room: room, at: now)
    guard !candidates.isEmpty else { return 0 }
    var claimed: [(OutboxRow, Tenant)] = []
    try context.store.write {
      for (row, tenant) in candidates {
        let lookAt = now.adding(seconds: SendDueMessages.claimSeconds)
        guard let row = try context.store.claim(ifWaiting: row.id, at: now, lookAt: lookAt) else { continue }
        try context.links.admit(row, store: context.store, at: now)
        claimed.append((row, tenant))
      }
    }
    for (row, tenant) in claimed { submit(row, tenant: tenant, at: now) }
    return claimed.count
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
        try context.store.write { try context.store.hold(ifWaiting: row.id, until: now.adding(minutes: 5)) }
        continue
      }
      if row.kind.goesToCaller, try context.store.isOptedOut(tenant: row.tenant, phone: row.recipient) {
        try giveUp(row, "the recipient has opted out", isFault: false, at: now)
        continue
      }
      let account = context.credentials(tenant).accountSid
      if let until = heldAccounts[account] {
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
    try keepBack(keptBack, at: now)
    return chosen
  }

  /// What is above a ceiling waits, without using up a retry, and the operator is told.
  private func keepBack(_ rows: [(row: OutboxRow, reached: SendingLimits.Reached)], at now: Timestamp) throws
  {
    guard !rows.isEmpty else { return }
    try context.store.write {
      for (row, reached) in rows {
        try context.store.holdBack(
          ifWaiting: row, until: now.adding(seconds: SendingLimits.waitSeconds), reason: reached.reason,
          at: now)
      }
    }
    context.summary.held += rows.count
    for reached in Set(rows.map(\.reached)) {
      context.alert(
        Store.limitAlert, tenant: reached.tenant,
        "\(reached.reason); the others wait. An attack? `opsfabric list calls` shows who calls", at: now)
    }
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
    underWay[row.id] = row
    let validity = Int(row.expiresAt.milliseconds(since: now) / 1000)
    let sms = OutgoingSMS(
      to: row.recipient, sender: row.sender,
      body: context.links.render(row, publicURL: context.installation.publicURL),
      statusCallback: "\(context.installation.publicURL)/sms-status?m=\(row.id)",
      validityPeriodSeconds: validity)
    context.client.create(sms, as: credentials) { [self] outcome in
      underWay[row.id] = nil
      outcomes.append((row, credentials.accountSid, outcome))
    }
  }

  /// Commits the results that have come in, all in one transaction.
  func settle(at now: Timestamp) throws {
    guard !outcomes.isEmpty else { return }
    let finished = outcomes
    do {
      try context.store.write {
        for (row, account, outcome) in finished { try settle(row, account: account, outcome, at: now) }
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
    }
    outcomes.removeFirst(finished.count)
  }

  private func settle(_ row: OutboxRow, account: String, _ outcome: SendOutcome, at now: Timestamp) throws {
    switch outcome {
    case .accepted(let message):
      heldAccounts[account] = nil
      let isFirst = try context.store.markAccepted(
        ifSending: row.id, attempt: row.attempts, sid: message.sid, segments: message.numSegments, at: now)
      if isFirst { context.summary.accepted += 1 }
    case .refused(let verdict, let status, let code, let message, let retryAfter):
      try settleRefusal(
        row, account: account, verdict: verdict, code: code ?? (status == 401 ? 20003 : nil),
        message: message.isEmpty ? "HTTP \(status)" : message, retryAfter: retryAfter, at: now)
    case .neverSent(let reason):
      context.summary.held += 1
      try postpone(row, seconds: backOff(row, from: 1, limit: 60), code: nil, error: reason, at: now)
      if row.postponements >= 4 { context.alert("twilio_unreachable", reason, about: row, at: now) }
    case .unknown(let reason):
      try context.store.markUnknown(
        row, error: reason, lookAt: now.adding(seconds: SendDueMessages.firstLookSeconds), at: now)
    }
  }

  private func settleRefusal(
    _ row: OutboxRow, account: String, verdict: SendVerdict, code: Int?, message: String, retryAfter: Int?,
    at now: Timestamp
  ) throws {
    switch verdict {
    case .rateLimited:
      context.summary.held += 1
      let seconds = min(3600, retryAfter ?? backOff(row, from: 1, limit: 60))
      heldAccounts[account] = now.adding(seconds: seconds)
      try postpone(row, seconds: seconds, code: code, error: "429: too many requests", at: now)
    case .credentials:
      context.summary.held += 1
      heldAccounts[account] = now.adding(seconds: SendDueMessages.credentialsHoldSeconds)
      try postpone(
        row, seconds: SendDueMessages.credentialsHoldSeconds, code: code,
        error: "Twilio refuses the account: \(message)",
        at: now)
      context.alert(
        "credentials", tenant: row.tenant,
        "Twilio refuses account \(account) (\(code ?? 401)): check account_sid, auth_token and balance",
        about: row, at: now)
    case .configuration:
      context.summary.held += 1
      try postpone(
        row, seconds: backOff(row, from: 60, limit: 900), code: code,
        error: context.intake(at: now).describe(code), at: now)
      context.alert(
        "configuration_\(code.map(String.init) ?? "unknown")", tenant: row.tenant,
        "Twilio refuses sender \(row.sender): \(context.intake(at: now).describe(code)): \(message)",
        about: row, at: now)
    case .unknown:
      try context.store.markUnknown(
        row, error: "Twilio failed: \(message)",
        lookAt: now.adding(seconds: SendDueMessages.firstLookSeconds), at: now)
    case .permanent, .landline, .optedOut, .transient, .expired:
      try context.intake(at: now).settleFailure(row, verdict: verdict, code: code, at: now)
      let isDead = try context.store.message(id: row.id)?.state == .dead
      if isDead { context.summary.dead += 1 } else { context.summary.retries += 1 }
    }
  }

  private func postpone(_ row: OutboxRow, seconds: Int, code: Int?, error: String, at now: Timestamp) throws {
    try context.store.postpone(row, until: now.adding(seconds: seconds), code: code, error: error, at: now)
  }

  /// Doubling with every try in a row that did not count.
  private func backOff(_ row: OutboxRow, from first: Int, limit: Int) -> Int {
    min(limit, first << min(row.postponements, 10))
  }
}
