// TellOperator.swift - turns alerts into messages of kind alert, by e-mail and SMS as `alerts` says.
//
// One alert per cause, tenant and hour is raised in the first place (Store.raiseAlert). What was told as a condition is
// told once more when it is over (SolveAlerts).

import Business
import LocalTime
import Platform
import Store

package final class TellOperator: Job {
  package static let name = "tell-operator"
  package static let isWokenByRows = true

  private static let wantedHours = 48

  private let context: BatchContext

  package init(context: BatchContext) { self.context = context }

  /// A run that comes late says so: cron, or the machine, stood still.
  package func begin(lastBeat: Timestamp?, at now: Timestamp) {
    guard let lastBeat, now.milliseconds(since: lastBeat) > 15 * 60_000 else { return }
    context.alert(
      AlertCause.runnerSilent,
      "no run between \(lastBeat.iso8601) and \(now.iso8601): check cron on this host",
      at: now)
  }

  package func step(at now: Timestamp) throws {
    let alerts = try context.store.alertsToTell(limit: 20)
    let solved = try context.store.solvedAlertsToTell(limit: 20)
    guard !alerts.isEmpty || !solved.isEmpty else { return }
    try context.store.write {
      for alert in alerts {
        try tell(alert, what: alert.name, text: "\(alert.name): \(alert.detail)", of: alert.at, at: now)
        try context.store.noteAlertTold(alert.id, at: now)
      }
      for alert in solved {
        try tell(
          alert, what: "solved: \(alert.name)",
          text: "solved: \(alert.name), raised \(alert.at.iso8601): \(alert.detail)",
          of: alert.solvedAt ?? now, key: "solved:", at: now)
        try context.store.noteSolvedTold(alert.id, at: now)
      }
    }
  }

  /// By all ways that `alerts` names.
  /// - Parameters:
  ///   - time: when what is told happened.
  ///   - key: tells the messages about an alert apart.
  private func tell(
    _ alert: Alert, what: String, text: String, of time: Timestamp, key: String = "", at now: Timestamp
  ) throws {
    let expiresAt = now.adding(hours: TellOperator.wantedHours)
    for address in context.installation.alertEmails {
      guard let smtp = context.installation.smtp else { break }
      try context.store.enqueue(
        .mail(
          tenant: alert.tenant ?? "", to: address, from: smtp.from, kind: .alert,
          subject: "Missed Call Recovery: \(what)",
          body: "\(text)\n\n\(time.iso8601)\n`opsfabric status` shows the whole state.\n", dueAt: now,
          expiresAt: expiresAt, onceKey: "alert:\(alert.id):\(key)\(address)"), at: now)
    }
    for number in context.installation.alertNumbers {
      guard let sender = sender(for: alert.tenant) else { break }
      try context.store.enqueue(
        NewMessage(
          tenant: sender.id, recipient: number, sender: sender.smsSender, kind: .alert,
          text: SMSText(String(BaseLetters.written("Missed Call Recovery: \(text)").prefix(300))), dueAt: now,
          expiresAt: expiresAt,
          onceKey: "alert:\(alert.id):\(key)\(number)"), at: now)
    }
  }

  /// Whose number an alert SMS comes from: the tenant's concerned, else the first that is active.
  private func sender(for tenant: String?) -> Tenant? {
    if let tenant = tenant.flatMap(context.tenant), tenant.active { return tenant }
    return context.activeTenants.first
  }
}

extension Alert {
  /// `credentials (muster)`.
  fileprivate var name: String { cause + (tenant.map { " (\($0))" } ?? "") }
}
