// StatusCommand.swift - `opsfabric status`: one screen.

import Business
import LocalTime
import Platform
import Spool
import Store

struct StatusCommand: Command {
  static let name = "status"
  static let usage = "opsfabric status [--all]"
  static let summary =
    "one screen: queue, last run, lateness, what is held, alerts, today's figures of tenants with trouble"
  static let details = """
    --all  all tenants, those with trouble first
    The order is that of the operator's page (`opsfabric operator`): silent lines, messages held, messages given up within
    7 days, overdue promises, open alerts, lateness, cost of the month.
    """

  private static let mostAlerts = 8

  private let showsAll: Bool

  init(_ arguments: inout Arguments) { showsAll = arguments.flag("--all") }

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
    if let oldest = health.oldestDue, now.milliseconds(since: oldest) > 5000 {
      lines.append("overdue    \(health.due), the oldest since \(oldest.iso8601)")
    }
    if let late = health.lateness {
      lines.append(
        "lateness   p50 \(seconds(late.p50)), p95 \(seconds(late.p95)), worst \(seconds(late.worst)) "
          + "(\(late.count) SMS in 24 h)")
    } else {
      lines.append("lateness   no SMS in 24 h")
    }
    let held = try store.heldMessages(dueBefore: now.adding(seconds: -Trouble.heldSeconds))
    for some in held {
      lines.append(
        "held       \(some.tenant.isEmpty ? "mail to the operator" : some.tenant): \(some.count), the oldest due "
          + "\(some.since.iso8601): \(some.error)")
    }
    lines += try alertLines(store, at: now)

    let tenants = try settings.tenants()
    let troubles = try store.troubles(of: tenants.filter(\.active).map(\.id), at: now)
    let shown = showsAll ? troubles : troubles.filter(\.hasTrouble)
    var table = TextTable(header: [
      "tenant", "calls", "missed", "SMS", "replies", "tickets open", "overdue", "held", "dead", "alerts", "",
    ])
    for trouble in shown {
      let zone =
        tenants.first { $0.id == trouble.tenant }.flatMap { world.zones.zone($0.timezone) } ?? .utc
      let figures = try store.todayFigures(
        tenant: trouble.tenant, since: zone.startOfDay(zone.day(of: now)), now: now)
      let counts = figures + [trouble.held, trouble.dead, trouble.alerts]
      let mark = trouble.isSilent ? "! line silent" : trouble.hasTrouble ? "!" : ""
      table.add([trouble.tenant] + counts.map(String.init) + [mark])
    }
    let others = troubles.count - shown.count
    let width = terminalWidth()
    let indent = String(repeating: " ", count: 11)
    lines = lines.flatMap {
      wrapped(
        String($0.dropFirst(indent.count)), first: String($0.prefix(indent.count)), rest: indent, width: width
      )
    }
    if !shown.isEmpty { lines += ["", "today", table.text] }
    if others > 0 {
      lines += ["", "\(others) tenant\(others == 1 ? "" : "s") without trouble; --all shows them"]
    }
    printToStandardOutput(lines.joined(separator: "\n"))
    return .done
  }

  /// Open ones first; what was solved, and what happened, of a day.
  private func alertLines(_ store: Store, at now: Timestamp) throws -> [String] {
    try store.shownAlerts(since: now.adding(days: -1)).prefix(StatusCommand.mostAlerts).map { shown in
      let alert = shown.alert
      let whose = alert.tenant.map { " (\($0))" } ?? ""
      let isEvent = AlertCause.nature(of: alert.cause) == .event
      guard let solvedAt = alert.solvedAt, !isEvent else {
        let since = shown.since < alert.at && !isEvent ? ", since \(shown.since.iso8601)" : ""
        return "alert      \(alert.at.iso8601) \(alert.cause)\(whose)\(since): \(alert.detail)"
      }
      return
        "solved     \(solvedAt.iso8601) \(alert.cause)\(whose), since \(shown.since.iso8601): \(alert.detail)"
    }
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
