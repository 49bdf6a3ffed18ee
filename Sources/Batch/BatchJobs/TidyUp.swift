// TidyUp.swift - what nobody needs any more and no rule of retention protects: expired links and sessions, rate
// limits of yesterday, the rests of uploads that were cut off, an overgrown run log.

import LocalTime
import Platform
import Store

final class TidyUp {
  private static let logBytes = 5 << 20
  private static let partSuffix = ".part"

  private let context: BatchContext
  private var nextStep = Timestamp(milliseconds: 0)

  init(context: BatchContext) { self.context = context }

  func step(at now: Timestamp) throws {
    guard now >= nextStep else { return }
    nextStep = now.adding(hours: 1)
    try context.store.write {
      try context.store.purgeRates(at: now)
      try context.store.purgeInboxAccess(at: now)
    }
    removeCutOffUploads(at: now)
    rotateLog()
  }

  /// A photo is written under a temporary name; one that is a day old belongs to a program that was killed.
  private func removeCutOffUploads(at now: Timestamp) {
    for tenant in (try? Files.list(context.home.uploads)) ?? [] {
      let folder = "\(context.home.uploads)/\(tenant)"
      for name in (try? Files.list(folder)) ?? [] where name.hasSuffix(TidyUp.partSuffix) {
        let path = "\(folder)/\(name)"
        guard let changed = Files.identity(path)?[2], now.seconds - Int64(changed) > 86_400 else { continue }
        context.attempt("tidy-up") { try Files.remove(path) }
      }
    }
  }

  /// The log cron writes to: the old half is kept as `run.log.1`. Cron opens it anew each minute.
  private func rotateLog() {
    let path = "\(context.home.log)/run.log"
    guard let size = Files.identity(path)?[1], size > TidyUp.logBytes else { return }
    context.attempt("tidy-up") { try Files.move(path, to: path + ".1") }
  }
}
