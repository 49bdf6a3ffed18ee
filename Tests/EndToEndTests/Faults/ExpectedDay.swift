// ExpectedDay.swift - what must have come of a FaultyDay: an independent model of the specification's sections 3
// and 4, which shares nothing with the product's own rules, held against lists, Twilio and database.

import LocalTime
import Platform
import SQLite
import StandIn
import TestSupport

struct ExpectedDay {
  let truth: Truth
  let world: FaultInstallation
  private let calls: [JSONLine]
  private let tickets: [JSONLine]
  private let messages: [JSONLine]
  private let events: [JSONLine]

  init(_ truth: Truth, _ world: FaultInstallation) throws {
    self.truth = truth
    self.world = world
    calls = try world.list("calls")
    tickets = try world.list("tickets")
    messages = try world.list("messages")
    events = try world.list("events")
  }

  /// Everything that is not as it must be; empty when all is well.
  func violations() throws -> [String] {
    var found = try world.damage() + ledger() + outbox()
    for call in truth.calls { found += outcome(of: call) }
    for (number, kind) in truth.callers {
      found += try decisions(number, kind) + texts(number, kind) + ticket(number, kind)
    }
    found += try notices() + pages() + voiceMessages()
    found += try ExpectedReport(truth: truth, world: world, calls: calls, tickets: tickets).violations()
    let health = try world.health()
    if health.status != 200 || !health.text.contains("\"spooled\":0") {
      found.append("health: \(health.text)")
    }
    if try !world.spooled().isEmpty { found.append("the spool is not empty") }
    return found
  }

  // MARK: calls

  private func rows(of number: String) -> [JSONLine] { calls.filter { $0["from"] == number } }

  /// Each call has one row, with the one outcome it really had.
  private func outcome(of call: TrueCall) -> [String] {
    let rows = calls.filter { $0["call_sid"] == call.leg.sid }
    guard rows.count == 1 else { return ["\(call.leg.sid) has \(rows.count) rows"] }
    let expected = call.isAnswered ? "answered" : "missed"
    return rows[0]["outcome"] == expected
      ? [] : ["\(call.leg.sid) (\(call.kind)) is \(rows[0]["outcome"] ?? "null"), was \(expected)"]
  }

  private func reasons(of number: String) -> [String: Int] {
    rows(of: number).filter { $0["outcome"] == "missed" }
      .reduce(into: [:]) { $0[$1["reason"] ?? "none", default: 0] += 1 }
  }

  private func decisions(_ number: String, _ kind: CallerKind) -> [String] {
    let mine = truth.calls.filter { $0.leg.from == number }
    let missed = mine.filter { !$0.isAnswered }.count
    var allowed: [[String: Int]]
    switch kind {
    case .single: allowed = truth.late.contains(number) ? [["sent": 1], ["expired": 1]] : [["sent": 1]]
    case .repeated: allowed = [["sent": 1, "dedupe": missed - 1]]
    case .reached:
      // Twilio's fallback connected the second call, or its end was not heard in time: then the SMS is right.
      let isHeard = mine.last?.heard.isSuperset(of: ["voice", "dial-result"]) ?? false
      allowed = isHeard ? [["reached": 1]] : [["reached": 1], ["sent": 1]]
      if truth.late.contains(number) { allowed.append(["expired": 1]) }
    case .answered: allowed = [[:]]
    case .withheld: allowed = [["withheld": 1]]
    case .landline: allowed = [["landline": 1]]
    case .foreign: allowed = [["country": 1]]
    case .staff: allowed = [["own_number": 1]]
    case .blocked: allowed = [["blocked": 1]]
    case .stopper:
      let stop = truth.replies.first { $0.caller == number }
      allowed = [["sent": 1, "opted_out": 1]]
      if stop?.isHeard != true || isLate(number) { allowed.append(["sent": 1, "dedupe": 1]) }
    case .spammer: allowed = [["sent": 1, "dedupe": 4, "spam": 1, "blocked": 1]]
    }
    let reasons = reasons(of: number)
    // A message given up after three broken tries counts as dead; `texts` asks whether it was right to.
    allowed += allowed.filter { $0["sent"] != nil }.map { reasons in
      var reasons = reasons
      reasons["dead"] = reasons.removeValue(forKey: "sent")
      return reasons
    }
    if allowed.contains(reasons) { return [] }
    // After a dead message the next miss may be texted: then the count alone is asked for.
    if reasons["dead"] != nil, reasons.values.reduce(0, +) == missed { return [] }
    return ["\(kind) \(number): \(reasons), allowed \(allowed)"]
  }

  /// The caller wrote STOP after the second call was decided.
  private func isLate(_ number: String) -> Bool {
    guard let stop = events.first(where: { $0["type"] == "opt_out" })?["at"] else { return true }
    return rows(of: number).compactMap { $0["due_at"] }.max().map { $0 <= stop } ?? true
  }

