// RecordKept.swift - records a webhook that was kept when it came, whatever kept it: the spool or a queue.
//
// Its signature was checked before it was kept. Recording it twice changes nothing.

import Business
import LocalTime
import Spool
import Store
import Webhooks

struct RecordKept {
  enum Outcome: Equatable {
    case recorded
    /// It can never be recorded; the reason is for the operator.
    case refused(String)
  }

  let context: BatchContext

  /// - Parameter alongside: done in the same transaction.
  /// - Throws: when the database cannot take it now.
  func record(
    _ kept: KeptWebhook?, at now: Timestamp,
    alongside: (_ webhook: any WebhookType, _ tenant: String) throws -> Void = { _, _ in }
  ) throws -> Outcome {
    guard let webhook = kept?.webhook else { return .refused("it cannot be read") }
    let tenants = try webhook.tenants(in: context.settings, signedBy: .operatorAccount)
    if tenants.isEmpty && type(of: webhook).needsTenant {
      return .refused("no tenant has its number any more")
    }
    do {
      try context.store.write {
        try webhook.record(for: tenants.filter(\.active), by: context.intake(at: now))
        try alongside(webhook, tenants.first?.id ?? "")
      }
    } catch let error as DatabaseError where error.isConstraint {
      return .refused("the database refuses it: \(error.message)")
    }
    return .recorded
  }
}
