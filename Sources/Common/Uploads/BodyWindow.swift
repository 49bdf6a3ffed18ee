// BodyWindow.swift - the piece of a body that is in memory: one fixed buffer that slides over the source.

import Glibc

/// `start ..< end` of `buffer` is what was read and not yet used up.
struct BodyWindow {
  private(set) var buffer: [UInt8]
  private(set) var start = 0
  private(set) var end = 2
  /// Why no more comes.
  private(set) var fault = MultipartFault.truncated
  private let source: ByteSource
  private let limit: Int
  private var count = 0

  /// The line end before a body's first boundary is not sent: it is there from the beginning.
  init(_ source: ByteSource, capacity: Int, limit: Int) {
    self.source = source
    self.limit = limit
    buffer = [UInt8](repeating: 0, count: capacity)
    buffer[0] = 13
    buffer[1] = 10
  }

  var available: Int { end - start }

  mutating func move(to position: Int) { start = min(max(position, start), end) }

  /// Reads on; false when nothing more comes. Positions before the call are void after it.
  mutating func fill() -> Bool {
    if start > 0 {
      let from = start
      let length = end - start
      buffer.withUnsafeMutableBytes { bytes in
        if let base = bytes.baseAddress { memmove(base, base + from, length) }
      }
      end = length
      start = 0
    }
    guard end < buffer.count else { return false }
    let room = min(buffer.count - end, limit - count + 1)
    let target = end
    do {
      let got = try buffer.withUnsafeMutableBytes { bytes in
        try source.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[target..<(target + room)]))
      }
      count += got
      guard count <= limit else {
        fault = .tooLarge(limit: limit)
        return false
      }
      end += got
      return got > 0
    } catch {
      fault = .unreadable
      return false
    }
  }

  /// Reads what is left and forgets it: a web server may take an unread body for a program that failed.
  mutating func drain() {
    repeat { move(to: end) } while fill()
  }

  /// Where `pattern`, which begins with a carriage return, stands first.
  func find(_ pattern: [UInt8]) -> Int? {
    buffer.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return nil }
      var position = start
      while position + pattern.count <= end {
        guard let hit = memchr(base + position, 13, end - position - pattern.count + 1) else { return nil }
        if memcmp(hit, pattern, pattern.count) == 0 { return UnsafeRawPointer(hit) - base }
        position = UnsafeRawPointer(hit) - base + 1
      }
      return nil
    }
  }
}
