// SolveAlerts.swift - sees that what the operator was told of is over.
//
// A condition is over when there is proof: something that could not have worked while it lasted has worked since it was
// last met. Where the job that meets it does so every few minutes, as long as it lasts, its silence is the proof. What
// ends is told by TellOperator. The table of all conditions is in docs/state-machines.md.

import Business
import LocalTime
import Platform
import Store

package final class SolveAlerts: Job {
  package static let name = "solve-alerts"

  /// A ceiling is met again each minute while anything waits for it.
  private static let ceilingQuietMinutes = 5
  /// What is gathered, or not asked, above a ceiling of an hour.
  private static let floodQuietMinutes = 60
  /// Calls that cannot be decided are looked at every 5 or 10 minutes.
  private static let decisionQuietMinutes = 30
  /// Without a runner nothing is met, and silence proves nothing.
  private static let gapMilliseconds: Int64 = 120_000

  private let context: BatchContext
  private let isQueueWell: () -> Bool
  private var pace = Pace(seconds: 10)
  private var acceptedAtLastLook = 0
  private var silenceCounts = true

  /// - Parameter isQueueWell: messages have come from the queue, or none wait, in this run.
  package init(context: BatchContext, isQueueWell: @escaping () -> Bool) {
    self.context = context
    self.isQueueWell = isQueueWell
  }

  package func begin(lastBeat: Timestamp?, at now: Timestamp) {
    silenceCounts = lastBeat.map { now.milliseconds(since: $0) < SolveAlerts.gapMilliseconds } ?? false
  }

  package func step(at now: Timestamp) throws {
    guard pace.isDue(at: now) || context.summary.accepted != acceptedAtLastLook else { return }
    acceptedAtLastLook = context.summary.accepted
    for condition in try context.store.openConditions() where try isOver(condition, at: now) {
      try context.store.solve(condition, at: now)
    }
  }

  private func isOver(_ condition: OpenCondition, at now: Timestamp) throws -> Bool {
    let lastAt = condition.lastAt
    switch condition.cause {
    case AlertCause.credentials, AlertCause.twilioUnreachable, AlertCause.gapUnread:
      // A tenant that is not configured any more has no account.
      if let tenant = condition.tenant, context.tenant(tenant) == nil { return true }
      return try tenants(of: condition).contains { try hasSpoken($0, after: lastAt) }
    case AlertCause.smtpCredentials, AlertCause.smtpUnreachable:
      guard context.installation.smtp != nil else { return true }
      let owners = [""] + context.tenantIDs
      return try owners.contains { try context.store.hasAccepted("email", tenant: $0, after: lastAt) }
    case AlertCause.pushUnreachable:
      guard let tenant = condition.tenant, let people = context.tenant(tenant)?.notify,
        people.contains(where: { $0.channel == .ntfy })
      else { return true }
      return try context.store.hasAccepted(Channel.ntfy.rawValue, tenant: tenant, after: lastAt)
    case AlertCause.smsLimit, AlertCause.mailLimit:
      return isQuiet(condition, minutes: SolveAlerts.ceilingQuietMinutes, at: now)
    case AlertCause.formLimit, AlertCause.noticeLimit, AlertCause.withheldLimit, AlertCause.lookupLimit:
      return isQuiet(condition, minutes: SolveAlerts.floodQuietMinutes, at: now)
    case AlertCause.decideFailed, AlertCause.tenantMissing:
      return isQuiet(condition, minutes: SolveAlerts.decisionQuietMinutes, at: now)
    case AlertCause.lineSilent:
      guard let tenant = activeTenant(of: condition) else { return true }
      if let proof = try context.lastProof(of: tenant), proof > condition.since { return true }
      // The gap was longer than that when it was told; a call within may have been learnt late.
      return try context.newestCall(of: tenant).map {
        $0.at > condition.since.adding(minutes: -WatchLines.shortestGapMinutes)
      } ?? (tenant.checkCall == .off)
    case AlertCause.mailboxAnswers:
      guard let tenant = activeTenant(of: condition) else { return true }
      return try context.mailbox(of: tenant, at: now) == nil
    case AlertCause.copyOld:
      return try context.store.oldCopy(context.installation.backup, at: now) == nil
    case AlertCause.queue:
      guard case .sqs = context.installation.intake else { return true }
      return isQueueWell()
    case AlertCause.settingsDamaged: return !context.settings.isCopy
    case AlertCause.reportFailed:
      return try context.store.hasClosedMonth(tenant: condition.tenant ?? "", after: lastAt)
    case let cause where cause.hasPrefix(AlertCause.webhookOff):
      // Nobody but the operator switches it on again, or takes it out of the settings.
      return !isReceiver(cause, of: condition.tenant)
    default: return try isConfigured(condition)
    }
  }

  /// The address that was switched off still stands in the settings of its owner: the tenant, or the operator.
  private func isReceiver(_ cause: String, of tenant: String?) -> Bool {
    let receivers = tenant.map { context.tenant($0)?.webhooks ?? [] } ?? context.installation.webhooks
    return receivers.contains { $0.offCause == cause }
  }

  /// `configuration_CODE`: nothing is held for that code any more, and the sender has worked since. What only a report
  /// can say (codes from 30000 on) is disproved by a delivery, the rest by Twilio taking an SMS.
  private func isConfigured(_ condition: OpenCondition) throws -> Bool {
    guard let tenant = condition.tenant, context.tenant(tenant) != nil else { return true }
    let code = Int(condition.cause.dropFirst(AlertCause.configuration.utf8.count))
    if let code, try context.store.isHolding(tenant: tenant, code: code) { return false }
    return code ?? 0 >= 30_000
      ? try context.store.hasDelivered(tenant: tenant, after: condition.lastAt)
      : try context.store.hasAccepted("sms", tenant: tenant, after: condition.lastAt)
  }

  /// Twilio has taken an SMS of the tenant since, or let us read a list of its numbers.
  private func hasSpoken(_ tenant: Tenant, after time: Timestamp) throws -> Bool {
    if try context.store.hasAccepted("sms", tenant: tenant.id, after: time) { return true }
    return try tenant.voiceNumbers.contains { number in
      try ["calls", "messages"].contains { list in
        try context.store.sweep(number: number, list: list).map { $0.completeUntil > time } ?? false
      }
    }
  }

  private func activeTenant(of condition: OpenCondition) -> Tenant? {
    condition.tenant.flatMap(context.tenant).flatMap { $0.active ? $0 : nil }
  }

  /// The tenant it is about; all of them where it is about none.
  private func tenants(of condition: OpenCondition) -> [Tenant] {
    guard let id = condition.tenant else { return context.activeTenants }
    return context.tenant(id).map { [$0] } ?? []
  }

  private func isQuiet(_ condition: OpenCondition, minutes: Int, at now: Timestamp) -> Bool {
    silenceCounts && condition.lastAt.adding(minutes: minutes) <= now
  }
}
