// DecideMissedCalls.swift - decides each due row: send, defer or skip with a reason (spec section 3).
//
// Each decision is one transaction with all that follows from it (message, block list, log).

import Business
import Desk
import LocalTime
import Platform
import Store

package final class DecideMissedCalls: Job {
  package static let name = "decide"
  package static let isWokenByRows = true

  private static let batch = 200
  /// A call that began so long ago is not under way any more.
  private static let longestCallHours = 4

  private let context: BatchContext
  private let lookups: LookUpNumbers

  package init(context: BatchContext, lookups: LookUpNumbers) {
    self.context = context
    self.lookups = lookups
  }

  package func nextDue() throws -> Timestamp? { try context.store.nextCallDue() }

  package private(set) var hasMore = false

  package func step(at now: Timestamp) throws {
    let due = try context.store.dueCalls(at: now, limit: DecideMissedCalls.batch)
    hasMore = due.count == DecideMissedCalls.batch
    guard !due.isEmpty else { return }
    // One commit for the batch: decisions are cheap, syncs are not.
    do {
      try context.store.write { for call in due { try decide(call, at: now) } }
    } catch {
      // One row that cannot be decided must not hold up the others.
      context.log(.error, "decide", ["reason": String(describing: error)])
      for call in due { decideAlone(call, at: now) }
    }
  }

  private func decideAlone(_ call: CallRow, at now: Timestamp) {
    do {
      try context.store.write { try decide(call, at: now) }
    } catch {
      context.attempt("decide") {
        try context.store.write {
          try context.store.postponeLook(callID: call.id, until: now.adding(minutes: 5))
        }
      }
      context.alert(AlertCause.decideFailed, tenant: call.tenant, "call \(call.callSid): \(error)", at: now)
    }
  }

  private func decide(_ call: CallRow, at now: Timestamp) throws {
    guard let tenant = context.tenant(call.tenant) else {
      // The tenant was removed: nobody is left to text for. The row waits, should the tenant come back.
      try context.store.postponeLook(callID: call.id, until: now.adding(minutes: 10))
      context.alert(
        AlertCause.tenantMissing, tenant: call.tenant, "calls wait for a tenant that is not configured",
        at: now)
      return
    }
    guard tenant.active else {
      // Switched off for a while: the row waits, and grows too old if it lasts.
      try context.store.postponeLook(callID: call.id, until: now.adding(minutes: 5))
      return
    }
    if lookups.isAwaited(call, at: now) {
      try context.store.postponeLook(callID: call.id, until: now.adding(milliseconds: 100))
      return
    }
    let intake = context.intake(at: now)
    let decision = try intake.decision(for: call, tenant: tenant, lookup: context.lookup, at: now)
    // Nobody is texted while on the phone with the tenant: how that call ends decides. A row that has
    // grown too old meanwhile is decided all the same.
    if decision == .send,
      try context.store.isCallingNow(
        tenant: tenant.id, caller: call.caller, after: call,
        oldest: now.adding(hours: -DecideMissedCalls.longestCallHours))
    {
      try context.store.postponeLook(callID: call.id, until: now.adding(seconds: 2))
      return
    }
    guard try intake.carryOut(decision, for: call, tenant: tenant, at: now) else { return }
    switch decision {
    case .send: context.summary.decidedSend += 1
    case .deferUntil: context.summary.deferred += 1
    case .skip: context.summary.skipped += 1
    }
  }
}
