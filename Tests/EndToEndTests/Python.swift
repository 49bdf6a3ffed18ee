// Python.swift - Python as an outside judge: its time zones, and Twilio's own library.

import Platform
import TestSupport

enum Python {
  static let program = ProgramRunner.find("python3")

  /// What a script prints, without the last line break; nil when it fails.
  static func ask(_ script: String, _ arguments: [String] = []) throws -> String? {
    guard let program else { return nil }
    let result = try ProgramRunner.run(program, ["-c", script] + arguments, environment: environment)
    guard result.exitCode == 0 else { return nil }
    return result.output.hasSuffix("\n") ? String(result.output.dropLast()) : result.output
  }

  /// What it needs to find its modules.
  static var environment: [String: String] {
    var environment: [String: String] = [:]
    for name in ["PATH", "HOME", "VIRTUAL_ENV", "PYENV_ROOT", "PYTHONPATH"] {
      environment[name] = Environment.process[name]
    }
    environment["PYTHONUTF8"] = "1"
    return environment
  }

  static let hasStandardWebhooks =
    (try? ask("import standardwebhooks.webhooks")) != nil && program != nil
  static let hasTwilio = (try? ask("import twilio.request_validator")) != nil && program != nil
}
