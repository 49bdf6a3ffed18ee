// OutboxMoves.swift - the state machine of the table `messages`: each move one function, its guard in WHERE.
//
// A row that has left the state it may move from, or is at another attempt, stays as it is. The table of all
// moves, and what a crash leaves, is docs/state-machines.md.

import Business
import LocalTime
import SQLite

extension Store {
  /// queued | failed -> sending, to be committed before the request leaves. `lookAt`: when Twilio is asked,
  /// should no answer come. nil when another changed the row meanwhile.
  package func claim(ifWaiting id: Int, at now: Timestamp, lookAt: Timestamp) throws -> OutboxRow? {
    try database.first(
      """
      UPDATE messages SET state = 'sending', attempts = attempts + 1, claimed_at = ?2, due_at = ?3, sid = NULL,
        status_rank = 0, unknown_since = NULL, error_code = NULL, error = NULL
      WHERE id = ?1 AND state IN ('queued', 'failed') AND body <> '' RETURNING \(OutboxRow.columns)
      """, .integer(id), .time(now), .time(lookAt), as: OutboxRow.init)
  }

  /// sending -> accepted. False when the row has left `sending` meanwhile (a report came first, say).
  /// - Parameter orFailed: also failed -> accepted, of a try whose sid was never heard of.
  @discardableResult
  package func markAccepted(
    ifSending id: Int, attempt: Int, sid: String, segments: Int?, at now: Timestamp,
    event: EventType = .messageAccepted, orFailed: Bool = false
  ) throws -> Bool {
    try rememberAttempt(sid: sid, message: id, attempt: attempt, at: now)
    let row = try database.first(
      """
      UPDATE messages SET state = 'accepted', sid = ?3, sent_at = coalesce(sent_at, ?4), due_at = NULL, postponements = 0,
        held_since = NULL, unknown_since = NULL, segments = CASE WHEN ?5 > 0 THEN ?5 ELSE segments END
      WHERE id = ?1 AND (state = 'sending' OR (state = 'failed' AND ?6)) AND attempts = ?2 AND sid IS NULL
      RETURNING \(OutboxRow.columns)
      """, .integer(id), .integer(attempt), .text(sid), .time(now), .integer(segments ?? 0),
      .boolean(orFailed), as: OutboxRow.init)
    if let row { try log(event, row, detail: sid, at: now) }
    return row != nil
  }

  /// sending -> accepted, of an e-mail or a push: it has no sid and no report will come.
  package func markAcceptedForGood(ifSending row: OutboxRow, at now: Timestamp) throws {
    let changed = try database.execute(
      """
      UPDATE messages SET state = 'accepted', sent_at = ?3, due_at = NULL, postponements = 0, held_since = NULL,
        unknown_since = NULL
      WHERE id = ?1 AND state = 'sending' AND attempts = ?2 AND channel IN ('email', 'ntfy')
      """, .integer(row.id), .integer(row.attempts), .time(now))
    if changed > 0 { try log(.messageAccepted, row, detail: row.channel.rawValue, at: now) }
  }

  /// Every sid a try was given, also one that came too late to count. Its price is asked for when its end is
  /// reported, or after a while.
  package func rememberAttempt(sid: String, message id: Int, attempt: Int, at now: Timestamp) throws {
    let isNew =
      try database.execute(
        """
        INSERT INTO message_attempts (sid, message_id, attempt, at, price_look_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """, .text(sid), .integer(id), .integer(attempt), .time(now),
        .time(Store.firstPriceLook(ofTryAt: now))) > 0
    guard isNew else { return }
    // The number was forgotten while the request was under way: the text shall not stay at Twilio.
    try database.execute(
      """
      INSERT INTO erasures (kind, tenant, target, created_at, look_at)
      SELECT 'message', tenant, ?2, ?3, ?3 FROM messages WHERE id = ?1 AND body = '' AND channel = 'sms' ON CONFLICT DO NOTHING
      """, .integer(id), .text(sid), .time(now))
    // What the earlier tries cost is not the whole price any more.
    try database.execute(
      "UPDATE messages SET price = NULL, price_unit = NULL WHERE id = ? AND price IS NOT NULL", .integer(id))
  }

