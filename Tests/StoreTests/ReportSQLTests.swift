// ReportSQLTests.swift - `make bench` gives the sqlite3 shell the very statements that a report runs.
//
// After a change that is meant: UPDATE_GOLDEN=1 swift test --filter ReportSQLTests.

import Foundation
import LocalTime
import Testing

@testable import Store

struct ReportSQLTests {
  @Test func `the bench compares with the statements of the store`() throws {
    let fixture = try Fixture()
    let recorder = StatementRecorder(fixture.store.database)
    let period = ReportPeriod(tenant: "a", start: now, end: now.adding(days: 28))
    _ = try fixture.store.monthlyCalls(period)
    _ = try fixture.store.monthlySMS(period)
    _ = try fixture.store.monthlyTickets(period)
    _ = try fixture.store.monthlyForms(period)
    _ = try fixture.store.monthlyService(period)
    _ = try fixture.store.monthlyCosts(period)
    try fixture.store.monthlyMessages(period) { _ in }
    recorder.stop()
    let text = recorder.statements.map { $0 + ";\n" }.joined()
    let path =
      #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Bench/reports.sql"
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let kept = try String(contentsOfFile: path, encoding: .utf8)
    #expect(kept == text)
  }
}
