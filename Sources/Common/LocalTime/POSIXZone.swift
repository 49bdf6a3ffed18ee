// POSIXZone.swift - the rule in a zone file's footer, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
//
// POSIX.1 "Other Environment Variables" (TZ) with the extension of RFC 8536, section 3.3.1: the times of
// the changes run from -167 to 167 hours. Says the offset of every instant after the last listed change.

/// Standard time and, where the zone still changes its clocks, daylight saving time and its two days.
struct POSIXZone: Hashable, Sendable {
  struct Daylight: Hashable, Sendable {
    let offset: Int
    let start: Change
    let end: Change
  }

  /// Seconds east of Greenwich.
  let standardOffset: Int
  let daylight: Daylight?

  func offset(atSecond second: Int64) -> Int {
    guard daylight != nil else { return standardOffset }
    var offset = standardOffset
    for change in changes(around: second) where change.instant <= second { offset = change.offset }
    return offset
  }

  func nextTransition(after second: Int64) -> Int64? {
    changes(around: second).first { $0.instant > second }?.instant
  }

  /// The changes of three years, oldest first: a rule's time may reach into the neighbouring year.
  private func changes(around second: Int64) -> [(instant: Int64, offset: Int)] {
    guard let daylight else { return [] }
    let year = CivilDate(daysSinceEpoch: floorDivide(Int(second), 86_400)).year
    var changes: [(instant: Int64, offset: Int)] = []
    for year in (year - 1)...(year + 1) {
      changes.append((Int64(daylight.start.localSeconds(in: year) - standardOffset), daylight.offset))
      changes.append((Int64(daylight.end.localSeconds(in: year) - daylight.offset), standardOffset))
    }
    // Daylight time all year is written as an end and a start at one instant; the start must win.
    return changes.sorted { left, right in
      left.instant != right.instant
        ? left.instant < right.instant
        : left.offset == standardOffset && right.offset != standardOffset
    }
  }
}

extension POSIXZone {
  /// The day and the local time of a yearly change.
  struct Change: Hashable, Sendable {
    enum Day: Hashable, Sendable {
      /// `Jn`: 1 to 365, 29 February never counted.
      case julian(Int)
      /// `n`: 0 to 365, 29 February counted.
      case zeroBased(Int)
      /// `Mm.w.d`: the `week`th weekday of the month, 5 = the last; weekday 0 = Sunday.
      case monthWeek(month: Int, week: Int, weekday: Int)
    }
    let day: Day
    /// Seconds after midnight of that day, maybe negative or beyond the day.
    let time: Int

    /// Local seconds since 1970-01-01 00:00 of the change in `year`.
    func localSeconds(in year: Int) -> Int {
      let newYear = CivilDate.daysSinceEpoch(year: year, month: 1, day: 1)
      let day: Int
      switch self.day {
      case .julian(let number):
        day = newYear + number - 1 + (number >= 60 && CivilDate.isLeap(year) ? 1 : 0)
      case .zeroBased(let number):
        day = newYear + number
      case .monthWeek(let month, let week, let weekday):
        let first = CivilDate.daysSinceEpoch(year: year, month: month, day: 1)
        let firstWeekday = ((first + 4) % 7 + 7) % 7  // 1970-01-01 was a Thursday
        var date = (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
        if date >= CivilDate.days(inMonth: month, of: year) { date -= 7 }
        day = first + date
      }
      return day * 86_400 + time
    }
  }
}
