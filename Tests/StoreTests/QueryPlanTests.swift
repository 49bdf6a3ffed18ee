// QueryPlanTests.swift - no webhook and no tick of the runner reads a whole table.
//
// Every operation of the store is run while SQLite's trace notes the statements, and each statement's plan is
// looked at. A plan may scan a partial index that holds only the rows which wait for something. Not judged
// are `list` and `status`, commands of the operator's that may read everything.

import Business
import Foundation
import LocalTime
import Testing

@testable import Store

@Suite struct QueryPlanTests {
  /// The tables that grow, and the names they go by in sub-selects.
  private static let growing: Set<Substring> = [
    "calls", "messages", "tickets", "inbound_messages", "ticket_events", "message_attempts", "ticket_notices",
    "ticket_photos", "line_types", "alerts", "rate_hits", "this", "other",
  ]

  /// Partial indexes whose rows leave them again, and that of the dead letters, which are few or the fault.
  private static let waiting: Set<Substring> = [
    "calls_due", "calls_open", "messages_due", "messages_unknown", "messages_unreported", "messages_dead",
    "tickets_to_escalate", "alerts_to_tell", "messages_held", "alerts_open", "alerts_solved_to_tell",
    "tickets_open_list",
  ]

  @Test func `every statement of a webhook or a tick finds its rows by an index`() throws {
    let fixture = try Fixture()
    let recorder = StatementRecorder(fixture.store.database)
    for operation in StoreOperations.all { try operation.run(fixture) }
    recorder.stop()
    let statements = Set(recorder.statements).filter { sql in
      !["BEGIN", "COMMIT", "PRAGMA"].contains { sql.hasPrefix($0) }
    }
    #expect(statements.count > 70)
    for sql in statements.sorted() {
      for line in recorder.plan(sql) where line.hasPrefix("SCAN ") || line.hasPrefix("cannot") {
        let words = line.split(separator: " ")
        let isOfWaiting = words.last.map(QueryPlanTests.waiting.contains) == true
        let isSmall = words[0] == "SCAN" && !QueryPlanTests.growing.contains(words[1])
        if !isOfWaiting && !isSmall { Issue.record("\(line): \(sql)") }
      }
    }
  }

  /// Compares the operations run above with the functions of the source: a new one cannot be forgotten.
  @Test func `every operation of the store is among those judged`() throws {
    let folder =
      #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Sources/Common/Store"
    // What an operator asks for by hand may read a whole period.
    let notJudged = [
      "Lists.swift", "Figures.swift", "Examination.swift", "Backup.swift", "History.swift", "Store.swift",
      "HeldRows.swift",
      "ForgottenRows.swift", "HeldRows.swift",
    ]
    var functions: Set<String> = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where name.hasSuffix(".swift") && !notJudged.contains(name) {
      let source = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      for match in source.matches(of: /\n  (?:package )?func (\w+)/) { functions.insert(String(match.1)) }
    }
    let judged = Set(StoreOperations.all.map(\.name))
    #expect(functions.subtracting(judged) == [])
    #expect(judged.subtracting(functions) == [])
    #expect(functions.count > 50)
  }
}
