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
  static let ringingSeconds = 100
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
    let words = ticket.summary.split(whereSeparator: \.isNewline).joined(separator: ". ")
    return SpokenText(business: tenant.name, language: tenant.language).pagedRequest(
      caller: try spokenCaller(ticket.phone, tenant: tenant),
      summary: String(words.prefix(Intake.spokenSummary)),
      isUrgent: ticket.urgency == .high, isLate: isLate)
  }

  /// His name, else his number; nil where it is withheld.
  func spokenCaller(_ phone: String, tenant: Tenant) throws -> String? {
    guard !PhoneNumber.isWithheld(phone), let number = PhoneNumber(e164: phone) else { return nil }
    return try store.contactName(tenant: tenant.id, phone: phone) ?? number.spoken(in: tenant.country)
  }

  /// Nobody took it: whoever is next is told.
  package func advancePages(_ step: PageStep, tenant: Tenant) throws {
    try store.write {
      let next = try routing(tenant).nextStep(after: step.order, round: step.round, at: recordedAt)
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

  /// Twilio says how far the call is. Only its end means something, and only where it was not what it was for.
  /// - Parameter isAsked: of a callback; Twilio was asked for a leg to the caller, and there was none.
  package func settleCall(
    _ row: OutboxRow, sid: String, status: String, isAsked: Bool = false, at now: Timestamp
  ) throws {
    try store.write {
      let row = try store.noteCallExists(row, sid: sid, at: now)
      guard let end = RingEnd(status: status) else { return }
      try store.noteCallEnded(sid: sid, at: now)
      if row.kind == .alert { return try settleCheckCall(row, sid: sid, end, at: now) }
      if row.kind == .callback { return try settleCallback(row, sid: sid, end, isAsked: isAsked, at: now) }
      guard try store.markCallUnanswered(ifAccepted: row, sid: sid, end, at: now) else { return }
      try store.logEvent(
        .pageUnanswered, tenant: row.tenant, ticket: row.ticketID, message: row.id,
        detail: try "\(personRung(row)) > \(end.rawValue)", at: now)
    }
  }

  /// A person has heard it, and takes the request. Where somebody else has it, nothing of it changes.
  package func answerPage(_ row: OutboxRow, sid: String, key: String, tenant: Tenant, at now: Timestamp)
    throws
  {
    guard try store.markCallAnswered(row, sid: sid, at: now) else { return }
    let person = tenant.personName(row.recipient)
    try store.logEvent(
      .pageAnswered, tenant: row.tenant, ticket: row.ticketID, message: row.id, detail: "\(person) > \(key)",
      at: now)
    if let ticket = try row.ticketID.flatMap({ try store.ticket(id: $0) }) {
      _ = try store.move(ticket, .start, by: person, at: now)
    }
  }

  /// The two were connected, or the caller was not reached. Once per call.
  /// - Parameters:
  ///   - leg: the Sid of the caller's leg.
  ///   - seconds: of the talk; 0: there was none.
  ///   - isBusy: the caller's line was.
  package func noteConnection(
    _ row: OutboxRow, sid: String, leg: String?, seconds: Int, isBusy: Bool, at now: Timestamp
  ) throws {
    try store.write {
      if let leg { try store.noteConnectedLeg(row, sid: leg, at: now) }
      if row.kind == .callback {
        try settleTalk(row, sid: sid, seconds: seconds, isBusy: isBusy, at: now)
      } else {
        try logTalk(row, sid: sid, seconds: seconds, at: now)
      }
    }
  }

  func logTalk(_ row: OutboxRow, sid: String, seconds: Int, at now: Timestamp) throws {
    let phone = try store.numberToCall(row).flatMap { PhoneNumber(e164: $0) }
    try store.logEvent(
      .callConnected, tenant: row.tenant, ticket: row.ticketID, call: row.callID, message: row.id,
      phone: phone?.e164, detail: try "\(personRung(row)) > \(seconds)", at: now,
      onceKey: "connected:\(sid)")
  }

  func personRung(_ row: OutboxRow) throws -> String {
    try settings.tenant(id: row.tenant)?.personName(row.recipient) ?? row.recipient
  }

  /// The number a person can be connected with, at the tenant's cost: not what a stranger could have typed to be paid
  /// for being rung.
  package static func numberToConnect(_ phone: String, tenant: Tenant) -> PhoneNumber? {
    guard !PhoneNumber.isWithheld(phone), let number = PhoneNumber(e164: phone),
      number.lineType != .excluded, let country = number.country, tenant.allowedCountries.contains(country)
    else { return nil }
    return number
  }
}
