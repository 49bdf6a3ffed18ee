// ForgottenRows.swift - everything the database knows of one number, over all tenants. For the operator's command:
// some of it is found by reading whole tables, before the transaction that writes.

import Business
import LocalTime
import SQLite

/// What was forgotten, in numbers.
package struct ForgottenRows: Hashable, Sendable {
  package var calls = 0
  package var messages = 0
  package var replies = 0
  package var tickets = 0
  package var photos = 0
  /// Texts of others, alerts and log entries that named the number.
  package var mentions = 0
  /// Entries of the block list, of what was learnt about the line, of rate limits and of the inbox's access.
  package var entries = 0
  /// Opt-outs, which stay.
  package var optOuts = 0

  package var isEmpty: Bool { calls + messages + replies + tickets + photos + mentions + entries == 0 }

  package init() {}
}

/// A text that names the number in a row that is about somebody else.
package struct NumberMention: Hashable, Sendable {
  let place: MentionPlace
  let id: Int
}

/// A column of free text.
enum MentionPlace: String, CaseIterable, Sendable {
  case ticket = "tickets.summary"
  case inbound = "inbound_messages.body"
  case body = "messages.body"
  case subject = "messages.subject"
  case error = "messages.error"
  case alert = "alerts.detail"
  case event = "ticket_events.detail"
  case words = "ticket_events.words"

  var table: Substring { rawValue.prefix { $0 != "." } }
  var column: Substring { rawValue.split(separator: ".")[1] }
}

extension Store {
  /// Whether a row is of the number: tells which of several numbers an operator means. May read whole tables.
  package func isKnown(_ phone: String) throws -> Bool {
    let places = [
      ("calls", "caller"), ("tickets", "phone"), ("messages", "recipient"), ("inbound_messages", "sender"),
      ("blocklist", "phone"), ("optouts", "phone"), ("contacts", "phone"),
    ]
    return try places.contains { table, column in
      try database.integer("SELECT 1 FROM \(table) WHERE \(column) = ? LIMIT 1", .text(phone)) != nil
    }
  }

  /// Gives up what has not left yet, and decides what waits. Returns how many requests to the number may be under
  /// way at this moment.
  package func stopWaiting(for phone: String, at now: Timestamp) throws -> Int {
    for call in try calls(of: phone) {
      if try decideSkip(ifWaiting: call, reason: .withheld, at: now), let row = try self.call(id: call) {
        try logEvent(
          .decisionSkipped, tenant: row.tenant, call: call, detail: Reason.withheld.code, at: now)
      }
    }
    var underWay = 0
    for id in try messages(to: phone, ofCallers: true) + callbacks(to: phone) {
      guard let row = try message(id: id) else { continue }
      if row.state == .sending { underWay += 1 }
      if row.state == .queued || row.state == .failed {
        try markDead(row, code: nil, error: "the number was forgotten", at: now)
      }
    }
    return underWay
  }

  /// Texts of others that name the number. Reads whole tables and holds nobody up.
  package func mentions(of spellings: NumberSpellings) throws -> [NumberMention] {
    try MentionPlace.allCases.flatMap { place in
      var found: [NumberMention] = []
      try database.forEach(
        "SELECT id, \(place.column) FROM \(place.table) WHERE instr(\(place.column), ?) > 0",
        values: [.text(spellings.lastDigits)]
      ) { row in
        if spellings.occurs(in: row.text(1)) { found.append(NumberMention(place: place, id: row.integer(0))) }
      }
      return found
    }
  }

  /// Forgets the number, in the caller's transaction.
  /// - Parameters:
  ///   - isOurs: the number is a tenant's or one of its people's: what those were told stays.
  ///   - rateKeys: keys of rate limits that were made of the number.
  package func forget(
    _ phone: PhoneNumber, isOurs: Bool, mentions: [NumberMention], rateKeys: [String], at now: Timestamp
  ) throws -> ForgottenRows {
    let number = phone.e164
    var rows = ForgottenRows()
    // Tickets before calls: they find the call they came from by the number.
    for id in try database.rows(
      "SELECT id FROM tickets WHERE phone = ?", .text(number), as: { $0.integer(0) })
    {
      rows.photos += try forgetTicket(id, at: now)
      rows.tickets += 1
    }
    for id in try messages(to: number, ofCallers: isOurs) {
      try forgetMessage(id, at: now)
      rows.messages += 1
    }
    for tenant in try tenants(in: "inbound_messages") {
      for id in try database.rows(
        "SELECT id FROM inbound_messages WHERE tenant = ? AND sender = ?", .text(tenant), .text(number),
        as: { $0.integer(0) })
      {
        try forgetInbound(id, at: now)
        rows.replies += 1
      }
    }
    for id in try webhooks(about: number) {
      try forgetMessage(id, keepsRecipient: true, at: now)
      rows.messages += 1
    }
    for id in try calls(of: number) {
      try forgetCall(id, at: now)
      rows.calls += 1
    }
    // What was said to those who called it back; a request's own are gone with it.
    for id in try callbacks(to: number) { try forgetMessage(id, keepsRecipient: true, at: now) }
    let spellings = NumberSpellings(phone)
    for mention in mentions where try mask(mention, spellings, isOurs: isOurs, at: now) { rows.mentions += 1 }
    rows.mentions += try forgetLinksOpened(number)
    rows.entries += try forgetEntries(number, isOurs: isOurs, rateKeys: rateKeys)
    rows.optOuts = try database.integer("SELECT count(*) FROM optouts WHERE phone = ?", .text(number)) ?? 0
    if !rows.isEmpty { try queueErasure(.compact, at: now) }
    return rows
  }

