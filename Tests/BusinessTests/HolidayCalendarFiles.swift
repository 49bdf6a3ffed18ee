// HolidayCalendarFiles.swift - calendars as cantons, schools and calendar programs publish them.

enum HolidayCalendarFiles {
  static func calendar(_ events: String...) -> String {
    (["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//DE"] + events + ["END:VCALENDAR", ""])
      .joined(separator: "\r\n").replacing("\r\n", with: "\n").replacing("\n", with: "\r\n")
  }

  static func event(_ lines: String...) -> String {
    (["BEGIN:VEVENT", "UID:1@test", "DTSTAMP:20260101T000000Z", "SUMMARY:Frei"] + lines + ["END:VEVENT"])
      .joined(separator: "\r\n")
  }

  /// A canton's school holidays: spans of days, the end left out, marked as free time, folded descriptions, reminders.
  static let school = """
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//Kanton//Schulferien//DE
    X-WR-CALNAME:Schulferien Stadt Zürich
    X-WR-TIMEZONE:Europe/Zurich
    METHOD:PUBLISH
    BEGIN:VEVENT
    UID:sport-2026@schule.example
    DTSTAMP:20250801T120000Z
    DTSTART;VALUE=DATE:20260209
    DTEND;VALUE=DATE:20260221
    SUMMARY;LANGUAGE=de:Sportferien
    DESCRIPTION:Die Schule bleibt geschlossen\\, der Hort ist geöffnet. Anmeldung
      bei der Schulverwaltung bis zum 9. Januar.
    TRANSP:TRANSPARENT
    BEGIN:VALARM
    ACTION:DISPLAY
    DESCRIPTION:Ferien
    TRIGGER:-P1D
    DURATION:PT15M
    REPEAT:2
    END:VALARM
    END:VEVENT
    BEGIN:VEVENT
    UID:fruehling-2026@schule.example
    DTSTAMP:20250801T120000Z
    DTSTART;VALUE=DATE:20260420
    DURATION:P12D
    SUMMARY:Frühlingsferien
    CATEGORIES:Ferien
    END:VEVENT
    BEGIN:VEVENT
    UID:weihnachten-2026@schule.example
    DTSTAMP:20250801T120000Z
    DTSTART;VALUE=DATE:20261221
    DTEND;VALUE=DATE:20270102
    SUMMARY:Weihnachtsferien
    STATUS:CONFIRMED
    END:VEVENT
    BEGIN:VEVENT
    UID:knabenschiessen@schule.example
    DTSTAMP:20250801T120000Z
    DTSTART;VALUE=DATE:20260914
    SUMMARY:Knabenschiessen (abgesagt)
    STATUS:CANCELLED
    END:VEVENT
    END:VCALENDAR

    """

