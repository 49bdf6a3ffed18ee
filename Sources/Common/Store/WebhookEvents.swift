// WebhookEvents.swift - what other programs are told of: written into the outbox in the transaction of what happened, so
// that nothing is told that did not happen, and nothing that happened is not told.
//
// What happens is noted while a transaction runs, most of it by what it writes into the log, and becomes rows just
// before the commit: they say how things are then, and several changes of one thing are told once. Where nobody is to be
// told, no statement is run for it.

import Business
import LocalTime
import SQLite

/// The row that an event is about.
enum WebhookSubject: Hashable {
  case call(Int)
  case message(Int)
  case inbound(Int)
  case ticket(Int)
  case alert(Int)
  /// Of no row: `files` are paths below `reports/`.
  case report(month: String, files: [String])
}

/// What happened in a transaction that has not been committed.
struct UntoldEvent: Hashable {
  var event: WebhookEvent
  var subject: WebhookSubject
  /// Empty for what is no tenant's.
  var tenant: String
  var at: Timestamp
}

extension EventType {
  /// What other programs are told when this stands in the log.
  var webhookEvent: WebhookEvent? {
    switch self {
    case .callMissed: .callMissed
    case .messageAccepted, .messageFound: .messageSent
    case .ticketCreated: .ticketCreated
    case .ticketDone: .ticketDone
    case .ticketUpdated, .ticketUrgent, .ticketStarted, .ticketReopened, .ticketNote, .ticketAssigned,
      .ticketAnswered, .reply, .voiceMessage, .wizardSubmitted:
      .ticketUpdated
    default: nil
    }
  }
}

extension Store {
  /// How long somebody wants to know: as long as the tries take, and as long again for a receiver that was switched off.
  fileprivate static let webhookDays = 7

  /// A month's files are final.
  package func tellReport(tenant: String, month: CivilMonth, files: [String], at now: Timestamp) {
    tell(.reportClosed, .report(month: month.iso8601, files: files), tenant: tenant, at: now)
  }

  /// Notes what happens; it is told when the transaction that runs is committed.
  func tell(_ event: WebhookEvent, _ subject: WebhookSubject, tenant: String, at: Timestamp) {
    guard !receivers.of(event, tenant: tenant).isEmpty else { return }
    // To make a request, or to close it, changes it too.
    let before = untold.filter { $0.subject == subject }.map(\.event)
    let covering: [WebhookEvent] = event == .ticketUpdated ? [event, .ticketCreated, .ticketDone] : [event]
    guard !before.contains(where: covering.contains) else { return }
    if event == .ticketDone { untold.removeAll { $0.subject == subject && $0.event == .ticketUpdated } }
    untold.append(UntoldEvent(event: event, subject: subject, tenant: tenant, at: at))
  }

  /// What is written into the log, where other programs are told of it.
  func tell(_ type: EventType, tenant: String, ticket: Int?, call: Int?, message: Int?, at: Timestamp) {
    guard !receivers.isEmpty, let event = type.webhookEvent else { return }
    let subject: WebhookSubject? =
      switch event {
      case .callMissed: call.map { .call($0) }
      case .messageSent: message.map { .message($0) }
      default: ticket.map { .ticket($0) }
      }
    if let subject { tell(event, subject, tenant: tenant, at: at) }
  }

  /// A row of the outbox for each receiver of each event; part of the transaction.
  func tellReceivers() throws {
    while !untold.isEmpty {
      let told = untold.removeFirst()
      // Ids of rows are never used again: so the event's is not either, also not in a database that was put back.
      let next = try database.integer("SELECT coalesce(max(id), 0) + 1 FROM messages") ?? 1
      let id = "evt_\(told.at.milliseconds)_\(next)"
      let receivers = receivers.of(told.event, tenant: told.tenant)
      for isThin in [false, true] {
        let concerned = receivers.filter { $0.isThin == isThin }
        guard !concerned.isEmpty, let body = try webhookBody(told, isThin: isThin) else { continue }
        for receiver in concerned {
          try enqueue(.webhook(told, id: id, body: body, to: receiver.url), at: told.at)
        }
      }
    }
  }

