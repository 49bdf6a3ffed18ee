// ReportFiles.swift - writes a month's files: CSV and the metadata beside it, whole or not at all.
//
// The figures, the list of SMS and the check are read on one state of the database. Written again, a closed month
// gives the same bytes; only prices that have arrived since complete it.

import LocalTime
import Platform
import Store

/// What was written for one tenant.
package struct WrittenReport: Sendable {
  package let figures: TenantMonth
  /// The CSV files.
  package let files: [File]

  package struct File: Hashable, Sendable {
    package let path: String
    package let byteCount: Int
  }
}

package struct ReportFiles {
  private let store: Store
  private let zones: TimeZones
  private let dialect: CSVDialect

  package init(store: Store, zones: TimeZones, dialect: CSVDialect) {
    self.store = store
    self.zones = zones
    self.dialect = dialect
  }

  /// The figures alone, for the summary.
  package func figures(_ tenant: BookTenant, _ month: CivilMonth) throws -> TenantMonth {
    try TenantMonth.read(tenant, month, period(tenant, month), store: store)
  }

  /// The month before, to compare with; nil where the tenant had not begun then, or its books do not balance.
  func before(_ figures: TenantMonth) throws -> TenantMonth? {
    let (tenant, month) = (figures.tenant, figures.month.previous)
    let first = try store.firstActivity(tenant: tenant.id)
    guard let first, try tenant.zone(zones).month(of: first) <= month else { return nil }
    do { return try self.figures(tenant, month) } catch is ReportError { return nil }
  }

  private func period(_ tenant: BookTenant, _ month: CivilMonth) throws -> ReportPeriod {
    try tenant.period(month, zones: zones, asOf: store.closedAt(tenant: tenant.id, month: month))
  }

  /// Writes the tenant's files of the month.
  package func write(_ tenant: BookTenant, _ month: CivilMonth, to folder: String) throws -> WrittenReport {
    let report = try prepare(tenant, month, in: folder)
    try PreparedFiles.commit([report.files])
    return WrittenReport(figures: report.figures, files: report.files.tables)
  }

  /// Writes the tenant's files under temporary names.
  package func prepare(_ tenant: BookTenant, _ month: CivilMonth, in folder: String) throws -> (
    figures: TenantMonth, files: PreparedFiles
  ) {
    try Files.makeFolder(folder)
    let period = try period(tenant, month)
    let zone = try tenant.zone(zones)
    var set = PreparedFiles(folder: folder, tenant: tenant, month: month, dialect: dialect)
    let figures = try store.snapshot {
      let figures = try TenantMonth.read(tenant, month, period, store: store)
      set.notes = figures.notes
      try set.add(Tables.report, [figures])
      try set.add(Tables.messages) { try writeMessages(figures, period, zone, to: &$0) }
      try set.add(Tables.ledger, figures.ledgerLines)
      if let accounts = tenant.accounts { try set.add(Tables.bookings, figures.bookingLines(accounts)) }
      return figures
    }
    return (figures, set)
  }

  private func writeMessages(
    _ figures: TenantMonth, _ period: ReportPeriod, _ zone: TimeZoneRules,
    to writer: inout CSVWriter<MessageLine>
  ) throws {
    var (count, millionths) = (0, 0)
    var failure: (any Error)?
    try store.monthlyMessages(period) { message in
      guard failure == nil else { return }
      count += 1
      millionths += message.millionths ?? 0
      do {
        try writer.row(MessageLine(sms: message, local: zone.local(message.at)))
      } catch { failure = error }
    }
    if let failure { throw failure }
    let sms = figures.costs.filter { $0.source == .outbound || $0.source == .inbound }
    guard sms.map(\.count).reduce(0, +) == count, sms.map(\.millionths).reduce(0, +) == millionths else {
      throw ReportError.costsDoNotAddUp(tenant: period.tenant, month: figures.month.iso8601)
    }
  }

  /// Writes the summary over all tenants, in the order given.
  package func writeSummary(_ months: [TenantMonth], _ month: CivilMonth, to folder: String) throws {
    try PreparedFiles.commit([prepareSummary(months, month, in: folder)])
  }

  package func prepareSummary(_ months: [TenantMonth], _ month: CivilMonth, in folder: String) throws
    -> PreparedFiles
  {
    try Files.makeFolder(folder)
    var set = PreparedFiles(folder: folder, tenant: nil, month: month, dialect: dialect)
    set.notes = months.flatMap { figures in figures.notes.map { "\(figures.tenant.id): \($0)" } }
    try set.add(Tables.summary, months)
    return set
  }
}

/// Files that are written and wait to be put in their places. Let go of, they leave nothing behind.
package struct PreparedFiles {
  private let folder: String
  private let tenant: BookTenant?
  private let month: CivilMonth
  private let dialect: CSVDialect
  fileprivate var notes: [String] = []
  private var files: [FileReplacement] = []
  /// The CSV files among them.
  package private(set) var tables: [WrittenReport.File] = []

  fileprivate init(folder: String, tenant: BookTenant?, month: CivilMonth, dialect: CSVDialect) {
    self.folder = folder
    self.tenant = tenant
    self.month = month
    self.dialect = dialect
  }

  /// A table and its metadata.
  fileprivate mutating func add<Row>(_ table: Table<Row>, _ rows: [Row]) throws {
    try add(table) { writer in for row in rows { try writer.row(row) } }
  }

  /// The same, with rows that are written as they are read.
  fileprivate mutating func add<Row>(_ table: Table<Row>, _ rows: (inout CSVWriter<Row>) throws -> Void)
    throws
  {
    let name = table.fileName(tenant: tenant?.id, month: month.iso8601)
    let file = try FileReplacement("\(folder)/\(name)")
    var writer = try CSVWriter(table, dialect) { try file.write($0) }
    try rows(&writer)
    try writer.finish()
    let metadata = try FileReplacement("\(folder)/\(name)-metadata.json")
    let whose = tenant.map { "\($0.name) (\($0.id))" } ?? "all tenants"
    try metadata.write(
      table.metadata(of: name, in: dialect, title: "\(table.name) \(month.iso8601), \(whose)", notes: notes))
    tables.append(WrittenReport.File(path: file.path, byteCount: file.byteCount))
    files += [file, metadata]
    for file in files { try file.finish() }
  }

  /// Puts the files of all sets in their places, in one folder.
  package static func commit(_ sets: [PreparedFiles]) throws {
    try FileReplacement.commit(sets.flatMap(\.files))
  }
}
