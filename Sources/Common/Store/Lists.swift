// Lists.swift - the rows of `opsfabric list`, as JSON made by SQLite with exactly the keys of spec section 7.

import LocalTime
import SQLite

/// What `opsfabric list` can list.
package enum ListName: String, CaseIterable, Sendable {
  case calls, messages, tickets, events, blocklist, optouts

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
    }
  }

  package var keys: [String] { columns.map(\.key) }

  /// The table, the column `--since` speaks of, and the order of the list.
  var source: (table: String, time: String, order: String) {
    switch self {
    case .calls: ("calls", "started_at", "started_at, id")
    case .messages: ("messages", "created_at", "id")
    case .tickets: ("tickets", "updated_at", "id")
    case .events: ("ticket_events", "at", "id")
    case .blocklist: ("blocklist", "since", "tenant, phone")
    case .optouts: ("optouts", "since", "tenant, phone")
    }
  }
}

/// `held` as long as the SMS that was decided waits: Twilio has not taken it, or gave it back because of us.
private let shownReason = """
  CASE WHEN reason = 'sent' AND EXISTS (
      SELECT 1 FROM messages AS m WHERE m.call_id = calls.id AND m.kind = 'missed_call'
        AND m.state IN ('queued', 'sending', 'failed') AND (m.sent_at IS NULL OR m.held_since IS NOT NULL))
    THEN 'held' ELSE reason END
  """

private func iso(_ column: String) -> String {
  "strftime('%Y-%m-%dT%H:%M:%SZ', \(column) / 1000, 'unixepoch')"
}

extension Store {
  /// One JSON object per row, handed over as they are read: a list may be long.
  package func listJSON(
    _ list: ListName, tenant: String?, since: Timestamp?, _ line: (String) -> Void
  ) throws {
    let pairs = list.columns.map { "'\($0.key)', \($0.sql)" }.joined(separator: ", ")
    try listRows(list, select: "json_object(\(pairs))", tenant: tenant, since: since) { line($0.text(0)) }
  }

  /// The same rows as texts, NULL as "".
  package func listCells(
    _ list: ListName, tenant: String?, since: Timestamp?, _ cells: ([String]) -> Void
  ) throws {
    let columns = list.columns
    try listRows(list, select: columns.map(\.sql).joined(separator: ", "), tenant: tenant, since: since) {
      row in
      cells(columns.indices.map { row.text($0) })
    }
  }

  private func listRows(
    _ list: ListName, select: String, tenant: String?, since: Timestamp?, _ body: (Row) -> Void
  ) throws {
    let source = list.source
    try database.forEach(
      """
      SELECT \(select) FROM \(source.table)
      WHERE (?1 IS NULL OR tenant = ?1) AND (?2 IS NULL OR \(source.time) >= ?2) ORDER BY \(source.order)
      """, values: [.text(tenant), .time(since)], body)
  }
}
