// Chromium.swift - Debian's Chromium without a window, driven through DevTools over a pipe.
//
// `--remote-debugging-pipe`: commands come in on descriptor 3, answers and events go out on 4, each a JSON
// text with a NUL behind it. The browser can reach nothing but this machine, and its profile goes with the
// object.

import Glibc
import Platform

package struct ChromiumError: Error, CustomStringConvertible {
  package let description: String
  package init(description: String) { self.description = description }
}

/// One browser. Not for use from several threads at once.
package final class Chromium {
  package static let program = ProgramRunner.find("chromium")

  /// Something that happened in a page.
  package struct Event {
    package let session: String
    package let method: String
    package let parameters: DevToolsValue
  }

  /// All events of all pages, oldest first.
  public private(set) var events: [Event] = []
  /// For files of the tests; goes with the browser.
  package let folder: String

  private let process: pid_t
  private let commands: Int32
  private let answers: Int32
  private var received: [UInt8] = []
  private var replies: [Int: DevToolsValue] = [:]
  private var lastID = 0

  package init() throws {
    guard let program = Chromium.program else { throw SystemError("find", "chromium", code: ENOENT) }
    // Writing to a browser that is gone must not end the tests.
    signal(SIGPIPE, SIG_IGN)
    folder = "\(ProgramRunner.temporaryFolder)/opsfabric-browser-\(RandomSource.system.token(bytes: 8))"
    try Files.makeFolder(folder)
    var arguments = [
      "--headless=new", "--remote-debugging-pipe", "--user-data-dir=\(folder)/profile", "--hide-scrollbars",
      "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync", "--disable-extensions", "--no-first-run", "--no-default-browser-check", "--no-pings",
      "--metrics-recording-only", "--force-color-profile=srgb",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "about:blank",
    ]
    // Its sandbox refuses to be set up by root.
    if getuid() == 0 { arguments.insert("--no-sandbox", at: 0) }
    let (toBrowser, fromBrowser) = (try Chromium.pipe(), try Chromium.pipe())
    (commands, answers) = (toBrowser.write, fromBrowser.read)
    defer {
      close(toBrowser.read)
      close(fromBrowser.write)
    }
    process = try Chromium.spawn(
      program, arguments, folder: folder, input: toBrowser.read, output: fromBrowser.write)
  }

  deinit {
    _ = try? call("Browser.close")
    close(commands)
    close(answers)
    let end = monotonicMilliseconds() + 5000
    while monotonicMilliseconds() < end, waitpid(process, nil, WNOHANG) == 0 { usleep(10_000) }
    kill(-process, SIGKILL)
    waitpid(process, nil, 0)
    _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder])
  }

  // MARK: commands

  /// Sends a command and waits for its answer.
  @discardableResult
  package func call(
    _ method: String, _ parameters: DevToolsValue = [:], session: String? = nil, seconds: Int = 30
  ) throws -> DevToolsValue {
    lastID += 1
    let id = lastID
    var command: [String: DevToolsValue] = [
      "id": .number(Double(id)), "method": .text(method), "params": parameters,
    ]
    if let session { command["sessionId"] = .text(session) }
    try write(Array(DevToolsValue.object(command).written.utf8) + [0])
    try wait(seconds: seconds, for: method) { replies[id] != nil }
    let reply = replies.removeValue(forKey: id) ?? .null
    if let message = reply["error"]["message"].text {
      throw ChromiumError(description: "\(method): \(message)")
    }
    return reply["result"]
  }

  /// Takes events in until the condition holds.
  package func wait(seconds: Int = 30, for what: String, until condition: () -> Bool) throws {
    let end = monotonicMilliseconds() + Int64(seconds) * 1000
    while !condition() {
      let rest = end - monotonicMilliseconds()
      guard rest > 0 else { throw ChromiumError(description: "\(what): nothing within \(seconds) s. \(log)") }
      try read(milliseconds: Int32(min(rest, 1000)))
    }
  }

  private var log: String {
    String(decoding: ((try? Files.read("\(folder)/log")) ?? []).suffix(500), as: UTF8.self)
  }

  private func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(commands, $0.baseAddress, $0.count) }
      guard count > 0 else { throw ChromiumError(description: "the browser is gone. \(log)") }
      rest = rest.dropFirst(count)
    }
  }

  private func read(milliseconds: Int32) throws {
    var descriptor = pollfd(fd: answers, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, milliseconds) > 0 else { return }
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    let count = Glibc.read(answers, &piece, piece.count)
    guard count > 0 else { throw ChromiumError(description: "the browser is gone. \(log)") }
    var rest = piece[..<count]
    while let end = rest.firstIndex(of: 0) {
      received += rest[..<end]
      take(received)
      received = []
      rest = rest[(end + 1)...]
    }
    received += rest
  }

  private func take(_ message: [UInt8]) {
    guard let value = DevToolsValue(json: message) else { return }
    if let id = value["id"].number {
      replies[Int(id)] = value
    } else if let method = value["method"].text {
      events.append(
        Event(session: value["sessionId"].text ?? "", method: method, parameters: value["params"]))
    }
  }

  // MARK: process

  /// Both ends above the numbers the browser wants, so that setting those up overwrites neither.
  private static func pipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw SystemError("make", "a pipe") }
    defer { for end in ends { close(end) } }
    let high = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 10) }
    guard high.allSatisfy({ $0 >= 0 }) else { throw SystemError("make", "a pipe") }
    return (high[0], high[1])
  }

  private static func spawn(
    _ program: String, _ arguments: [String], folder: String, input: Int32, output: Int32
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "\(folder)/log", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    posix_spawn_file_actions_adddup2(&actions, input, 3)
    posix_spawn_file_actions_adddup2(&actions, output, 4)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The threads tests run on block nearly all signals, and a child would inherit that.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    // A group of its own, so that the browser's many processes end together.
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    var variables: [UnsafeMutablePointer<CChar>?] = [
      strdup("PATH=/usr/bin:/bin"), strdup("HOME=\(folder)"), strdup("TMPDIR=\(folder)"),
      strdup("LANGUAGE=de_CH:de"), nil,
    ]
    defer { for pointer in words + variables { free(pointer) } }
    words.append(nil)
    var pid = pid_t()
    let code = posix_spawn(&pid, program, &actions, &attributes, &words, &variables)
    guard code == 0 else { throw SystemError("start", program, code: code) }
    return pid
  }
}
