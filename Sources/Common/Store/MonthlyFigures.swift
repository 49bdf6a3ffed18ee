// MonthlyFigures.swift - the counts of a tenant's month: calls, ledger, SMS, replies, tickets.
//
// Everything here follows the call: a reply or a ticket belongs to the month in which the missed call began that
// it comes from, so that no rate exceeds 1. Each figure is one statement that finds its rows by an index and
// reads no other month. A month that has been closed is seen as it was then: what happened after `asOf` (a late
// reply, a late failure) does not change it any more.

import LocalTime
import SQLite

/// A tenant's local month.
package struct ReportPeriod: Hashable, Sendable {
  package var tenant: String
  package var start: Timestamp
  /// The beginning of the next month.
  package var end: Timestamp
  /// When the month was closed; nil while it is open.
  package var asOf: Timestamp?

  package init(tenant: String, start: Timestamp, end: Timestamp, asOf: Timestamp? = nil) {
    self.tenant = tenant
    self.start = start
    self.end = end
    self.asOf = asOf
  }

  /// Tenant, start, end and `asOf` as ?1 to ?4.
  var values: [Value] {
    [
      .text(tenant), .time(start), .time(end), .time(asOf ?? Timestamp(milliseconds: .max)),
    ]
  }
}

/// The missed-call SMS of a month's missed calls.
package struct MissedCallSMSFigures: Hashable, Sendable {
  /// Rows of the outbox: what the decision `sent` made.
  package var messages = 0
  /// Those that Twilio accepted.
  package var accepted = 0
  /// Accepted ones whose SMS was due at once; the others waited for the end of the quiet hours.
  package var dueAtOnce = 0
  /// Of these, accepted within 60 seconds after the end of the call.
  package var within60Seconds = 0
  /// First answers of accepted ones: `1`, `2`, `3`, `free_text` -> SMS answered so. HELP and INFO are words like any
  /// other where they made a request, as they do since version 6.
  package var answers: [String: Int] = [:]

  /// Of these, those that have a request.
  package var answersWithTicket: [String: Int] = [:]
  /// Accepted ones to numbers that the rules or the tenant's people call spam.
  package var spam = 0

  package var replies: Int { answers.values.reduce(0, +) }

  /// First answers that ask for something, and those of them that have a request. `3` asks for the form, which makes it.
  package var requests: (asked: Int, answered: Int) {
    func sum(_ counts: [String: Int]) -> Int {
      ["1", "2", "free_text"].reduce(0) { $0 + (counts[$1] ?? 0) }
    }
    return (sum(answers), sum(answersWithTicket))
  }
}

