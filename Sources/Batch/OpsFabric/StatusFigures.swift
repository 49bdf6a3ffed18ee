// StatusFigures.swift - what `opsfabric status` shows, read once, and as JSON.

import Business
import JSON
import LocalTime
import Platform
import Spool
import Store

struct StatusFigures {
  let now: Timestamp
  let run: (startedAt: Timestamp, beatAt: Timestamp, endedAt: Timestamp?, summary: String)?
  let queue: QueueFigures
  /// Webhooks that wait for the database.
  let spooled: Int
  let health: Health
  let held: [HeldMessages]
  /// Copies on another machine; nil where none are wanted.
  let copies: (place: String, goodAt: Timestamp?, error: String?, isOld: Bool)?
  /// Open ones first; what was solved, and what happened, of a day.
  let alerts: [(alert: Alert, since: Timestamp, count: Int)]
  /// The worst first, each with what `todayFigures` counts.
  let tenants: [(trouble: Trouble, today: [Int])]
  /// Tenants that are not shown, since nothing is wrong with them.
  let others: Int

  /// - Parameter showsAll: tenants without trouble too.
  init(_ world: CommandWorld, showsAll: Bool) throws {
    let store = try world.store()
    let now = world.clock.now()
    self.now = now
    run = try store.lastRun()
    queue = try store.queueFigures()
    spooled = Spool(home: try world.home()).waiting().count
    health = try store.health(at: now)
    held = try store.heldMessages(dueBefore: now.adding(seconds: -Trouble.heldSeconds))
    alerts = try store.shownAlerts(since: now.adding(days: -1))
    let backup = try world.settings().installation().backup
    copies = try backup.place.map {
      (
        $0.text, try store.newestGoodCopy()?.goodAt, try store.copyStanding().error,
        try store.oldCopy(backup, at: now) != nil
      )
    }
    let known = try world.settings().tenants()
    let troubles = try store.troubles(of: known.filter(\.active).map(\.id), at: now)
    let shown = showsAll ? troubles : troubles.filter(\.hasTrouble)
    others = troubles.count - shown.count
    tenants = try shown.map { trouble in
      let zone = known.first { $0.id == trouble.tenant }.flatMap { world.zones.zone($0.timezone) } ?? .utc
      let today = try store.todayFigures(
        tenant: trouble.tenant, since: zone.startOfDay(zone.day(of: now)), now: now)
      return (trouble, today)
    }
  }

  // MARK: JSON

  /// One object; times are ISO 8601 in UTC, lateness in milliseconds, null where there is nothing to say.
  var json: JSONDocument {
    .object([
      "last_run": run.map { run in
        .object([
          "started_at": time(run.startedAt), "beat_at": time(run.beatAt), "ended_at": time(run.endedAt),
          "summary": .string(run.summary),
        ])
      } ?? .null,
      "queue": .object([
        "pending": number(queue.pending), "deferred": number(queue.deferred), "queued": number(queue.queued),
        "sending": number(queue.sending), "failed": number(queue.failed), "dead": number(queue.dead),
      ]),
      "spooled": number(spooled), "due": number(health.due), "oldest_due_at": time(health.oldestDue),
      "late_ms": health.lateness.map { late in
        .object([
          "count": number(late.count), "p50": number(late.p50), "p95": number(late.p95),
          "worst": number(late.worst),
        ])
      } ?? .null,
      "held": .array(
        held.map {
          .object([
            "tenant": $0.tenant.isEmpty ? .null : .string($0.tenant), "count": number($0.count),
            "since": time($0.since), "error": .string($0.error),
          ])
        }),
      "copies": copies.map { copies in
        .object([
          "to": .string(copies.place), "good_at": time(copies.goodAt),
          "error": copies.error.map { .string($0) } ?? .null, "too_old": .bool(copies.isOld),
        ])
      } ?? .null,
      "alerts": .array(
        alerts.map {
          .object([
            "cause": .string($0.alert.cause), "tenant": $0.alert.tenant.map { .string($0) } ?? .null,
            "since": time($0.since), "text": .string($0.alert.detail), "solved_at": time($0.alert.solvedAt),
          ])
        }),
      "tenants": .array(tenants.map { tenant($0.trouble, $0.today) }), "without_trouble": number(others),
    ])
  }

  private func tenant(_ trouble: Trouble, _ today: [Int]) -> JSONDocument {
    .object([
      "tenant": .string(trouble.tenant), "trouble": .bool(trouble.hasTrouble),
      "line_silent": .bool(trouble.isSilent), "held": number(trouble.held), "dead": number(trouble.dead),
      "tickets_overdue": number(trouble.overdue), "alerts": number(trouble.alerts),
      "worst_late_ms": trouble.lateness.map(number) ?? .null, "tickets_open": number(trouble.openTickets),
      "month_cost": .object(
        trouble.costs.mapValues { .string(Money.text(($0 + 5000) / 10_000)) }),
      "today": .object(
        Dictionary(uniqueKeysWithValues: zip(["calls", "missed", "sms", "replies"], today.map(number)))),
    ])
  }

  private func number(_ number: Int) -> JSONDocument { .number(String(number)) }
  private func time(_ time: Timestamp?) -> JSONDocument { time.map { .string($0.iso8601) } ?? .null }
}
