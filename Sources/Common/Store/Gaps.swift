// Gaps.swift - the table `gaps`: times of which this database may not know what was sent.
//
// open -> begun -> closed. One is open at a time; what opens another widens it.

import Business
import LocalTime
import SQLite

package enum GapReason: String, CaseIterable, Sendable {
  /// No runner has given a sign of life for minutes.
  case silence
  /// A copy was put in the database's place.
  case restore
  /// The clock was set.
  case clock
}

package struct Gap: Hashable, Sendable {
  package var reason: GapReason
  /// From when on Twilio knows what this database may not.
  package var since: Timestamp
  /// When a run began to ask; nil when none has.
  package var begunAt: Timestamp?
}

extension Store {
  /// A gap that is open already becomes at least as wide, and is begun anew. A restore stays one.
  package func openGap(reason: GapReason, since: Timestamp, at now: Timestamp) throws {
    try write {
      let changed = try database.execute(
        """
        UPDATE gaps SET since = min(since, ?1), begun_at = NULL, reason = CASE WHEN reason = 'restore' THEN reason ELSE ?2 END
        WHERE closed_at IS NULL
        """, .time(since), .text(reason.rawValue))
      guard changed == 0 else { return }
      try database.execute(
        "INSERT INTO gaps (reason, since, opened_at) VALUES (?1, ?2, ?3)", .text(reason.rawValue),
        .time(since), .time(now))
    }
  }

  /// The one that is open.
  package func gap() throws -> Gap? {
    try database.first("SELECT reason, since, begun_at FROM gaps WHERE closed_at IS NULL") {
      row throws(SQLiteError) in
      Gap(reason: try row.choice(0), since: row.timestamp(1), begunAt: row.optionalTimestamp(2))
    }
  }

  /// open -> begun.
  package func beginGap(at now: Timestamp) throws {
    try database.execute(
      "UPDATE gaps SET begun_at = ?1 WHERE closed_at IS NULL AND begun_at IS NULL", .time(now))
  }

  /// begun -> closed. Forgets those of 40 days ago.
  /// - Parameter sent: what Twilio knew and this database did not.
  /// - Parameter unread: what was not read, in words; nil when all was.
  package func closeGap(sent: Int, unread: String?, at now: Timestamp) throws {
    try database.execute(
      "UPDATE gaps SET closed_at = ?1, sent = ?2, unread = ?3 WHERE closed_at IS NULL", .time(now),
      .integer(sent),
      .text(unread))
    try database.execute("DELETE FROM gaps WHERE closed_at < ?", .time(now.adding(days: -40)))
  }

  // MARK: what Twilio knows and this database does not

  /// Messages, or calls, to a recipient that have not left as far as this database knows, with the time of what they
  /// are about, the oldest first.
  package func unsentMessages(_ channel: Channel, to recipient: String) throws -> [(
    row: OutboxRow, about: Timestamp
  )] {
    try database.rows(
      """
      SELECT \(OutboxRow.columns), \(Store.aboutWhen) FROM messages
      WHERE recipient = ?1 AND channel = ?2 AND state IN ('queued', 'sending', 'failed') AND sid IS NULL AND body <> ''
      ORDER BY created_at, id
      """, .text(recipient), .text(channel.rawValue)
    ) { row throws(SQLiteError) in (try OutboxRow(row), row.timestamp(22)) }
  }

  /// The same of the channels that Twilio need not know of, about what was at the latest then.
  package func unsentMessages(about latest: Timestamp) throws -> [OutboxRow] {
    try database.rows(
      """
      SELECT \(OutboxRow.columns) FROM messages
      WHERE id IN (
          SELECT id FROM messages WHERE state IN ('queued', 'failed')
          UNION ALL SELECT id FROM messages WHERE state = 'sending')
        AND channel IN ('email', 'ntfy', 'call') AND kind <> 'callback' AND sid IS NULL AND body <> ''
        AND \(Store.aboutWhen) <= ?1
      ORDER BY id
      """, .time(latest), as: OutboxRow.init)
  }

  /// queued | sending | failed -> accepted, a call -> delivered: sent by the installation that was lost.
  package func countAsSent(_ row: OutboxRow, at time: Timestamp) throws {
    let changed = try database.execute(
      """
      UPDATE messages SET state = CASE channel WHEN 'call' THEN 'delivered' ELSE 'accepted' END, sent_at = ?2,
        finished_at = CASE channel WHEN 'call' THEN ?2 END, due_at = NULL, postponements = 0, held_since = NULL,
        unknown_since = NULL
      WHERE id = ?1 AND state IN ('queued', 'sending', 'failed')
      """, .integer(row.id), .time(time))
    if changed > 0 { try log(.messageFound, row, detail: "sent before the loss", at: time) }
  }

  /// When that happened which a message is about: a row that is made only now may be about last night.
  private static let aboutWhen = """
    min(messages.created_at,
      coalesce((SELECT received_at FROM inbound_messages AS i WHERE i.id = messages.inbound_id), messages.created_at),
      coalesce((SELECT ended_at FROM calls AS c WHERE c.id = messages.call_id), messages.created_at),
      coalesce((SELECT created_at FROM tickets AS t WHERE t.id = messages.ticket_id), messages.created_at),
      coalesce((SELECT c.ended_at FROM tickets AS t JOIN calls AS c ON c.id = t.call_id WHERE t.id = messages.ticket_id),
        messages.created_at))
    """

  /// Calls from a number that wait for their decision, missed at the latest then, the oldest first.
  package func waitingCalls(from caller: String, endedBy latest: Timestamp) throws -> [CallRow] {
    try database.rows(
      """
      SELECT \(CallRow.columns) FROM calls
      WHERE caller = ?1 AND decision IN ('pending', 'deferred') AND ended_at <= ?2 ORDER BY ended_at, id
      """, .text(caller), .time(latest), as: CallRow.init)
  }

  /// Whoever was to be told by then of a request that nobody had taken was told, by the installation that was lost.
  package func passOver(until latest: Timestamp) throws {
    try database.execute(
      """
      UPDATE tickets SET escalations = escalations + 1, escalate_at = NULL
      WHERE escalate_at IS NOT NULL AND escalate_at <= ?1 AND status IN ('NEW', 'NEEDS_CALLBACK')
      """, .time(latest))
    try database.execute(
      """
      UPDATE tickets SET page_at = NULL
      WHERE page_at IS NOT NULL AND page_at <= ?1 AND status IN ('NEW', 'NEEDS_CALLBACK')
      """, .time(latest))
  }
}
