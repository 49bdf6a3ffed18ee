// SMSOutlet.swift - SMS leave by Twilio: one request each on kept-open connections.
//
// What Twilio answers is classed by TwilioErrorCode; an answer that never came is looked for in Twilio's message list
// (SMSOutlet+LookBack.swift) before anything is sent again.

import Business
import Desk
import LocalTime
import Runner
import Store
import Twilio
import TwilioAPI
import Webhooks

package final class SMSOutlet: Outlet {
  package static let jobName = "send"
  package static let channel = Channel.sms
  package static let hasPrecedence = true
  package static let claimSeconds = 30

  /// How long after a lost answer Twilio is asked for the first time.
  private static let firstLookSeconds = 2

  let context: BatchContext
  let links: InboxLinks
  /// Rows Twilio is being asked about.
  var lookedFor: Set<Int> = []

  package init(context: BatchContext, links: InboxLinks) {
    self.context = context
    self.links = links
  }

  package var places: Int { context.installation.concurrency }
  package var spare: Int { context.installation.concurrency / 2 }
  package var messagesPerSecond: Double? { context.installation.messagesPerSecond }

  /// Without the secret notices go out without a link.
  package func begin(at now: Timestamp) {
    guard case .failure(let fault) = links.secret else { return }
    context.alert("inbox_key", "notices have no link, since \(fault)", at: now)
  }

  package func way(of row: OutboxRow) -> Passage<Tenant> {
    guard let tenant = context.tenant(row.tenant) else { return .closed("no such tenant") }
    return tenant.active ? .free(tenant) : .closed("the tenant is switched off")
  }

  package func account(_ tenant: Tenant) -> String { context.credentials(tenant).accountSid }

  package func ceilings(_ tenant: Tenant) -> (own: Ceiling, all: Ceiling) {
    (tenant.smsLimits, context.installation.smsLimits)
  }

  package func submit(
    _ row: OutboxRow, by tenant: Tenant, at now: Timestamp, then: @escaping (SendOutcome) -> Void
  ) {
    let validity = Int(row.expiresAt.milliseconds(since: now) / 1000)
    let sms = OutgoingSMS(
      to: row.recipient, sender: row.sender,
      body: links.render(row, publicURL: context.installation.publicURL),
      statusCallback: WebhookAddress.url(
        context.installation.publicURL, SMSStatus.name, query: "m=\(row.id)"),
      validityPeriodSeconds: validity)
    context.client.create(sms, as: context.credentials(tenant), completion: then)
  }

  package func neverSent(_ reason: String) -> SendOutcome { .neverSent(reason) }

  package func holdsAccount(_ outcome: SendOutcome) -> Bool {
    guard case .refused(let verdict, _, _, _, _) = outcome else { return false }
    return verdict == .rateLimited || verdict == .credentials
  }

  package func settle(_ row: OutboxRow, account: String, _ outcome: SendOutcome, at now: Timestamp) throws {
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
      let seconds = min(AccountGate.longestSeconds, retryAfter ?? min(60, 1 << min(row.postponements, 10)))
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
      row, error: error, lookAt: now.adding(seconds: SMSOutlet.firstLookSeconds), at: now)
  }
}
