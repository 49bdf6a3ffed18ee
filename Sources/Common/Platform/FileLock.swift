// FileLock.swift - a lock that its holder's death releases (flock on a side file).

import CPlatform
import Glibc

/// Held until `release()` or until the process ends, however it ends.
package final class FileLock {
  private var descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { release() }

  /// Takes the lock at once; nil when somebody else holds it.
  package static func tryLock(_ path: String) throws(SystemError) -> FileLock? {
    try lock(path, withinMilliseconds: 0)
  }

  /// Waits in the kernel's queue, first come first served; nil when the time is up.
  package static func lock(_ path: String, withinMilliseconds milliseconds: Int) throws(SystemError)
    -> FileLock?
  {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemError("open", path) }
    switch opsfabric_flock_until(descriptor, milliseconds) {
    case 0: return FileLock(descriptor: descriptor)
    case EWOULDBLOCK:
      close(descriptor)
      return nil
    case let code:
      close(descriptor)
      throw SystemError("lock", path, code: code)
    }
  }

  package func release() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
  }
}
