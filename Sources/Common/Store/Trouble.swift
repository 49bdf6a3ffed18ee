// Trouble.swift - what is wrong at each tenant, the worst first: the operator's page and `opsfabric status`.

import Business
import LocalTime
import SQLite

/// A tenant as the operator is shown it.
package struct Trouble: Hashable, Sendable {
  /// A message that waits for longer than this is shown as held; less is a hiccup.
  package static let heldSeconds = 60
  /// How long what was given up is shown.
  package static let deadDays = 7
  /// An SMS that left later than this after it was due was late.
  package static let lateMilliseconds = 60_000

  package var tenant: String
  /// No call has come for so long that the line is probably broken.
  package var isSilent = false
  /// Messages that wait because of us.
  package var held = 0
  /// Messages given up.
  package var dead = 0
  /// Requests past their promise that nobody has begun.
  package var overdue = 0
  /// Other conditions that are not solved.
  package var alerts = 0
  /// Of the missed-call SMS of the last day the one that was latest, from due to accepted, in milliseconds; nil: none.
  package var lateness: Int?
  package var openTickets = 0
  /// Of this month (UTC) as far as it is known, in millionths, by currency.
  package var costs: [String: Int] = [:]

  package init(tenant: String) { self.tenant = tenant }

  package var isLate: Bool { (lateness ?? 0) > Trouble.lateMilliseconds }
  package var hasTrouble: Bool { weights.dropLast().contains { $0 > 0 } }

  /// What is compared, the gravest first; the cost only orders what is alike.
  private var weights: [Int] {
    [isSilent ? 1 : 0, held, dead, overdue, alerts, isLate ? lateness ?? 0 : 0, costs.values.reduce(0, +)]
  }

  /// The worst first; what is alike by ID.
  fileprivate static func isWorse(_ left: Self, _ right: Self) -> Bool {
    let (first, second) = (left.weights, right.weights)
    return first == second ? left.tenant < right.tenant : second.lexicographicallyPrecedes(first)
  }
}

/// A message that nobody has got.
package struct StuckMessage: Hashable, Sendable {
  package var id: Int
  package var kind: String
  package var channel: String
  package var recipient: String
  /// Given up; else it is held.
  package var isDead: Bool
  /// When it was given up, or was due first.
  package var at: Timestamp
  package var errorCode: Int?
  package var error: String
}

/// A call and what was decided about it.
package struct RecentCall: Hashable, Sendable {
  package var id: Int
  package var caller: String
  package var startedAt: Timestamp
  package var outcome: CallOutcome
  package var decision: CallDecision
  /// As `list calls` says it: `held` while the SMS waits because of us.
  package var reason: String?
}

extension Store {
  /// The tenants asked for, and whatever other tenant has trouble (it was removed, or is not active), the worst first.
  package func troubles(of tenants: [String], at now: Timestamp) throws -> [Trouble] {
    var all: [String: Trouble] = [:]
    func change(_ tenant: String, _ body: (inout Trouble) -> Void) {
      body(&all[tenant, default: Trouble(tenant: tenant)])
    }
    for tenant in tenants { change(tenant) { _ in } }
    for held in try heldMessages(dueBefore: now.adding(seconds: -Trouble.heldSeconds)) {
      change(held.tenant) { $0.held += held.count }
    }
    for (tenant, count) in try deadCounts(since: now.adding(days: -Trouble.deadDays)) {
      change(tenant) { $0.dead = count }
    }
    let tickets = try openTicketCounts(at: now)
    for count in tickets.open { change(count.tenant) { $0.openTickets += count.number } }
    for count in tickets.late { change(count.tenant) { $0.overdue = count.number } }
    for condition in try openConditions() {
      guard let tenant = condition.tenant else { continue }
      change(tenant) {
        if condition.cause == AlertCause.lineSilent { $0.isSilent = true } else { $0.alerts += 1 }
      }
    }
    for (tenant, lateness) in try worstLateness(since: now.adding(days: -1)) {
      change(tenant) { $0.lateness = lateness }
    }
    for (tenant, costs) in try monthCosts(at: now) { change(tenant) { $0.costs = costs } }
    let asked = Set(tenants)
    return all.values.filter { asked.contains($0.tenant) || (!$0.tenant.isEmpty && $0.hasTrouble) }
      .sorted(by: Trouble.isWorse)
  }

  private func deadCounts(since oldest: Timestamp) throws -> [(String, Int)] {
    try database.rows(
      """
      SELECT tenant, count(*) FROM messages INDEXED BY messages_dead
      WHERE state = 'dead' AND finished_at > ? AND channel <> 'call' GROUP BY tenant
      """, .time(oldest)
    ) { ($0.text(0), $0.integer(1)) }
  }

