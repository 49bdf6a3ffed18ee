// Conversation.swift - everything between a business and a number in order of time: calls, messages both ways, photos,
// forms, notes, and what people did.

import Business
import LocalTime
import SQLite

/// One entry of a conversation.
package struct ConversationLine: Hashable, Sendable {
  package enum What: Hashable, Sendable {
    /// With its reason code, once it is decided.
    case call(CallOutcome, CallDecision, reason: String?)
    /// To the caller, as the outbox has it.
    case sent(MessageKind, MessageState, errorCode: Int?)
    case received
    case photo(TicketPhoto)
    case recording(RecordingState, seconds: Int)
    /// Of the log; `detail` is its code, or who did it, and of a new ticket its source.
    case event(EventType, detail: String)
    /// Somebody wants to be connected with the caller, and how that stands.
    case callback(MessageState, error: String)
  }
  package var what: What
  package var at: Timestamp
  /// Of its table.
  package var id: Int
  /// What was written; empty where nothing was, or it was forgotten.
  package var words: String
  /// Who of the tenant's people did it; empty for the caller and the machine.
  package var person: String
  package var ticketID: Int?
}

/// What a conversation is of.
package enum ConversationSubject: Hashable, Sendable {
  /// All of a number, from one time on and before another.
  case number(String, since: Timestamp?, until: Timestamp?)
  /// A request without a number: it and its call.
  case ticket(Int)
}

extension Store {
  /// What the conversation shows of the log; replies, messages and calls are read where they stand.
  private static let shownOfTickets: [EventType] = [
    .ticketCreated, .wizardSubmitted, .ticketUrgent, .ticketEscalated, .ticketStarted, .ticketDone,
    .ticketReopened, .ticketNote, .ticketAssigned, .pageAnswered, .pageUnanswered, .pagesOver, .callConnected,
  ]
  static let kindsToCallers = MessageKind.allCases.filter(\.goesToCaller)

  static func list(_ words: [String]) -> String { words.map { "'\($0)'" }.joined(separator: ", ") }

  /// ?1 the tenant, ?2 the number (or the ticket), ?3 and ?4 the time. Columns: where from, at, its place within one
  /// moment, id, two codes, words, person, ticket, a number.
  private static func arms(_ subject: ConversationSubject) -> [String] {
    let tickets: String
    let calls: String
    var arms: [String] = []
    func during(_ time: String) -> String { "\(time) >= ?3 AND \(time) < ?4" }
    switch subject {
    case .ticket:
      tickets = "t.id = ?2 AND t.tenant = ?1"
      calls = "id = (SELECT call_id FROM tickets WHERE id = ?2) AND tenant = ?1"
    case .number:
      tickets = "t.phone = ?2 AND t.tenant = ?1"
      calls = "tenant = ?1 AND caller = ?2"
      // One arm for each kind: its index holds them in order of time.
      arms += kindsToCallers.map { kind in
        """
        SELECT 'sent', created_at, 2, id, kind, state, body, coalesce(author, ''), ticket_id, error_code FROM messages
        WHERE tenant = ?1 AND recipient = ?2 AND kind = '\(kind.rawValue)' AND \(during("created_at"))
        """
      }
      arms += [
        """
        SELECT 'received', received_at, 1, id, '', '', body, '', ticket_id, NULL FROM inbound_messages
        WHERE tenant = ?1 AND sender = ?2 AND \(during("received_at"))
        """,
        """
        SELECT 'event', at, 2, id, type, detail, '', '', ticket_id, NULL FROM ticket_events
        WHERE tenant = ?1 AND phone = ?2 AND type <> 'callback_asked' AND \(during("at"))
        """,
        """
        SELECT 'callback', e.at, 2, m.id, m.state, coalesce(m.error, ''), '', e.detail, e.ticket_id, NULL
        FROM ticket_events AS e CROSS JOIN messages AS m ON m.id = e.message_id
        WHERE e.tenant = ?1 AND e.phone = ?2 AND e.type = 'callback_asked' AND \(during("e.at"))
        """,
      ]
    }
    return arms + [
      """
      SELECT 'call', started_at, 0, id, outcome, decision, coalesce(reason, ''), '', NULL, NULL FROM calls
      WHERE \(calls) AND \(during("started_at"))
      """,
      // Of one moment: first that there is a request, then what was said, then what came of it. What names the number
      // itself is read by that.
      """
      SELECT 'event', e.at, CASE e.type WHEN 'ticket_created' THEN 0 WHEN 'wizard_submitted' THEN 1 ELSE 2 END, e.id,
        e.type, CASE e.type WHEN 'ticket_created' THEN t.source ELSE e.detail END, coalesce(e.words, ''), '', e.ticket_id, NULL
      FROM tickets AS t CROSS JOIN ticket_events AS e ON e.ticket_id = t.id
      WHERE \(tickets) AND e.type IN (\(list(shownOfTickets.map(\.rawValue)))) AND e.phone IS NULL
        AND \(during("e.at"))
      """,
      """
      SELECT 'photo', p.created_at, 1, p.id, p.url, p.content_type, coalesce(p.file, ''), '', p.ticket_id, NULL
      FROM tickets AS t CROSS JOIN ticket_photos AS p ON p.ticket_id = t.id
      WHERE \(tickets) AND \(during("p.created_at"))
      """,
      """
      SELECT 'recording', r.created_at, 1, r.id, r.state, r.seconds, '', '', r.ticket_id, NULL
      FROM tickets AS t CROSS JOIN recordings AS r ON r.ticket_id = t.id
      WHERE \(tickets) AND \(during("r.created_at"))
      """,
    ]
  }

