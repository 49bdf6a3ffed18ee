// TenantTimes.swift - a tenant's business hours and holidays.

import Business
import LocalTime
import Settings

struct TenantTimes {
  let reader: ObjectReader

  static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  /// Each is fetched once a day.
  private static let mostCalendars = 10

  private static let hoursExpected = "write {mon: [\"08:00-12:00\", \"13:00-17:00\"], …}"

  func businessHours(_ key: String) -> WeeklyHours? {
    guard let week = reader.object(key, Self.hoursExpected) else { return nil }
    let faultsBefore = reader.faults.all.count
    var days: [Weekday: [MinuteRange]] = [:]
    for (key, weekday) in zip(Self.weekdays, Weekday.allCases) { days[weekday] = blocks(key, week) }
    week.finish()
    let hours = WeeklyHours(days)
    if hours.isEmpty, reader.faults.all.count == faultsBefore {
      reader.fault(
        key, "names no hours: the business counts as always open",
        "leave it out for Monday to Friday 08:00-12:00 and 13:00-17:00", .warning)
    }
    return hours
  }

  private func blocks(_ day: String, _ week: ObjectReader) -> [MinuteRange] {
    guard let elements = week.list(day, of: "blocks such as \"08:00-12:00\"") else { return [] }
    var blocks: [MinuteRange] = []
    for (key, value) in elements {
      guard let block = block(value, at: key, week) else { continue }
      if let other = blocks.first(where: { $0.start < block.end && block.start < $0.end }) {
        week.fault(
          key, "overlaps with \(Formats.clock(other.start))-\(Formats.clock(other.end))",
          "let one block end before the next begins")
      } else {
        blocks.append(block)
      }
    }
    return blocks
  }

  private func block(_ value: JSONValue, at key: String, _ week: ObjectReader) -> MinuteRange? {
    let expected = "write a block such as \"08:00-12:00\""
    guard let text = week.string(value, at: key, expected) else { return nil }
    // Word processors make a dash of the hyphen, and people put spaces around it.
    let tidy = text.replacing("–", with: "-").filter { $0 != " " }
    let ends = tidy.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2 else {
      week.fault(key, "\(quoted(text)) is no block of hours", expected)
      return nil
    }
    for end in ends where Formats.minutes(end) == nil {
      week.fault(key, "\(end.isEmpty ? quoted(text) : String(end)) is no time of day", Formats.timeExpected)
      return nil
    }
    guard let start = Formats.minutes(ends[0]), let end = Formats.minutes(ends[1]) else { return nil }
    guard let range = MinuteRange(start: start, end: end) else {
      week.fault(
        key, "\(quoted(text)) ends before it begins",
        "write the earlier time first; a block over midnight is two: \"18:00-24:00\", next day \"00:00-02:00\""
      )
      return nil
    }
    return range
  }

  func holidays(_ key: String) -> [Holiday]? {
    let expected =
      "write \"2026-08-01\", \"08-01\" for every year, a region: \"CH-ZH\", \"LI\", \"DE-BY\", \"AT\", \"FR\", \"IT\", "
      + "or a calendar's address: \"ics:https://…\""
    guard let elements = reader.list(key, of: "days such as \"2026-08-01\"") else { return nil }
    var result: [Holiday] = []
    for (key, value) in elements {
      guard let text = reader.string(value, at: key, expected) else { continue }
      if text.hasPrefix(SettingsText.calendarMark) {
        guard let url = calendar(text, at: key) else { continue }
        if !result.contains(.calendar(url: url)) { result.append(.calendar(url: url)) }
      } else if let holiday = Formats.holiday(text) {
        if !result.contains(holiday) { result.append(holiday) }
      } else {
        reader.fault(
          key, "\(quoted(text)) is no day of the calendar and no region whose holidays are known", expected)
      }
    }
    if result.count(where: { if case .calendar = $0 { true } else { false } }) > TenantTimes.mostCalendars {
      reader.fault(
        key, "names more than \(TenantTimes.mostCalendars) calendars", "leave some out: each is fetched daily"
      )
    }
    return result
  }

  /// The address behind `ics:`. Whether it may be without encryption says the operator's file.
  private func calendar(_ text: String, at key: String) -> String? {
    let expected = "write the calendar's whole address, such as \"ics:https://example.ch/ferien.ics\""
    let address = String(text.dropFirst(SettingsText.calendarMark.count))
    switch Formats.url(address, schemes: ["https", "http"]) {
    case .failure(let wrong):
      reader.fault(key, "\(quoted(text)) \(wrong.reason)", expected)
      return nil
    case .success(let url):
      if address.contains("#") {
        reader.fault(key, "\(quoted(text)) holds a fragment", "\(expected), without #")
        return nil
      }
      return url.scheme + address.dropFirst(url.scheme.utf8.count)
    }
  }
}
