// CallTests.swift - played calls ask what Twilio asks, in its order, and leave its records.

import LocalTime
import StandIn
import Testing

/// Handlers as the specification has them, written down as answers.
private let answers: [String: String] = [
  "/voice":
    "<Response><Dial timeout=\"13\" answerOnBridge=\"true\" action=\"/dial-result\"><Number url=\"/screen\">"
    + "+41791112233</Number></Dial></Response>",
  "/screen":
    "<Response><Gather numDigits=\"1\" action=\"/screen?accept=1\"><Say>Taste dr\u{fc}cken</Say></Gather>"
    + "<Hangup/></Response>",
  "/screen?accept=1": "<Response><Say>Verbunden</Say></Response>",
  "/dial-result":
    "<Response><Gather numDigits=\"1\" action=\"/menu\"><Say>1 = dringend</Say></Gather><Hangup/></Response>",
  "/menu": "<Response><Say>Danke</Say><Hangup/></Response>",
]

private func play(
  _ outcome: CallScript.Outcome, fixture: Fixture? = nil, _ change: (inout CallScript) -> Void = { _ in }
) throws -> PlayedCall {
  let fixture = try fixture ?? Fixture()
  var script = CallScript(
    from: Fixture.caller, to: Fixture.landline, publicURL: "https://h.ch", outcome: outcome)
  change(&script)
  return try fixture.standIn.play(
    script, wait: { fixture.now = fixture.now.adding(seconds: $0) },
    post: { url, _ in
      guard let body = answers[String(url.dropFirst("https://h.ch".count))] else {
        return WebhookAnswer(status: 204)
      }
      return WebhookAnswer(status: 200, headers: ["content-type": "text/xml; charset=utf-8"], body: body)
    })
}

private func dialResult(_ call: PlayedCall) -> [String?] {
  let parameters = call.exchanges.first { $0.stage == .dialResult }?.webhook.parameters ?? []
  return ["DialCallStatus", "DialBridged", "CallStatus"].map { value($0, in: parameters) }
}

@Suite struct CallTests {
  @Test(arguments: [
    (CallScript.Outcome.noAnswer, "no-answer", "false", "in-progress"),
    (.busy, "busy", "false", "in-progress"),
    (.failed, "failed", "false", "in-progress"), (.canceled, "canceled", "false", "completed"),
    (.voicemail(seconds: 20), "completed", "false", "in-progress"),
    (.answered(seconds: 60), "completed", "true", "in-progress"),
  ])
  func `the dial's action hears how it went`(
    outcome: CallScript.Outcome, status: String, isBridged: String, callStatus: String
  ) throws {
    let call = try play(outcome) { $0.screenKey = "1" }
    #expect(dialResult(call) == [status, isBridged, callStatus])
    #expect(call.problems.isEmpty)
    #expect(call.exchanges.last?.stage == .callStatus)
  }

  @Test func `a missed call asks voice, dial-result, menu and call-status`() throws {
    let fixture = try Fixture()
    let begin = fixture.now
    let call = try play(.noAnswer, fixture: fixture) { $0.pressed = ["1"] }
    #expect(call.exchanges.map(\.stage) == [.voice, .dialResult, .menu, .callStatus])
    #expect(value("Digits", in: call.exchanges[2].webhook.parameters) == "1")
    #expect(call.said == ["1 = dringend", "Danke"])
    #expect(call.status == "completed")
    let legs = try fixture.standIn.calls()
    #expect(legs.map(\.status) == ["completed", "no-answer"])
    #expect(legs.map(\.parentSid) == [nil, call.callSid])
    #expect(legs[0].startedAt == begin)
    // 13 s and the 5 s that Twilio adds.
    #expect(legs[1].endedAt?.milliseconds(since: begin) == 18_000)
  }

  @Test func `nobody pressing a key is a completed dial that was not bridged`() throws {
    let call = try play(.answered(seconds: 60))
    #expect(dialResult(call) == ["completed", "false", "in-progress"])
    #expect(call.exchanges.map(\.stage) == [.voice, .screen, .dialResult, .callStatus])
    #expect(call.saidToCalled == ["Taste drücken"])
  }

