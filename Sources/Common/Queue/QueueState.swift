// QueueState.swift - what Amazon SQS tells about a queue: how much lies in it, and how it is set up.

import Curl
import JSON
import LocalTime

package struct QueueState: Hashable, Sendable {
  /// Messages that wait, and those that somebody has taken and not deleted yet. Amazon calls both approximate.
  package var waiting: Int
  package var taken: Int
  /// How long a message that was taken stays out of sight.
  package var visibilitySeconds: Int
  /// How long a message is kept.
  package var retentionSeconds: Int
  /// Where messages go that were received too often, and how often that is; nil: there is no such rule.
  package var deadLetters: DeadLetters?

  package struct DeadLetters: Hashable, Sendable {
    package var queueURL: String
    package var maxReceives: Int
  }

  static let attributes = [
    "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "VisibilityTimeout",
    "MessageRetentionPeriod", "RedrivePolicy",
  ]

  /// - Parameter url: the queue's own, from which that of its dead letters is made.
  init(_ reply: JSONDocument, of url: String) {
    func number(_ name: String) -> Int { reply["Attributes"]?[name]?.text.flatMap { Int($0) } ?? 0 }
    waiting = number("ApproximateNumberOfMessages")
    taken = number("ApproximateNumberOfMessagesNotVisible")
    visibilitySeconds = number("VisibilityTimeout")
    retentionSeconds = number("MessageRetentionPeriod")
    deadLetters = reply["Attributes"]?["RedrivePolicy"]?.text.flatMap { text in
      guard let policy = try? JSONDocument(Array(text.utf8)),
        let name = policy["deadLetterTargetArn"]?.text?.split(separator: ":").last
      else { return nil }
      // Both queues are of one account and one region.
      let folder = url.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      let most = policy["maxReceiveCount"]
      return DeadLetters(
        queueURL: (folder + [name]).joined(separator: "/"),
        maxReceives: most?.integer ?? most?.text.flatMap { Int($0) } ?? 0)
    }
  }
}

extension SQSClient {
  /// - Parameter url: another queue of the same account; nil: this one.
  package func state(
    of url: String? = nil, completion: @escaping (Result<QueueState, QueueFailure>) -> Void
  ) {
    let url = url ?? access.url
    let request = request(
      "GetQueueAttributes", ["AttributeNames": .array(QueueState.attributes.map { .string($0) })], queue: url,
      timeoutMilliseconds: 10_000)
    transport.submit(request) { result in
      completion(SQSClient.outcome(of: result).map { QueueState($0, of: url) })
    }
  }

  /// Some of the messages that wait, left in sight of everybody. It counts as a receive of each.
  package func look(completion: @escaping (Result<[QueueMessage], QueueFailure>) -> Void) {
    receive(waitSeconds: 0, visibilitySeconds: 0, completion: completion)
  }
}
