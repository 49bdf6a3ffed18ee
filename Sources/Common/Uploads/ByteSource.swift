// ByteSource.swift - where the bytes of an upload come from, a piece at a time.

import CGI

/// Fills a buffer with what comes next; 0 means the end.
package struct ByteSource {
  private let readNext: (UnsafeMutableRawBufferPointer) throws -> Int

  package init(_ read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int) { readNext = read }

  /// A source that hands over arrays of at most the wanted length (CGIRequest's input); an empty one ends it.
  package init(pieces: @escaping (Int) throws -> [UInt8]) {
    readNext = { buffer in
      let piece = try pieces(buffer.count).prefix(buffer.count)
      buffer.copyBytes(from: piece)
      return piece.count
    }
  }

  /// A body that is in memory already (a function's event).
  package init(_ bytes: [UInt8]) {
    var position = 0
    readNext = { buffer in
      let piece = bytes[position...].prefix(buffer.count)
      buffer.copyBytes(from: piece)
      position += piece.count
      return piece.count
    }
  }

  /// The body of this process's request, at most `length` bytes of it: RFC 3875 lets a server leave its end
  /// open.
  package static func standardInput(length: Int?, _ input: StandardInput = .process) -> ByteSource {
    var left = length ?? .max
    return ByteSource { buffer in
      let wanted = min(buffer.count, left)
      guard wanted > 0 else { return 0 }
      let count = try input.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
      left -= count
      return count
    }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    // A source that counts wrongly must not lead outside the buffer.
    min(max(try readNext(buffer), 0), buffer.count)
  }
}
