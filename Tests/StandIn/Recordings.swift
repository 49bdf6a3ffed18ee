// Recordings.swift - voice messages that Twilio keeps: their list, the audio, and its removal.

import LocalTime
import SQLite

/// A recording as the stand-in keeps it.
package struct StoredRecording: Sendable {
  package var sid = newSid("RE")
  package var accountSid: String
  package var callSid: String
  package var seconds: Int
  package var startedAt: Timestamp
  /// Twilio's status of it.
  package var status = "completed"
  /// What made it: `RecordVerb`, `DialVerb` and the like.
  package var source = "RecordVerb"
  package var audio = StandIn.audio

  package init(accountSid: String, callSid: String, seconds: Int, startedAt: Timestamp) {
    self.accountSid = accountSid
    self.callSid = callSid
    self.seconds = seconds
    self.startedAt = startedAt
  }

  static let columns = "sid, account_sid, call_sid, seconds, audio, created_at, status, source"

  init(_ row: Row) {
    accountSid = row.text(1)
    callSid = row.text(2)
    seconds = row.integer(3)
    startedAt = Timestamp(milliseconds: Int64(row.integer(5)))
    sid = row.text(0)
    audio = row.blob(4)
    status = row.text(6)
    source = row.text(7)
  }

  /// As the API shows it.
  var json: JSONValue {
    let uri = "/2010-04-01/Accounts/\(accountSid)/Recordings/\(sid)"
    let isDone = status == "completed"
    return .object([
      ("account_sid", .text(accountSid)), ("api_version", .text("2010-04-01")), ("call_sid", .text(callSid)),
      ("conference_sid", .null), ("date_created", .text(startedAt.rfc2822)),
      ("date_updated", .text(startedAt.adding(seconds: seconds).rfc2822)),
      ("start_time", .text(startedAt.rfc2822)),
      // As text, and unknown while it is being made.
      ("duration", .text(isDone ? String(seconds) : status == "absent" ? "0" : nil)), ("sid", .text(sid)),
      ("price", .text(isDone ? "-0.00250" : nil)), ("price_unit", .text("USD")), ("status", .text(status)),
      ("channels", .number(1)), ("source", .text(source)),
      ("error_code", status == "absent" ? .number(16101) : .null), ("uri", .text(uri + ".json")),
      ("encryption_details", .null), ("media_url", .text("https://api.twilio.com" + uri)),
      ("subresource_uris", .object([("transcriptions", .text(uri + "/Transcriptions.json"))])),
    ])
  }
}

extension StandIn {
  /// A frame's header and silence: what an MP3 begins with.
  package static let audio: [UInt8] = [0xff, 0xfb, 0x50, 0xc4] + [UInt8](repeating: 0, count: 2000)

  /// What a caller has said up to now.
  package func keepRecording(of leg: StoredCall, seconds: Int, audio: [UInt8]?) throws -> String {
    var recording = StoredRecording(
      accountSid: leg.accountSid, callSid: leg.sid, seconds: seconds,
      startedAt: now().adding(seconds: -seconds))
    recording.audio = audio ?? StandIn.audio
    try record(recording)
    return recording.sid
  }

  /// Writes a recording, or writes it anew: so a test may also make some up without playing a call.
  package func record(_ recording: StoredRecording) throws {
    try database.execute(
      """
      INSERT INTO recordings (\(StoredRecording.columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      ON CONFLICT (sid) DO UPDATE SET seconds = ?4, status = ?7
      """,
      .text(recording.sid), .text(recording.accountSid), .text(recording.callSid),
      .integer(recording.seconds), .blob(recording.audio), .integer(recording.startedAt.milliseconds),
      .text(recording.status), .text(recording.source))
  }

  /// How many voice messages Twilio still keeps.
  package func recordingCount() throws -> Int {
    try database.integer("SELECT count(*) FROM recordings") ?? 0
  }

  func listRecordings(_ call: APICall) throws -> Reply {
    var filter = ListFilter()
    filter.equal("account_sid", call.account)
    filter.equal("call_sid", call.query["CallSid"])
    filter.time("created_at", "DateCreated", in: call.query)
    return try page(of: "recordings", named: "recordings", filter: filter, call: call) { sid in
      try database.first(
        "SELECT \(StoredRecording.columns) FROM recordings WHERE sid = ?", .text(sid),
        as: { StoredRecording($0).json })
    }
  }

  func fetchRecording(_ call: APICall) throws -> Reply {
    let audio = try database.first(
      "SELECT audio FROM recordings WHERE sid = ? AND account_sid = ? AND status = 'completed'",
      .text(call.sid), .text(call.account), as: { $0.blob(0) })
    guard let audio else { return .notFound(call.path) }
    return Reply(status: 200, headers: [("Content-Type", "audio/mpeg")], body: audio)
  }

  func deleteRecording(_ call: APICall) throws -> Reply {
    let count = try database.execute(
      "DELETE FROM recordings WHERE sid = ? AND account_sid = ?", .text(call.sid), .text(call.account))
    return count > 0 ? Reply(status: 204) : .notFound(call.path)
  }
}
