// Spool.swift - verified webhooks that the database could not take, as files for the batch runner.
//
// One file per webhook, written under a temporary name, synced and renamed; the name sorts by arrival.

import LocalTime
import Platform

package struct Spool: Sendable {
  private let folder: String
  private let rejected: String

  package init(home: Home) {
    folder = home.spool
    rejected = home.spoolRejected
  }

  /// A spool outside of a home: where a function has nothing else to write to.
  package init(folder: String) {
    self.folder = folder
    rejected = folder + "/rejected"
  }

  private static let suffix = ".webhook"

  /// Keeps a webhook; it is on the disk when this returns.
  package func keep(_ kept: KeptWebhook, random: RandomSource) throws(SystemError) {
    try Files.makeFolder(folder)
    let stamp = String(kept.receivedAt.milliseconds)
    let name = String(repeating: "0", count: max(0, 15 - stamp.count)) + stamp + "-" + random.token(bytes: 6)
    try Files.writeAtomically(kept.bytes, to: "\(folder)/\(name)\(Spool.suffix)")
  }

  /// Room that must be there for a webhook in the spool, and for the database's log.
  private static let roomBytes = 256 << 10

  /// Why no webhook could be kept now; nil when it could. A file is written and taken away again: only this tells of
  /// a quota.
  package func fault() -> SystemError? {
    let path = "\(folder)/.probe"
    do throws(SystemError) {
      try Files.makeFolder(folder)
      try Files.writeAtomically([UInt8](repeating: 0, count: Spool.roomBytes), to: path)
      try Files.remove(path)
      return nil
    } catch {
      return error
    }
  }

  /// Paths of the kept webhooks, oldest first.
  package func waiting() -> [String] {
    let names = (try? Files.list(folder)) ?? []
    return names.filter { $0.hasSuffix(Spool.suffix) }.map { "\(folder)/\($0)" }
  }

  /// When a kept webhook arrived, as its name says.
  package static func arrival(_ path: String) -> Timestamp? {
    let name = path.split(separator: "/").last ?? ""
    return Int64(name.prefix { $0 != "-" }).map(Timestamp.init(milliseconds:))
  }

  /// nil for a file that is no webhook of ours.
  package func read(_ path: String) throws(SystemError) -> KeptWebhook? {
    KeptWebhook(try Files.read(path, limit: 1 << 20))
  }

  package func remove(_ path: String) throws(SystemError) { try Files.remove(path) }

  /// Out of the way, kept for the operator.
  package func reject(_ path: String) throws(SystemError) {
    try Files.makeFolder(rejected)
    let name = path.split(separator: "/").last.map(String.init) ?? "webhook"
    try Files.move(path, to: "\(rejected)/\(name)")
  }

  /// Something that came from elsewhere and cannot be replayed: a file for the operator. Returns its path.
  package func reject(_ bytes: [UInt8], name: String) throws(SystemError) -> String {
    try Files.makeFolder(rejected)
    let path = "\(rejected)/\(name)\(Spool.suffix)"
    try Files.writeAtomically(bytes, to: path)
    return path
  }
}
