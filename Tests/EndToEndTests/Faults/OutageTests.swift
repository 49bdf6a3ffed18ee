// OutageTests.swift - the host is down for an hour: no shipped program runs, Twilio's fallback connects the callers.
// Afterwards the sweep finds what Twilio knows and we do not, and webhooks that turn up later double nothing.
//
// In process, with more orders: Tests/BatchTests/HostDownTests.swift.

import LocalTime
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(.enabled(if: FaultTracer.program != nil, "fault-tracer is not built"))
  struct OutageTests {
    /// The hour, and whom it found too late for an SMS.
    private func hour() throws -> (day: PlayedDay, early: String) {
      let day = PlayedDay(try FaultInstallation(tenant: "dedupe_minutes: 600,"))
      let world = day.world
      func rest(minutes: Int) { world.clock.advance(milliseconds: Int64(minutes) * 60_000) }
      // The lists have been read, and two wait for answers to their SMS.
      try world.run()
      let writer = try day.miss(ringing: 10)
      let stopper = try day.miss(kind: .stopper, ringing: 10)
      for _ in 0..<12 { try world.run(after: 31) }
      try day.report()

      day.isDown = true
      let early = try day.miss(ringing: 10)
      day.expectLate(early)
      try day.write("1", from: writer)
      let reached = try day.miss(kind: .reached, ringing: 10)
      day.expectLate(reached)
      rest(minutes: 12)
      try day.answer(reached, kind: .reached, ringing: 5)
      try day.answer(ringing: 5)
      try day.write("STOP", from: stopper)
      try day.miss("anonymous", kind: .withheld, ringing: 5)
      try day.miss("+41434441234", kind: .landline, ringing: 10)
      rest(minutes: 30)
      try day.write("Und die Heizung ist kalt", from: writer)
      try day.miss(stopper, kind: .stopper, ringing: 10)
      // Still in time, and called again.
      let late = try day.miss(kind: .repeated, ringing: 10)
      try day.miss(late, kind: .repeated, ringing: 10)
      rest(minutes: 17)
      day.isDown = false
      return (day, early)
    }

    @Test func `everybody is found, once, and webhooks that turn up afterwards change nothing`() throws {
      let (day, early) = try hour()
      let world = day.world
      for _ in 0..<14 { #expect(try world.run(after: 60).exitCode == 0) }
      try day.report()
      try day.expectRight("swept")
      #expect(try world.list("tickets").filter { $0["phone"] == early }.map { $0["source"] } == ["sweep"])
      let lists = ["calls", "messages", "tickets", "events", "optouts"]
      let before = try lists.flatMap { try world.list($0).map(\.description) }
      #expect(day.undelivered.count > 12)
      var random = SeededRandom(seed: SeededRandom.firstSeed)
      for webhook in (day.undelivered + day.undelivered).shuffled(using: &random) {
        let answer = try world.deliver(webhook)
        #expect(answer.isGood, "\(webhook.kind): \(answer.text)")
      }
      #expect(try lists.flatMap { try world.list($0).map(\.description) } == before)
      try day.settle()
      try day.expectRight("and delivered")
    }

    /// The files that `apply` has written, on a web server elsewhere.
    private func fallback(_ world: FaultInstallation) throws -> CallScript.Fallback {
      let site = "https://static.example.org/"
      var documents: [String: String] = [:]
      for name in try Files.list(world.home.fallback) {
        documents[site + name] = String(
          decoding: try Files.read("\(world.home.fallback)/\(name)"), as: UTF8.self)
      }
      return .site(site + "doerfler.xml", documents: documents)
    }

    @Test func `who leaves a message at the fallback is a request on the desk once the host is back`() throws
    {
      let world = try FaultInstallation()
      try world.run()
      let (clock, landline) = (world.clock, "+41434441234")
      var webhooks: [Webhook] = []
      for (caller, seconds) in [(landline, 23), ("anonymous", 9), ("+41791000001", nil)] as [(String, Int?)] {
        var script = CallScript(
          from: caller, to: FaultInstallation.number, publicURL: FaultInstallation.publicURL)
        script.spoken = seconds
        script.fallback = try fallback(world)
        let call = try world.standIn.play(
          script, wait: { clock.advance(milliseconds: Int64($0) * 1000) }, post: { _, _ in .unreachable })
        #expect(call.dialled == [FaultInstallation.business])
        #expect(call.said.first?.contains("Ihre Nachricht wird aufgenommen") == true, "\(call.said)")
        webhooks += call.exchanges.filter { $0.answer?.status == 0 }.map(\.webhook)
        clock.advance(milliseconds: 300_000)
      }
      for _ in 0..<6 { #expect(try world.run(after: 60).exitCode == 0) }
      let tickets = try world.list("tickets")
      #expect(tickets.map { $0["phone"] } == [landline, "anonymous"])
      #expect(tickets.map { $0["summary"] } == ["Sprachnachricht, 0:23", "Sprachnachricht, 0:09"])
      for ticket in tickets {
        #expect(ticket["urgency"] == "MED" && ticket["status"] == "NEEDS_CALLBACK", "\(ticket)")
        #expect(ticket["recordings"]?.contains("stored") == true, "\(ticket)")
      }
      #expect(try world.standIn.recordingCount() == 0)
      #expect(try world.goodTexts(to: FaultInstallation.staff).count == 2)
      #expect(try world.goodTexts(to: "+41791000001").count == 1)
      for webhook in webhooks { #expect(try world.deliver(webhook).isGood) }
      for _ in 0..<6 { #expect(try world.run(after: 60).exitCode == 0) }
      #expect(try world.list("tickets").map(\.description) == tickets.map(\.description))
    }

    @Test func `webhooks that turn up while the sweep is at work double nothing`() throws {
      let (day, _) = try hour()
      let world = day.world
      var random = SeededRandom(seed: SeededRandom.firstSeed)
      var waiting = (day.undelivered + day.undelivered).shuffled(using: &random)
      while !waiting.isEmpty {
        let runner = try world.startOpsfabric(["run"])
        let handlers = try waiting.prefix(3).map { try world.startHandler($0) }
        waiting.removeFirst(handlers.count)
        for handler in handlers { #expect(HandlerAnswer(try world.end(handler, plan: FaultPlan())).isGood) }
        #expect(try world.end(runner, plan: FaultPlan()).exitCode == 0)
        world.clock.advance(milliseconds: 40_000)
      }
      try day.settle()
      try day.expectRight("seed \(SeededRandom.firstSeed)")
    }
  }
}
