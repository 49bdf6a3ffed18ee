// UnpackedArchive.swift - `setup` called where the release was unpacked, and nothing is installed yet: it installs first.

import Glibc
import Platform
import Setup

struct UnpackedArchive {
  private let folder: String
  private let environment: Environment

  /// The archive or built tree this program lies in; nil where it has been installed.
  static func around(_ world: CommandWorld) -> UnpackedArchive? {
    guard let program = Home.executablePath() else { return nil }
    let folder = Files.parent(of: Files.parent(of: program))
    guard Files.exists("\(folder)/install.sh"), Files.exists("\(folder)/cgi-bin/voice"),
      // Who names a home has installed it by hand.
      world.environment["OPSFABRIC_HOME"].map({ $0.isEmpty }) ?? true
    else { return nil }
    return UnpackedArchive(folder: folder, environment: world.environment)
  }

  /// Installs, and goes on as the installed program.
  func install(
    home: String?, handlers: String?, takesAll: Bool, _ console: TerminalConsole, _ words: [String]
  ) throws -> ExitCode {
    let user = environment["HOME"] ?? "/root"
    console.say("These programs are not installed yet.")
    let homeFolder = try place(
      home, "--home", "Folder for settings and data, outside of the website", likely: "\(user)/opsfabric",
      takesAll, console)
    let likely = ["www/cgi-bin", "public_html/cgi-bin", "htdocs/cgi-bin", "html/cgi-bin"]
      .map { "\(user)/\($0)" }.first { Files.isFolder($0) }
    let handlersFolder = try place(
      handlers, "--handlers", "Folder where the web server runs programs", likely: likely, takesAll, console)
    let status = system(
      "\(quoted("\(folder)/install.sh")) \(quoted(homeFolder)) \(quoted(handlersFolder)) >/dev/null")
    guard status == 0 else { throw CommandError("the installation failed (above)") }
    console.say("ok  installed in \(homeFolder) and \(handlersFolder)")
    setenv("OPSFABRIC_HOME", homeFolder, 1)
    let program = "\(homeFolder)/bin/opsfabric"
    var arguments: [UnsafeMutablePointer<CChar>?] = ([program, "setup"] + words).map { strdup($0) }
    arguments.append(nil)
    execv(program, arguments)
    throw CommandError("\(program) does not start")
  }

  private func place(
    _ given: String?, _ option: String, _ prompt: String, likely: String?, _ takesAll: Bool,
    _ console: TerminalConsole
  ) throws -> String {
    var answer = given ?? (takesAll ? likely : nil)
    guard answer != nil || !takesAll else { throw CommandError("\(option) is missing", exitCode: .usage) }
    while answer == nil {
      guard let line = console.answer(to: prompt + (likely.map { " [\($0)]" } ?? ""), isSecret: false) else {
        throw SetupStop.brokenOff
      }
      answer = line.isEmpty ? likely : line
    }
    let path = answer ?? ""
    if path.hasPrefix("~/") { return (environment["HOME"] ?? "") + path.dropFirst() }
    return path.hasPrefix("/") ? path : (environment["PWD"] ?? "") + "/" + path
  }

  private func quoted(_ word: String) -> String { "'" + word.replacing("'", with: "'\\''") + "'" }
}
