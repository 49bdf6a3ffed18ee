// ZurichTime.swift - the zone and the short ways to write an instant that the tests of this folder share.

import Business
import LocalTime
import Testing

enum Zurich {
  /// Central European Time by its rule, so that no test needs the machine's zone files.
  static let zone: TimeZoneRules = {
    func block() -> [UInt8] {
      Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15 + 16)
        + [0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0x0E, 0x10, 0, 0] + Array("CET".utf8) + [0]
    }
    let bytes = block() + block() + Array("\nCET-1CEST,M3.5.0,M10.5.0/3\n".utf8)
    do { return try TimeZoneRules(tzif: bytes) } catch {
      Issue.record("zone: \(error)")
      return .utc
    }
  }()

  /// Local time `2026-02-10 08:15[:30]` in Zürich; the earlier one where it exists twice.
  static func at(_ text: String) -> Timestamp {
    guard let wall = Timestamp(iso8601: text) else {
      Issue.record("not a time: \(text)")
      return Timestamp(seconds: 0)
    }
    let local = TimeZoneRules.utc.local(wall)
    return zone.timestamp(local.date, minuteOfDay: local.minuteOfDay, second: local.second)
  }

  /// An instant in UTC.
  static func utc(_ text: String) -> Timestamp {
    Timestamp(iso8601: text + "Z") ?? Timestamp(seconds: 0)
  }

  static func minutes(_ clock: String) -> Int {
    let parts = clock.split(separator: ":").compactMap { Int($0) }
    return (parts.first ?? 0) * 60 + (parts.last ?? 0)
  }

  /// `"08:00-12:00"`.
  static func blocks(_ texts: String...) -> [MinuteRange] {
    texts.compactMap { text in
      let ends = text.split(separator: "-").map { minutes(String($0)) }
      return MinuteRange(start: ends[0], end: ends[1])
    }
  }
}
