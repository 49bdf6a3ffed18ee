// Spool.swift - verified webhooks that the database could not take, as files for the batch runner.
//
// One file per webhook, written under a temporary name, synced and renamed; the name sorts by arrival.
// A header of `key: value` lines, an empty line, then the body as it was sent.

import CGI
import LocalTime
import Platform

public struct Spool: Sendable {
  private let home: Home

  public init(home: Home) { self.home = home }

  private static let suffix = ".webhook"
  private static let signature = "opsfabric-webhook: 1"

  /// Keeps a webhook; it is on the disk when this returns.
  public func keep(
    kind: WebhookKind, query: String, body: [UInt8], receivedAt: Timestamp, random: RandomSource
  ) throws(SystemError) {
    try Files.makeFolder(home.spool)
    let head = """
      \(Spool.signature)
      kind: \(kind.rawValue)
      received: \(receivedAt.milliseconds)
      query: \(query)


      """
    let stamp = String(receivedAt.milliseconds)
    let name = String(repeating: "0", count: max(0, 15 - stamp.count)) + stamp + "-" + random.token(bytes: 6)
    try Files.writeAtomically(Array(head.utf8) + body, to: "\(home.spool)/\(name)\(Spool.suffix)")
  }

  /// Paths of the kept webhooks, oldest first.
  public func waiting() -> [String] {
    let names = (try? Files.list(home.spool)) ?? []
    return names.filter { $0.hasSuffix(Spool.suffix) }.map { "\(home.spool)/\($0)" }
  }

  /// When a kept webhook arrived, as its name says.
  public static func arrival(_ path: String) -> Timestamp? {
    let name = path.split(separator: "/").last ?? ""
    return Int64(name.prefix { $0 != "-" }).map(Timestamp.init(milliseconds:))
  }

  /// nil for a file that is no webhook of ours.
  public func read(_ path: String) throws(SystemError) -> Webhook? {
    let bytes = try Files.read(path, limit: 1 << 20)
    guard let split = Spool.endOfHead(bytes) else { return nil }
    let lines = String(decoding: bytes[..<split], as: UTF8.self).split(separator: "\n")
    guard lines.first == Substring(Spool.signature) else { return nil }
    var values: [Substring: Substring] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { values[parts[0]] = parts[1].drop { $0 == " " } }
    }
    guard let kind = values["kind"].flatMap({ WebhookKind(rawValue: String($0)) }),
      let received = values["received"].flatMap({ Int64($0) }),
      let fields = try? FormFields(encoded: bytes[(split + 2)...]),
      let query = try? FormFields(encoded: (values["query"] ?? "").utf8)
    else { return nil }
    return Webhook(kind: kind, fields: fields, query: query, receivedAt: Timestamp(milliseconds: received))
  }

  public func remove(_ path: String) throws(SystemError) { try Files.remove(path) }

  /// Out of the way, kept for the operator.
  public func reject(_ path: String) throws(SystemError) {
    try Files.makeFolder(home.spoolRejected)
    let name = path.split(separator: "/").last.map(String.init) ?? "webhook"
    try Files.move(path, to: "\(home.spoolRejected)/\(name)")
  }

  /// Index of the first of the two line feeds that end the head.
  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    bytes.indices.dropLast().first { bytes[$0] == 10 && bytes[$0 + 1] == 10 }
  }
}
