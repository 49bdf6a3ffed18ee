// PublicHolidayTests.swift - computed holidays against a table that was made apart from them: by two libraries, and the
// law where these disagree.

import Business
import Foundation
import LocalTime
import Testing

struct PublicHolidayTests {
  static let table: [String: Set<String>] = {
    let path = String(#filePath.dropLast("BusinessTests/PublicHolidayTests.swift".utf8.count))
    let text = (try? String(contentsOfFile: path + "Golden/public-holidays.csv", encoding: .utf8)) ?? ""
    var days: [String: Set<String>] = [:]
    for line in text.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",")
      days[String(fields[0]), default: []].insert(String(fields[1]))
    }
    return days
  }()

  private func holidays(_ region: HolidayRegion, from first: Int, through last: Int) -> Set<String> {
    var days: Set<String> = []
    guard var date = CivilDate(year: first, month: 1, day: 1) else { return [] }
    while date.year <= last {
      if region.hasHoliday(on: date) { days.insert(date.iso8601) }
      date = date.adding(days: 1)
    }
    return days
  }

  @Test func `every region of the table is known, and no other`() {
    #expect(Self.table.count == 48)
    #expect(Set(HolidayRegion.all.map(\.code)) == Set(Self.table.keys))
  }

  @Test(arguments: HolidayRegion.all)
  func `the holidays of ten years are those of the table`(region: HolidayRegion) throws {
    #expect(holidays(region, from: 2026, through: 2035) == Self.table[region.code])
  }

  @Test(arguments: [
    ("CH-ZH", ["2026-01-02"]), ("CH-LU", ["2026-01-02", "2026-04-06", "2026-05-25"]),
    ("CH-NE", ["2026-04-06", "2026-05-25", "2026-09-21"]),
    ("CH-ZG", ["2026-01-02", "2026-04-06", "2026-05-25", "2026-12-26"]),
    ("CH-BE", []), ("AT", []),
  ])
  func `days kept by custom are added where they are asked for`(code: String, added: [String]) throws {
    let legal = try #require(HolidayRegion(code))
    let customary = try #require(HolidayRegion(code + "+customary"))
    let difference = holidays(customary, from: 2026, through: 2026).subtracting(
      holidays(legal, from: 2026, through: 2026))
    #expect(difference == Set(added))
    #expect(customary.text == code + "+customary" && customary.code == code)
  }

  @Test(arguments: [
    "", "CH", "CH-XX", "ch-zh", "DE", "DE-XX", "FR-75", "IT-25", "+customary", "CH-ZH+",
    "CH-ZH+customary+customary",
  ])
  func `a region that is not known is none`(text: String) {
    #expect(HolidayRegion(text) == nil)
  }

  @Test func `a promise runs past the holidays of a region`() throws {
    let region = try #require(HolidayRegion("CH-ZH"))
    let calendar = BusinessCalendar(zone: Zurich.zone, hours: .usual, holidays: [.region(region)])
    // Maundy Thursday, half an hour before the end: Good Friday and Easter Monday are passed over.
    #expect(
      calendar.adding(businessMinutes: 60, to: Zurich.at("2026-04-02 16:30"))
        == Zurich.at("2026-04-07 08:30"))
  }
}
