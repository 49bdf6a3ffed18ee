// ICalendarReaderTests.swift - which days somebody's calendar names: as written by hand, and as PyPI's icalendar and
// dateutil read the same files; and what a hostile one costs.

import Business
import Foundation
import LocalTime
import Testing

struct ICalendarReaderTests {
  static let hasJudge = OutsideJudge.has("icalendar, dateutil.rrule, zoneinfo")

  private static func date(_ text: String) throws -> CivilDate { try #require(CivilDate(iso8601: text)) }

  private static func read(
    _ bytes: [UInt8], from first: String = "2026-01-01", to last: String = "2028-12-31"
  ) throws -> ICalendarReader.Answer {
    let days = try date(first)...date(last)
    return try ICalendarReader.read(bytes, days: days, zone: Zurich.zone) { name in
      (try? Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/\(name)"))).flatMap {
        try? TimeZoneRules(tzif: Array($0))
      }
    }
  }

  private static func days(_ text: String) throws -> [String] {
    try read(Array(text.utf8), to: "2027-12-31").days.map(\.iso8601)
  }

  private static func days(event lines: String) throws -> [String] {
    try days(HolidayCalendarFiles.calendar(HolidayCalendarFiles.event(lines)))
  }

  private static let events: [(lines: String, days: [String])] = [
    ("DTSTART;VALUE=DATE:20260501", ["2026-05-01"]),
    ("DTSTART:20260501", ["2026-05-01"]),
    ("DTSTART;VALUE=DATE:20260501\nDTEND;VALUE=DATE:20260504", ["2026-05-01", "2026-05-02", "2026-05-03"]),
    ("DTSTART;VALUE=DATE:20260501\nDTEND;VALUE=DATE:20260501", ["2026-05-01"]),
    ("DTSTART;VALUE=DATE:20260501\nDURATION:P2D", ["2026-05-01", "2026-05-02"]),
    ("DTSTART;VALUE=DATE:20260501\nDURATION:P1W", (1...7).map { "2026-05-0\($0)" }),
    ("DTSTART;VALUE=DATE:20250801\nRRULE:FREQ=YEARLY", ["2026-08-01", "2027-08-01"]),
    ("DTSTART;VALUE=DATE:20250801\nRRULE:FREQ=YEARLY;INTERVAL=2", ["2027-08-01"]),
    ("DTSTART;VALUE=DATE:20250801\nRRULE:FREQ=YEARLY;COUNT=2", ["2026-08-01"]),
    ("DTSTART;VALUE=DATE:20250801\nRRULE:FREQ=YEARLY;UNTIL=20260801", ["2026-08-01"]),
    ("DTSTART;VALUE=DATE:20250801\nRRULE:FREQ=YEARLY;UNTIL=20260731", []),
    ("DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY", []),
    ("DTSTART;VALUE=DATE:20260501\nRRULE:FREQ=DAILY;COUNT=3", ["2026-05-01", "2026-05-02", "2026-05-03"]),
    (
      "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4",
      ["2026-01-05", "2026-01-08", "2026-01-12", "2026-01-15"]
    ),
    ("DTSTART;VALUE=DATE:20260131\nRRULE:FREQ=MONTHLY;COUNT=3", ["2026-01-31", "2026-03-31", "2026-05-31"]),
    (
      "DTSTART;VALUE=DATE:20260131\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3",
      ["2026-01-31", "2026-02-28", "2026-03-31"]
    ),
    (
      "DTSTART;VALUE=DATE:20260501\nRDATE;VALUE=DATE:20260504,20261224",
      ["2026-05-01", "2026-05-04", "2026-12-24"]
    ),
    ("DTSTART;VALUE=DATE:20250801\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20260801", ["2027-08-01"]),
    ("DTSTART;VALUE=DATE:20260501\nSTATUS:CANCELLED", []),
    ("DTSTART;VALUE=DATE:20260501\nTRANSP:TRANSPARENT", ["2026-05-01"]),
    ("DTSTART:20260730T220000Z\nDURATION:P1D", ["2026-07-31"]),
    ("DTSTART:20260730T220000Z\nDTEND:20260731T220000Z", ["2026-07-31"]),
    ("DTSTART:20260501T000000\nDTEND:20260501T235900", ["2026-05-01"]),
    ("DTSTART:20260501T080000\nDTEND:20260501T170000", []),
    ("DTSTART:20260501T120000\nDTEND:20260503T120000", ["2026-05-02"]),
    // The clocks change: days of 23 and 25 hours.
    ("DTSTART;TZID=Europe/Zurich:20260329T000000\nDURATION:P1D", ["2026-03-29"]),
    ("DTSTART:20261024T220000Z\nDTEND:20261025T230000Z", ["2026-10-25"]),
    ("dtstart;value=date:20260501", ["2026-05-01"]),
    ("DTSTART;VALUE=DATE:2026\n 0501", ["2026-05-01"]),
  ]

  @Test(arguments: events) func `an event names these days`(lines: String, days: [String]) throws {
    #expect(try Self.days(event: lines) == days)
  }

  @Test func `what stands in a repetition's place moves it, or takes it away`() throws {
    let yearly = HolidayCalendarFiles.event("DTSTART;VALUE=DATE:20250801", "RRULE:FREQ=YEARLY")
    let moved = HolidayCalendarFiles.event(
      "RECURRENCE-ID;VALUE=DATE:20260801", "DTSTART;VALUE=DATE:20260803")
    let cancelled = HolidayCalendarFiles.event(
      "RECURRENCE-ID;VALUE=DATE:20270801", "DTSTART;VALUE=DATE:20270801", "STATUS:CANCELLED")
    #expect(try Self.days(HolidayCalendarFiles.calendar(yearly, moved)) == ["2026-08-03", "2027-08-01"])
    // Whatever the order.
    #expect(try Self.days(HolidayCalendarFiles.calendar(cancelled, moved, yearly)) == ["2026-08-03"])
  }

  @Test func `events of one UID all count`() throws {
    let events = ["20260501", "20260504"].map { HolidayCalendarFiles.event("DTSTART;VALUE=DATE:\($0)") }
    #expect(
      try Self.days(HolidayCalendarFiles.calendar(events[0], events[1])) == ["2026-05-01", "2026-05-04"])
  }

