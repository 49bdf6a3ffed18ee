// StandardInput.swift - the body of this process's request, read from the web server with patience and a limit
// to it.
//
// A host allows few processes at once, and each request holds one. So a sender is waited for a second; longer only in
// one of few turns, and only while he brings what the slowest phone brings.

import Glibc
import Platform

/// Of one thread only.
package final class StandardInput: @unchecked Sendable {
  package static let process = StandardInput(STDIN_FILENO)

  /// How long is waited, in milliseconds.
  package struct Patience: Sendable {
    /// Without a turn, for all of a body together: a small one has come by then, in the packets of the request.
    package var free: Int64 = 1000
    /// For all of a body together, however little came.
    package var grace: Int64 = 5000
    /// What a second beyond the grace has to bring. GPRS, the slowest a phone has, brings 4 to 10 KB, EDGE more than
    /// 10; those who mean to hold a process send less than 1.
    package var bytesPerSecond: Int64 = 3 << 10
    /// Without a single byte, within a small body and within a large one: a phone that changes its cell falls silent.
    package var idleSmall: Int64 = 5000
    package var idleLarge: Int64 = 15_000
    /// For a small body as a whole: Twilio itself waits no longer for an answer.
    package var small: Int64 = 15_000
    /// For a large one.
    package var large: Int64 = 300_000
    /// For one that nobody wants.
    package var unwanted: Int64 = 1000
    package init() {}
  }

  /// What is asked of the system; tests play a sender of any speed.
  struct Calls {
    var now: () -> Int64 = monotonicMilliseconds
    /// Waits until something can be read, at most so many milliseconds: as poll(2).
    var wait: (Int32, Int64) -> Int32 = { descriptor, milliseconds in
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      return poll(&waiting, 1, Int32(milliseconds))
    }
    /// As read(2).
    var read: (Int32, UnsafeMutableRawBufferPointer) -> Int = { Glibc.read($0, $1.baseAddress, $1.count) }
  }

  /// Of an unwanted body not more than this is read.
  private static let unwantedBytes = 64 << 20

  /// Asked once, by a body for which longer is to be waited: whether there is a turn for it.
  package var mayWait: () -> Bool = { true }

  private let descriptor: Int32
  private let patience: Patience
  private let calls: Calls
  private let began: Int64
  private var count = 0
  /// How long the sender was waited for; the time that our own work took is not his.
  private var waited: Int64 = 0
  private var hasTurn = false
  private var hasEnded = false

  package convenience init(_ descriptor: Int32, patience: Patience = Patience()) {
    self.init(descriptor, patience: patience, calls: Calls())
  }

  init(_ descriptor: Int32, patience: Patience, calls: Calls) {
    self.descriptor = descriptor
    self.patience = patience
    self.calls = calls
    began = calls.now()
  }

  /// What comes next of a large body; 0 means the end.
  /// - Throws: RequestError 408 when it comes too slowly, 503 when there is no turn to wait, 400 when it cannot be
  ///   read.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(RequestError) -> Int {
    try read(into: buffer, until: began + patience.large, idle: patience.idleLarge)
  }

  private func read(
    into buffer: UnsafeMutableRawBufferPointer, until end: Int64, idle: Int64
  ) throws(RequestError) -> Int {
    while true {
      try wait(until: end, idle: idle)
      if let got = try receive(buffer) { return got }
    }
  }

  /// nil: nothing was there after all.
  private func receive(_ buffer: UnsafeMutableRawBufferPointer) throws(RequestError) -> Int? {
    let got = calls.read(descriptor, buffer)
    if got < 0 && (errno == EINTR || errno == EAGAIN) { return nil }
    guard got >= 0 else { throw RequestError(400, "the body could not be read") }
    count += got
    if got == 0 { hasEnded = true }
    return got
  }

  private func wait(until end: Int64, idle: Int64) throws(RequestError) {
    let inAll = end - calls.now()
    let earned = patience.grace + Int64(count) * 1000 / patience.bytesPerSecond - waited
    let most = min(inAll, idle, earned)
    let free = hasTurn ? most : min(most, patience.free - waited)
    guard inAll > 0 else { throw RequestError(408, "the body did not arrive in time") }
    if isReady(within: free) { return }
    if free < most {
      guard mayWait() else { throw RequestError(503, "too many bodies are on their way") }
      hasTurn = true
      if isReady(within: most - max(free, 0)) { return }
    }
    throw RequestError(408, "the body did not arrive in time")
  }

  /// Something can be read, or becomes so.
  private func isReady(within milliseconds: Int64) -> Bool {
    let from = calls.now()
    let before = waited
    while true {
      let ready = calls.wait(descriptor, max(0, milliseconds - (waited - before)))
      waited = before + calls.now() - from
      if ready < 0 && errno == EINTR { continue }
      return ready != 0
    }
  }

  /// A small body: at most `limit` bytes; fewer when the body ends before.
  package func read(upTo limit: Int) throws(RequestError) -> [UInt8] {
    // Grows with what arrives, not with what was announced.
    var bytes = [UInt8](repeating: 0, count: min(limit, 64 << 10))
    var filled = 0
    let deadline = began + patience.small
    while filled < limit {
      if filled == bytes.count {
        bytes.append(contentsOf: repeatElement(0, count: min(limit - filled, bytes.count)))
      }
      let from = filled
      let end = min(bytes.count, limit)
      var fault: RequestError?
      let got = bytes.withUnsafeMutableBytes { buffer in
        do throws(RequestError) {
          return try read(
            into: UnsafeMutableRawBufferPointer(rebasing: buffer[from..<end]), until: deadline,
            idle: patience.idleSmall)
        } catch {
          fault = error
          return 0
        }
      }
      if let fault { throw fault }
      if got == 0 { break }
      filled += got
    }
    return Array(bytes[..<filled])
  }

  /// Reads and forgets the rest of a body, as far as it comes at once, and turns the remainder away.
  ///
  /// A web server that cannot get rid of a body may take the program for a broken one: fcgiwrap makes it 502. It has
  /// the whole body by then, as lighttpd and nginx do, and hands it on at once. Only Apache hands a body on while it
  /// arrives; it bears with a program that stops reading, and soaks up the rest itself.
  /// - Parameter length: as announced; nil = to the end of the input (a chunked body).
  package func drain(length: Int?) {
    let wanted = min(length ?? .max, StandardInput.unwantedBytes)
    let last = waited + patience.unwanted
    withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { buffer in
      while !hasEnded && count < wanted {
        guard isReady(within: max(0, last - waited)), (try? receive(buffer)) != nil else { break }
      }
      if !hasEnded && count < length ?? .max { turnAway(buffer) }
    }
  }

  /// Apache's mod_cgid hands over a socket. Closed with unread bytes in it, it breaks the answer off (ECONNRESET);
  /// so nothing more may come, and what has come is taken out. A pipe cannot be shut, and need not be.
  private func turnAway(_ buffer: UnsafeMutableRawBufferPointer) {
    guard shutdown(descriptor, Int32(SHUT_RD)) == 0 else { return }
    while recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT)) > 0 {}
  }
}
