// ICalendarEvent.swift - a VEVENT of somebody's calendar, as far as it says when.

struct ICalendarEvent {
  /// Of components around it, and itself.
  let depth: Int
  var uid: [UInt8] = []
  var summary: [UInt8] = []
  var start: ICalendarMoment?
  var end: ICalendarMoment?
  var duration: (days: Int, seconds: Int)?
  var rule: ICalendarRule?
  var further: [ICalendarMoment] = []
  var exceptions: [ICalendarMoment] = []
  /// Stands in the place of this repetition.
  var replaces: ICalendarMoment?
  var isCancelled = false
  /// What is not understood of it.
  var fault: String?

  /// As it may stand in a line for the operator.
  var name: String {
    var text: [UInt8] = []
    var isEscaped = false
    for byte in summary.prefix(60) {
      if byte == UInt8(ascii: "\\"), !isEscaped {
        isEscaped = true
      } else {
        text.append(isEscaped && (byte == UInt8(ascii: "n") || byte == UInt8(ascii: "N")) ? 32 : byte)
        isEscaped = false
      }
    }
    let line = ContactLimits.oneLine(String(decoding: text, as: UTF8.self))
    return line.isEmpty ? "an event" : line
  }

  mutating func take(_ line: ICalendarLine) {
    switch line.name {
    case "UID": uid = Array(line.value)
    case "SUMMARY": summary = Array(line.value.prefix(256))
    case "STATUS": isCancelled = line.word == "CANCELLED"
    case "DTSTART": start = moment(of: line, "its start")
    case "DTEND": end = moment(of: line, "its end")
    case "RECURRENCE-ID": replaces = moment(of: line, "what it replaces")
    case "DURATION":
      var scanner = ICalendarScanner(line.value)
      duration = scanner.duration()
      if duration == nil { fault = "its length" }
    case "RRULE":
      let first = rule == nil
      rule = ICalendarRule(line.value)
      if rule == nil || !first { fault = "its repetition" }
    case "EXRULE": fault = "its repetition"
    case "RDATE": further += moments(of: line)
    case "EXDATE": exceptions += moments(of: line)
    default: break
    }
  }

  private mutating func moment(of line: ICalendarLine, _ what: String) -> ICalendarMoment? {
    let all = moments(of: line)
    if all.count != 1 { fault = what }
    return all.first
  }

  private mutating func moments(of line: ICalendarLine) -> [ICalendarMoment] {
    line.value.split(separator: UInt8(ascii: ",")).compactMap { text in
      var scanner = ICalendarScanner(text)
      let moment = scanner.moment(zone: line.zone.map { .named($0) } ?? .own)
      guard let moment, scanner.isAtEnd else {
        fault = "one of its days"
        return nil
      }
      return moment
    }
  }
}
