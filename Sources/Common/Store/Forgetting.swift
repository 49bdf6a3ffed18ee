// Forgetting.swift - takes what is personal out of rows: the number, the words, the photos. The rows stay, with
// their Sids, so that counts, ledger and costs stay, and what was forgotten does not come back as new.
//
// Each function is part of the caller's transaction, and doing it twice changes nothing. What waits is decided or
// given up first: nothing leaves any more to a number that was forgotten. See docs/state-machines.md.

import Business
import LocalTime
import SQLite

extension Store {
  /// The caller's number. A miss that waits for its decision is skipped as one of a withheld number.
  package func forgetCall(_ id: Int, at now: Timestamp) throws {
    guard let call = try call(id: id), call.caller != Forgotten.number else { return }
    // Tickets that reports count for this call by its number alone.
    for ticket in try database.rows(
      """
      SELECT id FROM tickets
      WHERE phone = ?1 AND tenant = ?2 AND call_id IS NULL AND created_at >= ?3 AND created_at < ?3 + 777600000
      """, .text(call.caller), .text(call.tenant), .time(call.startedAt), as: { $0.integer(0) })
    { try pinTicket(ticket) }
    if try decideSkip(ifWaiting: id, reason: .withheld, at: now) {
      try logEvent(
        .decisionSkipped, tenant: call.tenant, call: id, detail: Reason.withheld.code, at: now)
    }
    try database.execute(
      "UPDATE calls SET caller = ?2 WHERE id = ?1", .integer(id), .text(Forgotten.number))
  }

  /// Recipient and text. What has not left is given up; what may have left counts as given up, and its text is
  /// erased at Twilio as soon as its Sid is known.
  /// - Parameter keepsRecipient: for a notice about a caller, whose recipient is one of the tenant's people.
  package func forgetMessage(_ id: Int, keepsRecipient: Bool = false, at now: Timestamp) throws {
    guard let row = try message(id: id),
      !row.isForgotten || (!keepsRecipient && row.recipient != Forgotten.number)
    else { return }
    if [.queued, .failed, .sending].contains(row.state) {
      try markDead(row, code: nil, error: "the number was forgotten", at: now)
    }
    if row.channel == .sms && !row.isForgotten {
      for sid in try sids(ofMessage: id) {
        try queueErasure(.message, tenant: row.tenant, target: sid, at: now)
      }
    }
    try database.execute(
      """
      UPDATE messages SET body = '', subject = NULL, error = CASE WHEN state = 'dead' THEN error END,
        recipient = CASE WHEN ?2 THEN recipient ELSE ?3 END,
        once_key = CASE WHEN ?2 OR once_key IS NULL THEN once_key ELSE ?3 || ':' || id END
      WHERE id = ?1
      """, .integer(id), .boolean(keepsRecipient), .text(Forgotten.number))
  }

  func sids(ofMessage id: Int) throws -> [String] {
    try database.rows("SELECT sid FROM message_attempts WHERE message_id = ?", .integer(id)) { $0.text(0) }
  }

  /// Sender and text of a message that came in.
  package func forgetInbound(_ id: Int, at now: Timestamp) throws {
    let row = try database.first(
      """
      UPDATE inbound_messages SET sender = ?2, body = '' WHERE id = ?1 AND (sender <> ?2 OR body <> '')
      RETURNING tenant, message_sid
      """, .integer(id), .text(Forgotten.number)
    ) { (tenant: $0.text(0), sid: $0.text(1)) }
    guard let row else { return }
    try queueErasure(.message, tenant: row.tenant, target: row.sid, at: now)
  }

  /// Number, words and photos of a ticket, what its notices said, and what was noted with it. An open one is closed: nobody could answer
  /// it any more. It keeps the call it came from, which reports count it by. Returns the number of photos.
  @discardableResult
  package func forgetTicket(_ id: Int, at now: Timestamp) throws -> Int {
    guard let ticket = try ticket(id: id), ticket.phone != Forgotten.number || !ticket.summary.isEmpty else {
      return 0
    }
    for message in try database.rows(
      "SELECT id FROM messages WHERE ticket_id = ?", .integer(id), as: { $0.integer(0) })
    { try forgetMessage(message, keepsRecipient: true, at: now) }
    // What the tenant's people wrote about it by SMS.
    for message in try database.rows(
      "SELECT id FROM inbound_messages WHERE about_ticket_id = ?", .integer(id), as: { $0.integer(0) })
    { try forgetInbound(message, at: now) }
    let files = try database.rows(
      "DELETE FROM ticket_photos WHERE ticket_id = ? RETURNING file", .integer(id)
    ) { $0.optionalText(0) }
    for file in files.compactMap({ $0 }) {
      try queueErasure(.upload, tenant: ticket.tenant, target: file, at: now)
    }
    try forgetRecordings(ofTicket: id, at: now)
    try database.execute(
      "UPDATE ticket_events SET words = NULL WHERE ticket_id = ? AND words IS NOT NULL", .integer(id))
    try pinTicket(id)
    if ticket.status == .done, ticket.phone != Forgotten.number { try countDone(id, -1) }
    try database.execute("DELETE FROM ticket_notices WHERE ticket_id = ?", .integer(id))
    try database.execute(
      """
      UPDATE tickets SET phone = ?2, summary = '', caller_name = NULL, escalate_at = NULL, page_at = NULL,
        updated_at = CASE WHEN status = 'DONE' THEN updated_at ELSE ?3 END, status = 'DONE'
      WHERE id = ?1
      """, .integer(id), .text(Forgotten.number), .time(now))
    return files.count
  }

  /// The call a ticket came from, as the monthly report finds it while the number is still there: that of the SMS it
  /// answers, else the number's last missed call in the nine days before.
  private func pinTicket(_ id: Int) throws {
    try database.execute(
      """
      UPDATE tickets AS t SET call_id = coalesce(
        (SELECT m.call_id FROM inbound_messages AS i JOIN messages AS m ON m.id = i.answers_message
          WHERE i.ticket_id = t.id AND m.call_id IS NOT NULL ORDER BY i.id LIMIT 1),
        (SELECT c.id FROM calls AS c
          WHERE c.tenant = t.tenant AND c.caller = t.phone AND c.started_at <= t.created_at
            AND c.started_at > t.created_at - 777600000 AND c.outcome = 'missed' AND t.phone LIKE '+%'
          ORDER BY c.started_at DESC LIMIT 1))
      WHERE id = ? AND call_id IS NULL
      """, .integer(id))
  }

  /// The number inside an event's key (`link:TENANT:NUMBER:DAY`), beside it, or in an alert's words.
  package func forgetEvent(_ id: Int) throws {
    try database.execute(
      """
      UPDATE ticket_events SET once_key = iif(once_key LIKE 'link:%', NULL, once_key),
        detail = iif(type = 'alert', '', detail), phone = NULL
      WHERE id = ?1 AND (once_key LIKE 'link:%' OR (type = 'alert' AND detail <> '') OR phone IS NOT NULL)
      """, .integer(id))
  }
}
