// RuntimeStandIn.swift - AWS Lambda's runtime API as far as a custom runtime sees it, and as badly as it is told to
// behave. One thread, one connection at a time, a loopback port of the kernel's choice.

import Glibc
import Platform
import Synchronization

package final class RuntimeStandIn: Sendable {
  /// What the service does when the runtime asks for its next event.
  package enum Step: Sendable {
    case event([UInt8], headers: [String: String] = [:])
    /// The same, after a while.
    case late(milliseconds: UInt32, [UInt8])
    /// An answer with this status instead of an event.
    case status(Int)
    /// An event without the header that names it.
    case nameless([UInt8])
    /// Half of the event, then the connection is closed.
    case cutOff([UInt8])
    /// The service is gone.
    case end
  }

  /// What the runtime handed over.
  package struct Posted: Sendable {
    /// Below `/2018-06-01/runtime`.
    package let path: String
    package let headers: [String: String]
    package let body: String
    package var answer: FunctionAnswerText? { FunctionAnswerText(body) }
  }

  private struct State {
    var posted: [Posted] = []
    var asked = 0
    var isOver = false
    var thread: pthread_t?
  }

  private let listener: Int32
  package let address: String
  private let step: @Sendable (Int) -> Step
  private let status: @Sendable (Posted) -> Int
  private let state = Mutex(State())

  package var posted: [Posted] { state.withLock { $0.posted } }

  /// - Parameters:
  ///   - status: what is said to something handed over.
  ///   - step: what the n-th request for an event gets, from 0. Called on the stand-in's thread.
  package init(
    status: @escaping @Sendable (Posted) -> Int = { _ in 202 }, step: @escaping @Sendable (Int) -> Step
  ) throws {
    self.step = step
    self.status = status
    // Programs that other tests start meanwhile must not hold it open.
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard isBound else { throw SystemError("listen", "a loopback port") }
    self.address = "127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    var id = pthread_t()
    let code = pthread_create(
      &id, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<RuntimeStandIn>.fromOpaque(context).takeRetainedValue().serve()
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    guard code == 0 else { throw SystemError("start", "a thread", code: code) }
    state.withLock { [id] in $0.thread = id }
  }

  /// To be called once, when the runtime has ended.
  package func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    if let id = state.withLock({ $0.thread }) { pthread_join(id, nil) }
    close(listener)
  }

  private func serve() {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { return }
      _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
      var input: [UInt8] = []
      // A service that is gone goes on refusing, or a client that tries again would wait for ever.
      while !state.withLock({ $0.isOver }), let request = Request(from: connection, &input),
        answer(request, on: connection)
      {}
      shutdown(connection, Int32(SHUT_RDWR))
      close(connection)
    }
  }

  /// False when the connection is to be closed.
  private func answer(_ request: Request, on connection: Int32) -> Bool {
    let root = "/2018-06-01/runtime"
    guard request.path.hasPrefix(root) else { return reply(404, to: connection) }
    let path = String(request.path.dropFirst(root.count))
    guard request.method == "GET", path == "/invocation/next" else {
      let posted = Posted(
        path: path, headers: request.headers, body: String(decoding: request.body, as: UTF8.self))
      state.withLock { $0.posted.append(posted) }
      return reply(status(posted), to: connection)
    }
    let number = state.withLock { state in
      state.asked += 1
      return state.asked - 1
    }
    let id = ["Lambda-Runtime-Aws-Request-Id": "event-\(number)"]
    switch step(number) {
    case .event(let bytes, let headers): return reply(200, id.merging(headers) { $1 }, bytes, to: connection)
    case .late(let milliseconds, let bytes):
      usleep(milliseconds * 1000)
      return reply(200, id, bytes, to: connection)
    case .status(let status): return reply(status, to: connection)
    case .nameless(let bytes): return reply(200, [:], bytes, to: connection)
    case .cutOff(let bytes):
      _ = reply(200, id, Array(bytes.prefix(bytes.count / 2)), length: bytes.count, to: connection)
      return false
    case .end:
      state.withLock { $0.isOver = true }
      return false
    }
  }

  private func reply(
    _ status: Int, _ headers: [String: String] = [:], _ body: [UInt8] = [], length: Int? = nil,
    to connection: Int32
  ) -> Bool {
    var head = "HTTP/1.1 \(status) Status\r\nContent-Length: \(length ?? body.count)\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    let bytes = Array((head + "\r\n").utf8) + body
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      sent += count
    }
    return true
  }
}

/// One HTTP request of a client that sends `Content-Length`.
private struct Request {
  let method: String
  let path: String
  let headers: [String: String]
  let body: [UInt8]

  /// nil at the end of the connection. `input` keeps what was read too far.
  init?(from connection: Int32, _ input: inout [UInt8]) {
    func receive() -> Bool {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return false }
      input += buffer[..<count]
      return true
    }
    var end = Request.endOfHead(input)
    while end == nil {
      guard receive() else { return nil }
      end = Request.endOfHead(input)
    }
    let headLength = end ?? 0
    let lines = String(decoding: input[..<headLength], as: UTF8.self).split(separator: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count == 3 else { return nil }
    method = String(words[0])
    path = String(words[1])
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
    }
    self.headers = headers
    let length = headers["content-length"].flatMap { Int($0) } ?? 0
    while input.count < headLength + 4 + length { guard receive() else { return nil } }
    body = Array(input[(headLength + 4)..<(headLength + 4 + length)])
    input.removeFirst(headLength + 4 + length)
  }

  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    return (0...(bytes.count - 4)).first { bytes[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) }
  }
}
