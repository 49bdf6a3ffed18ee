// HostUser.swift - a user of a shared host, made for the tests where they run as root, and removed with them.
//
// Web servers drop root's rights, and suexec refuses root's programs: the installation must belong to somebody.

import Glibc
import Platform

package struct HostUser: Sendable {
  package let name: String
  package let uid: uid_t
  package let gid: gid_t

  /// One for all tests of this process; nil where they do not run as root, or no user can be made.
  package static let shared: HostUser? = {
    guard getuid() == 0, let useradd = ProgramRunner.find("useradd") else { return nil }
    let name = "\(prefix)\(getpid())"
    removeForgotten()
    let made = try? ProgramRunner.run(
      useradd, ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name])
    guard made?.exitCode == 0, let entry = getpwnam(name) else { return nil }
    atexit { HostUser.remove("\(HostUser.prefix)\(getpid())") }
    return HostUser(name: name, uid: entry.pointee.pw_uid, gid: entry.pointee.pw_gid)
  }()

  private static let prefix = "opsfabric-test-"

  private static func remove(_ name: String) {
    guard let userdel = ProgramRunner.find("userdel") else { return }
    _ = try? ProgramRunner.run(userdel, ["--force", name])
  }

  /// Users whose tests were killed.
  private static func removeForgotten() {
    let users = String(decoding: (try? Files.read("/etc/passwd")) ?? [], as: UTF8.self)
    for line in users.split(separator: "\n") where line.hasPrefix(prefix) {
      let name = line.prefix { $0 != ":" }
      if let owner = pid_t(name.dropFirst(prefix.count)), kill(owner, 0) != 0 { remove(String(name)) }
    }
  }

  /// Gives a file or folder to the user; what is in a folder stays as it is.
  package func own(_ path: String) throws {
    guard chown(path, uid, gid) == 0 else { throw SystemError("own", path) }
  }

  /// The command line that runs a program as the user. The program is found by its name.
  package func running(_ command: [String]) -> [String] {
    ["/usr/bin/setpriv", "--reuid=\(uid)", "--regid=\(gid)", "--clear-groups"]
      + [ProgramRunner.find(command[0]) ?? command[0]] + command.dropFirst()
  }
}
