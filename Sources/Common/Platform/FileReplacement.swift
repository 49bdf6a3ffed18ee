// FileReplacement.swift - a file written piece by piece under a temporary name, synced, and then put in its place.
//
// Files that belong together are synced first and renamed last, so that a crash leaves the old set or, for the
// moment between two renames, files that are each whole. Readers never see half a file.

import CPlatform
import Glibc

/// One file on its way. Released without `commit`, it leaves nothing behind.
package final class FileReplacement {
  /// More files than this are synced together: each sync alone waits for the disk.
  private static let syncedAlone = 32

  package let path: String
  package private(set) var byteCount = 0
  private let temporary: String
  /// -1 once it is closed.
  private var descriptor: Int32
  private var isInPlace = false

  package init(_ path: String, mode: mode_t = 0o600) throws(SystemError) {
    self.path = path
    temporary = "\(path).tmp.\(getpid())"
    // One that a crash left behind has its own mode, or is a link: never written to.
    unlink(temporary)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw SystemError("create", temporary) }
    // The umask must not take away what the caller asked for.
    guard fchmod(descriptor, mode) == 0 else { throw SystemError("change the mode of", temporary) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !isInPlace { unlink(temporary) }
  }

  package func write(_ bytes: [UInt8]) throws(SystemError) {
    try Files.write(bytes, to: descriptor, name: temporary)
    byteCount += bytes.count
  }

  /// Nothing more will be written. A process may have few files open at once.
  package func finish() throws(SystemError) {
    guard descriptor >= 0 else { return }
    defer { descriptor = -1 }
    guard close(descriptor) == 0 else { throw SystemError("close", temporary) }
  }

  /// Syncs all of them and puts them in their places. They lie in one folder.
  package static func commit(_ files: [FileReplacement]) throws(SystemError) {
    guard let first = files.first else { return }
    let folder = Files.parent(of: first.path)
    if files.count > syncedAlone {
      for file in files { try file.finish() }
      try syncFileSystem(of: folder)
    } else {
      for file in files { try file.sync() }
    }
    for file in files {
      guard rename(file.temporary, file.path) == 0 else { throw SystemError("rename", file.temporary) }
      file.isInPlace = true
    }
    try Files.syncFolder(folder)
  }

  private func sync() throws(SystemError) {
    guard descriptor >= 0 else { return try Files.sync(temporary) }
    guard fsync(descriptor) == 0 else { throw SystemError("sync", temporary) }
    try finish()
  }

  private static func syncFileSystem(of folder: String) throws(SystemError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError("open", folder) }
    defer { close(descriptor) }
    guard opsfabric_syncfs(descriptor) == 0 else { throw SystemError("sync", folder) }
  }
}
