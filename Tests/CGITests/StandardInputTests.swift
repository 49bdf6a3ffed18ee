// StandardInputTests.swift - bodies that come in pieces, late, never, or unwanted.

import CGI
import Glibc
import Platform
import Testing

/// Both ends of a pipe, as a web server and its program have them.
private final class Pipe {
  let input: StandardInput
  private let ends: [Int32]
  private var isFinished = false

  init(_ change: (inout StandardInput.Patience) -> Void = { _ in }) throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    var patience = StandardInput.Patience()
    change(&patience)
    self.ends = ends
    input = StandardInput(ends[0], patience: patience)
  }

  deinit {
    close(ends[0])
    finish()
  }

  func write(_ text: String) { writeAll(text, to: ends[1]) }

  func finish() {
    if !isFinished { close(ends[1]) }
    isFinished = true
  }

  /// What the program has not read.
  func left() -> Int {
    var count: Int32 = 0
    return ioctl(ends[0], UInt(FIONREAD), &count) == 0 ? Int(count) : -1
  }
}

@Suite struct StandardInputTests {
  @Test func `a body is read to its length, or to its end`() throws {
    let pipe = try Pipe()
    pipe.write("abcdef")
    #expect(try pipe.input.read(upTo: 4) == Array("abcd".utf8))
    pipe.write("gh")
    pipe.finish()
    #expect(try pipe.input.read(upTo: 1000) == Array("efgh".utf8))
    #expect(try pipe.input.read(upTo: 1000).isEmpty)
  }

  @Test func `a connection that falls silent is given up`() throws {
    let pipe = try Pipe { $0.idle = 30 }
    pipe.write("abc")
    #expect(throws: RequestError(408, "the body did not arrive in time")) { try pipe.input.read(upTo: 4) }
  }

  @Test func `a body that dribbles is given up too`() throws {
    let pipe = try Pipe { $0.small = 0 }
    pipe.write("abc")
    #expect(throws: RequestError(408, "the body did not arrive in time")) { try pipe.input.read(upTo: 4) }
  }

  @Test func `an unwanted body is read to its announced length, and no further`() throws {
    let pipe = try Pipe()
    pipe.write("0123456789")
    _ = try pipe.input.read(upTo: 3)
    pipe.input.drain(length: 8)
    // A pipe hands over all it has; what matters is that nobody waits for more.
    #expect(pipe.left() <= 2)
    pipe.input.drain(length: 8)
  }

  @Test func `an unwanted body without a length is read to the end of the input, or for a while`() throws {
    let ended = try Pipe()
    ended.write("0123456789")
    ended.finish()
    ended.input.drain(length: nil)
    #expect(ended.left() == 0)
    let open = try Pipe { $0.unwanted = 30 }
    open.write("0123456789")
    open.input.drain(length: nil)
    #expect(open.left() == 0)
  }
}
