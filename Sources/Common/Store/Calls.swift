// Calls.swift - the table `calls`: every inbound call, its outcome, and what was decided about a miss.
//
// Outcome: in_progress -> answered | missed. Decision of a missed call: pending -> sent | skipped | deferred,
// deferred -> sent | skipped | deferred. Each UPDATE carries the state it may leave in its WHERE clause, so
// that a repeated or late webhook changes nothing. See docs/state-machines.md.

import Business
import LocalTime
import SQLite

/// A row of `calls`.
package struct CallRow: Hashable, Sendable {
  package var id: Int
  package var callSid: String
  package var tenant: String
  package var caller: String
  package var called: String
  package var startedAt: Timestamp
  package var endedAt: Timestamp?
  package var outcome: CallOutcome
  package var decision: CallDecision
  package var reason: String?
  package var dueAt: Timestamp?
  package var dialConnected: Bool?
  package var screenKeyAt: Timestamp?
  /// When the caller's line was free again.
  package var closedAt: Timestamp?

  static let columns = """
    id, call_sid, tenant, caller, called, started_at, ended_at, outcome, decision, reason, due_at, dial_connected,
    screen_key_at, closed_at
    """

  init(_ row: Row) throws(SQLiteError) {
    id = row.integer(0)
    callSid = row.text(1)
    tenant = row.text(2)
    caller = row.text(3)
    called = row.text(4)
    startedAt = row.timestamp(5)
    endedAt = row.optionalTimestamp(6)
    outcome = try row.choice(7)
    decision = try row.choice(8)
    reason = row.optionalText(9)
    dueAt = row.optionalTimestamp(10)
    dialConnected = row.optionalInteger(11).map { $0 != 0 }
    screenKeyAt = row.optionalTimestamp(12)
    closedAt = row.optionalTimestamp(13)
  }
}

/// Who found out how a call ended.
package enum CallJudge: String, CaseIterable, Sendable {
  case voice
  case dialResult = "dial_result"
  case callStatus = "call_status"
  case sweep
}

package enum CallSource: String, CaseIterable, Sendable { case webhook, sweep }

extension Store {
  package func call(sid: String) throws -> CallRow? {
    try database.first(
      "SELECT \(CallRow.columns) FROM calls WHERE call_sid = ?", .text(sid), as: CallRow.init)
  }

  package func call(id: Int) throws -> CallRow? {
    try database.first("SELECT \(CallRow.columns) FROM calls WHERE id = ?", .integer(id), as: CallRow.init)
  }

  /// Records a call once; a repeat can only move its beginning back. Returns the row where it is new.
  @discardableResult
  package func recordCall(
    sid: String, tenant: String, caller: String, called: String, startedAt: Timestamp,
    source: CallSource = .webhook
  ) throws -> CallRow? {
    let new = try database.first(
      """
      INSERT INTO calls (call_sid, tenant, caller, called, source, started_at) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (call_sid) DO NOTHING RETURNING \(CallRow.columns)
      """, .text(sid), .text(tenant), .text(caller), .text(called), .text(source.rawValue), .time(startedAt),
      as: CallRow.init)
    if new == nil {
      try database.execute(
        "UPDATE calls SET started_at = ?2 WHERE call_sid = ?1 AND started_at > ?2", .text(sid),
        .time(startedAt))
    }
    return new
  }

  /// in_progress -> missed, pending. Returns the row where this call made the miss. Where the call's end is known already,
  /// because webhooks came out of order, the SMS is due that much after it.
  package func markMissed(
    ifInProgress sid: String, endedAt: Timestamp, dueAt: Timestamp, judgedBy: CallJudge,
    dialConnected: Bool? = nil
  ) throws -> CallRow? {
    try database.first(
      """
      UPDATE calls SET outcome = 'missed', decision = 'pending', ended_at = max(?2, coalesce(ended_at, ?2)),
        due_at = ?3 + max(0, coalesce(ended_at, ?2) - ?2), look_at = ?3 + max(0, coalesce(ended_at, ?2) - ?2),
        judged_by = ?4, dial_connected = coalesce(?5, dial_connected)
      WHERE call_sid = ?1 AND outcome = 'in_progress' RETURNING \(CallRow.columns)
      """, .text(sid), .time(endedAt), .time(dueAt), .text(judgedBy.rawValue),
      .integer(dialConnected.map { $0 ? 1 : 0 }), as: CallRow.init)
  }

  /// in_progress -> answered; also takes back a miss that only the second source reported and nobody acted on.
  /// Returns the row where this call changed it.
  /// - Parameter rang: milliseconds until it was taken, where they are known.
  package func markAnswered(sid: String, endedAt: Timestamp, judgedBy: CallJudge, rang: Int? = nil) throws
    -> CallRow?
  {
    let answered = try database.first(
      """
      UPDATE calls SET outcome = 'answered', decision = 'none', ended_at = ?2, due_at = NULL, look_at = NULL,
        judged_by = ?3, dial_connected = 1, rang = ?4
      WHERE call_sid = ?1
        AND (outcome = 'in_progress'
          OR (outcome = 'missed' AND decision = 'pending' AND judged_by IN ('call_status', 'sweep')))
      RETURNING \(CallRow.columns)
      """, .text(sid), .time(endedAt), .text(judgedBy.rawValue), .integer(rang), as: CallRow.init)
    // Whoever is reached has been seen to.
    if let answered, !PhoneNumber.isWithheld(answered.caller) {
      try handle(caller: answered.caller, tenant: answered.tenant, at: answered.startedAt)
    }
    return answered
  }

