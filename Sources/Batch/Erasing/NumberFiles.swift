// NumberFiles.swift - takes a number out of the files that may name it: spooled webhooks, logs, reports.

import Business
import LocalTime
import Platform

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
