// ICalendarTests.swift - what calendar programs are told, by the octet, and as PyPI's icalendar reads it.

import Business
import Foundation
import LocalTime
import Testing

struct ICalendarTests {
  static let hasJudge = OutsideJudge.has("icalendar")

  private func calendar(_ summary: String) throws -> String {
    let start = try #require(Timestamp(iso8601: "2026-11-27T04:15:00Z"))
    let first = try #require(CivilDate(year: 2026, month: 12, day: 28))
    return ICalendar(
      name: "Anfragen; alle", refreshMinutes: 15,
      events: [
        .init(
          uid: "ticket-1@h.example", changedAt: start, span: .time(start, minutes: 15), summary: summary,
          url: "https://h.example/cgi-bin/inbox?id=1"),
        .init(
          uid: "duty@h.example", changedAt: start, span: .days(first...first.adding(days: 6)),
          summary: "Dienst"),
      ]
    ).text
  }

  @Test func `an event has its time in UTC, a turn its days with the end left out`() throws {
    let lines = try calendar("Rückruf").split(separator: "\r\n", omittingEmptySubsequences: false)
    #expect(lines.first == "BEGIN:VCALENDAR" && lines.suffix(2) == ["END:VCALENDAR", ""])
    for line in [
      "VERSION:2.0", #"X-WR-CALNAME:Anfragen\; alle"#, "METHOD:PUBLISH",
      "REFRESH-INTERVAL;VALUE=DURATION:PT15M", "UID:ticket-1@h.example",
      "DTSTAMP:20261127T041500Z", "LAST-MODIFIED:20261127T041500Z", "DTSTART:20261127T041500Z",
      "DTEND:20261127T043000Z", "SUMMARY:Rückruf", "URL:https://h.example/cgi-bin/inbox?id=1",
      "TRANSP:TRANSPARENT",
      "CLASS:PRIVATE", "DTSTART;VALUE=DATE:20261228", "DTEND;VALUE=DATE:20270104",
    ] { #expect(lines.contains(Substring(line)), "\(line)") }
  }

  @Test(arguments: [
    String(repeating: "ä", count: 200), String(repeating: "🔧", count: 90), String(repeating: "x", count: 75),
    "a" + String(repeating: "🇨🇭", count: 60), "",
  ])
  func `no line is longer than 75 octets, and no character is cut`(summary: String) throws {
    let text = try calendar(summary)
    for line in text.utf8.split(separator: 10) { #expect(line.count <= 76, "with its carriage return") }
    #expect(text.replacing("\r\n ", with: "").contains("SUMMARY:\(summary)\r\n"))
    #expect(!text.replacing("\r\n", with: "").contains { $0 == "\r" || $0 == "\n" })
  }

  @Test(
    .enabled(if: hasJudge, "python3 has no icalendar"),
    arguments: [
      "Müller; Söhne, AG\\GmbH: \"Bau\"", "zwei\nZeilen", "<b>&amp;</b>", "BEGIN:VEVENT",
      String(repeating: "lang ", count: 60) + "Ende",
      "\u{7}Glocke\u{7f}",
    ])
  func `icalendar reads back what was written`(summary: String) throws {
    let text = try calendar(summary)
    let answer = try OutsideJudge.ask(
      """
      import base64, icalendar, sys
      calendar = icalendar.Calendar.from_ical(base64.b64decode(sys.stdin.read()))
      events = [e for e in calendar.walk("VEVENT")]
      assert len(events) == 2 and not any(e.errors for e in events)
      first, second = events
      print(base64.b64encode(str(first["SUMMARY"]).encode()).decode())
      print(first["DTSTART"].dt.isoformat(), first["DTEND"].dt.isoformat())
      print(second["DTSTART"].dt.isoformat(), second["DTEND"].dt.isoformat())
      """, [Self.base64(text)])
    let wanted = String(summary.unicodeScalars.filter { $0 == "\n" || ($0.value >= 32 && $0.value != 127) })
    #expect(
      answer == [
        Self.base64(wanted), "2026-11-27T04:15:00+00:00 2026-11-27T04:30:00+00:00",
        "2026-12-28 2027-01-04",
      ])
  }

  private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
