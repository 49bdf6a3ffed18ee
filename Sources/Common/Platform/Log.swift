// Log.swift - one event, one line on standard error: program, level, event, key=value.
//
// Lines hold no message texts and no tokens, and numbers only masked: callers see to that.

import Glibc

public struct Log: Sendable {
  public enum Level: String, Sendable { case info, warning, error }

  private let program: String
  private let write: @Sendable (String) -> Void

  public init(program: String, write: @escaping @Sendable (String) -> Void) {
    self.program = program
    self.write = write
  }

  /// To standard error.
  public static func standardError(program: String) -> Log {
    Log(program: program) { line in printToStandardError(line) }
  }

  public func callAsFunction(_ level: Level, _ event: String, _ fields: KeyValuePairs<String, String> = [:]) {
    var line = "\(program): \(level.rawValue): \(event)"
    for (key, value) in fields { line += " \(key)=\(Log.quoted(value))" }
    write(line)
  }

  /// Control characters out (a log line is one line), quotes round what has spaces.
  private static func quoted(_ value: String) -> String {
    var clean = ""
    for scalar in value.unicodeScalars.prefix(400) {
      clean.unicodeScalars.append(scalar.value < 32 || scalar.value == 127 ? " " : scalar)
    }
    return clean.isEmpty || clean.contains(where: { $0 == " " || $0 == "\"" })
      ? "\"" + clean.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "'") + "\"" : clean
  }
}

public func printToStandardError(_ line: String) { writeAll(line + "\n", to: STDERR_FILENO) }

public func printToStandardOutput(_ line: String) { writeAll(line + "\n", to: STDOUT_FILENO) }

/// Writes everything or gives up silently: there is nobody left to tell.
public func writeAll(_ text: String, to descriptor: Int32) {
  try? Files.write(Array(text.utf8), to: descriptor, name: "output")
}

public func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
  try? Files.write(bytes, to: descriptor, name: "output")
}