  private func worstLateness(since oldest: Timestamp) throws -> [(String, Int)] {
    try database.rows(
      """
      SELECT tenant, max(max(0, sent_at - first_due_at)) FROM messages INDEXED BY messages_late
      WHERE kind = 'missed_call' AND created_at > ? AND sent_at IS NOT NULL GROUP BY tenant
      """, .time(oldest)
    ) { ($0.text(0), $0.integer(1)) }
  }

  /// Missed calls in each of the spans that begin at these times, the last of which ends at `end`.
  package func missedCalls(tenant: String, from starts: [Timestamp], until end: Timestamp) throws -> [Int] {
    var counts = [Int](repeating: 0, count: starts.count)
    guard let first = starts.first else { return counts }
    var span = 0
    try database.forEach(
      """
      SELECT started_at FROM calls INDEXED BY calls_missed
      WHERE tenant = ? AND outcome = 'missed' AND started_at >= ? AND started_at < ? ORDER BY started_at
      """, values: [.text(tenant), .time(first), .time(end)]
    ) { row in
      let time = row.timestamp(0)
      while span + 1 < starts.count, starts[span + 1] <= time { span += 1 }
      counts[span] += 1
    }
    return counts
  }

  /// Held and given up messages of a tenant, the newest of each, at most a page of each.
  package func stuckMessages(tenant: String, at now: Timestamp) throws -> [StuckMessage] {
    func stuck(_ isDead: Bool, _ time: Timestamp, _ sql: String) throws -> [StuckMessage] {
      try database.rows(
        "SELECT id, kind, channel, recipient, \(sql)", .text(tenant), .time(time), .integer(listPageSize)
      ) {
        StuckMessage(
          id: $0.integer(0), kind: $0.text(1), channel: $0.text(2), recipient: $0.text(3), isDead: isDead,
          at: $0.timestamp(4), errorCode: $0.optionalInteger(5), error: $0.text(6))
      }
    }
    return try stuck(
      false, now.adding(seconds: -Trouble.heldSeconds),
      """
      first_due_at, error_code, coalesce(error, '') FROM messages INDEXED BY messages_held
      WHERE \(Store.isHeld) AND tenant = ?1 AND first_due_at <= ?2 ORDER BY first_due_at DESC LIMIT ?3
      """)
      + stuck(
        true, now.adding(days: -Trouble.deadDays),
        """
        finished_at, error_code, coalesce(error, '') FROM messages INDEXED BY messages_dead
        WHERE state = 'dead' AND finished_at > ?2 AND channel <> 'call' AND tenant = ?1
        ORDER BY finished_at DESC LIMIT ?3
        """)
  }

  /// Calls since then, the newest first.
  package func recentCalls(tenant: String, since oldest: Timestamp, page: Int) throws -> ListPage<RecentCall>
  {
    let values: [Value] = [.text(tenant), .time(oldest)]
    let total =
      try database.integer(
        "SELECT count(*) FROM calls WHERE tenant = ? AND started_at > ?", values[0], values[1]) ?? 0
    return try orderedPage(
      page, of: total, in: database,
      """
      SELECT id, caller, started_at, outcome, decision, \(shownReason) FROM calls WHERE tenant = ? AND started_at > ?
      """, order: ["started_at DESC", "id DESC"], values
    ) { row throws(SQLiteError) in
      RecentCall(
        id: row.integer(0), caller: row.text(1), startedAt: row.timestamp(2), outcome: try row.choice(3),
        decision: try row.choice(4), reason: row.optionalText(5))
    }
  }

  /// Alerts of one tenant, or of what is no tenant's: what is open, the newest first, then what happened or ended since
  /// then.
  package func shownAlerts(of tenant: String?, since oldest: Timestamp) throws -> [(
    alert: Alert, since: Timestamp, count: Int
  )] {
    let open = try database.rows(
      """
      SELECT \(Alert.columns) FROM alerts INDEXED BY alerts_open
      WHERE solved_at IS NULL AND tenant IS ? ORDER BY at DESC, id DESC
      """, .text(tenant), as: Alert.init)
    // What was open for longer than that is no news when it ends: status has it.
    let past = try database.rows(
      """
      SELECT \(Alert.columns) FROM alerts INDEXED BY alerts_by_time
      WHERE at >= ? AND tenant IS ? AND solved_at IS NOT NULL ORDER BY at DESC, id DESC
      """, .time(oldest), .text(tenant), as: Alert.init)
    return Store.conditions(open + past)
  }
}