  @Test func `the key connects, and a late pick-up does not`() throws {
    let call = try play(.answered(seconds: 60)) { $0.screenKey = "5" }
    #expect(call.exchanges.map(\.stage) == [.voice, .screen, .screenResult, .dialResult, .callStatus])
    #expect(call.isBridged)
    let screening = call.exchanges[1].webhook.parameters
    #expect(value("ParentCallSid", in: screening) == call.callSid)
    #expect(value("Direction", in: screening) == "outbound-dial")
    #expect(try play(.answered(seconds: 60)) { $0.ring = 19 }.dialStatus == "no-answer")
  }

  @Test func `who hangs up early was never answered`() throws {
    let call = try play(.canceled)
    #expect(call.status == "no-answer")
    #expect(call.said.isEmpty)
  }

  @Test func `lost webhooks are not sent, doubled ones twice`() throws {
    let lost = try play(.noAnswer) { $0.lost = [.dialResult, .callStatus] }
    #expect(lost.answers(.dialResult).isEmpty)
    #expect(lost.answers(.callStatus).isEmpty)
    #expect(lost.status == "no-answer")
    let twice = try play(.noAnswer) { $0.twice = true }
    #expect(
      twice.exchanges.map(\.stage) == [.voice, .voice, .dialResult, .dialResult, .callStatus, .callStatus])
  }

  @Test func `without our voice webhook the fallback still dials`() throws {
    let fixture = try Fixture()
    let call = try play(.noAnswer, fixture: fixture) { $0.lost = [.voice] }
    #expect(call.dialled == ["+41445550199"])
    #expect(call.answers(.dialResult).isEmpty)
    #expect(try fixture.standIn.calls().map(\.status) == ["completed", "no-answer"])
    let asked = try play(.noAnswer) {
      $0.voiceURL = "https://h.ch/broken"
      $0.fallback = .url("https://h.ch/voice")
    }
    #expect(asked.problems.first?.hasPrefix("11200") == true)
    #expect(asked.exchanges.map(\.stage).prefix(2) == [.voice, .fallback])
    #expect(dialResult(asked)[0] == "no-answer")
  }

  @Test func `a static site plays without our host, records, and goes on with what lies beside it`() throws {
    let site = "https://static.example.org/"
    let documents = [
      site + "a.xml": "<Response><Dial><Number>+41445550199</Number></Dial><Say>Nach dem Ton</Say>"
        + "<Record action=\"a.end.xml\" method=\"GET\"/><Say>Nichts</Say></Response>",
      site + "a.end.xml": "<Response><Say>Danke</Say><Hangup/></Response>",
    ]
    func call(_ fixture: Fixture, _ documents: [String: String], spoken: Int?) throws -> PlayedCall {
      try play(.noAnswer, fixture: fixture) {
        $0.lost = Set(CallScript.Stage.allCases)
        $0.fallback = .site(site + "a.xml", documents: documents)
        $0.spoken = spoken
      }
    }
    let fixture = try Fixture()
    let spoken = try call(fixture, documents, spoken: 12)
    #expect(spoken.said == ["Nach dem Ton", "Danke"])
    #expect(
      spoken.answers(.fallback).map(\.status) == [200] && spoken.answers(.record).map(\.status) == [200])
    let recordings = fixture.ask("GET", "/Recordings.json").list("recordings")
    #expect(recordings.map { $0["call_sid"] as? String } == [spoken.callSid])
    #expect(recordings.map { $0["duration"] as? String } == ["12"])
    #expect(try call(fixture, documents, spoken: nil).said == ["Nach dem Ton", "Nichts"])
    // What is not there is a fault, and the message is kept all the same.
    let alone = try call(fixture, documents.filter { $0.key == site + "a.xml" }, spoken: 5)
    #expect(alone.problems.last == "11200 record: HTTP 404")
    #expect(try fixture.standIn.recordingCount() == 2)
  }
}
