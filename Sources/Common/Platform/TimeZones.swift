// TimeZones.swift - finds zone files, because Foundation's time zones are nil in static builds.

import LocalTime
import Synchronization

/// The system's time zone database. Each file is read once, however many tenants live in its zone.
package final class TimeZones: Sendable {
  private let folders: [String]
  private let known = Mutex<[String: TimeZoneRules]>([:])

  package init(environment: Environment = .process) {
    var folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"]
    if let own = environment["TZDIR"] { folders.insert(own, at: 0) }
    self.folders = folders
  }

  /// nil when there is no such zone, or its file cannot be understood.
  package func zone(_ identifier: String) -> TimeZoneRules? {
    known.withLock { known in
      if let rules = known[identifier] { return rules }
      let rules = read(identifier)
      known[identifier] = rules
      return rules
    }
  }

  private func read(_ identifier: String) -> TimeZoneRules? {
    guard TimeZones.isWellFormed(identifier) else { return nil }
    for folder in folders {
      if let bytes = try? Files.read("\(folder)/\(identifier)", limit: 1 << 20),
        let rules = try? TimeZoneRules(tzif: bytes)
      {
        return rules
      }
    }
    return identifier == "UTC" ? .utc : nil
  }

  /// An identifier such as `Europe/Zurich`, and no way out of the folder: dots are none of its characters.
  private static func isWellFormed(_ identifier: String) -> Bool {
    !identifier.isEmpty && !identifier.hasPrefix("/")
      && identifier.utf8.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
          || "/_+-".utf8.contains($0)
      }
  }
}
