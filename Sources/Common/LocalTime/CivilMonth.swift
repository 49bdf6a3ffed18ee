// CivilMonth.swift - a month of the Gregorian calendar: what a report is about.

/// A month between the years 1 and 9999.
package struct CivilMonth: Hashable, Comparable, Sendable {
  package let year: Int
  /// 1 to 12.
  package let month: Int

  package init(of date: CivilDate) {
    year = date.year
    month = date.month
  }

  /// Reads `YYYY-MM`.
  package init?(iso8601 text: String) {
    guard let first = CivilDate(iso8601: text + "-01") else { return nil }
    self.init(of: first)
  }

  /// `2026-02`.
  package var iso8601: String { String(firstDay.iso8601.dropLast(3)) }

  package var firstDay: CivilDate {
    CivilDate(daysSinceEpoch: CivilDate.daysSinceEpoch(year: year, month: month, day: 1))
  }

  package var lastDay: CivilDate { next.firstDay.adding(days: -1) }

  package var next: CivilMonth { CivilMonth(of: firstDay.adding(days: 31)) }

  package var previous: CivilMonth { CivilMonth(of: firstDay.adding(days: -1)) }

  package static func < (left: Self, right: Self) -> Bool {
    (left.year, left.month) < (right.year, right.month)
  }
}

extension TimeZoneRules {
  /// The local month in which an instant lies.
  package func month(of instant: Timestamp) -> CivilMonth { CivilMonth(of: day(of: instant)) }

  /// The instant at which a local month begins.
  package func start(of month: CivilMonth) -> Timestamp { startOfDay(month.firstDay) }
}
