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
  /// The cause of the alert that a ceiling was met.
  public static let limitAlert = "sms_limit"

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

  /// A waiting SMS is kept back for a reason of ours; nothing was tried. Logged once per reason.
  public func holdBack(ifWaiting row: OutboxRow, until: Timestamp, reason: String, at now: Timestamp) throws {
    let isKnown =
      try database.execute(
        """
        UPDATE messages SET due_at = ?2
        WHERE id = ?1 AND state IN ('queued', 'failed') AND error IS ?3
        """, .integer(row.id), .time(until), .text(reason)) > 0
    guard !isKnown else { return }
    let changed = try database.execute(
      "UPDATE messages SET due_at = ?2, error = ?3 WHERE id = ?1 AND state IN ('queued', 'failed')",
      .integer(row.id), .time(until), .text(reason))
    if changed > 0 { try log(.messageHeld, row, detail: reason, at: now) }
  }

  /// Whether an alert of this cause was raised within the last hour, for this tenant or for all.
  public func hasRecentAlert(cause: String, tenant: String, at now: Timestamp) throws -> Bool {
    try database.integer(
      "SELECT 1 FROM alerts WHERE cause = ?1 AND at > ?2 AND (tenant IS NULL OR tenant = ?3) LIMIT 1",
      .text(cause), .time(now.adding(hours: -1)), .text(tenant)) != nil
  }
}
