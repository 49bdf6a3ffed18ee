// LineNotices.swift - tells the operator and the tenant's people of trouble with the tenant's line, once.

import Business
import LocalTime
import Store

extension Intake {
  /// Alerts the operator, and in the same transaction writes to whom of the tenant's people the routing names for what can
  /// wait; nothing while the condition is open.
  /// - Parameter detail: the operator's words.
  /// - Returns: whether anybody was told.
  package func alertOfLine(
    _ cause: String, _ trouble: LineText.Trouble, detail: String, tenant: Tenant
  ) throws -> Bool {
    try store.write {
      guard try !store.isOpen(cause, tenant: tenant.id),
        try store.raiseAlert(cause: cause, tenant: tenant.id, detail: detail, at: recordedAt)
      else { return false }
      let installation = try settings.installation()
      let text = LineText(business: tenant.name, trouble: trouble, language: tenant.language)
      let people = try routing(tenant).standIn(urgency: .medium, alreadyTold: [], at: recordedAt)
      for notice in people where try canBeWritten(to: notice.entry, installation) {
        var message = NewMessage(
          tenant: tenant.id, recipient: notice.entry.to, sender: tenant.smsSender, kind: .alert,
          text: SMSText(""), dueAt: notice.dueAt, expiresAt: notice.dueAt.adding(hours: Intake.noticeHours),
          onceKey: "line:\(cause):\(tenant.id):\(recordedAt.milliseconds):\(notice.entry.to)")
        write(text, to: notice.entry, installation, into: &message)
        try store.enqueue(message, at: recordedAt)
      }
      return true
    }
  }

  private func canBeWritten(to entry: Tenant.Notify, _ installation: Installation) throws -> Bool {
    switch entry.channel {
    case .sms: try !isOurs(entry.to)
    case .email: installation.smtp != nil
    case .ntfy: true
    case .call, .webhook: false
    }
  }
}
