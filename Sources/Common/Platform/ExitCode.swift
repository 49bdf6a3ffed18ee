// ExitCode.swift - how a command ends (spec section 7).

package enum ExitCode: Int32, Sendable {
  case done = 0
  case failed = 1
  /// Usage or configuration error.
  case usage = 2
}