extension Store {
  /// Runs `body` on one state of the database.
  package func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
    try database.snapshot(body)
  }

  /// How many calls began in the month, and where the missed ones went: ledger entry -> number. An entry is a
  /// reason code, `pending`, `sent` (Twilio took the SMS), `held` (decided, and not taken yet) or `dead`; calls that
  /// were not missed stand under the empty entry.
  package func monthlyCalls(_ period: ReportPeriod) throws -> [String: Int] {
    let rows = try database.rows(
      """
      SELECT CASE
          WHEN outcome <> 'missed' THEN ''
          WHEN decision IN ('pending', 'deferred') OR decided_at > ?4 THEN 'pending'
          WHEN reason NOT IN ('sent', 'dead') THEN reason
          ELSE coalesce((
            SELECT CASE
                WHEN calls.reason = 'dead' AND m.finished_at <= ?4 THEN 'dead'
                WHEN m.sent_at <= ?4 THEN 'sent'
                ELSE 'held'
              END
            FROM messages AS m WHERE m.call_id = calls.id AND m.kind = 'missed_call'), reason)
        END AS entry, count(*)
      FROM calls WHERE tenant = ?1 AND started_at >= ?2 AND started_at < ?3 GROUP BY entry
      """, values: period.values
    ) { ($0.text(0), $0.integer(1)) }
    return Dictionary(rows) { $0 + $1 }
  }

  /// The SMS of the month's missed calls, and what they were answered first.
  package func monthlySMS(_ period: ReportPeriod) throws -> MissedCallSMSFigures {
    var figures = MissedCallSMSFigures()
    try database.forEach(
      """
      SELECT answer, count(*), total(sent), total(sent AND at_once), total(sent AND at_once AND in_time),
        total(sent AND is_spam), total(has_ticket)
      FROM (
        SELECT m.sent_at IS NOT NULL AND m.sent_at <= ?4 AS sent, c.due_at - c.ended_at <= 60000 AS at_once,
          m.sent_at - c.ended_at <= 60000 AS in_time, iif(i.answer = 'help', 'free_text', i.answer) AS answer,
          i.ticket_id IS NOT NULL AS has_ticket,
          m.spam_at <= ?4 AND (m.spam_until IS NULL OR m.spam_until > ?4) AS is_spam
        FROM calls AS c JOIN messages AS m ON m.call_id = c.id AND m.kind = 'missed_call'
        LEFT JOIN inbound_messages AS i ON m.sent_at <= ?4 AND i.id = (
          SELECT f.id FROM inbound_messages AS f
          WHERE f.answers_message = m.id AND f.received_at <= ?4
            AND (f.answer IN ('1', '2', '3', 'free_text') OR (f.answer = 'help' AND f.ticket_id IS NOT NULL))
          ORDER BY f.received_at, f.id LIMIT 1)
        WHERE c.tenant = ?1 AND c.started_at >= ?2 AND c.started_at < ?3 AND c.decision = 'sent'
          AND c.decided_at <= ?4)
      GROUP BY answer
      """, values: period.values
    ) { row in
      figures.messages += row.integer(1)
      figures.accepted += row.integer(2)
      figures.dueAtOnce += row.integer(3)
      figures.within60Seconds += row.integer(4)
      figures.spam += row.integer(5)
      if let answer = row.optionalText(0) {
        figures.answers[answer] = row.integer(1)
        figures.answersWithTicket[answer] = row.integer(6)
      }
    }
    return figures
  }

  /// Tickets out of the month's missed calls. A ticket's call is the one it names, else that of the SMS it
  /// answers, else the number's last missed call in the nine days before; without any, the ticket's own time
  /// counts. Nine days: seven for the reply, the rest for an SMS that waited out the quiet hours.
  package func monthlyTickets(_ period: ReportPeriod) throws -> Int {
    try database.first(
      """
      SELECT count(*) FROM (
        SELECT coalesce(
          (SELECT c.started_at FROM calls AS c WHERE c.id = t.call_id),
          (SELECT c.started_at FROM inbound_messages AS i JOIN messages AS m ON m.id = i.answers_message
            JOIN calls AS c ON c.id = m.call_id WHERE i.ticket_id = t.id ORDER BY i.id LIMIT 1),
          (SELECT c.started_at FROM calls AS c
            WHERE c.tenant = t.tenant AND c.caller = t.phone AND c.started_at <= t.created_at
              AND c.started_at > t.created_at - 777600000 AND c.outcome = 'missed' AND t.phone LIKE '+%'
            ORDER BY c.started_at DESC LIMIT 1),
          t.created_at) AS origin
        FROM tickets AS t
        WHERE t.tenant = ?1 AND t.created_at >= ?2 AND t.created_at < ?3 + 777600000 AND t.created_at <= ?4
          AND t.source IN ('missed_call', 'voice_menu', 'staff'))
      WHERE origin >= ?2 AND origin < ?3
      """, values: period.values
    ) { $0.integer(0) } ?? 0
  }

  /// Forms handed in for a missed call. A form's ticket is of the form's own local day, hence of its month.
  package func monthlyForms(_ period: ReportPeriod) throws -> Int {
    try database.first(
      """
      SELECT count(*) FROM tickets AS t JOIN ticket_events AS e ON e.ticket_id = t.id
      WHERE t.tenant = ?1 AND t.created_at >= ?2 AND t.created_at < ?3
        AND t.source IN ('missed_call', 'voice_menu') AND e.type = 'wizard_submitted' AND e.at <= ?4
      """, values: period.values
    ) { $0.integer(0) } ?? 0
  }
}
