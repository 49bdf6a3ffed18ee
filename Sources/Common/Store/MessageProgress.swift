// MessageProgress.swift - how far the SMS of a missed call has come.

import LocalTime
import Rules
import SQLite

public struct MessageProgress: Hashable, Sendable {
  public var id: Int
  public var state: MessageState
  public var sender: String
  public var sid: String?
  public var firstDueAt: Timestamp
  /// When Twilio first accepted it.
  public var sentAt: Timestamp?
  public var errorCode: Int?
  /// Why it waits or was given up.
  public var error: String?
}

extension Store {
  /// nil while there is none.
  public func missedCallMessage(call: Int) throws -> MessageProgress? {
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
