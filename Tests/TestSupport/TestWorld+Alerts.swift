// TestWorld+Alerts.swift - what the operator was alerted of, each time.

import LocalTime
import SQLite

package struct RaisedAlert: Hashable, Sendable {
  package var cause: String
  package var tenant: String?
  package var detail: String
  package var at: Timestamp
}

extension TestWorld {
  /// The newest first, open and solved ones.
  package func alerts(since oldest: Timestamp) throws -> [RaisedAlert] {
    let database = try Database(path: home.database, access: .readOnly)
    return try database.rows(
      "SELECT cause, tenant, detail, at FROM alerts WHERE at >= ? ORDER BY at DESC",
      .integer(oldest.milliseconds)
    ) { row in
      RaisedAlert(
        cause: row.text(0), tenant: row.optionalText(1), detail: row.text(2),
        at: Timestamp(milliseconds: Int64(row.integer(3))))
    }
  }
}
