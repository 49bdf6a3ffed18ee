// ClockTests.swift - the host's clock is set back or forward by an hour, at the worst moments; summer time; a leap
// day. Nobody is texted twice, nobody is forgotten, nothing hangs.
//
// Twilio's clock, and the one that is never set, go on as before: TestClock.set.

import LocalTime
import StandIn
import TestSupport
import Testing

struct ClockTests {
  /// Cron's next minutes.
  private func minutes(_ count: Int, _ world: TestWorld) throws {
    for _ in 0..<count {
      let begin = world.clock.trueNow
      try world.run(linger: 55)
      let took = world.clock.trueNow.milliseconds(since: begin)
      #expect(took < 70_000, "a run of 55 s took \(took) ms")
      world.clock.advance(milliseconds: Int(max(0, 60_000 - took)))
    }
  }

  private static let steps = [-3600, 3600, -7200, 7200, -40, 40]

  @Test(arguments: steps) func `set while an SMS waits to be due`(_ step: Int) throws {
    let world = try TestWorld()
    try minutes(1, world)
    let began = world.clock.trueNow
    world.miss()
    world.clock.set(bySeconds: step)
    try minutes(4, world)
    // Grown too old by a clock set forward for more than an hour: then a ticket says so.
    let texts = try world.standIn.messages(to: TestWorld.caller)
    let tickets = try world.list(.tickets)
    #expect(texts.count == 1 || (texts.isEmpty && tickets.count == 1))
    #expect(step > 3000 || texts.count == 1)
    for text in texts { #expect(text.createdAt.milliseconds(since: began) < 120_000) }
    try minutes(70, world)
    #expect(try world.standIn.messages(to: TestWorld.caller).count == texts.count)
  }

  @Test(arguments: steps) func `set in the middle of a lingering run`(_ step: Int) throws {
    let world = try TestWorld()
    world.miss()
    let began = world.clock.trueNow
    var isSet = false
    world.transport.onPoll = {
      guard !isSet, world.clock.trueNow.milliseconds(since: began) > 12_000 else { return }
      isSet = true
      world.clock.set(bySeconds: step)
      // A reply comes in just then.
      _ = try? world.text("2", from: "+41781112233")
    }
    try minutes(3, world)
    #expect(isSet)
    #expect(try world.texts(to: "+41781112233").count == 1)
    let texts = try world.standIn.messages(to: TestWorld.caller)
    let tickets = try world.list(.tickets).filter { $0["phone"] == TestWorld.caller }
    #expect(texts.count + tickets.count == 1)
    #expect(step > 3000 || texts.count == 1)
    for text in texts { #expect(text.createdAt.milliseconds(since: began) < 60_000) }
    #expect(try world.eventTypes().contains("alert"))
  }

  @Test(arguments: steps) func `set between the request and the lost answer's reconciliation`(_ step: Int)
    throws
  {
    let world = try TestWorld()
    try minutes(1, world)
    world.miss()
    try world.standIn.plan("messages.create", fault: .lostAnswer)
    world.clock.advance(seconds: 31)
    try world.run()
    #expect(try world.list(.messages).first?["state"] == "sending")
    world.clock.set(bySeconds: step)
    try minutes(5, world)
    #expect(try world.list(.messages).first?["state"] == "accepted")
    #expect(try world.standIn.requests("messages.create").count == 1)
  }

  @Test(arguments: steps) func `set while a request that never arrived is looked for`(_ step: Int) throws {
    let world = try TestWorld()
    try minutes(1, world)
    world.miss()
    try world.standIn.plan("messages.create", fault: .hang(seconds: 30))
    world.clock.advance(seconds: 31)
    try world.run()
    let lost = world.clock.trueNow
    world.clock.set(bySeconds: step)
    try minutes(6, world)
    let requests = try world.standIn.requests("messages.create")
    if step >= 3600 {
      // Between two runs that is the same as an hour without any: too late, and the operator is told.
      #expect(try world.list(.messages).first?["state"] == "dead")
      #expect(try world.eventTypes().contains("alert"))
      return
    }
    #expect(try world.texts().count == 1)
    #expect(requests.count == 2)
    // Set back, it does not take an hour.
    #expect(requests[1].at.milliseconds(since: lost) < 240_000)
  }

  @Test func `set forward while Twilio is late to show a message, it is not sent twice`() throws {
    let world = try TestWorld()
    world.miss()
    try world.standIn.plan("messages.create", fault: .lostAnswer)
    // For 40 seconds after the loss the list shows nothing.
    var shownAt: Timestamp?
    func show(_ direction: String) {
      try? HeldDatabase.run(
        "UPDATE messages SET direction = '\(direction)'", on: "\(world.standIn.directory)/standin.sqlite3")
    }
    world.transport.onPoll = {
      if let at = shownAt, world.clock.trueNow >= at { show("outbound-api") }
      guard shownAt == nil, (try? world.standIn.requests("messages.create").count) == 1 else { return }
      shownAt = world.clock.trueNow.adding(seconds: 40)
      show("hidden")
      world.clock.set(bySeconds: 3600)
    }
    try minutes(5, world)
    #expect(shownAt != nil)
    #expect(try world.standIn.requests("messages.create").count == 1)
    #expect(try world.list(.messages).first?["state"] == "accepted")
  }

  @Test(arguments: steps) func `a run on a clock that was wrong leaves no gap in the sweep`(_ step: Int)
    throws
  {
    let world = try TestWorld()
    try minutes(2, world)
    world.clock.set(bySeconds: step)
    try minutes(7, world)
    world.clock.set(bySeconds: -step)
    try world.call { $0.lost = Set(CallScript.Stage.allCases) }
    _ = try world.standIn.receiveMessage(
      from: "+41781112233", to: TestWorld.number, body: "2", url: "https://lost")
    try minutes(14, world)
    #expect(try world.list(.calls).map { $0["outcome"] } == ["missed"])
    #expect(try world.texts().count == 1)
    #expect(try world.list(.tickets).count == 1)
    #expect(try world.texts(to: "+41781112233").count == 1)
  }

  @Test func `a clock set back does not make a dead runner look alive`() throws {
    let world = try TestWorld()
    try minutes(1, world)
    world.clock.set(bySeconds: -3600)
    try minutes(1, world)
    #expect(world.send("health", method: "GET").status == 200)
    world.clock.advance(seconds: 400)
    #expect(world.send("health", method: "GET").status == 503)
  }

  // MARK: days that are not like others

  /// Misses all through a night, and what became of them.
  private func night(from evening: String, hours: Int) throws -> [String] {
    let world = try TestWorld(at: try #require(Timestamp(iso8601: evening)))
    for hour in 0..<hours {
      world.miss(from: "+4179100000\(hour)")
      try world.run(after: 1800)
      try world.run(after: 1800)
    }
    for _ in 0..<4 { try world.run(after: 1800) }
    #expect(try world.list(.calls).allSatisfy { $0["reason"] == "sent" })
    for hour in 0..<hours { #expect(try world.texts(to: "+4179100000\(hour)").count == 1) }
    return try world.standIn.messages().map(\.createdAt.iso8601)
  }

  @Test func `the night of 23 hours: all wait for seven o'clock, once`() throws {
    // 28 March 2026, 21:30 in Zurich, to 06:30 of the summer.
    let times = try night(from: "2026-03-28T20:30:00Z", hours: 8)
    #expect(times.allSatisfy { $0 >= "2026-03-29T05:00:00Z" && $0 < "2026-03-29T06:00:00Z" }, "\(times)")
  }

  @Test func `the night of 25 hours: all wait for seven o'clock, once`() throws {
    // 24 October 2026, 21:30 in Zurich, to 05:30 of the winter.
    let times = try night(from: "2026-10-24T19:30:00Z", hours: 9)
    #expect(times.allSatisfy { $0 >= "2026-10-25T06:00:00Z" && $0 < "2026-10-25T07:00:00Z" }, "\(times)")
  }

  @Test(arguments: [("2026-10-25T00:30:00Z", 3), ("2026-03-29T00:30:00Z", 3)])
  func `in the doubled and in the missing hour the limits of the day hold`(_ start: String, _ limit: Int)
    throws
  {
    let world = try TestWorld(at: try #require(Timestamp(iso8601: start))) {
      $0.quietHours.from = $0.quietHours.to
      $0.dedupeMinutes = 1
    }
    for _ in 0..<5 {
      world.miss()
      try world.run(after: 1200)
    }
    let reasons = try world.list(.calls).map { $0["reason"] ?? "" }
    #expect(reasons == ["sent", "sent", "sent", "throttle", "throttle"])
    #expect(try world.texts().count == limit)
  }

  @Test func `29 February is a day like any other`() throws {
    // A Tuesday, 20:50 in Zurich: the tickets of two days, and a night in between.
    let world = try TestWorld(at: try #require(Timestamp(iso8601: "2028-02-29T19:50:00Z")))
    try world.text("Heizung kalt")
    world.miss(from: "+41781112233")
    try world.run(after: 31)
    world.clock.advance(seconds: 4 * 3600)
    world.miss(from: "+41781112244")
    try world.text("Wasser auch")
    try world.run(after: 31)
    world.clock.now = try #require(Timestamp(iso8601: "2028-03-01T06:00:01Z"))
    try world.run()
    let tickets = try world.list(.tickets)
    #expect(tickets.map { $0["created_at"] } == ["2028-02-29T19:50:00Z", "2028-02-29T23:50:31Z"])
    #expect(try world.texts(to: "+41781112233").count == 1)
    #expect(try world.texts(to: "+41781112244").count == 1)
    #expect(try world.list(.calls).map { $0["reason"] } == ["sent", "sent"])
  }
}
