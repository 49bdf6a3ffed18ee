// FilePlaces.swift - places of which only so many are there, in all programs together: each is a byte of one file,
// locked by whoever has it.

import CPlatform
import Glibc

/// The places this object has taken are free again when it goes, or its process ends, however that ends.
///
/// The bytes need not exist: any number that is not negative names a place.
package final class FilePlaces {
  private let path: String
  private let descriptor: Int32
  /// Another lock on a byte that is ours already would be granted.
  private var taken: Set<Int64> = []

  package init(_ path: String) throws(SystemError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemError("open", path) }
  }

  deinit { close(descriptor) }

  /// Takes the first of these places that is free; false where all are taken, by others or by this object.
  package func takeOne(of places: Range<Int64>) throws(SystemError) -> Bool {
    for place in places where !taken.contains(place) {
      switch opsfabric_lock_place(descriptor, place, 1) {
      case 0:
        taken.insert(place)
        return true
      case EAGAIN, EACCES: continue
      case let code: throw SystemError("lock", path, code: code)
      }
    }
    return false
  }
}
