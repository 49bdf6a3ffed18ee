// MonthFigures.swift - a tenant's month as the desk shows it, by the statements of the monthly report; the table
// `month_figures`.
//
// A month of many calls takes longer to count than anybody waits for a page. So the runner keeps what a month has come to:
// of one that is over, for good; of a long one that is under way, as of a while ago.

import LocalTime
import SQLite

package struct MonthFigures: Hashable, Sendable {
  /// How many months the desk shows: the one under way and those before.
  package static let monthsShown = 13

  package var calls = 0
  package var missed = 0
  /// Missed-call SMS that were accepted, and those of them that were answered.
  package var texted = 0
  package var replied = 0
  /// Made from missed calls.
  package var requests = 0
  package var promises = 0
  package var kept = 0
  /// In milliseconds; nil where no person acted.
  package var medianToHuman: Int?
  package var jobsWon = 0
  /// In hundredths.
  package var valueWon = 0
  /// Calls by the local hour in which they began: Monday from midnight on, then Tuesday, 7 times 24.
  package var hours = [Int](repeating: 0, count: 168)

  package init() {}

  /// The months shown, the newest first.
  package static func months(at now: Timestamp, in zone: TimeZoneRules) -> [CivilMonth] {
    var months = [zone.month(of: now)]
    while months.count < monthsShown { months.append(months[months.count - 1].previous) }
    return months
  }
}

/// What is kept of a month.
package struct KeptFigures: Hashable, Sendable {
  package var month: CivilMonth
  package var asOf: Timestamp
  /// The month is closed: nothing changes any more.
  package var isFinal: Bool
  package var figures: MonthFigures

  package init(month: CivilMonth, asOf: Timestamp, isFinal: Bool, figures: MonthFigures) {
    self.month = month
    self.asOf = asOf
    self.isFinal = isFinal
    self.figures = figures
  }
}

extension Store {
  package func monthFigures(_ period: ReportPeriod, zone: TimeZoneRules) throws -> MonthFigures {
    var figures = MonthFigures()
    let calls = try monthlyCalls(period)
    figures.calls = calls.values.reduce(0, +)
    figures.missed = figures.calls - (calls[""] ?? 0)
    let sms = try monthlySMS(period)
    (figures.texted, figures.replied) = (sms.accepted, sms.replies)
    figures.requests = try monthlyTickets(period)
    let service = try monthlyService(period)
    (figures.promises, figures.kept) = (service.promises, service.kept)
    figures.medianToHuman = service.medianToHuman
    (figures.jobsWon, figures.valueWon) = (service.jobsWon, service.valueWon)
    // No zone's hour begins within a quarter of an hour.
    try database.forEach(
      """
      SELECT started_at / 900000 AS quarter, count(*) FROM calls
      WHERE tenant = ?1 AND started_at >= ?2 AND started_at < ?3 GROUP BY quarter
      """, values: Array(period.values.prefix(3))
    ) { row in
      let local = zone.local(Timestamp(milliseconds: Int64(row.integer(0)) * 900_000))
      figures.hours[(local.date.weekday.rawValue - 1) * 24 + local.hour] += row.integer(1)
    }
    return figures
  }

  /// Whether the month has so many calls that it is not counted while somebody waits.
  package func isLong(_ period: ReportPeriod) throws -> Bool {
    let many = 300
    return try database.integer(
      """
      SELECT count(*) FROM (
        SELECT 1 FROM calls WHERE tenant = ? AND started_at >= ? AND started_at < ? LIMIT ?)
      """, .text(period.tenant), .time(period.start), .time(period.end), .integer(many)) == many
  }

  package func keptFigures(tenant: String, since month: CivilMonth) throws -> [KeptFigures] {
    try database.rows(
      """
      SELECT month, as_of, is_final, calls, missed, texted, replied, requests, promises, kept, median_to_human,
        jobs_won, value_won, hours
      FROM month_figures WHERE tenant = ? AND month >= ?
      """, .text(tenant), .text(month.iso8601)
    ) { row in
      CivilMonth(iso8601: row.text(0)).map {
        var figures = MonthFigures()
        figures.calls = row.integer(3)
        figures.missed = row.integer(4)
        figures.texted = row.integer(5)
        figures.replied = row.integer(6)
        figures.requests = row.integer(7)
        figures.promises = row.integer(8)
        figures.kept = row.integer(9)
        figures.medianToHuman = row.optionalInteger(10)
        figures.jobsWon = row.integer(11)
        figures.valueWon = row.integer(12)
        var hour = 0
        for byte in row.text(13).utf8 where hour < 168 {
          if UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte {
            figures.hours[hour] = figures.hours[hour] * 10 + Int(byte - UInt8(ascii: "0"))
          } else {
            hour += 1
          }
        }
        return KeptFigures(month: $0, asOf: row.timestamp(1), isFinal: row.boolean(2), figures: figures)
      }
    }.compactMap { $0 }
  }

  /// In the place of what was kept before; never of a month's end.
  package func keepFigures(_ kept: KeptFigures, tenant: String) throws {
    let figures = kept.figures
    try write {
      try database.execute(
        """
        INSERT INTO month_figures (tenant, month, as_of, is_final, calls, missed, texted, replied, requests, promises, kept,
          median_to_human, jobs_won, value_won, hours)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET as_of = excluded.as_of, is_final = excluded.is_final, calls = excluded.calls,
          missed = excluded.missed, texted = excluded.texted, replied = excluded.replied, requests = excluded.requests,
          promises = excluded.promises, kept = excluded.kept, median_to_human = excluded.median_to_human,
          jobs_won = excluded.jobs_won, value_won = excluded.value_won, hours = excluded.hours
        WHERE NOT is_final
        """, .text(tenant), .text(kept.month.iso8601), .time(kept.asOf), .boolean(kept.isFinal),
        .integer(figures.calls), .integer(figures.missed), .integer(figures.texted),
        .integer(figures.replied),
        .integer(figures.requests), .integer(figures.promises), .integer(figures.kept),
        .integer(figures.medianToHuman), .integer(figures.jobsWon), .integer(figures.valueWon),
        .text(figures.hours.map(String.init).joined(separator: " ")))
    }
  }
}
