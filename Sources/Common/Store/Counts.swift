// Counts.swift - the table `counts`: how much there has been, counted from the log, each event once.
//
// Whatever happens to a call or a message is an event, in the transaction in which it happens. So webhooks count nothing:
// the runner reads the events behind its mark and moves counts and mark in one transaction. An event is never changed,
// and ids follow the order of commits, so nothing is skipped or counted twice, whenever the runner is killed.

import Business
import LocalTime
import SQLite

/// A count, or an amount, of a tenant's.
package struct Count: Hashable, Sendable {
  /// What is counted: a line of `counts`.
  enum Family: String {
    case calls, decisions, messages, lateness
    case latenessSum = "lateness_sum"
    /// Known prices by month and currency (MonthCosts.swift).
    case cost
  }

  /// "" for what belongs to no tenant.
  package var tenant: String
  /// What is counted, in the order of the family's labels.
  package var labels: [String]
  package var number: Int
}

/// What events mean for the counts.
struct Uncounted {
  struct Line: Hashable {
    var family: Count.Family
    var tenant: String
    var label: String
  }

  fileprivate(set) var changes: [Line: Int] = [:]
  /// Messages, and the state they are counted in from now on.
  fileprivate var messages: [(id: Int, state: MessageState)] = []
  /// The last event that was read; nil where there is none.
  fileprivate var last: Int?
  /// More may follow.
  fileprivate var isFull = false

  fileprivate mutating func add(_ family: Count.Family, _ tenant: String, _ label: String, _ number: Int = 1)
  {
    changes[Line(family: family, tenant: tenant, label: label), default: 0] += number
  }
}

extension MessageState {
  /// Where a message stays. Of those that wait there are few; they are looked at.
  fileprivate var isCounted: Bool { [.accepted, .delivered, .dead].contains(self) }
}

extension Store {
  /// How many events are counted in one transaction, and how many `metrics` looks at that are not counted yet.
  private static let eventsAtOnce = 1000

  /// Counts what the log has new.
  /// - Returns: whether more may be left.
  package func countEvents() throws -> Bool {
    // Nothing new, no transaction.
    guard try uncounted().last != nil else { return false }
    return try write {
      let new = try uncounted()
      guard let last = new.last else { return false }
      for (line, number) in new.changes where number != 0 {
        try database.execute(
          "INSERT INTO counts VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n",
          .text(line.family.rawValue), .text(line.tenant), .text(line.label), .integer(number))
      }
      for message in new.messages {
        try database.execute(
          "UPDATE messages SET counted = ?2 WHERE id = ?1", .integer(message.id),
          .text(message.state.rawValue))
      }
      try database.execute("UPDATE counts SET n = ? WHERE family = 'events'", .integer(last))
      return new.isFull
    }
  }

  /// What the events behind the mark add to the counts.
  private func uncounted() throws -> Uncounted {
    var new = Uncounted()
    let mark = try database.integer("SELECT n FROM counts WHERE family = 'events'") ?? 0
    let found = try database.first(
      "SELECT max(id), count(*) FROM (SELECT id FROM ticket_events WHERE id > ? ORDER BY id LIMIT ?)",
      .integer(mark), .integer(Store.eventsAtOnce)
    ) { (last: $0.optionalInteger(0), count: $0.integer(1)) }
    guard let last = found?.last else { return new }
    new.last = last
    new.isFull = found?.count == Store.eventsAtOnce
    try countCalls(&new, after: mark, to: last)
    try countMessages(&new, after: mark, to: last)
    return new
  }

  /// A miss counts once it is decided: until then it may be taken back, and a counter never goes back.
  private func countCalls(_ new: inout Uncounted, after mark: Int, to last: Int) throws {
    let rows = try database.rows(
      """
      SELECT tenant, type, detail, count(*) FROM ticket_events
      WHERE id > ? AND id <= ? AND type IN ('call_answered', 'decision_sent', 'decision_skipped')
      GROUP BY tenant, type, detail
      """, .integer(mark), .integer(last)
    ) { (tenant: $0.text(0), type: $0.text(1), detail: $0.text(2), count: $0.integer(3)) }
    for row in rows {
      guard row.type != EventType.callAnswered.rawValue else {
        new.add(.calls, row.tenant, CallOutcome.answered.rawValue, row.count)
        continue
      }
      new.add(.calls, row.tenant, CallOutcome.missed.rawValue, row.count)
      let reason = row.type == EventType.decisionSent.rawValue ? Reason.sent.code : row.detail
      new.add(.decisions, row.tenant, reason, row.count)
    }
  }

  /// A message is counted in the state it has now, whatever it went through since.
  private func countMessages(_ new: inout Uncounted, after mark: Int, to last: Int) throws {
    try database.forEach(
      """
      SELECT DISTINCT m.id, m.tenant, m.channel, m.kind, m.state, m.counted, m.sent_at, m.first_due_at, m.finished_at
      FROM ticket_events AS e JOIN messages AS m ON m.id = e.message_id
      WHERE e.id > ? AND e.id <= ? AND m.state IS NOT m.counted AND (m.sent_at IS NOT NULL OR m.state = 'dead')
        AND e.type IN ('message_accepted', 'message_found', 'message_delivered', 'message_retry', 'message_held',
          'message_dead', 'page_answered', 'page_unanswered')
      """, values: [.integer(mark), .integer(last)]
    ) { row in
      guard let state = MessageState(rawValue: row.text(4)) else { return }
      let (tenant, before) = (row.text(1), row.optionalText(5).flatMap { MessageState(rawValue: $0) })
      let label = "\(row.text(2)) \(row.text(3)) "
      if let before, before.isCounted { new.add(.messages, tenant, label + before.rawValue, -1) }
      if state.isCounted { new.add(.messages, tenant, label + state.rawValue) }
      new.messages.append((row.integer(0), state))
      guard row.text(3) == MessageKind.missedCall.rawValue, let sent = row.optionalTimestamp(6) else {
        return
      }
      // Once, when it was accepted first: also of one that was given up unsent and arrived after all.
      let isFirst = before == nil || (before == .dead && sent == row.optionalTimestamp(8))
      guard isFirst else { return }
      let late = Int(max(0, sent.milliseconds(since: row.timestamp(7))))
      new.add(.lateness, tenant, latenessBounds.first { late <= $0 }.map(String.init) ?? "more")
      new.add(.latenessSum, tenant, "", late)
    }
  }

  /// All counts, with what is not counted yet.
  func counts() throws -> [Uncounted.Line: Int] {
    var counts = try uncounted().changes
    try database.forEach("SELECT family, tenant, label, n FROM counts", values: []) { row in
      guard let family = Count.Family(rawValue: row.text(0)) else { return }
      counts[.init(family: family, tenant: row.text(1), label: row.text(2)), default: 0] += row.integer(3)
    }
    return counts
  }
}
