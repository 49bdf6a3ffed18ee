// FailedMessages.swift - what a delivery report, or a try that failed, means for a message: on, again, or given up.

import Business
import LocalTime
import Store
import Twilio

extension Intake {
  /// A delivery report moves the outbox row forward, or decides between a retry and giving up.
  /// - Parameter tenants: whose messages it may be about; nil = anybody's.
  package func applyReport(
    sid: String, messageID: Int?, status: DeliveryStatus, code: Int?, of tenants: Set<String>? = nil,
    at now: Timestamp
  ) throws {
    try store.write {
      let effect = try store.applyReport(
        sid: sid, messageID: messageID, status: status, of: tenants, at: now)
      guard case .failed(let row) = effect else { return }
      try settleFailure(row, verdict: TwilioErrorCode.onDelivery(code: code), code: code, at: now)
    }
  }

  /// What a failed try means for the row: retry, or dead with an alert. Learns from the code.
  package func settleFailure(_ row: OutboxRow, verdict: SendVerdict, code: Int?, at now: Timestamp) throws {
    if let present = try store.message(id: row.id), present.isForgotten {
      // No second try, and nothing is learnt about a number that is not to be known.
      try giveUp(present, code: code, error: describe(code), isFault: false, at: now)
      return
    }
    let error = describe(code)
    switch verdict {
    case .landline:
      try store.learnLineType(
        phone: row.recipient, type: .landline, from: code.map(String.init) ?? "", at: now)
    case .optedOut:
      // Twilio blocks the pair of numbers: it holds for everyone who shares the sender.
      let sharers = Set(try settings.tenants(sender: row.sender).map(\.id)).union([row.tenant])
      for tenant in sharers.sorted() { try store.optOut(tenant: tenant, phone: row.recipient, at: now) }
    case .configuration, .credentials, .rateLimited:
      // Ours to mend: the message waits, and the try does not count.
      let retryAt = now.adding(minutes: 15)
      if retryAt < row.expiresAt {
        try store.requeue(ifAccepted: row, dueAt: retryAt, code: code, error: error, at: now)
        guard row.kind != .alert else { return }
        try store.raiseAlert(
          cause: "\(AlertCause.configuration)\(code.map(String.init) ?? "unknown")", tenant: row.tenant,
          detail: "messages from \(row.sender) are not delivered: \(error)", at: now)
        return
      }
    case .transient(let seconds, let maxRetries):
      let retryAt = now.adding(seconds: seconds)
      if row.attempts <= maxRetries && retryAt < row.expiresAt {
        try store.markFailed(row, code: code, error: error, retryAt: retryAt, at: now)
        return
      }
    default: break
    }
    try giveUp(row, code: code, error: error, isFault: verdict != .optedOut, at: now)
  }

  /// -> dead, and the operator is told. A notice goes on to the next of the tenant's people.
  /// - Parameter isFault: false where giving up is what the recipient wants.
  package func giveUp(
    _ row: OutboxRow, code: Int?, error: String, isFault: Bool = true, at now: Timestamp
  ) throws {
    try store.write {
      guard try store.markDead(row, code: code, error: error, at: now) else { return }
      // An alert about an alert that could not be sent could not be sent either.
      guard !row.isAboutAlert else { return }
      if try passOn(row, error: error, at: now) { return }
      guard isFault else { return }
      try store.raiseAlert(
        cause: row.kind == .event ? AlertCause.webhookDead : AlertCause.deadLetter, tenant: row.tenant,
        detail: "message \(row.id) (\(row.kind.rawValue)) was given up after \(row.attempts) tries: \(error)",
        at: now)
    }
  }

  package func describe(_ code: Int?) -> String {
    guard let code else { return "no error code" }
    return TwilioErrorCode.meaning(code).map { "\(code) \($0)" } ?? "error \(code)"
  }
}
