// DecisionTests.swift - every row of the decision table, and that the rows come in the table's order.

import Business
import LocalTime
import Testing

struct DecisionTests {
  static let policy = DecisionPolicy(shortRingSeconds: 3, zone: Zurich.zone)
  static let noon = Zurich.at("2026-02-10 12:00:30")

  /// A Swiss mobile number missed 30 seconds ago, at noon: nothing speaks against an SMS.
  static func facts(_ change: (inout MissedCallFacts) -> Void = { _ in }) -> MissedCallFacts {
    var facts = MissedCallFacts(
      caller: "+41791234567", missedAt: noon.adding(seconds: -30), dueAt: noon, now: noon)
    change(&facts)
    return facts
  }

  static func at(_ text: String, caller: String = "+41791234567") -> MissedCallFacts {
    let now = Zurich.at(text)
    return MissedCallFacts(caller: caller, missedAt: now.adding(seconds: -30), dueAt: now, now: now)
  }

  @Test func `nothing speaks against it: send`() {
    #expect(decide(Self.facts(), Self.policy) == .send)
    #expect(Decision.send.reason == .sent)
  }

  @Test(arguments: [
    "anonymous", "Anonymous", "Restricted", "", "+", "+0791234567", "0791234567", "+41 79 123 45 67",
    "client:joe", "sip:anonymous@example.org", "+266696687", "+7378742833", "+17378742833", "+86282452253",
    "+8656696", "+2562533", "+7748283", "+1234567890123456",
  ])
  func `a withheld number is skipped`(caller: String) {
    #expect(decide(Self.facts { $0.caller = caller }, Self.policy) == .skip(.withheld))
  }

  @Test(arguments: [(1, Decision.send), (5, .send), (6, .skip(.spam)), (60, .skip(.spam))])
  func `the sixth missed call of a day is spam`(rank: Int, decision: Decision) {
    #expect(decide(Self.facts { $0.missedCallsToday = rank }, Self.policy) == decision)
  }

  @Test(arguments: [
    ("+41791234567", Decision.send), ("+4366412345678", .send), ("+4915112345678", .send),
    ("+33612345678", .send), ("+393331234567", .send), ("+423791234567", .skip(.country)),
    ("+4237912345", .send), ("+447911123456", .skip(.country)), ("+12125550123", .skip(.country)),
    ("+999123456789", .skip(.country)), ("+41900123456", .skip(.country)), ("+41741234567", .skip(.country)),
    ("+41860791234567", .skip(.country)), ("+41117", .skip(.country)), ("+33899123456", .skip(.country)),
  ])
  func `only numbers of allowed countries that can be texted`(caller: String, decision: Decision) {
    #expect(decide(Self.facts { $0.caller = caller }, Self.policy) == decision)
  }

  @Test(arguments: [(-1, Decision.skip(.dedupe)), (0, .skip(.dedupe)), (899, .skip(.dedupe)), (900, .send)])
  func `no second SMS within 15 minutes`(secondsAgo: Int, decision: Decision) {
    let facts = Self.facts { $0.lastSMSAt = $0.now.adding(seconds: -secondsAgo) }
    #expect(decide(facts, Self.policy) == decision)
  }

  @Test func `several deferred rows become one SMS though dedupe is off`() {
    var policy = Self.policy
    policy.dedupeMinutes = 0
    let morning = Zurich.at("2026-02-10 07:00:10")
    var facts = Self.facts {
      $0.missedAt = Zurich.at("2026-02-09 22:00")
      $0.dueAt = Zurich.at("2026-02-10 07:00")
      $0.now = morning
      $0.lastSMSAt = morning.adding(seconds: -5)
    }
    #expect(decide(facts, policy) == .skip(.dedupe))
    facts.lastSMSAt = Zurich.at("2026-02-09 20:30")
    #expect(decide(facts, policy) == .send)
  }

  @Test(arguments: [(2, Decision.send), (3, .skip(.throttle)), (9, .skip(.throttle))])
  func `three SMS a day are enough`(count: Int, decision: Decision) {
    #expect(decide(Self.facts { $0.smsToday = count }, Self.policy) == decision)
  }

  @Test(arguments: [
    ("+41443334455", LineType?.none, Decision.skip(.landline)), ("+41583334455", nil, .skip(.landline)),
    ("+41443334455", .mobile, .send), ("+41443334455", .unknown, .skip(.landline)),
    ("+41791234567", .landline, .skip(.landline)), ("+41791234567", .unknown, .send),
    ("+41791234567", .excluded, .skip(.country)), ("+41900123456", .mobile, .skip(.country)),
  ])
  func `what Lookup knows goes before the numbering plan`(
    caller: String, known: LineType?, decision: Decision
  ) {
    let facts = Self.facts {
      $0.caller = caller
      $0.knownLineType = known
    }
    #expect(decide(facts, Self.policy) == decision)
  }

  @Test(arguments: [
    ("2026-02-10 20:59:59", Decision.send),
    ("2026-02-10 21:00:00", .deferUntil(Zurich.at("2026-02-11 07:00"))),
    ("2026-02-11 06:59:59", .deferUntil(Zurich.at("2026-02-11 07:00"))), ("2026-02-11 07:00:00", .send),
    // The nights of the two changes.
    ("2026-03-28 23:00:00", .deferUntil(Zurich.utc("2026-03-29T05:00:00"))),
    ("2026-10-24 23:00:00", .deferUntil(Zurich.utc("2026-10-25T06:00:00"))),
  ])
  func `quiet hours defer to their end`(now: String, decision: Decision) {
    #expect(decide(Self.at(now), Self.policy) == decision)
    var policy = Self.policy
    policy.quietHours.policy = .skip
    let quiet = decision != .send
    #expect(decide(Self.at(now), policy) == (quiet ? .skip(.quietHours) : .send))
  }

