// StandInServer.swift - the Twilio stand-in behind a socket of this process, on a clock of the test's.
//
// For programs that do not run in the test's process: no web server and no process per request, and what was
// planned (late, lost, refused) is carried out, with delays cut short.

import Glibc
import Platform
import StandIn
import Synchronization

/// Ends with the object.
package final class StandInServer: Sendable {
  /// Delays are not longer than this: the programs' own time-outs are real.
  private static let longestDelay: Int64 = 150

  package let port: Int
  private let listener: Int32
  private let wake: [Int32]
  private let thread: Mutex<pthread_t?>

  package var url: String { "http://127.0.0.1:\(port)" }

  package init(directory: String, clock: VirtualClock) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard listener >= 0 else { throw SystemError("open", "socket") }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && listen(listener, 128) == 0 && getsockname(listener, $0, &size) == 0
      }
    }
    guard bound else { throw SystemError("bind", "127.0.0.1") }
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SystemError("open", "pipe") }
    for descriptor in ends { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    self.listener = listener
    wake = ends
    port = Int(in_port_t(bigEndian: address.sin_port))
    thread = Mutex(nil)
    // A connection of its own: SQLite's must not be shared between threads.
    let service = Unmanaged.passRetained(
      StandInService(
        standIn: try StandIn(directory: directory) { clock.now }, listener: listener, wake: ends[0],
        longestDelay: StandInServer.longestDelay))
    var id = pthread_t()
    let code = pthread_create(
      &id, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<StandInService>.fromOpaque(context).takeRetainedValue().serve()
        return nil
      }, service.toOpaque())
    guard code == 0 else { throw SystemError("start", "thread", code: code) }
    thread.withLock { [id] in $0 = id }
  }

  deinit {
    _ = write(wake[1], "x", 1)
    if let id = thread.withLock({ $0 }) { pthread_join(id, nil) }
    for descriptor in [listener] + wake { close(descriptor) }
  }
}

/// The thread's own part.
private final class StandInService {
  private struct Connection {
    var input: [UInt8] = []
    /// What is still to be said, when, and whether the connection ends instead.
    var answer: (due: Int64, bytes: [UInt8])?
  }

  private let standIn: StandIn
  private let listener: Int32
  private let wake: Int32
  private let longestDelay: Int64
  private var open: [Int32: Connection] = [:]

  init(standIn: StandIn, listener: Int32, wake: Int32, longestDelay: Int64) {
    self.standIn = standIn
    self.listener = listener
    self.wake = wake
    self.longestDelay = longestDelay
  }

  func serve() {
    defer { for descriptor in open.keys { close(descriptor) } }
    while true {
      var polled = ([wake, listener] + open.keys).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      let waits = open.values.contains { $0.answer != nil }
      _ = poll(&polled, nfds_t(polled.count), waits ? 5 : 1000)
      if polled[0].revents != 0 { return }
      if polled[1].revents != 0 {
        let descriptor = accept(listener, nil, nil)
        if descriptor >= 0 {
          _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
          open[descriptor] = Connection()
        }
      }
      for entry in polled.dropFirst(2) where entry.revents != 0 { receive(entry.fd) }
      for (descriptor, connection) in open {
        guard let answer = connection.answer, answer.due <= monotonicMilliseconds() else { continue }
        open[descriptor]?.answer = nil
        // No bytes: the answer that never comes.
        if answer.bytes.isEmpty { drop(descriptor) } else { send(answer.bytes, to: descriptor) }
      }
    }
  }

  private func drop(_ descriptor: Int32) {
    open[descriptor] = nil
    close(descriptor)
  }

  private func receive(_ descriptor: Int32) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count > 0, open[descriptor] != nil else { return drop(descriptor) }
    open[descriptor]?.input += buffer[..<count]
    guard let request = nextRequest(descriptor) else { return }
    let reply = standIn.handle(request)
    let due = monotonicMilliseconds() + min(longestDelay, Int64(reply.delayMilliseconds))
    open[descriptor]?.answer = (due, reply.isLost ? [] : bytes(of: reply))
  }

  private func bytes(of reply: StandIn.Reply) -> [UInt8] {
    var head = "HTTP/1.1 \(reply.status) \(reply.status < 300 ? "OK" : "Error")\r\n"
    for (name, value) in reply.headers { head += "\(name): \(value)\r\n" }
    return Array("\(head)Content-Length: \(reply.body.count)\r\n\r\n".utf8) + reply.body
  }

  /// Takes a request off the input; one at a time, as clients without pipelining send them.
  private func nextRequest(_ descriptor: Int32) -> StandIn.Request? {
    guard let input = open[descriptor]?.input,
      let end = input.firstRange(of: Array("\r\n\r\n".utf8))?.lowerBound
    else { return nil }
    let lines = String(decoding: input[..<end], as: UTF8.self).split(separator: "\r\n")
    let words = (lines.first ?? "").split(separator: " ")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
    }
    let length = Int(headers["content-length"] ?? "") ?? 0
    guard words.count == 3, input.count >= end + 4 + length else { return nil }
    open[descriptor]?.input = Array(input[(end + 4 + length)...])
    let target = words[1].split(separator: "?", maxSplits: 1)
    return StandIn.Request(
      method: String(words[0]), path: String(target[0]), query: target.count > 1 ? String(target[1]) : "",
      headers: headers, body: Array(input[(end + 4)..<(end + 4 + length)]))
  }

  private func send(_ bytes: [UInt8], to descriptor: Int32) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return drop(descriptor) }
      sent += count
    }
  }
}
