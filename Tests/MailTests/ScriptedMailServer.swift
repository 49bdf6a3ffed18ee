// ScriptedMailServer.swift - an SMTP server for tests that says what it is told to, when it is told to.
//
// One thread, plain sockets, no TLS; lives in a scoped call like LoopbackServer.

import Glibc
import Synchronization
import TestSupport

enum MailReaction: Sendable {
  case say(String)
  case sayAfter(milliseconds: Int, String)
  case sayAndHangUp(String)
  /// Hangs up within an answer.
  case breakOff(after: String)
  /// Says it, and hangs up after that many bytes.
  case sayAndTake(String, bytes: Int)
  case hangUp
  case reset
  case silence
  /// Says it, and reads nothing more until the server is told to `readOn`.
  case sayAndStall(String)
}

/// Reactions by what they answer: "connect", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "." (the end of a
/// message) and so on. The first one for the first time, then the next; the last one stays.
typealias MailScript = [String: [MailReaction]]

struct SeenMail: Sendable {
  /// All lines outside of messages, in the order of arrival.
  var commands: [String] = []
  /// Complete messages as they came over the wire, without the final dot.
  var messages: [String] = []
  /// Messages that broke off.
  var halves = 0
  var connections = 0
  var openConnections = 0
  var mostOpenConnections = 0
}

func withMailServer<T>(_ script: MailScript = [:], _ body: (ScriptedMailServer) throws -> T) throws -> T {
  let server = try ScriptedMailServer(script)
  defer { server.stop() }
  return try body(server)
}

final class ScriptedMailServer: Sendable {
  private let listener: Int32
  private let wakeRead: Int32
  private let wakeWrite: Int32
  let port: Int
  private let script: MailScript
  private let state = Mutex(SeenMail())
  private let readsOn = Mutex(false)
  private let thread = Mutex<pthread_t?>(nil)

  var seen: SeenMail { state.withLock { $0 } }
  var url: String { "smtp://127.0.0.1:\(port)" }

  fileprivate init(_ script: MailScript) throws {
    self.script = script
    listener = try listeningSocket()
    port = try boundPort(of: listener)
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SocketError() }
    (wakeRead, wakeWrite) = (ends[0], ends[1])
    var id = pthread_t()
    let result = pthread_create(
      &id, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<ScriptedMailServer>.fromOpaque(context).takeRetainedValue().serve()
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    guard result == 0 else { throw SocketError() }
    thread.withLock { [id] in $0 = id }
  }

  /// Ends all stalls.
  func readOn() { readsOn.withLock { $0 = true } }

  fileprivate func stop() {
    _ = write(wakeWrite, "x", 1)
    if let id = thread.withLock({ $0 }) { pthread_join(id, nil) }
    for descriptor in [listener, wakeRead, wakeWrite] { close(descriptor) }
  }

  private struct Session {
    var input: [UInt8] = []
    /// The lines of the message under way.
    var message: [String]?
    var due: (at: ContinuousClock.Instant, text: String)?
    /// Waits for the rest of AUTH LOGIN or PLAIN.
    var authSteps = 0
    var isStalled = false
    /// Bytes to take before hanging up.
    var taken: Int?
  }

  private func serve() {
    var sessions: [Int32: Session] = [:]
    var counts: [String: Int] = [:]
    defer { for descriptor in sessions.keys { close(descriptor) } }
    while true {
      let mayRead = readsOn.withLock { $0 }
      let read = sessions.filter { mayRead || !$0.value.isStalled }.keys
      var polled = ([wakeRead, listener] + read).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      let isBusy = sessions.values.contains { $0.due != nil || $0.isStalled }
      _ = poll(&polled, nfds_t(polled.count), isBusy ? 2 : 1000)
      if polled[0].revents != 0 { return }
      if polled[1].revents != 0 { accept(&sessions, &counts) }
      for entry in polled.dropFirst(2) where entry.revents != 0 {
        if !receive(entry.fd, &sessions, &counts) { drop(entry.fd, &sessions) }
      }
      for (descriptor, session) in sessions {
        guard let due = session.due, due.at <= .now else { continue }
        sessions[descriptor]?.due = nil
        send(due.text, to: descriptor)
      }
    }
  }

  private func accept(_ sessions: inout [Int32: Session], _ counts: inout [String: Int]) {
    let descriptor = Glibc.accept(listener, nil, nil)
    guard descriptor >= 0 else { return }
    sessions[descriptor] = Session()
    state.withLock { seen in
      seen.connections += 1
      seen.openConnections += 1
      seen.mostOpenConnections = max(seen.mostOpenConnections, seen.openConnections)
    }
    if !react("connect", descriptor, &sessions, &counts) { drop(descriptor, &sessions) }
  }

