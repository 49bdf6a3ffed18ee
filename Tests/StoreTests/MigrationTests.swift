// MigrationTests.swift - a database of every older version, with rows in it, is brought up to date.

import Business
import Foundation
import LocalTime
import Platform
import SQLite
import Testing

@testable import Store

@Suite struct MigrationTests {
  /// Rows every version can hold: one of each table of version 1.
  private static let rows = """
    INSERT INTO calls (id, call_sid, tenant, caller, called, started_at, ended_at, outcome, decision, due_at, look_at)
      VALUES (1, 'CA1', 'a', '+41791234567', '+41435550100', 1, 2, 'missed', 'pending', 3, 3);
    INSERT INTO tickets
      (id, tenant, phone, local_day, source, urgency, status, summary, sla_due_at, created_at, updated_at, call_id)
      VALUES (1, 'a', '+41791234567', '2026-02-10', 'missed_call', 'HIGH', 'NEW', 'Rohr', 99, 1, 1, 1);
    INSERT INTO ticket_photos (ticket_id, url, created_at) VALUES (1, 'https://x/1', 1);
    INSERT INTO messages (id, tenant, recipient, sender, channel, kind, body, encoding, segments, created_at,
      first_due_at, due_at, expires_at, call_id)
      VALUES (1, 'a', '+41791234567', '+41435550100', 'sms', 'missed_call', 'Hallo', 'GSM-7', 1, 1, 1, 1, 9, 1);
    INSERT INTO message_attempts (sid, message_id, attempt, at) VALUES ('SM1', 1, 1, 1);
    INSERT INTO inbound_messages (message_sid, tenant, sender, recipient, body, answer, received_at, answers_message)
      VALUES ('SM2', 'a', '+41791234567', '+41435550100', '1', '1', 5, 1);
    INSERT INTO ticket_events (tenant, type, ticket_id, at) VALUES ('a', 'reply', 1, 5);
    INSERT INTO blocklist VALUES ('a', '+41790000000', 'manual', 1, NULL);
    INSERT INTO optouts VALUES ('a', '+41790000001', 1);
    INSERT INTO line_types VALUES ('+41791234567', 'mobile', 'lookup', 1);
    INSERT INTO sweeps VALUES ('+41435550100', 'calls', 1, 1);
    INSERT INTO alerts (cause, detail, at) VALUES ('dead', 'x', 1);
    INSERT INTO runs (started_at, beat_at) VALUES (1, 1);
    """

  private static let tables = [
    "calls", "tickets", "ticket_photos", "messages", "message_attempts", "inbound_messages", "ticket_events",
    "blocklist", "optouts", "line_types", "sweeps", "alerts", "runs",
  ]

  /// A database as the programs of that schema version made it, without rows.
  private static func makeDatabase(_ home: Home, version: Int) throws -> Database {
    let old = try Database(path: home.database, access: .create)
    for migration in migrations where migration.version <= version { try old.execute(script: migration.sql) }
    try old.execute(script: "PRAGMA user_version = \(version)")
    return old
  }

  @Test(arguments: 1..<max(2, Store.schemaVersion)) func `an older database keeps its rows`(_ version: Int)
    throws
  {
    let home = try Fixture.emptyHome()
    defer { try? FileManager.default.removeItem(atPath: home.path) }
    try MigrationTests.makeDatabase(home, version: version).execute(script: MigrationTests.rows)
    let store = try Store.openMigrating(home, journalMode: .wal)
    let reached = try store.version()
    let check = try store.database.first("PRAGMA quick_check") { $0.text(0) }
    let orphans = try store.database.integer("SELECT count(*) FROM pragma_foreign_key_check")
    #expect(reached == Store.schemaVersion)
    #expect(check == "ok")
    #expect(orphans == 0)
    for table in MigrationTests.tables {
      let count = try store.database.integer("SELECT count(*) FROM \(table)")
      #expect(count == 1, "\(table)")
    }
    let due = try store.dueCalls(at: now, limit: 9).map(\.callSid)
    let message = try store.message(id: 1)
    let ticket = try store.ticket(id: 1)
    #expect(due == ["CA1"])
    #expect(message?.body == "Hallo")
    #expect(ticket?.summary == "Rohr")
    // What was promised before there were escalations is escalated; later rows say so themselves.
    let escalation = try store.nextEscalation()
    #expect(escalation == (version == 1 ? Timestamp(milliseconds: 99) : nil))
  }

