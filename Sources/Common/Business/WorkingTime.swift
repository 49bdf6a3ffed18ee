// WorkingTime.swift - the settings of a tenant that say when: business hours, holidays, quiet hours.

import LocalTime

/// Minutes of a local day, `start` included, `end` not: 480..<720 is 08:00-12:00. `end` may be 1440.
package struct MinuteRange: Hashable, Sendable {
  package let start: Int
  package let end: Int

  /// nil unless 0 <= start < end <= 1440.
  package init?(start: Int, end: Int) {
    guard 0 <= start, start < end, end <= 1440 else { return nil }
    self.start = start
    self.end = end
  }
}

/// The blocks of each weekday, sorted, not overlapping. A weekday without blocks is not a working day.
package struct WeeklyHours: Hashable, Sendable {
  /// Monday first.
  private var blocks: [[MinuteRange]]

  package init(_ blocks: [Weekday: [MinuteRange]] = [:]) {
    self.init(mondayFirst: Weekday.allCases.map { blocks[$0] ?? [] })
  }

  /// Seven days. Handlers read a tenant with each webhook: an array, since a dictionary's first use costs them
  /// a search through all of the program's protocol conformances.
  package init(mondayFirst days: [[MinuteRange]]) {
    precondition(days.count == 7)
    blocks = days.map { $0.count < 2 ? $0 : $0.sorted { $0.start < $1.start } }
  }

  package subscript(weekday: Weekday) -> [MinuteRange] { blocks[weekday.rawValue - 1] }

  package var isEmpty: Bool { blocks.allSatisfy { $0.isEmpty } }  // no key path: to make one costs a page 1 %

  /// Monday to Friday 08:00-12:00 and 13:00-17:00: what a tenant gets who names no hours.
  package static let usual: WeeklyHours = {
    let day = [MinuteRange(start: 480, end: 720), MinuteRange(start: 780, end: 1020)].compactMap { $0 }
    return WeeklyHours(mondayFirst: [day, day, day, day, day, [], []])
  }()
}

/// Days off.
package enum Holiday: Hashable, Sendable {
  /// One day: of one year, or of every year when `year` is nil.
  case day(year: Int?, month: Int, day: Int)
  /// The public holidays of a region.
  case region(HolidayRegion)
  /// Those that a calendar on the web names, by its address. The runner reads it; what it says stands in the database.
  case calendar(url: String)

  package func falls(on date: CivilDate) -> Bool {
    switch self {
    case .day(let year, let month, let day):
      date.month == month && date.day == day && (year ?? date.year) == date.year
    case .region(let region): region.hasHoliday(on: date)
    case .calendar: false
    }
  }
}

extension Tenant {
  /// The addresses of the calendars among its holidays.
  package var holidayCalendars: [String] {
    holidays.compactMap { if case .calendar(let url) = $0 { url } else { nil } }
  }
}

/// When the business is closed for a while; both days belong to it.
package struct Vacation: Hashable, Sendable {
  package let first: CivilDate
  package let last: CivilDate

  /// nil where it ends before it begins.
  package init?(from first: CivilDate, to last: CivilDate) {
    guard first <= last else { return nil }
    self.first = first
    self.last = last
  }

  package func contains(_ date: CivilDate) -> Bool { first <= date && date <= last }
}

/// When no missed-call SMS leaves. Minutes of the local day; `from` > `to` spans midnight, equal = never quiet.
package struct QuietHours: Hashable, Sendable {
  package enum Policy: String, Sendable, CaseIterable {
    /// Send at the end of the quiet hours.
    case deferToEnd = "defer"
    /// Never send.
    case skip
  }
  package var from: Int
  package var to: Int
  package var policy: Policy

  package init(from: Int, to: Int, policy: Policy) {
    self.from = from
    self.to = to
    self.policy = policy
  }

  package static let usual = QuietHours(from: 21 * 60, to: 7 * 60, policy: .deferToEnd)
}

/// What weekends and holidays do to the callback promise.
package enum WeekendPolicy: String, Sendable, CaseIterable {
  /// The clock runs in business hours only.
  case nextBusinessDay = "next_business_day"
  /// Days off count like working days.
  case same
}
