// ChildProgramTests.swift - another program's end, output and environment.

import Glibc
import Platform
import Testing

struct ChildProgramTests {
  private let errors = "/tmp/opsfabric-child-\(RandomSource.system.token(bytes: 8))"

  private func shell(_ script: String, environment: [(name: String, value: String)] = []) throws
    -> ChildProgram.Result
  {
    try ChildProgram.run("/bin/sh", ["-c", script], environment: environment, errors: errors)
  }

  @Test func `output, exit code and errors come back`() throws {
    defer { unlink(errors) }
    let result = try shell("echo out; echo err >&2; exit 3")
    #expect(result == .init(exitCode: 3, output: Array("out\n".utf8)))
    #expect(try Files.read(errors) == Array("err\n".utf8))
    _ = try shell("echo more >&2")
    #expect(try Files.read(errors) == Array("err\nmore\n".utf8))
  }

  @Test func `a program that a signal ended has no exit code`() throws {
    defer { unlink(errors) }
    #expect(try shell("kill -9 $$").exitCode == nil)
  }

  @Test func `nothing is inherited but what is given`() throws {
    defer { unlink(errors) }
    let open = open("/dev/null", O_RDONLY)
    defer { close(open) }
    let result = try shell("echo $A$HOME; ls /proc/self/fd | wc -l", environment: [("A", "b c")])
    // 0, 1, 2 and the folder that ls reads.
    #expect(String(decoding: result.output, as: UTF8.self) == "b c\n4\n")
  }

  @Test func `more output than is kept does not block the program`() throws {
    defer { unlink(errors) }
    let result = try shell("head -c 1000000 /dev/zero; exit 0")
    #expect(result.exitCode == 0)
    #expect(result.output.count == 65_536)
  }

  @Test func `a program that is not there is an error with its path`() {
    #expect(throws: SystemError.self) {
      try ChildProgram.run("/nowhere/x", [], environment: [], errors: "/dev/null")
    }
  }
}
