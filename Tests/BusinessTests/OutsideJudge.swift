// OutsideJudge.swift - a Python script that judges what we say, asked once for many questions.

import Foundation

enum OutsideJudge {
  /// Whether python3 and the module are there.
  static func has(_ module: String) -> Bool { (try? ask("import \(module)", [])) != nil }

  struct Failure: Error {}

  /// The lines that the script prints for lines on its standard input.
  static func ask(_ script: String, _ lines: [String]) throws -> [String] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("judge-\(UUID().uuidString)")
    try Data(lines.joined(separator: "\n").utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let python = Process()
    let output = Pipe()
    python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    python.arguments = ["python3", "-X", "utf8", "-c", script]
    python.standardInput = try FileHandle(forReadingFrom: file)
    python.standardOutput = output
    python.standardError = FileHandle.nullDevice
    try python.run()
    let answer = output.fileHandleForReading.readDataToEndOfFile()
    python.waitUntilExit()
    guard python.terminationStatus == 0 else { throw Failure() }
    return String(decoding: answer, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .dropLast().map(String.init)
  }
}
