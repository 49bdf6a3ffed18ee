// StatusCommand.swift - `opsfabric status`: one screen.

import LocalTime
import Platform
import Settings
import Spool
import Store

struct StatusCommand: Command {
  static let name = "status"
  static let usage = "opsfabric status"
  static let summary = "one screen: queue, last run, lateness, alerts, today's figures per tenant"

  init(_ arguments: inout Arguments) {}

  func run(_ world: CommandWorld) throws -> ExitCode {
    let store = try world.store()
    let settings = try world.settings()
    let now = world.clock.now()
    var lines: [String] = []

    if let run = try store.lastRun() {
      let state = run.endedAt == nil ? "at work" : "ended: \(run.summary)"
      lines.append("last run   \(ago(run.beatAt, now)), \(state)")
    } else {
      lines.append("last run   never; cron must start `opsfabric run --linger 55` each minute")
    }
    let queue = try store.queueFigures()
    lines.append(
      "queue      \(queue.pending) pending, \(queue.deferred) deferred; messages: \(queue.queued) queued, "
        + "\(queue.sending) sending, \(queue.failed) to retry, \(queue.dead) dead")
    let spooled = Spool(home: try world.home()).waiting().count
    if spooled > 0 { lines.append("spool      \(spooled) webhooks wait for the database") }
    let health = try store.health(at: now)
    if let oldest = health.oldestOverdue, now.milliseconds(since: oldest) > 5000 {
      lines.append("overdue    \(health.overdue), the oldest since \(oldest.iso8601)")
    }
    if let late = health.lateness {
      lines.append(
        "lateness   p50 \(seconds(late.p50)), p95 \(seconds(late.p95)), worst \(seconds(late.worst)) "
          + "(\(late.count) SMS in 24 h)")
    } else {
      lines.append("lateness   no SMS in 24 h")
    }
    for alert in try store.recentAlerts(since: now.adding(days: -1), limit: 5) {
      lines.append("alert      \(alert.at.iso8601) \(alert.cause): \(alert.detail)")
    }

    var table = TextTable(header: ["tenant", "calls", "missed", "SMS", "replies", "tickets open", "overdue"])
    for tenant in try settings.tenants() where tenant.active {
      let zone = world.zones.zone(tenant.timezone) ?? .utc
      let figures = try store.todayFigures(
        tenant: tenant.id, since: zone.startOfDay(zone.day(of: now)), now: now)
      table.add([tenant.id] + figures.map(String.init))
    }
    let width = terminalWidth()
    let indent = String(repeating: " ", count: 11)
    lines = lines.flatMap {
      wrapped(
        String($0.dropFirst(indent.count)), first: String($0.prefix(indent.count)), rest: indent, width: width
      )
    }
    lines += ["", "today", table.text]
    printToStandardOutput(lines.joined(separator: "\n"))
    return .done
  }

  private func ago(_ time: Timestamp, _ now: Timestamp) -> String {
    let seconds = max(0, now.milliseconds(since: time) / 1000)
    return seconds < 120 ? "\(seconds) s ago" : seconds < 7200 ? "\(seconds / 60) min ago" : time.iso8601
  }

  private func seconds(_ milliseconds: Int) -> String {
    let tenths = (milliseconds + 50) / 100
    return "\(tenths / 10).\(tenths % 10) s"
  }
}
