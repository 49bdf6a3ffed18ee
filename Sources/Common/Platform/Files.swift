// Files.swift - whole files read, written so that a crash leaves the old or the new, and listed.
//
// Everything made here is for the owner alone (0600, folders 0700).

import Glibc

package enum Files {
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Reads at most `limit` bytes; a longer file is an EFBIG error.
  package static func read(_ path: String, limit: Int = 64 << 20) throws(SystemError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError("open", path) }
    defer { close(descriptor) }
    return try read(descriptor: descriptor, name: path, limit: limit)
  }

  package static func read(descriptor: Int32, name: String, limit: Int) throws(SystemError) -> [UInt8] {
    var result: [UInt8] = []
    while true {
      let count = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16_384) { buffer in
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if count > 0 { result.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[..<count])) }
        return count
      }
      if count == 0 { return result }
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemError("read", name)
      }
      if result.count > limit { throw SystemError("read", name, code: EFBIG) }
    }
  }

  /// Writes to `path` under a temporary name in the same folder, syncs, renames, syncs the folder.
  package static func writeAtomically(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600)
    throws(SystemError)
  {
    let file = try FileReplacement(path, mode: mode)
    try file.write(bytes)
    try FileReplacement.commit([file])
  }

  package static func write(_ bytes: [UInt8], to descriptor: Int32, name: String) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemError("write", name)
      }
      written += count
    }
  }

  /// Adds to the end of a file, which is made if there is none.
  package static func append(_ bytes: [UInt8], to path: String) throws(SystemError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemError("open", path) }
    defer { close(descriptor) }
    try write(bytes, to: descriptor, name: path)
  }

  package static func syncFolder(_ path: String) throws(SystemError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError("open", path) }
    defer { close(descriptor) }
    // Some network file systems refuse to sync a folder; the rename itself has happened.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw SystemError("sync", path) }
  }

  /// Makes a folder with its parents; one that exists is fine.
  package static func makeFolder(_ path: String, mode: mode_t = 0o700) throws(SystemError) {
    if mkdir(path, mode) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, path.contains("/"), path != "/" else { throw SystemError("create", path) }
    try makeFolder(parent(of: path), mode: mode)
    guard mkdir(path, mode) == 0 || errno == EEXIST else { throw SystemError("create", path) }
  }

  /// Names in a folder, sorted bytewise, without `.` and `..`.
  package static func list(_ path: String) throws(SystemError) -> [String] {
    guard let folder = opendir(path) else { throw SystemError("open", path) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
  }

  /// They hold the same bytes. Read piece by piece.
  package static func areEqual(_ first: String, _ second: String) throws(SystemError) -> Bool {
    let one = open(first, O_RDONLY | O_CLOEXEC)
    guard one >= 0 else { throw SystemError("open", first) }
    defer { close(one) }
    let other = open(second, O_RDONLY | O_CLOEXEC)
    guard other >= 0 else { throw SystemError("open", second) }
    defer { close(other) }
    let size = 64 << 10
    var (left, right) = ([UInt8](repeating: 0, count: size), [UInt8](repeating: 0, count: size))
    while true {
      let count = Glibc.read(one, &left, size)
      guard count >= 0 else { throw SystemError("read", first) }
      // Files of the disk come whole: less than asked for is the end.
      let otherCount = Glibc.read(other, &right, size)
      guard otherCount >= 0 else { throw SystemError("read", second) }
      guard count == otherCount, left[..<count] == right[..<count] else { return false }
      if count == 0 { return true }
    }
  }

  package static func remove(_ path: String) throws(SystemError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw SystemError("remove", path) }
  }

  package static func move(_ path: String, to target: String) throws(SystemError) {
    guard rename(path, target) == 0 else { throw SystemError("rename", path) }
  }

  /// Permission bits, or nil when there is no such file.
  package static func mode(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
  }

  /// Puts `byte` over these parts of a file; its length stays, and whoever appends to it is not disturbed.
  package static func overwrite(_ path: String, _ ranges: [Range<Int>], with byte: UInt8) throws(SystemError)
  {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError("open", path) }
    defer { close(descriptor) }
    for range in ranges {
      let bytes = [UInt8](repeating: byte, count: range.count)
      guard pwrite(descriptor, bytes, bytes.count, off_t(range.lowerBound)) == bytes.count else {
        throw SystemError("write", path)
      }
    }
    guard fsync(descriptor) == 0 else { throw SystemError("sync", path) }
  }

  /// Changes whenever the file is replaced or rewritten; nil when there is none.
  package static func identity(_ path: String) -> [Int]? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return [
      Int(status.st_ino), Int(status.st_size), Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec),
    ]
  }

  /// Which file a path names: its device and its inode. Unlike `identity` it stays when the file is written to.
  package struct Node: Hashable, Sendable {
    let device: UInt
    let inode: UInt
  }

  /// nil when there is no such file.
  package static func node(_ path: String) -> Node? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Node(device: UInt(status.st_dev), inode: UInt(status.st_ino))
  }

  package static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
