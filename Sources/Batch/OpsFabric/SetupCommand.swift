// SetupCommand.swift - `opsfabric setup`: from the unpacked programs to the first SMS.

import Business
import Configuration
import Curl
import Glibc
import LocalTime
import Operations
import Platform
import Setup
import Store

struct SetupCommand: Command {
  static let name = "setup"
  static let usage =
    "opsfabric setup [--account-sid SID] [--auth-token TOKEN] [--public-url URL] [--tenant ID] [--name NAME] "
    + "[--forward-to NUMBER] [--number NUMBER] [--website HOST] [--notify LIST] [--test-to NUMBER] [--yes] "
    + "[--home FOLDER] [--handlers FOLDER]"
  static let summary = "asks for what is needed, checks it at once, and ends with the first SMS"
  static let details = """
    --account-sid SID, --auth-token TOKEN  from Twilio's console
    --public-url URL     the web address of the handlers' folder: https://example.ch/cgi-bin
    --tenant ID          short name of the business: a-z, 0-9 and -
    --name NAME          as callers know it
    --forward-to NUMBER  where the telephone rings
    --number NUMBER      the number at Twilio that callers call
    --website HOST       host of the form's link
    --notify LIST        who is told of requests: mobile numbers and mail addresses, with commas
    --test-to NUMBER     who gets the test call's SMS; left out with --yes: no test call
    --yes                asks nothing: what is not given is what stands in the files already
    --home FOLDER, --handlers FOLDER  in an unpacked archive: where to install, and where the web server runs programs
    What is not given is asked, and what stands in the files is offered. Each answer is checked at once, at Twilio and at
    the address itself, and is written at once: broken off, the same command goes on. At the end it does what `apply`,
    `connect` and `test-call` do, and shows the line for cron. All other settings stand in config/, with comments.
    Exit code 2: an answer is missing or wrong; 1: something outside does not work yet.
    """

  private static let cronSeconds = 65
  private var given: [SetupQuestion: String] = [:]
  private let takesAll: Bool
  private let homeFolder: String?
  private let handlersFolder: String?
  private let words: [String]

  init(_ arguments: inout Arguments) throws {
    words = arguments.all
    for question in SetupQuestion.allCases {
      if let value = try arguments.option(question.rawValue) { given[question] = value }
    }
    takesAll = arguments.flag("--yes")
    homeFolder = try arguments.option("--home")
    handlersFolder = try arguments.option("--handlers")
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let console = TerminalConsole()
    do {
      if let archive = UnpackedArchive.around(world) {
        return try archive.install(
          home: homeFolder, handlers: handlersFolder, takesAll: takesAll, console, words)
      }
      return try setUp(world, console)
    } catch let stop as SetupStop {
      switch stop {
      case .brokenOff:
        throw CommandError("broken off; what was answered is kept. Go on with: opsfabric setup")
      case .unanswered(let question, let reason):
        throw CommandError("\(question.rawValue): \(reason)", exitCode: .usage)
      case .failed(let reason): throw CommandError(reason)
      }
    }
  }

  private func setUp(_ world: CommandWorld, _ console: TerminalConsole) throws -> ExitCode {
    let home = try world.home()
    if !Files.exists("\(home.path)/\("config/opsfabric.json5")") {
      var none = Arguments([])
      guard case .done = try InitCommand(&none).run(world) else { return .failed }
    }
    let transport = CurlTransport(maxConnections: 8)
    let scene = Surroundings(
      home: home, user: geteuid(), clock: world.clock, zones: world.zones, transport: transport,
      libcurl: .loaded, environment: world.environment)
    let outcome = try GuidedSetup(
      home: home, scene: scene, transport: transport, console: console, given: given, takesAll: takesAll
    ).run()

    console.say("")
    var none = Arguments([])
    let applied = try ApplyCommand(&none).run(world)
    guard case .done = applied else { return applied }
    console.say("")
    var tenant = Arguments([outcome.tenant])
    let isConnected = try ConnectCommand(&tenant).run(world) == .done
    let cron = CronLine(world, home: home, Doctor(scene).cronLine(home), console)
    let runs = try cron.settle(takesAll: takesAll, isNeeded: outcome.testTo != nil, seconds: Self.cronSeconds)
    guard isConnected else {
      throw CommandError(
        "the numbers are not connected (above); mend it, then: opsfabric connect \(outcome.tenant)")
    }
    guard let testTo = outcome.testTo else {
      console.say("")
      console.say(
        "Ready. `opsfabric doctor` looks at everything; `opsfabric test-call \(outcome.tenant) --to NUMBER` plays a call."
      )
      return .done
    }
    // Cron's own runner leaves at once while this one is at work.
    if !runs { try cron.startOnce() }
    console.say("")
    var words = Arguments([outcome.tenant, "--to", testTo])
    let tested = try TestCallCommand(&words).run(world)
    if !runs { console.warn("cron has not started a run yet: without its line nothing is sent") }
    console.say("`opsfabric doctor` looks at everything; `opsfabric status` shows each day.")
    return tested
  }
}

/// Questions on a terminal, or line by line from a file or pipe.
final class TerminalConsole: SetupConsole {
  private let isTerminal = isatty(STDIN_FILENO) == 1
  private let width = terminalWidth()

  func answer(to prompt: String, isSecret: Bool) -> String? {
    writeAll("\(prompt): ", to: STDOUT_FILENO)
    guard isSecret, isTerminal else {
      let line = readLine()
      // The end of a pipe leaves the line open.
      if line == nil || !isTerminal { writeAll("\n", to: STDOUT_FILENO) }
      return line
    }
    var before = termios()
    guard tcgetattr(STDIN_FILENO, &before) == 0 else { return readLine() }
    var hidden = before
    hidden.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
      writeAll("\n", to: STDOUT_FILENO)
    }
    return readLine()
  }

  func say(_ line: String) { printToStandardOutput(broken(line)) }
  func warn(_ line: String) { printToStandardError(broken("!   " + line)) }

  private func broken(_ line: String) -> String {
    let indent = String(line.prefix { $0 == " " })
    let isMarked = line.hasPrefix("ok  ") || line.hasPrefix("!   ")
    let first = isMarked ? String(line.prefix(4)) : indent
    return wrapped(
      OwnPath.onTerminal(String(line.dropFirst(first.count))), first: first,
      rest: isMarked ? "    " : indent + "  ", width: width
    ).joined(separator: "\n")
  }
}
