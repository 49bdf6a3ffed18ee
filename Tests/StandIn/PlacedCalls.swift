// PlacedCalls.swift - calls that the product lets Twilio make, and the people who are rung.

import LocalTime
import SQLite

/// What somebody does whose telephone rings.
package enum CalledPerson: Hashable, Sendable {
  /// Takes the call after so many seconds and presses these, one at each question; none left: nothing.
  case picksUp(after: Int = 5, keys: [String])
  /// Something picks up and presses nothing.
  case mailbox
  case noAnswer
  case busy
  /// The network does not reach him.
  case failed
  /// Nobody takes it, and the carrier forwards the call to this number of ours.
  case forwarded(to: String)

  fileprivate var keys: [String] { if case .picksUp(_, let keys) = self { keys } else { [] } }
}

/// A call that waits at Twilio to be made.
package struct PlacedCall: Sendable {
  package var leg: StoredCall
  package var url: String
  package var statusCallback: String?
  package var ringSeconds: Int
}

extension StandIn {
  func placeCall(_ call: APICall) throws -> Reply {
    if let code = try refusal(of: call) { return .refusal(400, code, errorMessage(code)) }
    let leg = StoredCall(
      accountSid: call.account, from: call.form["From"] ?? "", to: call.form["To"] ?? "", status: "queued",
      direction: "outbound-api", startedAt: now())
    try record(leg)
    try database.execute(
      "INSERT INTO placed_calls (sid, url, status_callback, ring_seconds) VALUES (?, ?, ?, ?)",
      .text(leg.sid), .text(call.form["Url"] ?? ""), .text(call.form["StatusCallback"]),
      .integer(call.form["Timeout"].flatMap { Int($0) } ?? 60))
    return .json(201, leg.json(numberSid: nil))
  }

  private func refusal(of call: APICall) throws -> Int? {
    guard let to = call.form["To"], !to.isEmpty else { return 21201 }
    guard let from = call.form["From"], !from.isEmpty else { return 21213 }
    if try !isE164(to) || lineType(of: to) == "invalid" { return 21211 }
    if try lineType(of: to) == "premium" { return 21202 }
    guard let url = call.form["Url"], isWebAddress(url) else { return 21205 }
    if let country = callingCountry(of: to)?.name, try !mayCall(country) { return 21215 }
    return try owner(of: from) == call.account ? nil : 21210
  }

  /// Calls to a number, oldest first: those that Twilio has not made yet, or all that it ever took.
  package func placedCalls(to number: String? = nil, madeToo: Bool = false) throws -> [PlacedCall] {
    try database.rows(
      """
      SELECT \(StoredCall.columns.split(separator: ", ").map { "c.\($0)" }.joined(separator: ", ")),
        p.url, p.status_callback, p.ring_seconds
      FROM placed_calls AS p JOIN calls AS c ON c.sid = p.sid
      WHERE (?2 OR c.status = 'queued') AND (?1 IS NULL OR c.called = ?1) ORDER BY c.id
      """, .text(number), .boolean(madeToo)
    ) {
      PlacedCall(
        leg: StoredCall($0), url: $0.text(12), statusCallback: $0.optionalText(13),
        ringSeconds: $0.integer(14))
    }
  }

  /// Makes a placed call. `script` says what becomes of the caller who is connected, and what is lost on its way.
  package func play(
    _ call: PlacedCall, to person: CalledPerson, publicURL: String,
    _ change: (inout CallScript) -> Void = { _ in }, wait: @escaping (Int) -> Void,
    post: @escaping PostWebhook
  ) throws -> PlayedCall {
    var script = CallScript(
      from: call.leg.from, to: call.leg.to, publicURL: publicURL, outcome: .answered(seconds: 60))
    script.callSid = call.leg.sid
    script.pressed = person.keys
    script.fallback = .none
    script.statusURL = call.statusCallback
    change(&script)
    let player = CallPlayer(self, script, account: call.leg.accountSid, wait: wait, post: post)
    return try player.play(call, to: person)
  }
}

extension CallPlayer {
  fileprivate func play(_ call: PlacedCall, to person: CalledPerson) throws -> PlayedCall {
    leg = call.leg
    leg.status = "ringing"
    leg.startedAt = standIn.now()
    try standIn.record(leg)
    switch person {
    case .picksUp(let seconds, _) where seconds <= call.ringSeconds:
      pass(seconds)
      try talk(call)
    case .mailbox:
      pass(20)
      try talk(call)
    case .noAnswer, .picksUp: pass(call.ringSeconds)
    case .busy:
      pass(2)
      leg.status = "busy"
    case .failed:
      pass(1)
      leg.status = "failed"
    case .forwarded(let number):
      pass(20)
      if try isTaken(at: number) { try talk(call) } else { leg.status = "busy" }
    }
    try finish()
    return result
  }

  /// Whether the number that it is forwarded to takes it: what is rejected is busy for the caller.
  private func isTaken(at number: String) throws -> Bool {
    var forwarded = CallScript(from: leg.from, to: number, publicURL: script.publicURL)
    forwarded.forwardedFrom = leg.to
    let played = try standIn.play(forwarded, wait: wait, post: post)
    result.exchanges += played.exchanges
    return played.status == "completed"
  }

  private func talk(_ call: PlacedCall) throws {
    answer()
    leg.status = "in-progress"
    try standIn.record(leg)
    let webhook = Webhook(
      kind: "ring", url: call.url, parameters: Webhook.callParameters(leg, status: "in-progress"),
      accountSid: leg.accountSid)
    if let verbs = try document(.voice, webhook) { try run(verbs, from: call.url) }
  }
}
