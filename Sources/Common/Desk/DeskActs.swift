// DeskActs.swift - what the tenant's people do on the desk beside working a ticket: write to a caller, see to a missed
// call, name, mark, give away. Each is one transaction with its line in the log.

import Business
import LocalTime
import Store

/// What became of a text to a caller.
package enum ReplyOutcome: Hashable, Sendable {
  /// In the outbox, with the request it belongs to.
  case sent(ticket: Int)
  /// The same form came before.
  case already(ticket: Int?)
  case obstacle(ReplyObstacle)
  /// More than two segments.
  case tooLong
}

extension Intake {
  /// How long a text of the tenant's people is wanted.
  private static let replyMinutes = 240
  /// While a person has answered so lately, the machine sends no confirmations.
  static let personalHours = 24
  /// A caller's further texts are told together.
  static let furtherTextMinutes = 5

  // MARK: writing to a caller

  /// Why the number cannot be written to; nil when it can.
  package func replyObstacle(to phone: String, tenant: Tenant) throws -> ReplyObstacle? {
    guard !PhoneNumber.isWithheld(phone), let number = PhoneNumber(e164: phone) else { return .withheld }
    let marks = try store.marks(tenant: tenant.id, phone: phone, at: recordedAt)
    if marks.isBlocked { return .blocked }
    if marks.isOptedOut { return .optedOut }
    if try store.isOnlyKeyed(tenant: tenant.id, phone: phone) { return .keyed }
    if try isOurs(phone) { return .unreachable }
    let learnt = try store.lineType(
      phone: phone, since: recordedAt.adding(days: -LookupPolicy(isOn: true).cacheDays))
    switch number.lineType(known: learnt) {
    case .landline: return .landline
    case .excluded: return .unreachable
    case .mobile, .unknown: break
    }
    guard let country = number.country, tenant.allowedCountries.contains(country) else { return .unreachable }
    return nil
  }

  /// A text of a person to a caller leaves at once, and the request is his: the open one, or one made for it.
  /// - Parameters:
  ///   - note: was typed on the same page, and goes along.
  ///   - ticket: the request whose page it was written on; nil on a number's page.
  ///   - once: of the form, so that a second tap sends nothing.
  package func reply(
    _ words: String, note: String = "", to phone: String, about ticket: TicketRow?, by person: String,
    once: String,
    tenant: Tenant
  ) throws -> ReplyOutcome {
    let text = SMSText(words)
    guard text.segments <= MessageTemplate.maximumSegments else { return .tooLong }
    return try store.write {
      if try knowsReply(once: once, tenant: tenant) {
        return .already(ticket: try ticket?.id ?? store.newestOpenTicket(tenant: tenant.id, phone: phone)?.id)
      }
      if let obstacle = try replyObstacle(to: phone, tenant: tenant) { return .obstacle(obstacle) }
      let request = try openRequest(of: phone, about: ticket, tenant: tenant, by: person)
      _ = try store.hand(ifOpen: request.id, to: person, at: recordedAt)
      var message = NewMessage(
        tenant: tenant.id, recipient: phone, sender: tenant.smsSender, kind: .staffReply, text: text,
        dueAt: recordedAt, expiresAt: recordedAt.adding(minutes: Intake.replyMinutes), ticketID: request.id)
      message.author = person
      let id = try store.enqueue(message, at: recordedAt)
      try store.logEvent(
        .ticketAnswered, tenant: tenant.id, ticket: request.id, message: id, detail: person, at: recordedAt,
        onceKey: replyKey(once, tenant))
      if !note.isEmpty { try store.note(ticket: request.id, text: note, by: person, at: recordedAt) }
      try store.noteHandled(request, at: recordedAt)
      return .sent(ticket: request.id)
    }
  }

  /// The form with this mark has been sent.
  package func knowsReply(once: String, tenant: Tenant) throws -> Bool {
    try store.knowsEvent(replyKey(once, tenant))
  }

  private func replyKey(_ once: String, _ tenant: Tenant) -> String { "reply:\(tenant.id):\(once)" }

  private func openRequest(of phone: String, about ticket: TicketRow?, tenant: Tenant, by person: String)
    throws
    -> TicketRow
  {
    if let ticket, ticket.status.isOpen { return ticket }
    if let open = try store.newestOpenTicket(tenant: tenant.id, phone: phone) { return open }
    return try makeRequest(phone: phone, callID: nil, status: .inProgress, by: person, tenant: tenant)
  }