  @Test func `a deferral is logged as quiet hours`() {
    #expect(Decision.deferUntil(Self.noon).reason == .quietHours)
    #expect(Decision.skip(.spam).reason == .spam)
  }

  @Test(arguments: [
    ("2026-02-10 11:00:30", Decision.send), ("2026-02-10 11:00:29", .skip(.expired)),
    ("2026-02-09 12:00:00", .skip(.expired)),
  ])
  func `a row older than an hour has expired`(missed: String, decision: Decision) {
    #expect(decide(Self.facts { $0.missedAt = Zurich.at(missed) }, Self.policy) == decision)
  }

  @Test(arguments: [
    // Missed 22:00, deferred to 07:00: no age at all at 07:00, an hour at 08:00.
    ("2026-02-09 22:00:00", "2026-02-10 07:00:00", Decision.send),
    ("2026-02-09 22:00:00", "2026-02-10 08:00:00", .send),
    ("2026-02-09 22:00:00", "2026-02-10 08:00:01", .skip(.expired)),
    // Missed 20:30: half an hour before the quiet hours counts.
    ("2026-02-09 20:30:00", "2026-02-10 07:30:00", .send),
    ("2026-02-09 20:30:00", "2026-02-10 07:30:01", .skip(.expired)),
    // The same over the longer and the shorter night.
    ("2026-10-24 20:30:00", "2026-10-25 07:30:00", .send),
    ("2026-10-24 20:30:00", "2026-10-25 07:30:01", .skip(.expired)),
    ("2026-03-28 20:30:00", "2026-03-29 07:30:00", .send),
    ("2026-03-28 20:30:00", "2026-03-29 07:30:01", .skip(.expired)),
  ])
  func `time in quiet hours does not age a row`(missed: String, now: String, decision: Decision) {
    let facts = Self.facts {
      $0.missedAt = Zurich.at(missed)
      $0.now = Zurich.at(now)
    }
    #expect(decide(facts, Self.policy) == decision)
  }

  @Test(
    arguments: [
      (true, Int64(2999), 3, Reason.shortRing), (true, 3000, 3, .sent), (false, 100, 3, .sent),
      (true, 100, 0, .sent), (true, nil, 3, .sent),
    ] as [(Bool, Int64?, Int, Reason)])
  func `only a number never seen before that hangs up sooner than the limit gets no SMS`(
    isNew: Bool, rangFor: Int64?, limit: Int, reason: Reason
  ) {
    let facts = Self.facts { ($0.isNew, $0.rangFor) = (isNew, rangFor) }
    #expect(decide(facts, DecisionPolicy(shortRingSeconds: limit, zone: Zurich.zone)).reason == reason)
  }

  /// Each row's own fault, in the order of the table.
  static let faults: [(reason: Reason, cause: @Sendable (inout MissedCallFacts) -> Void)] = [
    (.withheld, { $0.caller = "anonymous" }), (.blocked, { $0.isBlocked = true }),
    (.spam, { $0.missedCallsToday = 6 }), (.optedOut, { $0.isOptedOut = true }),
    (.ownNumber, { $0.isOwnNumber = true }), (.private, { $0.isPrivate = true }),
    (.shortRing, { ($0.isNew, $0.rangFor) = (true, 2999) }),
    (.country, { $0.caller = "+447911123456" }),
    (.reached, { $0.reachedLater = true }), (.dedupe, { $0.lastSMSAt = $0.now.adding(minutes: -5) }),
    (.throttle, { $0.smsToday = 3 }), (.landline, { $0.knownLineType = .landline }),
    (.quietHours, { $0.now = Zurich.at("2026-02-10 23:00") }),
    (.expired, { $0.missedAt = Zurich.at("2026-02-08 12:00") }),
  ]

  @Test func `of two faults the upper row of the table gives the reason`() {
    #expect(Self.faults.map(\.reason) + [.sent] == Reason.allCases)
    for upper in Self.faults.indices {
      for lower in upper..<Self.faults.count {
        var facts = Self.facts()
        // Causes that move the clock or the number come first, so that they do not undo each other.
        Self.faults[lower].cause(&facts)
        Self.faults[upper].cause(&facts)
        if [upper, lower].contains(where: { Self.faults[$0].reason == .dedupe }) {
          facts.lastSMSAt = facts.now.adding(minutes: -5)
        }
        let reason = decide(facts, Self.policy).reason
        #expect(reason == Self.faults[upper].reason, "with \(Self.faults[lower].reason)")
      }
    }
  }

  @Test func `each reason has a code of its own, a meaning and a cure`() {
    #expect(Set(Reason.allCases.map(\.code)).count == Reason.allCases.count)
    let tenant = Tenant(
      id: "a", name: "A", smsSender: "+41435550101", callbackPhone: "+41435550101",
      websiteDomain: "a.example")
    for reason in Reason.allCases {
      #expect(Reason(code: reason.code) == reason)
      #expect(!reason.meaning(tenant).isEmpty && !reason.cure(tenant, "+41791234567").isEmpty)
    }
  }
}
