// StaffIntake.swift - a message from one of the tenant's own people: an answer to a notice, never a caller's request.

import Business
import LocalTime
import Store

extension Tenant {
  /// One of the tenant's people: told by SMS or call, or named in `staff_numbers`. At another tenant he is a caller
  /// like any other.
  package func isStaff(_ phone: String) -> Bool {
    staffNumbers.contains(phone) || notify.contains { $0.phone == phone }
  }
}

extension Intake {
  /// A notice can be answered for so long.
  private static let noticeAnswerHours = 24
  /// Loop protection: answers to one of the tenant's people in 24 hours.
  private static let staffAnswersPerDay = 20

  /// Spec section 11, "Staff by SMS": the last notice to the number says which request is meant.
  /// - Parameter optOut: STOP and START have been heeded, and ask for nothing else; HELP was answered by Twilio.
  package func recordStaffMessage(_ message: IncomingMessage, optOut: OptOutAction?) throws {
    let answer = StaffAnswer(body: message.body)
    // Twilio takes YES for START; from staff it is a yes as well.
    if let optOut, optOut != .help, answer != .take { return }
    guard let ticket = try noticedTicket(message) else {
      return try tell(.noRequest, of: nil, message, optOut: optOut)
    }
    try store.noteSubject(ofInbound: message.id, ticket: ticket.id)
    guard let outcome = try carryOut(answer, ticket: ticket, message) else { return }
    try tell(outcome, of: ticket, message, optOut: optOut)
  }

  /// The request that the last notice to the sender told of; nil too when its caller was forgotten since.
  private func noticedTicket(_ message: IncomingMessage) throws -> TicketRow? {
    let id = try store.lastNoticedTicket(
      tenant: message.tenant.id, recipient: message.phone,
      since: message.at.adding(hours: -Intake.noticeAnswerHours), until: message.at)
    let ticket = try id.flatMap { try store.ticket(id: $0) }
    return ticket?.phone == Forgotten.number ? nil : ticket
  }

  /// nil when there was nothing to be done.
  private func carryOut(_ answer: StaffAnswer, ticket: TicketRow, _ message: IncomingMessage) throws
    -> StaffOutcome?
  {
    let (person, now) = (message.tenant.personName(message.phone), message.at)
    switch answer {
    case .take:
      if try store.move(ticket, .start, by: person, at: now) { return .taken }
      guard ticket.status.isOpen else { return .alreadyDone }
      let holder = message.tenant.personName(ticket.person ?? message.tenant.name)
      return holder == person ? .alreadyYours : .takenBy(shown(holder, message.tenant))
    case .finish:
      return try store.move(ticket, .finish(), by: person, at: now) ? .done : .alreadyDone
    case .note(let words):
      for link in message.media {
        try store.addPhoto(ticket: ticket.id, url: link.url, contentType: link.type, at: now)
      }
      if !words.isEmpty {
        try store.note(
          ticket: ticket.id, text: String(words.prefix(ticketNoteLimit)), by: person, at: now)
      }
      return words.isEmpty && message.media.isEmpty ? nil : .noted
    }
  }

  /// Says what was done, once per message, to nobody who must not be texted.
  private func tell(
    _ outcome: StaffOutcome, of ticket: TicketRow?, _ message: IncomingMessage, optOut: OptOutAction?
  ) throws {
    let (tenant, now) = (message.tenant, message.at)
    let expiresAt = now.adding(minutes: MessageExpiry.confirmationMinutes)
    if let obstacle = try obstacle(toStaff: message, optOut: optOut, expiresAt: expiresAt) {
      try store.logEvent(
        .confirmationWithheld, tenant: tenant.id, ticket: ticket?.id, detail: obstacle, at: now)
      return
    }
    let text = outcome.sms(
      business: tenant.name,
      phone: try ticket.map {
        try store.contactName(tenant: tenant.id, phone: $0.phone) ?? shown($0.phone, tenant)
      } ?? "", language: tenant.language)
    // It names no ticket: it is no notice of one, and whoever is forgotten is found by his number in it.
    try store.enqueue(
      NewMessage(
        tenant: tenant.id, recipient: message.phone, sender: tenant.smsSender, kind: .notification,
        text: text, dueAt: now, expiresAt: expiresAt, inboundID: message.id), at: now)
  }

  private func obstacle(
    toStaff message: IncomingMessage, optOut: OptOutAction?, expiresAt: Timestamp
  ) throws -> String? {
    if optOut == .help { return "answered by Twilio" }
    if let obstacle = try obstacleToAnswer(message, expiresAt: expiresAt) { return obstacle }
    let answers = try store.staffAnswerCount(
      tenant: message.tenant.id, recipient: message.phone, since: message.at.adding(days: -1))
    return answers >= Intake.staffAnswersPerDay ? "loop protection" : nil
  }

  /// A number as the tenant's people write it; any other name as it is.
  private func shown(_ name: String, _ tenant: Tenant) -> String {
    PhoneNumber(e164: name)?.written(in: tenant.country) ?? name
  }
}
