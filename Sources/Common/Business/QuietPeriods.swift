// QuietPeriods.swift - quiet hours laid over real time, correct on the days the clocks change.
//
// Each local day begins one period at `from`; it ends at `to` of the same or of the next day. Both ends are
// the first instant with that local time, so a period is one piece even in the autumn night when an hour
// comes twice, and a `to` that the spring night skips means the instant of the change.

import LocalTime

extension QuietHours {
  /// Whether the instant lies in quiet hours; their first instant does, their end does not.
  package func contains(_ instant: Timestamp, zone: TimeZoneRules) -> Bool {
    periods(from: instant, to: instant, zone: zone).contains { $0.start <= instant && instant < $0.end }
  }

  /// The end of the quiet period that contains the instant; the instant itself when none does.
  package func end(after instant: Timestamp, zone: TimeZoneRules) -> Timestamp {
    var end = instant
    // Periods meet when quiet hours are the whole day: look no further than the next two of them.
    for period in periods(from: instant, to: instant, zone: zone)
    where period.start <= end && end < period.end {
      end = period.end
    }
    return end
  }

  /// How much of the time between two instants is quiet.
  package func milliseconds(from start: Timestamp, to end: Timestamp, zone: TimeZoneRules) -> Int64 {
    guard start < end else { return 0 }
    return periods(from: start, to: end, zone: zone).reduce(0) { sum, period in
      let overlap = min(period.end, end).milliseconds(since: max(period.start, start))
      return sum + max(0, overlap)
    }
  }

  /// Every period that may touch the stretch, oldest first.
  private func periods(from start: Timestamp, to end: Timestamp, zone: TimeZoneRules)
    -> [(start: Timestamp, end: Timestamp)]
  {
    guard from != to else { return [] }
    let first = zone.day(of: start).adding(days: -1)
    let last = zone.day(of: end).adding(days: 1)
    var periods: [(start: Timestamp, end: Timestamp)] = []
    var date = first
    while date <= last {
      let endDate = from < to ? date : date.adding(days: 1)
      periods.append(
        (zone.timestamp(date, minuteOfDay: from), zone.timestamp(endDate, minuteOfDay: to)))
      date = date.adding(days: 1)
    }
    return periods
  }
}
