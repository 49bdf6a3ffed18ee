// PhotoJudge.swift - pillow, pillow-heif and Chromium look at photos before and after (Tests/judge-photos.py).

import Foundation
import Platform

enum PhotoJudge {
  /// Photos that people met; the texts in them are made up.
  static let met = Files.parent(of: Files.parent(of: #filePath)) + "/Photos"
  /// Stands wherever metadata stand.
  static let mark = Array("SECRET".utf8)

  static let isInstalled = (try? run("python3", ["-c", "import PIL"])) != nil
  static let hasHEIF = (try? run("python3", ["-c", "import pillow_heif"])) != nil
  static let hasBrowser = (try? run("chromium", ["--version"])) != nil

  struct Failure: Error, CustomStringConvertible { let description: String }

  /// What the script prints, without the photos it finds right.
  static func ask(_ arguments: [String]) throws -> [String] {
    let script = Files.parent(of: met) + "/judge-photos.py"
    let lines = try run("python3", [script] + arguments).split(separator: "\n").map(String.init)
    guard arguments[0] == "make" || !lines.isEmpty else { throw Failure(description: "no answer") }
    return lines.filter { !$0.hasSuffix(" ok") }
  }

  @discardableResult
  private static func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let answer = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: "\(program) \(arguments) ended with \(process.terminationStatus)")
    }
    return String(decoding: answer, as: UTF8.self)
  }
}
