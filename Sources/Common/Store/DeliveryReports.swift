// DeliveryReports.swift - what Twilio's message status callbacks do to the outbox.
//
// Reports come in any order, twice, late, and for earlier tries of the same message: each is applied by
// rank and only to the try whose sid it names.

import LocalTime
import Rules
import SQLite

/// Twilio's MessageStatus, ranked: a report never takes a message back to an earlier rank.
public enum DeliveryStatus: String, CaseIterable, Sendable {
  case accepted, scheduled, queued, sending, sent, delivered, undelivered, failed, canceled, read

  public var rank: Int {
    switch self {
    case .accepted, .scheduled: 1
    case .queued: 2
    case .sending: 3
    case .sent: 4
    case .delivered, .undelivered, .failed, .canceled: 5
    case .read: 6
    }
  }

  public var isFailure: Bool { self == .undelivered || self == .failed || self == .canceled }
  public var isDelivery: Bool { self == .delivered || self == .read }
}

public enum ReportEffect: Hashable, Sendable {
  /// The sid belongs to no message of ours.
  case unknownMessage
  /// Repeated, outrun by a later report, or about an earlier try.
  case ignored
  case progressed
  case delivered
  /// The try failed: the caller decides between retry and giving up.
  case failed(OutboxRow)
}

extension Store {
  /// - Parameter messageID: the outbox id from the callback's address; with it a report also proves that a
  ///   message exists whose acceptance we never heard of.
  /// - Parameter tenants: whose messages it may be about; nil = anybody's.
  public func applyReport(
    sid: String, messageID: Int?, status: DeliveryStatus, of tenants: Set<String>? = nil, at now: Timestamp
  ) throws -> ReportEffect {
    let known = try database.first(
      "SELECT message_id, attempt FROM message_attempts WHERE sid = ?", .text(sid)
    ) { (message: $0.integer(0), attempt: $0.integer(1)) }
    guard let id = known?.message ?? messageID, var row = try message(id: id) else { return .unknownMessage }
    guard tenants?.contains(row.tenant) != false else { return .unknownMessage }
    if known == nil {
      if row.state == .sending, row.sid == nil {
        try markAccepted(
          ifSending: id, attempt: row.attempts, sid: sid, segments: nil, at: now, event: .messageFound)
        row = try message(id: id) ?? row
      } else {
        try rememberAttempt(sid: sid, message: id, attempt: 0, at: now)
      }
    }
    if status.rank >= DeliveryStatus.delivered.rank { try hastenPrice(sid: sid, at: now) }
    guard row.sid == sid else { return .ignored }
    let changed = try database.execute(
      "UPDATE messages SET status_rank = ?3 WHERE id = ?1 AND sid = ?2 AND state = 'accepted' AND status_rank < ?3",
      .integer(id), .text(sid), .integer(status.rank))
    guard changed > 0 else { return .ignored }
    if status.isFailure { return .failed(row) }
    guard status.isDelivery else { return .progressed }
    try database.execute(
      "UPDATE messages SET state = 'delivered', finished_at = ?2 WHERE id = ?1 AND state = 'accepted'",
      .integer(id),
      .time(now))
    try log(.messageDelivered, row, detail: sid, at: now)
    return .delivered
  }
}
