// HeldRows.swift - everything the database holds about one number, over all tenants: what `forget` would take out, and
// what it leaves. For the operator's command; reads whole tables and holds nobody up.
//
// A table's columns are taken from the database, so that a new one is disclosed unless it is named here as left out.

import Business
import LocalTime
import SQLite

/// A table with rows about a person.
package enum HeldTable: String, CaseIterable, Sendable {
  case contacts, calls
  case inbound = "inbound_messages"
  case messages, tickets
  case photos = "ticket_photos"
  case recordings
  case events = "ticket_events"
  case notices = "ticket_notices"
  case blocklist, optouts
  case lineTypes = "line_types"
  case rateHits = "rate_hits"
  case links = "inbox_links"
  case sessions = "inbox_sessions"

  /// Our own machinery (when something is tried next, whose share it draws from), and secrets.
  fileprivate var leftOut: Set<String> {
    switch self {
    case .calls: ["look_at"]
    case .tickets: ["escalate_at", "escalations", "folded"]
    case .messages:
      [
        "postponements", "expires_at", "claimed_at", "unknown_since", "status_rank", "checked_at",
        "held_since", "budget", "folded", "attachments", "counted",
      ]
    case .recordings: ["look_at", "attempts"]
    case .inbound: ["price_look_at"]
    case .rateHits: ["id", "key"]
    case .links, .sessions: ["hash"]
    case .contacts, .photos, .events, .notices, .blocklist, .optouts, .lineTypes: []
    }
  }

  /// What is said in a column's place, and columns that are added: of others only that they are staff, and no texts
  /// about others. ?1 is the number.
  fileprivate var instead: [(column: String, sql: String)] {
    let ofTicket = "(SELECT t.tenant FROM tickets AS t WHERE t.id = ticket_id)"
    let isMine = """
      (recipient = ?1 AND \(HeldTable.goesToCaller) OR ticket_id IN (\(HeldTable.ownTickets))
        OR id IN (\(HeldTable.callbacks)) OR \(HeldTable.tellsOthers))
      """
    return switch self {
    case .tickets: [("person", HeldTable.staff("person")), ("amount", "amount / 100.0")]
    case .messages:
      [
        ("author", HeldTable.staff("author")),
        (
          // Whom else it was told: the host, since the rest of the address may be a secret.
          "recipient",
          """
          CASE WHEN recipient = ?1 THEN recipient
            WHEN channel IN ('webhook', 'ntfy') THEN rtrim(substr(recipient, 1, instr(substr(recipient, 9) || '/', '/') + 8), '/')
            ELSE 'staff' END
          """
        ),
        ("body", "iif(\(isMine) AND folded = 0, body, '')"),
        ("subject", "iif(\(isMine) AND folded = 0, subject, NULL)"),
        ("once_key", "iif(instr(once_key, ?1) > 0, once_key, NULL)"),
      ]
    case .inbound: [("sender", "iif(sender = ?1, sender, 'staff')")]
    case .photos: [("tenant", ofTicket)]
    case .notices: [("tenant", ofTicket), ("recipient", "iif(recipient = ?1, recipient, 'staff')")]
    case .events:
      [
        (
          "detail",
          """
          CASE
            WHEN type IN (\(Store.list(HeldTable.namesPerson.map(\.rawValue)))) THEN 'staff'
            WHEN type IN (\(Store.list(HeldTable.namesRung.map(\.rawValue)))) AND instr(detail, ' > ') > 0
              THEN 'staff' || substr(detail, instr(detail, ' > '))
            WHEN type IN ('number_blocked', 'number_unblocked') AND detail NOT IN ('spam', 'manual', 'time is over')
              THEN 'staff'
            WHEN instr(detail, ' by ') > 0 THEN substr(detail, 1, instr(detail, ' by ')) || 'by staff'
            ELSE detail END
          """
        ), ("once_key", "iif(instr(once_key, ?1) > 0, once_key, NULL)"),
      ]
    case .contacts, .calls, .recordings, .blocklist, .optouts, .lineTypes, .rateHits, .links, .sessions: []
    }
  }

  /// Events whose detail says who did it.
  private static let namesPerson: [EventType] = [
    .inboxOpened, .ticketStarted, .ticketDone, .ticketReopened, .ticketNote, .ticketAssigned, .ticketAnswered,
    .callHandled, .contactNamed, .numberPrivate, .numberPublic, .callbackAsked, .callbackKey,
  ]
  /// Another program was told of the number.
  private static let tellsOthers = "(channel = 'webhook' AND instr(body, '\"' || ?1 || '\"') > 0)"
  private static let ownTickets = "SELECT id FROM tickets WHERE phone = ?1"
  /// Calls of people who wanted to be connected with the number.
  private static let callbacks =
    "SELECT message_id FROM ticket_events WHERE phone = ?1 AND type = 'callback_asked'"
  /// Events whose detail says who was rung, and behind ` > ` what came of it.
  private static let namesRung: [EventType] = [
    .pageAnswered, .pageUnanswered, .callConnected, .callbackFailed,
  ]
  private static let goesToCaller = "kind IN (\(Store.list(Store.kindsToCallers.map(\.rawValue))))"
  private static func staff(_ column: String) -> String { "iif(\(column) IS NULL, NULL, 'staff')" }

  /// Whose a row is. ?1 is the number, ?2 whether it is ours, ?3 the keys of rate limits as a JSON array.
  fileprivate var isOfNumber: String {
    switch self {
    case .contacts, .blocklist, .optouts, .lineTypes, .tickets: "phone = ?1"
    case .calls: "caller = ?1"
    case .inbound: "sender = ?1 OR about_ticket_id IN (\(HeldTable.ownTickets))"
    case .messages:
      """
      (recipient = ?1 AND (NOT ?2 OR \(HeldTable.goesToCaller))) OR ticket_id IN (\(HeldTable.ownTickets))
        OR id IN (\(HeldTable.callbacks)) OR \(HeldTable.tellsOthers)
      """
    case .photos, .recordings: "ticket_id IN (\(HeldTable.ownTickets))"
    case .events:
      """
      phone = ?1 OR ticket_id IN (\(HeldTable.ownTickets)) OR call_id IN (SELECT id FROM calls WHERE caller = ?1)
        OR message_id IN (SELECT id FROM messages WHERE recipient = ?1 AND \(HeldTable.goesToCaller))
        OR once_key LIKE 'link:%:' || ?1 || ':%'
      """
    case .notices: "ticket_id IN (\(HeldTable.ownTickets)) OR (NOT ?2 AND recipient = ?1)"
    case .rateHits: "key IN (SELECT value FROM json_each(?3))"
    case .links, .sessions: "NOT ?2 AND person = ?1"
    }
  }

  /// By which its rows are ordered.
  package var time: String {
    switch self {
    case .contacts: "updated_at"
    case .calls: "started_at"
    case .inbound: "received_at"
    case .messages, .tickets, .photos, .recordings, .links, .sessions: "created_at"
    case .events, .notices, .rateHits: "at"
    case .blocklist, .optouts: "since"
    case .lineTypes: "learned_at"
    }
  }

  /// Columns that hold milliseconds.
  package static func isTime(_ column: String) -> Bool {
    column.hasSuffix("_at") || column.hasSuffix("until") || ["at", "since"].contains(column)
  }
}

