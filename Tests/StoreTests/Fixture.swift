// Fixture.swift - a home with a fresh database, and rows in any state a test wants.

import Business
import Foundation
import LocalTime
import Platform
import SQLite

@testable import Store

/// 2026-02-10 08:15:30 UTC.
let now = Timestamp(seconds: 1_770_711_330)
let caller = "+41791234567"
let number = "+41435550100"

final class Fixture {
  let home: Home
  let store: Store

  /// A migrated database file: making it once, and syncing nothing, keeps hundreds of tests fast.
  private static let template = Result { () throws -> Data in
    let home = try emptyHome()
    defer { try? FileManager.default.removeItem(atPath: home.path) }
    _ = try Store.openMigrating(home, journalMode: .wal)
    return try Data(contentsOf: URL(fileURLWithPath: home.database))
  }

  init() throws {
    home = try Fixture.emptyHome()
    try Fixture.template.get().write(to: URL(fileURLWithPath: home.database))
    store = try Store.openMigrating(home, journalMode: .wal, patience: 2000)
    try store.database.execute(script: "PRAGMA synchronous = OFF")
  }

  deinit { try? FileManager.default.removeItem(atPath: home.path) }

  static func emptyHome() throws -> Home {
    let home = Home(FileManager.default.temporaryDirectory.path + "/store-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: home.data, withIntermediateDirectories: true)
    return home
  }

  /// All columns of all rows of a table, as one text: the same text means that nothing changed.
  func dump(_ table: String) throws -> String {
    let columns = try store.database.rows("SELECT name FROM pragma_table_info(?)", .text(table)) {
      $0.text(0)
    }
    let quoted = columns.map { "'\($0)=' || quote(\($0))" }.joined(separator: " || ' ' || ")
    return try store.database.rows("SELECT \(quoted) FROM \(table) ORDER BY 1") { $0.text(0) }
      .joined(separator: "\n")
  }

  func integer(_ sql: String) throws -> Int? { try store.database.integer(sql) }

  func events(_ type: EventType) throws -> Int {
    try store.database.integer("SELECT count(*) FROM ticket_events WHERE type = ?", .text(type.rawValue)) ?? 0
  }

  /// One that is told of everything, and one that is told ids only.
  let receivers = WebhookReceivers(
    {
      var installation = Installation(
        publicURL: "", account: TwilioAccount(accountSid: "", authToken: Secret("")))
      installation.webhooks = [
        WebhookReceiver(url: "https://crm.example.ch/hook", secret: Secret("whsec_1")),
        WebhookReceiver(url: "https://thin.example.ch/hook", secret: Secret("whsec_2"), isThin: true),
      ]
      return installation
    }(), [])

  // MARK: rows

  @discardableResult
  func call(_ sid: String, at: Timestamp = now, from: String = caller) throws -> Int {
    try store.recordCall(sid: sid, tenant: "a", caller: from, called: number, startedAt: at)
    return try store.call(sid: sid)?.id ?? 0
  }

  @discardableResult
  func missedCall(_ sid: String, judge: CallJudge = .dialResult, at: Timestamp = now) throws -> Int {
    let id = try call(sid, at: at)
    _ = try store.markMissed(
      ifInProgress: sid, endedAt: at.adding(seconds: 20), dueAt: at.adding(seconds: 50), judgedBy: judge)
    return id
  }

  func newMessage(_ kind: MessageKind = .missedCall, call: Int? = nil, inbound: Int? = nil) -> NewMessage {
    NewMessage(
      tenant: "a", recipient: caller, sender: number, kind: kind, text: SMSText("Hallo"), dueAt: now,
      expiresAt: now.adding(hours: 1), callID: call, inboundID: inbound)
  }

  func message(_ kind: MessageKind = .missedCall, call: Int? = nil) throws -> Int {
    try store.enqueue(newMessage(kind, call: call), at: now) ?? 0
  }

  func row(_ id: Int) throws -> OutboxRow {
    guard let row = try store.message(id: id) else { throw Missing() }
    return row
  }

  func request(
    _ urgency: Urgency = .medium, _ status: TicketStatus = .new, text: String = "", phone: String = caller,
    day: String = "2026-02-10", call: Int? = nil, sla: Timestamp = now.adding(hours: 4)
  ) throws -> TicketRequest {
    guard let day = CivilDate(iso8601: day) else { throw Missing() }
    return TicketRequest(
      tenant: "a", phone: phone, localDay: day, source: .missedCall, urgency: urgency, status: status,
      text: text,
      slaDueAt: sla, callID: call)
  }

  struct Missing: Error {}
}
