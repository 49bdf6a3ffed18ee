// SendingCounts.swift - how many SMS have left, by tenant: what the ceilings are compared with.

import LocalTime
import Rules
import SQLite

/// Tries of a tenant's SMS that Twilio took, or may have taken.
public struct SendingCount: Hashable, Sendable {
  public var tenant: String
  public var kind: MessageKind
  public var lastHour: Int
  public var lastDay: Int
}

extension Store {
  /// Of the hour and the day up to `now`. A try counts from the moment it was claimed, so a crash hides none;
  /// one that was taken back (it never left, or Twilio turned it away) does not count. An earlier try of the
  /// same message counts at the time of its last one.
  public func sendingCounts(at now: Timestamp) throws -> [SendingCount] {
    try database.rows(
      """
      SELECT tenant, kind, sum(CASE WHEN claimed_at > ?1 THEN attempts ELSE 0 END), sum(attempts) FROM messages
      WHERE channel = 'sms' AND claimed_at > ?2 AND attempts > 0 GROUP BY tenant, kind
      """, .time(now.adding(hours: -1)), .time(now.adding(days: -1))
    ) {
      SendingCount(
        tenant: $0.text(0), kind: MessageKind(rawValue: $0.text(1)) ?? .confirmation,
        lastHour: $0.integer(2), lastDay: $0.integer(3))
    }
  }
}
