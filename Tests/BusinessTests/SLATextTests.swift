// SLATextTests.swift - the promised time in words.

import Business
import LocalTime
import Testing

struct SLATextTests {
  /// 2026-02-10 is a Tuesday.
  static let now = Zurich.at("2026-02-10 10:07")

  static func text(_ due: String, _ language: Language = .de) -> String {
    slaText(due: Zurich.at(due), now: now, zone: Zurich.zone, language: language)
  }

  @Test(arguments: [
    ("2026-02-10 16:30:00", "heute 16:30"), ("2026-02-10 16:15:01", "heute 16:30"),
    ("2026-02-10 16:16", "heute 16:30"), ("2026-02-10 16:30:01", "heute 16:45"),
    ("2026-02-10 16:46", "heute 17:00"), ("2026-02-10 23:46", "morgen 00:00"),
    ("2026-02-11 09:00", "morgen 09:00"), ("2026-02-12 10:00", "Donnerstag 10:00"),
    ("2026-02-16 10:00", "Montag 10:00"), ("2026-02-16 23:59", "Di 17. Feb. 00:00"),
    ("2026-02-17 10:00", "Di 17. Feb. 10:00"), ("2027-01-04 10:00", "Mo 4. Jan. 10:00"),
    ("2026-02-10 09:00", "heute 09:00"), ("2026-03-28 23:50", "So 29. März 00:00"),
  ])
  func `German`(due: String, text: String) { #expect(Self.text(due) == text) }

  @Test(arguments: [
    ("2026-02-10 16:30", "aujourd'hui à 16h30"), ("2026-02-11 08:50", "demain à 9h00"),
    ("2026-02-16 10:00", "lundi à 10h00"), ("2027-01-04 10:00", "lundi 4 janvier à 10h00"),
    ("2026-08-01 10:00", "samedi 1er aout à 10h00"),
  ])
  func `French`(due: String, text: String) { #expect(Self.text(due, .fr) == text) }

  @Test(arguments: [
    ("2026-02-10 16:30", "oggi alle 16:30"), ("2026-02-11 00:50", "domani all'1:00"),
    ("2026-02-16 10:00", "lunedì alle 10:00"), ("2027-01-04 10:00", "lunedì 4 gennaio alle 10:00"),
  ])
  func `Italian`(due: String, text: String) { #expect(Self.text(due, .it) == text) }

  @Test(arguments: [
    ("2026-02-10 16:30", "16:30 today"), ("2026-02-11 09:00", "09:00 tomorrow"),
    ("2026-02-16 10:00", "10:00 on Monday"), ("2027-01-04 10:00", "10:00 on Mon 4 Jan"),
  ])
  func `English`(due: String, text: String) { #expect(Self.text(due, .en) == text) }

  @Test func `a millisecond past the quarter is past it`() {
    let due = Zurich.at("2026-02-10 16:30").adding(milliseconds: 1)
    #expect(slaText(due: due, now: Self.now, zone: Zurich.zone, language: .de) == "heute 16:45")
  }

  @Test func `tomorrow is the local tomorrow, and a skipped hour is not named`() {
    // 23:30 in Zürich is still the day before in UTC.
    let now = Zurich.at("2026-03-28 23:30")
    let due = Zurich.at("2026-03-29 01:50")
    #expect(slaText(due: due, now: now, zone: Zurich.zone, language: .de) == "morgen 03:00")
  }

  @Test(arguments: Language.allCases)
  func `every day of a year is GSM-7`(language: Language) {
    for day in 0..<366 {
      let due = Self.now.adding(days: day)
      let text = SMSText(slaText(due: due, now: Self.now, zone: Zurich.zone, language: language))
      #expect(text.encoding == .gsm7)
    }
  }
}
