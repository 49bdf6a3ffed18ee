// CountEvents.swift - counts up what the log has new, for `metrics`.

import LocalTime

package final class CountEvents: Job {
  package static let name = "counts"

  private let context: BatchContext
  private var pace = Pace(seconds: 20)
  package private(set) var hasMore = false

  package init(context: BatchContext) { self.context = context }

  package func step(at now: Timestamp) throws {
    guard hasMore || pace.isDue(at: now) else { return }
    hasMore = false
    hasMore = try context.store.countEvents()
  }
}
