// SettingsText.swift - the small text encodings inside the snapshot's columns.

import Business
import LocalTime

package enum SettingsText {
  /// Words separated by spaces.
  static func list(_ words: [String], key: String) throws(SettingsError) -> String {
    for word in words where word.isEmpty || word.utf8.contains(UInt8(ascii: " ")) {
      throw .unstorable(key: key)
    }
    return words.joined(separator: " ")
  }

  static func list(_ text: String) -> [String] { pieces(text[...], " ").map { String($0) } }

  /// The pieces between separators, by bytes: finding whole characters costs a webhook ten times as much.
  private static func pieces(_ text: Substring, _ separator: Unicode.Scalar, keepingEmpty: Bool = false)
    -> [Substring]
  {
    var result: [Substring] = []
    var start = text.startIndex
    while true {
      let end = text.utf8[start...].firstIndex(of: UInt8(ascii: separator)) ?? text.endIndex
      if keepingEmpty || start < end { result.append(text[start..<end]) }
      guard end < text.endIndex else { return result }
      start = text.utf8.index(after: end)
    }
  }

  /// `1:480-720,780-1020;6:540-720`
  package static func hours(_ hours: WeeklyHours) -> String {
    Weekday.allCases.filter { !hours[$0].isEmpty }.map { weekday in
      "\(weekday.rawValue):" + hours[weekday].map { "\($0.start)-\($0.end)" }.joined(separator: ",")
    }.joined(separator: ";")
  }

  static func hours(_ text: String) -> WeeklyHours? {
    var days: [[MinuteRange]] = [[], [], [], [], [], [], []]
    var reader = NumberReader(text)
    while !reader.isAtEnd {
      guard let number = reader.number(), let weekday = Weekday(rawValue: number), reader.take(":") else {
        return nil
      }
      repeat {
        guard let start = reader.number(), reader.take("-"), let end = reader.number(),
          let range = MinuteRange(start: start, end: end)
        else { return nil }
        days[weekday.rawValue - 1].append(range)
      } while reader.take(",")
      guard reader.isAtEnd || reader.take(";") else { return nil }
    }
    return WeeklyHours(mondayFirst: days)
  }

  /// What stands before the address of a calendar.
  package static let calendarMark = "ics:"

  /// `2026-8-1`, `0-8-1` for every year, `CH-ZH`, or `ics:https://…`.
  package static func holidays(_ holidays: [Holiday]) -> String {
    holidays.map { holiday in
      switch holiday {
      case .day(let year, let month, let day): "\(year ?? 0)-\(month)-\(day)"
      case .region(let region): region.text
      case .calendar(let url): calendarMark + url
      }
    }.joined(separator: " ")
  }

  static func holidays(_ text: String) -> [Holiday]? {
    var result: [Holiday] = []
    for word in pieces(text[...], " ") {
      if word.utf8.starts(with: calendarMark.utf8) {
        result.append(.calendar(url: String(word.utf8.dropFirst(calendarMark.utf8.count)) ?? ""))
        continue
      }
      if let region = HolidayRegion(String(word)) {
        result.append(.region(region))
        continue
      }
      let numbers = pieces(word, "-").compactMap { Int($0) }
      guard numbers.count == 3 else { return nil }
      result.append(.day(year: numbers[0] == 0 ? nil : numbers[0], month: numbers[1], day: numbers[2]))
    }
    return result
  }

  /// Takes `2027-07-26`, or nothing.
  static func take(date text: String, _ place: inout CivilDate?) -> Bool {
    place = CivilDate(iso8601: text)
    return place != nil || text.isEmpty
  }

  /// `id secret`, one a line.
  package static func keys(_ keys: [Installation.Key]) -> String {
    lines(keys.map { "\($0.id) \($0.secret.value)" })
  }

  static func keys(_ text: String) -> [Installation.Key]? {
    var keys: [Installation.Key] = []
    for line in pieces(text[...], "\n") {
      let parts = pieces(line, " ").map { String($0) }
      guard parts.count == 2 else { return nil }
      keys.append(.init(id: parts[0], secret: Secret(parts[1])))
    }
    return keys
  }

  /// Texts of one line each.
  package static func lines(_ texts: [String]) -> String { texts.joined(separator: "\n") }

  static func lines(_ text: String) -> [String] { pieces(text[...], "\n").map { String($0) } }

  /// `sms>+41791234567>new,urgent>business>1>Anna`: `>` stands in no address, name or token. A token comes last.
  package static func notify(_ people: [Tenant.Notify]) throws(SettingsError) -> String {
    var words: [String] = []
    for person in people {
      guard !person.to.isEmpty,
        !(person.to + (person.name ?? "") + (person.token?.value ?? "")).utf8.contains(where: {
          $0 == UInt8(ascii: ">") || $0 < 0x20
        })
      else {
        throw .unstorable(key: "notify.to")
      }
      let events = person.on.map(\.rawValue).joined(separator: ",")
      words.append(
        "\(person.channel.rawValue)>\(person.to)>\(events)>\(person.when.rawValue)>\(person.order)>\(person.name ?? "")"
          + (person.token.map { ">\($0.value)" } ?? ""))
    }
    return lines(words)
  }

  static func notify(_ text: String) -> [Tenant.Notify]? {
    var result: [Tenant.Notify] = []
    for word in pieces(text[...], "\n") {
      let parts = pieces(word, ">", keepingEmpty: true).map { String($0) }
      guard 6...7 ~= parts.count, let channel = Channel(rawValue: parts[0]),
        let when = Tenant.Notify.Hours(rawValue: parts[3]), let order = Int(parts[4])
      else { return nil }
      let names = pieces(parts[2][...], ",")
      let events = names.compactMap { Tenant.Notify.Event(rawValue: String($0)) }
      guard events.count == names.count else { return nil }
      result.append(
        .init(
          channel: channel, to: parts[1], on: events, when: when, order: order,
          name: parts[5].isEmpty ? nil : parts[5], token: parts.count == 7 ? Secret(parts[6]) : nil))
    }
    return result
  }

  /// `https://example.ch/hook>whsec_…>>ticket.created,ticket.done>thin`: a web address holds no `>`.
  package static func receivers(_ receivers: [WebhookReceiver]) throws(SettingsError) -> String {
    var words: [String] = []
    for receiver in receivers {
      let parts = [receiver.url, receiver.secret.value, receiver.secret2?.value ?? ""]
      let header = receiver.header.map { [$0.value] } ?? []
      guard !(parts + header).joined().utf8.contains(where: { $0 == UInt8(ascii: ">") || $0 < 0x20 }) else {
        throw .unstorable(key: "webhooks")
      }
      let events = receiver.on.map(\.rawValue).joined(separator: ",")
      words.append((parts + [events, receiver.isThin ? "thin" : ""] + header).joined(separator: ">"))
    }
    return lines(words)
  }

  static func receivers(_ text: String) -> [WebhookReceiver]? {
    guard !text.isEmpty else { return [] }
    var result: [WebhookReceiver] = []
    for word in pieces(text[...], "\n") {
      let parts = pieces(word, ">", keepingEmpty: true).map { String($0) }
      guard 5...6 ~= parts.count else { return nil }
      let names = pieces(parts[3][...], ",")
      let events = names.compactMap { WebhookEvent(rawValue: String($0)) }
      guard events.count == names.count else { return nil }
      result.append(
        WebhookReceiver(
          url: parts[0], secret: Secret(parts[1]), secret2: parts[2].isEmpty ? nil : Secret(parts[2]),
          on: events, isThin: parts[4] == "thin", header: parts.count == 6 ? Secret(parts[5]) : nil))
    }
    return result
  }

  package static func announcement(_ announcement: Tenant.Announcement) -> String {
    switch announcement {
    case .standard: "standard"
    case .none: "none"
    case .text(let words): "text:" + words
    }
  }

  static func announcement(_ text: String) -> Tenant.Announcement? {
    switch text {
    case "standard": .standard
    case "none": Tenant.Announcement.none
    case let text where text.hasPrefix("text:"): .text(String(text.dropFirst(5)))
    default: nil
    }
  }
}

/// Reads small numbers and the marks between them, by bytes: each webhook reads the hours of a week, and cutting them
/// into texts took it five times as long.
private struct NumberReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { position == bytes.count }

  /// The digits from here on; nil where there are none, or more than any number here has.
  mutating func number() -> Int? {
    let start = position
    var number = 0
    while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
      number = 10 * number + Int(digit)
      position += 1
      if position - start > 6 { return nil }
    }
    return position > start ? number : nil
  }

  mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: mark) else { return false }
    position += 1
    return true
  }
}
