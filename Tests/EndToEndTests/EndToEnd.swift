// EndToEnd.swift - the suite of all end-to-end tests: the shipped programs, a real web server, the stand-in.
//
// The programs come by environment variables that `make test` sets. Without them the tests are reported as
// skipped, never as passed.

import Glibc
import Platform
import TestSupport
import Testing

enum ShippedPrograms {
  /// Folder of the static handlers.
  static let cgiBin = Environment.process["CGI_BIN"] ?? ""
  static let opsfabric = Environment.process["OPSFABRIC"] ?? ""
  static let standIn = Environment.process["STANDIN"] ?? ""
  /// All handlers behind a function runtime.
  static let bootstrap = Environment.process["BOOTSTRAP"] ?? ""

  /// The repository; this file lies two folders below.
  static let sources = Files.parent(of: Files.parent(of: Files.parent(of: #filePath)))

  /// Twilio's webhooks.
  static let webhooks = Handlers.webhooks

  /// All that is shipped for the web server.
  static let handlers: [String] = {
    let names = (try? Files.list(cgiBin)) ?? []
    return names.filter { !$0.hasPrefix(".") && (Files.mode("\(cgiBin)/\($0)") ?? 0) & 0o111 != 0 }
  }()

  static var areBuilt: Bool { !cgiBin.isEmpty && !opsfabric.isEmpty && !standIn.isEmpty }
}

@Suite(
  .enabled(
    if: ShippedPrograms.areBuilt, "CGI_BIN, OPSFABRIC and STANDIN name no shipped programs: run `make test`"),
  .enabled(if: WebServer.program != nil, "lighttpd is not installed: run `make test`"))
enum EndToEnd {}

/// Polls until the condition holds; false when it does not within the time. Keeps its thread: a test that gives it
/// up may get it back too late for what it wanted to see.
func eventually(within seconds: Int, _ condition: () throws -> Bool) throws -> Bool {
  let end = monotonicMilliseconds() + Int64(seconds) * 1000
  while true {
    if try condition() { return true }
    if monotonicMilliseconds() >= end { return false }
    usleep(50_000)
  }
}

/// The processes that run this program.
func processes(of program: String) throws -> [String] {
  try Files.list("/proc").filter { name in
    var target = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/\(name)/exe", &target, target.count - 1)
    return length > 0
      && String(decoding: target[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self) == program
  }
}
