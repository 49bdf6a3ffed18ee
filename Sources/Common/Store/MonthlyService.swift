// MonthlyService.swift - what people made of a tenant's month: promises kept, minutes to a person, jobs won, callers
// nobody saw to. A month that has been closed is seen as it was then, but for what is closed
// anew.

import LocalTime
import SQLite

/// What people made of a month.
package struct ServiceFigures: Hashable, Sendable {
  /// Requests whose promised time fell into the month, and those a person acted on before it.
  package var promises = 0
  package var kept = 0
  /// Milliseconds from a request's making to the first act of a person: the median of the month's requests.
  package var medianToHuman: Int?
  /// Requests closed in the month with outcome `won`, and their worth in hundredths.
  package var jobsWon = 0
  package var valueWon = 0
  /// Missed calls whose caller nobody saw to; without what asks for nobody.
  package var neverHandled = 0

  package init() {}
}

extension Store {
  package func monthlyService(_ period: ReportPeriod) throws -> ServiceFigures {
    var figures = ServiceFigures()
    // A promise lies at most two months ahead of its request.
    try database.forEach(
      """
      SELECT count(*), total(human_at < sla_due_at AND human_at <= ?4) FROM tickets
      WHERE tenant = ?1 AND created_at >= ?2 - 5356800000 AND created_at < ?3 AND created_at <= ?4
        AND sla_due_at >= ?2 AND sla_due_at < ?3 AND promised
      """, values: period.values
    ) { row in (figures.promises, figures.kept) = (row.integer(0), row.integer(1)) }
    figures.medianToHuman = try median(
      try database.rows(
        """
        SELECT human_at - created_at AS minutes FROM tickets
        WHERE tenant = ?1 AND created_at >= ?2 AND created_at < ?3 AND human_at <= ?4 ORDER BY minutes
        """, values: period.values
      ) { $0.integer(0) })
    try database.forEach(
      """
      SELECT count(*), coalesce(sum(amount), 0) FROM tickets
      WHERE tenant = ?1 AND done_at >= ?2 AND done_at < ?3 AND done_at <= ?4 AND outcome = 'won'
      """, values: period.values
    ) { row in (figures.jobsWon, figures.valueWon) = (row.integer(0), row.integer(1)) }
    figures.neverHandled =
      try database.first(
        """
        SELECT count(*) FROM calls
        WHERE tenant = ?1 AND started_at >= ?2 AND started_at < ?3 AND outcome = 'missed'
          AND (handled_at IS NULL OR handled_at > ?4)
          AND coalesce(reason, '') NOT IN ('blocked', 'spam', 'own_number', 'private')
        """, values: period.values
      ) { $0.integer(0) } ?? 0
    return figures
  }

  /// Of sorted values.
  private func median(_ sorted: [Int]) -> Int? {
    guard !sorted.isEmpty else { return nil }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
