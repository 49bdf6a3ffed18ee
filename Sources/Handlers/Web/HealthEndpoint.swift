// HealthEndpoint.swift - 200 or 503 and a small JSON document for a monitor.

import Business
import CGI
import LocalTime
import Platform
import Settings
import Spool
import Store

package struct HealthEndpoint {
  /// A runner that has given no sign of life for this long, work overdue or held for this long, or a webhook that
  /// waits in the spool for this long, is a fault.
  static let toleranceSeconds = 300

  let context: EndpointContext

  package init(context: EndpointContext) { self.context = context }

  package func respond(to request: CGIRequest) -> CGIResponse {
    guard request.method == "GET" || request.method == "HEAD" else {
      return .methodNotAllowed("GET", "HEAD")
    }
    let now = context.clock.now()
    let (condition, health) = database(at: now)
    let spool = context.spool ?? Spool(home: context.home)
    let waiting = spool.waiting()
    let disk = disk(spool)
    guard let health else {
      return answer(
        503,
        [
          "\"status\":\"failed\"", "\"database\":\"\(condition)\"", "\"disk\":\"\(disk)\"",
          "\"spooled\":\(waiting.count)",
        ], request)
    }
    let spooledSince = waiting.first.flatMap(Spool.arrival)
    let spoolAge = spooledSince.map { max(0, now.milliseconds(since: $0) / 1000) }
    let hasSettings = (try? SettingsReader(path: context.home.settings))?.isCopy == false
    let age = health.lastBeat.map { max(0, now.milliseconds(since: $0) / 1000) }
    let overdue = health.oldestOverdue.map { max(0, now.milliseconds(since: $0) / 1000) }
    let tolerance = Int64(HealthEndpoint.toleranceSeconds)
    let isWell =
      (age.map { $0 <= tolerance } ?? false) && (overdue ?? 0) <= tolerance && (spoolAge ?? 0) <= tolerance
      && hasSettings && condition == "ok" && disk == "ok"
    return answer(
      isWell ? 200 : 503,
      [
        "\"status\":\"\(isWell ? "ok" : "failed")\"",
        "\"database\":\"\(condition)\"", "\"disk\":\"\(disk)\"",
        "\"settings\":\"\(hasSettings ? "ok" : "damaged")\"",
        "\"last_run_age_seconds\":\(json(age))", "\"oldest_overdue_seconds\":\(json(overdue))",
        "\"overdue\":\(health.overdue)", "\"held\":\(health.held)", "\"dead_letters\":\(health.deadLetters)",
        "\"spooled\":\(waiting.count)",
        "\"oldest_spooled_seconds\":\(json(spoolAge))",
        "\"late_ms\":\(lateness(health.lateness))",
      ], request)
  }

  /// The database's condition in one word, and what it says where it can be read.
  private func database(at now: Timestamp) -> (condition: String, Health?) {
    var health: Health?
    do {
      let store = try Store.open(context.home, patience: context.patience)
      let missing = try store.missingTables()
      guard missing.isEmpty else {
        context.log(.error, "database", ["missing": missing.joined(separator: " ")])
        return ("damaged", nil)
      }
      health = try store.health(at: now)
      guard !store.isReadOnly else { return ("read-only", health) }
      // Reading works while another program keeps all writers out.
      try store.tryWriting()
      return ("ok", health)
    } catch {
      context.log(.error, "database", ["reason": String(describing: error)])
      return ((error as? DatabaseError)?.isBusy == true ? "locked" : "unavailable", health)
    }
  }

  private func disk(_ spool: Spool) -> String {
    guard let fault = spool.fault() else { return "ok" }
    context.log(.error, "spool", ["reason": String(describing: fault)])
    return fault.isOutOfSpace ? "full" : "unwritable"
  }

  private func lateness(_ lateness: Lateness?) -> String {
    guard let lateness else { return "null" }
    return "{\"p50\":\(lateness.p50),\"p95\":\(lateness.p95),\"worst\":\(lateness.worst)}"
  }

  private func json(_ number: Int64?) -> String { number.map(String.init) ?? "null" }

  private func answer(_ status: Int, _ members: [String], _ request: CGIRequest) -> CGIResponse {
    let body = "{" + members.joined(separator: ",") + "}\n"
    return CGIResponse(
      status: status, contentType: "application/json", body: request.method == "HEAD" ? [] : Array(body.utf8))
  }
}
