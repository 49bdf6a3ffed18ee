// Lists.swift - the rows of `opsfabric list`, as JSON made by SQLite with exactly the keys of spec section 7.

import Business
import LocalTime
import SQLite

/// What `opsfabric list` can list.
package enum ListName: String, CaseIterable, Sendable {
  case calls, messages, tickets, events, blocklist, optouts, contacts

  /// Key of the JSON object -> SQL expression, in the order of the specification.
  var columns: [(key: String, sql: String)] {
    switch self {
    case .calls:
      [
        ("id", "id"), ("call_sid", "call_sid"), ("tenant", "tenant"), ("from", "caller"), ("to", "called"),
        ("started_at", iso("started_at")), ("ended_at", iso("ended_at")), ("outcome", "outcome"),
        ("decision", "decision"), ("reason", shownReason), ("due_at", iso("due_at")),
      ]
    case .messages:
      [
        ("id", "id"), ("tenant", "tenant"), ("to", "recipient"), ("from", "sender"), ("channel", "channel"),
        ("kind", "kind"), ("body", "body"), ("encoding", "encoding"), ("segments", "segments"),
        ("state", "state"),
        ("attempts", "attempts"), ("due_at", iso("due_at")), ("sent_at", iso("sent_at")), ("sid", "sid"),
        ("error_code", "error_code"), ("price", "price"), ("price_unit", "price_unit"),
      ]
    case .tickets:
      [
        ("id", "id"), ("tenant", "tenant"), ("phone", "phone"), ("source", "source"), ("urgency", "urgency"),
        ("status", "status"), ("summary", "summary"), ("sla_due_at", iso("sla_due_at")),
        ("created_at", iso("created_at")), ("updated_at", iso("updated_at")),
        (
          "photos",
          """
          json((SELECT coalesce(json_group_array(url), '[]') FROM ticket_photos WHERE ticket_id = tickets.id))
          """
        ),
        (
          "recordings",
          """
          json((SELECT coalesce(json_group_array(json_object('seconds', seconds, 'state', state)), '[]')
            FROM recordings WHERE ticket_id = tickets.id))
          """
        ), ("outcome", "outcome"), ("amount", "amount / 100.0"),
        ("person", "person"),
      ]
    case .events:
      [
        ("id", "id"), ("tenant", "tenant"), ("type", "type"), ("ticket", "ticket_id"), ("call", "call_id"),
        ("message", "message_id"), ("detail", "detail"), ("at", iso("at")),
      ]
    case .blocklist:
      [
        ("tenant", "tenant"), ("phone", "phone"), ("reason", "reason"), ("since", iso("since")),
        ("until", iso("until")),
      ]
    case .optouts: [("tenant", "tenant"), ("phone", "phone"), ("since", iso("since"))]
    case .contacts:
      [
        ("tenant", "tenant"), ("phone", "phone"), ("name", "name"), ("kind", "kind"), ("note", "note"),
        ("source", "source"), ("updated_at", iso("updated_at")),
      ]
    }
  }

  package var keys: [String] { columns.map(\.key) }

  /// Keys whose values are times.
  package static let timeKeys: Set<String> = [
    "started_at", "ended_at", "due_at", "sent_at", "sla_due_at", "created_at", "updated_at", "at", "since",
    "until",
  ]

  /// The words that `--state` knows: of calls outcome or decision, of messages the state, of tickets the status.
  package var states: [String] {
    switch self {
    case .calls: CallOutcome.allCases.map(\.rawValue) + CallDecision.allCases.map(\.rawValue)
    case .messages: MessageState.allCases.map(\.rawValue)
    case .tickets: TicketStatus.allCases.map(\.rawValue)
    case .events, .blocklist, .optouts, .contacts: []
    }
  }

  /// The table, the column `--since` speaks of, and the order of the list: the newest first.
  var source: (table: String, time: String, order: String) {
    switch self {
    case .calls: ("calls", "started_at", "started_at DESC, id DESC")
    case .messages: ("messages", "created_at", "id DESC")
    case .tickets: ("tickets", "updated_at", "id DESC")
    case .events: ("ticket_events", "at", "id DESC")
    case .blocklist: ("blocklist", "since", "since DESC, tenant DESC, phone DESC")
    case .optouts: ("optouts", "since", "since DESC, tenant DESC, phone DESC")
    case .contacts: ("contacts", "updated_at", "updated_at DESC, tenant DESC, phone DESC")
    }
  }

  /// What `--phone` asks of a row; ?3 is the number.
  fileprivate var isOfPhone: String {
    switch self {
    case .calls: "caller = ?3"
    case .messages: "recipient = ?3"
    case .tickets, .blocklist, .optouts, .contacts: "phone = ?3"
    case .events:
      """
      (phone = ?3 OR ticket_id IN (SELECT id FROM tickets WHERE phone = ?3)
        OR call_id IN (SELECT id FROM calls WHERE caller = ?3)
        OR message_id IN (SELECT id FROM messages WHERE recipient = ?3))
      """
    }
  }

  /// What `--state` asks of a row; ?4 is the word.
  fileprivate var isInState: String {
    switch self {
    case .calls: "(outcome = ?4 OR decision = ?4)"
    case .messages: "state = ?4"
    case .tickets: "status = ?4"
    case .events, .blocklist, .optouts, .contacts: "?4 IS NULL"
    }
  }
}

