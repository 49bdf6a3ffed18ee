// ShownThing.swift - what `opsfabric show` says, as lines and as JSON.

import Books
import Business
import JSON
import LocalTime
import Settings
import Store

struct ShownThing {
  let store: Store
  let settings: SettingsReader
  let clocks: TenantClocks
  let now: Timestamp

  typealias Shown = (lines: [String], json: String)

  /// All that is known of a number, tenant by tenant.
  func number(_ phone: String) throws -> Shown {
    let lineType = try store.lineType(phone: phone, since: Timestamp(seconds: 0))?.rawValue
    var lines = [phone + (lineType.map { " (\($0))" } ?? "")]
    var tenants: [String] = []
    for tenant in try BookTenant.all(store: store, settings: settings) {
      let contact = try store.contact(tenant: tenant.id, phone: phone)
      let marks = try store.marks(tenant: tenant.id, phone: phone, at: now)
      let conversation = try self.conversation(.number(phone, since: nil, until: nil), tenant: tenant.id)
      let words = [
        (marks.isBlocked, "blocked"), (marks.isOptedOut, "opted out"), (marks.isPrivate, "private"),
      ]
      .filter(\.0).map(\.1)
      if contact == nil && words.isEmpty && conversation.isEmpty { continue }
      lines.append("")
      lines.append(
        ([tenant.name == tenant.id ? tenant.id : "\(tenant.name) (\(tenant.id))"] + words).joined(
          separator: ", "))
      if let contact {
        let said = [contact.name, contact.kind.rawValue, contact.note].filter { !$0.isEmpty }
        lines.append("  " + said.joined(separator: ", "))
      }
      lines += conversation.map { "  " + text($0, tenant: tenant.id) }
      tenants.append(
        object([
          ("tenant", quoted(tenant.id)), ("name", contact.map { quoted($0.name) } ?? "null"),
          ("kind", contact.map { quoted($0.kind.rawValue) } ?? "null"),
          ("note", contact.map { quoted($0.note) } ?? "null"), ("blocked", String(marks.isBlocked)),
          ("opted_out", String(marks.isOptedOut)), ("private", String(marks.isPrivate)),
          ("lines", array(conversation.map(json))),
        ]))
    }
    if tenants.isEmpty { lines.append("nothing is known about it") }
    return (
      lines,
      object([
        ("phone", quoted(phone)), ("line_type", lineType.map(quoted) ?? "null"), ("tenants", array(tenants)),
      ])
    )
  }

  /// A call, ticket or message, and what became of it.
  func row(_ list: ListName, _ id: Int) throws -> Shown {
    let what = String(list.rawValue.dropLast())
    guard let row = try store.listedJSON(list, id: id) else {
      throw CommandError("there is no \(what) \(id)")
    }
    let document = try JSONDocument(Array(row.utf8))
    let tenant = document["tenant"]?.text ?? ""
    var lines = ["\(what) \(id)"]
    let width = (list.keys.map(\.count).max() ?? 0) + 2
    for key in list.keys.dropFirst() {
      guard let value = document[key], let said = said(value, key, tenant), !said.isEmpty else { continue }
      lines.append("  " + key + String(repeating: " ", count: width - key.count) + said)
    }
    let phone = document[list == .calls ? "from" : list == .messages ? "to" : "phone"]?.text ?? ""
    let name = try store.contactName(tenant: tenant, phone: phone)
    if let name { lines.insert("  " + name, at: 1) }
    var happened: [String] = []
    if list == .tickets, let ticket = try store.ticket(id: id) {
      let span = try store.conversationSpan(of: ticket)
      let conversation = try self.conversation(
        ticket.phone.hasPrefix("+")
          ? .number(ticket.phone, since: span.since, until: span.until) : .ticket(id), tenant: tenant)
      lines += [""] + conversation.map { "  " + text($0, tenant: tenant) }
      happened = conversation.map(json)
    } else {
      happened = try store.eventsJSON(
        call: list == .calls ? id : nil, message: list == .messages ? id : nil)
      lines.append("")
      for event in happened {
        let event = try JSONDocument(Array(event.utf8))
        lines.append(
          "  " + clocks.local(iso8601: event["at"]?.text ?? "", tenant: tenant) + "  "
            + spaced(event["type"]?.text ?? "") + detail(event["detail"]?.text ?? ""))
      }
    }
    return (
      lines,
      object([(what, row), ("name", name.map(quoted) ?? "null"), ("lines", array(happened))])
    )
  }

