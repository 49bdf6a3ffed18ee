// ReportSums.swift - sums_YYYY-MM.txt: the SHA-256 of a month's CSV files, and first that of the sums before, in the form
// of `sha256sum`.
//
// Each stands on the one before: whoever keeps one of them can prove with `sha256sum -c` that every older file is as it
// was. Written when the month's summary is closed; anew, with those that stand on it, when a file of the month had to be
// written again.

import Crypto
import LocalTime
import Platform

package struct ReportSums {
  /// The folder with a folder for each month.
  private let reports: String

  package init(reports: String) { self.reports = reports }

  /// What is not as the sums say.
  package struct Fault: Hashable, Sendable {
    package var month: CivilMonth
    /// As the sums name it; the sums' own name where they cannot be read.
    package var file: String
    package var what: String
  }

  private static func name(_ month: CivilMonth) -> String { "sums_\(month.iso8601).txt" }

  private func folder(_ month: CivilMonth) -> String { "\(reports)/\(month.iso8601)" }

  private func path(_ month: CivilMonth) -> String { "\(folder(month))/\(ReportSums.name(month))" }

  /// The months that have sums, the oldest first.
  package func months() throws -> [CivilMonth] {
    guard Files.isFolder(reports) else { return [] }
    return try Files.list(reports).compactMap { CivilMonth(iso8601: $0) }.filter { Files.exists(path($0)) }
      .sorted()
  }

  /// Writes the month's sums.
  package func write(_ month: CivilMonth) throws {
    let before = try months().last { $0 < month }.map { "../\($0.iso8601)/\(ReportSums.name($0))" }
    let names = (before.map { [$0] } ?? []) + (try tables(month))
    let lines = try names.map { name in
      "\(hexadecimal(sha256(try Files.read("\(folder(month))/\(name)"))))  \(name)\n"
    }
    try Files.writeAtomically(Array(lines.joined().utf8), to: path(month))
  }

  /// A file of the month was written again: its sums, where it has any, and all that stand on them.
  package func renew(from month: CivilMonth) throws {
    let later = try months().filter { $0 >= month }
    guard later.first == month else { return }
    for month in later { try write(month) }
  }

  /// Nothing, where every file is as it was when its sums were written.
  package func faults() throws -> [Fault] {
    try months().flatMap { month in
      let text = String(decoding: try Files.read(path(month)), as: UTF8.self)
      var named: Set<String> = []
      var faults: [Fault] = []
      for line in text.split(separator: "\n") {
        let parts = line.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].utf8.count == 64 else {
          return [Fault(month: month, file: ReportSums.name(month), what: "has a line that is no sum")]
        }
        let name = String(parts[1].drop { $0 == " " })
        named.insert(name)
        let file = "\(folder(month))/\(name)"
        guard Files.exists(file) else {
          faults.append(Fault(month: month, file: name, what: "is gone"))
          continue
        }
        if hexadecimal(sha256(try Files.read(file))) != parts[0] {
          faults.append(Fault(month: month, file: name, what: "was changed"))
        }
      }
      let unnamed = try tables(month).filter { !named.contains($0) }
      return faults + unnamed.map { Fault(month: month, file: $0, what: "came later") }
    }
  }

  private func tables(_ month: CivilMonth) throws -> [String] {
    try Files.list(folder(month)).filter { $0.hasSuffix(".csv") }.sorted()
  }
}
