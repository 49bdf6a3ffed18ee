// ShowCommand.swift - `opsfabric show`: one thing whole.

import Books
import Business
import JSON
import LocalTime
import Platform
import Settings
import Store

struct ShowCommand: Command {
  static let name = "show"
  static let usage = "opsfabric show NUMBER|call ID|ticket ID|message ID [--json]"
  static let summary = "one thing whole: all that is known of a number, in order of time"
  static let details = """
    NUMBER      in any spelling: names and marks, then calls, messages both ways, photos, forms, and what people did
    call ID     the call and what became of it
    ticket ID   the request and its conversation
    message ID  the message and how it was sent
    --json      one JSON object; times are ISO 8601 in UTC
    Times are the tenant's.
    """

  private enum Subject {
    case number(String)
    case row(ListName, Int)
  }
  private let subject: Subject
  private let isJSON: Bool

  init(_ arguments: inout Arguments) throws {
    isJSON = arguments.flag("--json")
    let word = try arguments.next("a number, or what to show")
    let lists: [String: ListName] = ["call": .calls, "ticket": .tickets, "message": .messages]
    if let list = lists[word] {
      let text = try arguments.next("the \(word)'s ID")
      guard let id = Int(text) else { throw UsageError("'\(short(text))' is no \(word)'s ID") }
      subject = .row(list, id)
    } else {
      // A number may be written with spaces, quoted or not.
      let rest = arguments.rest()
      subject = .number(rest.isEmpty ? word : word + " " + rest)
    }
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let store = try world.store()
    let settings = try world.settings()
    let report = ShownThing(
      store: store, settings: settings, clocks: try TenantClocks(world, store: store), now: world.clock.now())
    let shown: (lines: [String], json: String)
    switch subject {
    case .number(let text): shown = try report.number(try settings.number(typed: text, store: store).e164)
    case .row(let list, let id): shown = try report.row(list, id)
    }
    if isJSON {
      printToStandardOutput(JSONDocument.visible(shown.json))
      return .done
    }
    let width = tableWidth(world.environment)
    for line in shown.lines {
      // What stands before the gap, a time or a key, hangs.
      let indent = line.prefix { $0 == " " }
      let gap = line.dropFirst(indent.count).firstRange(of: "  ")
      let start = gap.flatMap { line[$0.lowerBound...].firstIndex { $0 != " " } } ?? indent.endIndex
      let first = String(line[..<start])
      printToStandardOutput(
        wrapped(
          String(line[start...]), first: first, rest: String(repeating: " ", count: first.count), width: width
        ).joined(separator: "\n"))
    }
    return .done
  }
}
