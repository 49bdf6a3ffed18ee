// ReportCommand.swift - `opsfabric report`: writes the CSV files of a month.

import Books
import Business
import JSON
import LocalTime
import Platform
import Store

struct ReportCommand: Command {
  static let name = "report"
  static let usage = "opsfabric report [YYYY-MM] [--tenant ID] [--out DIR] [--json]"
  static let summary = "writes the CSV files of a month (default: last month)"
  static let details = """
    YYYY-MM      a month of each tenant's own calendar
    --tenant ID  only this tenant's files, without the summary over all
    --out DIR    where to write (default: reports/YYYY-MM in the home)
    --json       one object per tenant: month, tenant, check, notes, folder
    Per tenant: report_, messages_, ledger_ and, where the tenant has `accounts`, bookings_; over all: summary_. A
    description of each file's columns lies beside it (.csv-metadata.json). The profile is `csv.profile` of the
    settings. Prints for each tenant the ledger's check, and how many of Twilio's prices are missing. A ledger that
    does not balance is an error: that tenant's files and the summary are not written, the exit code is 1.
    `opsfabric run` does the same on the first of each month, and mails the files to `report_email`.
    """
  private static let cacheMegabytes = 24

  private let month: CivilMonth?
  private let tenant: String?
  private let folder: String?
  private let isJSON: Bool

  init(_ arguments: inout Arguments) throws {
    tenant = try arguments.option("--tenant")
    folder = try arguments.option("--out")
    isJSON = arguments.flag("--json")
    let words = arguments.rest().split(separator: " ").map(String.init)
    if let word = words.first(where: { $0.hasPrefix("-") }) { throw arguments.unknown(option: word) }
    guard words.count <= 1 else { throw UsageError("'\(words[1])' is one word too many") }
    month = try words.first.map { word in
      guard word.utf8.count == 7, let month = CivilMonth(iso8601: word) else {
        throw UsageError("'\(word)' is no month: write it like 2026-02")
      }
      return month
    }
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let store = try world.store()
    try store.widenCache(megabytes: ReportCommand.cacheMegabytes)
    let settings = try world.settings()
    let all = try BookTenant.all(store: store, settings: settings)
    let chosen = all.filter { tenant == nil || $0.id == tenant }
    guard let first = chosen.first else {
      throw tenant.map { unknownTenant($0, among: all.map(\.id)) }
        ?? CommandError("no tenant is configured", exitCode: .usage)
    }
    let now = world.clock.now()
    let current = try first.zone(world.zones).month(of: now)
    let month = self.month ?? current.previous
    guard month <= current else { throw UsageError("\(month.iso8601) has not begun") }
    let home = try world.home()
    let folder = folder ?? "\(home.reports)/\(month.iso8601)"
    let dialect = CSVDialect(try settings.installation().csvProfile)
    let files = ReportFiles(store: store, zones: world.zones, dialect: dialect)

    let progress = ProgressLine()
    var months: [TenantMonth] = []
    var sets: [PreparedFiles] = []
    var failures: [String] = []
    for tenant in chosen {
      progress.show("\(months.count + failures.count)/\(chosen.count) tenants")
      do {
        // Whoever is switched off or gone has a report of the months in which something happened.
        let period = try tenant.period(month, zones: world.zones)
        guard try tenant.isActive || self.tenant != nil || store.hadActivity(period) else { continue }
        let report = try files.prepare(tenant, month, in: folder)
        months.append(report.figures)
        sets.append(report.files)
      } catch let error as ReportError { failures.append(error.description) }
    }
    if tenant == nil, failures.isEmpty { sets.append(try files.prepareSummary(months, month, in: folder)) }
    try PreparedFiles.commit(sets)
    if self.folder == nil { try ReportSums(reports: home.reports).renew(from: month) }
    progress.clear()
    for figures in months {
      if isJSON {
        printJSON(
          .object([
            "tenant": .string(figures.tenant.id), "month": .string(figures.month.iso8601),
            "check": .string(figures.checkLine), "notes": .texts(figures.notes), "folder": .string(folder),
          ]))
        continue
      }
      printToStandardOutput(
        ([figures.tenant.id, figures.month.iso8601, figures.checkLine].joined(separator: " ")
          + figures.notes.map { ". \($0)" }.joined()))
    }
    guard failures.isEmpty else { throw CommandError(failures.joined(separator: "; ")) }
    if isJSON { return .done }
    printToStandardOutput("written to \(folder)")
    if month == current { printToStandardOutput("\(month.iso8601) is not over: the figures will change") }
    return .done
  }
}
