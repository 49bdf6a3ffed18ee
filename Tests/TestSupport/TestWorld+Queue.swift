// TestWorld+Queue.swift - a TestWorld whose webhooks go through a queue, as functions and their runner have it.

import Business
import Web

extension TestWorld {
  /// From now on handlers put webhooks on this queue, and the runner drains it.
  @discardableResult
  package func useQueue() throws -> QueueStandIn {
    let standIn = QueueStandIn()
    transport.queue = standIn
    installation.intake = .sqs(
      .init(
        queueURL: QueueStandIn.url, region: "eu-central-2", accessKeyID: "key",
        secretAccessKey: Secret("secret"))
    )
    try apply()
    queue = { kept, _, _ in
      if let fault = standIn.faults["SendMessage"] { return "status \(fault.status)" }
      standIn.put(kept)
      return nil
    }
    return standIn
  }
}
