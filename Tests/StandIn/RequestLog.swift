// RequestLog.swift - what was asked of the stand-in, for tests that count.

import LocalTime
import SQLite

/// One request of the API.
package struct LoggedRequest: Sendable {
  package var id: Int
  package var at: Timestamp
  package var method: String
  package var path: String
  package var query: String
  package var form: Parameters
  /// As answered, whether or not the answer arrived.
  package var status: Int
  /// `messages.create` and so on; empty for an unknown address.
  package var action: String
  /// `To`, or the number looked up.
  package var recipient: String?
  /// The planned fault that hit it.
  package var fault: String?
}

extension StandIn {
  /// All requests, oldest first; `action` and `to` narrow them down.
  package func requests(_ action: String? = nil, to recipient: String? = nil) throws -> [LoggedRequest] {
    try database.rows(
      """
      SELECT id, at, method, path, query, form, status, action, recipient, fault FROM requests
      WHERE (?1 IS NULL OR action = ?1) AND (?2 IS NULL OR recipient = ?2) ORDER BY id
      """, .text(action), .text(recipient),
      as: { row in
        LoggedRequest(
          id: row.integer(0), at: Timestamp(milliseconds: Int64(row.integer(1))), method: row.text(2),
          path: row.text(3), query: row.text(4), form: FormCoding.decode(row.text(5)),
          status: row.integer(6), action: row.text(7), recipient: row.optionalText(8),
          fault: row.optionalText(9))
      })
  }
}
