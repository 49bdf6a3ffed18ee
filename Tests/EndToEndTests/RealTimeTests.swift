// RealTimeTests.swift - the time promise, in real time, with the default delay: end of call -> SMS accepted.

import Glibc
import LocalTime
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  struct RealTimeTests {
    @Test
    func `an SMS leaves 30 s after a missed call, and a reply becomes a ticket and a confirmation`()
      async throws
    {
      let shipped = try ShippedInstallation()
      let caller = ShippedInstallation.caller
      var runner = try startAsCronDoes(shipped)

      let call = try shipped.standInProgram(
        "call", "--from", caller, "--to", ShippedInstallation.number, "--outcome", "busy", "--ring", "1")
      #expect(call.exitCode == 0, "\(call.output)\(call.errors)")
      #expect(call.output.contains("Sie erhalten gleich eine SMS."))
      let ended = try #require(
        try shipped.standIn.calls(from: caller).first { $0.direction == "inbound" }?.endedAt)

      let isSent = try eventually(within: 60) { try !shipped.standIn.messages(to: caller).isEmpty }
      try #require(isSent, "no SMS within 60 s: \(runner.outputSoFar)")
      let accepted = try shipped.standIn.messages(to: caller)[0]
      let late = accepted.createdAt.milliseconds(since: ended)
      #expect((30_000..<60_000).contains(late), "accepted \(late) ms after the call's end")
      #expect(accepted.body.hasPrefix("Danke für Ihren Anruf bei Dörfler AG.\n"))

      let reply = try shipped.standInProgram(
        "sms", "--from", caller, "--to", ShippedInstallation.number, "--body", "1")
      #expect(reply.exitCode == 0, "\(reply.output)\(reply.errors)")
      let isConfirmed = try eventually(within: 30) {
        // On a slow machine the minute may be over: cron's next tick.
        if runner.poll() != nil { runner = try startAsCronDoes(shipped) }
        return try shipped.standIn.messages(to: caller, direction: "outbound-api").count == 2
      }
      #expect(isConfirmed)
      #expect(
        try shipped.standIn.messages(to: caller).last?.body
          == "Verstanden - dringend. Dörfler AG meldet sich sofort.")
      let ticket = try shipped.only("tickets")
      #expect(
        [ticket["urgency"], ticket["status"], ticket["source"], ticket["phone"]] == [
          "HIGH", "NEW", "missed_call", caller,
        ])

      // Twilio's delivery reports find their way back through the web server.
      let reports = try shipped.standInProgram("deliver")
      #expect(reports.exitCode == 0, "\(reports.output)\(reports.errors)")
      #expect(try shipped.list("messages").map { $0["state"] } == ["delivered", "delivered"])
      #expect(try shipped.only("calls")["reason"] == "sent")

      runner.signal(SIGTERM)
      let end = try await waitUntilEnded(runner)
      #expect(end.exitCode == 0)
      let log = String(decoding: try Files.read("\(shipped.home.log)/run.log"), as: UTF8.self)
      #expect(log.contains("run: decided 1 (send 1, defer 0, skip 0), sent "), "\(log)")
    }

    /// A shell, a nearly empty environment, output appended to a file.
    private func startAsCronDoes(_ shipped: ShippedInstallation) throws -> RunningProgram {
      let line = "exec '\(ShippedPrograms.opsfabric)' run --linger 55 >>'\(shipped.home.log)/run.log' 2>&1"
      return try ProgramRunner.start("/bin/sh", ["-c", line], environment: shipped.environment)
    }

    private func waitUntilEnded(_ runner: RunningProgram) async throws -> ProgramResult {
      let hasEnded = try eventually(within: 10) { runner.poll() != nil }
      try #require(hasEnded)
      return try #require(runner.poll())
    }
  }
}
