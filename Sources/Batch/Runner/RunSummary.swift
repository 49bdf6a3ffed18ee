// RunSummary.swift - what one `opsfabric run` did, counted.

/// What a run did, for its one line.
package struct RunSummary: Hashable, Sendable {
  package var replayed = 0
  /// Webhooks taken from the queue.
  package var queued = 0
  package var recovered = 0
  package var decidedSend = 0
  package var deferred = 0
  package var skipped = 0
  package var accepted = 0
  package var retries = 0
  package var held = 0
  package var dead = 0
  package var reconciled = 0
  package var escalated = 0
  package var reports = 0
  /// Why the monitor was not told of the run, where it should have been.
  package var heartbeatFailure: String?

  /// Before that reason in the line.
  package static let heartbeatMark = "heartbeat failed: "

  package init() {}

  package var line: String {
    var parts = ["decided \(decidedSend + deferred + skipped)"]
    if decidedSend + deferred + skipped > 0 {
      parts[0] += " (send \(decidedSend), defer \(deferred), skip \(skipped))"
    }
    parts.append("sent \(accepted)")
    for (name, count) in [
      ("retry", retries), ("held", held), ("dead", dead), ("reconciled", reconciled), ("replayed", replayed),
      ("from the queue", queued), ("recovered", recovered), ("escalated", escalated), ("reports", reports),
    ] where count > 0 { parts.append("\(name) \(count)") }
    if let heartbeatFailure { parts.append(RunSummary.heartbeatMark + heartbeatFailure) }
    return parts.joined(separator: ", ")
  }
}
