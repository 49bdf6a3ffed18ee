// LoopbackServer.swift - an HTTP server for tests that behaves as badly as it is told to.
//
// One thread, plain sockets, a port of the kernel's choice. It lives in a scoped call which joins
// the thread before closing any socket: closing first lets another test get the descriptor's number.

import Glibc
import Synchronization

/// What the server does with a request it has read completely.
package enum Behaviour: Sendable {
  case reply(String)
  case replyAfter(milliseconds: Int, String)
  case replyAndClose(String)
  /// Closes in the ordinary way, without a byte.
  case close
  /// Closes with a TCP reset.
  case reset
  /// Says nothing and stays.
  case silence
}

package struct SeenRequest: Sendable {
  package let connection: Int
  package let head: String
  package let body: String
  package var line: String { String(head.prefix { $0 != "\r\n" }) }
}

package struct Seen: Sendable {
  package var requests: [SeenRequest] = []
  package var connections = 0
  package var openConnections = 0
  package var mostOpenConnections = 0
}

package func httpReply(_ status: String = "200 OK", headers: [String] = [], body: String = "{}") -> String {
  let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers
  return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
}

/// Runs `body` while a server treats the first request as `first` and later ones as `then`, which
/// is the same if not given.
package func withServer<T>(
  _ first: Behaviour, then rest: Behaviour? = nil, _ body: (LoopbackServer) throws -> T
) throws -> T {
  let server = try LoopbackServer(first: first, rest: rest ?? first)
  defer { server.stop() }
  return try body(server)
}

package struct SocketError: Error {
  package let number = errno
  package init() {}
}

package final class LoopbackServer: Sendable {
  private let listener: Int32
  private let wakeRead: Int32
  private let wakeWrite: Int32
  package let port: Int
  private let first: Behaviour
  private let rest: Behaviour
  private let state = Mutex(Seen())
  private let thread = Mutex<pthread_t?>(nil)

  package var seen: Seen { state.withLock { $0 } }
  package var url: String { "http://127.0.0.1:\(port)" }

  fileprivate init(first: Behaviour, rest: Behaviour) throws {
    self.first = first
    self.rest = rest
    listener = try listeningSocket()
    port = try boundPort(of: listener)
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SocketError() }
    wakeRead = ends[0]
    wakeWrite = ends[1]
    var id = pthread_t()
    let result = pthread_create(
      &id, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<LoopbackServer>.fromOpaque(context).takeRetainedValue().serve()
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    guard result == 0 else { throw SocketError() }
    thread.withLock { [id] in $0 = id }
  }

  fileprivate func stop() {
    _ = write(wakeWrite, "x", 1)
    if let id = thread.withLock({ $0 }) { pthread_join(id, nil) }
    for descriptor in [listener, wakeRead, wakeWrite] { close(descriptor) }
  }

  private struct Connection {
    let number: Int
    var input: [UInt8] = []
    var answer: (due: ContinuousClock.Instant, text: String)?
  }

  private func serve() {
    var open: [Int32: Connection] = [:]
    defer { for descriptor in open.keys { close(descriptor) } }
    while true {
      var polled = [wakeRead, listener].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      polled += open.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      let waits = open.values.contains { $0.answer != nil }
      _ = poll(&polled, nfds_t(polled.count), waits ? 2 : 1000)
      if polled[0].revents != 0 { return }
      if polled[1].revents != 0 { accept(into: &open) }
      for entry in polled.dropFirst(2) where entry.revents != 0 {
        if !receive(entry.fd, &open) { drop(entry.fd, &open) }
      }
      for (descriptor, connection) in open {
        guard let answer = connection.answer, answer.due <= .now else { continue }
        open[descriptor]?.answer = nil
        send(answer.text, to: descriptor)
      }
    }
  }

  private func accept(into open: inout [Int32: Connection]) {
    let descriptor = Glibc.accept(listener, nil, nil)
    guard descriptor >= 0 else { return }
    let number = state.withLock { seen in
      seen.connections += 1
      seen.openConnections += 1
      seen.mostOpenConnections = max(seen.mostOpenConnections, seen.openConnections)
      return seen.connections
    }
    open[descriptor] = Connection(number: number)
  }

  private func drop(_ descriptor: Int32, _ open: inout [Int32: Connection]) {
    guard open.removeValue(forKey: descriptor) != nil else { return }
    close(descriptor)
    state.withLock { $0.openConnections -= 1 }
  }

  /// False when the connection is over.
  private func receive(_ descriptor: Int32, _ open: inout [Int32: Connection]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count > 0, var connection = open[descriptor] else { return false }
    connection.input += buffer[..<count]
    defer { if open[descriptor] != nil { open[descriptor] = connection } }
    while let request = nextRequest(&connection) {
      let index = state.withLock { seen in
        seen.requests.append(request)
        return seen.requests.count - 1
      }
      switch index == 0 ? first : rest {
      case .reply(let text): send(text, to: descriptor)
      case .replyAfter(let milliseconds, let text):
        connection.answer = (.now + .milliseconds(milliseconds), text)
      case .replyAndClose(let text):
        send(text, to: descriptor)
        return false
      case .close: return false
      case .reset:
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        return false
      case .silence: break
      }
    }
    return true
  }

  private func nextRequest(_ connection: inout Connection) -> SeenRequest? {
    guard let end = connection.input.firstRange(of: Array("\r\n\r\n".utf8))?.lowerBound else { return nil }
    let head = String(decoding: connection.input[..<end], as: UTF8.self)
    var length = 0
    for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
      length = Int(line.drop { !$0.isNumber }) ?? 0
    }
    let bodyStart = end + 4
    guard connection.input.count >= bodyStart + length else { return nil }
    let body = String(decoding: connection.input[bodyStart..<bodyStart + length], as: UTF8.self)
    connection.input.removeFirst(bodyStart + length)
    return SeenRequest(connection: connection.number, head: head, body: body)
  }

  private func send(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }
}

package func listeningSocket() throws -> Int32 {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  guard descriptor >= 0 else { throw SocketError() }
  var address = loopback
  let bound = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  guard bound == 0, listen(descriptor, 128) == 0 else {
    close(descriptor)
    throw SocketError()
  }
  return descriptor
}

package func boundPort(of descriptor: Int32) throws -> Int {
  var address = loopback
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let result = withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
  }
  guard result == 0 else { throw SocketError() }
  return Int(UInt16(bigEndian: address.sin_port))
}

private var loopback: sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return address
}

/// A port on which nothing listens.
package func closedPort() throws -> Int {
  let descriptor = try listeningSocket()
  defer { close(descriptor) }
  return try boundPort(of: descriptor)
}
