// RunCommand.swift - `opsfabric run`.

import Business
import Curl
import Operations
import Platform
import Runner
import Store

struct RunCommand: Command {
  static let name = "run"
  static let usage = "opsfabric run [--linger S]"
  static let summary = "one minute's work: replay, decide, send, retry, reconcile, sweep"
  static let details = """
    --linger S   stay for S seconds, and send each SMS within a second of its due time. Cron starts a run each
                 minute with --linger 55; with a coarser cron use a longer time. 0 (default): do what is due, end.
    A second runner that finds one at work ends at once, with exit code 0. Prints one line.
    """
  private let linger: Int

  init(_ arguments: inout Arguments) throws {
    guard let text = try arguments.option("--linger") else {
      linger = 0
      return
    }
    guard let seconds = Int(text), 0...86_400 ~= seconds else {
      throw UsageError("--linger \(text): write a number of seconds from 0 to 86400")
    }
    linger = seconds
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let home = try world.home()
    let settings = try world.settings().installation()
    let store = try world.store()
    StopSignal.listen()
    let context = try BatchContext(
      home: home, store: store,
      // Two more than messages use: one request may wait for the queue, and one may delete from it.
      transport: CurlTransport(maxConnections: settings.concurrency + 2),
      clock: world.clock,
      zones: world.zones, log: .standardError(program: "opsfabric"))
    let runner = Runner(TheMinute.jobs(context), context: context, shouldStop: { StopSignal.isRequested })
    switch try runner.run(lingerSeconds: linger) {
    case .done(let summary): printToStandardOutput("\(world.clock.now().iso8601) run: \(summary.line)")
    case .alreadyRunning: printToStandardOutput("\(world.clock.now().iso8601) run: another runner is at work")
    }
    return .done
  }
}
