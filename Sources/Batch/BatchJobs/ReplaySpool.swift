// ReplaySpool.swift - records the webhooks that the database could not take, in the order of their arrival.
//
// A file is removed only after its transaction has committed; a replay that is repeated changes nothing.

import Intake
import LocalTime
import Platform
import Store

final class ReplaySpool {
  private let context: BatchContext
  private let spool: Spool

  init(context: BatchContext) {
    self.context = context
    spool = Spool(home: context.home)
  }

  /// Replays what waits; stops at the first webhook the database still cannot take, and rests a while.
  func step(at now: Timestamp) throws {
    guard now >= nextStep || nextStep > now.adding(minutes: 1) else { return }
    nextStep = now.adding(seconds: 10)
    try replay(at: now)
    nextStep = now
  }
  private var nextStep = Timestamp(milliseconds: 0)

  private func replay(at now: Timestamp) throws {
    for path in spool.waiting() {
      guard let webhook = try spool.read(path) else {
        try reject(path, why: "it cannot be read", at: now)
        continue
      }
      // Its signature was checked before it was kept.
      let tenants = try TenantFinder(settings: context.settings).tenants(
        for: webhook, signer: .operatorAccount)
      if tenants.isEmpty && webhook.kind.needsTenant {
        try reject(path, why: "no tenant has its number any more", at: now)
        continue
      }
      do {
        try context.store.write {
          try context.intake(at: now).record(webhook, tenants: tenants.filter(\.active))
          try context.store.logEvent(
            .webhookReplayed, tenant: tenants.first?.id ?? "", detail: webhook.kind.rawValue, at: now)
        }
      } catch StoreError.sqlite(let error) where error.isConstraint {
        try reject(path, why: "the database refuses it: \(error.message)", at: now)
        continue
      }
      try spool.remove(path)
      context.summary.replayed += 1
    }
  }

  private func reject(_ path: String, why: String, at now: Timestamp) throws {
    try spool.reject(path)
    context.alert(
      "spool_rejected", "\(path) cannot be replayed: \(why); it was moved to spool/rejected", at: now)
  }
}