  private func drop(_ descriptor: Int32, _ sessions: inout [Int32: Session]) {
    guard let session = sessions.removeValue(forKey: descriptor) else { return }
    close(descriptor)
    state.withLock { seen in
      seen.openConnections -= 1
      if session.message != nil { seen.halves += 1 }
    }
  }

  private func receive(
    _ descriptor: Int32, _ sessions: inout [Int32: Session], _ counts: inout [String: Int]
  ) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let taken = sessions[descriptor]?.taken
    let count = recv(descriptor, &buffer, min(buffer.count, taken ?? buffer.count), 0)
    guard count > 0, sessions[descriptor] != nil else { return false }
    if let taken { sessions[descriptor]?.taken = taken - count }
    let input = (sessions[descriptor]?.input ?? []) + buffer[..<count]
    var start = 0
    while let end = input[start...].firstIndex(of: 10) {
      let line = String(decoding: input[start..<end], as: UTF8.self)
      start = end + 1
      // A line end is CR LF and nothing else; one without CR shows in what the test compares.
      let text = line.utf8.last == 13 ? String(line.unicodeScalars.dropLast()) : line + "<LF>"
      guard handle(text, descriptor, &sessions, &counts) else { return false }
    }
    sessions[descriptor]?.input = Array(input[start...])
    return taken != count
  }

  private func handle(
    _ line: String, _ descriptor: Int32, _ sessions: inout [Int32: Session], _ counts: inout [String: Int]
  ) -> Bool {
    if sessions[descriptor]?.message != nil {
      guard line == "." else {
        sessions[descriptor]?.message?.append(line)
        return true
      }
      let message = sessions[descriptor]?.message ?? []
      sessions[descriptor]?.message = nil
      state.withLock { $0.messages.append(message.map { $0 + "\r\n" }.joined()) }
      return react(".", descriptor, &sessions, &counts)
    }
    state.withLock { $0.commands.append(line) }
    if let steps = sessions[descriptor]?.authSteps, steps > 0 {
      sessions[descriptor]?.authSteps = steps - 1
      if steps > 1 {
        send("334 UGFzc3dvcmQ6\r\n", to: descriptor)
        return true
      }
      return react("AUTH", descriptor, &sessions, &counts)
    }
    switch line {
    case "AUTH PLAIN", "AUTH LOGIN":
      sessions[descriptor]?.authSteps = line == "AUTH LOGIN" ? 2 : 1
      send(line == "AUTH LOGIN" ? "334 VXNlcm5hbWU6\r\n" : "334 \r\n", to: descriptor)
      return true
    default: return react(String(line.prefix { $0 != " " }), descriptor, &sessions, &counts)
    }
  }

  private static let ordinary = [
    "connect": "220 loopback ready", "EHLO": "250 loopback", "AUTH": "235 welcome", "DATA": "354 go on",
    ".": "250 2.0.0 queued as 4711", "QUIT": "221 bye",
  ]

  private func react(
    _ event: String, _ descriptor: Int32, _ sessions: inout [Int32: Session], _ counts: inout [String: Int]
  ) -> Bool {
    let time = counts[event, default: 0]
    counts[event] = time + 1
    let reactions = script[event] ?? []
    let ordinary = MailReaction.say(ScriptedMailServer.ordinary[event] ?? "250 ok")
    let reaction = time < reactions.count ? reactions[time] : reactions.last ?? ordinary
    switch reaction {
    case .say(let text):
      send(text + "\r\n", to: descriptor)
      if event == "DATA", text.hasPrefix("354") { sessions[descriptor]?.message = [] }
    case .sayAfter(let milliseconds, let text):
      sessions[descriptor]?.due = (.now + .milliseconds(milliseconds), text + "\r\n")
    case .sayAndHangUp(let text):
      send(text + "\r\n", to: descriptor)
      return false
    case .breakOff(let text):
      send(text, to: descriptor)
      return false
    case .sayAndTake(let text, let bytes):
      send(text + "\r\n", to: descriptor)
      sessions[descriptor]?.taken = bytes
      if event == "DATA" { sessions[descriptor]?.message = [] }
    case .sayAndStall(let text):
      send(text + "\r\n", to: descriptor)
      sessions[descriptor]?.isStalled = true
      if event == "DATA" { sessions[descriptor]?.message = [] }
    case .hangUp: return false
    case .reset:
      var linger = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
      return false
    case .silence: break
    }
    return true
  }

  private func send(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }
}
