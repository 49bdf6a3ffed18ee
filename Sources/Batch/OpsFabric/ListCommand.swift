// ListCommand.swift - `opsfabric list`.

import Business
import JSON
import LocalTime
import Platform
import Store

struct ListCommand: Command {
  static let name = "list"
  static let usage =
    "opsfabric list calls|messages|tickets|events|blocklist|optouts|contacts [--tenant ID] [--since T] [--phone N] "
    + "[--state S] [--limit N] [--json]"
  static let summary = "the newest first: a table, or JSON lines"
  static let details = """
    --tenant ID  only this tenant's; one that is not known is an error
    --since T    2026-02-10, 2026-02-10T08:00:00Z, or a time back from now: 30m, 24h, 7d
    --phone N    only of this number, in any spelling of the tenant's country
    --state S    of calls the outcome or the decision, of messages the state, of tickets the status
    --limit N    the newest N
    --json       one JSON object per line; times are ISO 8601 in UTC
    The table fits the terminal (80 columns, or $COLUMNS, where there is none) and leaves out columns that have no
    room; --json has them all. Its times are the tenant's.
    """
  private let list: ListName
  private var filter: ListFilter
  private let since: String?
  private let phone: String?
  private let isJSON: Bool

  init(_ arguments: inout Arguments) throws {
    filter = ListFilter(tenant: try arguments.option("--tenant"))
    since = try arguments.option("--since")
    phone = try arguments.option("--phone")
    let state = try arguments.option("--state")
    let limit = try arguments.option("--limit")
    isJSON = arguments.flag("--json")
    let name = try arguments.next("what to list")
    guard let list = ListName(rawValue: name) else {
      throw UsageError(
        "'\(short(name))' cannot be listed\(hint(for: name, among: ListName.allCases.map(\.rawValue)))")
    }
    self.list = list
    if let limit {
      guard let number = Int(limit), number > 0 else {
        throw UsageError("--limit \(short(limit)): write a number from 1 on")
      }
      filter.limit = number
    }
    filter.state = try state.map(checked)
  }

  /// The state as the list has it, however it was written.
  private func checked(_ state: String) throws -> String {
    guard !list.states.isEmpty else { throw UsageError("\(list.rawValue) have no --state") }
    guard let known = list.states.first(where: { $0.lowercased() == state.lowercased() }) else {
      throw UsageError(
        "no state of \(list.rawValue) is '\(short(state))'; there is \(list.states.joined(separator: ", "))")
    }
    return known
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    var filter = filter
    filter.since = try since.map { try time($0, now: world.clock.now()) }
    let store = try world.store()
    let settings = try world.settings()
    filter.tenant = try filter.tenant.map { try settings.knownEver($0, store: store) }
    filter.phone = try phone.map {
      if let id = filter.tenant, let tenant = try settings.tenant(id: id) {
        return try PhoneNumber(e164: $0)?.e164 ?? tenant.number(typed: $0).e164
      }
      return try settings.number(typed: $0, store: store).e164
    }
    if isJSON {
      try store.listJSON(list, filter) { printToStandardOutput(JSONDocument.visible($0)) }
      return .done
    }
    var (header, namesAt) = (list.keys, list.keys.count)
    let phoneAt = ["from", "to", "phone"].compactMap(list.keys.firstIndex(of:)).first {
      list != .messages || $0 > 2
    }
    if let phoneAt, !list.keys.contains("name") {
      namesAt = phoneAt + 1
      header.insert("name", at: namesAt)
    }
    var table = TextTable(header: header, world.environment)
    let clocks = try TenantClocks(world, store: store)
    let place = list.keys.firstIndex(of: "tenant") ?? 0
    let times = list.keys.indices.filter { ListName.timeKeys.contains(list.keys[$0]) }
    var rows: [[String]] = []
    try store.listCells(list, filter) { cells in
      var cells = cells
      for column in times { cells[column] = clocks.local(iso8601: cells[column], tenant: cells[place]) }
      rows.append(cells)
    }
    for var cells in rows {
      if let phoneAt, header.count > list.keys.count {
        cells.insert(try store.contactName(tenant: cells[place], phone: cells[phoneAt]) ?? "", at: namesAt)
      }
      table.add(cells)
    }
    table.dropEmpty()
    table.fit(tableWidth(world.environment), leaving: leaving)
    printToStandardOutput(
      table.text(Palette(world.environment)) { key, cell in
        ["state", "status", "decision", "urgency", "outcome"].contains(key) ? Ink.of(state: cell) : nil
      })
    return .done
  }

  /// What goes first where a terminal is narrow.
  private var leaving: [String] {
    switch list {
    case .calls: ["call_sid", "to", "ended_at", "due_at", "outcome"]
    case .messages:
      [
        "sid", "price_unit", "encoding", "segments", "attempts", "from", "price", "channel", "due_at",
        "error_code",
        "sent_at", "tenant",
      ]
    case .tickets:
      [
        "photos", "recordings", "created_at", "source", "amount", "outcome", "updated_at", "urgency",
        "person",
        "sla_due_at", "tenant",
      ]
    case .events: ["call", "message", "ticket"]
    case .contacts: ["updated_at", "source", "note"]
    case .blocklist, .optouts: []
    }
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
