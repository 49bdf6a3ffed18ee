// CronURLChecks.swift - addresses that others call or that we call each minute: `tick`, and the monitor's.

import Business
import Curl
import LocalTime
import Platform
import Runner

extension Doctor {
  // MARK: tick

  /// Where a cron service calls a URL, it must get as far as the secret. A wrong one is sent: the right one would run.
  func checkTick(_ installation: Installation, _ transport: any HTTPTransport, _ home: Home) -> [Finding] {
    guard installation.tickSecret != nil else { return [] }
    let url = "\(installation.publicURL)/tick"
    let request = HTTPRequest(
      url: url, headers: [(name: "X-Tick-Secret", value: "doctor")], timeoutMilliseconds: 15_000)
    func fault(_ what: String, _ cure: String) -> [Finding] {
      [.fault("tick", "\(url): \(what)", cure: cure)]
    }
    switch transport.answers(to: [request])[0] {
    case .failure(let failure):
      return fault("cannot be reached: \(failure.reason)", "check name, certificate and web server")
    case .success(let reply):
      let text = String(decoding: reply.body.prefix(4096), as: UTF8.self)
      switch reply.status {
      case 403 where text.contains("the secret is wrong"):
        return [.ok("tick", "\(url) answers; \(lastCall(home))")]
      case 403 where text.contains("no tick_secret"):
        return fault(
          "knows no secret: it has other settings",
          "\(Home.pointerName) beside it must name this home; functions: pack and update them anew")
      case 403:
        return fault(
          "the web server drops the field X-Tick-Secret, or refuses the program (403)",
          "let the cron service send ?secret=... in the address; allow the handlers' folder")
      case 404: return fault("there is no such program (404)", "copy tick to the handlers' folder")
      default:
        return fault(
          "answers \(reply.status)",
          "is it in the handlers' folder, with mode 755? See the web server's error log")
      }
    }
  }

  private func lastCall(_ home: Home) -> String {
    guard let at = lastTick(home) else { return "nobody has called it with the secret yet" }
    return "last called \(spoken(milliseconds: now.milliseconds(since: at))) ago"
  }

  /// What `tick` notes at each call.
  private func lastTick(_ home: Home) -> Timestamp? {
    guard let bytes = try? Files.read(home.lastTick, limit: 64) else { return nil }
    let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first
    return line.flatMap { Timestamp(iso8601: String($0)) }
  }

  /// How runs are started here, as the cure where none are.
  func startingRuns(_ home: Home) -> String {
    if let starter = Doctor.packageStarter(home), installation?.tickSecret == nil {
      return "\(starter) starts it each minute: see that this is at work"
    }
    guard let installation, installation.tickSecret != nil else {
      return "crontab -e, and add: \(cronLine(home)); a cron that only calls URLs needs tick_secret"
    }
    return "the cron service must call \(installation.publicURL)/tick each minute: \(lastCall(home)); "
      + "or add to crontab: \(cronLine(home))"
  }

  // MARK: the monitor

  /// Only the host is asked: a call of the whole address would be a sign of life.
  func checkHeartbeat(_ installation: Installation, _ transport: any HTTPTransport) -> [Finding] {
    guard let url = installation.heartbeatURL else { return [] }
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    let host = parts.prefix(3).joined(separator: "/")
    let cure = "correct heartbeat_url, then: opsfabric apply; until then the monitor sees no run"
    if let failure = lastHeartbeatFailure() {
      return [.fault("heartbeat", "the last run called heartbeat_url in vain: \(failure)", cure: cure)]
    }
    let request = HTTPRequest(url: host + "/", timeoutMilliseconds: 10_000)
    guard case .failure(let failure) = transport.answers(to: [request])[0] else {
      return [.ok("heartbeat", "\(host) answers")]
    }
    return [.fault("heartbeat", "\(host) cannot be reached: \(failure.reason)", cure: cure)]
  }

  private func lastHeartbeatFailure() -> String? {
    guard let run = try? store?.lastRun(), let range = run.summary.firstRange(of: RunSummary.heartbeatMark)
    else {
      return nil
    }
    return String(run.summary[range.upperBound...])
  }
}
