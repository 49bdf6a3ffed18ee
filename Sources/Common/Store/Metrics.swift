// Metrics.swift - the figures that `metrics` answers, from what is counted already and from rows that wait.

import LocalTime
import SQLite

/// How late a tenant's missed-call SMS were, from due to accepted.
package struct LatenessHistogram: Hashable, Sendable {
  package var tenant: String
  package var sumMilliseconds: Int
  /// One for each bound, and one for the rest.
  var counts: [Int]

  /// Up to each bound, in milliseconds; what was later is only in `count`.
  package var upTo: [(bound: Int, count: Int)] {
    zip(latenessBounds, latenessBounds.indices.map { counts[...$0].reduce(0, +) }).map { ($0, $1) }
  }
  package var count: Int { counts.reduce(0, +) }
}

package struct Metrics: Hashable, Sendable {
  /// How calls ended.
  package var calls: [Count]
  /// Missed calls by the reason they were decided for.
  package var decisions: [Count]
  /// By channel, kind and state.
  package var messages: [Count]
  package var lateness: [LatenessHistogram]
  /// What should have left by now, decisions included, as `health` counts it: held or not.
  package var overdue: [Count]
  /// Messages that wait because of us.
  package var held: [Count]
  /// By urgency.
  package var openTickets: [Count]
  /// Past their promise, and nobody has begun.
  package var overdueTickets: [Count]
  /// By cause, of whatever tenant.
  package var openAlerts: [Count]
  package var lastBeat: Timestamp?
  /// Until when the newest good copy on another machine holds everything.
  package var lastCopy: Timestamp?
}

extension Store {
  /// Reads no more than what waits, is open, or is counted already; all of it on one state of the database.
  package func metrics(at now: Timestamp) throws -> Metrics {
    try snapshot {
      let counts = try counts()
      let names = Set(counts.keys.map(\.tenant)).subtracting([""]).sorted()
      /// None is 0 for a tenant that is known, so that an alarm has something to compare.
      func perTenant(_ rows: [Count]) -> [Count] {
        let known = Set(rows.map(\.tenant))
        let others = names.filter { !known.contains($0) }
        return (rows + others.map { Count(tenant: $0, labels: [], number: 0) }).sorted {
          $0.tenant < $1.tenant
        }
      }
      let tickets = try openTicketCounts(at: now)
      return Metrics(
        calls: Store.family(.calls, of: counts), decisions: Store.family(.decisions, of: counts),
        messages: (Store.family(.messages, of: counts) + (try waitingMessages()))
          .map { (key: [$0.tenant] + $0.labels, count: $0) }
          .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.count),
        lateness: Store.histograms(counts),
        overdue: perTenant(try overdueCounts(at: now)), held: perTenant(try heldCounts(at: now)),
        openTickets: tickets.open, overdueTickets: perTenant(tickets.late),
        openAlerts: try database.rows(
          "SELECT cause, count(*) FROM alerts WHERE solved_at IS NULL GROUP BY cause ORDER BY cause"
        ) { Count(tenant: "", labels: [$0.text(0)], number: $0.integer(1)) },
        lastBeat: try lastRun()?.beatAt, lastCopy: try newestGoodCopy()?.goodAt)
    }
  }

  private static func family(_ family: Count.Family, of counts: [Uncounted.Line: Int]) -> [Count] {
    counts.filter { $0.key.family == family }.sorted {
      ($0.key.tenant, $0.key.label) < ($1.key.tenant, $1.key.label)
    }.map {
      Count(
        tenant: $0.key.tenant, labels: $0.key.label.split(separator: " ").map(String.init), number: $0.value)
    }
  }

  private static func histograms(_ counts: [Uncounted.Line: Int]) -> [LatenessHistogram] {
    let none = [Int](repeating: 0, count: latenessBounds.count + 1)
    var numbers: [String: [Int]] = [:]
    for bucket in family(.lateness, of: counts) {
      let place = bucket.labels.first.flatMap { Int($0) }.flatMap { latenessBounds.firstIndex(of: $0) }
      numbers[bucket.tenant, default: none][place ?? latenessBounds.count] += bucket.number
    }
    return family(.latenessSum, of: counts).map { sum in
      LatenessHistogram(
        tenant: sum.tenant, sumMilliseconds: sum.number, counts: numbers[sum.tenant] ?? none)
    }
  }

  private func waitingMessages() throws -> [Count] {
    try database.rows(
      """
      SELECT tenant, channel, kind, state, count(*) FROM (
        SELECT tenant, channel, kind, state FROM messages INDEXED BY messages_due WHERE state IN ('queued', 'failed')
        UNION ALL
        SELECT tenant, channel, kind, state FROM messages INDEXED BY messages_unknown WHERE state = 'sending')
      GROUP BY tenant, channel, kind, state
      """
    ) { Count(tenant: $0.text(0), labels: [$0.text(1), $0.text(2), $0.text(3)], number: $0.integer(4)) }
  }

  private func overdueCounts(at now: Timestamp) throws -> [Count] {
    try database.rows(
      """
      SELECT tenant, count(*) FROM (
        SELECT tenant FROM calls WHERE decision IN ('pending', 'deferred') AND look_at <= ?1
        UNION ALL SELECT tenant FROM messages
          WHERE state IN ('queued', 'failed') AND channel IN (\(Store.channelsOfPeople)) AND due_at <= ?1 AND held_since IS NULL
        UNION ALL SELECT tenant FROM messages WHERE \(Store.isHeld) AND first_due_at <= ?1)
      GROUP BY tenant
      """, .time(now)
    ) { Count(tenant: $0.text(0), labels: [], number: $0.integer(1)) }
  }

  private func heldCounts(at now: Timestamp) throws -> [Count] {
    try database.rows(
      """
      SELECT tenant, count(*) FROM messages INDEXED BY messages_held
      WHERE \(Store.isHeld) AND first_due_at <= ? GROUP BY tenant
      """, .time(now)
    ) { Count(tenant: $0.text(0), labels: [], number: $0.integer(1)) }
  }

  /// One pass over the index, whose order is by tenant: nothing is sorted.
  func openTicketCounts(at now: Timestamp) throws -> (open: [Count], late: [Count]) {
    let tickets = try database.rows(
      """
      SELECT tenant, count(*), sum(urgency <> 'HIGH'), sum((status = 'IN_PROGRESS') = 0 AND sla_due_at < ?)
      FROM tickets INDEXED BY tickets_open_list WHERE status <> 'DONE' GROUP BY tenant
      """, .time(now)
    ) { (tenant: $0.text(0), open: $0.integer(1), medium: $0.integer(2), late: $0.integer(3)) }
    let open = tickets.flatMap { row in
      [("HIGH", row.open - row.medium), ("MED", row.medium)].filter { $0.1 > 0 }
        .map { Count(tenant: row.tenant, labels: [$0.0], number: $0.1) }
    }
    return (open, tickets.map { Count(tenant: $0.tenant, labels: [], number: $0.late) })
  }
}
