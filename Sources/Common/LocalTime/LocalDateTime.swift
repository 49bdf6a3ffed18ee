// LocalDateTime.swift - what the clock on a tenant's wall shows at an instant.

/// A date and time of day without a zone, in whole seconds.
package struct LocalDateTime: Hashable, Comparable, Sendable {
  package let date: CivilDate
  package let hour: Int
  package let minute: Int
  package let second: Int

  /// `secondsSinceEpoch` counts local seconds since 1970-01-01 00:00 local.
  init(secondsSinceEpoch: Int) {
    let days = floorDivide(secondsSinceEpoch, 86_400)
    let rest = secondsSinceEpoch - days * 86_400
    date = CivilDate(daysSinceEpoch: days)
    hour = rest / 3600
    minute = rest / 60 % 60
    second = rest % 60
  }

  /// 0 to 1439.
  package var minuteOfDay: Int { hour * 60 + minute }

  /// `16:30`.
  package var clock: String { "\(padded(hour)):\(padded(minute))" }

  package static func < (left: Self, right: Self) -> Bool {
    (left.date, left.hour, left.minute, left.second)
      < (right.date, right.hour, right.minute, right.second)
  }
}