/// Which rows of a list; nil means any.
package struct ListFilter: Sendable {
  package var tenant: String?
  package var since: Timestamp?
  /// E.164.
  package var phone: String?
  /// One of the list's `states`.
  package var state: String?
  /// The newest so many.
  package var limit: Int?

  package init(
    tenant: String? = nil, since: Timestamp? = nil, phone: String? = nil, state: String? = nil,
    limit: Int? = nil
  ) {
    self.tenant = tenant
    self.since = since
    self.phone = phone
    self.state = state
    self.limit = limit
  }
}

/// `held` as long as the SMS that was decided waits: Twilio has not taken it, or gave it back because of us.
let shownReason = """
  CASE WHEN reason = 'sent' AND EXISTS (
      SELECT 1 FROM messages AS m WHERE m.call_id = calls.id AND m.kind = 'missed_call'
        AND m.state IN ('queued', 'sending', 'failed') AND (m.sent_at IS NULL OR m.held_since IS NOT NULL))
    THEN 'held' ELSE reason END
  """

func iso(_ column: String) -> String {
  "strftime('%Y-%m-%dT%H:%M:%SZ', \(column) / 1000, 'unixepoch')"
}

extension Store {
  /// One JSON object per row, handed over as they are read: a list may be long.
  package func listJSON(_ list: ListName, _ filter: ListFilter, _ line: (String) -> Void) throws {
    try listRows(list, select: Store.jsonObject(list), filter) { line($0.text(0)) }
  }

  /// The same rows as texts, NULL as "".
  package func listCells(_ list: ListName, _ filter: ListFilter, _ cells: ([String]) -> Void) throws {
    let columns = list.columns
    try listRows(list, select: columns.map(\.sql).joined(separator: ", "), filter) { row in
      cells(columns.indices.map { row.text($0) })
    }
  }

  /// One row of calls, messages, tickets or events as its JSON object; nil where there is none.
  package func listedJSON(_ list: ListName, id: Int) throws -> String? {
    try database.first(
      "SELECT \(Store.jsonObject(list)) FROM \(list.source.table) WHERE id = ?", .integer(id)
    ) { $0.text(0) }
  }

  /// The log of one call or message, oldest first, as JSON objects.
  package func eventsJSON(call: Int? = nil, message: Int? = nil) throws -> [String] {
    try database.rows(
      """
      SELECT \(Store.jsonObject(.events)) FROM ticket_events WHERE call_id = ?1 OR message_id = ?2 ORDER BY id
      """, .integer(call), .integer(message)
    ) { $0.text(0) }
  }

  static func jsonObject(_ list: ListName) -> String {
    "json_object(\(list.columns.map { "'\($0.key)', \($0.sql)" }.joined(separator: ", ")))"
  }

  private func listRows(_ list: ListName, select: String, _ filter: ListFilter, _ body: (Row) -> Void) throws
  {
    let source = list.source
    try database.forEach(
      """
      SELECT \(select) FROM \(source.table)
      WHERE (?1 IS NULL OR tenant = ?1) AND (?2 IS NULL OR \(source.time) >= ?2)
        AND (?3 IS NULL OR \(list.isOfPhone)) AND (?4 IS NULL OR \(list.isInState))
      ORDER BY \(source.order) LIMIT ?5
      """,
      values: [
        .text(filter.tenant), .time(filter.since), .text(filter.phone), .text(filter.state),
        .integer(filter.limit ?? -1),
      ], body)
  }
}
