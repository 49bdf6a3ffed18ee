// NumberFiles.swift - the files that may name a number: spooled webhooks, logs, reports. Takes it out of them, or says
// what they hold.

import Business
import CGI
import LocalTime
import Platform
import Spool

/// What a file of ours says of a number.
package struct HeldFile: Hashable, Sendable {
  /// Below the home.
  package var name: String
  package var lines: [String]
}

struct NumberFiles {
  private static let temporaryMark = ".tmp."

  /// What is younger may still be on its way to its name.
  private static let writingSeconds = 60
  private static let logBytes = 1 << 30

  let home: Home
  let spellings: NumberSpellings

  /// Webhooks that could not be recorded, and rests of files a killed program was writing.
  func removeWebhooks(at now: Timestamp) throws -> Int {
    var count = 0
    for folder in [home.spoolRejected, home.spool] {
      for path in try files(in: folder) {
        // What still waits for the database is recorded first, and then comes under the same command.
        let isWaiting = folder == home.spool && !isRest(path, at: now)
        guard !isWaiting, try names(path) else { continue }
        try Files.remove(path)
        count += 1
      }
    }
    return count
  }

  /// Overwritten where it stands: others go on appending to the same file meanwhile.
  func maskLogs() throws -> Int {
    var count = 0
    for path in try files(in: home.log) {
      let ranges = spellings.ranges(in: try Files.read(path, limit: NumberFiles.logBytes))
      guard !ranges.isEmpty else { continue }
      try Files.overwrite(path, ranges, with: UInt8(ascii: "*"))
      count += 1
    }
    return count
  }

  /// Returns the names of the files that were changed.
  func maskReports() throws -> [String] {
    var changed: [String] = []
    for folder in try Files.list(home.reports) {
      for path in try files(in: "\(home.reports)/\(folder)") {
        guard let masked = spellings.masked(String(decoding: try Files.read(path), as: UTF8.self)) else {
          continue
        }
        try Files.writeAtomically(Array(masked.utf8), to: path, mode: Files.mode(path) ?? 0o600)
        changed.append(String(path.split(separator: "/").last ?? ""))
      }
    }
    return changed
  }

  /// What all of them say of the number. Nothing is changed.
  func held() throws -> [HeldFile] {
    var found: [HeldFile] = []
    for folder in [home.spoolRejected, home.spool] {
      for path in try files(in: folder) where try names(path) {
        found.append(HeldFile(name: name(path), lines: webhook(try Files.read(path))))
      }
    }
    let reports = try Files.list(home.reports).map { "\(home.reports)/\($0)" }.filter { Files.isFolder($0) }
    for path in try ([home.log] + reports).flatMap({ try files(in: $0) }) {
      let lines = try Files.read(path, limit: NumberFiles.logBytes).split { $0 == 10 || $0 == 13 }
        .filter { !spellings.ranges(in: Array($0)).isEmpty }
      guard !lines.isEmpty else { continue }
      found.append(HeldFile(name: name(path), lines: lines.map { String(decoding: $0, as: UTF8.self) }))
    }
    return found
  }

  private func name(_ path: String) -> String { String(path.dropFirst(home.path.count + 1)) }

  /// Its fields, where it is the number's own; of another's only the number as it stands there.
  private func webhook(_ bytes: [UInt8]) -> [String] {
    let body = KeptWebhook(bytes)?.body ?? bytes
    let form = try? FormFields(encoded: body)
    let own = ["From", "Caller", "To", "Called", "phone"]
    if let form, form.fields.contains(where: { own.contains($0.name) && spellings.occurs(in: $0.value) }) {
      return form.fields.filter { $0.name != "AccountSid" && !$0.value.isEmpty }
        .map { "\($0.name): \($0.value)" }
    }
    return spellings.ranges(in: bytes).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  private func isRest(_ path: String, at now: Timestamp) -> Bool {
    guard path.contains(NumberFiles.temporaryMark), let changed = Files.identity(path)?[2] else {
      return false
    }
    return now.seconds - Int64(changed) > Int64(NumberFiles.writingSeconds)
  }

  private func names(_ path: String) throws -> Bool { !spellings.ranges(in: try Files.read(path)).isEmpty }

  /// Files of a folder; none where there is no such folder.
  private func files(in folder: String) throws -> [String] {
    guard Files.isFolder(folder) else { return [] }
    return try Files.list(folder).map { "\(folder)/\($0)" }.filter { !Files.isFolder($0) }
  }
}
