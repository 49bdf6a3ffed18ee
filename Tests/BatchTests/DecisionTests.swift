// DecisionTests.swift - every row of spec section 3 through handlers and runner, and the order of the rows.

import Business
import LocalTime
import StandIn
import Store
import TestSupport
import Testing

struct DecisionTests {
  private func lastReason(_ world: TestWorld) throws -> String? { try world.list(.calls).last?["reason"] }

  @Test func `a miss is sent at end of call plus delay, not before`() throws {
    let world = try TestWorld()
    world.miss()
    try world.run(after: 29)
    #expect(try world.texts().isEmpty)
    try world.run(after: 1)
    #expect(try world.texts().count == 1)
    #expect(try world.list(.calls).first?["decision"] == "sent")
    #expect(try lastReason(world) == "sent")
  }

  @Test func `the SMS is the tenant's text with its number, in two segments of GSM-7`() throws {
    let world = try TestWorld()
    world.miss()
    try world.run(after: 30)
    #expect(
      try world.texts().first == """
        Danke für Ihren Anruf bei Dörfler AG.
        Wir sind gerade im Einsatz.

        Antworten Sie mit:
        1 = Dringend / Notfall
        2 = Rückruf gewünscht
        3 = Anfrage mit Details senden

        Oder rufen Sie nochmals an: +41435550100
        """)
    let message = try #require(try world.list(.messages).first)
    #expect(message["encoding"] == "GSM-7")
    #expect(message["segments"] == "2")
  }

  @Test(arguments: [
    "anonymous", "Anonymous", "Restricted", "unknown", "unavailable", "private", "", "+266696687",
    "+7378742833",
    "+17378742833", "+8656696", "+2562533", "+86282452253", "+7748283", "client:tom", "sip:a@b.ch",
    "0791234567",
  ])
  func `withheld`(caller: String) throws {
    let world = try TestWorld()
    world.miss(from: caller)
    try world.run(after: 31)
    #expect(try world.list(.calls).first?["decision"] == "skipped")
    #expect(try lastReason(world) == "withheld")
    #expect(try world.standIn.requests().filter { $0.action == "messages.create" }.isEmpty)
  }

  /// A call whose caller hangs up after that many seconds, while it rings.
  private func ring(_ world: TestWorld, seconds: Int, from: String = TestWorld.caller) {
    let sid = newSid("CA")
    _ = world.post("voice", world.callFields(sid, from: from, status: "ringing"))
    world.clock.advance(seconds: seconds)
    _ = world.post(
      "dial-result",
      world.callFields(sid, from: from, status: "completed") + [
        ("DialCallStatus", "canceled"), ("DialBridged", "false"),
      ])
  }

  @Test func `a number never seen before that rings off at once is texted for its second call only`() throws {
    let world = try TestWorld()
    try world.changeTenant { $0.shortRingSeconds = 3 }
    ring(world, seconds: 2)
    try world.run(after: 31)
    #expect(try lastReason(world) == "short_ring")
    #expect(try world.texts().isEmpty)
    ring(world, seconds: 2)
    try world.run(after: 31)
    #expect(try lastReason(world) == "sent")
    ring(world, seconds: 3, from: "+41791112233")
    try world.run(after: 31)
    #expect(try world.texts(to: "+41791112233").count == 1)
    // Nothing is promised to a robot, and nobody is asked to act; the ledger has the call all the same.
    #expect(try world.list(.tickets).isEmpty)
  }

  @Test func `who is known, or where the setting is off, may ring as shortly as he likes`() throws {
    let world = try TestWorld()
    ring(world, seconds: 1)
    try world.run(after: 31)
    #expect(try lastReason(world) == "sent")
    try world.changeTenant { $0.shortRingSeconds = 5 }
    try world.text("Guten Tag", from: "+41791112233")
    world.clock.advance(seconds: 5)
    ring(world, seconds: 1, from: "+41791112233")
    try world.run(after: 31)
    #expect(try lastReason(world) == "sent")
  }

  @Test func `blocked, until the block's time is over`() throws {
    let world = try TestWorld()
    try world.store().block(
      tenant: "doerfler", phone: TestWorld.caller, reason: .manual, at: world.clock.now,
      until: world.clock.now.adding(hours: 1))
    world.miss()
    try world.run(after: 31)
    #expect(try lastReason(world) == "blocked")
    world.clock.advance(seconds: 3600)
    world.miss()
    try world.run(after: 31)
    #expect(try lastReason(world) == "sent")
    #expect(try world.list(.blocklist).isEmpty)
  }

  @Test func `the sixth missed call of the day is spam, blocks the number, and later ones are blocked`()
    throws
  {
    let world = try TestWorld()
    for _ in 0..<7 {
      world.miss()
      try world.run(after: 1000)
    }
    #expect(
      try world.list(.calls).map { $0["reason"] } == [
        "sent", "sent", "sent", "throttle", "throttle", "spam", "blocked",
      ])
    #expect(try world.list(.blocklist).first?["reason"] == "spam")
    #expect(try world.list(.blocklist).first?["until"] == "")
  }

  @Test func `the count of missed calls begins anew with the tenant's local day`() throws {
    let world = try TestWorld(at: try #require(Timestamp(iso8601: "2026-02-10T22:50:00Z"))) {
      $0.quietHours.to = $0.quietHours.from
    }
    for _ in 0..<5 {
      world.miss()
      world.clock.advance(seconds: 100)
    }
    world.clock.now = try #require(Timestamp(iso8601: "2026-02-10T23:00:01Z"))
    world.miss()
    try world.run(after: 31)
    #expect(try world.list(.blocklist).isEmpty)
  }

  @Test func `a block by the spam rule ends after block_days`() throws {
    let world = try TestWorld { $0.blockDays = 2 }
    for _ in 0..<6 {
      world.miss()
      try world.run(after: 100)
    }
    #expect(try world.list(.blocklist).count == 1)
    try world.run(after: 2 * 86_400)
    #expect(try world.list(.blocklist).isEmpty)
  }

  @Test(arguments: ["own", "business", "staff", "other tenant", "alerts"])
  func `own_number`(whose: String) throws {
    let world = try TestWorld { $0.staffNumbers = ["+41796660000"] }
    world.installation.alertNumbers = ["+41797770000"]
    try world.addTenant("muster", number: "+41795550200")
    let number = [
      "own": TestWorld.number, "business": TestWorld.business, "staff": "+41796660000",
      "other tenant": "+41795550200",
      "alerts": "+41797770000",
    ][whose]
    world.miss(from: try #require(number))
    try world.run(after: 31)
    #expect(try lastReason(world) == "own_number")
  }

  @Test(arguments: [
    "+447911123456", "+14155550100", "+41900123456", "+41800123456", "+41840123456", "+41740123456",
    "+41878123456",
    "+41860791234567", "+41117", "+4179123456", "+491371234567", "+43900123456", "+33899123456",
  ])
  func `country: not allowed, or a number that is no subscriber's`(caller: String) throws {
    let world = try TestWorld()
    world.miss(from: caller)
    try world.run(after: 31)
    #expect(try lastReason(world) == "country")
  }

  @Test func `reached: a later call was answered before the SMS was due`() throws {
    let world = try TestWorld()
    world.miss()
    world.clock.advance(seconds: 5)
    try world.call(.answered(seconds: 10)) { $0.ring = 3 }
    try world.run(after: 31)
    #expect(try world.list(.calls).first?["reason"] == "reached")
    #expect(try world.texts().isEmpty)
  }

  @Test func `an earlier answered call does not count as reached`() throws {
    let world = try TestWorld()
    try world.call(.answered(seconds: 10))
    world.miss()
    try world.run(after: 31)
    #expect(try lastReason(world) == "sent")
  }

  @Test func `nobody is texted while on the phone with the tenant`() throws {
    let world = try TestWorld()
    world.miss()
    world.clock.advance(seconds: 10)
    _ = world.post("voice", world.callFields("CA2", status: "ringing"))
    try world.run(after: 25)
    #expect(try world.list(.calls).first?["decision"] == "pending")
    _ = world.post(
      "dial-result",
      world.callFields("CA2", status: "completed") + [
        ("DialCallStatus", "completed"), ("DialBridged", "true"),
      ])
    try world.run(after: 5)
    #expect(try world.list(.calls).first?["reason"] == "reached")
  }

  @Test func `dedupe: an SMS went to the number less than 15 minutes ago`() throws {
    let world = try TestWorld()
    world.miss()
    try world.run(after: 31)
    world.clock.advance(seconds: 800)
    world.miss()
    try world.run(after: 31)
    #expect(try lastReason(world) == "dedupe")
    world.clock.advance(seconds: 120)
    world.miss()
    try world.run(after: 31)
    #expect(try lastReason(world) == "sent")
  }

  @Test func `an SMS that was given up does not count for dedupe`() throws {
    let world = try TestWorld()
    try world.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: 21211))
    world.miss()
    try world.run(after: 31)
    world.clock.advance(seconds: 60)
    world.miss()
    try world.run(after: 31)
    #expect(try world.list(.calls).map { $0["reason"] } == ["dead", "sent"])
  }

  @Test func `the same caller at two tenants gets both texts`() throws {
    let world = try TestWorld()
    try world.addTenant("muster", number: "+41435550200")
    world.miss()
    world.miss(to: "+41435550200")
    try world.run(after: 31)
    #expect(try world.texts().count == 2)
  }

  @Test func `throttle: three SMS to the number today`() throws {
    let world = try TestWorld()
    for _ in 0..<4 {
      world.miss()
      try world.run(after: 1000)
    }
    #expect(try lastReason(world) == "throttle")
    #expect(try world.texts().count == 3)
  }

  @Test(arguments: ["+41434445566", "+41512345678", "+41581234567", "+41711234567"])
  func `a Swiss landline is known by the plan and costs no lookup`(caller: String) throws {
    let world = try TestWorld()
    world.miss(from: caller)
    try world.run(after: 31)
    #expect(try lastReason(world) == "landline")
    #expect(try world.standIn.requests("lookup").isEmpty)
  }

  @Test func `a foreign number is looked up once and the answer is kept 90 days`() throws {
    let world = try TestWorld()
    try world.standIn.setLine("+4930123456", type: "landline")
    for _ in 0..<2 {
      world.miss(from: "+4930123456")
      try world.run(after: 31)
      #expect(try lastReason(world) == "landline")
    }
    #expect(try world.standIn.requests("lookup").count == 1)
    world.clock.advance(seconds: 91 * 86_400)
    world.miss(from: "+4930123456")
    try world.run(after: 31)
    #expect(try world.standIn.requests("lookup").count == 2)
  }

  @Test func `a foreign mobile is sent to after the lookup`() throws {
    let world = try TestWorld()
    world.miss(from: "+4915112345678")
    try world.run(after: 31)
    #expect(try lastReason(world) == "sent")
    #expect(try world.standIn.requests("lookup").count == 1)
  }

  @Test(arguments: [Fault.http500, .hang(seconds: 20), .unauthorized401, .garbage(httpStatus: 200)])
  func `a lookup that fails does not stop the SMS`(fault: Fault) throws {
    let world = try TestWorld()
    try world.standIn.plan("lookup", fault: fault, times: 9)
    world.miss(from: "+4915112345678")
    try world.run(after: 31)
    try world.run(after: 5)
    #expect(try lastReason(world) == "sent")
  }

  @Test func `with lookup off nothing is asked and a number that may be mobile is sent to`() throws {
    let world = try TestWorld()
    world.installation.lookup = false
    try world.apply()
    world.miss(from: "+4915112345678")
    try world.run(after: 31)
    #expect(try lastReason(world) == "sent")
    #expect(try world.standIn.requests("lookup").isEmpty)
  }

  @Test func `the lookup runs before the SMS is due`() throws {
    let world = try TestWorld()
    world.miss(from: "+4915112345678")
    try world.run()
    #expect(try world.standIn.requests("lookup").count == 1)
  }

  @Test func `quiet hours defer to their end and the deferral uses up no retry`() throws {
    let world = try TestWorld(at: try #require(Timestamp(iso8601: "2026-02-10T21:30:00Z")))
    world.miss()
    try world.run(after: 31)
    let call = try #require(try world.list(.calls).first)
    #expect(call["decision"] == "deferred")
    #expect(call["reason"] == "quiet_hours")
    #expect(call["due_at"] == "2026-02-11T06:00:00Z")
    world.clock.now = try #require(Timestamp(iso8601: "2026-02-11T05:59:50Z"))
    try world.run()
    #expect(try world.texts().isEmpty)
    world.clock.now = try #require(Timestamp(iso8601: "2026-02-11T06:00:00Z"))
    try world.run()
    #expect(try world.texts().count == 1)
    #expect(try world.list(.messages).first?["attempts"] == "1")
  }

  @Test(arguments: [
    ("2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z"), ("2026-10-24T21:00:00Z", "2026-10-25T06:00:00Z"),
  ])
  func `quiet hours end at seven local time on both DST days`(miss: String, due: String) throws {
    let world = try TestWorld(at: try #require(Timestamp(iso8601: miss)))
    world.miss()
    try world.run(after: 31)
    #expect(try world.list(.calls).first?["due_at"] == due)
  }

  @Test func `quiet_policy skip sends nothing`() throws {
    let world = try TestWorld(at: try #require(Timestamp(iso8601: "2026-02-10T21:30:00Z"))) {
      $0.quietHours.policy = .skip
    }
    world.miss()
    try world.run(after: 31)
    #expect(try world.list(.calls).first?["decision"] == "skipped")
    #expect(try lastReason(world) == "quiet_hours")
  }

  @Test func `several deferred rows of one number become one SMS`() throws {
    let world = try TestWorld(at: try #require(Timestamp(iso8601: "2026-02-10T20:30:00Z")))
    for _ in 0..<3 {
      world.miss()
      try world.run(after: 1800)
    }
    world.clock.now = try #require(Timestamp(iso8601: "2026-02-11T06:00:05Z"))
    try world.run()
    #expect(try world.list(.calls).map { $0["reason"] } == ["sent", "dedupe", "dedupe"])
    #expect(try world.texts().count == 1)
  }

  @Test func `expired: older than an hour, and the caller becomes a ticket`() throws {
    let world = try TestWorld()
    world.miss()
    try world.run(after: 3601)
    #expect(try lastReason(world) == "expired")
    #expect(try world.texts().isEmpty)
    #expect(try world.list(.tickets).first?["phone"] == TestWorld.caller)
  }

  @Test func `time in quiet hours does not age a row`() throws {
    let world = try TestWorld(at: try #require(Timestamp(iso8601: "2026-02-10T19:50:00Z")))
    world.miss()
    world.clock.now = try #require(Timestamp(iso8601: "2026-02-11T06:30:00Z"))
    try world.run()
    #expect(try lastReason(world) == "sent")
  }

  /// Each row of the table beats every later one: a call to which all of them apply gets the first.
  @Test func `the rules apply in the order of the specification`() throws {
    let order = [
      "blocked", "spam", "opted_out", "own_number", "country", "reached", "dedupe", "throttle", "landline",
      "quiet_hours",
    ]
    for first in order.indices {
      let active = Set(order[first...])
      let world = try TestWorld(at: try #require(Timestamp(iso8601: "2026-02-10T13:00:00Z"))) {
        if active.contains("own_number") { $0.staffNumbers = ["+4930123456"] }
        $0.allowedCountries = active.contains("country") ? ["CH"] : ["CH", "DE"]
        if active.contains("quiet_hours") { ($0.quietHours.from, $0.quietHours.to) = (12 * 60, 16 * 60) }
        $0.quietHours.policy = .skip
        $0.spamMissedCallsPerDay = active.contains("spam") ? 0 : 99
        $0.maxSMSPerDay = 1
      }
      let caller = "+4930123456"
      let store = try world.store()
      let now = world.clock.now
      if active.contains("blocked") {
        try store.block(tenant: "doerfler", phone: caller, reason: .manual, at: now, until: nil)
      }
      if active.contains("opted_out") { try store.optOut(tenant: "doerfler", phone: caller, at: now) }
      if active.contains("landline") {
        try store.learnLineType(phone: caller, type: .landline, from: "test", at: now)
      } else {
        try store.learnLineType(phone: caller, type: .mobile, from: "test", at: now)
      }
      if active.contains("dedupe") || active.contains("throttle") {
        let age = active.contains("dedupe") ? -5 : -40
        try store.enqueue(
          NewMessage(
            tenant: "doerfler", recipient: caller, sender: TestWorld.number, kind: .missedCall,
            text: .init("x"),
            dueAt: now.adding(days: 30), expiresAt: now.adding(days: 31)), at: now.adding(minutes: age))
      }
      world.miss(from: caller)
      if active.contains("reached") {
        world.clock.advance(seconds: 2)
        try world.call(from: caller, .answered(seconds: 5))
      }
      try world.run(after: 31)
      #expect(try world.list(.calls).first?["reason"] == order[first])
    }
  }

  @Test func `the ledger balances: every missed call has exactly one outcome`() throws {
    let world = try TestWorld()
    for caller in [
      "anonymous", "+41434445566", "+447911123456", TestWorld.caller, TestWorld.caller, "+41781112233",
    ] {
      world.miss(from: caller)
    }
    try world.run(after: 31)
    let calls = try world.list(.calls)
    #expect(calls.count == 6)
    #expect(calls.allSatisfy { ["sent", "skipped"].contains($0["decision"] ?? "") && $0["reason"] != "" })
    #expect(try world.eventTypes().filter { $0.hasPrefix("decision_") }.count == 6)
  }
}
