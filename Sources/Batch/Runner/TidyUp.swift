// TidyUp.swift - what nobody needs any more and no rule of retention protects: expired links and sessions, rate
// limits of yesterday, an overgrown run log. Uploads: TidyUploads.swift.

import LocalTime
import Platform
import Store

package final class TidyUp: Job {
  package static let name = "tidy-up"

  private static let logBytes = 5 << 20

  private let context: BatchContext
  private var pace = Pace(seconds: 3600)

  package init(context: BatchContext) { self.context = context }

  package func step(at now: Timestamp) throws {
    guard pace.isDue(at: now) else { return }
    try context.store.write {
      try context.store.purgeRates(at: now)
      try context.store.purgeInboxAccess(at: now)
      try context.store.purgeCosts(at: now)
      try context.store.purgeDutyStandIns(at: now)
    }
    rotateLog()
  }

  /// The log cron writes to: the old half is kept as `run.log.1`. Cron opens it anew each minute.
  private func rotateLog() {
    let path = "\(context.home.log)/run.log"
    guard let size = Files.identity(path)?[1], size > TidyUp.logBytes else { return }
    context.attempt("tidy-up") { try Files.move(path, to: path + ".1") }
  }
}
