// RunnerChecks.swift - cron and the runner: when it ran last, how evenly, how late messages were.

import LocalTime
import Platform
import Spool
import Store

extension Doctor {
  /// As `health` sees it.
  static let toleranceMilliseconds: Int64 = 300_000
  /// Between two runs nothing is sent; more than this breaks the promise of a minute.
  private static let gapMilliseconds: Int64 = 20_000
  private static let lateMilliseconds = 30_000

  func neverRan(_ home: Home) -> Finding {
    .fault("cron", "the runner never ran", cure: startingRuns(home))
  }

  package func cronLine(_ home: Home) -> String {
    let (path, program, log) = (home.path, "\(home.path)/bin/opsfabric", "\(home.log)/run.log")
    return "* * * * * OPSFABRIC_HOME=\(shellWord(path)) \(shellWord(program)) run --linger 55 "
      + ">>\(shellWord(log)) 2>&1"
  }

  func checkCron(_ store: Store, _ home: Home) throws -> [Finding] {
    guard let last = try store.lastRun() else { return [neverRan(home)] }
    let age = now.milliseconds(since: last.beatAt)
    let state = last.endedAt == nil ? "the runner gave a sign of life" : "the last run ended"
    let detail = "\(state) \(spoken(milliseconds: age)) ago"
    if age > Doctor.toleranceMilliseconds {
      let cure =
        Doctor.packageStarter(home) != nil
        ? "look at log/run.log; \(startingRuns(home))"
        : installation?.tickSecret == nil
          ? "look at log/run.log and crontab -l; the line is: \(cronLine(home))"
          : "look at log/run.log; \(startingRuns(home))"
      return [.fault("cron", detail, cure: cure)]
    }
    return [.ok("cron", detail)] + (try checkCadence(store)) + (try checkLateness(store))
  }

  /// The longest time of the last hour in which no runner was at work.
  private func checkCadence(_ store: Store) throws -> [Finding] {
    let runs = try store.runs(since: now.adding(hours: -1))
    guard var covered = runs.first?.beatAt else { return [] }
    var longest: Int64 = 0
    for run in runs.dropFirst() {
      longest = max(longest, run.startedAt.milliseconds(since: covered))
      covered = max(covered, run.endedAt ?? run.beatAt)
    }
    guard longest > Doctor.gapMilliseconds else { return [] }
    return [
      .warning(
        "cadence",
        "up to \(spoken(milliseconds: longest)) without a runner in the last hour: nothing is sent then",
        cure: "start it each minute with --linger 55; with a coarser cron, a longer --linger")
    ]
  }

  private func checkLateness(_ store: Store) throws -> [Finding] {
    guard let late = try store.lateness(since: now.adding(days: -1)) else { return [] }
    func seconds(_ milliseconds: Int) -> String { "\((milliseconds + 500) / 1000) s" }
    let detail =
      "\(counted(late.count, "SMS", "SMS")) in 24 h: p50 \(seconds(late.p50)), p95 \(seconds(late.p95)), "
      + "worst \(seconds(late.worst)) late"
    guard late.p95 > Doctor.lateMilliseconds else { return [.ok("lateness", detail)] }
    return [
      .warning(
        "lateness", detail, cure: "see cron and cadence; opsfabric list messages shows which were late")
    ]
  }

  /// What waits, what was given up, and what the runner complained of.
  func checkWork(_ store: Store, _ home: Home) throws -> [Finding] {
    var findings: [Finding] = []
    let health = try store.health(at: now)
    findings += try checkHeld(store)
    if let oldest = health.oldestDue, now.milliseconds(since: oldest) > Doctor.toleranceMilliseconds {
      findings.append(
        .fault(
          "overdue", "\(counted(health.due, "row")) overdue, the oldest since \(oldest.iso8601)",
          cure: "opsfabric run, and look at what it prints; opsfabric status shows alerts"))
    }
    findings += checkSpool(home)
    let dead = try store.deadLetters(since: now.adding(days: -7))
    if dead > 0 {
      findings.append(
        .warning(
          "dead-letters", "\(counted(dead, "message")) given up in 7 days",
          cure: "opsfabric list messages --since 7d; call those people, they got nothing"))
    }
    findings += try checkAlerts(store)
    return findings.isEmpty ? [.ok("work", "nothing overdue, spooled or given up; no alerts")] : findings
  }

  private func checkSpool(_ home: Home) -> [Finding] {
    var findings: [Finding] = []
    let waiting = Spool(home: home).waiting()
    let oldest = waiting.compactMap(Spool.arrival).min()
    if let oldest {
      let age = now.milliseconds(since: oldest)
      let detail =
        "\(counted(waiting.count, "webhook")) in spool/, the oldest \(spoken(milliseconds: age)) old"
      findings.append(
        age > Doctor.toleranceMilliseconds
          ? .fault("spool", detail, cure: "opsfabric run takes them in; if not, it says why")
          : .warning("spool", detail, cure: "the next run takes them in; the web server's error log says why")
      )
    }
    let rejected = ((try? Files.list(home.spoolRejected)) ?? []).count
    if rejected > 0 {
      findings.append(
        .fault(
          "spool",
          "\(counted(rejected, "webhook")) in spool/rejected: nobody recorded \(rejected == 1 ? "it" : "them")",
          cure: "read them, call those people, then move them back to spool/ or delete them"))
    }
    return findings
  }

  /// Open conditions, and what happened within a day; what is solved is no complaint.
  private func checkAlerts(_ store: Store) throws -> [Finding] {
    let shown = try store.shownAlerts(since: now.adding(days: -1)).filter {
      $0.alert.solvedAt == nil || $0.alert.solvedAt == $0.alert.at
    }
    var findings = shown.map { shown -> Finding in
      let alert = shown.alert
      let whose = alert.tenant.map { " (\($0))" } ?? ""
      let times = shown.count > 1 ? ", \(shown.count) times, last" : ""
      return .warning(
        "alerts", "\(alert.cause)\(whose)\(times) at \(alert.at.iso8601): \(alert.detail)",
        cure: "see docs/faults.md")
    }
    let untold = try store.alertsToTell(limit: 100).filter {
      now.milliseconds(since: $0.at) > Doctor.toleranceMilliseconds
    }
    if !untold.isEmpty {
      findings.append(
        .fault(
          "alerts", "\(counted(untold.count, "alert")) the operator was never told of",
          cure: "opsfabric run tells; set alerts.email or alerts.sms so that it reaches you"))
    }
    return findings
  }
}