  /// Public holidays that come each year, as Apple and open collections have them.
  static let yearly = """
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//Feiertage//CH
    CALSCALE:GREGORIAN
    BEGIN:VEVENT
    UID:neujahr@f.example
    DTSTAMP:20200101T000000Z
    DTSTART;VALUE=DATE:20000101
    RRULE:FREQ=YEARLY
    SUMMARY:Neujahr
    TRANSP:TRANSPARENT
    END:VEVENT
    BEGIN:VEVENT
    UID:bundesfeier@f.example
    DTSTAMP:20200101T000000Z
    DTSTART;VALUE=DATE:20000801
    DTEND;VALUE=DATE:20000802
    RRULE:FREQ=YEARLY;BYMONTH=8;BYMONTHDAY=1
    SUMMARY:Bundesfeier
    END:VEVENT
    BEGIN:VEVENT
    UID:bettag@f.example
    DTSTAMP:20200101T000000Z
    DTSTART;VALUE=DATE:20000917
    RRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=3SU
    SUMMARY:Bettag
    END:VEVENT
    BEGIN:VEVENT
    UID:genf@f.example
    DTSTAMP:20200101T000000Z
    DTSTART;VALUE=DATE:20200904
    RRULE:FREQ=YEARLY;INTERVAL=2;BYMONTH=9;BYDAY=1TH;UNTIL=20281231
    SUMMARY:Versammlung
    END:VEVENT
    BEGIN:VEVENT
    UID:schalttag@f.example
    DTSTAMP:20200101T000000Z
    DTSTART;VALUE=DATE:20240229
    RRULE:FREQ=YEARLY
    SUMMARY:Schalttag
    END:VEVENT
    BEGIN:VEVENT
    UID:ostern@f.example
    DTSTAMP:20200101T000000Z
    DTSTART;VALUE=DATE:20250418
    RDATE;VALUE=DATE:20250421,20260403,20260406,20270326,20270329,
     20280414,20280417
    SUMMARY:Ostern
    END:VEVENT
    BEGIN:VEVENT
    UID:letzter@f.example
    DTSTAMP:20200101T000000Z
    DTSTART;VALUE=DATE:20260130
    RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=9
    EXDATE;VALUE=DATE:20260327,20260424
    SUMMARY:Letzter Freitag
    END:VEVENT
    BEGIN:VEVENT
    UID:letzter@f.example
    RECURRENCE-ID;VALUE=DATE:20260529
    DTSTAMP:20200101T000000Z
    DTSTART;VALUE=DATE:20260528
    SUMMARY:Verschoben
    END:VEVENT
    END:VCALENDAR

    """

  /// Whole days with times, as Outlook and Exchange export them: midnight to midnight, in UTC, or in a zone.
  static let timed = """
    BEGIN:VCALENDAR
    PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
    VERSION:2.0
    METHOD:PUBLISH
    BEGIN:VTIMEZONE
    TZID:Europe/Zurich
    BEGIN:STANDARD
    DTSTART:16011028T030000
    RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
    TZOFFSETFROM:+0200
    TZOFFSETTO:+0100
    END:STANDARD
    BEGIN:DAYLIGHT
    DTSTART:16010325T020000
    RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
    TZOFFSETFROM:+0100
    TZOFFSETTO:+0200
    END:DAYLIGHT
    END:VTIMEZONE
    BEGIN:VEVENT
    UID:utc@o.example
    DTSTAMP:20260101T000000Z
    DTSTART:20260730T220000Z
    DURATION:P1D
    SUMMARY:Vor dem Feiertag
    END:VEVENT
    BEGIN:VEVENT
    UID:zone@o.example
    DTSTAMP:20260101T000000Z
    DTSTART;TZID="Europe/Zurich":20260327T000000
    DTEND;TZID="Europe/Zurich":20260330T000000
    SUMMARY:Brücke über die Zeitumstellung
    X-MICROSOFT-CDO-ALLDAYEVENT:TRUE
    END:VEVENT
    BEGIN:VEVENT
    UID:floating@o.example
    DTSTAMP:20260101T000000Z
    DTSTART:20261024T000000
    DTEND:20261026T235900
    RRULE:FREQ=YEARLY
    SUMMARY:Betriebsferien
    END:VEVENT
    BEGIN:VEVENT
    UID:ny@o.example
    DTSTAMP:20260101T000000Z
    DTSTART;TZID=America/New_York:20261125T180000
    DTEND;TZID=America/New_York:20261127T180000
    SUMMARY:Thanksgiving
    END:VEVENT
    BEGIN:VEVENT
    UID:woche@o.example
    DTSTAMP:20260101T000000Z
    DTSTART;TZID=Europe/Zurich:20260309T000000
    DTEND;TZID=Europe/Zurich:20260310T000000
    RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=SU;UNTIL=20260430T220000Z
    EXDATE;TZID=Europe/Zurich:20260323T000000
    SUMMARY:Umbau
    END:VEVENT
    BEGIN:VEVENT
    UID:sitzung@o.example
    DTSTAMP:20260101T000000Z
    DTSTART;TZID=Europe/Zurich:20260504T140000
    DTEND;TZID=Europe/Zurich:20260504T160000
    SUMMARY:Sitzung
    END:VEVENT
    END:VCALENDAR

    """

  static let all = [school, yearly, timed]
}
