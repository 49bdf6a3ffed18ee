// Ink.swift - colour, on a terminal that has it and for people who want it.

import Glibc
import Platform

/// A colour with a meaning; nothing is told by colour alone.
enum Ink: String {
  /// Something is wrong.
  case fault = "31"
  /// Something waits for somebody, or will go wrong.
  case warning = "33"
  case good = "32"
  case heading = "1"
  case aside = "2"

  /// Only on a terminal, never with NO_COLOR (https://no-color.org: any text but an empty one), and not on one that
  /// is dumb.
  static func isWanted(_ environment: Environment, isTerminal: Bool = isatty(STDOUT_FILENO) == 1) -> Bool {
    isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  /// What a state means to an operator; nil for those that are as they should be.
  static func of(state: String) -> Ink? {
    switch state {
    case "dead", "failed", "overdue", "URGENT", "FAULT": .fault
    case "pending", "deferred", "queued", "sending", "HIGH", "NEEDS_CALLBACK", "warning": .warning
    default: nil
    }
  }
}

/// Puts colour around texts, or leaves them alone.
struct Palette {
  let isOn: Bool

  init(_ environment: Environment) { isOn = Ink.isWanted(environment) }
  init(isOn: Bool) { self.isOn = isOn }

  func paint(_ text: String, _ ink: Ink?) -> String {
    guard isOn, let ink, !text.isEmpty else { return text }
    return "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m"
  }
}

/// What stands for what was cut, in an alphabet the terminal can show: LC_ALL, LC_CTYPE and LANG say which, in this order.
func ellipsis(_ environment: Environment) -> String {
  let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
  let charset = locale.lowercased().filter { $0 != "-" }
  return charset.hasSuffix("utf8") ? "…" : "~"
}
