// StandardInput.swift - the body of this process's request, read from the web server with patience and a limit
// to it.
//
// A body is read to its end even where nobody wants it: a web server that cannot get rid of it takes the program
// for a broken one (Apache closes the connection, fcgiwrap makes it 502), and the reason never arrives.

import Glibc
import Platform

/// Of one thread only.
public final class StandardInput: @unchecked Sendable {
  public static let process = StandardInput(STDIN_FILENO)

  /// How long is waited: each request holds one of the few processes a host allows.
  public struct Patience: Sendable {
    /// Without a single byte, in milliseconds.
    public var idle: Int64 = 15_000
    /// For a small body as a whole: Twilio itself waits no longer for an answer.
    public var small: Int64 = 15_000
    /// For a large one.
    public var large: Int64 = 300_000
    /// For one that nobody wants.
    public var unwanted: Int64 = 5000
    public init() {}
  }

  /// Of an unwanted body not more than this is read.
  private static let unwantedBytes = 64 << 20

  private let descriptor: Int32
  private var count = 0
  private var hasEnded = false
  private let began = monotonicMilliseconds()

  private let patience: Patience

  public init(_ descriptor: Int32, patience: Patience = Patience()) {
    self.descriptor = descriptor
    self.patience = patience
  }

  /// What comes next; 0 means the end.
  /// - Throws: RequestError 408 when nothing comes, 400 when it cannot be read.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(RequestError) -> Int {
    try read(into: buffer, until: began + patience.large)
  }

  private func read(into buffer: UnsafeMutableRawBufferPointer, until end: Int64) throws(RequestError) -> Int
  {
    while true {
      let left = max(0, end - monotonicMilliseconds())
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, Int32(min(left, patience.idle)))
      if ready < 0 && errno == EINTR { continue }
      guard ready != 0, left > 0 else { throw RequestError(408, "the body did not arrive in time") }
      let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if got < 0 && (errno == EINTR || errno == EAGAIN) { continue }
      guard got >= 0 else { throw RequestError(400, "the body could not be read") }
      count += got
      if got == 0 { hasEnded = true }
      return got
    }
  }

  /// A small body: at most `limit` bytes; fewer when the body ends before.
  public func read(upTo limit: Int) throws(RequestError) -> [UInt8] {
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
          return try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[from..<end]), until: deadline)
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

  /// Reads and forgets the rest of a body.
  /// - Parameter length: as announced; nil = to the end of the input (a chunked body).
  public func drain(length: Int?) {
    let end = monotonicMilliseconds() + patience.unwanted
    let wanted = min(length ?? .max, StandardInput.unwantedBytes)
    withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { buffer in
      while !hasEnded && count < wanted {
        guard (try? read(into: buffer, until: end)) != nil else { return }
      }
    }
  }
}