  /// missed = the sum over all reasons, and nothing waits any more.
  private func ledger() -> [String] {
    let missed = truth.calls.filter { !$0.isAnswered }.count
    let decided = calls.filter { ["sent", "skipped"].contains($0["decision"]) && $0["reason"] != nil }.count
    var found = missed == decided ? [] : ["ledger: \(missed) missed, \(decided) decided"]
    if calls.count != truth.calls.count { found.append("\(truth.calls.count) calls, \(calls.count) rows") }
    return found
  }

  // MARK: messages

  /// No message waits; what is dead was tried as often as it may be, and Twilio has none of its tries.
  private func outbox() throws -> [String] {
    try messages.filter { $0["channel"] == "sms" }.flatMap { message -> [String] in
      let id = message["id"] ?? "?"
      let to = message["to"] ?? ""
      let good = try world.standIn.messages(to: to, direction: "outbound-api").filter {
        $0.outboxID == id && $0.status != "undelivered" && $0.status != "failed"
      }
      switch message["state"] {
      case "delivered":
        if try good.count == 1 || areTwinsRight(message) { return [] }
        return ["message \(id) was sent \(good.count) times"]
      case "dead":
        if truth.replies.contains(where: { $0.caller == to && $0.body == "STOP" }) { return [] }
        let least = truth.undelivered.contains(to) ? 2 : 3
        let isRight = good.isEmpty && (Int(message["attempts"] ?? "") ?? 0) >= least
        return isRight
          ? [] : ["message \(id) is dead after \(message["attempts"] ?? "?") tries, sent \(good.count) times"]
      case let state: return ["message \(id) is still \(state ?? "null")"]
      }
    }
  }

  /// Messages of the same words to the same number cannot be told apart in Twilio's list: one may have been taken for
  /// the other, as long as he got as many as there are.
  private func areTwinsRight(_ message: JSONLine) throws -> Bool {
    let twins = messages.filter { $0["to"] == message["to"] && $0["body"] == message["body"] }
    let ids = Set(twins.compactMap { $0["id"] })
    let good = try world.standIn.messages(to: message["to"] ?? "", direction: "outbound-api").filter {
      $0.outboxID.map(ids.contains) == true && $0.status != "undelivered" && $0.status != "failed"
    }
    return twins.count > 1 && good.count == twins.count { $0["state"] == "delivered" }
  }

  private func isDead(to number: String, _ kinds: String...) -> Bool {
    messages.contains { $0["to"] == number && $0["state"] == "dead" && kinds.contains($0["kind"] ?? "") }
  }

  /// The caller got exactly the SMS the rules give.
  private func texts(_ number: String, _ kind: CallerKind) throws -> [String] {
    guard kind != .staff else { return [] }
    let received = try world.goodTexts(to: number)
    func count(_ prefix: String) -> Int { received.filter { $0.hasPrefix(prefix) }.count }
    var found: [String] = []
    func expect(_ number: Int, _ what: String, _ prefix: String, unless isDead: Bool) {
      let got = count(prefix)
      if got == number || (isDead && got < number) { return }
      found.append("\(kind) got \(got) × \(what), not \(number)")
    }
    expect(
      reasons(of: number)["sent"] ?? 0, "missed-call SMS", "Danke für Ihren Anruf bei Dörfler AG.",
      unless: false)
    let mine = truth.replies.filter { $0.caller == number }.map(\.body)
    let isConfirmationDead = isDead(to: number, "confirmation", "wizard_link")
    for (reply, prefix) in [
      ("1", "Verstanden - dringend. Dörfler AG meldet sich sofort."),
      ("2", "Rückruf notiert. Dörfler AG ruft bis "), ("3", "Hier können Sie Ihre Anfrage mit Foto senden:"),
    ] {
      expect(mine.filter { $0 == reply }.count, "answer to \(reply)", prefix, unless: isConfirmationDead)
    }
    let words = mine.filter { !["1", "2", "3", "STOP"].contains($0) }
    expect(
      words.count, "answer to words", "Danke, Ihre Nachricht ist eingegangen.", unless: isConfirmationDead)
    let known = ["Danke", "Verstanden", "Rückruf", "Hier können"]
    found += received.filter { text in !known.contains { text.hasPrefix($0) } }.map { "\(kind) got: \($0)" }
    return found
  }

  // MARK: tickets

  /// Replies that make a ticket.
  private func requests(of number: String) -> [String] {
    truth.replies.filter { $0.caller == number && !["3", "STOP"].contains($0.body) }.map(\.body)
  }

