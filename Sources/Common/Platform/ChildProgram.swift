// ChildProgram.swift - another program, started with exactly the environment given, and waited for.

import Glibc

package enum ChildProgram {
  package struct Result: Hashable, Sendable {
    /// nil when a signal ended it.
    package var exitCode: Int32?
    /// Its standard output, at most `outputLimit` bytes of it.
    package var output: [UInt8]

    package init(exitCode: Int32?, output: [UInt8]) {
      self.exitCode = exitCode
      self.output = output
    }
  }

  static let outputLimit = 65_536

  /// Runs a program to its end. Standard input is empty, standard error is appended to the file `errors`.
  /// Nothing else is inherited: no descriptor that keeps a web server's request open, no blocked signal.
  package static func run(
    _ path: String, _ arguments: [String], environment: [(name: String, value: String)], errors: String
  ) throws(SystemError) -> Result {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SystemError("make", "a pipe") }
    keepDescriptorsToOurselves()
    let (readEnd, writeEnd) = (ends[0], ends[1])
    defer { close(readEnd) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, writeEnd, STDOUT_FILENO)
    posix_spawn_file_actions_addopen(
      &actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threaded web servers start programs with all signals blocked, and a runner that blocks SIGTERM cannot
    // be ended.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.name)=\($0.value)") }
    defer { for pointer in words + variables { free(pointer) } }
    words.append(nil)
    variables.append(nil)
    var child = pid_t()
    let code = posix_spawn(&child, path, &actions, &attributes, &words, &variables)
    close(writeEnd)
    guard code == 0 else { throw SystemError("start", path, code: code) }

    let output = readToEnd(readEnd)
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    return Result(exitCode: status & 0x7f == 0 ? (status >> 8) & 0xff : nil, output: output)
  }

  /// Ours are opened so, but some web servers hand theirs down.
  private static func keepDescriptorsToOurselves() {
    for descriptor in (STDERR_FILENO + 1)..<256 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
  }

  /// Until the last writer is gone; what is over the limit is read and dropped, so that nobody blocks.
  private static func readToEnd(_ descriptor: Int32) -> [UInt8] {
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return result }
      result += buffer[..<count].prefix(max(0, outputLimit - result.count))
    }
  }
}
