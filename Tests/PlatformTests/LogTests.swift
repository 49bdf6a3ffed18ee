// LogTests.swift - one event, one line; randomness, clocks and the environment as values.

import LocalTime
import Platform
import Synchronization
import Testing

@Suite struct LogTests {
  private func line(_ value: String) -> String {
    let lines = Lines()
    let log = Log(program: "voice") { lines.add($0) }
    log(.warning, "rejected", ["why": value])
    return lines.all.joined(separator: "<two lines>")
  }

  @Test func `a line has program, level, event and fields in order`() {
    let lines = Lines()
    let log = Log(program: "voice") { lines.add($0) }
    log(.info, "started")
    log(.error, "failed", ["b": "1", "a": "two words"])
    #expect(lines.all == ["voice: info: started", "voice: error: failed b=1 a=\"two words\""])
  }

  @Test(arguments: [
    ("plain", "plain"), ("", "\"\""), ("a b", "\"a b\""), ("say \"no\"", "\"say 'no'\""), ("\"", "\"'\""),
    ("a\nb", "\"a b\""), ("a\r\nb", "\"a  b\""), ("a\tb", "\"a b\""),
    ("\u{0}\u{1b}[31m\u{7f}", "\"  [31m \""),
    ("Zürich", "Zürich"), ("a=b", "a=b"),
  ])
  func `a value is one word, or in quotes`(_ value: String, _ expected: String) {
    #expect(line(value) == "voice: warning: rejected why=\(expected)")
  }

  /// A combining mark makes one Character of it and the space or quote before.
  @Test func `a mark on a space or a quote hides neither`() {
    #expect(line("a \u{301}b") == "voice: warning: rejected why=\"a \u{301}b\"")
    #expect(line("a\"\u{301}b") == "voice: warning: rejected why=\"a'\u{301}b\"")
  }

  /// NEL and the separators begin a new line for some readers; C1 holds the terminal's control sequences.
  @Test(arguments: ["\u{80}", "\u{85}", "\u{9b}", "\u{9f}", "\u{2028}", "\u{2029}"])
  func `no other kind of line break or control character gets through`(_ control: String) {
    #expect(line("a\(control)b") == "voice: warning: rejected why=\"a b\"")
  }

  @Test func `a long value is cut`() {
    #expect(line(String(repeating: "x", count: 5000)).count < 450)
  }
}

@Suite struct HandedInTests {
  @Test func `random bytes are as many as asked for, and not the same twice`() {
    #expect(RandomSource.system.bytes(0).isEmpty)
    #expect(RandomSource.system.bytes(33).count == 33)
    #expect(RandomSource.system.bytes(16) != RandomSource.system.bytes(16))
    let seen = Set(RandomSource.system.bytes(8192))
    #expect(seen.count == 256)
  }

  @Test func `a token is lower-case hexadecimal of the bytes`() {
    let source = RandomSource { count in (0..<count).map { [0x00, 0x0f, 0xa0, 0xff][$0 % 4] } }
    #expect(source.token(bytes: 5) == "000fa0ff00")
    #expect(source.token(bytes: 0) == "")
    #expect(RandomSource.system.token(bytes: 16).utf8.count == 32)
  }

  @Test func `the clock handed in is asked, the system's is past 2025, the other only goes forward`() {
    let noon = Timestamp(seconds: 1_770_000_000)
    #expect(WallClock { noon }.now() == noon)
    #expect(WallClock.system.now() > Timestamp(seconds: 1_735_689_600))
    let first = monotonicMilliseconds()
    #expect(monotonicMilliseconds() >= first)
  }

  @Test func `a test's environment has only what it was given`() {
    let environment = Environment(["A": "1", "B": ""])
    #expect(environment["A"] == "1")
    #expect(environment["B"] == "")
    #expect(environment["PATH"] == nil)
    #expect(Environment.process["PATH"] != nil)
  }
}

private final class Lines: Sendable {
  private let lines = Mutex<[String]>([])
  func add(_ line: String) { lines.withLock { $0.append(line) } }
  var all: [String] { lines.withLock { $0 } }
}
