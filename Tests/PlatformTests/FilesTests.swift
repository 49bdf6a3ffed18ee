// FilesTests.swift - reading with a limit, writing whole or not at all, listing, folders.

import Foundation
import Platform
import Testing

@Suite struct FilesTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func code(_ body: () throws -> Void) -> Int32? {
    do {
      try body()
      return nil
    } catch {
      return (error as? SystemError)?.code
    }
  }

  // MARK: reading

  @Test(arguments: [0, 1, 16_383, 16_384, 16_385, 100_000]) func `a file is read whole`(_ size: Int) throws {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
    try Files.writeAtomically(bytes, to: scratch.file("f"))
    let back = try Files.read(scratch.file("f"), limit: size)
    #expect(back == bytes)
  }

  @Test func `one byte above the limit is refused`() throws {
    try scratch.write("12345", to: "f")
    #expect(code { _ = try Files.read(scratch.file("f"), limit: 4) } == EFBIG)
    #expect(code { _ = try Files.read(scratch.file("f"), limit: 5) } == nil)
  }

  @Test func `an endless file is refused too`() {
    #expect(code { _ = try Files.read("/dev/zero", limit: 100_000) } == EFBIG)
  }

  @Test func `what cannot be read says what, where and why`() {
    #expect(code { _ = try Files.read(scratch.file("absent")) } == ENOENT)
    #expect(code { _ = try Files.read(scratch.path) } == EISDIR)
    let error = SystemError("open", "/a/b", code: ENOENT)
    #expect(error.description == "cannot open /a/b: No such file or directory")
  }

  // MARK: writing

  @Test func `a file is written for its owner alone, and replaced whole`() throws {
    try Files.writeAtomically(Array("old and long".utf8), to: scratch.file("f"))
    #expect(Files.mode(scratch.file("f")) == 0o600)
    try Files.writeAtomically(Array("new".utf8), to: scratch.file("f"))
    let text = try Files.read(scratch.file("f"))
    #expect(text == Array("new".utf8))
    #expect(Files.mode(scratch.file("f")) == 0o600)
    #expect(scratch.names == ["f"])
  }

  @Test func `replacing a file that was open to others closes it`() throws {
    try scratch.write("old", to: "f")
    chmod(scratch.file("f"), 0o666)
    try Files.writeAtomically(Array("new".utf8), to: scratch.file("f"))
    #expect(Files.mode(scratch.file("f")) == 0o600)
  }

  @Test func `a temporary file that a crash left behind is no obstacle, nor is its mode`() throws {
    let temporary = "f.tmp.\(getpid())"
    try scratch.write("half of an older, longer te", to: temporary)
    chmod(scratch.file(temporary), 0o644)
    try Files.writeAtomically(Array("new".utf8), to: scratch.file("f"))
    let text = try Files.read(scratch.file("f"))
    #expect(text == Array("new".utf8))
    #expect(Files.mode(scratch.file("f")) == 0o600)
    #expect(scratch.names == ["f"])
  }

  @Test func `what fails leaves the old file, and no other`() throws {
    try FileManager.default.createDirectory(
      atPath: scratch.file("folder"), withIntermediateDirectories: false)
    try scratch.write("old", to: "folder/f")
    #expect(code { try Files.writeAtomically([1], to: scratch.file("folder")) } != nil)
    #expect(code { try Files.writeAtomically([1], to: scratch.file("absent/f")) } == ENOENT)
    #expect(scratch.names == ["folder"])
    let text = try Files.read(scratch.file("folder/f"))
    #expect(text == Array("old".utf8))
  }

  @Test func `a link in the temporary file's place is not written through`() throws {
    try scratch.write("precious", to: "target")
    #expect(symlink(scratch.file("target"), scratch.file("f.tmp.\(getpid())")) == 0)
    try Files.writeAtomically(Array("new".utf8), to: scratch.file("f"))
    let target = try Files.read(scratch.file("target"))
    let text = try Files.read(scratch.file("f"))
    #expect(target == Array("precious".utf8))
    #expect(text == Array("new".utf8))
    #expect(scratch.names == ["f", "target"])
  }

  @Test func `readers see the old or the new, never a part`() throws {
    let path = scratch.file("f")
    let old = [UInt8](repeating: 1, count: 50_000)
    let new = [UInt8](repeating: 2, count: 70_000)
    try Files.writeAtomically(old, to: path)
    let isDone = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      for _ in 0..<20 {
        try? Files.writeAtomically(new, to: path)
        try? Files.writeAtomically(old, to: path)
      }
      isDone.signal()
    }
    var parts = 0
    repeat {
      let seen = try Files.read(path)
      if seen != old && seen != new { parts += 1 }
    } while isDone.wait(timeout: .now()) == .timedOut
    #expect(parts == 0)
  }

  // MARK: folders and names

  @Test func `names are listed bytewise, hidden ones too`() throws {
    for name in ["b", "a10", "a2", "Z", ".h", "ä", "é"] { try scratch.write("", to: name) }
    let names = try Files.list(scratch.path)
    #expect(names == [".h", "Z", "a10", "a2", "b", "ä", "é"])
    #expect(code { _ = try Files.list(scratch.file("absent")) } == ENOENT)
  }

  @Test func `a folder is made with its parents for its owner alone, and once more is fine`() throws {
    try Files.makeFolder(scratch.file("a/b/c"))
    try Files.makeFolder(scratch.file("a/b/c"))
    #expect(Files.mode(scratch.file("a")) == 0o700)
    #expect(Files.mode(scratch.file("a/b/c")) == 0o700)
    try scratch.write("", to: "f")
    #expect(code { try Files.makeFolder(scratch.file("f/g")) } == ENOTDIR)
  }

  @Test func `files are moved and removed, and removing twice is fine`() throws {
    try scratch.write("x", to: "a")
    try Files.move(scratch.file("a"), to: scratch.file("b"))
    #expect(scratch.names == ["b"])
    #expect(Files.exists(scratch.file("b")))
    try Files.remove(scratch.file("b"))
    try Files.remove(scratch.file("b"))
    #expect(!Files.exists(scratch.file("b")))
    #expect(code { try Files.move(scratch.file("b"), to: scratch.file("c")) } == ENOENT)
  }

  @Test func `a file's identity changes when it is replaced`() throws {
    #expect(Files.identity(scratch.file("f")) == nil)
    #expect(Files.mode(scratch.file("f")) == nil)
    try Files.writeAtomically([1], to: scratch.file("f"))
    let first = Files.identity(scratch.file("f"))
    let same = Files.identity(scratch.file("f"))
    try Files.writeAtomically([2], to: scratch.file("f"))
    #expect(first == same)
    #expect(Files.identity(scratch.file("f")) != first)
  }

  @Test(arguments: [("/a/b", "/a"), ("/a", "/"), ("a", "."), ("a/b", "a"), ("/", "/")])
  func `the folder of a path is what stands before its last slash`(_ path: String, _ folder: String) {
    #expect(Files.parent(of: path) == folder)
  }
}
