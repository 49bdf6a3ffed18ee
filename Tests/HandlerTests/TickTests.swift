// TickTests.swift - the URL cron's handler: who is let in, what is run, and how its end is told.

import Business
import CGI
import Platform
import Settings
import TestSupport
import Testing
import Web

struct TickTests {
  private static let secret = "0123456789abcdef0123"

  /// A world with a secret, and the arguments of every run that was asked for.
  private final class Ticker {
    let world: TestWorld
    var runs: [[String]] = []
    var change: (inout EndpointContext) -> Void = { _ in }
    var result = ChildProgram.Result(exitCode: 0, output: Array("2026-02-10T09:00:45Z run: decided 0\n".utf8))

    init(secret: String? = TickTests.secret) throws {
      world = try TestWorld()
      world.installation.tickSecret = secret.map(Secret.init)
      world.installation.tickSeconds = 30
      try world.apply()
    }

    func tick(
      _ method: String = "GET", query: String = "", headers: [String: String] = [:], form: String? = nil
    ) -> CGIResponse {
      var variables = ["REQUEST_METHOD": method, "QUERY_STRING": query]
      if let form {
        variables["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
        variables["CONTENT_LENGTH"] = String(form.utf8.count)
      }
      for (name, value) in headers { variables["HTTP_" + name] = value }
      let request = CGIRequest(
        variables: { variables[$0] }, readInput: { Array((form ?? "").utf8.prefix($0)) })
      var context = world.endpointContext
      change(&context)
      return TickEndpoint(context: context) { arguments in
        self.runs.append(arguments)
        return self.result
      }.respond(to: request)
    }
  }

  @Test func `the right secret starts one run that ends before the host's limit`() throws {
    let ticker = try Ticker()
    let answer = ticker.tick(query: "secret=\(Self.secret)")
    #expect(answer.status == 200)
    #expect(answer.text == "2026-02-10T09:00:45Z run: decided 0\n")
    #expect(ticker.runs == [["run", "--linger", "25"]])
  }

  @Test(arguments: [(60_000, "25"), (15_900, "10"), (4000, "0"), (-1, "0")])
  func `in a function the run ends before the event's deadline`(milliseconds: Int, linger: String) throws {
    let ticker = try Ticker()
    ticker.change = { $0.limit(toMilliseconds: milliseconds) }
    #expect(ticker.tick(query: "secret=\(Self.secret)").status == 200)
    #expect(ticker.runs == [["run", "--linger", linger]])
  }

  @Test func `the secret may also come in a header or a form`() throws {
    let ticker = try Ticker()
    #expect(ticker.tick(headers: ["X_TICK_SECRET": Self.secret]).status == 200)
    #expect(ticker.tick("POST", form: "secret=\(Self.secret)").status == 200)
    #expect(ticker.runs.count == 2)
  }

  @Test(arguments: ["", "secret=", "secret=0123456789abcdef0124", "secret=0123456789abcdef012", "key=x"])
  func `without the right secret nothing runs`(query: String) throws {
    let ticker = try Ticker()
    #expect(ticker.tick(query: query).status == 403)
    #expect(ticker.tick("POST", query: query, form: "secret=wrong").status == 403)
    #expect(ticker.runs.isEmpty)
    // The line names no secret, not even a wrong one.
    #expect(ticker.world.log.lines.allSatisfy { !$0.contains("0123456789") })
  }

  @Test func `an installation without a secret answers nobody`() throws {
    let ticker = try Ticker(secret: nil)
    #expect(ticker.tick(query: "secret=").status == 403)
    #expect(ticker.tick(query: "secret=\(Self.secret)").status == 403)
    #expect(ticker.runs.isEmpty)
  }

  @Test func `other methods and broken encodings are refused`() throws {
    let ticker = try Ticker()
    let answer = ticker.tick("HEAD", query: "secret=\(Self.secret)")
    #expect(answer.status == 405)
    #expect(answer.headers.contains(.init(name: "Allow", value: "GET, POST")))
    #expect(ticker.tick(query: "secret=%zz").status == 400)
    #expect(ticker.runs.isEmpty)
  }

  @Test func `a run that failed is told to the cron service`() throws {
    let ticker = try Ticker()
    ticker.result = .init(exitCode: 1, output: [])
    let failed = ticker.tick(query: "secret=\(Self.secret)")
    #expect(failed.status == 503)
    #expect(failed.text.contains("exit code 1"))
    ticker.result = .init(exitCode: nil, output: [])
    #expect(ticker.tick(query: "secret=\(Self.secret)").text.contains("signal"))
  }

  @Test func `a home without settings or without the batch program is said to be so`() throws {
    let ticker = try Ticker()
    let request = CGIRequest(
      variables: { ["REQUEST_METHOD": "GET", "QUERY_STRING": "secret=\(Self.secret)"][$0] },
      readInput: { _ in [] })
    // The real program is looked for in the home, where there is none.
    let answer = TickEndpoint(context: ticker.world.endpointContext).respond(to: request)
    #expect(answer.status == 503)
    #expect(ticker.world.log.lines.last?.contains("bin/opsfabric") == true)
    try Files.remove(ticker.world.home.settings)
    try Files.remove(SettingsSnapshot.copyPath(ticker.world.home.settings))
    #expect(ticker.tick(query: "secret=\(Self.secret)").status == 503)
    #expect(ticker.runs.isEmpty)
  }
}