  @Test(arguments: [
    "RRULE:FREQ=YEARLY;BYEASTER=1", "RRULE:FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", "RRULE:FREQ=SECONDLY",
    "RRULE:FREQ=YEARLY;COUNT=2;UNTIL=20300101", "RRULE:INTERVAL=2", "RRULE:FREQ=YEARLY;BYMONTH=",
    "RRULE:FREQ=YEARLY;BYMONTH=13", "RRULE:FREQ=WEEKLY;BYDAY=1MO", "RRULE:FREQ=DAILY;INTERVAL=0",
    "RRULE:FREQ=DAILY\nRRULE:FREQ=YEARLY", "EXRULE:FREQ=YEARLY", "RDATE:tomorrow",
    "EXDATE;VALUE=DATE:2026051",
    "DTEND;VALUE=DATE:20260430", "DURATION:-P1D", "DTSTART:20260231", "RRULE:FREQ=YEARLY;BYDAY=MO,",
    "RDATE;VALUE=PERIOD:20260501T000000Z/P1D",
  ])
  func `what is not understood is left out and named`(line: String) throws {
    let other = HolidayCalendarFiles.event("DTSTART;VALUE=DATE:20261224")
    let odd = HolidayCalendarFiles.event("SUMMARY:Fest\\, gross\u{202E}", "DTSTART;VALUE=DATE:20260501", line)
    let answer = try Self.read(Array(HolidayCalendarFiles.calendar(odd, other).utf8))
    #expect(answer.days.map(\.iso8601) == ["2026-12-24"])
    #expect(answer.leftOut.hasPrefix("Fest, gross"))
    #expect(!answer.leftOut.contains("\u{202E}"))
  }

  @Test func `of many that are left out the first are named, and the others counted`() throws {
    let odd = HolidayCalendarFiles.event("DTSTART;VALUE=DATE:20260501", "RRULE:FREQ=SECONDLY")
    let all = [String](repeating: odd, count: 9).joined(separator: "\r\n")
    let answer = try Self.read(Array(HolidayCalendarFiles.calendar(all).utf8))
    #expect(answer.leftOut.hasPrefix("Frei (2026-05-01): its repetition is not understood; "))
    #expect(answer.leftOut.hasSuffix("; 4 more"))
  }

  @Test func `hours close nobody, and the event is named`() throws {
    let answer = try Self.read(Array(HolidayCalendarFiles.timed.utf8))
    #expect(answer.leftOut == "Sitzung (2026-05-04): it covers no whole day")
  }

  @Test func `a byte order mark, any line break and any charset are read`() throws {
    let text = HolidayCalendarFiles.school
    let wanted = try Self.read(Array(text.utf8)).days
    #expect(wanted.count == 12 + 12 + 12)
    let latin1 = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    for bytes in [
      [0xEF, 0xBB, 0xBF] + Array(text.utf8), Array(text.replacing("\n", with: "\r\n").utf8),
      Array(text.replacing("\n", with: "\r").utf8), latin1,
    ] {
      #expect(try Self.read(bytes).days == wanted)
    }
  }

