// RunnerProcessTests.swift - the runner as a process: one at a time, ends when asked, no lock left when killed.

import Glibc
import Platform
import TestSupport
import Testing

extension EndToEnd {
  struct RunnerProcessTests {
    /// Starts a lingering run and waits until it is at work.
    private func lingering(_ shipped: ShippedInstallation) async throws -> RunningProgram {
      let runner = try shipped.startRunner(linger: 50)
      let isAtWork = try eventually(within: 15) {
        try shipped.opsfabric("status").output.contains("at work")
      }
      try #require(isAtWork)
      return runner
    }

    @Test func `a dozen programs that find no database at once make it, and none fails`() throws {
      let shipped = try ShippedInstallation()
      for _ in 0..<15 {
        for suffix in ["", "-wal", "-shm"] { try Files.remove(shipped.home.database + suffix) }
        let programs = try (0..<12).map { index in
          try ProgramRunner.start(
            ShippedPrograms.opsfabric,
            [["list", "calls"], ["status"], ["run"], ["list", "events"]][index % 4],
            environment: shipped.environment)
        }
        for program in programs {
          let result = program.wait(seconds: 60)
          #expect(result?.exitCode == 0, "\(result?.errors ?? "hangs")")
        }
      }
    }

    @Test func `a second runner leaves at once, and SIGTERM ends the first in good order`() async throws {
      let shipped = try ShippedInstallation()
      let runner = try await lingering(shipped)
      for linger in ["0", "55"] {
        let second = try shipped.opsfabric("run", "--linger", linger)
        #expect(second.exitCode == 0)
        #expect(second.output.contains("another runner is at work"))
        #expect(second.milliseconds < 5000)
      }
      #expect(runner.poll() == nil)

      // What comes in while it lingers is sent within about a second.
      #expect(shipped.post("sms", shipped.smsFields("SM1", "1")).status == 200)
      let isSent = try eventually(within: 10) {
        try shipped.standIn.messages(to: ShippedInstallation.caller).count == 1
      }
      #expect(isSent)
      let isSettled = try eventually(within: 10) { try shipped.only("messages")["state"] == "accepted" }
      #expect(isSettled)

      let asked = monotonicMilliseconds()
      runner.signal(SIGTERM)
      let hasEnded = try eventually(within: 10) { runner.poll() != nil }
      try #require(hasEnded)
      #expect(monotonicMilliseconds() - asked < 4000)
      #expect(runner.poll()?.exitCode == 0)
      #expect(runner.outputSoFar.contains("run: decided 0, sent 1"))
      #expect(try shipped.opsfabric("status").output.contains("ended: decided 0, sent 1"))
      #expect(try shipped.opsfabric("run").output.contains("run: decided 0, sent 0"))
    }

    @Test func `SIGKILL leaves no lock, and what was due is done by the next run`() async throws {
      let shipped = try ShippedInstallation()
      let runner = try await lingering(shipped)
      runner.signal(SIGKILL)
      let hasEnded = try eventually(within: 10) { runner.poll() != nil }
      try #require(hasEnded)
      #expect(runner.poll()?.exitCode == nil)
      #expect(shipped.post("sms", shipped.smsFields("SM1", "1")).status == 200)
      let next = try shipped.opsfabric("run")
      #expect(next.exitCode == 0 && next.output.contains("sent 1"), "\(next.output)\(next.errors)")
    }

    @Test func `a runner killed while Twilio has the request sends nothing twice`() async throws {
      let shipped = try ShippedInstallation()
      // Accepted, but the answer takes longer than the runner lives.
      try shipped.standIn.plan("messages.create", fault: .slow(seconds: 12))
      let runner = try await lingering(shipped)
      #expect(shipped.post("sms", shipped.smsFields("SM1", "1")).status == 200)
      let isAtTwilio = try eventually(within: 10) {
        try shipped.standIn.messages(to: ShippedInstallation.caller).count == 1
      }
      try #require(isAtTwilio)
      runner.signal(SIGKILL)
      #expect(try shipped.only("messages")["state"] == "sending")
      let isFound = try eventually(within: 20) {
        _ = try shipped.opsfabric("run")
        return try shipped.only("messages")["state"] == "accepted"
      }
      #expect(isFound)
      #expect(try shipped.standIn.messages(to: ShippedInstallation.caller).count == 1)
      #expect(try shipped.standIn.requests("messages.create").count == 1)
    }
  }
}
