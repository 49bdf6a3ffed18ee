// UpdateBlockLists.swift - takes numbers off the block list when their time is over.

import LocalTime
import Platform
import Store

package final class UpdateBlockLists: Job {
  package static let name = "block-lists"

  private let context: BatchContext
  private var pace = Pace(seconds: 60)

  package init(context: BatchContext) { self.context = context }

  package func step(at now: Timestamp) throws {
    guard pace.isDue(at: now) else { return }
    try context.store.write {
      for entry in try context.store.expireBlocks(at: now) {
        try context.store.logEvent(.numberUnblocked, tenant: entry.tenant, detail: "time is over", at: now)
      }
    }
  }
}
