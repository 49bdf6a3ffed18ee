// StandardInputTests.swift - bodies that come in pieces, late, never, or unwanted.

import Glibc
import Platform
import Testing

@testable import CGI

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

/// Brings so many bytes a second, on a clock of his own.
private final class Sender {
  private(set) var now: Int64 = 0
  /// When a turn was asked for.
  private(set) var asked: [Int64] = []
  /// How long whoever reads is busy with each piece.
  var work: Int64 = 0
  /// Falls silent once, after so many bytes, for so many milliseconds.
  var pause: (after: Int64, milliseconds: Int64)?
  private let bytesPerSecond: Int64
  private let total: Int64
  private var taken: Int64 = 0

  init(_ bytesPerSecond: Int64, total: Int64) {
    self.bytesPerSecond = bytesPerSecond
    self.total = total
  }

  /// When so many bytes have come.
  private func time(of bytes: Int64) -> Int64 {
    let late = pause.map { bytes > $0.after ? $0.milliseconds : 0 } ?? 0
    return (bytes * 1000 + bytesPerSecond - 1) / bytesPerSecond + late
  }

  private func wait(_ milliseconds: Int64) -> Int32 {
    let next = taken == total ? now : time(of: taken + 1)
    let isReady = next <= now + milliseconds
    now = isReady ? max(now, next) : now + milliseconds
    return isReady ? 1 : 0
  }

  private func read(_ most: Int) -> Int {
    var count: Int64 = 0
    while taken + count < total, count < most, time(of: taken + count + 1) <= now { count += 1 }
    taken += count
    now += work
    return Int(count)
  }

  func input(hasTurn: Bool = true) -> StandardInput {
    let calls = StandardInput.Calls(
      now: { self.now }, wait: { self.wait($1) }, read: { self.read($1.count) })
    let input = StandardInput(0, patience: StandardInput.Patience(), calls: calls)
    input.mayWait = {
      self.asked.append(self.now)
      return hasTurn
    }
    return input
  }

  /// Reads as a form with photos is read, to its end or to the fault.
  func readAll(_ input: StandardInput) -> RequestError? {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      do throws(RequestError) {
        var fault: RequestError?
        let got = buffer.withUnsafeMutableBytes { bytes in
          do throws(RequestError) {
            return try input.read(into: bytes)
          } catch {
            fault = error
            return 0
          }
        }
        if let fault { throw fault }
        if got == 0 { return nil }
      } catch {
        return error
      }
    }
  }
}

@Suite struct StandardInputTests {
  @Test(arguments: [1, 100, 600, 2000]) func `who dribbles is given up soon after the grace`(rate: Int64) {
    let sender = Sender(rate, total: 40 << 20)
    #expect(sender.readAll(sender.input()) == RequestError(408, "the body did not arrive in time"))
    #expect((5000...15_000).contains(sender.now), "\(sender.now)")
    let small = Sender(rate, total: 60_000)
    #expect(throws: RequestError(408, "the body did not arrive in time")) {
      try small.input().read(upTo: 64 << 10)
    }
    #expect((5000...15_000).contains(small.now), "\(small.now)")
  }

  @Test(arguments: [4 << 10, 8 << 10, 150 << 10] as [Int64])
  func `a slow but honest phone sends its photos, also when it falls silent for ten seconds`(rate: Int64) {
    let sender = Sender(rate, total: rate * 120)
    sender.pause = (rate * 60, 10_000)
    #expect(sender.readAll(sender.input()) == nil)
    #expect(sender.now >= 130_000)
  }

  @Test func `what our own disk takes is not the sender's fault`() {
    let sender = Sender(1 << 20, total: 4 << 20)
    sender.work = 3000
    #expect(sender.readAll(sender.input()) == nil)
  }

  @Test func `a turn is asked for once, after a second of waiting, and without one the body is given up`() {
    let admitted = Sender(8 << 10, total: 80 << 10)
    #expect(admitted.readAll(admitted.input()) == nil)
    #expect(admitted.asked == [1000])
    let refused = Sender(8 << 10, total: 80 << 10)
    #expect(refused.readAll(refused.input(hasTurn: false))?.status == 503)
    #expect(refused.now == 1000)
    let webhook = Sender(100, total: 500)
    #expect(throws: RequestError(503, "too many bodies are on their way")) {
      try webhook.input(hasTurn: false).read(upTo: 500)
    }
  }

  @Test func `a body that is there needs no turn`() throws {
    let sender = Sender(64 << 20, total: 60_000)
    #expect(try sender.input(hasTurn: false).read(upTo: 64 << 10).count == 60_000)
    #expect(sender.asked == [])
  }

  @Test(arguments: [1, 600, 8 << 10, 2 << 20] as [Int64])
  func `an unwanted body is waited for one second, however fast it comes`(rate: Int64) {
    let sender = Sender(rate, total: 40 << 20)
    sender.input().drain(length: 40 << 20)
    #expect(sender.now <= 1001, "\(sender.now)")
  }

  @Test func `whoever sends an unwanted body is told so, and the answer arrives whole`() throws {
    // As mod_cgid hands it over.
    var ends: [Int32] = [0, 0]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { close(ends[1]) }
    writeAll(String(repeating: "x", count: 100), to: ends[1])
    var patience = StandardInput.Patience()
    patience.unwanted = 0
    StandardInput(ends[0], patience: patience).drain(length: 1000)
    #expect(send(ends[1], "x", 1, Int32(MSG_NOSIGNAL)) == -1 && errno == EPIPE)
    writeAll("answer", to: ends[0])
    close(ends[0])
    var answer = [UInt8](repeating: 0, count: 100)
    #expect(read(ends[1], &answer, 100) == 6)
    #expect(read(ends[1], &answer, 100) == 0, "the connection was reset")
  }

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
    let pipe = try Pipe { $0.idleSmall = 30 }
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
