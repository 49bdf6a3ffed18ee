// ServiceFiguresTests.swift - what people made of a month, in the report: promises, minutes, jobs, callers never seen to.

import Business
import Desk
import LocalTime
import Platform
import Settings
import Store
import TestSupport
import Testing

@testable import Books

struct ServiceFiguresTests {
  private static let others = (1...5).map { "+4179111220\($0)" }

  /// The tenant's month, read as the report reads it.
  private func month(_ world: TestWorld) throws -> TenantMonth {
    let tenant = BookTenant(world.tenants[0])
    let month = TimeZoneRules.utc.month(of: world.clock.now)
    let zones = TimeZones()
    return try TenantMonth.read(tenant, month, try tenant.period(month, zones: zones), store: world.store())
  }

  private func value(_ column: String, _ world: TestWorld) throws -> String {
    let month = try month(world)
    return try #require(Tables.report.columns.first { $0.name == column }).cell(month).written
  }

  private func intake(_ world: TestWorld) throws -> Intake {
    Intake(
      store: try world.store(), settings: try SettingsReader(path: world.home.settings), zones: TimeZones(),
      recordedAt: world.clock.now)
  }

  @Test func `a promise is kept when a person acts before its time, and the minutes are counted to that act`()
    throws
  {
    let world = try TestWorld()
    let store = try world.store()
    for caller in Self.others.prefix(3) {
      world.miss(from: caller)
      try world.run(after: 40)
      try world.text("1", from: caller)
    }
    let tickets = try (1...3).map { try #require(try store.ticket(id: $0)) }
    world.clock.advance(seconds: 600)
    #expect(try store.move(tickets[0], .start, by: "Anna", at: world.clock.now))
    world.clock.advance(seconds: 3600)
    #expect(try store.move(tickets[1], .finish(.other), by: "Anna", at: world.clock.now))
    #expect(try value("promises", world) == "3")
    #expect(try value("promises_kept_rate", world) == "0.3333")
    let minutes = try #require(Double(try value("median_minutes_to_human", world)))
    #expect(40...42 ~= minutes)
    #expect(try value("ticket_rate_of_replies", world) == "1.0000")
  }

  @Test func `jobs won and their worth are those closed so, and taken back they are none`() throws {
    let world = try TestWorld()
    let store = try world.store()
    for (index, caller) in Self.others.prefix(3).enumerated() {
      try world.text("Heizung kalt", from: caller)
      let ticket = try #require(try store.ticket(id: index + 1))
      let outcome: TicketOutcome = index == 2 ? .lost : .won
      #expect(try store.move(ticket, .finish(outcome, amount: 48_050), by: "Anna", at: world.clock.now))
    }
    #expect(try value("jobs_won", world) == "2")
    #expect(try value("value_won", world) == "961.00")
    #expect(try value("value_currency", world) == "CHF")
    _ = try store.move(try #require(try store.ticket(id: 1)), .reopen, by: "Anna", at: world.clock.now)
    #expect(try value("jobs_won", world) == "1")
  }

  @Test func `who was handled, reached later, spam or private is not among those nobody saw to`() throws {
    let world = try TestWorld()
    for caller in Self.others {
      world.miss(from: caller)
      try world.run(after: 40)
    }
    #expect(try value("missed_never_handled", world) == "5")
    world.clock.advance(seconds: 60)
    try intake(world).handle(.number(Self.others[0]), by: "Anna", tenant: world.tenants[0])
    try world.call(from: Self.others[1], .answered(seconds: 20))
    try intake(world).markSpam(Self.others[2], by: "Anna", tenant: world.tenants[0])
    try world.text("2", from: Self.others[3])
    let store = try world.store()
    _ = try store.move(try #require(try store.ticket(id: 1)), .start, by: "Anna", at: world.clock.now)
    #expect(try value("missed_never_handled", world) == "1")
    // A forgotten caller still counts as he did.
    _ = try world.forget(Self.others[0])
    #expect(try value("missed_never_handled", world) == "1")
  }

  @Test func `SMS to numbers that people call spam are counted, until they take it back`() throws {
    let world = try TestWorld()
    for caller in Self.others.prefix(2) {
      world.miss(from: caller)
      try world.run(after: 40)
    }
    try intake(world).markSpam(Self.others[0], by: "Anna", tenant: world.tenants[0])
    #expect(try value("spam_sms", world) == "1")
    #expect(try value("spam_sms_rate", world) == "0.5000")
    _ = try world.forget(Self.others[0])
    #expect(try value("spam_sms", world) == "1")
    try intake(world).markSpam(Self.others[1], by: "Anna", tenant: world.tenants[0])
    try intake(world).unmarkSpam(Self.others[1], by: "Anna", tenant: world.tenants[0])
    #expect(try value("spam_sms", world) == "1")
  }

  @Test func `a month without anybody has no rates and no median`() throws {
    let world = try TestWorld()
    #expect(try value("promises_kept_rate", world) == "" && value("median_minutes_to_human", world) == "")
    #expect(try value("spam_sms_rate", world) == "" && value("ticket_rate_of_replies", world) == "")
    #expect(try value("jobs_won", world) == "0" && value("value_won", world) == "0.00")
  }
}
