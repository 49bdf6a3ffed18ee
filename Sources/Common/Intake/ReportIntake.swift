// ReportIntake.swift - delivery reports and Twilio's error reports.

import Business
import CGI
import LocalTime
import Spool
import Store
import Twilio

extension Intake {
  /// `sms-status`: moves the outbox row forward, or decides between a retry and giving up.
  package func recordDeliveryReport(_ webhook: Webhook) throws {
    guard let status = DeliveryStatus(rawValue: webhook.field("MessageStatus")) else { return }
    try applyReport(
      sid: webhook.field("MessageSid"), messageID: webhook.query["m"].flatMap { Int($0) }, status: status,
      code: webhook.fields["ErrorCode"].flatMap { Int($0) }, of: try tenantsSpokenFor(webhook),
      at: webhook.receivedAt)
  }

  /// Whose messages a report may be about; nil = anybody's. Whoever has the token of a subaccount can sign, and
  /// then names that account (or the signature was checked with another token): it speaks for the tenants that
  /// use it, and for nobody else.
  private func tenantsSpokenFor(_ webhook: Webhook) throws -> Set<String>? {
    guard let sid = webhook.fields.nonEmpty("AccountSid"), try settings.account(sid: sid)?.tenantID != nil
    else { return nil }
    return Set(try settings.tenants().filter { $0.twilio?.accountSid == sid }.map(\.id))
  }

  /// The same for a report that was fetched.
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
      guard row.kind != .alert else { return }
      if try passOn(row, error: error, at: now) { return }
      guard isFault else { return }
      try store.raiseAlert(
        cause: AlertCause.deadLetter, tenant: row.tenant,
        detail: "message \(row.id) (\(row.kind.rawValue)) was given up after \(row.attempts) tries: \(error)",
        at: now)
    }
  }

  package func describe(_ code: Int?) -> String {
    guard let code else { return "no error code" }
    return TwilioErrorCode.meaning(code).map { "\(code) \($0)" } ?? "error \(code)"
  }

  /// `twilio-error`: the debugger's event, or a fallback request. Recorded once per Sid. A fallback request
  /// carries the call or the message whose webhook failed: that is recorded too.
  package func recordTwilioError(_ webhook: Webhook, tenants: [Tenant]) throws -> Found {
    try store.write {
      try recordError(webhook)
      guard let tenant = tenants.first else { return Found() }
      if webhook.fields.nonEmpty("CallSid") != nil { return try recordCall(webhook, tenant: tenant) }
      if webhook.fields.nonEmpty("MessageSid") != nil, webhook.fields["Body"] != nil {
        try recordReply(webhook, tenants: tenants)
      }
      return Found()
    }
  }

  private func recordError(_ webhook: Webhook) throws {
    let sid =
      webhook.fields.nonEmpty("Sid") ?? webhook.fields.nonEmpty("CallSid")
      ?? webhook.fields.nonEmpty("MessageSid") ?? ""
    let shownSid = String(sid.prefix(40))
    // Each code is a cause of its own, and an alert of its own: nothing else may pass for one.
    let code = [webhook.fields.nonEmpty("ErrorCode"), debuggerCode(webhook.fields["Payload"] ?? "")]
      .compactMap { $0 }.first { 1...6 ~= $0.utf8.count && $0.utf8.allSatisfy { 48...57 ~= $0 } }
    let what = webhook.fields.nonEmpty("Sid") == nil ? "fallback requested" : "debugger event"
    let level = String((webhook.fields.nonEmpty("Level") ?? "ERROR").prefix(20))
    try store.write {
      let isNew = try store.logEvent(
        .alert, tenant: "", detail: "twilio_error: \(what) \(level) \(code ?? "without code") \(shownSid)",
        at: webhook.receivedAt, onceKey: sid.isEmpty ? nil : "twilio-error:\(sid):\(code ?? "")")
      guard isNew else { return }
      try store.raiseAlert(
        cause: "twilio_error_\(code ?? "unknown")", tenant: nil, detail: "\(what) \(level) \(shownSid)",
        at: webhook.receivedAt)
    }
  }

  /// The error code inside the debugger's JSON payload. SQLite reads the JSON.
  private func debuggerCode(_ payload: String) -> String? {
    (try? store.jsonText(payload, at: "$.error_code"))?.flatMap { $0.isEmpty ? nil : String($0.prefix(8)) }
  }
}
