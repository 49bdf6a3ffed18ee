// InboxTickets.swift - what the tenant's people see: always of one tenant, which every query names.

import Business
import LocalTime
import SQLite

/// A photo of a ticket: a file of ours, or a link at Twilio.
package struct TicketPhoto: Hashable, Sendable {
  package var id: Int
  package var url: String
  package var contentType: String
  /// Path below `uploads/`; nil for a link.
  package var file: String?
}

extension TicketPhoto {
  /// Of the columns id, url, content_type, file.
  init(_ row: Row) {
    id = row.integer(0)
    url = row.text(1)
    contentType = row.text(2)
    file = row.optionalText(3)
  }
}

extension Store {
  /// Open tickets: those that wait for somebody, then those somebody has begun; of each the strangers' forms last, HIGH
  /// first, then by the promise.
  package func openTickets(tenant: String, page: Int) throws -> ListPage<TicketRow> {
    try orderedPage(
      page, of: openTicketCount(tenant: tenant), in: database,
      "SELECT \(TicketRow.columns) FROM tickets WHERE tenant = ? AND status <> 'DONE'",
      order: ["status = 'IN_PROGRESS'", "origin = 'stranger'", "urgency <> 'HIGH'", "sla_due_at", "id"],
      [.text(tenant)], as: TicketRow.init)
  }

  /// Open tickets that nobody else has than this person, by their promise.
  package func openTickets(tenant: String, notOfOthersThan person: String, limit: Int) throws -> [TicketRow] {
    try database.rows(
      """
      SELECT \(TicketRow.columns) FROM tickets
      WHERE tenant = ? AND status <> 'DONE' AND (person IS NULL OR person = ?) ORDER BY sla_due_at, id LIMIT ?
      """, .text(tenant), .text(person), .integer(limit), as: TicketRow.init)
  }

  package func openTicketCount(tenant: String) throws -> Int {
    try database.integer("SELECT count(*) FROM tickets WHERE tenant = ? AND status <> 'DONE'", .text(tenant))
      ?? 0
  }

  /// Open tickets that somebody has begun.
  package func begunTicketCount(tenant: String) throws -> Int {
    try database.integer(
      "SELECT count(*) FROM tickets WHERE tenant = ? AND status <> 'DONE' AND (status = 'IN_PROGRESS') = 1",
      .text(tenant)) ?? 0
  }

  /// Finished tickets, the last first.
  package func doneTickets(tenant: String, page: Int) throws -> ListPage<TicketRow> {
    try snapshot {
      let count = try database.integer("SELECT tickets FROM done_counts WHERE tenant = ?", .text(tenant))
      return try orderedPage(
        page, of: count ?? 0, in: database,
        "SELECT \(TicketRow.columns) FROM tickets WHERE tenant = ? AND status = 'DONE' AND phone <> 'forgotten'",
        order: ["updated_at DESC", "id DESC"], [.text(tenant)], as: TicketRow.init)
    }
  }

  /// Tickets in whose number, name, words, notes or messages everything looked for stands, the newest first.
  ///
  /// Reads all of the tenant's: no index holds every part of every word, and 100,000 take some 60 ms. Only
  /// staff who are signed in can ask for it.
  package func findTickets(tenant: String, _ search: Search, page: Int) throws -> ListPage<TicketRow> {
    try snapshot {
      var search = search
      let named = Set(try contacts(tenant: tenant, matching: &search).map(\.phone))
      var said: Set<Int> = []
      let nothing = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
      // What people noted, what callers wrote, what they were answered.
      for sql in [
        "SELECT ticket_id, words FROM ticket_events WHERE tenant = ? AND words IS NOT NULL",
        "SELECT ticket_id, body FROM inbound_messages WHERE tenant = ? AND ticket_id IS NOT NULL",
        "SELECT ticket_id, body FROM messages WHERE tenant = ? AND author IS NOT NULL",
      ] {
        try database.forEach(sql, values: [.text(tenant)]) { row in
          if row.withText(1, { search.finds(number: nothing, text: $0) }) { said.insert(row.integer(0)) }
        }
      }
      var found: [Int] = []
      try database.forEach(
        """
        SELECT id, phone, summary FROM tickets WHERE tenant = ? AND phone <> 'forgotten'
        ORDER BY created_at DESC, id DESC
        """, values: [.text(tenant)]
      ) { row in
        let isHit = row.withText(1) { number in
          row.withText(2) { search.finds(number: number, text: $0) }
        }
        if isHit || said.contains(row.integer(0)) || (!named.isEmpty && named.contains(row.text(1))) {
          found.append(row.integer(0))
        }
      }
      return try listPage(page, of: found.count) { size, offset in
        try found[offset..<min(offset + size, found.count)].compactMap { try ticket(id: $0, tenant: tenant) }
      }
    }
  }

