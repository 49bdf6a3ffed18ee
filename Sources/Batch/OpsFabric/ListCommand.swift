// ListCommand.swift - `opsfabric list`.

import Business
import JSON
import LocalTime
import Platform
import Store

struct ListCommand: Command {
  static let name = "list"
  static let usage =
    "opsfabric list calls|messages|tickets|events|blocklist|optouts [--tenant ID] [--since T] [--json]"
  static let summary = "a table, or JSON lines"
  static let details = """
    --tenant ID  only this tenant's; one that is not known is an error
    --since T    2026-02-10, 2026-02-10T08:00:00Z, or a time back from now: 30m, 24h, 7d
    --json       one JSON object per line; times are ISO 8601 in UTC
    """
  private let list: ListName
  private let tenant: String?
  private let since: String?
  private let isJSON: Bool

  init(_ arguments: inout Arguments) throws {
    tenant = try arguments.option("--tenant")
    since = try arguments.option("--since")
    isJSON = arguments.flag("--json")
    let name = try arguments.next("what to list")
    guard let list = ListName(rawValue: name) else {
      throw UsageError(
        "'\(short(name))' cannot be listed\(hint(for: name, among: ListName.allCases.map(\.rawValue)))")
    }
    self.list = list
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let since = try since.map { try time($0, now: world.clock.now()) }
    let store = try world.store()
    let tenant = try tenant.map { try world.settings().knownEver($0, store: store) }
    if isJSON {
      try store.listJSON(list, tenant: tenant, since: since) {
        printToStandardOutput(JSONDocument.visible($0))
      }
    } else {
      var table = TextTable(header: list.keys)
      try store.listCells(list, tenant: tenant, since: since) { table.add($0) }
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
