// EraseRemains.swift - erases what lies outside of the database's rows: texts and pictures at Twilio, photos, report
// files, free pages.
//
// What is to be done stands in the table `erasures`; a row goes when its thing is gone. The next try has its time
// before a try begins, with pauses that grow, so that a crash or a Twilio that cannot be reached only delays.
// Sending comes first: nothing is begun while a message is being sent. Doing one twice changes nothing.

import Books
import Business
import LocalTime
import Platform
import Runner
import Store
import TwilioAPI

package final class EraseRemains: Job {
  package static let name = "erase"
  package static let yieldsToSending = true

  private static let rowsAtOnce = 100
  private static let giveUpDays = 30
  /// The file is rebuilt when nothing is due within this time.
  private static let quietSeconds = 5
  /// After an answer that did not come.
  private static let restSeconds = 5

  private let context: BatchContext
  private let atOnce: Int
  private let isUrgent: Bool
  private var waiting: [Erasure] = []
  private var underWay = 0
  private var pace = Pace(seconds: 2)

  /// - Parameters:
  ///   - atOnce: requests to Twilio side by side.
  ///   - isUrgent: somebody waits for it: neither the quiet moment nor a second goes by first.
  package init(context: BatchContext, atOnce: Int = 2, isUrgent: Bool = false) {
    self.context = context
    self.atOnce = atOnce
    self.isUrgent = isUrgent
  }

  var isIdle: Bool { waiting.isEmpty && underWay == 0 }
  package var isFinished: Bool { isIdle }

  package func step(at now: Timestamp) throws {
    if isIdle && (isUrgent || pace.isOpen(at: now)) {
      pace.rest(at: now)
      try look(at: now)
    }
    while underWay < atOnce, !waiting.isEmpty { askTwilio(waiting.removeFirst(), at: now) }
  }

  private func look(at now: Timestamp) throws {
    let due = try context.store.dueErasures(at: now, limit: EraseRemains.rowsAtOnce)
    guard !due.isEmpty else { return }
    try context.store.write {
      for erasure in due { try context.store.postponeErasure(erasure.id, until: next(erasure, at: now)) }
    }
    for erasure in due {
      if try isGivenUp(erasure, at: now) { continue }
      switch erasure.kind {
      case .message, .recording: waiting.append(erasure)
      case .upload: try end(erasure) { try Files.remove("\(context.home.uploads)/\(erasure.target)") }
      case .report: try end(erasure) { try rewrite(erasure) }
      case .compact: try compact(erasure, at: now)
      }
    }
  }

  /// As long again as it has waited, at least 10 seconds and at most half a day.
  private func next(_ erasure: Erasure, at now: Timestamp) -> Timestamp {
    now.adding(milliseconds: min(max(now.milliseconds(since: erasure.createdAt), 10_000), 43_200_000))
  }

  private func isGivenUp(_ erasure: Erasure, at now: Timestamp) throws -> Bool {
    guard now > erasure.createdAt.adding(days: EraseRemains.giveUpDays) else { return false }
    context.alert(
      "erasure_failed", tenant: erasure.tenant.isEmpty ? nil : erasure.tenant,
      "for \(EraseRemains.giveUpDays) days this could not be erased: \(erasure.kind.rawValue) \(erasure.target)",
      at: now)
    try end(erasure) {}
    return true
  }

  /// A failure leaves the row for its next try.
  private func end(_ erasure: Erasure, _ body: () throws -> Void) throws {
    context.attempt("erase") {
      try body()
      try context.store.write { try context.store.endErasure(erasure.id) }
    }
  }

  /// The month again, from rows that no longer name the number.
  private func rewrite(_ erasure: Erasure) throws {
    guard let month = CivilMonth(iso8601: erasure.target) else { return }
    let files = ReportFiles(
      store: context.store, zones: context.zones, dialect: CSVDialect(context.installation.csvProfile))
    let tenant = context.tenant(erasure.tenant).map { BookTenant($0) } ?? BookTenant(removed: erasure.tenant)
    _ = try files.write(tenant, month, to: "\(context.home.reports)/\(month.iso8601)")
    try ReportSums(reports: context.home.reports).renew(from: month)
  }

  private func compact(_ erasure: Erasure, at now: Timestamp) throws {
    if !isUrgent, now < erasure.createdAt.adding(hours: 1), try isBusy(at: now) { return }
    context.attempt("compact") {
      // The row goes first: deleting it would leave an old page behind.
      try context.store.write { try context.store.endErasure(erasure.id) }
      var isDone = false
      defer {
        if !isDone { context.attempt("compact") { try requeue(erasure, at: now) } }
      }
      isDone = try context.store.compact()
    }
  }

  private func requeue(_ erasure: Erasure, at now: Timestamp) throws {
    try context.store.write {
      try context.store.queueErasure(
        erasure.kind, at: erasure.createdAt, lookAt: next(erasure, at: now))
    }
  }

  private func isBusy(at now: Timestamp) throws -> Bool {
    let soon = now.adding(seconds: EraseRemains.quietSeconds)
    return [try context.store.nextCallDue(), try context.store.nextMessageDue()].contains { due in
      due.map { $0 > now.adding(minutes: -1) && $0 < soon } ?? false
    }
  }

  // MARK: Twilio

  private func askTwilio(_ erasure: Erasure, at now: Timestamp) {
    guard let tenant = context.tenant(erasure.tenant), context.mayAsk(tenant, at: now) else { return }
    underWay += 1
    guard erasure.kind == .message else {
      return context.ask(tenant, at: now) {
        $0.deleteRecording(erasure.target, as: $1, completion: $2)
      } then: { [self] result, now in
        if case .failure(let failure) = result {
          finish(erasure, failure, at: now)
        } else {
          finish(erasure, nil, at: now)
        }
      }
    }
    context.ask(tenant, at: now) {
      $0.redactMessage(erasure.target, as: $1, completion: $2)
    } then: { [self] result, now in
      switch result {
      case .success(let message) where message.numMedia > 0: erasePictures(erasure, tenant, at: now)
      case .success: finish(erasure, nil, at: now)
      case .failure(let failure): finish(erasure, failure, at: now)
      }
    }
  }

  private func erasePictures(_ erasure: Erasure, _ tenant: Tenant, at now: Timestamp) {
    context.ask(tenant, at: now) {
      $0.listMedia(of: erasure.target, as: $1, completion: $2)
    } then: { [self] result, now in
      switch result {
      case .success(let pictures): erase(pictures[...], erasure, tenant, at: now)
      case .failure(let failure): finish(erasure, failure, at: now)
      }
    }
  }

  private func erase(_ pictures: ArraySlice<String>, _ erasure: Erasure, _ tenant: Tenant, at now: Timestamp)
  {
    guard let picture = pictures.first else {
      finish(erasure, nil, at: now)
      return
    }
    context.ask(tenant, at: now) {
      $0.deleteMedia(picture, of: erasure.target, as: $1, completion: $2)
    } then: { [self] result, now in
      switch result {
      case .success, .failure(.refused(httpStatus: 404, code: _, message: _)):
        erase(pictures.dropFirst(), erasure, tenant, at: now)
      case .failure(let failure): finish(erasure, failure, at: now)
      }
    }
  }

  private func finish(_ erasure: Erasure, _ failure: APIFailure?, at now: Timestamp) {
    underWay -= 1
    switch failure {
    case nil, .refused(httpStatus: 404, code: _, message: _):
      // Done, or Twilio has it no longer.
      context.attempt("erase") { try end(erasure) {} }
    case .unavailable:
      // What waits is left to its next try.
      waiting = []
      pace.rest(at: now, seconds: EraseRemains.restSeconds)
    // Its account is held; or still on its way, say: Twilio empties only what has ended.
    case .credentials, .rateLimited, .refused: break
    }
  }
}
