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
          json((SELECT coalesce(json_group_array(url), '[]') FROM ticket_photos WHERE ticket_id = this.id))
          """
        ),
        // Voice messages of the telephone side.
        ("recordings", "json('[]')"), ("outcome", "outcome"), ("amount", "amount / 100.0"),
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

  /// What a table on a terminal shows of them: local times, names before numbers, nothing that only programs read.
  var shownColumns: [(key: String, sql: String)] {
    switch self {
    case .calls:
      [
        ("id", "id"), ("tenant", "tenant"), ("started", local("started_at")), ("from", named("caller")),
        ("outcome", "outcome"), ("decision", "decision"), ("reason", shownReason), ("due", local("due_at")),
      ]
    case .messages:
      [
        ("id", "id"), ("tenant", "tenant"), ("due", local("coalesce(sent_at, due_at, created_at)")),
        ("to", named("recipient")),
        ("kind", "kind"), ("state", "state"), ("error", "error_code"), ("body", "body"),
      ]
    case .tickets:
      [
        ("id", "id"), ("tenant", "tenant"), ("created", local("created_at")), ("from", named("phone")),
        ("urgency", "urgency"), ("status", "status"), ("promised", local("sla_due_at")), ("person", "person"),
        ("outcome", "outcome"), ("summary", "summary"),
      ]
    case .events:
      [
        ("id", "id"), ("tenant", "tenant"), ("at", local("at")), ("type", "type"), ("ticket", "ticket_id"),
        ("call", "call_id"), ("message", "message_id"), ("detail", "detail"),
      ]
    case .blocklist:
      [
        ("tenant", "tenant"), ("phone", named("phone")), ("reason", "reason"), ("since", local("since")),
        ("until", local("until")),
      ]
    case .optouts: [("tenant", "tenant"), ("phone", named("phone")), ("since", local("since"))]
    case .contacts:
      [
        ("tenant", "tenant"), ("name", "name"), ("phone", "phone"), ("kind", "kind"),
        ("changed", local("updated_at")), ("note", "note"),
      ]
    }
  }

  package var shownKeys: [String] { shownColumns.map(\.key) }

  /// The table, the column `--since` speaks of, and the order of the list: the newest first.
  var source: (table: String, time: String, order: String) {
    switch self {
    case .calls: ("calls", "started_at", "started_at DESC, id DESC")
    case .messages: ("messages", "created_at", "id DESC")
    case .tickets: ("tickets", "updated_at", "id DESC")
    case .events: ("ticket_events", "at", "id DESC")
    case .blocklist: ("blocklist", "since", "since DESC, tenant, phone")
    case .optouts: ("optouts", "since", "since DESC, tenant, phone")
    case .contacts: ("contacts", "updated_at", "updated_at DESC, tenant, phone")
    }
  }

  /// The row is of this number, ?3.
  var isOfPhone: String {
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

  var hasID: Bool { columns.contains { $0.key == "id" } }

  /// How an event names a row of this list.
  var eventColumn: String? {
    switch self {
    case .calls: "call_id"
    case .messages: "message_id"
    case .tickets: "ticket_id"
    case .events, .blocklist, .optouts, .contacts: nil
    }
  }

  /// The columns that `--state` speaks of, and their words; empty where there are none.
  package var states: [(column: String, words: [String])] {
    switch self {
    case .calls:
      [
        ("outcome", CallOutcome.allCases.map(\.rawValue)),
        ("decision", CallDecision.allCases.map(\.rawValue)),
      ]
    case .messages: [("state", MessageState.allCases.map(\.rawValue))]
    case .tickets: [("status", TicketStatus.allCases.map(\.rawValue))]
    case .events, .blocklist, .optouts, .contacts: []
    }
  }
}

/// Which rows of a list are asked for; nil = all.
package struct ListFilter: Sendable {
  package var tenant: String?
  package var since: Timestamp?
  /// E.164.
  package var phone: String?
  /// One of the list's `states`.
  package var state: String?
  package var limit: Int?
  /// Of one row.
  package var id: Int?
  /// Of events: those about this row of another list.
  package var about: (list: ListName, id: Int)?

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
private let shownReason = """
  CASE WHEN reason = 'sent' AND EXISTS (
      SELECT 1 FROM messages AS m WHERE m.call_id = this.id AND m.kind = 'missed_call'
        AND m.state IN ('queued', 'sending', 'failed') AND (m.sent_at IS NULL OR m.held_since IS NOT NULL))
    THEN 'held' ELSE reason END
  """

private func iso(_ column: String) -> String {
  "strftime('%Y-%m-%dT%H:%M:%SZ', \(column) / 1000, 'unixepoch')"
}

/// As somebody at the machine reads it.
private func local(_ column: String) -> String {
  "strftime('%Y-%m-%d %H:%M', \(column) / 1000, 'unixepoch', 'localtime')"
}

/// What the tenant calls the number, else the number.
private func named(_ column: String) -> String {
  """
  coalesce((SELECT nullif(k.name, '') FROM contacts AS k WHERE k.tenant = this.tenant AND k.phone = this.\(column)),
    this.\(column))
  """
}

extension Store {
  /// One JSON object per row, handed over as they are read: a list may be long.
  package func listJSON(_ list: ListName, _ filter: ListFilter = ListFilter(), _ line: (String) -> Void)
    throws
  {
    let pairs = list.columns.map { "'\($0.key)', \($0.sql)" }.joined(separator: ", ")
    try listRows(list, select: "json_object(\(pairs))", filter) { line($0.text(0)) }
  }

  /// The same rows as texts, NULL as "".
  package func listCells(_ list: ListName, _ filter: ListFilter = ListFilter(), _ cells: ([String]) -> Void)
    throws
  {
    try listCells(list, list.columns, filter, cells)
  }

  /// The rows as a terminal shows them, with `shownKeys`.
  package func listShown(_ list: ListName, _ filter: ListFilter, _ cells: ([String]) -> Void) throws {
    try listCells(list, list.shownColumns, filter, cells)
  }

  private func listCells(
    _ list: ListName, _ columns: [(key: String, sql: String)], _ filter: ListFilter,
    _ cells: ([String]) -> Void
  ) throws {
    try listRows(list, select: columns.map(\.sql).joined(separator: ", "), filter) { row in
      cells(columns.indices.map { row.text($0) })
    }
  }

  private func listRows(_ list: ListName, select: String, _ filter: ListFilter, _ body: (Row) -> Void) throws
  {
    let source = list.source
    let isInState = list.states.map { "\($0.column) = ?4" }.joined(separator: " OR ")
    try database.forEach(
      """
      SELECT \(select) FROM \(source.table) AS this
      WHERE (?1 IS NULL OR tenant = ?1) AND (?2 IS NULL OR \(source.time) >= ?2)
        AND (?3 IS NULL OR \(list.isOfPhone)) AND (?4 IS NULL OR \(isInState.isEmpty ? "1" : isInState))
        AND (?6 IS NULL OR \(list.hasID ? filter.about?.list.eventColumn ?? "id" : "1") = ?6)
      ORDER BY \(source.order) LIMIT ?5
      """,
      values: [
        .text(filter.tenant), .time(filter.since), .text(filter.phone), .text(filter.state),
        .integer(filter.limit ?? -1), .integer(filter.about?.id ?? filter.id),
      ], body)
  }
}

extension Store {
  /// What came in from a number, oldest first: one JSON object per message.
  package func repliesJSON(tenant: String, phone: String, _ line: (String) -> Void) throws {
    try database.forEach(
      """
      SELECT json_object('at', \(iso("received_at")), 'sid', message_sid, 'body', body, 'answer', answer,
        'ticket', ticket_id)
      FROM inbound_messages WHERE tenant = ? AND sender = ? ORDER BY received_at, id
      """, values: [.text(tenant), .text(phone)]
    ) { line($0.text(0)) }
  }

  /// What Lookup or a refusal taught about the number, whenever.
  package func learntLineType(phone: String) throws -> LineType? {
    try lineType(phone: phone, since: Timestamp(milliseconds: 0))
  }
}
