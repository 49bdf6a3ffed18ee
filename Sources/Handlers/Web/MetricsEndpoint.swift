// MetricsEndpoint.swift - the figures as OpenMetrics 1.0 text, for whoever shows `metrics_secret`.
//
// No number and no text of anybody: ids of tenants, words of closed lists, and counts.

import Business
import CGI
import Crypto
import Settings
import Spool
import Store

package struct MetricsEndpoint {
  private static let mediaType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

  let context: EndpointContext

  package init(context: EndpointContext) { self.context = context }

  package func respond(to request: CGIRequest) -> CGIResponse {
    do {
      guard request.method == "GET" || request.method == "HEAD" else {
        return .methodNotAllowed("GET", "HEAD")
      }
      let installation = try SettingsReader(path: context.home.settings).installation()
      let store = try Store.open(context.home, patience: context.patience)
      try admit(request, secret: installation.metricsSecret, store: store)
      let metrics = try store.metrics(at: context.clock.now())
      let spooled = (context.spool ?? Spool(home: context.home)).waiting().count
      let hasQueue = if case .sqs = installation.intake { true } else { false }
      let text = MetricsEndpoint.text(metrics, spooled: spooled, queued: hasQueue ? nil : 0)
      return CGIResponse(
        status: 200, contentType: MetricsEndpoint.mediaType,
        body: request.method == "HEAD" ? [] : Array(text.utf8))
    } catch let error as RequestError {
      context.log(.warning, "refused", ["status": String(error.status), "reason": error.reason])
      return .plain(error.status, error.reason)
    } catch {
      context.log(.error, "unavailable", ["reason": String(describing: error)])
      return .plain(503, "the figures cannot be read; the web server's error log says why")
    }
  }

  private func admit(_ request: CGIRequest, secret: Secret?, store: Store) throws {
    guard let secret else { throw RequestError(403, "no metrics_secret is set") }
    guard let given = MetricsEndpoint.token(in: request) else {
      throw RequestError(403, "the secret is missing: send Authorization: Bearer ...")
    }
    let guesses = GuessLimit(
      of: "metrics", address: request.variable("REMOTE_ADDR") ?? "", store: store, at: context.clock.now())
    if try guesses.isUsedUp() {
      throw RequestError(429, "too many wrong secrets from this address; try again in an hour")
    }
    guard equalInConstantTime(Array(given.utf8), Array(secret.value.utf8)) else {
      try? guesses.noteWrong()
      throw RequestError(403, "the secret is wrong")
    }
    try? guesses.noteRight()
  }

  /// The scheme's name in any case, as RFC 9110 has it.
  private static func token(in request: CGIRequest) -> String? {
    guard let header = request.header("Authorization") else { return nil }
    let words = header.split(separator: " ")
    guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
    return String(words[1])
  }

  /// - Parameter queued: what waits in the intake's queue; nil where only the queue's service knows.
  static func text(_ metrics: Metrics, spooled: Int, queued: Int?) -> String {
    var text = MetricsText()
    text.family("missedcall_calls", .counter, "Calls that ended, by outcome.")
    text.add(metrics.calls, ["outcome"])
    text.family("missedcall_decisions", .counter, "Missed calls decided, by reason.")
    text.add(metrics.decisions, ["reason"])
    text.family("missedcall_messages", .gauge, "Messages of the outbox, by channel, kind and state.")
    text.add(metrics.messages, ["channel", "kind", "state"])
    text.family(
      "missedcall_outbox_overdue", .gauge, "Decisions and messages past their time, held ones included.")
    text.add(metrics.overdue, [])
    text.family("missedcall_outbox_held", .gauge, "Messages that wait because of us.")
    text.add(metrics.held, [])
    text.family("missedcall_tickets_open", .gauge, "Tickets not done, by urgency.")
    text.add(metrics.openTickets, ["urgency"])
    text.family("missedcall_tickets_overdue", .gauge, "Tickets past their promise that nobody has begun.")
    text.add(metrics.overdueTickets, [])
    text.family("missedcall_alerts_open", .gauge, "Alerts not solved, by cause.")
    for alert in metrics.openAlerts { text.add([("cause", alert.labels[0])], String(alert.number)) }
    text.family("missedcall_spool_files", .gauge, "Webhooks that wait in the spool.")
    text.add([], String(spooled))
    text.family("missedcall_queue_messages", .gauge, "Webhooks that wait in the intake's queue.")
    if let queued { text.add([], String(queued)) }
    text.family("missedcall_last_run_timestamp_seconds", .gauge, "The runner's last sign of life.")
    if let beat = metrics.lastBeat { text.add([], MetricsText.seconds(Int(beat.milliseconds))) }
    text.family(
      "missedcall_last_copy_timestamp_seconds", .gauge,
      "Until when the newest good copy on another machine holds everything.")
    if let copy = metrics.lastCopy { text.add([], MetricsText.seconds(Int(copy.milliseconds))) }
    text.family(
      "missedcall_send_lateness_seconds", .histogram, "Missed-call SMS, from due to accepted.")
    for histogram in metrics.lateness {
      let tenant = ("tenant", histogram.tenant)
      for (bound, count) in histogram.upTo {
        text.add([tenant, ("le", MetricsText.seconds(bound))], String(count), suffix: "_bucket")
      }
      text.add([tenant, ("le", "+Inf")], String(histogram.count), suffix: "_bucket")
      text.add([tenant], String(histogram.count), suffix: "_count")
      text.add([tenant], MetricsText.seconds(histogram.sumMilliseconds), suffix: "_sum")
    }
    return text.ended
  }
}

/// OpenMetrics text, family after family.
private struct MetricsText {
  enum Kind: String { case counter, gauge, histogram }

  private var text = ""
  private var name = ""
  private var kind = Kind.gauge

  var ended: String { text + "# EOF\n" }

  mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    self.name = name
    self.kind = kind
    text += "# TYPE \(name) \(kind.rawValue)\n"
    if name.hasSuffix("_seconds") { text += "# UNIT \(name) seconds\n" }
    text += "# HELP \(name) \(help)\n"
  }

  /// A sample for each count: the tenant, and what its other labels are called.
  mutating func add(_ counts: [Count], _ labels: [String]) {
    for count in counts {
      add([("tenant", count.tenant)] + zip(labels, count.labels).map { ($0, $1) }, String(count.number))
    }
  }

  mutating func add(_ labels: [(name: String, value: String)], _ value: String, suffix: String = "") {
    text += name
    text += kind == .counter ? "_total" : suffix
    var before = "{"
    for label in labels {
      text += before
      text += label.name
      text += "=\""
      text += MetricsText.escaped(label.value)
      text += "\""
      before = ","
    }
    text += labels.isEmpty ? " " : "} "
    text += value
    text += "\n"
  }

  private static func escaped(_ value: String) -> String {
    let special: [UInt8] = [UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "\n")]
    guard value.utf8.contains(where: special.contains) else { return value }
    var escaped = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// With a decimal point always, as bounds of buckets are written.
  static func seconds(_ milliseconds: Int) -> String {
    let rest = String(milliseconds % 1000 + 1000).dropFirst()
    let digits = rest.hasSuffix("00") ? rest.prefix(1) : rest.hasSuffix("0") ? rest.prefix(2) : rest
    return "\(milliseconds / 1000).\(digits)"
  }
}
