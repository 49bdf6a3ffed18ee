// SimulatedYear.swift - fourteen months of calls, played through the real rules, and counted a second time.
//
// A seeded generator makes the calls: by hour of day, from regular and new customers, landlines, withheld numbers,
// robocalls labelled as such. Webhooks, rules and store do what they do in the product; Twilio is played here. `Tally`
// counts everything as it happens, with Foundation's calendars, and never looks into the database.

import Business
import CGI
import Desk
import Foundation
import LocalTime
import Platform
import Settings
import Store
import TestSupport
import Webhooks

/// The same numbers for the same seed, everywhere.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
  mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }
  mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }
}

final class SimulatedYear {
  static let first = CivilMonth(iso8601: "2027-11")
  static let last = CivilMonth(iso8601: "2028-12")

  enum Event {
    case call(tenant: Int, caller: String, isRobot: Bool, isTaken: Bool = false, isShort: Bool = false)
    case callEnd(Call)
    case reply(tenant: Int, caller: String, body: String)
    case form(tenant: Int, caller: String)
  }

  struct Call {
    let tenant: Int
    let sid: String
    let caller: String
    let start: Timestamp
    let isRobot: Bool
    /// Somebody picks up, whatever chance would say.
    let isTaken: Bool
    /// The caller hangs up within two seconds.
    let isShort: Bool
  }

  let world: TestWorld
  let store: Store
  private(set) var tally: Tally
  private(set) var robotCalls = 0
  private(set) var robotsTexted = 0
  /// Missed-call SMS to anybody.
  private(set) var texted = 0
  /// Customers' calls that got none because they rang too shortly.
  private(set) var customersTooShort = 0
  private let settings: SettingsReader
  private let books: Bookkeeper
  private let zones = TimeZones()
  private var random: SeededNumbers
  private var events: [(at: Timestamp, number: Int, event: Event)] = []
  private var sequence = 0
  private var callsByID: [Int: Call] = [:]
  private var ends: [Int: Timestamp] = [:]
  private var deferred: Set<Int> = []
  private let callsPerDay: Int

  init(seed: UInt64, callsPerDay: Int, shortRingSeconds: Int = 0) throws {
    random = SeededNumbers(seed: seed)
    self.callsPerDay = callsPerDay
    world = try TestWorld(at: Timestamp(iso8601: "2027-10-31T00:00:00Z") ?? TestWorld.tuesdayMorning)
    world.tenants = SimulatedYear.tenants()
    for index in world.tenants.indices { world.tenants[index].shortRingSeconds = shortRingSeconds }
    try world.apply()
    store = try world.store()
    settings = try SettingsReader(path: world.home.settings)
    books = try Bookkeeper(store: store, home: world.home)
    tally = Tally(tenants: world.tenants)
  }

  private static func tenants() -> [Tenant] {
    var front = TestWorld.tenant("front", name: "Dörfler AG", number: "+41435550100")
    front.accounts = .init(debit: "6513", credit: "2000")
    var forwarding = TestWorld.tenant("forwarding", name: "Meier & Co.", number: "+41435550200")
    forwarding.mode = .carrierForwarding
    forwarding.smsDelaySeconds = 59
    var skipping = TestWorld.tenant("skipping", name: "Sanitär Süd", number: "+41435550300")
    skipping.quietHours = QuietHours(from: 20 * 60, to: 6 * 60, policy: .skip)
    var west = TestWorld.tenant("west", name: "Açores Lda.", number: "+41435550400")
    west.timezone = "Atlantic/Azores"
    return [front, forwarding, skipping, west]
  }

  // MARK: what happens

  /// Plays everything. One transaction: nothing is synced on the way.
  func play() throws {
    try plan()
    try store.write {
      while !events.isEmpty {
        let (at, _, event) = events.removeLast()
        try runUntil(at)
        try happen(event, at: at)
      }
      try runUntil(Timestamp(iso8601: "2029-01-20T00:00:00Z") ?? world.clock.now)
    }
    try books.settle()
  }

