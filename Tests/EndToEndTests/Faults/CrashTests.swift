// CrashTests.swift - handlers and runner killed with SIGKILL, at random and at every step between two effects:
// each missed call keeps exactly one outcome, each caller gets exactly the SMS the rules give.
//
// FAULT_SEED=N plays a failure again (what runs at once may still meet in another order); FAULT_KEEP names a
// folder for a copy of the failed installation. SOAK_MINUTES=N (`make soak`) plays on for so long.

import Glibc
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(.enabled(if: FaultTracer.program != nil, "fault-tracer is not built"))
  struct CrashTests {
    // MARK: at random

    private func play(_ seed: UInt64, _ count: inout FaultCount) throws -> FaultyDay {
      let day = try FaultyDay(seed: seed)
      try day.play()
      try day.settle()
      count.add(day)
      expect(day.truth, day.world, "FAULT_SEED=\(seed)")
      return day
    }

    private func expect(_ truth: Truth, _ world: FaultInstallation, _ name: String) {
      do {
        let violations = try ExpectedDay(truth, world).violations()
        guard !violations.isEmpty else { return }
        Issue.record("\(name): \(violations.joined(separator: "\n"))")
      } catch {
        Issue.record("\(name): \(error)")
      }
      world.keep(as: name)
    }

    @Test func `killed at random, everybody gets what the rules give, once`() throws {
      var count = FaultCount()
      let day = try play(SeededRandom.firstSeed, &count)
      #expect(count.kills > 0)
      try expectNoticed(day)
    }

    /// What the model is for: each kind of loss and of doubling is seen.
    private func expectNoticed(_ day: FaultyDay) throws {
      func notices(_ what: String, in part: String) throws {
        let found = try ExpectedDay(day.truth, day.world).violations()
        #expect(found.contains { $0.contains(part) }, "\(what): \(found)")
      }
      let database = day.world.home.database
      let twilio = "\(day.world.standIn.directory)/standin.sqlite3"
      let sent = try #require(try day.world.list("calls").first { $0["reason"] == "sent" })
      let caller = sent["from"] ?? ""
      try HeldDatabase.run(
        """
        UPDATE message_attempts SET sid = 'SMother'
        WHERE sid = (SELECT min(sid) FROM message_attempts WHERE sid LIKE 'SM%')
        """, on: database)
      try notices("an SMS that is not in the books", in: "is booked 0 times")
      try HeldDatabase.run(
        """
        INSERT INTO messages SELECT 999999, 'SMtwice', account_sid, service_sid, sender, recipient, body, 'delivered',
          direction, segments, media, price, error_code, status_callback, validity_period, sequence, created_at,
          updated_at, sent_at FROM messages WHERE recipient = '\(caller)' AND status = 'delivered' LIMIT 1
        """, on: twilio)
      try notices("a message sent twice", in: "was sent 2 times")
      try HeldDatabase.run("DELETE FROM messages WHERE recipient = '\(caller)'", on: twilio)
      try notices("a message that was never sent", in: "was sent 0 times")
      try HeldDatabase.run(
        "UPDATE calls SET reason = 'throttle' WHERE id = \(sent["id"] ?? "")", on: database)
      try notices("another decision", in: "throttle")
      try HeldDatabase.run("DELETE FROM calls WHERE id = \(sent["id"] ?? "")", on: database)
      try notices("a lost call", in: "has 0 rows")
      try HeldDatabase.run(
        """
        INSERT INTO tickets (tenant, phone, local_day, source, urgency, status, sla_due_at, created_at, updated_at)
        SELECT tenant, caller, '2026-02-09', 'sms', 'MED', 'NEW', 1, 1, 1 FROM calls WHERE caller LIKE '+4%' LIMIT 1
        """, on: database)
      try notices("a ticket too many", in: "ticket")
      try noticesOfTelephone(day) { try notices($0, in: $1) }
    }

    private func noticesOfTelephone(_ day: FaultyDay, _ notices: (String, String) throws -> Void) throws {
      let twilio = "\(day.world.standIn.directory)/standin.sqlite3"
      try HeldDatabase.run(
        "INSERT INTO recordings (sid, account_sid, call_sid, seconds, audio, created_at) VALUES ('REother', 'AC1', 'CA1', 5, x'00', 1)",
        on: twilio)
      try notices("audio that was left at Twilio", "at Twilio")
      let home = day.world.home.database
      try HeldDatabase.run("UPDATE tickets SET urgency = 'HIGH', status = 'NEW'", on: home)
      try notices("an urgent request for which nobody was rung", "calls to people for")
    }

    @Test(.enabled(if: Soak.minutes > 0, "for `make soak`"))
    func `killed at random, for as long as asked`() throws {
      var count = FaultCount()
      var seed = SeededRandom.firstSeed
      let end = monotonicMilliseconds() + Soak.milliseconds(share: 40)
      while monotonicMilliseconds() < end {
        _ = try play(seed, &count)
        seed += 1
      }
      count.print("killed at random")
    }

    // MARK: at every step

    @Test func `killed between two effects, here and there`() throws {
      var random = SeededRandom(seed: SeededRandom.firstSeed)
      for part in [CrashStory.Part.dialResult, .decision, .reply, .confirmation] {
        let step = random.number(1...12)
        let story = try CrashStory(killing: part, at: step)
        try story.play()
        expect(story.truth, story.world, "\(part) killed at step \(step)")
      }
    }

    @Test func `killed while people are rung and a voice message is fetched`() throws {
      var random = SeededRandom(seed: SeededRandom.firstSeed)
      for part in [TelephoneStory.Part.fetching, .placing, .key, .passingOn] {
        let step = random.number(1...20)
        try TelephoneStory(killing: part, at: step).play()
      }
    }

    @Test func `killed while somebody calls back from the desk`() throws {
      var random = SeededRandom(seed: SeededRandom.firstSeed)
      for part in CallbackStory.Part.allCases {
        let step = random.number(1...20)
        try CallbackStory(killing: part, at: step).play()
      }
    }

    @Test(.enabled(if: Soak.minutes > 0, "for `make soak`"))
    func `killed between any two effects of a callback`() throws {
      try killEverywhere(CallbackStory.Part.allCases, share: 20) { part, step in
        let story = try CallbackStory(killing: part, at: step)
        try story.play()
        return story.world
      }
    }

    @Test(.enabled(if: Soak.minutes > 0, "for `make soak`"))
    func `killed between any two effects of any program`() throws {
      try killEverywhere(CrashStory.Part.allCases, share: 20) { part, step in
        let story = try CrashStory(killing: part, at: step)
        try story.play()
        expect(story.truth, story.world, "\(part) killed at step \(step)")
        return story.world
      }
    }

    @Test(.enabled(if: Soak.minutes > 0, "for `make soak`"))
    func `killed between any two effects of calls to people and voice messages`() throws {
      try killEverywhere(TelephoneStory.Part.allCases, share: 20) { part, step in
        let story = try TelephoneStory(killing: part, at: step)
        try story.play()
        return story.world
      }
    }

    /// - Parameter play: plays the story with one part killed at a step, and says where.
    private func killEverywhere<Part: Equatable>(
      _ all: [Part], share: Int, _ play: (Part, Int) throws -> FaultInstallation
    ) throws {
      var steps: [(part: Part, steps: Int)] = []
      var parts = all
      let end = monotonicMilliseconds() + Soak.milliseconds(share: share)
      var step = 0
      while !parts.isEmpty, monotonicMilliseconds() < end {
        step += 1
        for part in parts where monotonicMilliseconds() < end {
          guard try play(part, step).kills == 0 else { continue }
          // The program ended before it came so far: it has no more steps.
          steps.append((part, step - 1))
          parts.removeAll { $0 == part }
        }
      }
      printToStandardOutput(
        "soak, killed at every step: every step of "
          + steps.map { "\($0.part) (\($0.steps))" }.joined(separator: ", ")
          + (parts.isEmpty ? "" : "; the first \(step - 1) of \(parts)"))
    }
  }
}
