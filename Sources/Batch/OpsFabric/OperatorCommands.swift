// OperatorCommands.swift - picks the command, and turns its failure into one line and an exit code.

import Business
import Glibc
import LocalTime
import Platform
import SQLite
import Settings
import Store

/// A mistake in the words of the call.
struct UsageError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A command that could not be done; the line says what to do.
struct CommandError: Error, CustomStringConvertible {
  let description: String
  let exitCode: ExitCode
  init(_ description: String, exitCode: ExitCode = .failed) {
    self.description = description
    self.exitCode = exitCode
  }
}

/// One command of `opsfabric`.
protocol Command {
  static var name: String { get }
  /// The call, one line.
  static var usage: String { get }
  /// What it does, one line; more in `details`.
  static var summary: String { get }
  static var details: String { get }
  init(_ arguments: inout Arguments) throws
  func run(_ world: CommandWorld) throws -> ExitCode
}

extension Command {
  static var details: String { "" }
}

enum OperatorCommands {
  static var commands: [any Command.Type] {
    [
      InitCommand.self, SetupCommand.self, ApplyCommand.self, RunCommand.self, ListCommand.self,
      ShowCommand.self,
      ContactsCommand.self,
      TicketCommand.self,
      BlockCommand.self,
      UnblockCommand.self, DiscloseCommand.self, ForgetCommand.self, InboxCommand.self, OperatorCommand.self,
      WebhookCommand.self,
      ReplayCommand.self,
      ReportCommand.self,
      StatusCommand.self,
      BackupCommand.self, RestoreCommand.self, DoctorCommand.self, ConnectCommand.self, TestCallCommand.self,
      PreviewCommand.self, ManualCommand.self,
    ]
  }

  static func run(_ words: [String], environment: Environment) -> ExitCode {
    guard let name = words.first else {
      printToStandardError(overview)
      return .usage
    }
    if ["--help", "-h", "help"].contains(name) {
      guard words.count > 1, let command = commands.first(where: { $0.name == words[1] }) else {
        printToStandardOutput(overview)
        return .done
      }
      printToStandardOutput(help(command))
      return .done
    }
    if ["--version", "version"].contains(name) {
      printToStandardOutput("opsfabric \(version), database schema \(Store.schemaVersion)")
      return .done
    }
    guard let command = commands.first(where: { $0.name == name }) else {
      let near = hint(for: name, among: commands.map { $0.name })
      printToStandardError(
        "opsfabric: there is no command '\(short(name))'\(near.isEmpty ? "; `opsfabric --help` lists them" : near)"
      )
      return .usage
    }
    if words.dropFirst().contains(where: { $0 == "--help" || $0 == "-h" }) {
      printToStandardOutput(help(command))
      return .done
    }
    do {
      var arguments = Arguments(Array(words.dropFirst()))
      let parsed = try command.init(&arguments)
      try arguments.finish()
      return try parsed.run(CommandWorld(environment: environment))
    } catch let error as UsageError {
      complain("opsfabric \(name): \(error)")
      complain("usage: \(command.usage)")
      return .usage
    } catch let error as CommandError {
      complain("opsfabric \(name): \(error)")
      return error.exitCode
    } catch let error as SettingsError {
      complain("opsfabric \(name): \(error)")
      return .usage
    } catch {
      complain("opsfabric \(name): \(error)")
      return .failed
    }
  }

  private static func complain(_ line: String) {
    // As it is where nobody looks at columns: an error may have lines of its own.
    guard let width = terminalWidth(of: STDERR_FILENO) else { return printToStandardError(line) }
    for part in OwnPath.onTerminal(line, of: STDERR_FILENO).split(separator: "\n") {
      printToStandardError(wrapped(String(part), first: "", rest: "  ", width: width).joined(separator: "\n"))
    }
  }

  private static var overview: String {
    let nameWidth = commands.map { $0.name.count }.max() ?? 0
    let width = terminalWidth().map { min($0, 120) }
    var lines = wrapped(
      "opsfabric - missed calls become SMS, replies become tickets", first: "", rest: "  ", width: width)
    lines.append("")
    for command in commands {
      let gap = String(repeating: " ", count: nameWidth - command.name.count)
      lines += wrapped(
        command.summary, first: "  \(command.name)\(gap)  ",
        rest: String(repeating: " ", count: nameWidth + 4), width: width)
    }
    lines.append("")
    for text in [
      "`opsfabric COMMAND --help` tells more. The home is $OPSFABRIC_HOME, else the folder named in the file "
        + "\(Home.pointerName) beside this program, else $HOME/opsfabric.",
      "Exit codes: 0 done, 1 failed, 2 usage or configuration error.",
    ] { lines += wrapped(text, first: "", rest: "", width: width) }
    return lines.joined(separator: "\n")
  }

  private static func help(_ command: any Command.Type) -> String {
    HelpText.text(
      usage: command.usage, summary: command.summary, details: command.details,
      width: terminalWidth().map { min($0, 120) })
  }
}

/// What commands work on.
struct CommandWorld {
  let environment: Environment
  let clock = WallClock.system
  let zones: TimeZones

  init(environment: Environment) {
    self.environment = environment
    zones = TimeZones(environment: environment)
  }

  func home() throws -> Home {
    guard let home = Home.find(environment: environment) else {
      throw CommandError("no home: set OPSFABRIC_HOME to the folder of the installation", exitCode: .usage)
    }
    return home
  }

  func settings() throws -> SettingsReader { try SettingsReader(path: try home().settings) }

  /// The database of an installation that has been applied.
  func store() throws -> Store {
    let home = try home()
    let settings = try settings()
    let installation = try settings.installation()
    let store = try Store.openMigrating(
      home, journalMode: installation.journalMode == .wal ? .wal : .delete)
    store.receivers = WebhookReceivers(installation, try settings.tenants())
    return store
  }
}
