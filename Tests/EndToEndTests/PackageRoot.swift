// PackageRoot.swift - a machine of its own for the package: what is written lies over this machine's files and goes with
// the object, users and processes are its own, only the loopback is shared. No systemd is at work in it.

import Glibc
import Platform
import TestSupport
import Testing

final class PackageRoot {
  let folder: String
  private let holder: RunningProgram
  private var root: String { "\(folder)/root" }

  /// Whether such a machine can be made here.
  static let isPossible: Bool = {
    guard getuid() == 0, ["dpkg", "dpkg-deb", "unshare", "nsenter", "adduser"].allSatisfy({ isHere($0) })
    else {
      return false
    }
    // Nothing of it may be there already: it would lie below.
    guard getpwnam("opsfabric") == nil, !Files.exists("/var/lib/opsfabric") else { return false }
    return (try? PackageRoot())?.isReady ?? false
  }()

  static func isHere(_ name: String) -> Bool { ProgramRunner.find(name) != nil }

  private static let mounting = """
    set -e
    mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
    mount -t proc proc "$1/root/proc"
    mount --rbind /dev "$1/root/dev"
    mount -t tmpfs tmpfs "$1/root/run"
    mount -t tmpfs -o mode=1777 tmpfs "$1/root/tmp"
    echo ready
    # The first process takes in those that lost their parent.
    while :; do sleep 1; done
    """

  init() throws {
    folder = "\(ProgramRunner.temporaryFolder)/opsfabric-root-\(RandomSource.system.token(bytes: 8))"
    for name in ["", "/upper", "/work", "/root"] { try Files.makeFolder(folder + name, mode: 0o755) }
    holder = try ProgramRunner.start(
      "/usr/bin/unshare",
      [
        "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "/bin/sh", "-c",
        Self.mounting, "sh", folder,
      ],
      environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
    _ = try eventually(within: 20) { isReady || holder.poll() != nil }
  }

  var isReady: Bool { holder.outputSoFar.contains("ready") }

  deinit {
    holder.signal(SIGKILL)
    _ = holder.wait(seconds: 10)
    _ = try? ProgramRunner.run("/bin/rm", ["-rf", folder])
  }

  private func words(_ command: [String], _ environment: [String]) -> [String] {
    [
      "--target", "\(holder.pid)", "--mount", "--pid=/proc/\(holder.pid)/ns/pid_for_children",
      "/usr/sbin/chroot", root, "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
    ] + environment + command
  }

  /// A line typed by root.
  func shell(_ line: String, environment: [String] = []) throws -> ProgramResult {
    try ProgramRunner.run("/usr/bin/nsenter", words(["/bin/sh", "-c", line], environment), seconds: 240)
  }

  func start(_ line: String) throws -> RunningProgram {
    try ProgramRunner.start("/usr/bin/nsenter", words(["/bin/sh", "-c", line], []))
  }

  /// A file of root's.
  func write(_ bytes: [UInt8], to path: String) throws {
    let written = try ProgramRunner.run(
      "/usr/bin/nsenter", words(["/bin/sh", "-c", "cat >'\(path)'"], []), input: bytes)
    try #require(written.exitCode == 0, "\(written.errors)")
  }
}