  private func mask(_ mention: NumberMention, _ spellings: NumberSpellings, isOurs: Bool, at now: Timestamp)
    throws -> Bool
  {
    // Who of a tenant's people did what is theirs.
    if isOurs && (mention.place == .event || mention.place == .alert) { return false }
    let (table, column) = (mention.place.table, mention.place.column)
    let text = try database.first("SELECT \(column) FROM \(table) WHERE id = ?", .integer(mention.id)) {
      $0.text(0)
    }
    guard let masked = text.flatMap({ spellings.masked($0) }) else { return false }
    try database.execute(
      "UPDATE \(table) SET \(column) = ?2 WHERE id = ?1", .integer(mention.id), .text(masked))
    if mention.place == .body, let row = try message(id: mention.id), row.channel == .sms {
      for sid in try sids(ofMessage: row.id) {
        try queueErasure(.message, tenant: row.tenant, target: sid, at: now)
      }
    }
    return true
  }

  /// `link:TENANT:NUMBER:DAY`: once opened is enough to know.
  private func forgetLinksOpened(_ number: String) throws -> Int {
    var count = 0
    for tenant in try tenants(in: "calls") + tenants(in: "tickets") {
      let prefix = "link:\(tenant):\(number)"
      count += try database.execute(
        "UPDATE ticket_events SET once_key = NULL WHERE once_key >= ? AND once_key < ?",
        .text(prefix + ":"), .text(prefix + ";"))
    }
    return count
  }

  private func forgetEntries(_ number: String, isOurs: Bool, rateKeys: [String]) throws -> Int {
    var count = try database.execute("DELETE FROM blocklist WHERE phone = ?", .text(number))
    count += try database.execute("DELETE FROM line_types WHERE phone = ?", .text(number))
    count += try database.execute("DELETE FROM contacts WHERE phone = ?", .text(number))
    count += try database.execute("UPDATE ticket_events SET phone = NULL WHERE phone = ?", .text(number))
    for key in rateKeys { count += try database.execute("DELETE FROM rate_hits WHERE key = ?", .text(key)) }
    guard !isOurs else { return count }
    count += try database.execute("DELETE FROM ticket_notices WHERE recipient = ?", .text(number))
    count += try database.execute("DELETE FROM inbox_links WHERE person = ?", .text(number))
    count += try database.execute("DELETE FROM inbox_sessions WHERE person = ?", .text(number))
    return count
  }

  private func calls(of number: String) throws -> [Int] {
    try tenants(in: "calls").flatMap { tenant in
      try database.rows(
        "SELECT id FROM calls WHERE tenant = ? AND caller = ?", .text(tenant), .text(number)
      ) { $0.integer(0) }
    }
  }

  /// Calls of the tenants' people who wanted to be connected with the number.
  private func callbacks(to number: String) throws -> [Int] {
    try tenants(in: "calls").flatMap { tenant in
      try database.rows(
        """
        SELECT message_id FROM ticket_events
        WHERE tenant = ? AND phone = ? AND type = 'callback_asked' AND message_id IS NOT NULL
        """, .text(tenant), .text(number)
      ) { $0.integer(0) }
    }
  }

  private func messages(to number: String, ofCallers: Bool) throws -> [Int] {
    try database.rows(
      """
      SELECT id FROM messages
      WHERE recipient = ? AND (NOT ? OR kind IN (\(Store.list(Store.kindsToCallers.map(\.rawValue)))))
      """, .text(number), .boolean(ofCallers)
    ) { $0.integer(0) }
  }

  /// What other programs were told of the number: the whole row, since it is of nobody else.
  private func webhooks(about number: String) throws -> [Int] {
    try database.rows(
      "SELECT id FROM messages WHERE channel = 'webhook' AND instr(body, ?) > 0", .text("\"\(number)\"")
    ) { $0.integer(0) }
  }

  /// The tenants with rows in a table, configured or not: one step of its index each.
  private func tenants(in table: String) throws -> [String] {
    try database.rows(
      """
      WITH RECURSIVE known(tenant) AS (
        SELECT min(tenant) FROM \(table)
        UNION ALL SELECT (SELECT min(tenant) FROM \(table) WHERE tenant > known.tenant) FROM known
          WHERE known.tenant IS NOT NULL)
      SELECT tenant FROM known WHERE tenant IS NOT NULL
      """
    ) { $0.text(0) }
  }
}
