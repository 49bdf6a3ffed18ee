// ShowCommand.swift - `opsfabric show`: one call, ticket or message whole; of a number everything, in order of time.

import Business
import JSON
import LocalTime
import Platform
import Store

struct ShowCommand: Command {
  static let name = "show"
  static let usage = "opsfabric show NUMBER|call ID|ticket ID|message ID [--json]"
  static let summary = "one thing whole: everything known of a number, a call, a ticket or a message"
  static let details = """
    NUMBER  calls, SMS both ways, requests, notes and marks of every tenant, in order of time
    --json  one JSON object; times are ISO 8601 in UTC
    Texts of callers are shown: what stands there is personal.
    """
  private let subject: Subject
  private let isJSON: Bool

  private enum Subject {
    case number(String)
    case row(ListName, id: Int)
  }

  init(_ arguments: inout Arguments) throws {
    isJSON = arguments.flag("--json")
    let first = try arguments.next("a number, or call, ticket or message with its id")
    let lists: [String: ListName] = ["call": .calls, "ticket": .tickets, "message": .messages]
    guard let list = lists[first] else {
      guard first.contains(where: { "0"..."9" ~= $0 }) else {
        throw UsageError(
          "'\(short(first))' is no number\(hint(for: first, among: lists.keys.sorted()))")
      }
      subject = .number(first)
      return
    }
    let typed = try arguments.next("the id of the \(first)")
    guard let id = Int(typed) else { throw UsageError("'\(short(typed))' is no id: write its number") }
    subject = .row(list, id: id)
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let store = try world.store()
    return try store.snapshot {
      switch subject {
      case .row(let list, let id): try show(list, id, store)
      case .number(let typed):
        try show(try world.settings().number(typed: typed, store: store).e164, world, store)
      }
    }
  }

  // MARK: a row

  private func show(_ list: ListName, _ id: Int, _ store: Store) throws -> ExitCode {
    var filter = ListFilter()
    filter.id = id
    var about = ListFilter()
    about.about = (list, id)
    let rows = try lines(list, filter, store)
    let name = String(list.rawValue.dropLast())
    guard let row = rows.first else {
      throw CommandError("there is no \(name) \(id); `opsfabric list \(list.rawValue)` shows which there are")
    }
    let events = try lines(.events, about, store)
    if isJSON {
      printToStandardOutput(
        JSONDocument.visible("{\"\(name)\":\(row),\"events\":[\(events.joined(separator: ","))]}"))
      return .done
    }
    var shown: [[String]] = []
    try store.listCells(list, filter) { shown.append($0) }
    let widest = list.keys.map(\.count).max() ?? 0
    for (key, cell) in zip(list.keys, shown.first ?? []) where !cell.isEmpty {
      let label = key + String(repeating: " ", count: widest - key.count + 2)
      for line in wrapped(
        cell, first: label, rest: String(repeating: " ", count: widest + 2), width: terminalWidth())
      {
        printToStandardOutput(line)
      }
    }
    var table = TextTable(header: ListName.events.shownKeys, width: terminalWidth())
    var happened: [[String]] = []
    try store.listShown(.events, about) { happened.append($0) }
    for cells in happened.reversed() { table.add(cells) }
    if !happened.isEmpty { printToStandardOutput("\n" + table.text) }
    return .done
  }

  /// Oldest first.
  private func lines(_ list: ListName, _ filter: ListFilter, _ store: Store) throws -> [String] {
    var lines: [String] = []
    try store.listJSON(list, filter) { lines.append($0) }
    return lines.reversed()
  }

  // MARK: a number

  private func show(_ phone: String, _ world: CommandWorld, _ store: Store) throws -> ExitCode {
    let tenants = try world.settings().tenants().map(\.id) + store.tenantsWithData()
    var known: [String] = []
    for tenant in tenants where !known.contains(tenant) {
      if try store.conversation(.number(phone, since: nil, until: nil), tenant: tenant, page: 1).total > 0
        || store.contact(tenant: tenant, phone: phone) != nil
        || store.isBlocked(tenant: tenant, phone: phone, at: world.clock.now())
        || store.isOptedOut(tenant: tenant, phone: phone)
      {
        known.append(tenant)
      }
    }
    if isJSON {
      let objects = try known.map { try json(phone, tenant: $0, world, store) }
      printToStandardOutput(
        JSONDocument.visible("{\"phone\":\"\(phone)\",\"tenants\":[\(objects.joined(separator: ","))]}"))
      return .done
    }
    guard !known.isEmpty else {
      printToStandardOutput("nothing is known of \(phone)")
      return .done
    }
    for tenant in known { try printConversation(phone, tenant: tenant, world, store) }
    return .done
  }

