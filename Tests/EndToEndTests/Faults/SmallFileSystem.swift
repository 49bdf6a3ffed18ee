// SmallFileSystem.swift - a file system in memory of a size, mounted over a folder. Only root can mount, and not in
// every container: whether it works is tried once, and a test that needs it says why it was skipped.

import Glibc
import Platform
import TestSupport
import Testing

final class SmallFileSystem {
  private let path: String

  init(at path: String, megabytes: Int) throws {
    self.path = path
    let mounted = try ProgramRunner.run(
      "/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path])
    guard mounted.exitCode == 0 else { throw SystemError("mount", "\(path): \(mounted.errors)", code: EPERM) }
  }

  func unmount() { _ = try? ProgramRunner.run("/bin/umount", ["-l", path]) }

  /// Why none can be had here; nil when one can.
  static let obstacle: String? = {
    guard geteuid() == 0 else { return "only root can mount" }
    let folder = "\(ProgramRunner.temporaryFolder)/opsfabric-mount-\(RandomSource.system.token(bytes: 8))"
    defer { rmdir(folder) }
    do {
      try Files.makeFolder(folder)
      try SmallFileSystem(at: folder, megabytes: 1).unmount()
      return nil
    } catch {
      return "mounting is forbidden here: \(error)"
    }
  }()

  static var comment: Comment { "\(obstacle ?? "")" }
}
