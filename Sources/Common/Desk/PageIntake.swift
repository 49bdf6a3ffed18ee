// PageIntake.swift - ringing the tenant's people: who is rung, who is next, and what a call came to.
//
// A key that is pressed is the only proof that a person has heard it. As long as nobody takes an urgent request it goes on
// to the next of the chain, two minutes after the last call was placed, twice around.

import Business
import LocalTime
import Store

extension Intake {
  /// The next of the chain is told so long after a call was placed.
  package static let pageMinutes = 2
  /// A call that was placed so lately may still ring.
  private static let ringingSeconds = 100
  private static let spokenSummary = 200

  // MARK: who is rung

  /// Puts a call to one of the tenant's people into the outbox.
  /// - Returns: false where he is being rung, was rung often enough, or too often about others.
  func ring(
    _ notice: Routing.Notice, of ticket: TicketRow, _ occasion: NoticeText.Occasion, _ budget: Budget,
    tenant: Tenant
  ) throws -> Bool {
    let phone = notice.entry.to
    let times = try store.pageCount(ticket: ticket.id, recipient: phone)
    guard let sender = tenant.voiceNumbers.first, times < Routing.rounds,
      try !store.isBeingRung(
        ticket: ticket.id, recipient: phone, since: recordedAt.adding(seconds: -Intake.ringingSeconds))
    else { return false }
    // Nothing gathers calls: the request stands on the desk, and the chain goes on.
    guard try !isAboveCeiling(ticket, budget, recipient: phone, tenant: tenant) else {
      try store.logEvent(
        .noticeFolded, tenant: tenant.id, ticket: ticket.id, detail: budget.rawValue, at: recordedAt)
      return false
    }
    var message = NewMessage(
      tenant: tenant.id, recipient: phone, sender: sender, kind: .page, text: SMSText(""),
      dueAt: notice.dueAt, expiresAt: notice.dueAt.adding(hours: Intake.noticeHours), ticketID: ticket.id,
      onceKey: "page:\(ticket.id):\(times + 1):\(phone)")
    message.budget = budget
    message.makeCall(
      from: sender, saying: try spokenRequest(ticket, isLate: occasion == .escalation, tenant: tenant))
    guard try store.enqueue(message, at: recordedAt) != nil else { return false }
    if ticket.urgency == .high {
      try store.beginPages(
        ifNone: ticket.id, order: notice.entry.order, next: recordedAt.adding(minutes: Intake.pageMinutes))
    }
    return true
  }

  private func spokenRequest(_ ticket: TicketRow, isLate: Bool, tenant: Tenant) throws -> String {
    let known = PhoneNumber.isWithheld(ticket.phone) ? nil : PhoneNumber(e164: ticket.phone)
    let name = try known.flatMap { try store.contactName(tenant: tenant.id, phone: $0.e164) }
    let words = ticket.summary.split(whereSeparator: \.isNewline).joined(separator: ". ")
    return SpokenText(business: tenant.name, language: tenant.language).pagedRequest(
      caller: name ?? known?.spoken(in: tenant.country), summary: String(words.prefix(Intake.spokenSummary)),
      isUrgent: ticket.urgency == .high, isLate: isLate)
  }

  /// Nobody took it: whoever is next is told.
  package func advancePages(_ step: PageStep, tenant: Tenant) throws {
    try store.write {
      let next = routing(tenant).nextStep(after: step.order, round: step.round, at: recordedAt)
      guard
        try store.movePages(
          ifAt: step, order: next?.order ?? step.order, round: next?.round ?? step.round,
          next: next == nil ? nil : recordedAt.adding(minutes: Intake.pageMinutes))
      else { return }
      if let next {
        try tell(next.notices, of: step.ticket, kind: .urgent, occasion: .urgent, tenant: tenant)
      } else {
        try store.logEvent(.pagesOver, tenant: tenant.id, ticket: step.ticket.id, at: recordedAt)
      }
    }
  }

  /// A call could not be placed: the next of the chain is told at once, and the operator hears of it.
  func passOnPage(_ row: OutboxRow, error: String, at now: Timestamp) throws -> Bool {
    guard let ticket = try row.ticketID.flatMap({ try store.ticket(id: $0) }), !row.isForgotten else {
      return false
    }
    try store.hastenPages(ticket: ticket.id, at: now)
    try store.raiseAlert(
      cause: AlertCause.noticeRefused, tenant: row.tenant,
      detail:
        "the call about ticket \(ticket.id) to \(PhoneNumber.masked(row.recipient)) was given up: \(error); \(ticket.status.awaitsWork ? "the next of notify is told" : "somebody has the ticket")",
      at: now)
    return true
  }

  // MARK: what a call came to

  /// Twilio says how far the call is. Only its end means something, and only where no key was pressed.
  package func settleCall(_ row: OutboxRow, sid: String, status: String, at now: Timestamp) throws {
    try store.write {
      let row = try store.noteCallExists(row, sid: sid, at: now)
      let error: String
      switch status {
      case "completed": error = "no key was pressed"
      case "busy": error = "busy"
      case "no-answer": error = "no answer"
      case "canceled": error = "canceled"
      case "failed": error = "could not be connected"
      default: return
      }
      try store.noteCallEnded(sid: sid, at: now)
      guard try store.markPageUnanswered(ifAccepted: row, sid: sid, error: error, at: now) else { return }
      try store.logEvent(
        .pageUnanswered, tenant: row.tenant, ticket: row.ticketID, message: row.id,
        detail: try "\(personRung(row)) > \(error)", at: now)
    }
  }

  /// A person has heard it, and takes the request. Where somebody else has it, nothing of it changes.
  package func answerPage(_ row: OutboxRow, sid: String, key: String, tenant: Tenant, at now: Timestamp)
    throws
  {
    guard try store.markPageAnswered(row, sid: sid, at: now) else { return }
    let person = tenant.personName(row.recipient)
    try store.logEvent(
      .pageAnswered, tenant: row.tenant, ticket: row.ticketID, message: row.id, detail: "\(person) > \(key)",
      at: now)
    if let ticket = try row.ticketID.flatMap({ try store.ticket(id: $0) }) {
      _ = try store.move(ticket, .start, by: person, at: now)
    }
  }

  /// The two were connected, or the caller was not reached. Once per call.
  /// - Parameter leg: the Sid of the caller's leg.
  package func noteConnection(
    _ row: OutboxRow, sid: String, leg: String?, seconds: Int, at now: Timestamp
  ) throws {
    if let leg { try store.noteConnectedLeg(row, sid: leg, at: now) }
    try store.logEvent(
      .callConnected, tenant: row.tenant, ticket: row.ticketID, message: row.id,
      detail: try "\(personRung(row)) > \(seconds)", at: now, onceKey: "connected:\(sid)")
  }

  private func personRung(_ row: OutboxRow) throws -> String {
    try settings.tenant(id: row.tenant)?.personName(row.recipient) ?? row.recipient
  }

  /// The number a person can be connected with, at the tenant's cost: not what a stranger could have typed to be paid
  /// for being rung.
  package func numberToConnect(_ ticket: TicketRow, tenant: Tenant) -> PhoneNumber? {
    guard !PhoneNumber.isWithheld(ticket.phone), let number = PhoneNumber(e164: ticket.phone),
      number.lineType != .excluded, let country = number.country, tenant.allowedCountries.contains(country)
    else { return nil }
    return number
  }
}
