// ICalendar.swift - writes an iCalendar object, RFC 5545: what a calendar program reads by itself every few hours.
//
// (ICalendarReader.swift reads those of others.) Times are UTC, so no time zone need be described; days have none.

import LocalTime

package struct ICalendar {
  /// When something is.
  package enum Span: Hashable, Sendable {
    case time(Timestamp, minutes: Int)
    /// Both days included.
    case days(ClosedRange<CivilDate>)
  }

  package struct Event {
    /// Stays the same as long as there is the event, RFC 5545 section 3.8.4.7.
    package var uid: String
    package var changedAt: Timestamp
    package var span: Span
    package var summary: String
    package var url: String?

    package init(uid: String, changedAt: Timestamp, span: Span, summary: String, url: String? = nil) {
      self.uid = uid
      self.changedAt = changedAt
      self.span = span
      self.summary = summary
      self.url = url
    }
  }

  /// Ends with a line break.
  package private(set) var text = ""

  /// - Parameters:
  ///   - name: of the calendar.
  ///   - refreshMinutes: how often to ask again; no program need heed it (RFC 7986 section 5.7).
  package init(name: String, refreshMinutes: Int, events: [Event]) {
    line("BEGIN:VCALENDAR")
    line("VERSION:2.0")
    line("PRODID:-//OpsFabric//Missed Call Recovery//EN")
    line("CALSCALE:GREGORIAN")
    line("METHOD:PUBLISH")
    line("NAME:\(ICalendar.escaped(name))")
    line("X-WR-CALNAME:\(ICalendar.escaped(name))")
    line("REFRESH-INTERVAL;VALUE=DURATION:PT\(refreshMinutes)M")
    line("X-PUBLISHED-TTL:PT\(refreshMinutes)M")
    for event in events { add(event) }
    line("END:VCALENDAR")
  }

  private mutating func add(_ event: Event) {
    line("BEGIN:VEVENT")
    line("UID:\(event.uid)")
    // Of the last change, so that a feed in which nothing changed is the same, byte for byte.
    line("DTSTAMP:\(ICalendar.utc(event.changedAt))")
    line("LAST-MODIFIED:\(ICalendar.utc(event.changedAt))")
    switch event.span {
    case .time(let start, let minutes):
      line("DTSTART:\(ICalendar.utc(start))")
      line("DTEND:\(ICalendar.utc(start.adding(minutes: minutes)))")
    case .days(let days):
      line("DTSTART;VALUE=DATE:\(ICalendar.basic(days.lowerBound))")
      line("DTEND;VALUE=DATE:\(ICalendar.basic(days.upperBound.adding(days: 1)))")
    }
    line("SUMMARY:\(ICalendar.escaped(event.summary))")
    if let url = event.url { line("URL:\(url)") }
    line("STATUS:CONFIRMED")
    line("TRANSP:TRANSPARENT")
    line("CLASS:PRIVATE")
    line("END:VEVENT")
  }

  /// Section 3.1: at most 75 octets, the rest behind a line break and a space; never within a character.
  private mutating func line(_ content: String) {
    var room = 75
    for scalar in content.unicodeScalars {
      let length = UTF8.width(scalar)
      if length > room {
        text += "\r\n "
        room = 74
      }
      text.unicodeScalars.append(scalar)
      room -= length
    }
    text += "\r\n"
  }

  /// Section 3.3.11. Other control characters may not stand in a text.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\", ";", ",": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: continue
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// `20261127T041500Z`.
  private static func utc(_ instant: Timestamp) -> String {
    instant.iso8601.filter { $0 != "-" && $0 != ":" }
  }

  /// `20261127`.
  private static func basic(_ date: CivilDate) -> String { date.iso8601.filter { $0 != "-" } }
}
