// TestCallEndToEndTests.swift - `opsfabric test-call` as it ships: through a real web server, beside a real runner, to
// the SMS; and each place where it can stop, with what it tells the operator to do.

import Platform
import StandIn
import TestSupport
import Testing

extension EndToEnd {
  struct TestCallEndToEndTests {
    private static let telephone = "+41791112244"

    private func installation(
      _ software: WebServer.Software = .lighttpd, more: String = ""
    ) throws -> ShippedInstallation {
      try ShippedInstallation(
        tenants: ["doerfler": ShippedInstallation.tenant(more: "sms_delay_seconds: 5, \(more)")],
        software: software)
    }

    /// Runs it, with Twilio's reports coming in meanwhile.
    private func call(_ shipped: ShippedInstallation, _ more: String...) throws -> ProgramResult {
      let program = try ProgramRunner.start(
        ShippedPrograms.opsfabric, ["test-call", "doerfler", "--to", Self.telephone] + more,
        environment: shipped.environment)
      let hasEnded = try eventually(within: 100) {
        if program.poll() != nil { return true }
        _ = try shipped.standInProgram("deliver")
        return false
      }
      try #require(hasEnded, "\(program.outputSoFar)")
      return try #require(program.poll())
    }

    /// It has failed at a step, and its last line says what to do.
    private func expect(_ result: ProgramResult, failsAt step: String, _ detail: String, cure: String) {
      #expect(result.exitCode == 1)
      let bad = result.lines.filter { $0.hasPrefix("--  ") }
      #expect(bad.contains { $0.hasPrefix("--  \(step) ") && $0.contains(detail) }, "\(result.output)")
      let last = result.lines.last ?? ""
      #expect(last.hasPrefix("the SMS was not delivered -> ") && last.contains(cure), "\(result.output)")
      #expect(result.errors.isEmpty, "\(result.errors)")
    }

    @Test(arguments: [WebServer.Software.lighttpd, .apache])
    func `a played call is followed through web server, runner and Twilio to the telephone`(
      _ software: WebServer.Software
    ) throws {
      let shipped = try installation(software)
      let runner = try shipped.startRunner(linger: 55)
      let isAtWork = try eventually(within: 20) { try shipped.opsfabric("status").output.contains("at work") }
      try #require(isAtWork)
      let result = try call(shipped)
      #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
      let steps = result.lines.dropLast().map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
      #expect(
        steps == [
          "ok call", "ok voice", "ok dial-result", "ok call-status", "ok row", "ok forecast", "ok decision",
          "ok accepted", "ok delivered",
        ], "\(result.output)")
      #expect(result.lines.last == "the SMS was delivered")
      let call = try shipped.only("calls")
      #expect(call["from"] == Self.telephone && call["decision"] == "sent")
      #expect(try shipped.standIn.messages(to: Self.telephone).count == 1)
      runner.signal(15)
      #expect(runner.wait(seconds: 20)?.exitCode == 0)
    }

    @Test func `a web server that does not answer`() throws {
      let shipped = try installation()
      try #require(try shipped.opsfabric("run").exitCode == 0)
      shipped.web.stop()
      expect(
        try call(shipped), failsAt: "voice", "\(shipped.publicURL)/voice cannot be reached",
        cure: "start the web server")
      #expect(try shipped.list("calls").isEmpty)
    }

    @Test func `a public_url that leads to handlers with another one`() throws {
      let shipped = try installation()
      try #require(try shipped.opsfabric("run").exitCode == 0)
      // The handlers are another home's, which calls the same server by its number.
      let other = try installation()
      let url = other.publicURL.replacing("127.0.0.1", with: "localhost")
      let path = "\(shipped.home.config)/opsfabric.json5"
      let text = String(decoding: try Files.read(path), as: UTF8.self)
      try Files.writeAtomically(Array(text.replacing(shipped.publicURL, with: url).utf8), to: path)
      try #require(try shipped.opsfabric("apply").exitCode == 0)
      expect(
        try call(shipped), failsAt: "voice", "answered 403: X-Twilio-Signature is wrong",
        cure: "another home, public_url or token")
      #expect(try shipped.list("calls").isEmpty && other.list("calls").isEmpty)
    }

    @Test func `handlers that write into another home`() throws {
      let shipped = try installation()
      // Its settings are the same, so that it takes the call; its database is not ours.
      let other = Home("\(shipped.folder)/other")
      try #require(
        try ProgramRunner.run("/bin/cp", ["-a", shipped.home.path, other.path]).exitCode == 0)
      try #require(try shipped.opsfabric("run").exitCode == 0)
      try Files.writeAtomically(
        Array("\(other.path)\n".utf8), to: "\(shipped.cgiBin)/\(Home.pointerName)", mode: 0o644)
      expect(
        try call(shipped), failsAt: "row", "not in this home's database", cure: "must name this home")
    }

    @Test func `no runner`() throws {
      let shipped = try installation()
      expect(try call(shipped), failsAt: "runner", "it never ran", cure: "crontab")
      #expect(try shipped.list("calls").isEmpty, "nothing is played that nobody would follow")
    }

    @Test func `an SMS that Twilio refuses, for a reason of ours or of the telephone`() throws {
      for (code, words, cure) in [
        (21408, "21408: sending to this country is not enabled", "Twilio's console"),
        (21211, "21211: invalid recipient number", "take another telephone"),
      ] {
        let shipped = try installation()
        try shipped.standIn.plan("messages.create", fault: .refuse(httpStatus: 400, code: code), times: 50)
        let runner = try shipped.startRunner(linger: 55)
        let isAtWork = try eventually(within: 20) {
          try shipped.opsfabric("status").output.contains("at work")
        }
        try #require(isAtWork)
        expect(try call(shipped), failsAt: "message", words, cure: cure)
        runner.signal(15)
        _ = runner.wait(seconds: 20)
      }
    }

    @Test func `words that make no sense are a usage error, and nothing is played`() throws {
      let shipped = try installation()
      for words in [
        [], ["doerfler"], ["doerfler", "--to", "the office"], ["nobody", "--to", Self.telephone],
        ["doerfler", "--to", Self.telephone, "--number", "+41435550100"],
        ["doerfler", "--to", Self.telephone, "--wait", "long"],
      ] {
        let result = try ProgramRunner.run(
          ShippedPrograms.opsfabric, ["test-call"] + words, environment: shipped.environment)
        #expect(result.exitCode == 2 && result.output.isEmpty && !result.errors.isEmpty, "\(words)")
      }
      #expect(try shipped.list("calls").isEmpty)
    }
  }
}
