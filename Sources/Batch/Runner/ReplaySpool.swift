// ReplaySpool.swift - records the webhooks that the database could not take, in the order of their arrival.
//
// A file is removed only after its transaction has committed; a replay that is repeated changes nothing.

import LocalTime
import Platform
import Spool
import Store
import Webhooks

package final class ReplaySpool: Job {
  package static let name = "replay-spool"

  private let context: BatchContext
  private let spool: Spool
  private let recording: RecordKept

  package init(context: BatchContext) {
    self.context = context
    recording = RecordKept(context: context)
    spool = Spool(home: context.home)
  }

  /// Replays what waits; stops at the first webhook the database still cannot take, and rests a while.
  package func step(at now: Timestamp) throws {
    guard pace.isDue(at: now) else { return }
    try replay(at: now)
    pace.open()
  }

  /// After a webhook that could not be recorded.
  private var pace = Pace(seconds: 10)

  private func replay(at now: Timestamp) throws {
    for path in spool.waiting() {
      let outcome = try recording.record(try spool.read(path), at: now) { webhook, tenant in
        try context.store.logEvent(.webhookReplayed, tenant: tenant, detail: type(of: webhook).name, at: now)
      }
      if case .refused(let why) = outcome {
        try reject(path, why: why, at: now)
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
