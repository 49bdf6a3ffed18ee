// FetchDeliveries.swift - asks Twilio what became of accepted messages whose status callback never came.

import Business
import Desk
import LocalTime
import Platform
import Runner
import Store
import TwilioAPI

package final class FetchDeliveries: Job {
  package static let name = "deliveries"

  private static let waitMinutes = 10
  private static let giveUpDays = 2
  private static let perStep = 20

  private let context: BatchContext
  private var pace = Pace(seconds: 60)

  package init(context: BatchContext) { self.context = context }

  package func step(at now: Timestamp) throws {
    guard pace.isDue(at: now) else { return }
    let rows = try context.store.unreportedMessages(
      sentBefore: now.adding(minutes: -FetchDeliveries.waitMinutes),
      sentAfter: now.adding(days: -FetchDeliveries.giveUpDays), limit: FetchDeliveries.perStep)
    guard !rows.isEmpty else { return }
    try context.store.write { for row in rows { try context.store.noteChecked(message: row.id, at: now) } }
    for row in rows {
      guard let tenant = context.tenant(row.tenant), let sid = row.sid else { continue }
      guard row.channel == .sms else {
        fetchCall(row, sid: sid, tenant: tenant, at: now)
        continue
      }
      context.ask(tenant, at: now) {
        $0.fetchMessage(sid, as: $1, completion: $2)
      } then: { [self] result, now in
        guard case .success(let message) = result, let status = DeliveryStatus(rawValue: message.status)
        else { return }
        context.attempt("deliveries") {
          try context.intake(at: now).applyReport(
            sid: sid, messageID: row.id, status: status, code: message.errorCode, at: now)
        }
      }
    }
  }

  private func fetchLeg(_ row: OutboxRow, of call: CallResource, tenant: Tenant, at now: Timestamp) {
    context.ask(tenant, at: now) {
      $0.listCalls(to: nil, parentCallSid: call.sid, startedOnOrAfter: nil, as: $1, completion: $2)
    } then: { [self] result, now in
      guard case .success(let legs) = result else { return }
      context.attempt("deliveries") {
        let intake = context.intake(at: now)
        guard let leg = legs.first else {
          return try intake.settleCall(row, sid: call.sid, status: call.status, isAsked: true, at: now)
        }
        guard leg.isFinal else { return }
        try intake.noteConnection(
          row, sid: call.sid, leg: leg.sid, seconds: leg.status == "completed" ? leg.duration ?? 0 : 0,
          isBusy: leg.status == "busy", at: now)
      }
    }
  }

  private func fetchCall(_ row: OutboxRow, sid: String, tenant: Tenant, at now: Timestamp) {
    context.ask(tenant, at: now) {
      $0.fetchCall(sid, as: $1, completion: $2)
    } then: { [self] result, now in
      guard case .success(let call) = result else { return }
      // Without a webhook only the caller's leg tells what came of it.
      if row.kind == .callback && call.isFinal {
        return fetchLeg(row, of: call, tenant: tenant, at: now)
      }
      context.attempt("deliveries") {
        try context.intake(at: now).settleCall(row, sid: sid, status: call.status, at: now)
      }
    }
  }
}
