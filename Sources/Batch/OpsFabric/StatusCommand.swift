// StatusCommand.swift - `opsfabric status`: one screen, or JSON.

import Business
import JSON
import LocalTime
import Platform
import Store

struct StatusCommand: Command {
  static let name = "status"
  static let usage = "opsfabric status [--all] [--json]"
  static let summary =
    "one screen: queue, last run, lateness, what is held, alerts, today's figures of tenants with trouble"
  static let details = """
    --all   all tenants, those with trouble first
    --json  one JSON object; times are ISO 8601 in UTC
    The order is that of the operator's page (`opsfabric operator`): silent lines, messages held, messages given up within
    7 days, overdue promises, open alerts, lateness, cost of the month.
    """

  private static let mostAlerts = 8

  private let showsAll: Bool
  private let isJSON: Bool

  init(_ arguments: inout Arguments) {
    showsAll = arguments.flag("--all")
    isJSON = arguments.flag("--json")
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let figures = try StatusFigures(world, showsAll: showsAll)
    printToStandardOutput(
      isJSON
        ? JSONDocument.visible(String(decoding: figures.json.bytes, as: UTF8.self))
        : try screen(of: figures, world))
    return .done
  }

  private func screen(of figures: StatusFigures, _ world: CommandWorld) throws -> String {
    let now = figures.now
    let clocks = try TenantClocks(world, store: world.store())
    let palette = Palette(world.environment)
    func local(_ time: Timestamp, _ tenant: String?) -> String { clocks.local(time, tenant: tenant) }
    var lines: [String] = []
    if let run = figures.run {
      let state = run.endedAt == nil ? "at work" : "ended: \(run.summary)"
      lines.append("last run   \(ago(run.beatAt, now)), \(state)")
    } else {
      lines.append("last run   never; cron must start `opsfabric run --linger 55` each minute")
    }
    let queue = figures.queue
    lines.append(
      "queue      \(queue.pending) pending, \(queue.deferred) deferred; messages: \(queue.queued) queued, "
        + "\(queue.sending) sending, \(queue.failed) to retry, \(queue.dead) dead")
    if figures.spooled > 0 { lines.append("spool      \(figures.spooled) webhooks wait for the database") }
    if let oldest = figures.health.oldestDue, now.milliseconds(since: oldest) > 5000 {
      lines.append("overdue    \(figures.health.due), the oldest since \(local(oldest, nil))")
    }
    if let late = figures.health.lateness {
      lines.append(
        "lateness   p50 \(seconds(late.p50)), p95 \(seconds(late.p95)), worst \(seconds(late.worst)) "
          + "(\(late.count) SMS in 24 h)")
    } else {
      lines.append("lateness   no SMS in 24 h")
    }
    for some in figures.held {
      lines.append(
        "held       \(some.tenant.isEmpty ? "mail to the operator" : some.tenant): \(some.count), the oldest due "
          + "\(local(some.since, some.tenant)): \(some.error)")
    }
    if let copies = figures.copies {
      let age = copies.goodAt.map { "the newest good one holds all until \(ago($0, now))" } ?? "none yet"
      let error = copies.error.map { "; \($0)" } ?? ""
      lines.append("copies     \(copies.isOld ? "TOO OLD: " : "")\(age), at \(copies.place)\(error)")
    }
    lines += figures.alerts.prefix(StatusCommand.mostAlerts).map { alertLine($0, local) }

    let width = terminalWidth()
    let indent = String(repeating: " ", count: 11)
    lines = lines.flatMap { line in
      let head = String(line.prefix(indent.count))
      var said = wrapped(String(line.dropFirst(indent.count)), first: head, rest: indent, width: width)
      said[0] = palette.paint(head, ink(of: head)) + said[0].dropFirst(head.count)
      return said
    }
    if !figures.tenants.isEmpty { lines += ["", "today", table(of: figures.tenants, world.environment)] }
    if figures.others > 0 {
      lines += [
        "", "\(figures.others) tenant\(figures.others == 1 ? "" : "s") without trouble; --all shows them",
      ]
    }
    return lines.joined(separator: "\n")
  }

  /// Trouble is seen before it is read.
  private func ink(of head: String) -> Ink? {
    switch head.prefix(while: { $0 != " " }) {
    case "overdue", "held", "alert": .fault
    case "spool": .warning
    case "solved": .good
    default: .heading
    }
  }

  private func table(of tenants: [(trouble: Trouble, today: [Int])], _ environment: Environment) -> String {
    var table = TextTable(
      header: [
        "tenant", "calls", "missed", "SMS", "replies", "tickets open", "overdue", "held", "dead", "alerts",
        "",
      ], environment)
    for (trouble, today) in tenants {
      let counts = today + [trouble.held, trouble.dead, trouble.alerts]
      let mark = trouble.isSilent ? "! line silent" : trouble.hasTrouble ? "!" : ""
      table.add([trouble.tenant] + counts.map(String.init) + [mark])
    }
    table.fit(tableWidth(environment), leaving: ["replies", "SMS", "calls"])
    return table.text(Palette(environment)) { key, cell in
      let isTrouble = ["overdue", "held", "dead", "alerts"].contains(key) ? cell != "0" : cell.hasPrefix("!")
      return isTrouble ? .fault : nil
    }
  }

  private func alertLine(
    _ shown: (alert: Alert, since: Timestamp, count: Int), _ local: (Timestamp, String?) -> String
  ) -> String {
    let alert = shown.alert
    let whose = alert.tenant.map { " (\($0))" } ?? ""
    let isEvent = AlertCause.nature(of: alert.cause) == .event
    guard let solvedAt = alert.solvedAt, !isEvent else {
      let since = shown.since < alert.at && !isEvent ? ", since \(local(shown.since, alert.tenant))" : ""
      return "alert      \(local(alert.at, alert.tenant)) \(alert.cause)\(whose)\(since): \(alert.detail)"
    }
    return
      "solved     \(local(solvedAt, alert.tenant)) \(alert.cause)\(whose), since "
      + "\(local(shown.since, alert.tenant)): \(alert.detail)"
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
