// ScriptedConsole.swift - a person at a terminal, as a list of what is typed.

import Setup

final class ScriptedConsole: SetupConsole {
  private var lines: [String]
  private(set) var asked: [String] = []
  private(set) var said: [String] = []
  private(set) var warned: [String] = []
  /// What was typed where it must not be seen.
  private(set) var secrets = 0
  /// What happens elsewhere before the Enter key.
  var onAnswer: (_ prompt: String) -> Void = { _ in }

  init(_ lines: [String]) { self.lines = lines }

  var isSpent: Bool { lines.isEmpty }

  func answer(to prompt: String, isSecret: Bool) -> String? {
    asked.append(prompt)
    onAnswer(prompt)
    guard !lines.isEmpty else { return nil }
    if isSecret { secrets += 1 }
    return lines.removeFirst()
  }

  func say(_ line: String) { said.append(line) }
  func warn(_ line: String) { warned.append(line) }
}
