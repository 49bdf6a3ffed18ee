// HealthEndpoint.swift - 200 or 503 and a small JSON document for a monitor.

import CGI
import Intake
import LocalTime
import Platform
import Settings
import Store

public struct HealthEndpoint {
  /// A runner that has given no sign of life for this long, work overdue for this long, or a webhook that waits in
  /// the spool for this long, is a fault.
  static let toleranceSeconds = 300

  let context: EndpointContext

  public init(context: EndpointContext) { self.context = context }

  public func respond(to request: CGIRequest) -> CGIResponse {
    guard request.method == "GET" || request.method == "HEAD" else {
      var response = CGIResponse.plain(405, "use GET")
      response.headers.append(.init(name: "Allow", value: "GET, HEAD"))
      return response
    }
    let now = context.clock.now()
    let health: Health
    do {
      health = try Store.open(context.home, patience: context.patience).health(at: now)
    } catch {
      context.log(.error, "database", ["reason": String(describing: error)])
      return answer(503, ["\"status\":\"failed\"", "\"database\":\"unavailable\""], request)
    }
    let waiting = Spool(home: context.home).waiting()
    let spooledSince = waiting.first.flatMap(Spool.arrival)
    let spoolAge = spooledSince.map { max(0, now.milliseconds(since: $0) / 1000) }
    let hasSettings = (try? SettingsReader(path: context.home.settings))?.isCopy == false
    let age = health.lastBeat.map { max(0, now.milliseconds(since: $0) / 1000) }
    let overdue = health.oldestOverdue.map { max(0, now.milliseconds(since: $0) / 1000) }
    let tolerance = Int64(HealthEndpoint.toleranceSeconds)
    let isWell =
      (age.map { $0 <= tolerance } ?? false) && (overdue ?? 0) <= tolerance && (spoolAge ?? 0) <= tolerance
      && hasSettings && !health.isReadOnly
    return answer(
      isWell ? 200 : 503,
      [
        "\"status\":\"\(isWell ? "ok" : "failed")\"",
        "\"database\":\"\(health.isReadOnly ? "read-only" : "ok")\"",
        "\"settings\":\"\(hasSettings ? "ok" : "damaged")\"",
        "\"last_run_age_seconds\":\(json(age))", "\"oldest_overdue_seconds\":\(json(overdue))",
        "\"overdue\":\(health.overdue)", "\"dead_letters\":\(health.deadLetters)",
        "\"spooled\":\(waiting.count)",
        "\"oldest_spooled_seconds\":\(json(spoolAge))",
        "\"late_ms\":\(lateness(health.lateness))",
      ], request)
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