extension Store {
  /// A table's rows about a number, the oldest first, as JSON objects of its columns; times are ISO 8601 in UTC.
  /// - Parameters:
  ///   - isOurs: the number is a tenant's or one of its people's: what those were told is about others.
  ///   - rateKeys: keys of rate limits that were made of the number.
  package func held(_ table: HeldTable, of phone: PhoneNumber, isOurs: Bool, rateKeys: [String]) throws
    -> [String]
  {
    let columns = try database.rows(
      "SELECT name FROM pragma_table_info(?)", .text(table.rawValue), as: { $0.text(0) })
    let instead = table.instead
    let pairs =
      columns.filter { column in
        !table.leftOut.contains(column) && !instead.contains { $0.column == column }
      }
      .map { ($0, HeldTable.isTime($0) ? iso($0) : $0) } + instead.map { ($0.column, $0.sql) }
    let keys = "[" + rateKeys.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    return try database.rows(
      """
      SELECT json_object(\(pairs.map { "'\($0.0)', \($0.1)" }.joined(separator: ", "))) FROM \(table.rawValue)
      WHERE (\(table.isOfNumber)) AND (?2 = ?2 AND ?3 = ?3) ORDER BY \(table.time)
      """, .text(phone.e164), .boolean(isOurs), .text(keys)
    ) { $0.text(0) }
  }

  /// Texts about others that name the number, alerts too: where they stand, when they came, and the number as it stands
  /// there, nothing else of them. JSON objects.
  package func heldMentions(of spellings: NumberSpellings) throws -> [String] {
    try mentions(of: spellings).compactMap { mention in
      let (table, column) = (mention.place.table, mention.place.column)
      let text = try database.first("SELECT \(column) FROM \(table) WHERE id = ?", .integer(mention.id)) {
        Array($0.text(0).utf8)
      }
      guard let text else { return nil }
      let words = spellings.ranges(in: text).map { String(decoding: text[$0], as: UTF8.self) }
      return try database.first(
        """
        SELECT json_object('table', ?2, 'column', ?3, 'id', id, 'tenant', tenant, 'at', \(iso(mention.place.time)),
          'words', ?4) FROM \(table) WHERE id = ?1
        """, .integer(mention.id), .text(String(table)), .text(String(column)),
        .text(words.joined(separator: ", "))
      ) { $0.text(0) }
    }
  }
}

extension MentionPlace {
  fileprivate var time: String {
    switch self {
    case .ticket, .body, .subject, .error: "created_at"
    case .inbound: "received_at"
    case .alert, .event, .words: "at"
    }
  }
}
