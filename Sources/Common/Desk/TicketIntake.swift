// TicketIntake.swift - takes in what somebody asks for: a new ticket, or more of the open one.

import Business
import LocalTime
import Store

extension Intake {
  /// Creates or updates the ticket of a reply or a key press.
  ///
  /// Nobody is got out of bed for somebody who cannot be called back: without a number nothing is urgent.
  package func takeIn(
    _ reply: Reply, phone: String, tenant: Tenant, source: TicketSource, callID: Int?, at now: Timestamp
  ) throws -> TicketRow {
    let urgency: Urgency = reply == .urgent && !PhoneNumber.isWithheld(phone) ? .high : .medium
    let status: TicketStatus = reply == .callback ? .needsCallback : .new
    var text = ""
    if case .freeText(let words) = reply { text = words }
    return try takeIn(
      TicketRequest(
        tenant: tenant.id, phone: phone, localDay: zone(tenant).day(of: now), source: source,
        urgency: urgency,
        status: status, text: text, slaDueAt: slaDue(urgency, tenant: tenant, from: now), callID: callID),
      tenant: tenant, at: now)
  }

  /// Creates or updates a ticket, logs which, and tells the tenant's people of a new or newly urgent one.
  package func takeIn(_ request: TicketRequest, tenant: Tenant, at now: Timestamp) throws -> TicketRow {
    let change = try store.upsertTicket(request, at: now)
    let ticket = change.ticket
    try store.logEvent(
      change.isNew ? .ticketCreated : .ticketUpdated, tenant: request.tenant, ticket: ticket.id,
      call: request.callID,
      detail: "\(ticket.urgency.rawValue) \(ticket.status.rawValue)", at: now)
    if change.hasBecomeUrgent && !change.isNew {
      try store.logEvent(.ticketUrgent, tenant: request.tenant, ticket: ticket.id, at: now)
    }
    if change.isNew || change.hasBecomeUrgent { try announce(ticket, isNew: change.isNew, tenant: tenant) }
    return ticket
  }
}