  /// Of a value of a list's row; nil where there is none.
  private func said(_ value: JSONDocument, _ key: String, _ tenant: String) -> String? {
    if let items = value.items { return items.compactMap(\.text).joined(separator: " ") }
    if let text = value.text {
      return ListName.timeKeys.contains(key) ? clocks.local(iso8601: text, tenant: tenant) : text
    }
    if case .number(let digits) = value { return digits }
    return nil
  }

  // MARK: Conversations

  /// All pages, the oldest line first.
  private func conversation(_ subject: ConversationSubject, tenant: String) throws -> [ConversationLine] {
    let last = try store.conversation(subject, tenant: tenant, page: 1)
    var pages = [last.rows]
    var number = 1
    while pages.reduce(0, { $0 + $1.count }) < last.total {
      number += 1
      let page = try store.conversation(subject, tenant: tenant, page: number)
      guard page.number == number else { break }
      pages.append(page.rows)
    }
    return pages.reversed().flatMap { $0 }
  }

  private func text(_ line: ConversationLine, tenant: String) -> String {
    var text = clocks.local(line.at, tenant: tenant) + "  "
    switch line.what {
    case .call(let outcome, let decision, let reason):
      text += "call \(line.id): \(spaced(outcome.rawValue))"
      if decision != .none { text += ", SMS \(decision.rawValue)" + (reason.map { " (\($0))" } ?? "") }
    case .sent(let kind, let state, let code):
      text += "message \(line.id): \(spaced(kind.rawValue)), \(state.rawValue)"
      if let code { text += " (error \(code))" }
    case .received: text += "reply"
    case .photo(let photo): text += "photo \(photo.url)"
    case .recording(let state, let seconds): text += "voice message, \(seconds) s, \(state.rawValue)"
    case .callback(let state, let error):
      text += "callback \(line.id), \(state.rawValue)" + (error.isEmpty ? "" : " (\(error))")
    case .event(let type, let detail):
      text += spaced(type.rawValue) + (line.ticketID.map { " \($0)" } ?? "") + self.detail(detail)
    }
    if !line.person.isEmpty { text += ", by \(line.person)" }
    return text + (line.words.isEmpty ? "" : ": \(line.words)")
  }

  private func json(_ line: ConversationLine) -> String {
    var pairs = [("at", quoted(line.at.iso8601))]
    func add(_ key: String, _ value: String?) { pairs.append((key, value.map(quoted) ?? "null")) }
    switch line.what {
    case .call(let outcome, let decision, let reason):
      add("what", "call")
      add("outcome", outcome.rawValue)
      add("decision", decision.rawValue)
      add("reason", reason)
    case .sent(let kind, let state, let code):
      add("what", "message")
      add("kind", kind.rawValue)
      add("state", state.rawValue)
      pairs.append(("error_code", code.map { String($0) } ?? "null"))
    case .received: add("what", "reply")
    case .recording(let state, let seconds):
      add("what", "recording")
      add("state", state.rawValue)
      pairs.append(("seconds", String(seconds)))
    case .photo(let photo):
      add("what", "photo")
      add("url", photo.url)
    case .callback(let state, let error):
      add("what", "callback")
      add("state", state.rawValue)
      add("error", error.isEmpty ? nil : error)
    case .event(let type, let detail):
      add("what", "event")
      add("type", type.rawValue)
      add("detail", detail)
    }
    pairs.append(("id", String(line.id)))
    pairs.append(("ticket", line.ticketID.map { String($0) } ?? "null"))
    add("person", line.person.isEmpty ? nil : line.person)
    add("words", line.words.isEmpty ? nil : line.words)
    return object(pairs)
  }

  private func spaced(_ code: String) -> String { code.map { $0 == "_" ? " " : String($0) }.joined() }
  private func detail(_ detail: String) -> String { detail.isEmpty ? "" : " (\(detail))" }

  private func quoted(_ text: String) -> String { JSONDocument.quoted(text) }
  private func array(_ items: [String]) -> String { "[\(items.joined(separator: ","))]" }
  private func object(_ pairs: [(String, String)]) -> String {
    "{\(pairs.map { "\(quoted($0.0)):\($0.1)" }.joined(separator: ","))}"
  }
}
