// TimeZoneRules.swift - a time zone read from a TZif file: local time from instants and back.
//
// Foundation's TimeZone does not work in static executables, and the C library keeps one zone per
// process; so the product reads the zone files itself. This file answers questions about time;
// TZifReader parses the bytes, POSIXZone the rule in their footer. Reading from disk is Platform's.

/// The offsets of one zone for all times.
package struct TimeZoneRules: Hashable, Sendable {
  /// Seconds since the epoch at which an offset begins, strictly ascending.
  let transitions: [Int64]
  /// `offsets[i]` holds from `transitions[i]`; seconds east of Greenwich.
  let offsets: [Int]
  /// The offset before the first transition, and for ever where there is neither transition nor footer.
  let firstOffset: Int
  /// Holds after the last transition, or always where there is none; nil = the last offset stays.
  let footer: POSIXZone?

  init(transitions: [Int64], offsets: [Int], firstOffset: Int, footer: POSIXZone?) {
    self.transitions = transitions
    self.offsets = offsets
    self.firstOffset = firstOffset
    self.footer = footer
  }

  /// Coordinated Universal Time.
  package static let utc = TimeZoneRules(transitions: [], offsets: [], firstOffset: 0, footer: nil)

  /// Reads a zone file of RFC 8536 (and its successor RFC 9636), versions 1 to 4, "fat" or "slim".
  package init(tzif bytes: [UInt8]) throws(TimeZoneError) {
    self = try TZifReader.read(bytes)
  }

  /// Seconds to add to UTC to get local time.
  package func utcOffset(at instant: Timestamp) -> Int { offset(atSecond: instant.seconds) }

  /// The local date and time of day.
  package func local(_ instant: Timestamp) -> LocalDateTime {
    let seconds = instant.seconds
    return LocalDateTime(secondsSinceEpoch: Int(seconds) + offset(atSecond: seconds))
  }

  /// The local calendar day.
  package func day(of instant: Timestamp) -> CivilDate { local(instant).date }

  /// The first instant whose local time is this one or, where the clock skips this one, a later one.
  ///
  /// So a time that does not exist (spring) gives the instant of the change, and a time that exists
  /// twice (autumn) the earlier of the two. `minuteOfDay` may be 1440, or more: it runs into the next day.
  package func timestamp(_ date: CivilDate, minuteOfDay: Int, second: Int = 0) -> Timestamp {
    let wanted = Int64(date.daysSinceEpoch * 86_400 + minuteOfDay * 60 + second)
    // Offsets are below 26 hours (RFC 8536, section 3.2): local time is still short of `wanted` here.
    var start = wanted - 26 * 3600
    var offset = offset(atSecond: start)
    while let next = nextTransition(after: start) {
      let candidate = max(start, wanted - Int64(offset))
      if candidate < next { return Timestamp(seconds: candidate) }
      start = next
      offset = self.offset(atSecond: next)
    }
    return Timestamp(seconds: max(start, wanted - Int64(offset)))
  }

  /// The first instant of a local day; 01:00 where the clock skips midnight.
  package func startOfDay(_ date: CivilDate) -> Timestamp { timestamp(date, minuteOfDay: 0) }

  func offset(atSecond second: Int64) -> Int {
    guard let last = transitions.last, second < last else {
      return footer?.offset(atSecond: second) ?? offsets.last ?? firstOffset
    }
    let count = countOfTransitions(upTo: second)
    return count == 0 ? firstOffset : offsets[count - 1]
  }

  /// The next change of the zone's rules, nil where none follows.
  private func nextTransition(after second: Int64) -> Int64? {
    if let last = transitions.last, second < last {
      return transitions[countOfTransitions(upTo: second)]
    }
    return footer?.nextTransition(after: second)
  }

  /// How many transitions lie at or before `second`, by binary search.
  private func countOfTransitions(upTo second: Int64) -> Int {
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= second { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