  @Test func `what waited for us in an older database is held, and its old alerts are over`() throws {
    let home = try Fixture.emptyHome()
    defer { try? FileManager.default.removeItem(atPath: home.path) }
    do {
      let old = try MigrationTests.makeDatabase(home, version: 5)
      try old.execute(
        script: """
          \(MigrationTests.rows);
          UPDATE messages SET postponements = 3, error_code = 21606, error = 'sender', due_at = 900;
          INSERT INTO messages (tenant, recipient, sender, channel, kind, body, encoding, segments, created_at,
            first_due_at, due_at, expires_at)
            VALUES ('a', '+41791234568', '+41435550100', 'sms', 'confirmation', 'Hallo', 'GSM-7', 1, 1, 1, 1, 9);
          """)
    }
    let store = try Store.openMigrating(home, journalMode: .wal)
    let held = try store.heldMessages(dueBefore: now)
    let open = try store.openConditions()
    let toTell = try store.solvedAlertsToTell(limit: 9)
    #expect(held.map(\.count) == [1] && held.first?.since == Timestamp(milliseconds: 1))
    #expect(open.isEmpty && toTell.isEmpty)
  }

  @Test func `what people did in an older database stands with its requests and missed calls`() throws {
    let home = try Fixture.emptyHome()
    defer { try? FileManager.default.removeItem(atPath: home.path) }
    do {
      let old = try MigrationTests.makeDatabase(home, version: 6)
      try old.execute(
        script: """
          \(MigrationTests.rows);
          UPDATE tickets SET status = 'DONE';
          INSERT INTO ticket_events (tenant, type, ticket_id, detail, at)
            VALUES ('a', 'ticket_started', 1, 'anna', 7), ('a', 'ticket_done', 1, 'beat', 9);
          INSERT INTO calls (id, call_sid, tenant, caller, called, started_at, ended_at, outcome, decision, due_at, look_at)
            VALUES (2, 'CA2', 'a', '+41791112233', '+41435550100', 1, 2, 'missed', 'pending', 3, 3);
          INSERT INTO blocklist VALUES ('a', '+41791234567', 'spam', 8, NULL);
          """)
    }
    let store = try Store.openMigrating(home, journalMode: .wal)
    let ticket = try #require(try store.ticket(id: 1))
    #expect(ticket.person == "anna" && ticket.outcome == .other)
    #expect(ticket.doneAt == Timestamp(milliseconds: 9) && ticket.actedAt == Timestamp(milliseconds: 9))
    let callers = try store.missedCallers(tenant: "a", since: Timestamp(milliseconds: 0), at: now, page: 1)
    #expect(callers.page.total == 2 && callers.unhandled == 1)
    #expect(callers.page.rows.map(\.phone) == ["+41791112233", "+41791234567"])
    let month = ReportPeriod(
      tenant: "a", start: Timestamp(milliseconds: 0), end: Timestamp(milliseconds: 100))
    #expect(try store.monthlyService(month).medianToHuman == 6)
    // The lists of words that had a CHECK take the new ones, and the database is whole.
    try store.block(tenant: "a", phone: "+41790000003", reason: .staff, at: now, until: nil)
    try store.database.execute("UPDATE tickets SET source = 'staff'")
    try store.database.execute("UPDATE messages SET kind = 'staff_reply'")
    let check = try store.database.first("PRAGMA integrity_check") { $0.text(0) }
    let writable = try store.database.integer("PRAGMA writable_schema")
    #expect(check == "ok" && writable == 0)
  }