  @Test func `what is no whole calendar tells nothing`() throws {
    let whole = Array(HolidayCalendarFiles.school.utf8)
    for (text, fault) in [
      ("", ICalendarFault.noCalendar), ("<html>Not found</html>", .noCalendar),
      ("BEGIN:VCARD\nEND:VCARD", .noCalendar),
      (String(decoding: whole.prefix(whole.count / 2), as: UTF8.self), .isCutOff),
      (String(decoding: whole.dropLast(15), as: UTF8.self), .isCutOff),
    ] {
      #expect(throws: fault) { try Self.read(Array(text.utf8)) }
    }
  }

  // MARK: The judge

  private static let judge = """
    import base64, datetime as dt, icalendar, sys
    from dateutil.rrule import rrulestr
    from zoneinfo import ZoneInfo
    zurich = ZoneInfo("Europe/Zurich")
    first, last, day = dt.date(2026, 1, 1), dt.date(2028, 12, 31), dt.timedelta(days=1)
    def dates(event, name):
        found = event.get(name, [])
        return [d.dt for some in (found if isinstance(found, list) else [found]) for d in some.dts]
    for line in sys.stdin.read().splitlines():
        events = icalendar.Calendar.from_ical(base64.b64decode(line)).walk("VEVENT")
        days, replaced = set(), set()
        for e in events:
            if "RECURRENCE-ID" in e: replaced.add((str(e["UID"]), e["RECURRENCE-ID"].dt))
        for e in events:
            if e.get("STATUS") == "CANCELLED": continue
            start = e["DTSTART"].dt
            isDay = not isinstance(start, dt.datetime)
            end = e["DTEND"].dt if "DTEND" in e else start + e["DURATION"].dt if "DURATION" in e else start + isDay * day
            starts = [start]
            if "RRULE" in e:
                begin = dt.datetime.combine(start, dt.time()) if isDay else start
                rule = rrulestr(e["RRULE"].to_ical().decode(), dtstart=begin)
                zone = begin.tzinfo
                found = rule.between(dt.datetime(2025, 6, 1, tzinfo=zone), dt.datetime(2029, 1, 1, tzinfo=zone), inc=True)
                starts = [d.date() for d in found] if isDay else found
            starts += dates(e, "RDATE")
            gone = dates(e, "EXDATE")
            for s in starts:
                if s in gone or "RECURRENCE-ID" not in e and (str(e["UID"]), s) in replaced: continue
                if isDay:
                    days |= {s + n * day for n in range(max(1, (end - start).days))}
                    continue
                u = s + (end - start)
                local = lambda t: (t if t.tzinfo else t.replace(tzinfo=zurich)).astimezone(zurich)
                s, u = local(s), local(u)
                d = s.date()
                while d <= u.date():
                    midnight = [dt.datetime.combine(x, dt.time(), zurich).timestamp() for x in (d, d + day)]
                    if s.timestamp() <= midnight[0] and midnight[1] - 60 <= u.timestamp(): days.add(d)
                    d += day
        print(" ".join(sorted(d.isoformat() for d in days if first <= d <= last)))
    """

  @Test(.enabled(if: hasJudge, "python3 has no icalendar"))
  func `the judge finds the same days in the calendars of schools, cantons and offices`() throws {
    let files = HolidayCalendarFiles.all
    let answers = try OutsideJudge.ask(
      Self.judge, files.map { Data($0.replacing("\n", with: "\r\n").utf8).base64EncodedString() })
    try #require(answers.count == files.count)
    for (file, answer) in zip(files, answers) {
      let ours = try Self.read(Array(file.utf8)).days.map(\.iso8601).joined(separator: " ")
      #expect(ours == answer)
      #expect(!ours.isEmpty)
    }
  }

  @Test(.enabled(if: hasJudge, "python3 has no icalendar"))
  func `the judge repeats events as we do, by hundreds of rules`() throws {
    var random = SystemRandomNumberGenerator()
    let files = (0..<300).map { _ in Self.rule(&random) }
    let answers = try OutsideJudge.ask(
      Self.judge, files.map { Data($0.utf8).base64EncodedString() })
    try #require(answers.count == files.count)
    for (file, answer) in zip(files, answers) {
      let read = try Self.read(Array(file.utf8))
      #expect(read.days.map(\.iso8601).joined(separator: " ") == answer, "\(file)")
      #expect(read.leftOut == "", "\(file)")
    }
  }

