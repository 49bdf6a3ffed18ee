// QueueChecks.swift - the queue of `intake: sqs`: reachable with these credentials, how much waits, how it is set up.

import Business
import Curl
import LocalTime
import Platform
import Queue

extension Doctor {
  /// Of those that wait, for an operator who has time for one look a day.
  private static let agedMilliseconds: Int64 = 300_000
  /// A database that is down for an hour has each message received a hundred times.
  private static let fewReceives = 500
  private static let shortestRetentionSeconds = 345_600
  private static let visibilitySeconds = 10...600

  func checkQueue(_ installation: Installation, _ transport: any HTTPTransport) -> [Finding] {
    guard case .sqs(let settings) = installation.intake else { return [] }
    guard let access = QueueAccess(settings, environment: scene.environment) else {
      return [
        .fault(
          "queue", QueueAccess.missing,
          cure:
            "set both keys in intake.sqs, then: opsfabric apply; or export the variables here and in the crontab"
        )
      ]
    }
    let client = SQSClient(access: access, transport: transport)
    switch transport.wait(for: { client.state(completion: $0) }) {
    case .success(let state): return examine(state, client, transport)
    case .failure(.refused(let reason)) where reason.contains("AccessDenied"):
      // What the runner needs may be allowed all the same.
      let findings = unreadable(client, transport)
      return findings.isEmpty
        ? [
          .warning(
            "queue", "\(access.url): its depth may not be read",
            cure: "allow sqs:GetQueueAttributes for the runner's key")
        ] : findings
    case .failure(let failure): return [fault(failure)]
    case nil: return [fault(.unavailable("no answer"))]
    }
  }

  private func unreadable(_ client: SQSClient, _ transport: any HTTPTransport) -> [Finding] {
    if case .failure(let failure) = transport.wait(for: { client.look(completion: $0) }) {
      return [fault(failure)]
    }
    return []
  }

  private func fault(_ failure: QueueFailure) -> Finding {
    switch failure {
    case .refused:
      .fault(
        "queue", "\(failure)",
        cure: "correct queue_url, region and key in intake.sqs, and the key's rights; then: opsfabric apply")
    case .unavailable:
      .fault("queue", "\(failure)", cure: "correct queue_url and region; check this machine's way to AWS")
    }
  }

  private func examine(
    _ state: QueueState, _ client: SQSClient, _ transport: any HTTPTransport
  ) -> [Finding] {
    var findings: [Finding] = []
    let depth = depth(state, client, transport)
    if depth.status != .ok { findings.append(depth) }
    if !Doctor.visibilitySeconds.contains(state.visibilitySeconds) {
      findings.append(
        .warning(
          "queue", "its visibility time-out is \(state.visibilitySeconds) s",
          cure: "set it to 30 s: shorter, webhooks come twice; longer, a killed runner's wait for so long"))
    }
    if state.retentionSeconds < Doctor.shortestRetentionSeconds {
      findings.append(
        .warning(
          "queue", "it keeps messages for \(spoken(milliseconds: Int64(state.retentionSeconds) * 1000)) only",
          cure: "set its message retention period to 14 days: whatever is older is lost"))
    }
    if let letters = state.deadLetters { findings += examine(letters, client, transport) }
    return findings.isEmpty ? [depth] : findings
  }

  private func depth(_ state: QueueState, _ client: SQSClient, _ transport: any HTTPTransport) -> Finding {
    let name = client.access.url
    guard state.waiting > 0 else {
      let taken = state.taken > 0 ? "; \(counted(state.taken, "message")) in a runner's hands" : ""
      return .ok("queue", "\(name): reachable, nothing waits\(taken)")
    }
    var detail = "\(name): \(counted(state.waiting, "webhook")) waiting"
    // A look counts as a receive: not where that brings a message nearer to the dead letters.
    guard state.deadLetters.map({ $0.maxReceives >= Doctor.fewReceives }) != false,
      case .success(let messages) = transport.wait(for: { client.look(completion: $0) }),
      let oldest = messages.compactMap({ $0.webhook?.receivedAt }).min()
    else { return .ok("queue", detail) }
    let age = now.milliseconds(since: oldest)
    detail += ", the oldest seen \(spoken(milliseconds: age)) old"
    guard age > Doctor.agedMilliseconds else { return .ok("queue", detail) }
    return .fault("queue", detail, cure: "opsfabric run takes them in; if not, it says why")
  }

  private func examine(
    _ letters: QueueState.DeadLetters, _ client: SQSClient, _ transport: any HTTPTransport
  ) -> [Finding] {
    var findings: [Finding] = []
    let name = letters.queueURL.split(separator: "/").last.map(String.init) ?? letters.queueURL
    switch transport.wait(for: { client.state(of: letters.queueURL, completion: $0) }) {
    case .success(let state) where state.waiting + state.taken > 0:
      findings.append(
        .fault(
          "queue",
          "\(counted(state.waiting + state.taken, "webhook")) among the dead letters in \(name): nobody recorded them",
          cure: "AWS console, \(name): Start DLQ redrive; the runner then takes them in"))
    case .success: break
    default:
      findings.append(
        .warning(
          "queue", "the dead letters in \(name) cannot be counted",
          cure: "allow sqs:GetQueueAttributes on \(name) for the runner's key"))
    }
    if letters.maxReceives < Doctor.fewReceives {
      findings.append(
        .warning(
          "queue", "after \(counted(letters.maxReceives, "receive")) a webhook goes to \(name)",
          cure:
            "take the redrive policy away, or allow 1000 receives: an outage must not drive good ones there"))
    }
    return findings
  }
}
