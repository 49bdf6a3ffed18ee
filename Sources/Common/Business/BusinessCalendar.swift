// BusinessCalendar.swift - counts minutes in a tenant's business hours.
//
// Pure arithmetic over instants: a block from 08:00 to 12:00 is the time between the first instants with
// those local times, so a day on which the clocks change is as long as it really is.

import LocalTime

/// Business hours, days off and the zone they are meant in.
package struct BusinessCalendar: Sendable {
  package var zone: TimeZoneRules
  package var hours: WeeklyHours
  package var holidays: [Holiday]
  package var vacation: Vacation?
  package var weekendPolicy: WeekendPolicy

  package init(
    zone: TimeZoneRules, hours: WeeklyHours, holidays: [Holiday] = [], vacation: Vacation? = nil,
    weekendPolicy: WeekendPolicy = .nextBusinessDay
  ) {
    self.zone = zone
    self.hours = hours
    self.holidays = holidays
    self.vacation = vacation
    self.weekendPolicy = weekendPolicy
  }

  /// Whether the business is really open: its own hours, no holiday, whatever the weekend policy
  /// promises. Without any hours it is always open but in its vacation.
  package func isOpen(at instant: Timestamp) -> Bool {
    if hours.isEmpty { return vacation?.contains(zone.day(of: instant)) != true }
    // The day before too, where a change of the clocks at midnight repeats an hour.
    let day = zone.day(of: instant)
    return [day.adding(days: -1), day].contains { date in
      !isDayOff(date)
        && hours[date.weekday].contains { block in
          zone.timestamp(date, minuteOfDay: block.start) <= instant
            && instant < zone.timestamp(date, minuteOfDay: block.end)
        }
    }
  }

  /// The instant by which so many business minutes have passed since `start`.
  ///
  /// Outside hours the count begins with the next block; a count that ends with a block gives that block's
  /// end. Plain minutes are counted where there are no hours, from the end of a vacation, or no open block within 400
  /// days.
  package func adding(businessMinutes: Int, to start: Timestamp) -> Timestamp {
    // Bounded like the loop below, so that absurd settings neither hang nor overflow.
    let minutes = max(0, min(businessMinutes, 5_000_000))
    let plain = start.adding(minutes: minutes)
    if hours.isEmpty {
      guard let vacation, vacation.contains(zone.day(of: start)) else { return plain }
      return zone.timestamp(vacation.last.adding(days: 1), minuteOfDay: 0).adding(minutes: minutes)
    }
    var left = Int64(minutes) * 60_000
    var date = zone.day(of: start).adding(days: -1)
    var daysWithoutBlock = 0
    while daysWithoutBlock <= 400 {
      daysWithoutBlock += 1
      for block in countedBlocks(on: date) {
        let opens = max(start, zone.timestamp(date, minuteOfDay: block.start))
        let closes = zone.timestamp(date, minuteOfDay: block.end)
        guard opens < closes else { continue }
        daysWithoutBlock = 0
        let length = closes.milliseconds(since: opens)
        if left <= length { return opens.adding(milliseconds: left) }
        left -= length
      }
      date = date.adding(days: 1)
    }
    return plain
  }

  /// The first working day after the vacation that `date` falls into; nil where it falls into none.
  package func dayOfReturn(on date: CivilDate) -> CivilDate? {
    guard let vacation, vacation.contains(date) else { return nil }
    let first = vacation.last.adding(days: 1)
    if hours.isEmpty { return first }
    return (0...400).lazy.map { first.adding(days: $0) }.first { !countedBlocks(on: $0).isEmpty } ?? first
  }

  /// A holiday of the business, or a day of its vacation.
  package func isDayOff(_ date: CivilDate) -> Bool {
    vacation?.contains(date) == true || holidays.contains { $0.falls(on: date) }
  }

  /// The blocks that count for a promise. With `.same` a holiday is a working day like any of its weekday,
  /// and a weekday without hours has those of the nearest weekday before it that has some; a vacation is none.
  private func countedBlocks(on date: CivilDate) -> [MinuteRange] {
    switch weekendPolicy {
    case .nextBusinessDay:
      return isDayOff(date) ? [] : hours[date.weekday]
    case .same:
      if vacation?.contains(date) == true { return [] }
      return (0..<7).lazy.map { hours[date.adding(days: -$0).weekday] }.first { !$0.isEmpty } ?? []
    }
  }
}
