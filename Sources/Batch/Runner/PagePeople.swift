// PagePeople.swift - nobody took an urgent request when somebody was rung: the next of the chain are told.

import Business
import Desk
import LocalTime
import Store

package final class PagePeople: Job {
  package static let name = "page"
  package static let isWokenByRows = true

  private let context: BatchContext

  package init(context: BatchContext) { self.context = context }

  package func nextDue() throws -> Timestamp? { try context.store.nextPage() }

  package func step(at now: Timestamp) throws {
    for step in try context.store.duePages(at: now, limit: 100) {
      guard let tenant = context.tenant(step.ticket.tenant), tenant.active else {
        // Switched off for a while, or removed: the request waits.
        try context.store.write {
          try context.store.delayPages(ticket: step.ticket.id, until: now.adding(hours: 1))
        }
        continue
      }
      try context.intake(at: now).advancePages(step, tenant: tenant)
    }
  }
}
