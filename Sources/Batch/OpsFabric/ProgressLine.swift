// ProgressLine.swift - one line on a terminal that says how far long work has come; nothing elsewhere.

import Glibc
import Platform

/// On standard error, so that standard output can be redirected.
final class ProgressLine {
  private static let paceMilliseconds: Int64 = 100

  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var shown = ""
  private var nextAt: Int64 = 0

  /// At most ten times a second.
  func show(_ text: String) {
    guard isTerminal, text != shown, monotonicMilliseconds() >= nextAt else { return }
    nextAt = monotonicMilliseconds() + ProgressLine.paceMilliseconds
    shown = text
    writeAll("\r\u{1B}[K\(text)", to: STDERR_FILENO)
  }

  func clear() {
    guard !shown.isEmpty else { return }
    shown = ""
    writeAll("\r\u{1B}[K", to: STDERR_FILENO)
  }
}
