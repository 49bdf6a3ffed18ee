// MessageProgress.swift - how far the SMS of a missed call has come.

import Business
import LocalTime
import SQLite

package struct MessageProgress: Hashable, Sendable {
  package var id: Int
  package var state: MessageState
  package var sender: String
  package var sid: String?
  package var firstDueAt: Timestamp
  /// When Twilio first accepted it.
  package var sentAt: Timestamp?
  package var errorCode: Int?
  /// Why it waits or was given up.
  package var error: String?
}

extension Store {
  /// nil while there is none.
  package func missedCallMessage(call: Int) throws -> MessageProgress? {
    try database.first(
      """
      SELECT id, state, sender, sid, first_due_at, sent_at, error_code, error FROM messages
      WHERE call_id = ? AND kind = 'missed_call'
      """, .integer(call)
    ) { row throws(SQLiteError) in
      MessageProgress(
        id: row.integer(0), state: try row.choice(1), sender: row.text(2),
        sid: row.optionalText(3), firstDueAt: row.timestamp(4), sentAt: row.optionalTimestamp(5),
        errorCode: row.optionalInteger(6), error: row.optionalText(7))
    }
  }
}
