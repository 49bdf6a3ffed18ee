// ICalendarReader.swift - reads which days off a calendar names: public holidays, school holidays, a firm's own.
//
// A day counts that an event covers from midnight to midnight of the business's zone, 23:59 being as good; events of
// some hours close nobody. TRANSP is not looked at: calendars of holidays call their days free time. What is not
// understood is left out and named, never guessed. The file is a stranger's: whatever stands in it, the work is bounded.

import LocalTime

/// Why a file tells no days at all.
package enum ICalendarFault: Error, Hashable, Sendable {
  case noCalendar, isCutOff, tooManyEvents, tooMuchWork

  package var reason: String {
    switch self {
    case .noCalendar: "is no iCalendar file"
    case .isCutOff: "ends in the middle, or is larger than \(ICalendarReader.longest >> 20) MiB"
    case .tooManyEvents: "has more than \(ICalendarReader.mostEvents) events"
    case .tooMuchWork: "repeats its events without end"
    }
  }
}

package struct ICalendarReader {
  /// In bytes.
  package static let longest = 1 << 20
  package static let mostEvents = 5000
  /// Days and repetitions looked at for one file: far less than a second.
  private static let mostWork = 200_000
  /// What a repetition with a time costs more than one of days.
  private static let workOfTime = 10
  private static let mostZones = 16
  /// How many of the events that were left out are named.
  private static let mostNamed = 5

  /// What a file says.
  package struct Answer: Hashable, Sendable {
    /// In their order.
    package var days: [CivilDate]
    /// What was left out and why; empty where nothing was.
    package var leftOut: String
  }

  private let asked: ClosedRange<Int>
  private let zone: TimeZoneRules
  private let findZone: (String) -> TimeZoneRules?
  private var zones: [String: TimeZoneRules] = [:]
  private var events: [ICalendarEvent] = []
  /// Repetitions that another event stands for, by UID.
  private var replaced: [[UInt8]: [ICalendarMoment]] = [:]
  private var isOff: [Bool]
  private var work = 0
  private var named: [String] = []
  private var leftOut = 0

  /// - Parameters:
  ///   - days: which are asked for.
  ///   - zone: the business's own.
  ///   - zones: by name; of one that is not known the times are taken as the business's own.
  package static func read(
    _ bytes: [UInt8], days: ClosedRange<CivilDate>, zone: TimeZoneRules,
    zones: @escaping (String) -> TimeZoneRules?
  ) throws(ICalendarFault) -> Answer {
    var reader = ICalendarReader(days, zone, zones)
    try reader.readEvents(bytes)
    for event in reader.events { try reader.add(event) }
    return reader.answer
  }

  private init(
    _ days: ClosedRange<CivilDate>, _ zone: TimeZoneRules, _ zones: @escaping (String) -> TimeZoneRules?
  ) {
    asked = days.lowerBound.daysSinceEpoch...days.upperBound.daysSinceEpoch
    self.zone = zone
    findZone = zones
    isOff = [Bool](repeating: false, count: asked.count)
  }

  private var answer: Answer {
    let days = isOff.indices.filter { isOff[$0] }.map { CivilDate(daysSinceEpoch: asked.lowerBound + $0) }
    let more = leftOut > named.count ? ["\(leftOut - named.count) more"] : []
    return Answer(days: days, leftOut: (named + more).joined(separator: "; "))
  }

  private mutating func spend(_ amount: Int) throws(ICalendarFault) {
    work += amount
    if work > ICalendarReader.mostWork { throw .tooMuchWork }
  }

  // MARK: The file

  private mutating func readEvents(_ bytes: [UInt8]) throws(ICalendarFault) {
    var depth = 0
    var isCalendar = false
    var event: ICalendarEvent?
    try ICalendarLine.forEach(in: bytes) { bytes throws(ICalendarFault) in
      guard let line = ICalendarLine(bytes) else { return }
      switch line.name {
      case "BEGIN":
        let component = line.word
        guard isCalendar || component == "VCALENDAR" else { throw .noCalendar }
        isCalendar = true
        depth += 1
        if component == "VEVENT", event == nil { event = ICalendarEvent(depth: depth) }
      case "END":
        if let whole = event, whole.depth == depth {
          try keep(whole)
          event = nil
        }
        depth = max(0, depth - 1)
      default:
        // An alarm within the event has times of its own.
        if event?.depth == depth { event?.take(line) }
      }
    }
    guard isCalendar else { throw .noCalendar }
    guard depth == 0 else { throw .isCutOff }
  }

  private mutating func keep(_ event: ICalendarEvent) throws(ICalendarFault) {
    guard events.count < ICalendarReader.mostEvents else { throw .tooManyEvents }
    events.append(event)
    if let moment = event.replaces { replaced[event.uid, default: []].append(moment) }
  }

  // MARK: Days

  private mutating func add(_ event: ICalendarEvent) throws(ICalendarFault) {
    guard !event.isCancelled else { return }
    guard event.fault == nil, let start = event.start else {
      return leaveOut(event, "\(event.fault ?? "its start") is not understood")
    }
    guard let length = length(of: event, from: start) else {
      return leaveOut(event, "it ends before it begins")
    }
    let except = try exceptions(of: event, from: start)
    let longest = length.days + abs(length.seconds) / 86_400 + 2
    var isPartial = false
    func take(_ moment: ICalendarMoment) throws(ICalendarFault) {
      guard asked.lowerBound - longest <= moment.day, moment.day <= asked.upperBound + 2 else { return }
      if moment.second != nil { try spend(ICalendarReader.workOfTime) }
      guard !except.days.contains(moment.day),
        moment.second == nil || except.times.isEmpty || !except.times.contains(instant(moment))
      else { return }
      guard let days = days(from: moment, length: length) else {
        isPartial = isPartial || asked.contains(moment.day)
        return
      }
      guard days.overlaps(asked) else { return }
      let marked = days.clamped(to: asked)
      try spend(marked.count)
      for day in marked { isOff[day - asked.lowerBound] = true }
    }
    func pay(_ amount: Int) throws(ICalendarFault) { try spend(amount) }
    if let rule = event.rule, event.replaces == nil {
      try rule.forEachDay(
        from: start.day, in: asked.lowerBound - longest...asked.upperBound + 2, spend: pay
      ) { day throws(ICalendarFault) in
        let moment = ICalendarMoment(day: day, second: start.second, zone: start.zone)
        guard try !isPast(moment, rule.until) else { return false }
        try take(moment)
        return true
      }
    } else {
      try take(start)
    }
    try spend(event.further.count)
    for moment in event.further {
      var moment = moment
      if moment.second == nil || start.second == nil {
        (moment.second, moment.zone) = (start.second, start.zone)
      }
      try take(moment)
    }
    if isPartial { leaveOut(event, "it covers no whole day") }
  }

  private mutating func leaveOut(_ event: ICalendarEvent, _ reason: String) {
    leftOut += 1
    guard named.count < ICalendarReader.mostNamed else { return }
    let day = event.start.map { " (\(CivilDate(daysSinceEpoch: $0.day).iso8601))" } ?? ""
    named.append("\(event.name)\(day): \(reason)")
  }

  /// How long each repetition lasts by the clocks on the wall; nil for less than nothing.
  private mutating func length(of event: ICalendarEvent, from start: ICalendarMoment) -> (
    days: Int, seconds: Int
  )? {
    if let duration = event.duration { return duration }
    guard let end = event.end else { return (start.second == nil ? 1 : 0, 0) }
    if start.second == nil || end.second == nil || start.zone == end.zone {
      let length = (days: end.day - start.day, seconds: (end.second ?? 0) - (start.second ?? 0))
      return length.days * 86_400 + length.seconds < 0 ? nil : length
    }
    let seconds = instant(end) - instant(start)
    return seconds < 0 ? nil : (0, seconds)
  }

  /// The days from the first to the last that are covered; nil where none is.
  private mutating func days(from start: ICalendarMoment, length: (days: Int, seconds: Int)) -> ClosedRange<
    Int
  >? {
    guard let second = start.second else {
      // Ending on the day it begins, it is that day.
      return start.day...start.day + max(1, length.days + (length.seconds + 86_399) / 86_400) - 1
    }
    let end = ICalendarMoment(day: start.day + length.days, second: second + length.seconds, zone: start.zone)
    let (from, until) = (timestamp(start), timestamp(end).adding(seconds: 60))
    let day = zone.day(of: from)
    let first = zone.startOfDay(day) < from ? day.daysSinceEpoch + 1 : day.daysSinceEpoch
    let last = zone.day(of: until).daysSinceEpoch - 1
    return first <= last ? first...last : nil
  }

  private mutating func exceptions(of event: ICalendarEvent, from start: ICalendarMoment)
    throws(ICalendarFault)
    -> (days: Set<Int>, times: Set<Int>)
  {
    let all = event.exceptions + (event.replaces == nil ? replaced[event.uid] ?? [] : [])
    try spend(all.count)
    var (days, times): (Set<Int>, Set<Int>) = ([], [])
    for moment in all {
      if moment.second == nil {
        days.insert(moment.day)
      } else if start.second == nil {
        days.insert(zone.day(of: timestamp(moment)).daysSinceEpoch)
      } else {
        times.insert(instant(moment))
      }
    }
    return (days, times)
  }

  private mutating func isPast(_ moment: ICalendarMoment, _ until: ICalendarMoment?) throws(ICalendarFault)
    -> Bool
  {
    guard let until else { return false }
    guard let second = moment.second, let last = until.second else { return moment.day > until.day }
    guard until.zone == .utc else { return (moment.day, second) > (until.day, last) }
    try spend(ICalendarReader.workOfTime)
    return instant(moment) > instant(until)
  }

  // MARK: Times

  /// Seconds since 1970; of a day its beginning.
  private mutating func instant(_ moment: ICalendarMoment) -> Int { Int(timestamp(moment).seconds) }

  private mutating func timestamp(_ moment: ICalendarMoment) -> Timestamp {
    let second = moment.second ?? 0
    if moment.zone == .utc { return Timestamp(seconds: Int64(moment.day * 86_400 + second)) }
    return rules(moment.zone).timestamp(
      CivilDate(daysSinceEpoch: moment.day), minuteOfDay: 0, second: second)
  }

  private mutating func rules(_ name: ICalendarMoment.Zone) -> TimeZoneRules {
    guard case .named(let name) = name else { return zone }
    if let known = zones[name] { return known }
    guard zones.count < ICalendarReader.mostZones else { return zone }
    let found = findZone(name) ?? zone
    zones[name] = found
    return found
  }
}
