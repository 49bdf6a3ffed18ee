// TidyUploads.swift - photos that no ticket names: rests of uploads that broke off, and photos whose form was never
// committed.
//
// A photo is written under a temporary name, renamed, and named by a row only then: one that is a day old without a
// row belongs to a program that was killed. A few files are looked at between two steps of the runner.

import LocalTime
import Platform
import Store

package final class TidyUploads: Job {
  package static let name = "tidy-uploads"
  package static let yieldsToSending = true

  private static let filesAtOnce = 200
  private static let partSuffix = ".part"

  private let context: BatchContext
  private var waiting: [String] = []
  private var pace = Pace(seconds: 3600)

  package init(context: BatchContext) { self.context = context }

  package private(set) var hasMore = false

  package func step(at now: Timestamp) throws {
    hasMore = false
    if waiting.isEmpty {
      guard pace.isDue(at: now) else { return }
      // A run lasts a minute: the time of the last walk stands in the database.
      let last = try context.store.uploadsTidied()
      guard now >= last.adding(hours: 1) || last > now else { return }
      try context.store.noteUploadsTidied(at: now)
      for tenant in (try? Files.list(context.home.uploads)) ?? [] {
        waiting += ((try? Files.list("\(context.home.uploads)/\(tenant)")) ?? []).map { "\(tenant)/\($0)" }
      }
    }
    for file in waiting.prefix(TidyUploads.filesAtOnce) { try look(at: file, now) }
    waiting.removeFirst(min(TidyUploads.filesAtOnce, waiting.count))
    hasMore = !waiting.isEmpty
  }

  private func look(at file: String, _ now: Timestamp) throws {
    let path = "\(context.home.uploads)/\(file)"
    guard let changed = Files.identity(path)?[2], now.seconds - Int64(changed) > 86_400 else { return }
    if !file.hasSuffix(TidyUploads.partSuffix) {
      guard try !context.store.knowsUpload(file) else { return }
    }
    context.attempt("tidy-up") { try Files.remove(path) }
  }
}
