// ForgetTests.swift - `opsfabric forget` as it ships: raw bytes searched, a runner at work, a kill in the middle.

import Glibc
import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  struct ForgetTests {
    private static let words = "Das Wasserrohr ist geplatzt"

    /// A missed call, its SMS, a reply with words, a photo's row, all delivered.
    private func world() async throws -> ShippedInstallation {
      let shipped = try ShippedInstallation(
        tenants: ["doerfler": ShippedInstallation.tenant(more: "sms_delay_seconds: 5,")])
      let called = try shipped.standInProgram(
        "call", "--from", ShippedInstallation.caller, "--to", ShippedInstallation.number)
      try #require(called.exitCode == 0, "\(called.output)\(called.errors)")
      let hasCome = try eventually(within: 30) {
        _ = try shipped.opsfabric("run")
        return try shipped.standIn.messages(to: ShippedInstallation.caller).count == 1
      }
      try #require(hasCome)
      let sent = try shipped.standInProgram(
        "sms", "--from", ShippedInstallation.caller, "--to", ShippedInstallation.number, "--body", Self.words)
      try #require(sent.exitCode == 0)
      _ = try shipped.opsfabric("run")
      try #require(try shipped.standInProgram("deliver").exitCode == 0)
      _ = try shipped.opsfabric("run")
      return shipped
    }

    private func remains(_ shipped: ShippedInstallation) throws -> [String] {
      try RawFiles.holding(
        RawFiles.spellings(of: ShippedInstallation.caller) + ["Wasserrohr"], below: shipped.home.path)
    }

    @Test func `with a runner at work nothing is left in any file, and it says what it did`() async throws {
      let shipped = try await world()
      #expect(try remains(shipped).count > 2)
      let runner = try shipped.startRunner(linger: 60)
      usleep(300_000)
      let result = try shipped.opsfabric("forget", "079 123 45 67")
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(result.lines.first == "\(ShippedInstallation.caller) is forgotten")
      #expect(result.lines.count < 20)
      #expect(try remains(shipped) == [])
      #expect(runner.poll() == nil)
      runner.signal(SIGTERM)
      #expect(runner.wait(seconds: 20)?.exitCode == 0)
      #expect(try remains(shipped) == [])
      #expect(try shipped.standIn.messages(to: ShippedInstallation.caller).allSatisfy { $0.body.isEmpty })
      #expect(try shipped.list("calls").count == 1)
      let again = try shipped.opsfabric("forget", "+41", "79", "123", "45", "67")
      #expect(again.exitCode == 0 && again.output.contains("nothing is known about"))
    }

    @Test func `killed while Twilio is asked, the next run does the rest`() async throws {
      let shipped = try await world()
      try shipped.standIn.plan("messages.update", fault: .hang(seconds: 8), times: 20)
      let forgetting = try ProgramRunner.start(
        ShippedPrograms.opsfabric, ["forget", ShippedInstallation.caller], environment: shipped.environment)
      let isAsking = try eventually(within: 20) {
        try shipped.list("calls").first?["from"] == "forgotten"
      }
      #expect(isAsking)
      forgetting.signal(SIGKILL)
      _ = forgetting.wait(seconds: 10)
      try shipped.standIn.forgetFaults()
      let isDone = try eventually(within: 60) {
        _ = try shipped.opsfabric("run")
        return try remains(shipped).isEmpty
          && shipped.standIn.messages().allSatisfy { $0.body.isEmpty }
      }
      let left = try remains(shipped)
      #expect(isDone, "\(left)")
    }

    @Test func `what is no number is a usage error`() throws {
      let shipped = try ShippedInstallation()
      for words in [["forget"], ["forget", "Frau Muster"], ["forget", "117"]] {
        let result = try ProgramRunner.run(
          ShippedPrograms.opsfabric, words, environment: shipped.environment)
        #expect(result.exitCode == 2, "\(words)")
      }
    }
  }
}
