// EscalateTickets.swift - a promise passes and nobody has started the ticket: the tenant's people are told.

import Business
import Desk
import LocalTime
import Platform
import Store

package final class EscalateTickets: Job {
  package static let name = "escalate"
  package static let isWokenByRows = true

  private let context: BatchContext

  package init(context: BatchContext) { self.context = context }

  package func nextDue() throws -> Timestamp? { try context.store.nextEscalation() }

  package func step(at now: Timestamp) throws {
    for ticket in try context.store.ticketsToEscalate(at: now, limit: 100) {
      guard let tenant = context.tenant(ticket.tenant), tenant.active else {
        // Switched off for a while, or removed: the ticket waits.
        try context.store.write {
          try context.store.postponeEscalation(ticket: ticket.id, until: now.adding(hours: 1))
        }
        continue
      }
      if try context.intake(at: now).escalate(ticket, tenant: tenant) { context.summary.escalated += 1 }
    }
  }
}
