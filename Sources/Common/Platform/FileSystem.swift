// FileSystem.swift - what the file system below a path can do: free space, network or local, who owns what.

import CPlatform
import Glibc

/// Free room for a user without privileges.
package struct FreeSpace: Hashable, Sendable {
  package var bytes: Int
  /// nil where the file system does not count files.
  package var files: Int?

  package init(bytes: Int, files: Int?) {
    self.bytes = bytes
    self.files = files
  }
}

extension Files {
  /// Below this folder, or below the one a file lies in.
  package static func freeSpace(_ path: String) throws(SystemError) -> FreeSpace {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { throw SystemError("ask for the free space of", path) }
    return FreeSpace(
      bytes: Int(status.f_bavail) * Int(status.f_frsize),
      files: status.f_files > 0 ? Int(status.f_favail) : nil)
  }

  /// The name of a file system that several machines share, on which a WAL does not work; nil for others.
  package static func networkFileSystem(_ path: String) -> String? {
    // The magic numbers of linux/magic.h and of the file systems' own sources.
    let known: [Int: String] = [
      0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB2", 0x0102_1997: "9P",
      0x00C3_6400: "Ceph", 0x5346_414F: "AFS", 0x6B41_4653: "AFS", 0x0BD0_0BD0: "Lustre",
      0x4750_4653: "GPFS", 0x0116_1970: "GFS2", 0x7461_636F: "OCFS2",
    ]
    return known[opsfabric_file_system_type(path)]
  }

  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  package static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// nil when there is no such file.
  package static func size(_ path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  /// The user a file belongs to; nil when there is no such file.
  package static func owner(_ path: String) -> uid_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_uid : nil
  }

  /// Whether this user may write there.
  package static func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }

  /// Makes an empty file for the owner alone; one that is there is an EEXIST error.
  package static func create(_ path: String) throws(SystemError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemError("create", path) }
    close(descriptor)
  }

  /// What is in the file is on the disk when this returns.
  package static func sync(_ path: String) throws(SystemError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError("open", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw SystemError("sync", path) }
  }
}
