// Retention.swift - which copies are kept: the last one of each of so many hours, days, weeks and months that have one.

import Business
import LocalTime

package struct Retention: Hashable, Sendable {
  package var hours: Int
  package var days: Int
  package var weeks: Int
  package var months: Int

  package init(hours: Int, days: Int, weeks: Int, months: Int) {
    self.hours = hours
    self.days = days
    self.weeks = weeks
    self.months = months
  }

  package init(_ backup: Installation.Backup) {
    self.init(
      hours: backup.keepHours, days: backup.keepDays, weeks: backup.keepWeeks, months: backup.keepMonths)
  }

  /// The newest is always among them. In UTC, so that no change of the clock matters.
  package func kept(of names: some Sequence<CopyName>) -> Set<CopyName> {
    let newestFirst = names.sorted(by: >)
    var kept = Set(newestFirst.prefix(1))
    let scales: [(count: Int, of: (Timestamp) -> Int)] = [
      (hours, { Int($0.seconds / 3600) }), (days, { Int($0.seconds / 86_400) }),
      // 1970 began on a Thursday.
      (weeks, { (Int($0.seconds / 86_400) + 3) / 7 }), (months, month),
    ]
    for scale in scales {
      var seen: Set<Int> = []
      for name in newestFirst {
        guard seen.count < scale.count else { break }
        if seen.insert(scale.of(name.madeAt)).inserted { kept.insert(name) }
      }
    }
    return kept
  }

  private func month(_ time: Timestamp) -> Int {
    let day = TimeZoneRules.utc.day(of: time)
    return day.year * 12 + day.month
  }
}
