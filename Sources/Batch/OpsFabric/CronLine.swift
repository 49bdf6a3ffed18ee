// CronLine.swift - the line that starts a runner each minute: shown, put into the crontab where that is wanted, and
// waited for.

import Glibc
import LocalTime
import Operations
import Platform
import Setup
import Store

struct CronLine {
  private let world: CommandWorld
  private let home: Home
  private let line: String
  private let console: TerminalConsole

  init(_ world: CommandWorld, home: Home, _ line: String, _ console: TerminalConsole) {
    self.world = world
    self.home = home
    self.line = line
    self.console = console
  }

  /// Whether runs are started, by whatever: a runner has been at work within two minutes, or is within the time given.
  ///
  /// - Parameter isNeeded: something waits for it.
  func settle(takesAll: Bool, isNeeded: Bool, seconds: Int) throws -> Bool {
    if try beatAge().map({ $0 < 120_000 }) == true { return true }
    console.say("")
    if let starter = Doctor.packageStarter(home) {
      console.say("\(starter) starts the runner each minute.")
      return isNeeded ? try waits(seconds) : true
    }
    console.say("cron starts the runner each minute with this line:")
    printToStandardOutput("\n\(line)\n")
    guard !takesAll else { return false }
    if try isInCrontab() { return try waits(seconds) }
    if let crontab = CronLine.program {
      guard let answer = console.answer(to: "Put it into your crontab now? [Y/n]", isSecret: false) else {
        throw SetupStop.brokenOff
      }
      if ["", "y", "yes", "j", "ja"].contains(answer.lowercased()) {
        guard try putInto(crontab) else {
          console.warn("crontab did not take it: enter it by hand (crontab -e, or the host's panel)")
          return false
        }
        console.say("ok  it stands in your crontab")
        return isNeeded ? try waits(seconds) : true
      }
    }
    console.say("Enter it where your host has cron jobs; the guide has hosts without (docs/operator.md).")
    return false
  }

  /// One run in the background, for a call that is to be answered now.
  func startOnce() throws {
    console.say("    no runner is at work: one is started for this minute")
    let program = Home.executablePath() ?? "\(home.path)/bin/opsfabric"
    let command =
      "\(shellWord(program)) run --linger 55 >>\(shellWord("\(home.log)/run.log")) 2>&1 </dev/null &"
    _ = try ChildProgram.run(
      "/bin/sh", ["-c", command], environment: environment(["OPSFABRIC_HOME": home.path]), errors: "/dev/null"
    )
    for _ in 0..<100 where try beatAge().map({ $0 < 60_000 }) != true { usleep(100_000) }
  }

  /// Whether a runner gives a sign of life within so many seconds.
  private func waits(_ seconds: Int) throws -> Bool {
    let progress = ProgressLine()
    defer { progress.clear() }
    for left in stride(from: seconds, to: 0, by: -1) {
      if try beatAge().map({ $0 < 60_000 }) == true {
        progress.clear()
        console.say("ok  a run was started")
        return true
      }
      progress.show("waiting for the first run: \(left) s …")
      sleep(1)
    }
    return false
  }

  /// Milliseconds since the last sign of life of a runner.
  private func beatAge() throws -> Int64? {
    try world.store().lastRun().map { world.clock.now().milliseconds(since: $0.beatAt) }
  }

  private static var program: String? {
    ["/usr/bin/crontab", "/bin/crontab"].first { access($0, X_OK) == 0 }
  }

  private func present() throws -> String? {
    guard let crontab = CronLine.program else { return nil }
    let result = try ChildProgram.run(crontab, ["-l"], environment: environment([:]), errors: "/dev/null")
    // Without a crontab of one's own the code is 1.
    return result.exitCode == nil ? nil : String(decoding: result.output, as: UTF8.self)
  }

  private func isInCrontab() throws -> Bool {
    let mark = "\(home.path)/bin/opsfabric"
    return try (present() ?? "").split(separator: "\n").contains { line in
      !line.hasPrefix("#") && line.contains(mark) && line.contains(" run ")
    }
  }

  private func putInto(_ crontab: String) throws -> Bool {
    guard var text = try present() else { return false }
    if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
    text += line + "\n"
    let path = "\(home.data)/crontab.new"
    try Files.writeAtomically(Array(text.utf8), to: path)
    defer { try? Files.remove(path) }
    return try ChildProgram.run(crontab, [path], environment: environment([:]), errors: "/dev/null").exitCode
      == 0
  }

  private func environment(_ more: [String: String]) -> [(name: String, value: String)] {
    var kept: [(name: String, value: String)] = more.map { (name: $0.key, value: $0.value) }
    for name in ["HOME", "PATH", "USER", "LOGNAME", "TZDIR", "TZ"] {
      if let value = world.environment[name] { kept.append((name: name, value: value)) }
    }
    return kept
  }
}
