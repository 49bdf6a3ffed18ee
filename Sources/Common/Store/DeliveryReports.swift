// DeliveryReports.swift - what Twilio's message status callbacks do to the outbox.
//
// Reports come in any order, twice, late, and for earlier tries of the same message. What they mean decides, not when
// they come: each is applied by rank, and only to the try whose sid it names; but the delivery of any try ends the
// message, since the recipient has it.

import Business
import LocalTime
import SQLite

/// Twilio's MessageStatus, ranked: a report never takes a message back to an earlier rank. A delivery outranks a failure:
/// some carriers report one and, seconds later, the other, and then the handset has it.
package enum DeliveryStatus: String, CaseIterable, Sendable {
  case accepted, scheduled, queued, sending, sent, delivered, undelivered, failed, canceled, read

  package var rank: Int {
    switch self {
    case .accepted, .scheduled: 1
    case .queued: 2
    case .sending: 3
    case .sent: 4
    case .undelivered, .failed, .canceled: 5
    case .delivered, .read: 6
    }
  }

  package var isFailure: Bool { self == .undelivered || self == .failed || self == .canceled }
  package var isDelivery: Bool { self == .delivered || self == .read }
}

package enum ReportEffect: Hashable, Sendable {
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
  package func applyReport(
    sid: String, messageID: Int?, status: DeliveryStatus, of tenants: Set<String>? = nil, at now: Timestamp
  ) throws -> ReportEffect {
    let known = try database.first(
      "SELECT message_id, attempt FROM message_attempts WHERE sid = ?", .text(sid)
    ) { (message: $0.integer(0), attempt: $0.integer(1)) }
    guard let id = known?.message ?? messageID, var row = try message(id: id) else { return .unknownMessage }
    guard tenants?.contains(row.tenant) != false else { return .unknownMessage }
    if known == nil {
      try noteExistence(of: row, sid: sid, at: now)
      row = try message(id: id) ?? row
    }
    if status.isFailure || status.isDelivery { try hastenPrice(sid: sid, at: now) }
    if status.isDelivery {
      // What has never been tried cannot have arrived.
      guard row.sid == sid || row.attempts > 0 else { return .ignored }
      return try markDelivered(row, sid: sid, attempt: known?.attempt ?? 0, at: now) ? .delivered : .ignored
    }
    guard row.sid == sid else { return .ignored }
    let changed = try database.execute(
      "UPDATE messages SET status_rank = ?3 WHERE id = ?1 AND sid = ?2 AND state = 'accepted' AND status_rank < ?3",
      .integer(id), .text(sid), .integer(status.rank))
    guard changed > 0 else { return .ignored }
    return status.isFailure ? .failed(row) : .progressed
  }

  /// Twilio speaks of the row's message, or call, by a Sid that is new to us.
  func noteExistence(of row: OutboxRow, sid: String, at now: Timestamp) throws {
    // A try that was taken for lost has left all the same: the retry is taken back.
    if row.sid == nil, row.state == .sending || row.state == .failed {
      try markAccepted(
        ifSending: row.id, attempt: row.attempts, sid: sid, segments: nil, at: now, event: .messageFound,
        orFailed: true)
    } else {
      try rememberAttempt(sid: sid, message: row.id, attempt: 0, at: now)
    }
  }

  /// Any state but `delivered` -> delivered: the recipient has it, by whichever try. A retry that waits is taken back;
  /// of one that has left nothing more is asked. A message that was given up is raised again, and its call with it,
  /// unless a month was closed meanwhile, whose books say `dead`, or the message was forgotten.
  private func markDelivered(_ row: OutboxRow, sid: String, attempt: Int, at now: Timestamp) throws -> Bool {
    let changed = try database.execute(
      """
      UPDATE messages SET state = 'delivered', sid = coalesce(sid, ?2), attempts = max(attempts, ?3),
        sent_at = coalesce(sent_at, ?4), finished_at = ?4, status_rank = ?5, due_at = NULL, postponements = 0,
        unknown_since = NULL, held_since = NULL, error_code = NULL, error = NULL
      WHERE id = ?1 AND channel = 'sms' AND (state NOT IN ('delivered', 'dead')
        OR (state = 'dead' AND body <> '' AND NOT EXISTS (
          SELECT 1 FROM reported_months AS r
          WHERE r.tenant = messages.tenant AND r.written_at >= messages.finished_at)))
      """, .integer(row.id), .text(sid), .integer(attempt), .time(now),
      .integer(DeliveryStatus.delivered.rank))
    guard changed > 0 else { return false }
    if row.state == .dead {
      if let callID = row.callID { try markCallSent(ifDead: callID) }
      try forgetRefusal(of: row.recipient)
    }
    try log(.messageDelivered, row, detail: sid, at: now)
    return true
  }
}
