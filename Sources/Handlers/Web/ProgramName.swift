// ProgramName.swift - by which name this process was started, since one program is all handlers.

import CGI
import Glibc
import Platform

enum ProgramName {
  /// The names that may be meant, the likeliest first: that of the file that was started, then that of the script
  /// that the web server says it runs (RFC 3875 leaves both to the server). Never what a visitor sent.
  static var candidates: [String] {
    let started = CommandLine.unsafeArgv[0].map { String(cString: $0) } ?? ""
    return [started, getenv("SCRIPT_FILENAME").map { String(cString: $0) } ?? ""].map(lastComponent)
  }

  private static func lastComponent(_ path: String) -> String {
    String(decoding: path.utf8.split(separator: UInt8(ascii: "/")).last ?? path.utf8[...], as: UTF8.self)
  }

  /// For a name that is no handler's: says so to the web server or on the terminal, and ends the process.
  /// `--names` prints the names, one per line, which is how `make` knows them.
  static func refuse(_ name: String) -> Never {
    let names = HandlerTable.names
    if let arguments = EventProgram.arguments, arguments == ["--names"] {
      printToStandardOutput(names.joined(separator: "\n"))
      _exit(ExitCode.done.rawValue)
    }
    let advice =
      "started as \"\(name)\", which is no handler; give the file one of these names: \(names.joined(separator: ", "))"
    guard getenv("GATEWAY_INTERFACE") == nil else {
      Log.standardError(program: "handler")(.error, "no-handler", ["reason": advice])
      let response = CGIResponse.plain(500, "this program has no handler's name")
      writeAll(response.cgiHead, response.body, to: STDOUT_FILENO)
      _exit(ExitCode.done.rawValue)
    }
    printToStandardError("handler: \(advice)")
    _exit(ExitCode.usage.rawValue)
  }
}
