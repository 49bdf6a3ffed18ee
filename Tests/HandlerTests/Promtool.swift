// Promtool.swift - Prometheus's own program as a judge: what it reads of our figures, and what it has against their names.

import Platform
import TestSupport
import Testing

enum Promtool {
  static let program = ProgramRunner.find("promtool")
  static let missing: Comment = "promtool (Debian: prometheus) is not installed: run `make test`"

  /// Values by family's sample name, sorted, as its OpenMetrics parser read them into a block; nil when it refuses the
  /// text. It wants a time on each sample there, which a scrape gives by itself.
  static func values(of text: String) throws -> [String: [Double]]? {
    try inScratch { program, folder in
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
        $0.isEmpty || $0.hasPrefix("#") ? String($0) : "\($0) 1770714096"
      }
      let file = "\(folder)/metrics"
      try Files.writeAtomically(Array(lines.joined(separator: "\n").utf8), to: file)
      let read = try ProgramRunner.run(
        program, ["tsdb", "create-blocks-from", "openmetrics", file, "\(folder)/blocks"])
      guard read.exitCode == 0 else { return nil }
      // A block is shown only beside a log of what is not in a block yet.
      try Files.makeFolder("\(folder)/blocks/wal")
      let shown = try ProgramRunner.run(program, ["tsdb", "dump", "\(folder)/blocks"])
      var values: [String: [Double]] = [:]
      for line in shown.lines {
        let name = line.drop { $0 != "\"" }.dropFirst().prefix { $0 != "\"" }
        let words = line.split(separator: " ")
        guard words.count > 2, let value = Double(words[words.count - 2]) else { continue }
        values[String(name), default: []].append(value)
      }
      return values.mapValues { $0.sorted() }
    }
  }

  /// What its lint finds. That reads the older form only, where a counter's type and help have the sample's name.
  static func complaints(about text: String) throws -> String {
    let counters = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") && $0.hasSuffix(" counter") }
      .map { $0.split(separator: " ")[2] }
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("# UNIT ") && $0 != "# EOF" }.map { line in
      let words = line.split(separator: " ", maxSplits: 3)
      guard line.hasPrefix("# "), counters.contains(words[2]) else { return String(line) }
      return "# \(words[1]) \(words[2])_total \(words[3])"
    }
    return try inScratch { program, _ in
      let lint = try ProgramRunner.run(
        program, ["check", "metrics"], input: Array((lines.joined(separator: "\n") + "\n").utf8))
      return lint.exitCode == 0 ? lint.errors : "\(lint.output)\(lint.errors)exit code \(lint.exitCode ?? -1)"
    }
  }

  private static func inScratch<Result>(_ body: (_ program: String, _ folder: String) throws -> Result) throws
    -> Result
  {
    guard let program else { throw NotInstalled() }
    let folder = "\(ProgramRunner.temporaryFolder)/promtool-\(RandomSource.system.token(bytes: 8))"
    try Files.makeFolder(folder)
    defer { _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder]) }
    return try body(program, folder)
  }

  struct NotInstalled: Error {}
}
