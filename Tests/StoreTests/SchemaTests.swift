// SchemaTests.swift - the CHECK lists are the enums, broken rows are refused, versions are guarded.

import Business
import LocalTime
import Platform
import SQLite
import Testing

@testable import Store

@Suite struct SchemaTests {
  struct WordList: Sendable, CustomStringConvertible {
    let table: String
    let column: String
    let words: [String]
    var description: String { "\(table).\(column)" }
  }

  static let wordLists = [
    WordList(table: "calls", column: "outcome", words: CallOutcome.allCases.map(\.rawValue)),
    WordList(table: "calls", column: "decision", words: CallDecision.allCases.map(\.rawValue)),
    WordList(table: "calls", column: "source", words: CallSource.allCases.map(\.rawValue)),
    WordList(table: "calls", column: "judged_by", words: CallJudge.allCases.map(\.rawValue)),
    WordList(table: "tickets", column: "urgency", words: Urgency.allCases.map(\.rawValue)),
    WordList(table: "tickets", column: "status", words: TicketStatus.allCases.map(\.rawValue)),
    WordList(table: "messages", column: "state", words: MessageState.allCases.map(\.rawValue)),
    WordList(table: "ticket_notices", column: "kind", words: NoticeKind.allCases.map(\.rawValue)),
    WordList(table: "line_types", column: "line_type", words: LineType.allCases.map(\.rawValue)),
    WordList(
      table: "inbound_messages", column: "answer",
      words: ["1", "2", "3", "free_text", "stop", "start", "help"]),
    WordList(table: "sweeps", column: "list", words: ["calls", "messages", "recordings"]),
  ]

  @Test(arguments: wordLists) func `a column's CHECK lists just the words of its enum`(_ list: WordList)
    throws
  {
    let fixture = try Fixture()
    let sql = try fixture.store.database.first(
      "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", .text(list.table)
    ) { $0.text(0) }
    // The column's own CHECK stands in its definition, with its name first.
    let marker = "CHECK (\(list.column) IN ("
    let parts = (sql ?? "").split(separator: marker, omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    let inside = parts[1].prefix { $0 != ")" }
    let words = inside.split(separator: ",").map { $0.filter { $0 != "'" && !$0.isWhitespace } }
    #expect(words.sorted() == list.words.sorted())
  }

  @Test func `no list of words in the schema is left out above`() throws {
    let fixture = try Fixture()
    let all = try fixture.store.database.rows("SELECT sql FROM sqlite_master WHERE type = 'table'") {
      $0.text(0)
    }
    let found = all.joined().matches(of: /CHECK \((\w+) IN \('/).map { String($0.1) }
    #expect(found.sorted() == SchemaTests.wordLists.map(\.column).sorted())
  }

  @Test func `the list of tables is the schema's, and one that is missing is named`() throws {
    let fixture = try Fixture()
    let made = try fixture.store.database.rows(
      "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
    ) { $0.text(0) }.filter { !$0.hasPrefix("sqlite_") }
    #expect(made == Store.tables)
    #expect(try fixture.store.missingTables() == [])
    for table in Store.tables {
      let damaged = try Fixture()
      try damaged.store.database.execute(script: "PRAGMA foreign_keys = OFF; DROP TABLE \(table)")
      #expect(try damaged.store.missingTables() == [table])
    }
  }

  @Test func `every table is STRICT`() throws {
    let fixture = try Fixture()
    let loose = try fixture.store.database.rows(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict"
    ) { $0.text(0) }.filter { !$0.hasPrefix("sqlite_") }
    #expect(loose.isEmpty)
  }

  @Test func `every connection minds foreign keys and syncs in full`() throws {
    let fixture = try Fixture()
    for store in [
      try Store.open(fixture.home, patience: 50), try Store.openMigrating(fixture.home, journalMode: .wal),
    ] {
      let keys = try store.database.integer("PRAGMA foreign_keys")
      let synchronous = try store.database.integer("PRAGMA synchronous")
      #expect(keys == 1)
      #expect(synchronous == 3)
    }
  }

  /// Without one, to delete a row means to read all rows that might point to it.
  @Test func `every foreign key has an index on the side that points`() throws {
    let fixture = try Fixture()
    let keys = try fixture.store.database.rows(
      """
      SELECT m.name, f."from" FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table'
      """
    ) { ($0.text(0), $0.text(1)) }
    #expect(keys.count >= 9)
    for (table, column) in keys {
      let plan = try fixture.store.database.rows(
        "EXPLAIN QUERY PLAN SELECT 1 FROM \(table) WHERE \(column) = 1"
      ) { $0.text(3) }
      #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(table).\(column)")
    }
  }

  static let brokenRows = [
    "UPDATE calls SET outcome = 'missed'", "UPDATE calls SET decision = 'pending'",
    "UPDATE calls SET outcome = 'answered'",
    "UPDATE calls SET outcome = 'missed', ended_at = 1, decision = 'pending'",
    "UPDATE calls SET outcome = 'missed', ended_at = 1, decision = 'sent'",
    "UPDATE calls SET outcome = 'missed', ended_at = 1, decision = 'skipped', reason = 'x'",
    "UPDATE calls SET dial_connected = 2", "UPDATE calls SET started_at = 'today'",
    "UPDATE calls SET tenant = NULL",
    "INSERT INTO calls (call_sid, tenant, caller, called, started_at) "
      + "SELECT call_sid, tenant, caller, called, started_at FROM calls",
    "UPDATE messages SET due_at = NULL", "UPDATE messages SET state = 'accepted'",
    "UPDATE messages SET state = 'dead'",
    "UPDATE messages SET finished_at = 1", "UPDATE messages SET call_id = 99",
    "UPDATE messages SET inbound_id = 99",
    "UPDATE tickets SET urgency = 'LOW'", "UPDATE tickets SET call_id = 99",
    "INSERT INTO tickets (tenant, phone, local_day, source, urgency, status, sla_due_at, created_at, updated_at) "
      + "SELECT tenant, phone, local_day, source, urgency, status, sla_due_at, created_at, updated_at FROM tickets",
    "INSERT INTO ticket_photos (ticket_id, url, created_at) VALUES (99, 'u', 1)",
    "DELETE FROM messages WHERE id IN (SELECT message_id FROM message_attempts)",
  ]

  @Test(arguments: brokenRows) func `the schema refuses a row that makes no sense`(_ sql: String) throws {
    let fixture = try Fixture()
    try fixture.call("CA1")
    let id = try fixture.message()
    try fixture.store.rememberAttempt(sid: "SM1", message: id, attempt: 1, at: now)
    _ = try fixture.store.upsertTicket(fixture.request(), at: now)
    do {
      try fixture.store.database.execute(sql)
      Issue.record("taken: \(sql)")
    } catch {
      #expect(error.isConstraint, "\(error)")
    }
  }

  @Test func `migrations are numbered from 1 without a gap`() {
    #expect(migrations.map(\.version) == Array(1...migrations.count))
    #expect(Store.schemaVersion == migrations.count)
  }
}
