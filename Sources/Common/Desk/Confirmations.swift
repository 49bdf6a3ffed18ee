// Confirmations.swift - what a caller is answered by SMS, and who is not answered.

import Business
import LocalTime
import Store

extension Intake {
  /// Loop protection: confirmations per number and hour, and in 24 hours. What answers us may be a machine.
  static let confirmationsPerHour = 5
  static let confirmationsPerDay = 10

  /// Puts the confirmation into the outbox, unless the number cannot or must not get one.
  /// - Parameter obstacle: a reason the message itself gives.
  func confirm(
    _ text: SMSText, kind: MessageKind, _ message: IncomingMessage, ticket: Int?, obstacle: String?
  ) throws {
    let (tenant, now) = (message.tenant, message.at)
    let minutes = kind == .wizardLink ? MessageExpiry.wizardLinkMinutes : MessageExpiry.confirmationMinutes
    let expiresAt = now.adding(minutes: minutes)
    if let obstacle = try obstacle ?? self.obstacle(to: message, expiresAt: expiresAt) {
      try store.logEvent(.confirmationWithheld, tenant: tenant.id, ticket: ticket, detail: obstacle, at: now)
      return
    }
    try store.enqueue(
      NewMessage(
        tenant: tenant.id, recipient: message.phone, sender: tenant.smsSender, kind: kind, text: text,
        dueAt: now, expiresAt: expiresAt, ticketID: ticket, inboundID: message.id), at: now)
  }

  /// A tenant's number at Twilio: no person reads what is sent there, and our own handler would answer it.
  func isOurs(_ phone: String) throws -> Bool {
    try settings.isTenantsNumber(phone)
  }

  /// Why a number gets no confirmation; nil when it gets one.
  private func obstacle(to message: IncomingMessage, expiresAt: Timestamp) throws -> String? {
    if let obstacle = try obstacleToAnswer(message, expiresAt: expiresAt) { return obstacle }
    let recent = try store.confirmationCount(
      tenant: message.tenant.id, phone: message.phone, hourSince: message.at.adding(hours: -1),
      daySince: message.at.adding(days: -1))
    return recent.lastHour >= Intake.confirmationsPerHour || recent.lastDay >= Intake.confirmationsPerDay
      ? "loop protection" : nil
  }

  /// Why nobody at all who writes from there is answered.
  func obstacleToAnswer(_ message: IncomingMessage, expiresAt: Timestamp) throws -> String? {
    if expiresAt <= recordedAt { return "too late" }
    let marks = try store.marks(tenant: message.tenant.id, phone: message.phone, at: recordedAt)
    if marks.isOptedOut { return "opted out" }
    if marks.isPrivate { return "private" }
    // A number of ours would answer by itself: two tenants must not text each other for ever.
    return try isOurs(message.phone) ? "the sender is one of our own numbers" : nil
  }
}
