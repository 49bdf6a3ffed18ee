// SystemError.swift - a failed system call: what was tried, on what, and the system's reason.

import Glibc

public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  public let operation: String
  public let path: String
  public let code: Int32

  public init(_ operation: String, _ path: String, code: Int32 = errno) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  /// The disk is full, or the user's quota is.
  public var isOutOfSpace: Bool { [ENOSPC, EDQUOT, EFBIG].contains(code) }

  public var description: String { "cannot \(operation) \(path): \(String(cString: strerror(code)))" }
}
