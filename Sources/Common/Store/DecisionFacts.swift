// DecisionFacts.swift - what the database knows about a number when a missed call is decided.
//
// Each is one indexed query; the rules themselves are Rules.decide.

import Business
import LocalTime
import SQLite

extension Store {
  /// The number is on the tenant's block list.
  package func isBlocked(tenant: String, phone: String, at now: Timestamp) throws -> Bool {
    try database.integer(
      "SELECT 1 FROM blocklist WHERE tenant = ? AND phone = ? AND (until IS NULL OR until > ?)",
      .text(tenant),
      .text(phone), .time(now)) != nil
  }

  /// What is marked about the number: on the block list, opted out, private.
  package func marks(tenant: String, phone: String, at now: Timestamp) throws -> (
    isBlocked: Bool, isOptedOut: Bool, isPrivate: Bool
  ) {
    try database.first(
      """
      SELECT EXISTS (SELECT 1 FROM blocklist WHERE tenant = ?1 AND phone = ?2 AND (until IS NULL OR until > ?3)),
        EXISTS (SELECT 1 FROM optouts WHERE tenant = ?1 AND phone = ?2),
        EXISTS (SELECT 1 FROM contacts WHERE tenant = ?1 AND phone = ?2 AND kind = 'private')
      """, .text(tenant), .text(phone), .time(now)
    ) { ($0.integer(0) != 0, $0.integer(1) != 0, $0.integer(2) != 0) } ?? (false, false, false)
  }

  package func isOptedOut(tenant: String, phone: String) throws -> Bool {
    try database.integer(
      "SELECT 1 FROM optouts WHERE tenant = ? AND phone = ?", .text(tenant), .text(phone)) != nil
  }

  /// How many missed calls the number has made since `dayStart`, up to and including this one.
  package func missedCalls(
    tenant: String, caller: String, since dayStart: Timestamp, upTo startedAt: Timestamp, callID: Int
  ) throws -> Int {
    try database.integer(
      """
      SELECT count(*) FROM calls
      WHERE tenant = ?1 AND caller = ?2 AND started_at >= ?3 AND outcome = 'missed'
        AND (started_at < ?4 OR (started_at = ?4 AND id <= ?5))
      """, .text(tenant), .text(caller), .time(dayStart), .time(startedAt), .integer(callID)) ?? 0
  }

  /// A later call of the number was answered.
  package func wasReached(tenant: String, caller: String, after call: CallRow) throws -> Bool {
    try laterCall(tenant, caller, call, "answered", startedAfter: call.startedAt)
  }

  /// The number had called, written, been written to or been named before this call.
  package func knew(tenant: String, phone: String, before startedAt: Timestamp, callID: Int) throws -> Bool {
    try database.integer(
      """
      SELECT EXISTS (SELECT 1 FROM calls
          WHERE tenant = ?1 AND caller = ?2 AND started_at <= ?3 AND (started_at < ?3 OR id < ?4))
        OR EXISTS (SELECT 1 FROM inbound_messages WHERE tenant = ?1 AND sender = ?2 AND received_at < ?3)
        OR EXISTS (SELECT 1 FROM tickets WHERE tenant = ?1 AND phone = ?2 AND created_at < ?3)
        OR EXISTS (SELECT 1 FROM contacts WHERE tenant = ?1 AND phone = ?2)
      """, .text(tenant), .text(phone), .time(startedAt), .integer(callID)) == 1
  }

  /// A later call of the number is ringing, or being talked on, right now. One that began before
  /// `oldest` is taken for a call whose end we never heard of.
  package func isCallingNow(tenant: String, caller: String, after call: CallRow, oldest: Timestamp) throws
    -> Bool
  {
    try laterCall(tenant, caller, call, "in_progress", startedAfter: max(call.startedAt, oldest))
  }

  private func laterCall(
    _ tenant: String, _ caller: String, _ call: CallRow, _ outcome: String, startedAfter: Timestamp
  ) throws -> Bool {
    try database.integer(
      """
      SELECT 1 FROM calls
      WHERE tenant = ?1 AND caller = ?2 AND started_at >= ?3 AND id <> ?4 AND outcome = ?5
        AND (started_at > ?6 OR id > ?4) AND (?5 = 'answered' OR closed_at IS NULL) LIMIT 1
      """, .text(tenant), .text(caller), .time(startedAfter), .integer(call.id), .text(outcome),
      .time(call.startedAt)) != nil
  }

  /// When the last missed-call SMS went (or is about to go) to the number, and how many since `dayStart`; one given up
  /// does not count.
  package func missedCallSMS(tenant: String, phone: String, since dayStart: Timestamp) throws
    -> (lastAt: Timestamp?, count: Int)
  {
    try database.first(
      """
      SELECT (
          SELECT coalesce(sent_at, created_at) FROM messages
          WHERE tenant = ?1 AND recipient = ?2 AND kind = 'missed_call' AND state <> 'dead'
          ORDER BY created_at DESC LIMIT 1),
        (SELECT count(*) FROM messages
          WHERE tenant = ?1 AND recipient = ?2 AND kind = 'missed_call' AND created_at >= ?3 AND state <> 'dead')
      """, .text(tenant), .text(phone), .time(dayStart)
    ) { ($0.optionalTimestamp(0), $0.integer(1)) } ?? (nil, 0)
  }

  /// What Lookup or a refusal taught about the number since `oldest`.
  package func lineType(phone: String, since oldest: Timestamp) throws -> LineType? {
    try database.first(
      "SELECT line_type FROM line_types WHERE phone = ? AND learned_at >= ?", .text(phone), .time(oldest)
    ) { row throws(SQLiteError) in try row.choice(0) }
  }

  package func learnLineType(phone: String, type: LineType, from source: String, at now: Timestamp) throws {
    try database.execute(
      """
      INSERT INTO line_types (phone, line_type, learned_from, learned_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (phone) DO UPDATE SET line_type = excluded.line_type, learned_from = excluded.learned_from,
        learned_at = excluded.learned_at
      """, .text(phone), .text(type.rawValue), .text(source), .time(now))
  }

  /// An SMS has reached the number: what an error of Twilio's taught about it was wrong. What Lookup says stays.
  func forgetRefusal(of phone: String) throws {
    try database.execute(
      "DELETE FROM line_types WHERE phone = ? AND learned_from <> 'lookup'", .text(phone))
  }
}