  /// A calendar of one event that repeats itself in some way.
  private static func rule(_ random: inout some RandomNumberGenerator) -> String {
    func some<Element>(_ all: [Element], _ random: inout some RandomNumberGenerator) -> [Element] {
      Array(all.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)))
    }
    func maybe(_ random: inout some RandomNumberGenerator) -> Bool { Bool.random(using: &random) }
    let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    let frequency = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"].randomElement(using: &random) ?? ""
    var parts = ["FREQ=\(frequency)"]
    if maybe(&random) { parts.append("INTERVAL=\(Int.random(in: 1...5, using: &random))") }
    if maybe(&random) {
      let months = some(Array(1...12), &random).map(String.init).joined(separator: ",")
      parts.append("BYMONTH=\(months)")
    }
    if frequency != "WEEKLY", maybe(&random) {
      let days = ([15] + some([-31, -2, -1, 1, 2, 28, 29, 30, 31], &random)).map(String.init).joined(
        separator: ",")
      parts.append("BYMONTHDAY=\(days)")
      if maybe(&random) { parts.append("BYDAY=\(some(names, &random).joined(separator: ","))") }
    } else if maybe(&random) {
      let ordinals =
        ["MONTHLY", "YEARLY"].contains(frequency) && maybe(&random) ? ["1", "2", "-1", "5", "+3"] : [""]
      parts.append(
        "BYDAY="
          + some(names, &random).map { (ordinals.randomElement(using: &random) ?? "") + $0 }.joined(
            separator: ","))
    }
    if maybe(&random) { parts.append("WKST=\(names.randomElement(using: &random) ?? "MO")") }
    let start = CivilDate(daysSinceEpoch: Int.random(in: 18_000...21_000, using: &random))
    switch Int.random(in: 0..<3, using: &random) {
    case 0: parts.append("COUNT=\(Int.random(in: 1...200, using: &random))")
    case 1:
      let end = start.adding(days: Int.random(in: 1...3000, using: &random))
      parts.append("UNTIL=\(end.iso8601.filter { $0 != "-" })")
    default: break
    }
    return HolidayCalendarFiles.calendar(
      HolidayCalendarFiles.event(
        "DTSTART;VALUE=DATE:\(start.iso8601.filter { $0 != "-" })", "RRULE:\(parts.joined(separator: ";"))"))
  }

  // MARK: What a hostile file costs

  private static func repeated(_ event: String, _ count: Int) -> [UInt8] {
    Array(
      HolidayCalendarFiles.calendar([String](repeating: event, count: count).joined(separator: "\r\n")).utf8)
  }

  @Test func `a file made to cost much costs little`() throws {
    let event = HolidayCalendarFiles.event
    let bombs: [(name: String, bytes: [UInt8], fault: ICalendarFault?)] = [
      ("every second", Self.repeated(event("DTSTART:19700101T000000Z", "RRULE:FREQ=SECONDLY"), 100), nil),
      (
        "each day",
        Self.repeated(event("DTSTART:19700101T000000Z", "DURATION:P9999D", "RRULE:FREQ=DAILY"), 5000),
        .tooMuchWork
      ),
      (
        "counted", Self.repeated(event("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=DAILY;COUNT=9999999"), 1),
        .tooMuchWork
      ),
      (
        "never",
        Self.repeated(
          event("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), 4000),
        .tooMuchWork
      ),
      (
        "rare",
        Self.repeated(
          event("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=YEARLY;BYMONTHDAY=30;BYDAY=MO;COUNT=99999"), 4000),
        .tooMuchWork
      ),
      (
        "long", Self.repeated(event("DTSTART;VALUE=DATE:00010101", "DTEND;VALUE=DATE:99991231"), 2000),
        .tooMuchWork
      ),
      ("events", Self.repeated(event("DTSTART:20260501"), 6000), .tooManyEvents),
      ("one line", Array("BEGIN:VCALENDAR\nX:".utf8) + [UInt8](repeating: 65, count: 1 << 20), .isCutOff),
      (
        "folds",
        Array(("BEGIN:VCALENDAR\nX:" + String(repeating: "\n ", count: 1 << 19) + "\nEND:VCALENDAR").utf8),
        nil
      ),
      ("breaks", [UInt8](repeating: 10, count: 1 << 20), .noCalendar),
      ("depth", Array(String(repeating: "BEGIN:VCALENDAR\n", count: 60_000).utf8), .isCutOff),
      (
        "days",
        Self.repeated(
          event("DTSTART:20260501", "RDATE:20260501" + String(repeating: ",20260501", count: 50_000)), 1), nil
      ),
      (
        "zones", Self.repeated(event("DTSTART;TZID=Europe/Zurich:19700101T000000", "RRULE:FREQ=DAILY"), 3000),
        .tooMuchWork
      ),
      (
        "parts",
        Self.repeated(
          event("DTSTART:20260501", "RRULE:FREQ=YEARLY;BYDAY=MO" + String(repeating: ",MO", count: 300_000)),
          1), nil
      ),
    ]
    for (name, bytes, fault) in bombs {
      let begun = ContinuousClock.now
      if let fault {
        #expect(throws: fault, "\(name)") { try Self.read(bytes) }
      } else {
        #expect(throws: Never.self, "\(name)") { try Self.read(bytes) }
      }
      // A debug build on a machine that does other things too.
      #expect(begun.duration(to: .now) < .seconds(10), "\(name)")
    }
  }
}
