// TickTests.swift - the shipped `tick` behind a web server: a URL is all the cron there is.

import Platform
import TestSupport
import Testing

extension EndToEnd {
  struct TickTests {
    private static let secret = "a-secret-of-the-tests"

    private func installation() throws -> ShippedInstallation {
      let shipped = try ShippedInstallation()
      try shipped.writeConfiguration("tick_secret: \"\(Self.secret)\", tick_seconds: 5,")
      try #require(try shipped.opsfabric("apply").exitCode == 0)
      try Files.makeFolder("\(shipped.home.path)/bin")
      try WebServer.copyProgram(ShippedPrograms.opsfabric, to: shipped.home.program)
      return shipped
    }

    private func tick(_ shipped: ShippedInstallation, secret: String = TickTests.secret) -> WebAnswer {
      WebClient.send(WebRequest("GET", "\(shipped.publicURL)/tick?secret=\(secret)"))
    }

    @Test func `a call of the URL is a run, noted like one of cron`() throws {
      let shipped = try installation()
      let answer = tick(shipped)
      #expect(answer.status == 200, "\(answer.text)\(shipped.web.programLog)")
      #expect(answer.text.contains("run: decided 0"))
      let log = String(decoding: try Files.read("\(shipped.home.log)/run.log"), as: UTF8.self)
      #expect(log.hasSuffix(answer.text))
      #expect(Files.mode("\(shipped.home.log)/run.log") == 0o600)
      #expect(WebClient.send(WebRequest("GET", "\(shipped.publicURL)/health")).status == 200)
    }

    @Test func `a wrong secret runs nothing and is not logged`() throws {
      let shipped = try installation()
      #expect(tick(shipped, secret: "a-wrong-secret-of-nobody").status == 403)
      #expect(WebClient.send(WebRequest("GET", "\(shipped.publicURL)/health")).status == 503)
      #expect(!shipped.web.programLog.contains("a-wrong-secret"))
    }

    @Test func `two calls at once are one run`() throws {
      let shipped = try installation()
      let runner = try shipped.startRunner(linger: 20)
      defer { runner.signal(9) }
      let end = monotonicMilliseconds() + 20_000
      while monotonicMilliseconds() < end, try shipped.opsfabric("status").output.contains("never") {}
      let answers = WebClient.sendAll(
        (0..<2).map { _ in WebRequest("GET", "\(shipped.publicURL)/tick?secret=\(Self.secret)") })
      for answer in answers {
        #expect(answer.status == 200)
        #expect(answer.text.contains("another runner is at work"), "\(answer.text)")
      }
    }
  }
}
