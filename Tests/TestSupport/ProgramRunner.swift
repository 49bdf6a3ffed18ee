// ProgramRunner.swift - runs programs for tests: exactly the environment given, input, output, a time limit.

import Glibc
import Platform

/// How a program ended, and what it said.
package struct ProgramResult: Sendable {
  /// nil when a signal ended it.
  package var exitCode: Int32?
  package var output: String
  package var errors: String
  package var milliseconds: Int64

  package var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// A program under way. Killed, should nobody wait for it, when this goes.
package final class RunningProgram {
  package let pid: pid_t
  private let folder: String
  private let began = monotonicMilliseconds()
  private var result: ProgramResult?

  fileprivate init(pid: pid_t, folder: String) {
    self.pid = pid
    self.folder = folder
  }

  deinit {
    if result == nil {
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
    for name in ["input", "output", "errors"] { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }

  /// What it has written so far.
  package var outputSoFar: String { text("output") }

  package func signal(_ number: Int32) {
    if result == nil { kill(pid, number) }
  }

  /// To the program and all it started, where it leads a process group (`setsid`).
  package func signalGroup(_ number: Int32) {
    if result == nil { kill(-pid, number) }
  }

  /// nil while it runs.
  package func poll() -> ProgramResult? {
    if let result { return result }
    var status: Int32 = 0
    guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
    let isExit = status & 0x7f == 0
    result = ProgramResult(
      exitCode: isExit ? (status >> 8) & 0xff : nil, output: text("output"), errors: text("errors"),
      milliseconds: monotonicMilliseconds() - began)
    return result
  }

  /// Waits; nil when it runs longer than that, and then it goes on running.
  package func wait(seconds: Int) -> ProgramResult? {
    let end = monotonicMilliseconds() + Int64(seconds) * 1000
    while true {
      if let result = poll() { return result }
      if monotonicMilliseconds() >= end { return nil }
      usleep(2000)
    }
  }

  private func text(_ name: String) -> String {
    String(decoding: (try? Files.read("\(folder)/\(name)")) ?? [], as: UTF8.self)
  }
}

package enum ProgramRunner {
  /// Where tests put their files.
  package static var temporaryFolder: String {
    Environment.process["TMPDIR"].flatMap { $0.isEmpty ? nil : Home($0).path } ?? "/tmp"
  }

  /// A program of the machine, also where a normal user's PATH does not reach.
  package static func find(_ name: String) -> String? {
    let folders = (Environment.process["PATH"] ?? "").split(separator: ":").map(String.init)
    return (folders + ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/bin"]).map { "\($0)/\(name)" }
      .first { access($0, X_OK) == 0 }
  }

  /// Starts a program. Nothing is inherited: neither environment nor descriptors, and SIGPIPE ends it.
  /// - Parameter scratch: where its input and output are kept meanwhile.
  package static func start(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], input: [UInt8] = [],
    scratch: String = temporaryFolder
  ) throws -> RunningProgram {
    let folder = "\(scratch)/opsfabric-program-\(RandomSource.system.token(bytes: 8))"
    try Files.makeFolder(folder)
    try Files.writeAtomically(input, to: "\(folder)/input")

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "\(folder)/input", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "\(folder)/output", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, "\(folder)/errors", O_WRONLY | O_CREAT | O_APPEND, 0o600)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // libcurl's users ignore SIGPIPE, and an ignored signal would be handed down.
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    // The threads that run Swift's tasks block signals, and a program that blocks SIGTERM cannot be ended.
    var blocked = sigset_t()
    sigemptyset(&blocked)
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") }
    defer { for pointer in words + variables { free(pointer) } }
    words.append(nil)
    variables.append(nil)
    var pid = pid_t()
    let code = posix_spawn(&pid, program, &actions, &attributes, &words, &variables)
    guard code == 0 else { throw SystemError("start", program, code: code) }
    return RunningProgram(pid: pid, folder: folder)
  }

  /// Runs a program to its end; one that takes longer than `seconds` is killed and has no exit code.
  package static func run(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], input: [UInt8] = [],
    seconds: Int = 60
  ) throws -> ProgramResult {
    let running = try start(program, arguments, environment: environment, input: input)
    if let result = running.wait(seconds: seconds) { return result }
    running.signal(SIGKILL)
    return running.wait(seconds: 10)
      ?? ProgramResult(exitCode: nil, output: "", errors: "\(program) cannot be killed", milliseconds: 0)
  }
}
