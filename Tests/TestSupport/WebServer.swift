// WebServer.swift - a real web server on a free loopback port, for the shipped handlers or for the Twilio
// stand-in. Its configuration is WebServerSetup.swift's.

import Glibc
import Platform

/// Ends with the object.
package final class WebServer {
  /// What shared hosts run.
  package enum Software: String, CaseIterable, Sendable {
    case lighttpd
    case apache
    /// Apache without threads: mod_cgi hands over pipes where mod_cgid hands over a socket.
    case apachePrefork
    /// Apache that starts programs as their owner and passes no environment on.
    case apacheSuexec
    /// nginx runs no programs itself: fcgiwrap does.
    case nginx
  }

  package enum Site {
    /// CGI programs below `/cgi-bin/`, in this folder.
    case handlers(cgiBin: String)
    /// The stand-in as Twilio's API.
    case standIn(program: String, state: String)
  }

  package static let program = ProgramRunner.find("lighttpd")

  package let port: Int
  private let setup: WebServerSetup
  private let process: RunningProgram
  private let helpers: [RunningProgram]

  package var url: String { "http://127.0.0.1:\(port)" }

  /// - Parameters:
  ///   - folder: made, for the server's own files.
  ///   - user: whom the programs run as, where the tests run as root; nil = as the tests do.
  package init(
    _ site: Site, folder: String, software: Software = .lighttpd, user: HostUser? = nil
  ) throws {
    try Files.makeFolder(folder, mode: 0o755)
    if let user { try user.own(folder) }
    let setup = WebServerSetup(software, site: site, folder: folder, user: user)
    guard let program = ProgramRunner.find(setup.program) else {
      throw SystemError("find", setup.program, code: ENOENT)
    }
    try setup.prepare()
    // Between choosing a port and using it somebody else may take it: then another one.
    for _ in 0..<10 {
      let port = try LoopbackSocket.freePort()
      try Files.writeAtomically(
        Array(setup.configuration(port).utf8), to: setup.configurationFile, mode: 0o644)
      let helpers = try setup.helpers(port).map { try ProgramRunner.start($0[0], Array($0.dropFirst())) }
      // Apache without threads ends itself by a signal to its whole process group: it gets one of its own.
      let process = try ProgramRunner.start("/usr/bin/setsid", [program] + setup.arguments)
      if WebServer.isReady(port, process), WebServer.appears(setup.helperSocket(port)) {
        self.port = port
        self.setup = setup
        self.process = process
        self.helpers = helpers
        return
      }
      for helper in helpers { helper.signalGroup(SIGKILL) }
    }
    throw SystemError("start", "\(setup.program), see \(folder)/error.log", code: EADDRINUSE)
  }

  deinit { stop() }

  package func stop() {
    process.signal(SIGTERM)
    if process.wait(seconds: 5) == nil { process.signal(SIGKILL) }
    // fcgiwrap leaves its children behind when it goes alone.
    for helper in helpers { helper.signalGroup(SIGTERM) }
  }

  /// What the programs wrote to standard error, and for some servers also what the server itself had to say.
  package var programLog: String {
    String(decoding: (try? Files.read(setup.programLog)) ?? [], as: UTF8.self)
  }

  /// False when it does not come.
  private static func appears(_ socket: String?) -> Bool {
    guard let socket else { return true }
    let end = monotonicMilliseconds() + 10_000
    while monotonicMilliseconds() < end {
      if Files.exists(socket) { return true }
      usleep(10_000)
    }
    return false
  }

  static func isReady(_ port: Int, _ process: RunningProgram, seconds: Int64 = 10) -> Bool {
    let end = monotonicMilliseconds() + seconds * 1000
    while monotonicMilliseconds() < end {
      // Whoever answers must be ours.
      if process.poll() != nil { return false }
      if LoopbackSocket.accepts(port) {
        usleep(50_000)
        return process.poll() == nil
      }
      usleep(10_000)
    }
    process.signal(SIGKILL)
    return false
  }

  /// A second name for a program where the file system can, else a copy.
  package static func copyProgram(_ path: String, to target: String) throws {
    if link(path, target) == 0 { return }
    try Files.writeAtomically(try Files.read(path), to: target, mode: 0o755)
  }
}