  private func ticket(_ number: String, _ kind: CallerKind) -> [String] {
    let mine = tickets.filter { $0["phone"] == number }
    let keys = truth.calls.filter { $0.leg.from == number }.compactMap(\.key)
    let requests = requests(of: number) + keys.map(\.digit)
    if requests.isEmpty, reasons(of: number)["expired"] != nil {
      return mine.map { $0["source"] } == ["sweep"]
        ? [] : ["\(kind) was found too late and has tickets \(mine)"]
    }
    guard !requests.isEmpty else { return mine.isEmpty ? [] : ["\(kind) has a ticket for nothing"] }
    if mine.isEmpty, requests.count == keys.count,
      keys.contains(where: { !$0.isHeard || $0.digit == "3" }),
      !truth.calls.contains(where: { $0.leg.from == number && $0.isMessageHeard })
    {
      return []  // A key press, or a message, that nobody took is known to nobody.
    }
    guard mine.count == 1 else { return ["\(kind) has \(mine.count) tickets for \(requests)"] }
    let ticket = mine[0]
    var found: [String] = []
    func expect(_ key: String, _ value: String) {
      if ticket[key] != value {
        found.append("\(kind)'s ticket: \(key) \(ticket[key] ?? "null"), not \(value)")
      }
    }
    // Who cannot be called back is never urgent.
    expect("urgency", requests.contains("1") && kind != .withheld ? "HIGH" : "MED")
    if !isTaken(ticket) {
      expect("status", requests.contains("2") || requests.contains("3") ? "NEEDS_CALLBACK" : "NEW")
    }
    expect("source", keys.isEmpty ? "missed_call" : "voice_menu")
    let words = requests.filter { !["1", "2"].contains($0) }
      .map { $0 == "3" ? "Sprachnachricht, 0:23" : $0 }.sorted()
    let lines = (ticket["summary"] ?? "").split(separator: "\n").map(String.init).sorted()
    if words != lines { found.append("\(kind)'s ticket says \(lines), not \(words)") }
    let replies = events.filter { $0["type"] == "reply" && $0["ticket"] == ticket["id"] }.count
    if keys.isEmpty, replies != requests.count {
      found.append("\(replies) events for \(requests.count) replies")
    }
    return found
  }

  /// Staff are told of each ticket once, and once more when it becomes urgent.
  private func notices() throws -> [String] {
    var least = 0
    var most = 0
    for ticket in tickets {
      let requests = requests(of: ticket["phone"] ?? "")
      least += 1
      most += ticket["urgency"] == "HIGH" && requests.count > 1 ? 2 : 1
    }
    let told = try world.goodTexts(to: FaultInstallation.staff).count
    let dead = messages.filter { $0["to"] == FaultInstallation.staff && $0["state"] == "dead" }.count
    return (least...max(least, most)).contains(told + dead)
      ? [] : ["staff got \(told) notices and \(dead) were given up, for \(tickets.count) tickets"]
  }

  // MARK: the telephone

  private func isTaken(_ ticket: JSONLine) -> Bool {
    ticket["status"] == "IN_PROGRESS" && ["Anna", "Ben"].contains(ticket["person"])
  }

  /// Each urgent request was taken by whoever pressed a key, or both people were rung for it twice; no call was placed
  /// a second time.
  private func pages() throws -> [String] {
    guard truth.rings else { return [] }
    let urgent = tickets.filter { $0["urgency"] == "HIGH" }
    let (taken, most) = (urgent.filter(isTaken).count, 4)
    let calls = messages.filter { $0["channel"] == "call" }
    var found: [String] = []
    if taken != truth.taken {
      found.append("\(truth.taken) requests were taken by telephone, \(taken) say so")
    }
    let least = (urgent.count - taken) * most + taken
    if !(least...max(least, urgent.count * most)).contains(calls.count) {
      found.append(
        "\(calls.count) calls to people for \(urgent.count) urgent requests, \(taken) of them taken")
    }
    let placed = try world.standIn.placedCalls(madeToo: true)
    for call in calls {
      let times = placed.count { $0.url.contains("&m=\(call["id"] ?? "")&") }
      if times > 1 { found.append("call \(call["id"] ?? "") was placed \(times) times") }
      if !["delivered", "dead"].contains(call["state"]) {
        found.append("call \(call["id"] ?? "") is still \(call["state"] ?? "null")")
      }
    }
    return found
  }

  /// The audio of each message that was told of is here, whole, and no longer at Twilio.
  private func voiceMessages() throws -> [String] {
    guard truth.rings else { return [] }
    let spoken = truth.calls.count { $0.key?.digit == "3" && $0.key?.isHeard == true }
    let heard = truth.calls.count { $0.isMessageHeard }
    let stored = tickets.count { $0["recordings"]?.contains("\"stored\"") == true }
    // A program that died may leave a file that nobody knows of, which is tidied away.
    let folder = "\(world.home.uploads)/doerfler"
    let files = try ((try? Files.list(folder)) ?? []).count {
      try Files.read("\(folder)/\($0)") == StandIn.audio
    }
    let left = try world.standIn.recordingCount()
    // A removal that failed is tried again after as long as it has waited, which may be beyond this day.
    let waiting =
      try Database(path: world.home.database, access: .readOnly)
      .integer("SELECT count(*) FROM erasures WHERE kind = 'recording'") ?? 0
    return stored >= heard && files >= stored && spoken...spoken + waiting ~= stored + left
      ? []
      : [
        "of \(spoken) messages \(heard) were heard of, \(stored) are kept (\(files) files), \(left) at Twilio"
      ]
  }
}
