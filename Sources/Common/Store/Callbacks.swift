// Callbacks.swift - calls back under the business number: one of the tenant's people is rung, and connected with a caller.
//
// A row of `messages` of the kind `callback`: its request, else the missed call, says with whom. `delivered` is that the
// two were connected; any other end is `dead`. How it stands is shown in the conversation where it was asked for
// (the event `callback_asked`). See docs/state-machines.md.

import Business
import LocalTime
import SQLite

extension Store {
  /// The person's telephone rings for a callback, or is about to.
  /// - Parameters:
  ///   - asked: those asked for before have ended one way or another.
  ///   - placed: those placed before ring no more.
  package func isCallingBack(
    tenant: String, recipient: String, askedSince asked: Timestamp, placedSince placed: Timestamp
  ) throws -> Bool {
    try database.integer(
      """
      SELECT 1 FROM messages WHERE tenant = ? AND recipient = ? AND kind = 'callback' AND created_at >= ?
        AND (state IN ('queued', 'sending', 'failed') OR (state = 'accepted' AND sent_at > ?)) LIMIT 1
      """, .text(tenant), .text(recipient), .time(asked), .time(placed)) != nil
  }

  /// The number a callback is to; the word for one that was forgotten, nil where there is none.
  package func numberToCall(_ row: OutboxRow) throws -> String? {
    if let id = row.ticketID { return try ticket(id: id)?.phone }
    return try row.callID.flatMap { try call(id: $0)?.caller }
  }

  /// dead -> accepted: the end was told before the key, and what comes of the key is still to be heard.
  package func markCallbackKey(ifUnanswered row: OutboxRow, sid: String) throws {
    try database.execute(
      """
      UPDATE messages SET state = 'accepted', finished_at = NULL, error = NULL
      WHERE id = ?1 AND sid = ?2 AND kind = 'callback' AND state = 'dead' AND error = ?3 AND body <> ''
      """, .integer(row.id), .text(sid), .text(RingEnd.noKey.rawValue))
  }

  /// Twilio is asked half a minute from now what became of it, unless we hear of it before.
  package func hastenCheck(ifAccepted row: OutboxRow, at now: Timestamp) throws {
    // A first look is taken ten minutes after the message left, the next ones fifty minutes later (`unreportedMessages`).
    try database.execute(
      "UPDATE messages SET checked_at = ?2 - 3570000 WHERE id = ?1 AND state = 'accepted'", .integer(row.id),
      .time(now))
  }

  /// The talk was a person's act on the request, and began then.
  package func noteTalk(ticket: Int, began: Timestamp) throws {
    try database.execute(
      "UPDATE tickets SET human_at = ?2 WHERE id = ?1 AND human_at > ?2", .integer(ticket), .time(began))
  }

  /// Since then nothing has come to the request but that the person has talked with its caller: what he saw before is
  /// what he knows.
  package func hasOnlyTalked(_ person: String, ticket: Int, since: Timestamp) throws -> Bool {
    try database.integer(
      """
      SELECT total(type = 'call_connected') > 0 AND total(NOT CASE type
          WHEN 'call_connected' THEN substr(detail, 1, length(?3) + 3) = ?3 || ' > '
          WHEN 'ticket_started' THEN detail = ?3
          ELSE type IN ('callback_asked', 'callback_key', 'callback_failed', 'message_queued', 'message_accepted',
            'message_delivered', 'message_retry', 'message_held', 'message_unknown', 'message_found', 'message_dead')
        END) = 0
      FROM ticket_events WHERE ticket_id = ?1 AND at > ?2
      """, .integer(ticket), .time(since), .text(person)) == 1
  }

  /// One of the tenant's people has talked with the number since then, connected by us.
  package func hasTalked(tenant: String, with phone: String, since: Timestamp) throws -> Bool {
    try database.integer(
      """
      SELECT 1 FROM ticket_events WHERE tenant = ? AND phone = ? AND at >= ? AND type = 'call_connected'
        AND detail NOT LIKE '% > 0' LIMIT 1
      """, .text(tenant), .text(phone), .time(since)) != nil
  }

  /// Which of the numbers are blocked.
  package func blockedNumbers(tenant: String, phones: [String], at now: Timestamp) throws -> Set<String> {
    var blocked: Set<String> = []
    for places in ListPlaces(phones.map { .text($0) }) {
      try database.forEach(
        """
        SELECT phone FROM blocklist
        WHERE tenant = ? AND (until IS NULL OR until > ?) AND phone IN (\(ListPlaces.sql))
        """, values: [.text(tenant), .time(now)] + places
      ) { blocked.insert($0.text(0)) }
    }
    return blocked
  }
}
