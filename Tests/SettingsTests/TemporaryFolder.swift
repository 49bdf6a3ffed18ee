// TemporaryFolder.swift - a folder of one test, gone when the test lets go of it.

import Glibc

final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/settings-test-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkdtemp($0) != nil } ?? false }
    guard made else { throw Failure(what: "mkdtemp") }
    path = template.withUnsafeBufferPointer { buffer in
      String(decoding: buffer.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  /// The files in the folder, hidden ones too, sorted.
  var names: [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var result: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { result.append(name) }
    }
    return result.sorted()
  }

  func write(_ text: String, to name: String) throws {
    let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw Failure(what: "open") }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    try write(bytes, to: descriptor)
  }

  func read(_ name: String) throws -> [UInt8] {
    let descriptor = open("\(path)/\(name)", O_RDONLY)
    guard descriptor >= 0 else { throw Failure(what: "open") }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw Failure(what: "read") }
    return Array(bytes.prefix(count))
  }

  /// Makes of a settings file one that an earlier version wrote, without a hash.
  func unseal(_ name: String) throws {
    let size = try read(name).count
    guard truncate("\(path)/\(name)", off_t(size - size % 512)) == 0 else { throw Failure(what: "truncate") }
  }

  /// Flips one bit of the file where it stands.
  func flip(bit: Int, of name: String) throws {
    let descriptor = open("\(path)/\(name)", O_RDWR)
    guard descriptor >= 0 else { throw Failure(what: "open") }
    defer { close(descriptor) }
    var byte: UInt8 = 0
    guard pread(descriptor, &byte, 1, off_t(bit / 8)) == 1 else { throw Failure(what: "read") }
    byte ^= 1 << UInt8(bit % 8)
    guard pwrite(descriptor, &byte, 1, off_t(bit / 8)) == 1 else { throw Failure(what: "write") }
  }

  private func write(_ bytes: [UInt8], to descriptor: Int32) throws {
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw Failure(what: "write") }
  }

  struct Failure: Error { let what: String }
}