  /// A person has written to the number, or talked with it, so lately that the machine keeps quiet.
  func isInTalk(with phone: String, tenant: String) throws -> Bool {
    let since = recordedAt.adding(hours: -Intake.personalHours)
    return try store.hasReplied(tenant: tenant, to: phone, since: since)
      || store.hasTalked(tenant: tenant, with: phone, since: since)
  }

  /// A caller goes on writing after a person answered him: whoever has the request hears of it, else the chain. What
  /// comes within five minutes of a notice is told with the next.
  func tellOfFurtherText(_ ticket: TicketRow, words: String, tenant: Tenant) throws {
    let entries = (ticket.person.flatMap { tenant.person($0) }?.entries ?? []).filter { $0.channel != .call }
    let notices =
      entries.isEmpty
      ? try routing(tenant).announce(urgency: ticket.urgency, isNew: true, at: recordedAt)
      : entries.map { Routing.Notice(entry: $0, dueAt: recordedAt) }
    for notice in notices {
      let last = try store.lastNotice(ofTicket: ticket.id, to: notice.entry.to)
      // It tells of the request, and its link shows what came meanwhile.
      if last?.waits == true { continue }
      let earliest = last?.at.adding(minutes: Intake.furtherTextMinutes) ?? notice.dueAt
      try tellPerson(
        Routing.Notice(entry: notice.entry, dueAt: max(notice.dueAt, earliest)), of: ticket,
        .furtherText(words),
        tenant: tenant)
    }
  }

  // MARK: missed calls

  /// A person has seen to a missed caller.
  package func handle(_ caller: DeskCaller, by person: String, tenant: Tenant) throws {
    try store.write {
      try noteHandled(caller, tenant: tenant)
      try log(.callHandled, caller, by: person, tenant: tenant)
    }
  }

  private func noteHandled(_ caller: DeskCaller, tenant: Tenant) throws {
    switch caller {
    case .number(let phone): try store.handle(caller: phone, tenant: tenant.id, at: recordedAt)
    case .call(let id): try store.handle(call: id, at: recordedAt)
    }
  }

  /// A missed call becomes a request: to be called back, promised as a callback is. An open one is that request.
  package func makeTicket(_ caller: DeskCaller, by person: String, tenant: Tenant) throws -> TicketRow {
    try store.write {
      let made: TicketRow
      switch caller {
      case .number(let phone):
        if let open = try store.newestOpenTicket(tenant: tenant.id, phone: phone) {
          try store.noteHandled(open, at: recordedAt)
          return open
        }
        made = try makeRequest(
          phone: phone, callID: try store.lastMissedCall(tenant: tenant.id, caller: phone)?.id,
          status: .needsCallback, by: person, tenant: tenant)
      case .call(let id):
        if let open = try store.openTicket(ofCall: id) { return open }
        made = try makeRequest(
          phone: PhoneNumber.withheldWord, callID: id, status: .needsCallback, by: person, tenant: tenant)
      }
      try noteHandled(caller, tenant: tenant)
      return made
    }
  }

  /// A request made on the desk; nobody is told, since somebody just made it.
  private func makeRequest(
    phone: String, callID: Int?, status: TicketStatus, by person: String, tenant: Tenant
  ) throws -> TicketRow {
    let change = try store.upsertTicket(
      TicketRequest(
        tenant: tenant.id, phone: phone, localDay: zone(tenant).day(of: recordedAt), source: .staff,
        urgency: .medium, status: status, slaDueAt: slaDue(.medium, tenant: tenant, from: recordedAt),
        callID: callID), at: recordedAt)
    try store.logEvent(
      change.isNew ? .ticketCreated : .ticketUpdated, tenant: tenant.id, ticket: change.ticket.id,
      call: callID,
      detail: "\(change.ticket.urgency.rawValue) \(change.ticket.status.rawValue) by \(person)",
      at: recordedAt)
    return change.ticket
  }

  // MARK: a number

