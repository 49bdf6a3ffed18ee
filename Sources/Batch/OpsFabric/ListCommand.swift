// ListCommand.swift - `opsfabric list`.

import Business
import JSON
import LocalTime
import Platform
import Store

struct ListCommand: Command {
  static let name = "list"
  static let usage =
    "opsfabric list calls|messages|tickets|events|blocklist|optouts|contacts [--tenant ID] [--since T] [--phone N] [--state S] [--limit N] [--json]"
  static let summary = "a table, or JSON lines; the newest first"
  static let details = """
    --tenant ID  only this tenant's; one that is not known is an error
    --since T    2026-02-10, 2026-02-10T08:00:00Z, or a time back from now: 30m, 24h, 7d
    --phone N    only of this number, however it is written
    --state S    calls: outcome or decision; messages: state; tickets: status
    --limit N    at most so many
    --json       one JSON object per line; times are ISO 8601 in UTC
    The table is as wide as the terminal, with names where numbers have one, and local times.
    """
  private let list: ListName
  private let tenant: String?
  private let since: String?
  private let phone: String?
  private let state: String?
  private let limit: Int?
  private let isJSON: Bool

  init(_ arguments: inout Arguments) throws {
    tenant = try arguments.option("--tenant")
    since = try arguments.option("--since")
    phone = try arguments.option("--phone")
    state = try arguments.option("--state")
    limit = try arguments.option("--limit").map { text in
      guard let limit = Int(text), 1...10_000_000 ~= limit else {
        throw UsageError("--limit \(short(text)): write a number from 1 on")
      }
      return limit
    }
    isJSON = arguments.flag("--json")
    let name = try arguments.next("what to list")
    guard let list = ListName(rawValue: name) else {
      throw UsageError(
        "'\(short(name))' cannot be listed\(hint(for: name, among: ListName.allCases.map(\.rawValue)))")
    }
    self.list = list
    if let state { try check(state) }
  }

  private func check(_ state: String) throws {
    let words = list.states.flatMap(\.words)
    guard !words.isEmpty else { throw UsageError("--state is for calls, messages and tickets") }
    guard words.contains(state) else {
      throw UsageError("--state \(short(state)): \(list.rawValue) are \(words.joined(separator: ", "))")
    }
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let store = try world.store()
    var filter = ListFilter(state: state, limit: limit)
    filter.since = try since.map { try time($0, now: world.clock.now()) }
    filter.tenant = try tenant.map { try world.settings().knownEver($0, store: store) }
    filter.phone = try phone.map { typed in
      let tenant = try filter.tenant.flatMap { try world.settings().tenant(id: $0) }
      return try tenant?.number(typed: typed).e164 ?? world.settings().number(typed: typed, store: store).e164
    }
    if isJSON {
      try store.listJSON(list, filter) { printToStandardOutput(JSONDocument.visible($0)) }
    } else {
      var table = TextTable(header: list.shownKeys, width: terminalWidth() ?? TextTable.pageWidth)
      try store.listShown(list, filter) { table.add($0) }
      printToStandardOutput(table.text)
    }
    return .done
  }

  private func time(_ text: String, now: Timestamp) throws -> Timestamp {
    if let time = Timestamp(iso8601: text) { return time }
    if let number = Int(text.dropLast()), number >= 0, number < 1_000_000 {
      switch text.last {
      case "m": return now.adding(minutes: -number)
      case "h": return now.adding(hours: -number)
      case "d": return now.adding(days: -number)
      default: break
      }
    }
    throw UsageError("--since \(text): write 2026-02-10, 2026-02-10T08:00:00Z, or 24h")
  }
}