  /// Numbers that have a name or were missed since then, and in whose number, name or note everything looked for
  /// stands: those with a name first.
  package func findNumbers(tenant: String, _ search: Search, missedSince: Timestamp, page: Int) throws
    -> ListPage<(phone: String, name: String)>
  {
    try snapshot {
      var search = search
      let named = try contacts(tenant: tenant, matching: &search)
      var found = named
      var known = Set(named.map(\.phone))
      let nothing = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
      try database.forEach(
        """
        SELECT caller FROM calls
        WHERE tenant = ? AND outcome = 'missed' AND started_at >= ? AND \(Store.isNumber) ORDER BY started_at DESC
        """, values: [.text(tenant), .time(missedSince)]
      ) { row in
        guard row.withText(0, { search.finds(number: $0, text: nothing) }) else { return }
        let phone = row.text(0)
        if known.insert(phone).inserted { found.append((phone, "")) }
      }
      return listPage(page, of: found.count) { size, offset in
        Array(found[offset..<min(offset + size, found.count)])
      }
    }
  }

  private func contacts(tenant: String, matching search: inout Search) throws -> [(
    phone: String, name: String
  )] {
    var found: [(phone: String, name: String)] = []
    try database.forEach(
      "SELECT phone, name || ' ' || note, name FROM contacts WHERE tenant = ? ORDER BY name, phone",
      values: [.text(tenant)]
    ) { row in
      let isHit = row.withText(0) { number in row.withText(1) { search.finds(number: number, text: $0) } }
      if isHit { found.append((row.text(0), row.text(2))) }
    }
    return found
  }

  /// nil for another tenant's ticket.
  package func ticket(id: Int, tenant: String) throws -> TicketRow? {
    try database.first(
      "SELECT \(TicketRow.columns) FROM tickets WHERE id = ? AND tenant = ?", .integer(id), .text(tenant),
      as: TicketRow.init)
  }

  /// By their tickets, in the order they came.
  package func photos(tickets: [Int]) throws -> [Int: [TicketPhoto]] {
    var photos: [Int: [TicketPhoto]] = [:]
    for places in ListPlaces(tickets.map { .integer($0) }) {
      try database.forEach(
        """
        SELECT id, url, content_type, file, ticket_id FROM ticket_photos WHERE ticket_id IN (\(ListPlaces.sql))
        ORDER BY ticket_id, id
        """, values: places
      ) { photos[$0.integer(4), default: []].append(TicketPhoto($0)) }
    }
    return photos
  }

  package func photos(ticket: Int) throws -> [TicketPhoto] {
    try database.rows(
      "SELECT id, url, content_type, file FROM ticket_photos WHERE ticket_id = ? ORDER BY id",
      .integer(ticket), as: TicketPhoto.init)
  }

  /// A photo, its ticket, and which of the ticket's photos it is, from 1 on; nil for one of another tenant.
  package func photo(id: Int, tenant: String) throws -> (photo: TicketPhoto, ticket: Int, place: Int)? {
    try database.first(
      """
      SELECT p.id, p.url, p.content_type, p.file, p.ticket_id,
        (SELECT count(*) FROM ticket_photos AS o WHERE o.ticket_id = p.ticket_id AND o.id <= p.id)
      FROM ticket_photos AS p JOIN tickets AS t ON t.id = p.ticket_id WHERE p.id = ? AND t.tenant = ?
      """, .integer(id), .text(tenant)
    ) {
      (
        TicketPhoto($0), $0.integer(4), $0.integer(5)
      )
    }
  }

  package func addUpload(ticket: Int, file: String, contentType: String, at now: Timestamp) throws {
    try database.execute(
      "INSERT INTO ticket_photos (ticket_id, url, content_type, created_at, file) VALUES (?1, ?2, ?3, ?4, ?5)",
      .integer(ticket), .text("uploads/\(file)"), .text(contentType), .time(now), .text(file))
  }

  /// The text of the event with this key; nil when there is none.
  package func detail(ofEvent onceKey: String) throws -> String? {
    try database.first("SELECT detail FROM ticket_events WHERE once_key = ?", .text(onceKey)) { $0.text(0) }
  }

  /// The ticket that a wizard form made; nil when the form is new.
  package func ticket(ofEvent onceKey: String) throws -> TicketRow? {
    guard
      let id = try database.integer("SELECT ticket_id FROM ticket_events WHERE once_key = ?", .text(onceKey))
    else { return nil }
    return try ticket(id: id)
  }
}