  /// Whoever picked up pressed a key. A dial result that came first and found no key is corrected while pending.
  package func recordScreenKey(sid: String, at: Timestamp) throws {
    try database.execute(
      "UPDATE calls SET screen_key_at = ?2 WHERE call_sid = ?1 AND screen_key_at IS NULL", .text(sid),
      .time(at))
    let answered = try database.first(
      """
      UPDATE calls SET outcome = 'answered', decision = 'none', due_at = NULL, look_at = NULL
      WHERE call_sid = ?1 AND outcome = 'missed' AND decision = 'pending' AND dial_connected = 1 RETURNING id, tenant
      """, .text(sid)
    ) { (id: $0.integer(0), tenant: $0.text(1)) }
    if let answered { try logEvent(.callAnswered, tenant: answered.tenant, call: answered.id, at: at) }
  }

  /// The call's end as call-status reports it, once: a pending SMS is due that much after the real end.
  package func closeCall(sid: String, at: Timestamp, delaySeconds: Int) throws -> Bool {
    try database.execute(
      """
      UPDATE calls SET closed_at = ?2,
        ended_at = CASE WHEN decision = 'pending' THEN max(?2, ended_at) ELSE coalesce(ended_at, ?2) END,
        look_at = CASE WHEN decision = 'pending' THEN max(?3, due_at) ELSE look_at END,
        due_at = CASE WHEN decision = 'pending' THEN max(?3, due_at) ELSE due_at END
      WHERE call_sid = ?1 AND closed_at IS NULL
      """, .text(sid), .time(at), .time(at.adding(seconds: delaySeconds))) > 0
  }

  /// Calls whose end nobody judged: closed a while ago without a dial result, or begun so long ago that a
  /// webhook must have been lost. `look_at` paces the looks.
  package func unjudgedCalls(
    at now: Timestamp, closedBefore: Timestamp, startedBefore: Timestamp, limit: Int
  ) throws -> [CallRow] {
    try database.rows(
      """
      SELECT \(CallRow.columns) FROM calls
      WHERE outcome = 'in_progress' AND (closed_at <= ?2 OR started_at <= ?3) AND coalesce(look_at, 0) <= ?1
      ORDER BY started_at LIMIT ?4
      """, .time(now), .time(closedBefore), .time(startedBefore), .integer(limit), as: CallRow.init)
  }

  /// Ask again later how a call ended.
  package func postponeJudging(sid: String, until: Timestamp) throws {
    try database.execute(
      "UPDATE calls SET look_at = ?2 WHERE call_sid = ?1 AND outcome = 'in_progress'", .text(sid),
      .time(until))
  }

  /// Missed calls whose time has come.
  package func dueCalls(at now: Timestamp, limit: Int) throws -> [CallRow] {
    try database.rows(
      """
      SELECT \(CallRow.columns) FROM calls WHERE decision IN ('pending', 'deferred') AND look_at <= ?
      ORDER BY look_at, id LIMIT ?
      """, .time(now), .integer(limit), as: CallRow.init)
  }

  /// Missed calls that will be due until `until`: their numbers may be looked up beforehand.
  package func callsDueSoon(until: Timestamp, limit: Int) throws -> [CallRow] {
    try dueCalls(at: until, limit: limit)
  }

  package func nextCallDue() throws -> Timestamp? {
    try database.first(
      "SELECT look_at FROM calls WHERE decision IN ('pending', 'deferred') ORDER BY look_at LIMIT 1"
    ) { $0.timestamp(0) }
  }

  /// Look at a waiting row again later; its due time stays.
  package func postponeLook(callID: Int, until: Timestamp) throws {
    try database.execute(
      "UPDATE calls SET look_at = ?2 WHERE id = ?1 AND decision IN ('pending', 'deferred')", .integer(callID),
      .time(until))
  }

  /// pending | deferred -> sent. Returns whether this call decided.
  package func decideSend(ifWaiting callID: Int, at now: Timestamp) throws -> Bool {
    try decide(callID, "sent", Reason.sent.code, now)
  }

  /// pending | deferred -> skipped.
  package func decideSkip(ifWaiting callID: Int, reason: Reason, at now: Timestamp) throws -> Bool {
    try decide(callID, "skipped", reason.code, now)
  }

  private func decide(_ callID: Int, _ decision: String, _ reason: String, _ now: Timestamp) throws -> Bool {
    try database.execute(
      """
      UPDATE calls SET decision = ?2, reason = ?3, decided_at = ?4, look_at = NULL
      WHERE id = ?1 AND decision IN ('pending', 'deferred')
      """, .integer(callID), .text(decision), .text(reason), .time(now)) > 0
  }

  /// pending | deferred -> deferred until the end of the quiet hours.
  package func decideDefer(ifWaiting callID: Int, until: Timestamp) throws -> Bool {
    try database.execute(
      """
      UPDATE calls SET decision = 'deferred', reason = 'quiet_hours', due_at = ?2, look_at = ?2
      WHERE id = ?1 AND decision IN ('pending', 'deferred')
      """, .integer(callID), .time(until)) > 0
  }

  /// The SMS of this call was given up: the ledger counts it as dead.
  func markCallDead(callID: Int) throws {
    try database.execute(
      "UPDATE calls SET reason = 'dead' WHERE id = ? AND decision = 'sent' AND reason = 'sent'",
      .integer(callID))
  }

  /// Reason dead -> sent: the SMS that was given up has arrived.
  func markCallSent(ifDead callID: Int) throws {
    try database.execute(
      "UPDATE calls SET reason = 'sent' WHERE id = ? AND decision = 'sent' AND reason = 'dead'",
      .integer(callID))
  }
}
