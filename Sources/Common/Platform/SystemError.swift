// SystemError.swift - a failed system call: what was tried, on what, and the system's reason.

import Glibc

package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  package let operation: String
  package let path: String
  package let code: Int32

  package init(_ operation: String, _ path: String, code: Int32 = errno) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  /// The disk is full, or the user's quota is.
  package var isOutOfSpace: Bool { [ENOSPC, EDQUOT, EFBIG].contains(code) }

  package var description: String { "cannot \(operation) \(path): \(String(cString: strerror(code)))" }
}