  /// sending | accepted -> failed: the try counts, the next is due at `retryAt`.
  package func markFailed(
    _ row: OutboxRow, code: Int?, error: String, retryAt: Timestamp, at now: Timestamp
  ) throws {
    let changed = try database.execute(
      """
      UPDATE messages SET state = 'failed', due_at = ?3, error_code = ?4, error = ?5, unknown_since = NULL,
        postponements = 0, held_since = NULL
      WHERE id = ?1 AND state IN ('sending', 'accepted') AND attempts = ?2
      """, .integer(row.id), .integer(row.attempts), .time(retryAt), .integer(code), .text(error))
    if changed > 0 {
      try log(.messageRetry, row, detail: "attempt \(row.attempts): \(error)", at: now)
    }
  }

  /// sending -> queued: the try was turned away and does not count. The message is held.
  package func postpone(_ row: OutboxRow, until: Timestamp, code: Int?, error: String, at now: Timestamp)
    throws
  {
    let changed = try database.execute(
      """
      UPDATE messages SET state = 'queued', attempts = attempts - 1, postponements = postponements + 1, due_at = ?3,
        error_code = ?4, error = ?5, unknown_since = NULL, held_since = coalesce(held_since, ?6)
      WHERE id = ?1 AND state = 'sending' AND attempts = ?2
      """, .integer(row.id), .integer(row.attempts), .time(until), .integer(code), .text(error), .time(now))
    // A message that is held for long is logged once per reason, not once per try.
    if changed > 0 && row.postponements == 0 { try log(.messageHeld, row, detail: error, at: now) }
  }

  /// accepted -> queued: a report says that our set-up, not the recipient, is at fault. The try does not count, the
  /// message is held.
  package func requeue(
    ifAccepted row: OutboxRow, dueAt: Timestamp, code: Int?, error: String, at now: Timestamp
  ) throws {
    let changed = try database.execute(
      """
      UPDATE messages SET state = 'queued', attempts = attempts - 1, postponements = postponements + 1, due_at = ?3,
        error_code = ?4, error = ?5, held_since = coalesce(held_since, ?6)
      WHERE id = ?1 AND state IN ('accepted', 'sending') AND attempts = ?2
      """, .integer(row.id), .integer(row.attempts), .time(dueAt), .integer(code), .text(error), .time(now))
    if changed > 0 { try log(.messageHeld, row, detail: error, at: now) }
  }

  /// sending stays sending: whether Twilio has it is not known; ask at `lookAt`.
  /// - Parameter isHeld: Twilio could not be asked, so nothing can be done for the message.
  package func markUnknown(
    _ row: OutboxRow, error: String, lookAt: Timestamp, isHeld: Bool = false, at now: Timestamp
  ) throws {
    let isNew = row.unknownSince == nil
    let changed = try database.execute(
      """
      UPDATE messages SET unknown_since = coalesce(unknown_since, ?3), due_at = ?4, error = ?5,
        held_since = coalesce(held_since, ?6)
      WHERE id = ?1 AND state = 'sending' AND attempts = ?2 AND sid IS NULL
      """, .integer(row.id), .integer(row.attempts), .time(now), .time(lookAt), .text(error),
      .time(isHeld ? now : nil))
    if changed > 0 && isNew { try log(.messageUnknown, row, detail: error, at: now) }
  }

  /// Any state but a final one -> dead. The call's ledger entry follows; the caller raises the alert.
  @discardableResult
  package func markDead(_ row: OutboxRow, code: Int?, error: String, at now: Timestamp) throws -> Bool {
    let changed = try database.execute(
      """
      UPDATE messages SET state = 'dead', due_at = NULL, finished_at = ?3, error_code = coalesce(?4, error_code),
        error = ?5, unknown_since = NULL
      WHERE id = ?1 AND attempts = ?2 AND state NOT IN ('delivered', 'dead')
      """, .integer(row.id), .integer(row.attempts), .time(now), .integer(code), .text(error))
    guard changed > 0 else { return false }
    if row.kind == .missedCall, let callID = row.callID { try markCallDead(callID: callID) }
    try log(.messageDead, row, detail: error, at: now)
    return true
  }
}
