// DamagedValueTests.swift - a word in a row that no program of ours writes: an error that names the place, and never
// taken for one of the words it could have been.

import SQLite
import Testing

@testable import Store

@Suite struct DamagedValueTests {
  struct Damage: Sendable, CustomTestStringConvertible {
    var table: String
    var column: String
    var read: @Sendable (Store) throws -> Void
    var testDescription: String { "\(table).\(column)" }
  }

  private static let readCall: @Sendable (Store) throws -> Void = { _ = try $0.call(sid: "CA1") }
  private static let readMessage: @Sendable (Store) throws -> Void = { _ = try $0.message(id: 1) }

  @Test(arguments: [
    Damage(table: "calls", column: "outcome", read: readCall),
    Damage(table: "calls", column: "decision", read: readCall),
    Damage(table: "messages", column: "kind", read: readMessage),
    Damage(table: "messages", column: "state", read: readMessage),
    Damage(table: "messages", column: "channel", read: readMessage),
    Damage(table: "messages", column: "budget", read: readMessage),
    Damage(
      table: "line_types", column: "line_type", read: { _ = try $0.lineType(phone: caller, since: now) }),
  ]) func `an unknown word is an error with table and column`(_ damage: Damage) throws {
    let fixture = try Fixture()
    let call = try fixture.missedCall("CA1")
    try fixture.store.enqueue(fixture.newMessage(call: call), at: now)
    try fixture.store.learnLineType(phone: caller, type: .mobile, from: "lookup", at: now)
    try damage.read(fixture.store)
    try fixture.store.database.execute(script: "PRAGMA ignore_check_constraints = ON")
    try fixture.store.database.execute("UPDATE \(damage.table) SET \(damage.column) = 'sen\u{7}'")
    let error = #expect(throws: SQLiteError.self) { try damage.read(fixture.store) }
    #expect(error?.message.hasPrefix("\(damage.table).\(damage.column) holds a word") == true, "\(error!)")
    #expect(error?.isBusy == false)
  }
}
