// TwilioOutlet.swift - what SMS and calls have in common: they leave by Twilio, one request each on kept-open connections.
//
// What Twilio answers is classed by TwilioErrorCode.

import Business
import Desk
import LocalTime
import Runner
import Store
import Twilio
import TwilioAPI

package protocol TwilioOutlet: Outlet where Way == Tenant, Outcome == CreateOutcome<Resource> {
  associatedtype Resource: CreatedResource
  var context: BatchContext { get }
  /// Rows Twilio is being asked about.
  var lookedFor: Set<Int> { get set }
  /// What else follows, in the same transaction, when Twilio has taken it.
  func noteAccepted(_ row: OutboxRow, at now: Timestamp) throws

  /// What Twilio has of this recipient and sender, made since the row's try.
  func list(
    for row: OutboxRow, _ client: TwilioClient, _ credentials: TwilioCredentials,
    _ completion: @escaping (Result<[Resource], APIFailure>) -> Void)
  /// When Twilio made it; nil where that is not known yet.
  func madeAt(_ resource: Resource) -> Timestamp?
  /// Whether it can be what our request made, its time and its Sid apart.
  func isLike(_ row: OutboxRow, _ resource: Resource) -> Bool
  /// What Twilio knows of it already.
  func applyState(of found: Resource, to row: OutboxRow, at now: Timestamp) throws
}

/// How long after a lost answer Twilio is asked for the first time.
private let firstLookSeconds = 2

/// How a lost answer is looked back at.
enum LookBack {
  /// Twilio has had this long to show what it accepted.
  static let certaintySeconds = 120
  static let lookAgainSeconds = 20
  /// While Twilio cannot be asked.
  static let unreachableSeconds = 60
  /// Clocks differ: ours may have been wrong by an hour, or by a summer time, when the request left. Older ones
  /// of ours are known by their sid.
  static let slackHours = 3
  static let atOnce = 8
}

extension TwilioOutlet {
  package func way(of row: OutboxRow) throws -> Passage<Tenant> { tenantsWay(row) }
  package func noteAccepted(_ row: OutboxRow, at now: Timestamp) throws {}

  package func tenantsWay(_ row: OutboxRow) -> Passage<Tenant> {
    guard let tenant = context.tenant(row.tenant) else { return .closed("no such tenant") }
    return tenant.active ? .free(tenant) : .closed("the tenant is switched off")
  }

  package func account(_ tenant: Tenant) -> String { context.account(tenant) }

  package func ceilings(_ tenant: Tenant) -> (own: Ceiling, all: Ceiling) {
    (tenant.smsLimits, context.installation.smsLimits)
  }

  package func neverSent(_ reason: String) -> CreateOutcome<Resource> { .neverSent(reason) }

  package func holdsAccount(_ outcome: CreateOutcome<Resource>) -> Bool {
    guard case .refused(let verdict, _, _, _, _) = outcome else { return false }
    return verdict == .rateLimited || verdict == .credentials
  }

  package func settle(
    _ row: OutboxRow, account: String, _ outcome: CreateOutcome<Resource>, at now: Timestamp
  ) throws {
    switch outcome {
    case .accepted(let made):
      context.gate.open(account)
      let isFirst = try context.store.markAccepted(
        ifSending: row.id, attempt: row.attempts, sid: made.sid, segments: made.numSegments, at: now)
      if isFirst {
        context.summary.accepted += 1
        try noteAccepted(row, at: now)
      }
    case .refused(let verdict, let status, let code, let message, let retryAfter):
      try settleRefusal(
        row, account: account, verdict: verdict, code: code ?? (status == 401 ? 20003 : nil),
        message: message.isEmpty ? "HTTP \(status)" : message, retryAfter: retryAfter, at: now)
    case .neverSent(let reason):
      try context.putOff(row, from: 1, limit: 60, reason, at: now)
      if row.postponements >= 4 { context.alert(AlertCause.twilioUnreachable, reason, about: row, at: now) }
    case .unknown(let reason):
      try markUnknown(row, reason, at: now)
    }
  }

