// QueueStandIn.swift - Amazon SQS in this process and on the test's clock, as far as the runner uses it.
//
// It may deliver twice and in any order, as the real one may; a test says when.

import Curl
import JSON
import LocalTime
import Queue
import Spool

/// Of one thread only.
package final class QueueStandIn: @unchecked Sendable {
  package static let url = service + "1/calls"
  static let service = "https://sqs.test/"
  package static let visibilitySeconds = 30
  package static let deadLetters = service + "1/dead"

  private struct Message {
    let id: String
    let body: String
    var visibleAt = Timestamp(milliseconds: 0)
    var receipt = ""
  }

  private var messages: [Message] = []
  private var made = 0
  /// Refuses the next requests of an action with a status and a code.
  package var faults: [String: (status: Int, code: String)] = [:]
  /// Receipts count no more, as after the visibility time-out: each is refused by itself.
  package var receiptsAreStale = false
  /// What the queue tells of itself beside its depth.
  package var attributes = ["VisibilityTimeout": "30", "MessageRetentionPeriod": "1209600"]
  /// How many lie among the dead letters; nil: there is no such queue.
  package var deadLetters: Int?
  /// Actions in the order they were asked for.
  public private(set) var log: [String] = []
  /// The longest that a request for messages was ready to wait.
  public private(set) var longestWait = 0

  package init() {}

  package var count: Int { messages.count }
  package var bodies: [String] { messages.map(\.body) }

  package func put(_ kept: KeptWebhook) { put(MessageText.text(kept)) }

  package func put(_ body: String) {
    made += 1
    messages.append(Message(id: "message-\(made)", body: body))
  }

  /// As if a runner had taken all and died.
  package func hide(at now: Timestamp) {
    _ = receive(messages.count, hiddenSeconds: Self.visibilitySeconds, at: now)
  }

  func answer(_ request: HTTPRequest, at now: Timestamp) -> Result<HTTPReply, HTTPFailure> {
    let action = String(
      request.headers.first { $0.name == "X-Amz-Target" }?.value.split(separator: ".").last ?? "")
    log.append(action)
    guard request.signing != nil, let members = try? JSONDocument(request.body ?? []),
      let queue = members["QueueUrl"]?.text,
      queue == Self.url || (deadLetters != nil && queue == Self.deadLetters)
    else { return reply(400, ["__type": .string("com.amazonaws.sqs#QueueDoesNotExist")]) }
    if let fault = faults[action] {
      if fault.status == 0 { return .failure(.neverSent("could not connect")) }
      return reply(fault.status, ["__type": .string("com.amazon.coral.service#\(fault.code)")])
    }
    switch action {
    case "ReceiveMessage":
      longestWait = max(longestWait, members["WaitTimeSeconds"]?.integer ?? 0)
      let seconds = members["VisibilityTimeout"]?.integer ?? Self.visibilitySeconds
      let taken = receive(members["MaxNumberOfMessages"]?.integer ?? 1, hiddenSeconds: seconds, at: now)
      return reply(200, ["Messages": .array(taken)])
    case "GetQueueAttributes": return reply(200, ["Attributes": .object(state(queue, at: now))])
    case "DeleteMessageBatch":
      let entries = members["Entries"]?.items ?? []
      if receiptsAreStale {
        let failed = entries.map { entry in
          JSONDocument.object([
            "Id": entry["Id"] ?? .null, "Code": .string("ReceiptHandleIsInvalid"), "SenderFault": .bool(true),
          ])
        }
        return reply(200, ["Failed": .array(failed), "Successful": .array([])])
      }
      let receipts = Set(entries.compactMap { $0["ReceiptHandle"]?.text })
      messages.removeAll { receipts.contains($0.receipt) }
      return reply(200, ["Successful": .array(entries.map { .object(["Id": $0["Id"] ?? .null]) })])
    default: return reply(400, ["__type": .string("com.amazonaws.sqs#UnsupportedOperation")])
    }
  }

  private func state(_ queue: String, at now: Timestamp) -> [String: JSONDocument] {
    let isDead = queue == Self.deadLetters
    let waiting = isDead ? deadLetters ?? 0 : messages.count { $0.visibleAt <= now }
    let taken = isDead ? 0 : messages.count - waiting
    let depth = [
      "ApproximateNumberOfMessages": String(waiting), "ApproximateNumberOfMessagesNotVisible": String(taken),
    ]
    return depth.merging(attributes) { $1 }.mapValues { .string($0) }
  }

  private func receive(_ limit: Int, hiddenSeconds: Int, at now: Timestamp) -> [JSONDocument] {
    let taken = messages.indices.filter { messages[$0].visibleAt <= now }.prefix(limit)
    return taken.map { index in
      made += 1
      messages[index].receipt = "receipt-\(made)"
      messages[index].visibleAt = now.adding(seconds: hiddenSeconds)
      return .object([
        "MessageId": .string(messages[index].id), "ReceiptHandle": .string(messages[index].receipt),
        "Body": .string(messages[index].body),
      ])
    }
  }

  private func reply(_ status: Int, _ members: [String: JSONDocument]) -> Result<HTTPReply, HTTPFailure> {
    .success(HTTPReply(status: status, body: JSONDocument.object(members).bytes))
  }
}
