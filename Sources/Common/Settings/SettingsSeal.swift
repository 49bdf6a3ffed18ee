// SettingsSeal.swift - the end of a settings file: a hash over everything before it.
//
// A flipped bit may be another number to forward to, and SQLite would not notice. The seal stands in the file itself,
// behind the database's last page, so file and seal are synced and renamed as one. A file without a seal, as earlier
// versions wrote it, ends with its last page and is read as it is.

import Glibc
import SQLite

enum SettingsSeal {
  private static let mark = Array("MCRseal1".utf8)
  private static let length = mark.count + 8
  /// SQLite's smallest page: the length of every database is a multiple of it.
  private static let smallestPage = 512

  /// Puts the seal behind the database that was written at `path` and is closed.
  static func append(to path: String) throws {
    let file = try OpenFile(path, O_RDWR)
    var content = [UInt8](repeating: 0, count: try file.size())
    try content.withUnsafeMutableBytes { try file.read(into: $0) }
    try file.append(content.withUnsafeBytes(seal))
  }

  /// The database in the file, in memory: what was checked is what is read.
  /// - Throws: SettingsError, when it is not there, not readable, or not what was written; SQLiteError.
  static func database(at path: String) throws -> Database {
    let file = try OpenFile(path, O_RDONLY)
    let size = try file.size()
    guard size >= smallestPage else { throw SettingsError.damaged(path: path, detail: "too short") }
    let isSealed = size % smallestPage != 0
    return try Database(size: size) { memory in
      try file.read(into: memory)
      guard isSealed else { return }
      let content = UnsafeRawBufferPointer(rebasing: memory.dropLast(length))
      guard memory.suffix(length).elementsEqual(seal(content)) else {
        throw SettingsError.damaged(path: path, detail: "its hash does not fit")
      }
    }
  }

  private static func seal(_ content: UnsafeRawBufferPointer) -> [UInt8] {
    let hash = ContentHash.of(content)
    return mark + (0..<8).map { UInt8(truncatingIfNeeded: hash >> (56 - 8 * $0)) }
  }
}

/// A file that closes when it is no longer held.
private struct OpenFile: ~Copyable {
  private let path: String
  private let descriptor: Int32

  init(_ path: String, _ flags: Int32) throws(SettingsError) {
    self.path = path
    descriptor = open(path, flags | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw errno == ENOENT
        ? .notApplied(path: path) : .system(operation: "opening", path: path, errno: errno)
    }
  }

  deinit { close(descriptor) }

  func size() throws(SettingsError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("stat") }
    return Int(status.st_size)
  }

  /// The whole file; one that has become shorter meanwhile is damaged.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SettingsError) {
    var done = 0
    while done < buffer.count {
      let count = pread(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(done))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .damaged(path: path, detail: count == 0 ? "cut short" : "not readable") }
      done += count
    }
  }

  func append(_ bytes: [UInt8]) throws(SettingsError) {
    guard lseek(descriptor, 0, SEEK_END) >= 0, write(descriptor, bytes, bytes.count) == bytes.count else {
      throw failure("writing")
    }
  }

  private func failure(_ operation: String) -> SettingsError {
    .system(operation: operation, path: path, errno: errno)
  }
}
