// Recordings.swift - the table `recordings`: voice messages, one row a call, from the webhook to the file.
//
// waiting -> stored | lost. See docs/state-machines.md.

import Business
import LocalTime
import SQLite

/// A voice message.
package struct RecordingRow: Hashable, Sendable {
  package var id: Int
  package var tenant: String
  package var callID: Int
  package var ticketID: Int
  /// Twilio's; nil where the caller said nothing.
  package var sid: String?
  package var seconds: Int
  package var state: RecordingState
  /// Below `uploads/`, once it is stored.
  package var file: String?
  /// Fetches that failed.
  package var attempts: Int
  package var createdAt: Timestamp

  static let columns =
    "id, tenant, call_id, ticket_id, recording_sid, seconds, state, file, attempts, created_at"

  init(_ row: Row) throws(SQLiteError) {
    id = row.integer(0)
    tenant = row.text(1)
    callID = row.integer(2)
    ticketID = row.integer(3)
    sid = row.optionalText(4)
    seconds = row.integer(5)
    state = try row.choice(6)
    file = row.optionalText(7)
    attempts = row.integer(8)
    createdAt = row.timestamp(9)
  }
}

extension Store {
  /// How long the audio's own callback is waited for; Twilio says no file is sure before it.
  private static let patienceSeconds = 20

  package func recording(ofCall call: Int) throws -> RecordingRow? {
    try database.first(
      "SELECT \(RecordingRow.columns) FROM recordings WHERE call_id = ?", .integer(call),
      as: RecordingRow.init)
  }

  package func recording(id: Int, tenant: String) throws -> RecordingRow? {
    try database.first(
      "SELECT \(RecordingRow.columns) FROM recordings WHERE id = ? AND tenant = ?", .integer(id),
      .text(tenant),
      as: RecordingRow.init)
  }

  /// - Parameter isReady: the audio is there, or will never be.
  package func addRecording(
    call: CallRow, ticket: Int, sid: String?, seconds: Int, isReady: Bool, at now: Timestamp
  ) throws {
    try database.execute(
      """
      INSERT INTO recordings (tenant, call_id, ticket_id, recording_sid, seconds, state, look_at, created_at)
      VALUES (?1, ?2, ?3, ?4, ?5, CASE WHEN ?4 IS NULL AND ?6 THEN 'lost' ELSE 'waiting' END,
        CASE WHEN ?4 IS NULL AND ?6 THEN NULL ELSE ?7 END, ?8)
      ON CONFLICT (call_id) DO NOTHING
      """, .text(call.tenant), .integer(call.id), .integer(ticket), .text(sid), .integer(seconds),
      .boolean(isReady), .time(isReady ? now : now.adding(seconds: Store.patienceSeconds)), .time(now))
  }

  /// What a further webhook says of it.
  package func noteRecording(ifWaiting id: Int, sid: String?, seconds: Int, isReady: Bool, at now: Timestamp)
    throws
  {
    try database.execute(
      """
      UPDATE recordings SET recording_sid = coalesce(recording_sid, ?2), seconds = max(seconds, ?3),
        state = CASE WHEN ?4 AND coalesce(recording_sid, ?2) IS NULL THEN 'lost' ELSE state END,
        look_at = CASE WHEN NOT ?4 THEN look_at WHEN coalesce(recording_sid, ?2) IS NULL THEN NULL ELSE ?5 END
      WHERE id = ?1 AND state = 'waiting'
      """, .integer(id), .text(sid), .integer(seconds), .boolean(isReady), .time(now))
  }

  /// Voice messages whose audio is to be fetched.
  package func dueRecordings(at now: Timestamp, limit: Int) throws -> [RecordingRow] {
    try database.rows(
      """
      SELECT \(RecordingRow.columns) FROM recordings
      WHERE look_at <= ? AND state = 'waiting' ORDER BY look_at LIMIT ?
      """, .time(now), .integer(limit), as: RecordingRow.init)
  }

  package func nextRecordingDue() throws -> Timestamp? {
    try database.first("SELECT look_at FROM recordings WHERE state = 'waiting' ORDER BY look_at LIMIT 1") {
      $0.timestamp(0)
    }
  }

  /// Asked again then. Before a fetch begins, so that a crash only delays.
  package func postponeRecording(ifWaiting id: Int, until: Timestamp, isFailure: Bool) throws {
    try database.execute(
      "UPDATE recordings SET look_at = ?2, attempts = attempts + ?3 WHERE id = ?1 AND state = 'waiting'",
      .integer(id), .time(until), .boolean(isFailure))
  }

  /// waiting -> stored. What Twilio has of it is to be erased now.
  /// - Returns: false where it was forgotten meanwhile: the file is nobody's then.
  package func storeRecording(ifWaiting row: RecordingRow, file: String, at now: Timestamp) throws -> Bool {
    let isStored =
      try database.execute(
        "UPDATE recordings SET state = 'stored', file = ?2, look_at = NULL WHERE id = ?1 AND state = 'waiting'",
        .integer(row.id), .text(file)) > 0
    if let sid = row.sid { try queueErasure(.recording, tenant: row.tenant, target: sid, at: now) }
    return isStored
  }

  /// waiting -> lost. The request stays, and so does whatever Twilio has, until both are forgotten.
  package func loseRecording(ifWaiting row: RecordingRow) throws -> Bool {
    try database.execute(
      "UPDATE recordings SET state = 'lost', look_at = NULL WHERE id = ?1 AND state = 'waiting'",
      .integer(row.id)) > 0
  }

  /// The audio of a ticket's messages, here and at Twilio.
  func forgetRecordings(ofTicket id: Int, at now: Timestamp) throws {
    let rows = try database.rows(
      "SELECT \(RecordingRow.columns) FROM recordings WHERE ticket_id = ?", .integer(id),
      as: RecordingRow.init)
    for row in rows {
      if let file = row.file { try queueErasure(.upload, tenant: row.tenant, target: file, at: now) }
      if let sid = row.sid { try queueErasure(.recording, tenant: row.tenant, target: sid, at: now) }
    }
    try database.execute(
      "UPDATE recordings SET state = 'lost', file = NULL, look_at = NULL WHERE ticket_id = ?", .integer(id))
  }
}
