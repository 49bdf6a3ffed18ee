// ClockStepTests.swift - the host's clock is set under the shipped programs, while a runner lingers and between two
// of them; summer time begins and ends, a leap day comes and goes. Nothing is lost, nothing is doubled.
//
// Twilio's clock is always right. In process, and with more steps: Tests/BatchTests/ClockTests.swift.

import Glibc
import LocalTime
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  @Suite(.enabled(if: FaultTracer.program != nil, "fault-tracer is not built"))
  struct ClockStepTests {
    /// The rules count to the second: a miss that was heard of before a step of an hour may be too old after it.
    private static let tooLate = 3590

    private func end(_ runner: RunningProgram, _ world: FaultInstallation) throws {
      #expect(runner.poll() == nil, "the runner ended by itself")
      runner.signal(SIGTERM)
      let result = try world.end(runner, plan: FaultPlan())
      #expect(result.exitCode == 0, "\(result.errors)")
    }

    private func isDecidedLate(_ caller: String, _ world: FaultInstallation) throws -> Bool {
      try world.list("calls").contains { $0["from"] == caller && $0["reason"] == "expired" }
    }

    @Test(arguments: [[-3600], [3600], [-1200, -1200, 2400]])
    func `set while a runner lingers`(_ steps: [Int]) throws {
      let day = PlayedDay(try FaultInstallation(tenant: "sms_delay_seconds: 5,"))
      let world = day.world
      let first = try day.miss()
      try world.run(after: 6)
      let runner = try world.startRunner(linger: 300)
      // It is at work before the clock is set: what was set before it began it cannot notice.
      let early = try day.miss()
      #expect(try eventually(within: 60) { try day.isTexted(early) })
      for (index, step) in steps.enumerated() {
        let waiting = try day.miss()
        if step > Self.tooLate { day.expectLate(waiting) }
        try world.setClock(bySeconds: step)
        let later = try day.miss()
        try day.write("Wasser im Keller \(index)", from: first)
        let isDone = try eventually(within: 60) {
          try day.isTexted(later) && (day.isTexted(waiting) || isDecidedLate(waiting, world))
            && world.goodTexts(to: first).count == index + 2
        }
        let calls = try world.list("calls")
        #expect(isDone, "after \(step) s: \(calls)")
      }
      #expect(
        try world.list("events").filter { $0["detail"]?.hasPrefix("clock_set") == true }.count >= 1,
        "the operator is told")
      try end(runner, world)
      try world.setClock(bySeconds: -steps.reduce(0, +))
      try day.settle()
      try day.expectRight("\(steps)")
    }

    @Test(arguments: [-3600, 3600])
    func `set between two runs, with an SMS waiting and one of which nobody knows whether it left`(
      _ step: Int
    ) throws {
      let day = PlayedDay(try FaultInstallation())
      let world = day.world
      let unknown = try day.miss()
      try world.standIn.plan("messages.create", fault: .lostAnswer, to: unknown)
      try world.run(after: 31)
      let waiting = try day.miss()
      if step > Self.tooLate { day.expectLate(waiting) }
      try world.setClock(bySeconds: step)
      for _ in 0..<4 { #expect(try world.run(after: 20).exitCode == 0) }
      try day.write("2", from: unknown)
      let meanwhile = try day.miss()
      for _ in 0..<3 { #expect(try world.run(after: 20).exitCode == 0) }
      #expect(try day.isTexted(meanwhile) && (day.isTexted(waiting) || isDecidedLate(waiting, world)))
      // And put right again.
      let last = try day.miss()
      if step < -Self.tooLate { day.expectLate(last) }
      try world.setClock(bySeconds: -step)
      try day.settle()
      try day.expectRight("\(step)")
    }

    @Test(arguments: [
      "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2028-02-28T23:00:00Z", "2028-02-29T23:00:00Z",
    ])
    func `a runner lingers while summer time begins or ends, and while 29 February does`(_ moment: String)
      throws
    {
      let moment = try #require(Timestamp(iso8601: moment))
      let day = PlayedDay(
        try FaultInstallation(at: moment.adding(minutes: -10), tenant: "sms_delay_seconds: 5,"))
      let world = day.world
      let first = try day.miss()
      try world.run(after: 6)
      world.clock.advance(to: moment.adding(seconds: -3))
      let runner = try world.startRunner(linger: 300)
      let waiting = try day.miss()
      #expect(try eventually(within: 60) { try world.clock.now > moment && day.isTexted(waiting) })
      let later = try day.miss()
      try day.write("1", from: first)
      #expect(
        try eventually(within: 60) { try day.isTexted(later) && world.goodTexts(to: first).count == 2 })
      try end(runner, world)
      try day.settle()
      try day.expectRight()
    }

    @Test(arguments: [
      // 21:30 in Zurich; a night of 23 hours, one of 25, and the two of a leap day.
      ("2026-03-28T20:30:00Z", "2026-03-29T05:00:00Z"), ("2026-10-24T19:30:00Z", "2026-10-25T06:00:00Z"),
      ("2028-02-28T20:30:00Z", "2028-02-29T06:00:00Z"), ("2028-02-29T20:30:00Z", "2028-03-01T06:00:00Z"),
    ])
    func `whoever was missed in such a night is texted after seven o'clock, once`(
      _ evening: String, _ seven: String
    ) throws {
      let (evening, seven) = (
        try #require(Timestamp(iso8601: evening)), try #require(Timestamp(iso8601: seven))
      )
      let world = try FaultInstallation(at: evening, quietHours: ("21:00", "07:00"))
      let day = PlayedDay(world)
      var callers: [String] = []
      while world.clock.now < seven.adding(minutes: -70) {
        callers.append(try day.miss(ringing: 12))
        try world.run(after: 1800)
        try world.run(after: 1800)
      }
      #expect(try world.standIn.messages().isEmpty, "the night was not quiet")
      while world.clock.now < seven { try world.run(after: 600) }
      try day.settle()
      for caller in callers {
        let texts = try world.standIn.messages(to: caller)
        #expect(texts.count == 1)
        #expect(
          texts.allSatisfy { $0.createdAt >= seven && $0.createdAt < seven.adding(minutes: 30) },
          "\(texts.map(\.createdAt.iso8601))")
      }
      try day.expectRight()
    }
  }
}