  @Test
  func `an older database's finished requests are counted, those of another tenant and forgotten ones apart`()
    throws
  {
    let home = try Fixture.emptyHome()
    defer { try? FileManager.default.removeItem(atPath: home.path) }
    do {
      let old = try MigrationTests.makeDatabase(home, version: 7)
      try old.execute(script: MigrationTests.rows)
      for (tenant, phone, status) in [
        ("a", "+41790000001", "DONE"), ("a", "+41790000002", "DONE"), ("a", "forgotten", "DONE"),
        ("a", "+41790000003", "NEW"), ("b", "+41790000001", "DONE"),
      ] {
        try old.execute(
          """
          INSERT INTO tickets (tenant, phone, local_day, source, urgency, status, sla_due_at, created_at, updated_at)
          VALUES (?, ?, '2026-01-01', 'sms', 'MED', ?, 1, 1, 1)
          """, .text(tenant), .text(phone), .text(status))
      }
    }
    let store = try Store.openMigrating(home, journalMode: .wal)
    let totals = try ["a", "b", "c"].map { try store.doneTickets(tenant: $0, page: 1).total }
    #expect(totals == [2, 1, 0])
  }

  @Test func `of the calls in an older database it is not known how long they rang`() throws {
    let home = try Fixture.emptyHome()
    defer { try? FileManager.default.removeItem(atPath: home.path) }
    do {
      let old = try MigrationTests.makeDatabase(home, version: 12)
      try old.execute(
        script: """
          INSERT INTO calls (call_sid, tenant, caller, called, started_at) VALUES
            ('CA1', 'a', '+41791234567', '+41435550100', 1000), ('CA2', 'a', '+41791234567', '+41435550100', 2000);
          """)
    }
    let store = try Store.openMigrating(home, journalMode: .wal)
    for (sid, rang) in [("CA1", nil), ("CA2", 16_000)] {
      _ = try store.markAnswered(
        sid: sid, endedAt: Timestamp(milliseconds: 50_000), judgedBy: .dialResult, rang: rang)
    }
    let taken = try store.takenCalls(tenant: "a", since: Timestamp(milliseconds: 0), limit: 9)
    #expect(taken == [TakenCall(rang: 16_000, talked: 32_000)])
    #expect(
      try store.lastCalls(tenant: "a", limit: 9).map(\.takenUntil) == [Timestamp(milliseconds: 50_000), nil])
  }

  @Test func `a migrated database has the schema of a fresh one`() throws {
    func schema(_ home: Home) throws -> [String] {
      let store = try Store.openMigrating(home, journalMode: .wal)
      return try store.database.rows("SELECT name || coalesce(sql, '') FROM sqlite_master ORDER BY name") {
        $0.text(0)
      }
    }
    let home = try Fixture.emptyHome()
    defer { try? FileManager.default.removeItem(atPath: home.path) }
    _ = try MigrationTests.makeDatabase(home, version: 1)
    let migrated = try schema(home)
    let fixture = try Fixture()
    let fresh = try schema(fixture.home)
    #expect(migrated == fresh)
  }

  /// A crash in the middle of a migration: nothing of it stays, and it is done again.
  @Test func `a migration that fails leaves the database as it was`() throws {
    let home = try Fixture.emptyHome()
    defer { try? FileManager.default.removeItem(atPath: home.path) }
    try Database(path: home.database, access: .create).execute(script: "CREATE TABLE runs (in_the_way)")
    #expect(throws: DatabaseError.self) { try Store.openMigrating(home, journalMode: .delete) }
    let database = try Database(path: home.database, access: .readWrite)
    let tables = try database.integer("SELECT count(*) FROM sqlite_master")
    let version = try database.integer("PRAGMA user_version")
    #expect(tables == 1)
    #expect(version == 0)
    try database.execute("DROP TABLE runs")
    let store = try Store.openMigrating(home, journalMode: .delete)
    let reached = try store.version()
    #expect(reached == Store.schemaVersion)
  }
}
