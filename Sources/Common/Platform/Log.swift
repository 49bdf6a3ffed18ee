// Log.swift - one event, one line on standard error: program, level, event, key=value.
//
// Lines hold no message texts and no tokens, and numbers only masked: callers see to that.

import Glibc

package struct Log: Sendable {
  package enum Level: String, Sendable { case info, warning, error }

  private let program: String
  private let write: @Sendable (String) -> Void

  package init(program: String, write: @escaping @Sendable (String) -> Void) {
    self.program = program
    self.write = write
  }

  /// To standard error.
  package static func standardError(program: String) -> Log {
    Log(program: program) { line in printToStandardError(line) }
  }

  package func callAsFunction(_ level: Level, _ event: String, _ fields: KeyValuePairs<String, String> = [:])
  {
    var line = "\(program): \(level.rawValue): \(event)"
    for (key, value) in fields { line += " \(key)=\(Log.quoted(value))" }
    write(line)
  }

  /// Control characters out (a log line is one line), quotes round what has spaces. By scalars: a combining
  /// mark must not hide the space or quote it stands on.
  private static func quoted(_ value: String) -> String {
    var clean = String.UnicodeScalarView()
    var needsQuotes = value.isEmpty
    for scalar in value.unicodeScalars.prefix(400) {
      let isQuote = scalar == "\""
      let isSpace = scalar == " " || isControl(scalar)
      clean.append(isQuote ? "'" : isSpace ? " " : scalar)
      if isQuote || isSpace { needsQuotes = true }
    }
    return needsQuotes ? "\"\(String(clean))\"" : String(clean)
  }

  /// C0, C1 and the two separators that some readers take for the end of a line.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<32, 127..<160, 0x2028, 0x2029: true
    default: false
    }
  }
}

package func printToStandardError(_ line: String) { writeAll(line + "\n", to: STDERR_FILENO) }

package func printToStandardOutput(_ line: String) { writeAll(line + "\n", to: STDOUT_FILENO) }

/// Writes everything or gives up silently: there is nobody left to tell.
package func writeAll(_ text: String, to descriptor: Int32) {
  try? Files.write(Array(text.utf8), to: descriptor, name: "output")
}

package func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
  try? Files.write(bytes, to: descriptor, name: "output")
}

/// One after the other; in one call if the descriptor takes them, and without copying them together.
package func writeAll(_ first: [UInt8], _ second: [UInt8], to descriptor: Int32) {
  let written = first.withUnsafeBytes { first in
    second.withUnsafeBytes { second in
      let pieces = (
        iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count),
        iovec(iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count)
      )
      return withUnsafeBytes(of: pieces) {
        max(0, writev(descriptor, $0.bindMemory(to: iovec.self).baseAddress, 2))
      }
    }
  }
  if written < first.count + second.count {
    writeAll(Array((first + second)[written...]), to: descriptor)
  }
}