  private func schedule(_ event: Event, at: Timestamp) {
    sequence += 1
    // Latest first: the next one is taken from the end.
    var (low, high) = (0, events.count)
    while low < high {
      let middle = (low + high) / 2
      if (events[middle].at, events[middle].number) > (at, sequence) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    events.insert((at, sequence, event), at: low)
  }

  private func plan() throws {
    guard let start = CivilDate(iso8601: "2027-10-31"), let end = CivilDate(iso8601: "2029-01-01") else {
      return
    }
    for tenant in world.tenants.indices {
      for day in start.daysSinceEpoch...end.daysSinceEpoch {
        for _ in 0..<random.below(2 * callsPerDay + 1) {
          schedule(
            .call(tenant: tenant, caller: customer(tenant), isRobot: false, isShort: random.chance(2)),
            at: moment(of: day, weighted: true))
        }
        for _ in 0..<random.below(2) { robots(tenant, day) }
        // Just before and just after midnight in Zurich, where months end.
        if random.chance(10) {
          let midnight = Timestamp(seconds: Int64(day) * 86_400 + (random.chance(50) ? 79_200 : 82_800))
          schedule(
            .call(tenant: tenant, caller: customer(tenant), isRobot: false),
            at: midnight.adding(seconds: random.chance(50) ? -1 : 0))
        }
      }
    }
  }

  /// Most calls come in working hours, some at night.
  private func moment(of day: Int, weighted: Bool) -> Timestamp {
    let hour = weighted && random.chance(85) ? 7 + random.below(11) : random.below(24)
    return Timestamp(
      milliseconds: Int64(day) * 86_400_000 + Int64(hour * 3_600_000 + random.below(3_600_000)))
  }

  private func customer(_ tenant: Int) -> String {
    switch random.below(100) {
    case 0..<55: "+4179\(tenant)0000\(10 + random.below(60))"
    case 55..<70: "+4178\(1_000_000 + random.below(8_999_999))"
    case 70..<85: "+4144\(1_000_000 + random.below(8_999_999))"
    case 85..<92: "anonymous"
    case 92..<97: "+49171\(1_000_000 + random.below(8_999_999))"
    default: "+1212555\(1000 + random.below(8999))"
    }
  }

  /// Machines: nearly all hide their number, or show one that is no mobile of a country that is served. A few show
  /// a mobile number: they ring for a moment and hope to be called back, or come again and again.
  private func robots(_ tenant: Int, _ day: Int) {
    let kind = random.below(100)
    var start = moment(of: day, weighted: false)
    guard kind >= 96 else {
      let caller =
        switch kind {
        case 0..<35: "anonymous"
        case 35..<60: "+4144\(2_000_000 + random.below(999_999))"
        case 60..<80: "+4490\(10_000_000 + random.below(89_999_999))"
        default: "+41900\(100_000 + random.below(899_999))"
        }
      schedule(.call(tenant: tenant, caller: caller, isRobot: true), at: start)
      return
    }
    let caller = "+4176\(1_000_000 + random.below(8_999_999))"
    guard kind >= 98 else {
      return schedule(.call(tenant: tenant, caller: caller, isRobot: true, isShort: true), at: start)
    }
    for _ in 0..<12 {
      schedule(.call(tenant: tenant, caller: caller, isRobot: true), at: start)
      start = start.adding(seconds: 60 + random.below(120))
    }
  }

  private func intake(at now: Timestamp) -> Intake {
    Intake(store: store, settings: settings, zones: zones, recordedAt: now)
  }

  private func happen(_ event: Event, at: Timestamp) throws {
    sequence += 1
    switch event {
    case .call(let tenant, let caller, let isRobot, let isTaken, let isShort):
      try begin(tenant, caller, isRobot, isTaken, isShort, at: at)
    case .callEnd(let call): try end(call, at: at)
    case .reply(let tenant, let caller, let body): try reply(tenant, caller, body, at: at)
    case .form(let tenant, let caller): try sendForm(tenant, caller, at: at)
    }
  }

  private func fields(_ pairs: KeyValuePairs<String, String>) -> FormFields {
    FormFields(pairs.map { .init(name: $0.key, value: $0.value) })
  }

  private func begin(
    _ index: Int, _ caller: String, _ isRobot: Bool, _ isTaken: Bool, _ isShort: Bool, at: Timestamp
  ) throws {
    let tenant = world.tenants[index]
    let call = Call(
      tenant: index, sid: "CA\(sequence)", caller: caller, start: at, isRobot: isRobot, isTaken: isTaken,
      isShort: isShort)
    let webhook = Webhook(
      fields: fields([
        "CallSid": call.sid, "From": caller, "To": tenant.voiceNumbers[0], "CallStatus": "ringing",
      ]),
      receivedAt: at)
    try Voice(webhook).record(for: [tenant], by: intake(at: at))
    tally.called(call)
    if tenant.mode == .carrierForwarding { try missed(call, at: at) }
    schedule(.callEnd(call), at: at.adding(seconds: isShort ? 1 + random.below(2) : 5 + random.below(40)))
  }

  private func end(_ call: Call, at: Timestamp) throws {
    let tenant = world.tenants[call.tenant]
    let isAnswered =
      tenant.mode == .frontNumber && !call.isRobot && !call.isShort && (call.isTaken || random.chance(35))
    func webhook(_ name: String, _ value: String) -> Webhook {
      Webhook(
        fields: fields(["CallSid": call.sid, "From": call.caller, "To": tenant.voiceNumbers[0], name: value]),
        receivedAt: at)
    }
    if tenant.mode == .frontNumber {
      try DialResult(
        webhook("DialCallStatus", isAnswered ? "completed" : call.isShort ? "canceled" : "no-answer")
      )
      .record(for: [tenant], by: intake(at: at))
      if !isAnswered { try missed(call, at: at) }
    }
    try CallStatus(webhook("CallStatus", "completed")).record(for: [tenant], by: intake(at: at))
    if let id = try store.call(sid: call.sid)?.id, !isAnswered { ends[id] = at }
    if !isAnswered, !call.isRobot, random.chance(8) {
      // Tries again at once, and is lucky.
      schedule(
        .call(tenant: call.tenant, caller: call.caller, isRobot: false, isTaken: true),
        at: at.adding(seconds: 4))
    }
  }

  private func missed(_ call: Call, at: Timestamp) throws {
    guard let id = try store.call(sid: call.sid)?.id else { return }
    callsByID[id] = call
    if call.isRobot { robotCalls += 1 }
    tally.missed(call)
  }

  private func reply(_ index: Int, _ caller: String, _ body: String, at: Timestamp) throws {
    let tenant = world.tenants[index]
    let sid = "SMi\(sequence)"
    let webhook = Webhook(
      fields: fields([
        "MessageSid": sid, "From": caller, "To": tenant.voiceNumbers[0], "Body": body, "NumSegments": "1",
      ]), receivedAt: at)
    try SMS(webhook).record(for: [tenant], by: intake(at: at))
    try books.pay("inbound_messages", sid: "message_sid", sid, 0.0075, "USD")
    tally.replied(index, caller, body, at: at, millionths: 7500)
    if body == "3", random.chance(60) {
      schedule(.form(tenant: index, caller: caller), at: at.adding(minutes: 7))
    }
  }

  private func sendForm(_ index: Int, _ caller: String, at: Timestamp) throws {
    let form = WizardSubmission(
      phone: caller, name: "Müller; \"Hans\"", address: "", text: "Rohr\ngebrochen", urgency: .medium,
      isFromMissedCall: true, token: "t\(sequence)", photos: [])
    _ = try intake(at: at).recordSubmission(form, tenant: world.tenants[index])
    tally.formSent(index, caller, at: at)
  }

  // MARK: the runner

  /// Decides and sends what is due before `end`.
  private func runUntil(_ end: Timestamp) throws {
    while true {
      let due = [try store.nextCallDue(), try store.nextMessageDue()].compactMap { $0 }.min()
      guard let due, due < end else { return }
      let now = due.adding(milliseconds: Int64(random.below(1000)))
      for call in try store.dueCalls(at: now, limit: 200) { try decide(call, at: now) }
      for message in try store.dueMessages(at: now, limit: 200) { try send(message, at: now) }
    }
  }

  private func decide(_ row: CallRow, at now: Timestamp) throws {
    guard let call = callsByID[row.id] else { return }
    let tenant = world.tenants[call.tenant]
    let intake = intake(at: now)
    let decision = try intake.decision(for: row, tenant: tenant, lookup: LookupPolicy(isOn: false), at: now)
    guard try intake.carryOut(decision, for: row, tenant: tenant, at: now) else { return }
    switch decision {
    case .send:
      texted += 1
      if call.isRobot { robotsTexted += 1 }
      if call.caller.hasPrefix("+49") {
        try store.recordLookup(tenant: tenant.id, price: 0.008, unit: "USD", at: now)
        tally.lookedUp(call.tenant, at: now, millionths: 8000)
      }
      tally.decided(row.id, call, "sent", at: now)
    case .deferUntil: deferred.insert(row.id)
    case .skip(let reason):
      if reason == .shortRing, !call.isRobot { customersTooShort += 1 }
      tally.decided(row.id, call, reason.code, at: now)
    }
  }

  private func send(_ row: OutboxRow, at now: Timestamp) throws {
    guard let claimed = try store.claim(ifWaiting: row.id, at: now, lookAt: now) else { return }
    guard let index = world.tenants.firstIndex(where: { $0.id == row.tenant }) else { return }
    sequence += 1
    let sid = "SM\(sequence)"
    let accepted = now.adding(milliseconds: Int64(200 + random.below(3000)))
    let segments = row.kind == .missedCall ? 2 : 1
    let millionths = random.one(of: [76_900, 153_800, 68_250])
    try store.markAccepted(
      ifSending: row.id, attempt: claimed.attempts, sid: sid, segments: segments, at: accepted)
    try books.pay("message_attempts", sid: "sid", sid, Double(millionths) / 1_000_000, "USD")
    tally.accepted(index, at: accepted, segments: segments, millionths: millionths)
    if row.kind == .missedCall, let id = row.callID, let call = callsByID[id], claimed.attempts == 1 {
      tally.texted(
        call, message: row.id, created: row.createdAt, wasDeferred: deferred.contains(id), accepted: accepted,
        ended: ends[id] ?? call.start)
      planReplies(call, after: accepted)
    }
    guard let sent = try store.message(id: row.id) else { return }
    switch random.below(100) {
    case 0..<4 where claimed.attempts == 1:
      try store.markFailed(
        sent, code: 30008, error: "unknown error", retryAt: accepted.adding(seconds: 120), at: accepted)
    case 4..<7:
      try store.markDead(sent, code: 30005, error: "unknown number", at: accepted.adding(seconds: 5))
      if row.kind == .missedCall, let id = row.callID { tally.gaveUp(id) }
    default:
      _ = try store.applyReport(
        sid: sid, messageID: row.id, status: .delivered, at: accepted.adding(seconds: 4))
    }
  }

  private func planReplies(_ call: Call, after accepted: Timestamp) {
    guard random.chance(45) else { return }
    var at = accepted.adding(seconds: 60 + random.below(60 * 60 * (random.chance(80) ? 1 : 30)))
    for _ in 0..<(random.chance(20) ? 2 : 1) {
      let body = random.one(of: ["1", "2", "2.", "3", "Wasser im Keller; bitte \"bald\"", "1 bitte", "STOP"])
      schedule(.reply(tenant: call.tenant, caller: call.caller, body: body), at: at)
      at = at.adding(seconds: 30 + random.below(90_000))
    }
  }
}
