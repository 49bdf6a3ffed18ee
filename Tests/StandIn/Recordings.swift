// Recordings.swift - voice messages that Twilio keeps: the audio, and its removal.

import SQLite

extension StandIn {
  /// A frame's header and silence: what an MP3 begins with.
  package static let audio: [UInt8] = [0xff, 0xfb, 0x50, 0xc4] + [UInt8](repeating: 0, count: 2000)

  package func keepRecording(of leg: StoredCall, seconds: Int, audio: [UInt8]?) throws -> String {
    let sid = newSid("RE")
    try database.execute(
      "INSERT INTO recordings (sid, account_sid, call_sid, seconds, audio, created_at) VALUES (?, ?, ?, ?, ?, ?)",
      .text(sid), .text(leg.accountSid), .text(leg.sid), .integer(seconds), .blob(audio ?? StandIn.audio),
      .integer(now().milliseconds))
    return sid
  }

  /// How many voice messages Twilio still keeps.
  package func recordingCount() throws -> Int {
    try database.integer("SELECT count(*) FROM recordings") ?? 0
  }

  func fetchRecording(_ call: APICall) throws -> Reply {
    let audio = try database.first(
      "SELECT audio FROM recordings WHERE sid = ? AND account_sid = ?", .text(call.sid), .text(call.account),
      as: { $0.blob(0) })
    guard let audio else { return .notFound(call.path) }
    return Reply(status: 200, headers: [("Content-Type", "audio/mpeg")], body: audio)
  }

  func deleteRecording(_ call: APICall) throws -> Reply {
    let count = try database.execute(
      "DELETE FROM recordings WHERE sid = ? AND account_sid = ?", .text(call.sid), .text(call.account))
    return count > 0 ? Reply(status: 204) : .notFound(call.path)
  }
}