  private func settleRefusal(
    _ row: OutboxRow, account: String, verdict: SendVerdict, code: Int?, message: String, retryAfter: Int?,
    at now: Timestamp
  ) throws {
    switch verdict {
    case .rateLimited:
      let seconds = min(AccountGate.longestSeconds, retryAfter ?? row.backOffSeconds(from: 1, limit: 60))
      context.gate.holdSends(account, until: now.adding(seconds: seconds))
      try context.putOff(row, seconds: seconds, code: code, "429: too many requests", at: now)
    case .credentials:
      let seconds = AccountGate.credentialsSeconds
      context.gate.holdSends(account, until: now.adding(seconds: seconds))
      try context.putOff(row, seconds: seconds, code: code, "Twilio refuses the account: \(message)", at: now)
      context.alertRefusedAccount(
        account, String(code ?? 401), tenant: row.tenant, about: row, at: now)
    case .configuration:
      let meaning = context.intake(at: now).describe(code)
      try context.putOff(row, from: 60, limit: 900, code: code, meaning, at: now)
      context.alert(
        "\(AlertCause.configuration)\(code.map(String.init) ?? "unknown")", tenant: row.tenant,
        "Twilio refuses sender \(row.sender): \(meaning): \(message)", about: row, at: now)
    case .unknown:
      try markUnknown(row, "Twilio failed: \(message)", at: now)
    case .permanent, .landline, .optedOut, .transient, .expired:
      try context.intake(at: now).settleFailure(row, verdict: verdict, code: code, at: now)
      let isDead = try context.store.message(id: row.id)?.state == .dead
      if isDead { context.summary.dead += 1 } else { context.summary.retries += 1 }
    }
  }

  private func markUnknown(_ row: OutboxRow, _ error: String, at now: Timestamp) throws {
    try context.store.markUnknown(
      row, error: error, lookAt: now.adding(seconds: firstLookSeconds), at: now)
  }

  // MARK: looking back

  package func lookBack(at row: OutboxRow, at now: Timestamp) throws {
    guard !lookedFor.contains(row.id), lookedFor.count < LookBack.atOnce else { return }
    guard let tenant = context.tenant(row.tenant) else {
      try context.store.write {
        try context.intake(at: now).giveUp(row, code: nil, error: "the tenant is not configured", at: now)
      }
      return
    }
    lookedFor.insert(row.id)
    context.ask(tenant, at: now) {
      list(for: row, $0, $1, $2)
    } then: { [self] result, now in
      lookedFor.remove(row.id)
      context.attempt("look back") {
        try context.store.write { try settle(row, result, at: now) }
      }
    }
  }

  private func settle(_ row: OutboxRow, _ result: Result<[Resource], APIFailure>, at now: Timestamp) throws {
    guard case .success(let list) = result else { return try settleAbsent(row, isAsked: false, at: now) }
    guard let found = try twin(of: row, in: list) else {
      return try settleAbsent(row, isAsked: true, at: now)
    }
    let acceptedAt = madeAt(found).map { min(now, max($0, row.claimedAt ?? $0)) } ?? now
    try take(found, as: row, acceptedAt: acceptedAt, at: now)
    context.summary.reconciled += 1
  }

  /// A row in `sending` is what Twilio has made of it.
  func take(_ found: Resource, as row: OutboxRow, acceptedAt: Timestamp, at now: Timestamp) throws {
    try context.store.markAccepted(
      ifSending: row.id, attempt: row.attempts, sid: found.sid, segments: found.numSegments, at: acceptedAt,
      event: .messageFound)
    try noteAccepted(row, at: acceptedAt)
    try applyState(of: found, to: row, at: now)
  }

  /// What Twilio made of our request: not older than the request, and nobody else's.
  private func twin(of row: OutboxRow, in list: [Resource]) throws -> Resource? {
    let earliest = earliest(row)
    return try list.filter { isLike(row, $0) && (madeAt($0) ?? earliest) >= earliest }
      .sorted { (madeAt($0) ?? earliest) < (madeAt($1) ?? earliest) }
      .first { try !context.store.knowsAttempt(sid: $0.sid) }
  }

  /// Twilio has no trace of it, or cannot be asked.
  private func settleAbsent(_ row: OutboxRow, isAsked: Bool, at now: Timestamp) throws {
    guard isAsked else {
      guard row.expiresAt <= now else {
        try context.store.markUnknown(
          row, error: "Twilio cannot be asked", lookAt: now.adding(seconds: LookBack.unreachableSeconds),
          isHeld: true, at: now)
        return
      }
      return try context.giveUp(
        row, code: nil, "not known whether it was sent, and Twilio cannot be asked", at: now)
    }
    let since = row.unknownSince ?? row.claimedAt ?? now
    let certainAt = since.adding(seconds: LookBack.certaintySeconds)
    guard now >= certainAt else {
      let next = min(certainAt, now.adding(seconds: LookBack.lookAgainSeconds))
      try context.store.markUnknown(row, error: "not found at Twilio yet", lookAt: next, at: now)
      return
    }
    try context.intake(at: now).settleFailure(
      row, verdict: .transient(afterSeconds: 0, maxRetries: 2), code: nil, at: now)
    context.summary.retries += 1
  }

  /// A try was not made before this.
  func earliest(_ row: OutboxRow) -> Timestamp {
    (row.claimedAt ?? row.firstDueAt).adding(hours: -LookBack.slackHours)
  }
}
