// InboxTickets.swift - what the tenant's people see: always of one tenant, which every query names.

import LocalTime
import Rules
import SQLite

/// A photo of a ticket: a file of ours, or a link at Twilio.
public struct TicketPhoto: Hashable, Sendable {
  public var id: Int
  public var url: String
  public var contentType: String
  /// Path below `uploads/`; nil for a link.
  public var file: String?
}

/// A line of a ticket's history.
public struct TicketHistoryLine: Hashable, Sendable {
  public var type: String
  public var detail: String
  public var at: Timestamp
}

extension Store {
  /// Open tickets, HIGH first, then by the time left.
  public func openTickets(tenant: String, limit: Int = 200) throws -> [TicketRow] {
    try database.rows(
      """
      SELECT \(TicketRow.columns) FROM tickets WHERE tenant = ? AND status <> 'DONE'
      ORDER BY urgency = 'HIGH' DESC, sla_due_at, id LIMIT ?
      """, .text(tenant), .integer(limit), as: TicketRow.init)
  }

  /// Tickets finished since `oldest`, the last first.
  public func doneTickets(tenant: String, since oldest: Timestamp, limit: Int = 200) throws -> [TicketRow] {
    try database.rows(
      """
      SELECT \(TicketRow.columns) FROM tickets
      WHERE tenant = ? AND status = 'DONE' AND updated_at >= ? ORDER BY updated_at DESC LIMIT ?
      """, .text(tenant), .time(oldest), .integer(limit), as: TicketRow.init)
  }

  /// Tickets whose number ends in these digits, the newest first. Less than three digits find nothing.
  public func findTickets(tenant: String, digits: String, limit: Int = 50) throws -> [TicketRow] {
    guard digits.count >= 3, digits.utf8.allSatisfy({ 48...57 ~= $0 }) else { return [] }
    return try database.rows(
      """
      SELECT \(TicketRow.columns) FROM tickets
      WHERE tenant = ? AND phone LIKE '%' || ? ORDER BY created_at DESC LIMIT ?
      """, .text(tenant), .text(digits), .integer(limit), as: TicketRow.init)
  }

  /// nil for another tenant's ticket.
  public func ticket(id: Int, tenant: String) throws -> TicketRow? {
    try database.first(
      "SELECT \(TicketRow.columns) FROM tickets WHERE id = ? AND tenant = ?", .integer(id), .text(tenant),
      as: TicketRow.init)
  }

  public func photos(ticket: Int) throws -> [TicketPhoto] {
    try database.rows(
      "SELECT id, url, content_type, file FROM ticket_photos WHERE ticket_id = ? ORDER BY id",
      .integer(ticket)
    ) { TicketPhoto(id: $0.integer(0), url: $0.text(1), contentType: $0.text(2), file: $0.optionalText(3)) }
  }

  /// nil for a photo of another tenant.
  public func photo(id: Int, tenant: String) throws -> TicketPhoto? {
    try database.first(
      """
      SELECT p.id, p.url, p.content_type, p.file FROM ticket_photos AS p JOIN tickets AS t ON t.id = p.ticket_id
      WHERE p.id = ? AND t.tenant = ?
      """, .integer(id), .text(tenant)
    ) { TicketPhoto(id: $0.integer(0), url: $0.text(1), contentType: $0.text(2), file: $0.optionalText(3)) }
  }

  public func addUpload(ticket: Int, file: String, contentType: String, at now: Timestamp) throws {
    try database.execute(
      "INSERT INTO ticket_photos (ticket_id, url, content_type, created_at, file) VALUES (?1, ?2, ?3, ?4, ?5)",
      .integer(ticket), .text("uploads/\(file)"), .text(contentType), .time(now), .text(file))
  }

  public func history(ticket: Int, limit: Int = 100) throws -> [TicketHistoryLine] {
    try database.rows(
      "SELECT type, detail, at FROM ticket_events WHERE ticket_id = ? ORDER BY id LIMIT ?", .integer(ticket),
      .integer(limit)
    ) { TicketHistoryLine(type: $0.text(0), detail: $0.text(1), at: $0.timestamp(2)) }
  }

  /// The text of the event with this key; nil when there is none.
  public func detail(ofEvent onceKey: String) throws -> String? {
    try database.first("SELECT detail FROM ticket_events WHERE once_key = ?", .text(onceKey)) { $0.text(0) }
  }

  /// The ticket that a wizard form made; nil when the form is new.
  public func ticket(ofEvent onceKey: String) throws -> TicketRow? {
    guard
      let id = try database.integer("SELECT ticket_id FROM ticket_events WHERE once_key = ?", .text(onceKey))
    else { return nil }
    return try ticket(id: id)
  }

  // MARK: rate limits

  /// Counts a hit; false, and not counted, when there were `limit` within the last `seconds` already.
  public func takeRate(key: String, limit: Int, seconds: Int, at now: Timestamp) throws -> Bool {
    try write {
      let oldest = now.adding(seconds: -seconds)
      let hits =
        try database.integer(
          "SELECT count(*) FROM rate_hits WHERE key = ? AND at > ?", .text(key), .time(oldest)) ?? 0
      guard hits < limit else { return false }
      try database.execute("INSERT INTO rate_hits (key, at) VALUES (?, ?)", .text(key), .time(now))
      return true
    }
  }

  /// When a rate that `takeRate` refused has room again: once the hit that fills it is out of the window.
  public func rateFrees(key: String, limit: Int, seconds: Int, at now: Timestamp) throws -> Timestamp {
    let filling = try database.first(
      "SELECT at FROM rate_hits WHERE key = ? AND at > ? ORDER BY at DESC LIMIT 1 OFFSET ?",
      .text(key), .time(now.adding(seconds: -seconds)), .integer(limit - 1)
    ) { $0.timestamp(0) }
    return (filling ?? now).adding(seconds: seconds)
  }

  public func purgeRates(at now: Timestamp) throws {
    try database.execute("DELETE FROM rate_hits WHERE at < ?", .time(now.adding(days: -1)))
  }
}