  /// On the block list; what waits for the number is stopped, its requests are closed as spam.
  package func markSpam(_ phone: String, by person: String, tenant: Tenant) throws {
    try store.write {
      try store.block(tenant: tenant.id, phone: phone, reason: .staff, at: recordedAt, until: nil)
      try store.stopWaiting(for: phone, tenant: tenant.id, reason: .blocked, at: recordedAt)
      for ticket in try store.openTickets(tenant: tenant.id, phone: phone) {
        _ = try store.move(ticket, .finish(.spam), by: person, at: recordedAt)
      }
      try noteHandled(.number(phone), tenant: tenant)
      try log(.numberBlocked, .number(phone), by: person, tenant: tenant)
    }
  }

  /// Off the block list; nothing that was closed is opened.
  package func unmarkSpam(_ phone: String, by person: String, tenant: Tenant) throws {
    try store.write {
      guard try store.unblock(tenant: tenant.id, phone: phone, at: recordedAt) else { return }
      try log(.numberUnblocked, .number(phone), by: person, tenant: tenant)
    }
  }

  /// The machine never texts the number again, and its calls ask for nobody.
  package func markPrivate(_ phone: String, by person: String, tenant: Tenant) throws {
    try store.write {
      var contact = try existingContact(phone, tenant: tenant)
      contact.kind = .private
      try keep(contact)
      try log(.numberPrivate, .number(phone), by: person, tenant: tenant)
    }
  }

  package func unmarkPrivate(_ phone: String, by person: String, tenant: Tenant) throws {
    try store.write {
      var contact = try existingContact(phone, tenant: tenant)
      guard contact.kind == .private else { return }
      contact.kind = .customer
      try keep(contact)
      try log(.numberPublic, .number(phone), by: person, tenant: tenant)
    }
  }

  /// What the number is called from now on; without name and note it is forgotten what it was called.
  package func name(
    _ phone: String, _ name: String, kind: ContactKind, note: String, source: ContactSource,
    by person: String,
    tenant: Tenant
  ) throws {
    try store.write {
      try keep(
        ContactRow(
          tenant: tenant.id, phone: phone, name: name, kind: kind, note: note, source: source,
          updatedAt: recordedAt))
      try log(.contactNamed, .number(phone), by: person, tenant: tenant)
    }
  }

  /// As it is from now on: one that says nothing is none, and a private number waits for no text.
  func keep(_ contact: ContactRow) throws {
    var contact = contact
    contact.updatedAt = recordedAt
    guard !contact.saysNothing else {
      return try store.deleteContact(tenant: contact.tenant, phone: contact.phone)
    }
    try store.saveContact(contact)
    if contact.kind == .private {
      try store.stopWaiting(for: contact.phone, tenant: contact.tenant, reason: .private, at: recordedAt)
    }
  }

  private func existingContact(_ phone: String, tenant: Tenant) throws -> ContactRow {
    try store.contact(tenant: tenant.id, phone: phone)
      ?? ContactRow(tenant: tenant.id, phone: phone, name: "", source: .desk, updatedAt: recordedAt)
  }

  private func log(_ type: EventType, _ caller: DeskCaller, by person: String, tenant: Tenant) throws {
    switch caller {
    case .number(let phone):
      try store.logEvent(type, tenant: tenant.id, phone: phone, detail: person, at: recordedAt)
    case .call(let id): try store.logEvent(type, tenant: tenant.id, call: id, detail: person, at: recordedAt)
    }
  }

  // MARK: giving away

  /// The request is another person's from now on, and he is told.
  /// - Returns: false where it is done, or is his already.
  package func assign(_ ticket: TicketRow, to other: Person, by person: String, tenant: Tenant) throws -> Bool
  {
    try store.write {
      guard ticket.person != other.name || ticket.status != .inProgress,
        try store.hand(ifOpen: ticket.id, to: other.name, at: recordedAt)
      else { return false }
      try store.logEvent(
        .ticketAssigned, tenant: tenant.id, ticket: ticket.id, detail: "\(person) > \(other.name)",
        at: recordedAt)
      try store.noteHandled(ticket, at: recordedAt)
      guard other.name != person, let now = try store.ticket(id: ticket.id) else { return true }
      for entry in other.entries {
        try tellPerson(Routing.Notice(entry: entry, dueAt: recordedAt), of: now, .assigned, tenant: tenant)
      }
      return true
    }
  }
}

extension ContactRow {
  var saysNothing: Bool { name.isEmpty && note.isEmpty && kind != .private }
}

/// Whom a desk's form is about.
package enum DeskCaller: Hashable, Sendable {
  /// E.164.
  case number(String)
  /// A call without a number.
  case call(Int)
}
