// WriteMonthlyReports.swift - on the first of the month: writes, closes and mails the month before.
//
// A month is closed once nothing about it can change by itself: Twilio's lists have been read to its end, every
// call is decided, no SMS is under way, no price is being asked for. At the latest it is closed at noon of the
// first, with what is missing said. Until then the files are there, written once, but not final and not mailed.
// Closing writes them, puts the e-mails into the outbox and remembers the month, and from then on the month's
// files show it as it was then. Months in which no runner ran are made up for, oldest first.
//
// One tenant a step: an SMS that is due does not wait for two hundred reports.

import Business
import LocalTime
import Platform
import Runner
import Store

package final class WriteMonthlyReports: Job {
  package static let name = "reports"
  package static let waitsForGap = true

  private static let paceSeconds = 60
  private static let noon = 12 * 60
  /// The tenant's name in `reported_months` that stands for the summary.
  private static let summary = ""

  private let context: BatchContext
  private let sweeping: SweepLostWebhooks
  private let judging: JudgeCalls
  private var pace = Pace(seconds: WriteMonthlyReports.paceSeconds)
  private var work: [Work] = []
  /// In this step.
  private var hasClosed = false

  private enum Work {
    case tenant(BookTenant, CivilMonth)
    case summary(SummaryWork)
  }

  /// A summary in the making: its rows are read one a step.
  private struct SummaryWork {
    let month: CivilMonth
    /// No earlier month waits for its summary.
    let isFirst: Bool
    var waiting: [BookTenant]
    var rows: [TenantMonth] = []
  }

  package init(context: BatchContext, sweeping: SweepLostWebhooks, judging: JudgeCalls) {
    self.context = context
    self.sweeping = sweeping
    self.judging = judging
  }

  /// More is to be done at once, here or by whoever sends the mails.
  package private(set) var hasMore = false

  package func step(at now: Timestamp) throws {
    hasMore = false
    hasClosed = false
    if work.isEmpty {
      guard sweeping.hasLooked, try isCaughtUp(at: now), pace.isDue(at: now) else { return }
      work = try plan(at: now)
    }
    guard !work.isEmpty else { return }
    do {
      switch work.removeFirst() {
      case .tenant(let tenant, let month): try report(tenant, month, at: now)
      case .summary(let summary): try advance(summary, at: now)
      }
    } catch let error as ReportError {
      // Nothing of this tenant is written, and the month stays open.
      context.alert(AlertCause.reportFailed, tenant: error.tenant, error.description, at: now)
    }
    hasMore = hasClosed || !work.isEmpty
  }

  private var files: ReportFiles {
    ReportFiles(
      store: context.store, zones: context.zones, dialect: CSVDialect(context.installation.csvProfile))
  }

  private func folder(_ month: CivilMonth) -> String { "\(context.home.reports)/\(month.iso8601)" }

  // MARK: what is to be done

  private func plan(at now: Timestamp) throws -> [Work] {
    // Nearly always: wherever on earth a tenant is, no month has ended since the last summary.
    let lastClosed = try context.store.lastClosedMonth(tenant: WriteMonthlyReports.summary)
    if let lastClosed, lastClosed.next >= TimeZoneRules.utc.month(of: now.adding(hours: 14)) { return [] }
    let tenants = try BookTenant.all(store: context.store, settings: context.settings)
    var current: [String: CivilMonth] = [:]
    for tenant in tenants { current[tenant.id] = context.zones.zone(tenant.timezone)?.month(of: now) }
    guard let newest = current.values.max()?.previous, var month = try lastClosed?.next ?? firstMonth(tenants)
    else {
      return []
    }
    let first = month
    var work: [Work] = []
    while month <= newest {
      let past = tenants.filter { current[$0.id].map { $0 > month } ?? false }
      let reported = try past.filter { try isReported($0, month, newest: newest) }
      let open = try reported.filter { try context.store.closedAt(tenant: $0.id, month: month) == nil }
      work += open.map { .tenant($0, month) }
      // A tenant further west still has its month: the summary waits for it.
      if past.count == tenants.count {
        work.append(.summary(SummaryWork(month: month, isFirst: month == first, waiting: reported)))
      }
      month = month.next
    }
    return work
  }

  /// The month of the first call or message ever.
  private func firstMonth(_ tenants: [BookTenant]) throws -> CivilMonth? {
    try tenants.compactMap { tenant in
      try context.store.firstActivity(tenant: tenant.id).flatMap {
        context.zones.zone(tenant.timezone)?.month(of: $0)
      }
    }.min()
  }

  /// Whoever is active has a report of the last month; otherwise whoever had a call or an SMS in it.
  private func isReported(_ tenant: BookTenant, _ month: CivilMonth, newest: CivilMonth) throws -> Bool {
    if tenant.isActive && month == newest { return true }
    return try context.store.hadActivity(try tenant.period(month, zones: context.zones))
  }

  // MARK: one tenant

  private func report(_ tenant: BookTenant, _ month: CivilMonth, at now: Timestamp) throws {
    let folder = folder(month)
    guard try isSettled(tenant, month, at: now) else {
      let report = "\(folder)/\(Tables.report.fileName(tenant: tenant.id, month: month.iso8601))"
      if !Files.exists(report) { _ = try files.write(tenant, month, to: folder) }
      return
    }
    let written = try files.write(tenant, month, to: folder)
    let mails = try ReportMail(context: context).prepare(
      written, before: files.before(written.figures), in: folder, at: now)
    try context.store.write {
      guard try context.store.closeMonth(tenant: tenant.id, month: month, at: now) else { return }
      let files = written.files.map { String($0.path.dropFirst(context.home.reports.utf8.count + 1)) }
      context.store.tellReport(tenant: tenant.id, month: month, files: files, at: now)
      for mail in mails { try context.store.enqueue(mail, at: now) }
    }
    hasClosed = true
    context.summary.reports += 1
  }

  /// Nothing of the month can change by itself any more, or it is noon.
  private func isSettled(_ tenant: BookTenant, _ month: CivilMonth, at now: Timestamp) throws -> Bool {
    let period = try tenant.period(month, zones: context.zones)
    let noon = try tenant.zone(context.zones).timestamp(
      month.next.firstDay, minuteOfDay: WriteMonthlyReports.noon)
    return try now >= noon || isSwept(tenant, until: period.end) && context.store.unsettled(period) == nil
  }

  /// After a long silence the calls of that time come in with the first looks at Twilio's lists, and are judged
  /// and decided then: all that can be done at once has been done.
  private func isCaughtUp(at now: Timestamp) throws -> Bool {
    guard sweeping.isIdle, try judging.isIdle(at: now) else { return false }
    return try context.store.nextCallDue().map { $0 > now } ?? true
  }

  /// Twilio's lists of the tenant's numbers, and of its voice messages, have been read to the end of the month.
  private func isSwept(_ tenant: BookTenant, until end: Timestamp) throws -> Bool {
    guard tenant.isActive, let settings = context.tenant(tenant.id) else { return true }
    func isSwept(_ number: String, _ list: String) throws -> Bool {
      try context.store.sweep(number: number, list: list).map { $0.completeUntil >= end } ?? false
    }
    return try settings.voiceNumbers.allSatisfy { try isSwept($0, "calls") && isSwept($0, "messages") }
      && (!settings.takesVoiceMessages || isSwept(context.account(settings), "recordings"))
  }

  // MARK: the summary

  private func advance(_ summary: SummaryWork, at now: Timestamp) throws {
    var summary = summary
    guard summary.waiting.isEmpty else {
      let tenant = summary.waiting.removeFirst()
      summary.rows.append(try files.figures(tenant, summary.month))
      work.insert(.summary(summary), at: 0)
      return
    }
    let month = summary.month
    // Summaries are closed in order: the last one says from where on there is something to do.
    let last = try context.store.lastClosedMonth(tenant: WriteMonthlyReports.summary)
    let isNext = last.map { $0.next == month } ?? summary.isFirst
    let isFinal =
      try isNext
      && summary.rows.allSatisfy { try context.store.closedAt(tenant: $0.tenant.id, month: month) != nil }
    let path = "\(folder(month))/\(Tables.summary.fileName(month: month.iso8601))"
    guard isFinal || !Files.exists(path) else { return }
    if !summary.rows.isEmpty { try files.writeSummary(summary.rows, month, to: folder(month)) }
    guard isFinal else { return }
    if !summary.rows.isEmpty { try ReportSums(reports: context.home.reports).write(month) }
    _ = try context.store.write {
      try context.store.closeMonth(tenant: WriteMonthlyReports.summary, month: month, at: now)
    }
  }
}

extension CSVDialect {
  package init(_ profile: Installation.CSVProfile) {
    switch profile {
    case .excelCH: self = .excelCH
    case .excelDE: self = .excelDE
    case .rfc4180: self = .rfc4180
    case .banana: self = .banana
    }
  }
}
