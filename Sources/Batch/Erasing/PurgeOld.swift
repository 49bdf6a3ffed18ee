// PurgeOld.swift - after `retention_days` what is personal goes, as `opsfabric forget` takes it: numbers, texts and
// photos, at Twilio too. Counts, ledger and costs stay; so do opt-outs and the block list, which are rules in force.
//
// The period ends at midnight UTC, so that once a day a day's rows are due. They go in small transactions, a few
// between two steps of the runner, and none while a message is being sent. Report files that name one of these
// numbers are written again; a database that is not large is rebuilt afterwards, when nothing is due.

import Books
import LocalTime
import Platform
import Runner
import Spool
import Store

package final class PurgeOld: Job {
  package static let name = "purge"
  package static let yieldsToSending = true

  private static let rowsAtOnce = 200
  /// Above that the file is not rebuilt each day: writers would wait too long.
  private static let rebuiltBytes = 256 << 20

  private let context: BatchContext
  private var pace = Pace(seconds: 3600)
  private var hasPurged = false

  package init(context: BatchContext) { self.context = context }

  package private(set) var hasMore = false

  package func step(at now: Timestamp) throws {
    hasMore = false
    guard pace.isOpen(at: now) else { return }
    let today = TimeZoneRules.utc.startOfDay(TimeZoneRules.utc.day(of: now))
    let cutoff = today.adding(days: -context.installation.retentionDays)
    if try purgeSome(before: cutoff, at: now) {
      hasPurged = true
      hasMore = true
      return
    }
    pace.rest(at: now)
    try purgeRejected(before: cutoff)
    if hasPurged { _ = try context.store.emptyWriteAheadLog() }
    hasPurged = false
  }

  /// One small transaction. Tickets before calls: they find the call they came from by the number.
  private func purgeSome(before cutoff: Timestamp, at now: Timestamp) throws -> Bool {
    let limit = PurgeOld.rowsAtOnce
    let tickets = try context.store.write {
      let count = try context.store.purgeTickets(before: cutoff, limit: limit, at: now)
      if count > 0 { try queueRebuilding(at: now) }
      return count
    }
    if tickets > 0 { return true }
    for list in PurgeList.allCases {
      let rows = try context.store.oldRows(list, before: cutoff, limit: limit)
      guard !rows.isEmpty else { continue }
      let reports = list == .messages ? reports(naming: rows) : []
      try context.store.write {
        try context.store.purge(list, rows, at: now)
        try queueRebuilding(at: now)
        for (tenant, month) in reports {
          try context.store.queueErasure(.report, tenant: tenant, target: month, at: now)
        }
      }
      return true
    }
    return try context.store.write { try context.store.purgeLineTypes(before: cutoff) } > 0
  }

  /// Webhooks that nobody could record, and nobody has looked into since.
  private func purgeRejected(before cutoff: Timestamp) throws {
    let folder = context.home.spoolRejected
    guard Files.isFolder(folder) else { return }
    for path in try Files.list(folder).map({ "\(folder)/\($0)" }) {
      // What cannot be read is as old as its file.
      let received = try? Spool(home: context.home).read(path)?.receivedAt
      let written = Files.identity(path).map { Timestamp(seconds: Int64($0[2])) }
      guard let at = received ?? written, at < cutoff else { continue }
      try Files.remove(path)
      context.log(.warning, "purge", ["removed": path])
    }
  }

  /// Report files in which these messages stand. A message is booked up to three days after it was made.
  private func reports(naming rows: [OldRow]) -> [(tenant: String, month: String)] {
    var candidates: Set<[String]> = []
    for row in rows {
      guard let zone = context.zones.zone(context.tenant(row.tenant)?.timezone ?? "Europe/Zurich") else {
        continue
      }
      for instant in [row.at, row.at.adding(days: 3)] {
        candidates.insert([row.tenant, zone.month(of: instant).iso8601])
      }
    }
    return candidates.filter { candidate in
      let name = Tables.messages.fileName(tenant: candidate[0], month: candidate[1])
      return Files.exists("\(context.home.reports)/\(candidate[1])/\(name)")
    }.map { (tenant: $0[0], month: $0[1]) }
  }

  private func queueRebuilding(at now: Timestamp) throws {
    guard try context.store.fileSize() <= PurgeOld.rebuiltBytes else { return }
    try context.store.queueErasure(.compact, at: now, lookAt: now.adding(minutes: 1))
  }
}
