// TickEndpoint.swift - a URL cron's call: `opsfabric run` for as long as the host lets a CGI program run.
//
// The run belongs to the request: shared hosts end what outlives it. The answer comes at the end, so that its
// status tells the cron service whether the run went well. Should the web server end this process sooner, the
// run goes on by itself until its linger time is over; a second runner meanwhile ends at once.

import Business
import CGI
import Crypto
import LocalTime
import Platform
import Settings
import Store

package struct TickEndpoint {
  /// What a run may take beyond its linger time: it waits for answers still under way and calls the monitor.
  static let afterLingerSeconds = 5

  let context: EndpointContext
  /// Runs `opsfabric` with these arguments.
  let runProgram: (_ arguments: [String]) throws -> ChildProgram.Result

  /// With the batch program of the home.
  package init(context: EndpointContext) {
    self.init(context: context) { try TickEndpoint.opsfabric($0, home: context.home) }
  }

  package init(
    context: EndpointContext, runProgram: @escaping (_ arguments: [String]) throws -> ChildProgram.Result
  ) {
    self.context = context
    self.runProgram = runProgram
  }

  package func respond(to request: CGIRequest) -> CGIResponse {
    do {
      guard request.method == "GET" || request.method == "POST" else {
        return .methodNotAllowed("GET", "POST")
      }
      let installation = try SettingsReader(path: context.home.settings).installation()
      try admit(request, secret: installation.tickSecret, guesses: guesses(from: request))
      // For `opsfabric doctor`; a folder that cannot be written is no reason not to run.
      try? Files.writeAtomically(
        Array("\(context.clock.now().iso8601)\n".utf8), to: context.home.lastTick)
      let seconds = min(installation.tickSeconds, context.secondsLeft ?? .max)
      let linger = max(0, seconds - TickEndpoint.afterLingerSeconds)
      return answer(try runProgram(["run", "--linger", String(linger)]))
    } catch let error as RequestError {
      context.log(.warning, "refused", ["status": String(error.status), "reason": error.reason])
      return .plain(error.status, error.reason)
    } catch {
      context.log(.error, "unavailable", ["reason": String(describing: error)])
      return .plain(503, "the run could not be started; the web server's error log says why")
    }
  }

  /// nil where the database cannot be opened: then nothing is counted, and the run itself will say why.
  private func guesses(from request: CGIRequest) -> GuessLimit? {
    guard let store = try? Store.open(context.home, patience: context.patience) else { return nil }
    return GuessLimit(
      of: "tick", address: request.variable("REMOTE_ADDR") ?? "", store: store, at: context.clock.now())
  }

  private func admit(_ request: CGIRequest, secret: Secret?, guesses: GuessLimit?) throws {
    guard let secret else { throw RequestError(403, "no tick_secret is set") }
    guard let given = try TickEndpoint.secret(in: request) else {
      throw RequestError(403, "the secret is missing: add ?secret=...")
    }
    if try guesses?.isUsedUp() == true {
      throw RequestError(429, "too many wrong secrets from this address; try again in an hour")
    }
    guard equalInConstantTime(Array(given.utf8), Array(secret.value.utf8)) else {
      try? guesses?.noteWrong()
      throw RequestError(403, "the secret is wrong")
    }
    try? guesses?.noteRight()
  }

  /// In a header field or a form, which keeps it out of the web server's log, or in the query.
  private static func secret(in request: CGIRequest) throws -> String? {
    if let secret = request.header("X-Tick-Secret"), !secret.isEmpty { return secret }
    do {
      if let secret = try FormFields(encoded: request.query.utf8).nonEmpty("secret") { return secret }
      guard request.method == "POST", request.mediaType == "application/x-www-form-urlencoded" else {
        return nil
      }
      return try FormFields(encoded: try request.body(limit: 4096)).nonEmpty("secret")
    } catch let error as FormError {
      throw RequestError(400, error.description)
    }
  }

  private func answer(_ result: ChildProgram.Result) -> CGIResponse {
    let line =
      String(decoding: result.output, as: UTF8.self)
      .split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    guard result.exitCode == ExitCode.done.rawValue else {
      let end = result.exitCode.map { "exit code \($0)" } ?? "ended by a signal"
      context.log(.error, "run-failed", ["end": end])
      return .plain(503, "the run failed (\(end)); log/run.log in the home says why")
    }
    return .plain(200, line.isEmpty ? "done" : line)
  }

  /// The batch program of this home, as cron would start it: its lines go to log/run.log.
  private static func opsfabric(_ arguments: [String], home: Home) throws -> ChildProgram.Result {
    var environment = [(name: "OPSFABRIC_HOME", value: home.path), (name: "PATH", value: "/usr/bin:/bin")]
    for name in ["TZDIR", "LD_LIBRARY_PATH"] {
      if let value = Environment.process[name] { environment.append((name, value)) }
    }
    let log = home.log + "/run.log"
    let result = try ChildProgram.run(home.program, arguments, environment: environment, errors: log)
    // As cron's `>>` does: whoever looks for runs finds all of them in one file.
    try? Files.append(result.output, to: log)
    return result
  }
}
