// KeepFigures.swift - keeps the figures of the months that the desk shows.
//
// A closed month's are counted once, as of its close, and so are the report's. Those of a long month under way are
// counted anew every quarter of an hour, by its first run: what there is to do is looked for no more often, for all
// tenants together that is work for a whole database. One month a step.

import Business
import LocalTime
import Platform
import Runner
import Store

package final class KeepFigures: Job {
  package static let name = "figures"
  package static var yieldsToSending: Bool { true }

  private static let refreshSeconds: Int64 = 900

  private let context: BatchContext
  /// The quarter of an hour whose look has been taken, here or by a run before.
  private var lookedIn: Int64?
  private var work: [(tenant: BookTenant, month: CivilMonth, isFinal: Bool)] = []

  package init(context: BatchContext) { self.context = context }

  package var hasMore: Bool { !work.isEmpty }

  package func begin(lastBeat: Timestamp?, at now: Timestamp) { lookedIn = lastBeat.map(KeepFigures.quarter) }

  private static func quarter(_ time: Timestamp) -> Int64 { time.milliseconds / (refreshSeconds * 1000) }

  package func step(at now: Timestamp) throws {
    if work.isEmpty {
      guard lookedIn != KeepFigures.quarter(now) else { return }
      lookedIn = KeepFigures.quarter(now)
      let lastClosed = try context.store.lastClosedMonth(tenant: "")
      // One snapshot: hundreds of small reads need not each take their own.
      let tenants = try context.settings.tenants()
      try context.store.snapshot {
        for tenant in tenants {
          context.attempt(KeepFigures.name) { try plan(BookTenant(tenant), lastClosed, at: now) }
        }
      }
    }
    guard !work.isEmpty else { return }
    let next = work.removeFirst()
    let store = context.store
    // Of a month in which nothing was reported: as of the summary.
    let closed =
      try store.closedAt(tenant: next.tenant.id, month: next.month)
      ?? store.closedAt(tenant: "", month: next.month)
    let period = try next.tenant.period(next.month, zones: context.zones, asOf: next.isFinal ? closed : nil)
    let zone = try next.tenant.zone(context.zones)
    try store.keepFigures(
      KeptFigures(
        month: next.month, asOf: next.isFinal ? closed ?? now : now, isFinal: next.isFinal,
        figures: try store.snapshot { try store.monthFigures(period, zone: zone) }),
      tenant: next.tenant.id)
  }

  /// - Parameter lastClosed: the last month whose summary is final.
  private func plan(_ tenant: BookTenant, _ lastClosed: CivilMonth?, at now: Timestamp) throws {
    let zone = try tenant.zone(context.zones)
    let months = MonthFigures.months(at: now, in: zone)
    guard let oldest = months.last,
      let first = try context.store.firstActivity(tenant: tenant.id).map({ zone.month(of: $0) })
    else { return }
    var kept: [CivilMonth: KeptFigures] = [:]
    for row in try context.store.keptFigures(tenant: tenant.id, since: oldest) { kept[row.month] = row }
    for month in months where month >= first {
      let known = kept[month]
      if known?.isFinal == true { continue }
      let isOver =
        try lastClosed.map { month <= $0 } ?? false
        || context.store.closedAt(tenant: tenant.id, month: month) != nil
      if isOver {
        work.append((tenant, month, true))
      } else if known.map({ KeepFigures.quarter($0.asOf) }) != KeepFigures.quarter(now),
        try context.store.isLong(tenant.period(month, zones: context.zones))
      {
        work.append((tenant, month, false))
      }
    }
  }
}
