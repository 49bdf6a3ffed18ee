// FileReplacement.swift - a file written piece by piece under a temporary name, synced, and then put in its place.
//
// Several files that belong together are synced first and renamed last, so that a crash leaves the old set or,
// for the moment between two renames, files that are each whole. Readers never see half a file.

import Glibc

/// One file on its way. Released without `commit`, it leaves nothing behind.
public final class FileReplacement {
  public let path: String
  public private(set) var byteCount = 0
  private let temporary: String
  private var descriptor: Int32

  public init(_ path: String, mode: mode_t = 0o600) throws(SystemError) {
    self.path = path
    temporary = "\(path).tmp.\(getpid())"
    unlink(temporary)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw SystemError("create", temporary) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(temporary)
  }

  public func write(_ bytes: [UInt8]) throws(SystemError) {
    try Files.write(bytes, to: descriptor, name: temporary)
    byteCount += bytes.count
  }

  /// Puts all of them in their places. They must lie in one folder.
  public static func commit(_ files: [FileReplacement]) throws(SystemError) {
    for file in files {
      guard fsync(file.descriptor) == 0 else { throw SystemError("sync", file.temporary) }
    }
    for file in files {
      close(file.descriptor)
      file.descriptor = -1
      guard rename(file.temporary, file.path) == 0 else {
        let error = SystemError("rename", file.temporary)
        unlink(file.temporary)
        throw error
      }
    }
    if let first = files.first { try Files.syncFolder(Files.parent(of: first.path)) }
  }
}
