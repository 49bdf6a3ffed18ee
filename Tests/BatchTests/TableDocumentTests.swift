// TableDocumentTests.swift - the table "Who writes which table" of docs/architecture.md, held against what SQLite hears.
//
// The same story as in RequestPlanTests is played, and each write belongs to the program that runs. So nothing that
// happens there is missing in the document. What happens there never (a rare path, a command of the operator) is not
// checked; `forget` is.

import LocalTime
import Platform
import SQLite
import StandIn
import TestSupport
import Testing

/// The rows of the document.
struct WritersTable {
  struct Row {
    var handlers: String
    var runner: String
    var commands: String
  }

  private(set) var rows: [String: Row] = [:]

  init(_ document: String) {
    let section =
      document.split(separator: "## Who writes which table", omittingEmptySubsequences: false).dropFirst()
      .first?
      .split(separator: "\n## ").first ?? ""
    for line in section.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.dropFirst().split(separator: "|", omittingEmptySubsequences: false).map { String($0) }
      guard cells.count >= 5 else { continue }
      for name in cells[0].matches(of: /`(\w+)`/) {
        rows[String(name.1)] = Row(handlers: cells[2], runner: cells[3], commands: cells[4])
      }
    }
  }

  /// Whether the document says that this program writes that table.
  func names(_ program: String, _ table: String) -> Bool {
    guard let row = rows[table] else { return false }
    func has(_ cell: String, _ word: String) -> Bool {
      cell.split { !($0.isLetter || $0 == "-") }.contains { $0.lowercased() == word }
    }
    switch program {
    case "run": return row.runner.contains { $0.isLetter }
    case "forget": return has(row.commands, "forget")
    default:
      if let others = row.handlers.firstRange(of: "all but") {
        return !has(String(row.handlers[others.upperBound...]), program)
      }
      let makesTickets = ["sms", "menu", "recording", "anfrage", "twilio-error"].contains(program)
      return has(row.handlers, program) || makesTickets && row.handlers.contains("hatever makes a ticket")
    }
  }
}

struct TableDocumentTests {
  private static func document() throws -> String {
    String(decoding: try Files.read("\(SwiftSource.repository)/docs/architecture.md"), as: UTF8.self)
  }

  /// The table a statement changes.
  static func target(_ sql: String) -> String? {
    sql.firstMatch(of: /^(?:INSERT (?:OR \w+ )?INTO|UPDATE(?: OR \w+)?|DELETE FROM)\s+(\w+)/).map {
      String($0.1)
    }
  }

  @Test func `every table has its row, and every write of handlers, runner and forget is in it`() throws {
    let table = WritersTable(try Self.document())
    let story = try Story()
    var heard = ProcessStatements(path: story.world.home.database)
    var program = "run"
    var written: [String: Set<String>] = [:]
    func collect() {
      written[program, default: []].formUnion(heard.stop().compactMap(Self.target))
      heard = ProcessStatements(path: story.world.home.database)
    }
    story.world.onProgram = { next in
      collect()
      program = next
    }
    try story.play()
    collect()
    program = "forget"
    try story.world.forget()
    collect()

    for (program, tables) in written {
      for name in tables where !table.names(program, name) { Issue.record("\(program) writes \(name)") }
    }
    // The story has all of them at work.
    for handler in Handlers.webhooks {
      #expect(written[handler]?.isEmpty == false, "\(handler)")
    }
    for page in ["anfrage", "inbox", "operator"] { #expect(written[page]?.isEmpty == false, "\(page)") }
    #expect(written["health"]?.isEmpty == true)

    let database = try Database(path: story.world.home.database, access: .readOnly)
    let names = try database.rows(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ) { $0.text(0) }
    #expect(Set(names) == Set(table.rows.keys))
  }

  @Test func `a writer that the document does not name is found`() {
    let table = WritersTable(
      """
      ## Who writes which table

      | table | since schema | handlers | runner (`opsfabric run`) | operator's commands |
      | --- | --- | --- | --- | --- |
      | `calls` | 1 | voice, dial-result; sms-status (reason `dead`) | | forget |
      | `tickets`, `notices` | 1 | whatever makes a ticket | escalating | |
      | `events` | 1 | all but health and tick | all jobs | |

      ## Next
      """)
    #expect(table.rows.keys.sorted() == ["calls", "events", "notices", "tickets"])
    #expect(
      table.names("voice", "calls") && table.names("sms-status", "calls") && table.names("forget", "calls"))
    #expect(!table.names("menu", "calls") && !table.names("run", "calls") && !table.names("sms", "calls"))
    #expect(
      table.names("menu", "notices") && table.names("run", "tickets") && !table.names("voice", "tickets"))
    #expect(
      table.names("voice", "events") && !table.names("tick", "events") && !table.names("health", "events"))
    #expect(!table.names("voice", "unheard"))
    #expect(Self.target("INSERT OR IGNORE INTO calls (a) VALUES (?)") == "calls")
    #expect(Self.target("SELECT 1 FROM calls") == nil)
  }
}
