// ResourceTests.swift - calls, numbers and Lookup.

import Foundation
import LocalTime
import StandIn
import Testing

@Suite struct ResourceTests {
  @Test func `recordings are listed by call and day, newest first, as Twilio writes them`() throws {
    let fixture = try Fixture()
    func record(_ call: String, _ change: (inout StoredRecording) -> Void = { _ in }) throws -> String {
      var recording = StoredRecording(
        accountSid: Fixture.account, callSid: call, seconds: 21, startedAt: fixture.now)
      change(&recording)
      try fixture.standIn.record(recording)
      return recording.sid
    }
    let first = try record("CA1")
    let second = try record("CA2") {
      $0.status = "processing"
      $0.source = "DialVerb"
    }
    func list(_ query: String) -> [[String: Any]] {
      fixture.ask("GET", "/Recordings.json", query: query).list("recordings")
    }
    func sids(_ query: String) -> [String] { list(query).compactMap { $0["sid"] as? String } }
    #expect(sids("") == [second, first])
    #expect(sids("CallSid=CA1") == [first])
    #expect(sids("DateCreated%3E=2026-02-10") == [second, first])
    #expect(sids("DateCreated%3E=2026-02-11").isEmpty)
    let shown = list("")
    #expect(shown[1]["duration"] as? String == "21" && shown[0]["duration"] is NSNull)
    #expect(shown.map { $0["source"] as? String } == ["DialVerb", "RecordVerb"])
    #expect(shown[1]["start_time"] as? String == "Tue, 10 Feb 2026 08:15:30 +0000")
    // The audio is there when it is complete.
    #expect(fixture.ask("GET", "/Recordings/\(second).mp3").status == 404)
    #expect(fixture.ask("DELETE", "/Recordings/\(first).json").status == 204)
    #expect(sids("") == [second])
  }

  @Test func `calls are listed by parent, number, status and day`() throws {
    let fixture = try Fixture()
    let parent = StoredCall(
      accountSid: Fixture.account, from: Fixture.caller, to: Fixture.landline, status: "completed",
      duration: 25,
      startedAt: fixture.now, endedAt: fixture.now.adding(seconds: 25))
    try fixture.standIn.record(parent)
    try fixture.standIn.record(
      StoredCall(
        accountSid: Fixture.account, parentSid: parent.sid, from: Fixture.caller, to: "+41791112233",
        status: "no-answer", direction: "outbound-dial", duration: 0, startedAt: fixture.now))
    func sids(_ query: String) -> [String] {
      fixture.ask("GET", "/Calls.json", query: query).list("calls").compactMap { $0["sid"] as? String }
    }
    #expect(sids("").count == 2)
    #expect(sids("To=%2B41435550100") == [parent.sid])
    #expect(sids("ParentCallSid=\(parent.sid)").count == 1)
    #expect(sids("Status=no-answer").count == 1)
    #expect(sids("StartTime%3E=2026-02-10").count == 2)
    #expect(sids("StartTime%3E=2026-02-10T08:15:31Z").isEmpty)
    #expect(sids("StartTime%3C=2026-02-09").isEmpty)
    let reply = fixture.ask("GET", "/Calls/\(parent.sid).json")
    #expect(reply.text("duration") == "25")
    #expect(reply.text("end_time") == "Tue, 10 Feb 2026 08:15:55 +0000")
    #expect(reply.isNull("parent_call_sid"))
    #expect(reply.isNull("price"))
    #expect(fixture.ask("GET", "/Calls/CAnone.json").status == 404)
  }

  @Test func `a number is found, set up and read back`() throws {
    let fixture = try Fixture()
    let found = fixture.ask("GET", "/IncomingPhoneNumbers.json", query: "PhoneNumber=%2B41435550100")
    let number = try #require(found.list("incoming_phone_numbers").first)
    #expect((number["capabilities"] as? [String: Bool])?["sms"] == false)
    #expect(number["voice_url"] as? String == "")
    let path = "/IncomingPhoneNumbers/\(number["sid"] as? String ?? "").json"
    let refused = fixture.ask("POST", path, form: [("SmsUrl", "https://a.ch/s"), ("VoiceUrl", "ftp://a")])
    #expect(refused.integer("code") == 21402)
    let set = fixture.ask(
      "POST", path,
      form: [
        ("VoiceUrl", "https://a.ch/voice#rc=3&rp=ct,rt,5xx"), ("StatusCallback", "https://a.ch/call-status"),
      ])
    #expect(set.status == 200)
    #expect(set.text("sms_url") == "")
    #expect(try fixture.standIn.settings(ofNumber: Fixture.landline)?["voice_url"]?.hasSuffix("5xx") == true)
    #expect(fixture.ask("GET", path).text("status_callback") == "https://a.ch/call-status")
  }

  @Test func `Lookup tells the line type only when asked, and invalid numbers with status 200`() throws {
    let fixture = try Fixture()
    try fixture.standIn.setLine("+4915112345678", type: "nonFixedVoip")
    func look(_ path: String, _ query: String = "Fields=line_type_intelligence") -> StandIn.Reply {
      fixture.ask("GET", "/v2/PhoneNumbers/" + path, query: query)
    }
    func type(_ reply: StandIn.Reply) -> String? {
      (reply.object["line_type_intelligence"] as? [String: Any])?["type"] as? String
    }
    #expect(type(look("%2B4915112345678")) == "nonFixedVoip")
    #expect(type(look("%2B41435550100")) == "landline")
    #expect(look("%2B41791234567", "").isNull("line_type_intelligence"))
    #expect(look("%2B41791234567").text("country_code") == "CH")
    let invalid = look("%2B4179")
    #expect(invalid.status == 200)
    #expect(invalid.object["valid"] as? Bool == false)
    #expect(look("%2B41791234567", "Fields=line_type").status == 400)
    #expect(try fixture.standIn.requests("lookup", to: "+41791234567").count == 3)
  }
}
