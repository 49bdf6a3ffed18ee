// ConfigurationFault.swift - one thing that is wrong in the configuration, and what would be right.

/// One line for the operator: where, what, and how to mend it. Never shows a secret.
package struct ConfigurationFault: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Severity: String, Sendable, CaseIterable {
    /// `opsfabric apply` takes nothing over.
    case error
    /// Taken over, but probably not what was meant.
    case warning
    /// Taken over as it is meant; good to know.
    case note
  }

  /// Relative to the home: `config/tenants/doerfler.json5`.
  package var file: String
  /// `quiet_hours.from`, `notify[1].to`; empty when the file as a whole is meant.
  package var key: String
  package var reason: String
  /// What would be right; empty when the reason says it.
  package var expected: String
  package var severity: Severity

  package init(file: String, key: String, reason: String, expected: String, severity: Severity = .error) {
    self.file = file
    self.key = key
    self.reason = reason
    self.expected = expected
    self.severity = severity
  }

  package var description: String {
    let place = key.isEmpty ? file : "\(file): \(key)"
    return expected.isEmpty ? "\(place): \(reason)" : "\(place): \(reason); \(expected)"
  }
}

/// The faults found so far, in the order of finding.
final class FaultList {
  private(set) var all: [ConfigurationFault] = []

  func add(_ fault: ConfigurationFault) { all.append(fault) }
}