  /// nil where it is not to be told after all: a message that was accepted before, by an earlier try.
  private func webhookBody(_ told: UntoldEvent, isThin: Bool) throws -> String? {
    let (table, id, data, thin, condition) = told.subject.source
    return try database.first(
      """
      SELECT json_object('type', ?2, 'timestamp', \(iso("?3")), 'data', json(\(isThin ? thin : data)))
      FROM \(table) WHERE \(condition)
      """,
      values: [.integer(id), .text(told.event.rawValue), .time(told.at)]
        + told.subject.words(tenant: told.tenant)
    ) { $0.text(0) }
  }
}

extension WebhookSubject {
  fileprivate typealias Source = (table: String, id: Int, data: String, thin: String, condition: String)

  /// Where its data are: the keys of `opsfabric list --json`. ?1 is the row, ?3 the time.
  fileprivate var source: Source {
    let ids = "json_object('id', id, 'tenant', tenant)"
    switch self {
    case .call(let id): return ("calls", id, Store.jsonObject(.calls), ids, "id = ?1")
    case .message(let id):
      return ("messages", id, Store.jsonObject(.messages), ids, "id = ?1 AND sent_at = ?3")
    case .ticket(let id): return ("tickets", id, Store.jsonObject(.tickets), ids, "id = ?1")
    case .inbound(let id):
      // As `list messages` has one that goes out, as far as it has the same.
      let data = """
        json_object('id', id, 'tenant', tenant, 'to', recipient, 'from', sender, 'channel', 'sms', 'body', body,
          'segments', segments, 'sid', message_sid, 'answer', answer, 'received_at', \(iso("received_at")),
          'ticket', ticket_id)
        """
      return ("inbound_messages", id, data, ids, "id = ?1")
    case .alert(let id):
      // Of a condition that was told several times, since the first of them.
      let since = """
        (SELECT min(a.at) FROM alerts AS a
          WHERE a.cause = alerts.cause AND a.tenant IS alerts.tenant AND a.solved_at IS alerts.solved_at)
        """
      let data = """
        json_object('cause', cause, 'tenant', tenant, 'since', \(iso(since)), 'text', detail,
          'solved_at', \(iso("solved_at")))
        """
      return ("alerts", id, data, "json_object('cause', cause, 'tenant', tenant)", "id = ?1")
    case .report:
      let thin = "json_object('tenant', nullif(?4, ''), 'month', ?5)"
      let data = "json_object('tenant', nullif(?4, ''), 'month', ?5, 'files', json(?6))"
      return ("(SELECT 1)", 0, data, thin, "?1 = ?1 AND ?4 = ?4 AND ?5 = ?5 AND ?6 = ?6")
    }
  }

  /// From ?4 on.
  fileprivate func words(tenant: String) -> [Value] {
    guard case .report(let month, let files) = self else { return [] }
    // Names of files of ours need no escapes.
    let list = "[" + files.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    return [.text(tenant), .text(month), .text(list)]
  }
}

extension NewMessage {
  /// One receiver's copy of an event: its id is the `subject`, its type the `sender`.
  fileprivate static func webhook(_ told: UntoldEvent, id: String, body: String, to url: String) -> NewMessage
  {
    var message = NewMessage(
      tenant: told.tenant, recipient: url, sender: told.event.rawValue, kind: .event, text: SMSText(""),
      dueAt: told.at, expiresAt: told.at.adding(days: Store.webhookDays), onceKey: "\(id) \(url)")
    message.makeWebhook(id: id, body: body)
    switch told.subject {
    case .call(let id): message.callID = id
    case .ticket(let id): message.ticketID = id
    case .message, .inbound, .alert, .report: break
    }
    return message
  }
}