  private func json(_ phone: String, tenant: String, _ world: CommandWorld, _ store: Store) throws -> String {
    let filter = ListFilter(tenant: tenant, phone: phone)
    var replies: [String] = []
    try store.repliesJSON(tenant: tenant, phone: phone) { replies.append($0) }
    var members = ["\"tenant\":\(JSONDocument.quoted(tenant))"]
    let lists: [ListName] = [.calls, .messages, .tickets, .contacts, .blocklist, .optouts, .events]
    for list in lists {
      members.append("\"\(list.rawValue)\":[\(try lines(list, filter, store).joined(separator: ","))]")
    }
    members.append("\"replies\":[\(replies.joined(separator: ","))]")
    let type = try store.learntLineType(phone: phone).map { JSONDocument.quoted($0.rawValue) } ?? "null"
    return "{\(members.joined(separator: ",")),\"line_type\":\(type)}"
  }

  private func printConversation(_ phone: String, tenant: String, _ world: CommandWorld, _ store: Store)
    throws
  {
    let configured = try world.settings().tenant(id: tenant)
    let zone = configured.flatMap { world.zones.zone($0.timezone) } ?? .utc
    let contact = try store.contact(tenant: tenant, phone: phone)
    let written = PhoneNumber(e164: phone)?.written(in: configured?.country ?? "CH") ?? phone
    let marks = [
      contact.map { $0.kind == .customer ? "" : $0.kind.rawValue } ?? "",
      try store.isBlocked(tenant: tenant, phone: phone, at: world.clock.now()) ? "blocked" : "",
      try store.isOptedOut(tenant: tenant, phone: phone) ? "opted out" : "",
      try store.learntLineType(phone: phone).map { "known as \($0.rawValue)" } ?? "", contact?.note ?? "",
    ].filter { !$0.isEmpty }
    let name = contact.flatMap { $0.name.isEmpty ? nil : "\($0.name), " } ?? ""
    printToStandardOutput(
      "\(tenant): \(name)\(written)" + (marks.isEmpty ? "" : " (\(marks.joined(separator: "; ")))"))
    var page = 1
    var lines: [ConversationLine] = []
    while true {
      let part = try store.conversation(.number(phone, since: nil, until: nil), tenant: tenant, page: page)
      lines = part.rows + lines
      if lines.count >= part.total || part.rows.isEmpty { break }
      page += 1
    }
    for line in lines {
      let local = zone.local(line.at)
      let said = line.words.isEmpty ? "" : ": \(line.words)"
      let text = what(line) + (line.person.isEmpty ? "" : " by \(line.person)") + said
      for part in wrapped(
        text, first: "  \(local.date.iso8601) \(local.clock)  ", rest: String(repeating: " ", count: 20),
        width: terminalWidth())
      { printToStandardOutput(part) }
    }
  }

  private func what(_ line: ConversationLine) -> String {
    let ticket = line.ticketID.map { " (ticket \($0))" } ?? ""
    switch line.what {
    case .call(let outcome, let decision, let reason):
      return "call \(line.id) \(outcome.rawValue)"
        + (decision == .none ? "" : ", \(decision.rawValue)\(reason.map { " (\($0))" } ?? "")")
    case .sent(let kind, let state, let error):
      return "SMS \(line.id) \(kind.rawValue), \(state.rawValue)\(error.map { " (error \($0))" } ?? "")"
    case .received: return "SMS received"
    case .photo(let photo): return "photo\(ticket) \(photo.file ?? photo.url)"
    case .event(let type, let detail):
      return "\(type.rawValue)\(ticket)\(detail.isEmpty ? "" : " \(detail)")"
    }
  }
}
