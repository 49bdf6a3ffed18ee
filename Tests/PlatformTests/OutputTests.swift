// OutputTests.swift - an answer's head and body written one after the other, whatever the descriptor takes at once.

import Foundation
import Platform
import Testing

@Suite struct OutputTests {
  /// What arrives at the other end of a pipe.
  private func received(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
    let pipe = Pipe()
    let writer = Thread {
      writeAll(first, second, to: pipe.fileHandleForWriting.fileDescriptor)
      try? pipe.fileHandleForWriting.close()
    }
    writer.start()
    return [UInt8](pipe.fileHandleForReading.readDataToEndOfFile())
  }

  /// Less and more than the 64 KiB that a pipe holds.
  @Test(arguments: [
    (0, 0), (0, 5), (5, 0), (300, 256), (65_536, 10), (70_000, 10), (10, 300_000), (200_000, 200_000),
  ])
  func `two pieces arrive whole and in order`(_ first: Int, _ second: Int) {
    let head = (0..<first).map { UInt8(truncatingIfNeeded: $0) }
    let body = (0..<second).map { UInt8(truncatingIfNeeded: $0 / 7) }
    #expect(received(head, body) == head + body)
  }

  /// Non-blocking, so that the pipe takes only what fits: nobody is left to tell, and nothing hangs.
  @Test func `a descriptor that takes no more is given up`() {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    #expect(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0)
    writeAll([UInt8](repeating: 1, count: 10), [UInt8](repeating: 2, count: 1 << 20), to: descriptor)
    try? pipe.fileHandleForWriting.close()
    let arrived = [UInt8](pipe.fileHandleForReading.readDataToEndOfFile())
    #expect(arrived.count < 1 << 20 && arrived.prefix(11) == [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2])
  }
}