  /// A page of the conversation, oldest line first. Page 1 is the end of it, page 2 what came before.
  package func conversation(_ subject: ConversationSubject, tenant: String, page: Int) throws
    -> ListPage<ConversationLine>
  {
    let values: [Value]
    switch subject {
    case .ticket(let id): values = [.text(tenant), .integer(id), .integer(0), .integer(Int.max)]
    case .number(let phone, let since, let until):
      values = [
        .text(tenant), .text(phone), .integer(Int(since?.milliseconds ?? 0)),
        .integer(Int(until?.milliseconds ?? .max)),
      ]
    }
    let arms = Store.arms(subject)
    return try snapshot {
      func lines(_ size: Int, _ offset: Int) throws -> [ConversationLine] {
        try database.rows(
          "\(arms.joined(separator: " UNION ALL ")) ORDER BY 2 DESC, 3 DESC, 4 DESC LIMIT ?5 OFFSET ?6",
          values: values + [.integer(size), .integer(offset)], as: ConversationLine.init)
      }
      func count() throws -> Int {
        try database.first(
          "SELECT \(arms.map { "(SELECT count(*) FROM (\($0)))" }.joined(separator: " + "))", values: values
        ) { $0.integer(0) } ?? 0
      }
      guard page == 1 else { return try listPage(page, of: count()) { try lines($0, $1).reversed() } }
      // Most fit on a page, and then their number is known: to count costs as much as to read.
      let newest = try lines(listPageSize + 1, 0)
      let total = newest.count <= listPageSize ? newest.count : try count()
      return ListPage(rows: newest.prefix(listPageSize).reversed(), number: 1, total: total)
    }
  }

  /// From when to when a request's conversation goes: from when the number's request before it was closed, to when it
  /// was closed itself, where another came after.
  package func conversationSpan(of ticket: TicketRow) throws -> (since: Timestamp?, until: Timestamp?) {
    try database.first(
      """
      SELECT (SELECT max(done_at) + 1 FROM tickets
          WHERE phone = ?1 AND tenant = ?2 AND status = 'DONE' AND id <> ?3 AND done_at <= ?4),
        (SELECT ?5 + 1 FROM tickets WHERE phone = ?1 AND tenant = ?2 AND created_at > ?5 LIMIT 1)
      """, .text(ticket.phone), .text(ticket.tenant), .integer(ticket.id), .time(ticket.createdAt),
      .time(ticket.status == .done ? ticket.doneAt : nil)
    ) { ($0.optionalTimestamp(0), $0.optionalTimestamp(1)) } ?? (nil, nil)
  }
}

extension ConversationLine {
  init(_ row: Row) throws(SQLiteError) {
    at = row.timestamp(1)
    id = row.integer(3)
    words = row.text(6)
    person = row.text(7)
    ticketID = row.optionalInteger(8)
    switch row.text(0) {
    case "call":
      what = .call(
        try row.choice(4), try row.choice(5), reason: words.isEmpty ? nil : words)
      words = ""
    case "sent": what = .sent(try row.choice(4), try row.choice(5), errorCode: row.optionalInteger(9))
    case "received": what = .received
    case "photo":
      what = .photo(
        TicketPhoto(id: id, url: row.text(4), contentType: row.text(5), file: words.isEmpty ? nil : words))
      words = ""
    case "callback": what = .callback(try row.choice(4), error: row.text(5))
    case "recording": what = .recording(try row.choice(4), seconds: row.integer(5))
    default:
      what = .event(try row.choice(4), detail: row.text(5))
    }
  }
}
