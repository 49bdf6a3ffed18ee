// Purge.swift - which rows are older than the retention period. What is taken out of them: Forgetting.swift.
//
// Rows are numbered in the order they came in, so that each table is walked once, in small steps; `purges` says how
// far (and, for `uploads`, when they were last looked through). A row that came in late has a higher number and is reached like all others. Tickets go by their last change:
// an open one is not touched.

import Business
import LocalTime
import SQLite

/// Tables that are walked by their ids.
package enum PurgeList: String, CaseIterable, Sendable {
  case calls, messages
  case inbound = "inbound_messages"
  case events = "ticket_events"
  case alerts

  var time: String {
    switch self {
    case .calls: "started_at"
    case .messages: "created_at"
    case .inbound: "received_at"
    case .events, .alerts: "at"
    }
  }
}

package struct OldRow: Hashable, Sendable {
  package var id: Int
  package var tenant: String
  package var at: Timestamp
}

extension Store {
  /// The next rows older than the cutoff that have not been purged.
  package func oldRows(_ list: PurgeList, before cutoff: Timestamp, limit: Int) throws -> [OldRow] {
    let done = try purged(list.rawValue)
    let rows = try database.rows(
      "SELECT id, tenant, \(list.time) FROM \(list.rawValue) WHERE id > ? ORDER BY id LIMIT ?",
      .integer(done), .integer(limit)
    ) { OldRow(id: $0.integer(0), tenant: $0.text(1), at: $0.timestamp(2)) }
    return Array(rows.prefix { $0.at < cutoff })
  }

  /// Takes what is personal out of the rows and notes how far the walk has come.
  package func purge(_ list: PurgeList, _ rows: [OldRow], at now: Timestamp) throws {
    guard let last = rows.last else { return }
    for row in rows {
      switch list {
      case .calls: try forgetCall(row.id, at: now)
      case .messages: try forgetMessage(row.id, at: now)
      case .inbound: try forgetInbound(row.id, at: now)
      case .events: try forgetEvent(row.id)
      case .alerts: try database.execute("DELETE FROM alerts WHERE id = ?", .integer(row.id))
      }
    }
    try notePurge(list.rawValue, done: last.id)
  }

  private func notePurge(_ list: String, done: Int) throws {
    try database.execute(
      "INSERT INTO purges (list, done) VALUES (?1, ?2) ON CONFLICT (list) DO UPDATE SET done = ?2",
      .text(list), .integer(done))
  }

  private func purged(_ list: String) throws -> Int {
    try database.integer("SELECT done FROM purges WHERE list = ?", .text(list)) ?? 0
  }

  /// When all uploads were last looked through.
  package func uploadsTidied() throws -> Timestamp { Timestamp(seconds: Int64(try purged("uploads"))) }

  package func noteUploadsTidied(at now: Timestamp) throws {
    try write { try notePurge("uploads", done: Int(now.seconds)) }
  }

  /// Finished tickets that nobody has touched since. Returns how many were purged.
  package func purgeTickets(before cutoff: Timestamp, limit: Int, at now: Timestamp) throws -> Int {
    let ids = try database.rows(
      """
      SELECT id FROM tickets WHERE status = 'DONE' AND phone <> 'forgotten' AND updated_at < ?
      ORDER BY updated_at LIMIT ?
      """, .time(cutoff), .integer(limit)
    ) { $0.integer(0) }
    for id in ids { try forgetTicket(id, at: now) }
    return ids.count
  }

  /// What Lookup or a refusal taught so long ago.
  package func purgeLineTypes(before cutoff: Timestamp) throws -> Int {
    try database.execute("DELETE FROM line_types WHERE learned_at < ?", .time(cutoff))
  }

  /// A ticket names this file of `uploads/`, or it is to be erased anyway.
  package func knowsUpload(_ file: String) throws -> Bool {
    try database.integer(
      """
      SELECT EXISTS (SELECT 1 FROM ticket_photos WHERE file = ?1)
        OR EXISTS (SELECT 1 FROM recordings WHERE file = ?1)
      """, .text(file)) == 1
  }
}
