// TestCall.swift - plays a missed call against the public address, signed as Twilio signs, and follows it to the SMS.
//
// The handlers, the database, the runner and Twilio's messages are the real ones; only the call is played, under a
// CallSid that `JudgeCalls` knows as a test. It counts in the reports like any other missed call. What a rule holds
// back is said with the rule; a test that ends without a delivered SMS has failed.

import Business
import Curl
import Desk
import LocalTime
import Platform
import Settings
import Store

/// One thing that happened, or did not.
package struct TestCallStep: Hashable, Sendable {
  package var isGood: Bool
  package var name: String
  package var detail: String
}

/// One `opsfabric test-call`. Not for use from several threads.
package final class TestCall {
  static let pollMilliseconds = 500
  static let recordSeconds = 70
  static let decideSeconds = 90
  static let sendSeconds = 60
  /// A runner that has been silent for longer will not send anything soon.
  static let silenceSeconds = 120

  let tenant: Tenant
  let installation: Installation
  let store: Store
  let intake: Intake
  let transport: any HTTPTransport
  let clock: WallClock
  let zone: TimeZoneRules
  let number: String
  let to: String
  let deliverySeconds: Int
  let sid: String
  /// Waits, and lets time pass.
  let sleep: (_ milliseconds: Int) -> Void
  let say: (TestCallStep) -> Void
  /// Called while something is waited for, with what that is.
  package var whileWaiting: (String) -> Void = { _ in }
  /// What to do, in one line, after a test that has failed.
  package private(set) var cure = ""

  /// - Parameter number: the tenant's voice number that is called; `to`: the caller, who gets the SMS.
  package init(
    _ tenant: Tenant, number: String, to: String, settings: SettingsReader, store: Store, zones: TimeZones,
    transport: any HTTPTransport, clock: WallClock, random: RandomSource = .system, deliverySeconds: Int = 60,
    sleep: @escaping (_ milliseconds: Int) -> Void, say: @escaping (TestCallStep) -> Void
  ) throws {
    self.tenant = tenant
    self.number = number
    self.to = to
    self.store = store
    self.transport = transport
    self.clock = clock
    self.deliverySeconds = deliverySeconds
    self.sleep = sleep
    self.say = say
    installation = try settings.installation()
    zone = zones.zone(tenant.timezone) ?? .utc
    intake = Intake(store: store, settings: settings, zones: zones, recordedAt: clock.now())
    sid = TestCallSid.new(random)
  }

  var account: TwilioAccount { tenant.twilio ?? installation.account }

  /// True when the SMS was delivered.
  package func run() throws -> Bool {
    guard try isReady() else { return false }
    guard play(), let call = try recorded() else { return false }
    try forecast(call)
    guard let decided = try decision(call) else { return false }
    guard decided.decision == .sent else {
      return fail("decision", try explain(decided), cure: cure(of: decided))
    }
    note(true, "decision", "the SMS is to be sent")
    guard let message = try accepted(decided) else { return false }
    return try delivered(message, of: decided)
  }

  // MARK: before

  func isReady() throws -> Bool {
    guard tenant.active else {
      return fail(
        "tenant", "\(tenant.id) is not active",
        cure: "set active: true in config/tenants/\(tenant.id).json5, then: opsfabric apply")
    }
    guard let last = try store.lastRun() else {
      return fail(
        "runner", "it never ran, so nothing would be sent",
        cure: "add the crontab line that opsfabric doctor shows, then test again")
    }
    let age = clock.now().milliseconds(since: last.beatAt) / 1000
    if age > TestCall.silenceSeconds {
      note(false, "runner", "silent for \(age) s; \(TestCall.startRunner)")
    }
    return true
  }

  // MARK: the call

  func play() -> Bool {
    note(true, "call", "\(sid) from \(to) to \(number)")
    guard let voice = post("voice", "ringing") else { return false }
    if tenant.mode == .frontNumber {
      guard voice.contains("<Dial") else {
        return fail(
          "voice", "the call is not forwarded: \(heard(voice))",
          cure:
            "opsfabric list events shows why; is the caller blocked, or a newer configuration not applied?")
      }
      note(true, "voice", "200, forwards to \(tenant.forwardTo ?? "nobody")")
      guard
        let after = post(
          "dial-result", "in-progress", [("DialCallStatus", "no-answer"), ("DialBridged", "false")])
      else { return false }
      note(true, "dial-result", "200, nobody took it; \(heard(after))")
    } else {
      note(true, "voice", "200, \(heard(voice))")
    }
    guard post("call-status", "completed", [("CallDuration", "5")]) != nil else { return false }
    note(true, "call-status", "the call is over")
    return true
  }

  /// The answer's text; nil after a failure, which has been told.
  func post(_ handler: String, _ status: String, _ more: [(String, String)] = []) -> String? {
    let fields: [(String, String)] = [
      ("CallSid", sid), ("AccountSid", account.accountSid), ("From", to), ("To", number), ("Caller", to),
      ("Called", number), ("CallStatus", status), ("Direction", "inbound"), ("ApiVersion", "2010-04-01"),
    ]
    let request = SignedWebhook.request(
      handler, fields + more, publicURL: installation.publicURL, authToken: account.authToken.value)
    switch transport.answers(to: [request])[0] {
    case .failure(let failure):
      _ = fail(
        handler, "\(request.url) cannot be reached: \(failure.reason)",
        cure: "start the web server, or correct public_url, then: opsfabric apply")
      return nil
    case .success(let reply):
      let text = String(decoding: reply.body.prefix(16_384), as: UTF8.self)
      guard 200..<300 ~= reply.status else {
        let line = text.split(whereSeparator: \.isNewline).first.map { ": \($0.prefix(100))" } ?? ""
        _ = fail(handler, "answered \(reply.status)\(line)", cure: cure(of: reply.status, text))
        return nil
      }
      return text
    }
  }

  // MARK: help

  func poll<Value>(_ what: String, seconds: Int, _ look: () throws -> Value?) throws -> Value? {
    let end = clock.now().adding(seconds: seconds)
    while true {
      if let value = try look() { return value }
      let left = end.milliseconds(since: clock.now())
      if left <= 0 { return nil }
      whileWaiting("waiting for \(what), at most \((left + 999) / 1000) s …")
      sleep(TestCall.pollMilliseconds)
    }
  }

  func note(_ isGood: Bool, _ name: String, _ detail: String) {
    say(TestCallStep(isGood: isGood, name: name, detail: detail))
  }

  /// Says what ended the test; false, since it has failed.
  func fail(_ name: String, _ detail: String, cure: String) -> Bool {
    note(false, name, detail)
    self.cure = cure
    return false
  }

  /// `21:05:30`, with the day where it is not today.
  func local(_ time: Timestamp) -> String {
    let (then, today) = (zone.local(time), zone.day(of: clock.now()))
    let text = "\(then.clock):\(padded(then.second))"
    return then.date == today ? text : "\(then.date.iso8601) \(text)"
  }
}
