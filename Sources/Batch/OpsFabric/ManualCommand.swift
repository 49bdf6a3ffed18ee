// ManualCommand.swift - `opsfabric manual`: the manual page and the shells' completions, made of what the commands say of
// themselves.

import Platform

struct ManualCommand: Command {
  static let name = "manual"
  static let usage = "opsfabric manual page|bash|zsh"
  static let summary = "prints the manual page, or what bash or zsh complete by"
  static let details = """
    The installation keeps them below share/: share/man/man1, share/bash-completion/completions,
    share/zsh/site-functions.
    """
  private enum Form: String, CaseIterable { case page, bash, zsh }
  private let form: Form

  init(_ arguments: inout Arguments) throws {
    let word = try arguments.next("page, bash or zsh")
    guard let form = Form(rawValue: word) else {
      throw UsageError(
        "'\(short(word))' is none of page, bash, zsh\(hint(for: word, among: Form.allCases.map(\.rawValue)))")
    }
    self.form = form
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let commands = OperatorCommands.commands.map(CommandWords.init)
    switch form {
    case .page: printToStandardOutput(ManualPage(commands).text)
    case .bash: printToStandardOutput(Completions(commands).bash)
    case .zsh: printToStandardOutput(Completions(commands).zsh)
    }
    return .done
  }
}

/// What a command says of itself, and what of it can be completed.
struct CommandWords {
  let name: String
  let usage: String
  let summary: String
  let details: String

  init(_ command: any Command.Type) {
    (name, usage) = (command.name, command.usage)
    (summary, details) = (command.summary, command.details)
  }

  /// `--json` …, as the line of usage names them.
  var options: [String] {
    var found: [String] = []
    for word in usage.split(whereSeparator: { " [](|)=".contains($0) }) where word.hasPrefix("--") {
      if !found.contains(String(word)) { found.append(String(word)) }
    }
    return found + ["--help"]
  }

  /// Words in small letters that may be chosen: `calls|messages`, `list|link WHO|revoke`.
  var choices: [String] {
    var found: [String] = []
    for word in usage.split(separator: " ").dropFirst(2) where !word.contains("--") {
      for part in word.split(whereSeparator: { "|[]".contains($0) })
      where part != name && part.allSatisfy({ $0.isLowercase && $0.isASCII }) && !found.contains(String(part))
      {
        found.append(String(part))
      }
    }
    return found
  }

  var takesTenant: Bool {
    usage.split(whereSeparator: { " []".contains($0) }).contains("TENANT") || usage.contains("--tenant ID")
  }
}

/// The page of section 1, in the man macros.
struct ManualPage {
  private let commands: [CommandWords]
  init(_ commands: [CommandWords]) { self.commands = commands }

  var text: String {
    var lines = [
      ".\\\" Made by `opsfabric manual page`.",
      ".TH OPSFABRIC 1 \(versionDate) \"opsfabric \(version)\" \"Missed Call Recovery\"",
      ".SH NAME", "opsfabric \\- missed calls become SMS, replies become tickets", ".SH SYNOPSIS",
      ".B opsfabric", ".I COMMAND", ".RI [ ... ]", ".br", ".B opsfabric \\-\\-version", ".SH DESCRIPTION",
      "The batch program of Missed Call Recovery: cron starts it each minute as", ".BR \"opsfabric run\" ,",
      "and its other commands are the operator's. A new installation begins with",
      ".BR \"opsfabric setup\" .",
      ".SH COMMANDS",
    ]
    for command in commands {
      lines += [".SS \(Self.escaped(command.name))", ".nf"]
      lines += wrapped(command.usage, first: "", rest: "    ", width: 78).map { ".B \"\(Self.quoted($0))\"" }
      lines += [".fi", ".PP", Self.sentence(command.summary)]
      guard !command.details.isEmpty else { continue }
      lines +=
        [".PP", ".nf"]
        + HelpText.lines(of: command.details, width: 78).map(Self.escaped) + [".fi"]
    }
    lines += [
      ".SH ENVIRONMENT", ".TP", ".B OPSFABRIC_HOME",
      "The folder of the installation. Without it: the folder named in the file \(Self.escaped(Home.pointerName)) beside the program,",
      "else \\fI$HOME/opsfabric\\fR.", ".TP", ".B NO_COLOR", "Set to anything: no colour on a terminal.",
      ".SH FILES", "Below the home:", ".TP", ".I config/opsfabric.json5", "What holds for all businesses.",
      ".TP",
      ".I config/tenants/ID.json5", "One business.", ".TP", ".I data/opsfabric.sqlite3",
      "Calls, messages, requests.",
      ".TP", ".I reports/", "Each month's CSV files.", ".TP", ".I log/run.log", "What the runner says.",
      ".SH EXIT STATUS", "0 done, 1 failed, 2 usage or configuration error.",
    ]
    return lines.joined(separator: "\n")
  }

  static func escaped(_ text: String) -> String {
    var line = ""
    for character in text {
      switch character {
      case "\\": line += "\\e"
      case "-": line += "\\-"
      // Beyond ASCII not every formatter reads UTF-8.
      case "…": line += "..."
      default: line.append(character)
      }
    }
    // A line that begins so would be a request.
    return line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
  }

  private static func quoted(_ text: String) -> String { escaped(text).replacing("\"", with: "\\(dq") }

  private static func sentence(_ text: String) -> String {
    escaped((text.first?.uppercased() ?? "") + text.dropFirst() + ".")
  }
}

/// Commands, their options and words, and the tenants of the installation.
struct Completions {
  private let commands: [CommandWords]
  init(_ commands: [CommandWords]) { self.commands = commands }

  private static let tenants = """
    local home=${OPSFABRIC_HOME:-$HOME/opsfabric} file tenants=
      for file in "$home"/config/tenants/*.json5; do
        [ -e "$file" ] || continue
        file=${file##*/}
        tenants="$tenants ${file%.json5}"
      done
    """

  private func words(_ command: CommandWords) -> String {
    (command.choices + command.options).joined(separator: " ") + (command.takesTenant ? " $tenants" : "")
  }

  private var cases: String {
    commands.map { "    \($0.name)) words=\"\(words($0))\" ;;" }.joined(separator: "\n")
  }

  var bash: String {
    """
    # bash completion of opsfabric; made by `opsfabric manual bash`
    _opsfabric() {
      local words= command=${COMP_WORDS[1]} current=${COMP_WORDS[COMP_CWORD]}
      \(Completions.tenants)
      if [ "$COMP_CWORD" -eq 1 ]; then
        words="\(commands.map(\.name).joined(separator: " ")) --help --version"
      else
        case $command in
    \(cases)
        esac
      fi
      mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
      [ ${#COMPREPLY[@]} -gt 0 ] || mapfile -t COMPREPLY < <(compgen -f -- "$current")
    }
    complete -F _opsfabric opsfabric
    """
  }

  var zsh: String {
    """
    #compdef opsfabric
    # zsh completion of opsfabric; made by `opsfabric manual zsh`
    _opsfabric() {
      local words_=
      \(Completions.tenants)
      if (( CURRENT == 2 )); then
        local -a commands
        commands=(
    \(commands.map { "      '\($0.name):\($0.summary.replacing("'", with: "").replacing(":", with: "\\:"))'" }.joined(separator: "\n"))
        )
        _describe command commands
        return
      fi
      case ${words[2]} in
    \(cases.replacing("words=", with: "words_="))
      esac
      compadd -- ${=words_} || _files
    }
    _opsfabric "$@"
    """
  }
}
