// SendDueMessages+Results.swift - what comes of a request: the row's next state, holds of an account, alerts.

import Business
import Desk
import LocalTime
import Runner
import Store
import Twilio
import TwilioAPI

extension SendDueMessages {
  func settle(_ row: OutboxRow, account: String, _ outcome: SendOutcome, at now: Timestamp) throws {
    switch outcome {
    case .accepted(let message):
      context.gate.open(account)
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
      if row.postponements >= 4 { context.alert(AlertCause.twilioUnreachable, reason, about: row, at: now) }
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
      let seconds = min(AccountGate.longestSeconds, retryAfter ?? backOff(row, from: 1, limit: 60))
      context.gate.holdSends(account, until: now.adding(seconds: seconds))
      try postpone(row, seconds: seconds, code: code, error: "429: too many requests", at: now)
    case .credentials:
      context.summary.held += 1
      let seconds = AccountGate.credentialsSeconds
      context.gate.holdSends(account, until: now.adding(seconds: seconds))
      try postpone(
        row, seconds: seconds, code: code, error: "Twilio refuses the account: \(message)", at: now)
      context.alertRefusedAccount(
        account, String(code ?? 401), tenant: row.tenant, about: row, at: now)
    case .configuration:
      context.summary.held += 1
      try postpone(
        row, seconds: backOff(row, from: 60, limit: 900), code: code,
        error: context.intake(at: now).describe(code), at: now)
      context.alert(
        "\(AlertCause.configuration)\(code.map(String.init) ?? "unknown")", tenant: row.tenant,
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

extension SendOutcome {
  /// Nothing more is sent for this account for a while.
  var holdsAccount: Bool {
    guard case .refused(let verdict, _, _, _, _) = self else { return false }
    return verdict == .rateLimited || verdict == .credentials
  }
}
