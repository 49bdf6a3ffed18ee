// Terminal.swift - a program at a terminal of a given size, as a person has it: typed at, waited for, read.

import Glibc
import Platform

/// The program is killed, should it still run, when this goes.
package final class Terminal {
  private let master: Int32
  private let pid: pid_t
  private var ended: Int32?
  /// All that has been shown, with the terminal's echo of what was typed.
  package private(set) var screen = ""
  private var bytes: [UInt8] = []
  private var seen = 0
  /// Characters typed, each Enter included.
  package private(set) var keystrokes = 0

  package init(
    _ program: String, _ arguments: [String], environment: [String: String], columns: Int = 80, rows: Int = 24
  ) throws {
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (lock, number): (Int32, UInt32) = (0, 0)
    guard master >= 0, ioctl(master, Terminal.unlock, &lock) == 0,
      ioctl(master, Terminal.askNumber, &number) == 0
    else { throw SystemError("open", "a terminal") }
    let name = "/dev/pts/\(number)"
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that the leader of a session opens is its own: Ctrl-C reaches it.
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGPIPE, SIGINT, SIGHUP] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    var blocked = sigset_t()
    sigemptyset(&blocked)
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK) | Terminal.newSession)
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") }
    defer { for pointer in words + variables { free(pointer) } }
    words.append(nil)
    variables.append(nil)
    var child = pid_t()
    let code = posix_spawn(&child, program, &actions, &attributes, &words, &variables)
    guard code == 0 else { throw SystemError("start", program, code: code) }
    pid = child
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
  }

  /// TIOCSPTLCK and TIOCGPTN of asm-generic/ioctls.h, what unlockpt and ptsname call.
  private static let unlock: UInt = 0x4004_5431
  private static let askNumber: UInt = 0x8004_5430
  /// POSIX_SPAWN_SETSID of glibc.
  private static let newSession: Int16 = 0x80

  deinit {
    if ended == nil {
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
    close(master)
  }

  /// Waits until a text is shown behind what was waited for last. False after a minute, or when the program has ended
  /// without it.
  package func expect(_ text: String, meanwhile: () throws -> Void = {}) throws -> Bool {
    let end = monotonicMilliseconds() + 90_000
    while true {
      let hasEnded = exitCode != nil
      read()
      let unseen = screen.dropFirst(seen)
      if let found = unseen.firstRange(of: text) {
        seen = screen.distance(from: screen.startIndex, to: found.upperBound)
        return true
      }
      if hasEnded || monotonicMilliseconds() >= end { return false }
      try meanwhile()
      usleep(10_000)
    }
  }

  /// Types a line and the Enter key.
  package func type(_ line: String) {
    keystrokes += line.count + 1
    try? Files.write(Array((line + "\r").utf8), to: master, name: "the terminal")
  }

  /// A control character: `c` is Ctrl-C.
  package func type(control letter: Character) {
    keystrokes += 1
    guard let code = letter.asciiValue else { return }
    try? Files.write([code & 0x1f], to: master, name: "the terminal")
  }

  /// nil while it runs, and 128 and the signal's number where one ended it.
  package var exitCode: Int32? {
    if let ended { return ended }
    var status: Int32 = 0
    guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
    ended = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f
    return ended
  }

  /// Waits for its end, for at most two minutes.
  package func end(meanwhile: () throws -> Void = {}) throws -> Int32? {
    let end = monotonicMilliseconds() + 120_000
    while exitCode == nil, monotonicMilliseconds() < end {
      read()
      try meanwhile()
      usleep(10_000)
    }
    read()
    return exitCode
  }

  /// The lines as they were left standing: what a carriage return and an erased line wrote over is gone.
  package var lines: [String] {
    screen.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let last = line.filter { $0 != "\u{7}" }.split(separator: "\r").last ?? ""
      return String(last).replacing("\u{1B}[K", with: "")
    }
  }

  private func read() {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(master, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    screen = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
  }
}
