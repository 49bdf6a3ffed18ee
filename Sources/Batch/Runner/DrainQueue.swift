// DrainQueue.swift - records the webhooks that functions have put on the queue, as ReplaySpool does with the spool.
//
// A message is deleted only after its transaction has committed; one that comes twice changes nothing. While the
// queue is empty one request waits for the next message (long polling), beside everything else libcurl does, so it
// delays nothing. Messages may come out of order: Intake copes (docs/state-machines.md).

import Business
import Curl
import LocalTime
import Platform
import Queue
import Spool
import Store

package final class DrainQueue: Job {
  package static let name = "queue"

  private static let longestWaitSeconds = 20
  private static let longestRestSeconds = 60
  /// A hiccup is no alert.
  private static let failuresBeforeAlert = 3

  private let context: BatchContext
  private let recording: RecordKept
  private var inbox: [QueueMessage] = []
  private var done: [String] = []
  private var isReceiving = false
  private var deletionsUnderWay = 0
  private var failuresInRow = 0
  private var pace = Pace(seconds: 10)
  private var foundNothing = false
  private var hasAnswered = false

  package init(context: BatchContext) {
    self.context = context
    recording = RecordKept(context: context)
  }

  package var idleRequests: Int { isReceiving ? 1 : 0 }

  /// The queue cannot be used for now.
  package var isFailing: Bool { failuresInRow > 0 || context.queue == nil }

  /// It has answered in this run, and not failed since.
  package var isWell: Bool { !isFailing && hasAnswered }

  /// Nothing in the queue, nothing in hand; or the queue cannot be used for now.
  package var isFinished: Bool {
    guard case .sqs = context.installation.intake else { return true }
    return isFailing
      || (foundNothing && !isReceiving && inbox.isEmpty && done.isEmpty && deletionsUnderWay == 0)
  }

  package func step(at now: Timestamp) throws {
    guard case .sqs = context.installation.intake else { return }
    guard let queue = context.queue else {
      context.alert(AlertCause.queue, QueueAccess.missing, at: now)
      return
    }
    guard pace.isOpen(at: now) else { return }
    try recordInbox(queue, at: now)
    // Without lingering the queue is emptied once, and there is time for what is left.
    guard context.lingers || !foundNothing else { return }
    let waitSeconds =
      context.lingers ? min(Int64(DrainQueue.longestWaitSeconds), context.millisecondsLeft / 1000 - 1) : 1
    // What is received in the last second might not be recorded any more.
    if waitSeconds > 0, inbox.isEmpty, !isReceiving { receive(queue, waitSeconds: Int(waitSeconds)) }
  }

  /// What was received while the run ended is recorded; it will come again, and change nothing.
  package func settle(at now: Timestamp) throws {
    for message in inbox { _ = try recording.record(message.webhook, at: now) }
    inbox = []
  }

  private func recordInbox(_ queue: SQSClient, at now: Timestamp) throws {
    // Whatever ends the recording, what was recorded is deleted.
    defer { delete(queue) }
    while let message = inbox.first {
      do {
        if case .refused(let why) = try recording.record(message.webhook, at: now) {
          try reject(message, why: why, at: now)
        } else {
          context.summary.queued += 1
        }
      } catch {
        pace.rest(at: now)
        throw error
      }
      inbox.removeFirst()
      done.append(message.receipt)
    }
  }

  /// The queue's dead letter: a file for the operator, written before the message is deleted.
  private func reject(_ message: QueueMessage, why: String, at now: Timestamp) throws {
    let name =
      "queue-" + message.id.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.prefix(80)
    // As the spool would hold it, so that it can be moved back there, and `forget` finds a number in it.
    let path = try Spool(home: context.home).reject(message.content, name: name)
    context.alert(
      "queue_rejected", "a webhook from the queue cannot be recorded: \(why); it is kept as \(path)", at: now)
  }

  private func receive(_ queue: SQSClient, waitSeconds: Int) {
    isReceiving = true
    queue.receive(waitSeconds: waitSeconds) { [self] result in
      isReceiving = false
      switch result {
      case .success(let messages):
        failuresInRow = 0
        hasAnswered = true
        foundNothing = messages.isEmpty
        inbox += messages
      case .failure(let failure): rest(after: failure)
      }
    }
  }

  private func delete(_ queue: SQSClient) {
    while !done.isEmpty {
      let receipts = Array(done.prefix(SQSClient.batch))
      done.removeFirst(receipts.count)
      deletionsUnderWay += 1
      queue.delete(receipts) { [self] result in
        deletionsUnderWay -= 1
        // What was not deleted comes again and changes nothing.
        if case .failure(let failure) = result { rest(after: failure) }
      }
    }
  }

  /// Back-off: 1 s, doubling.
  private func rest(after failure: QueueFailure) {
    guard !context.isEnding else { return }
    let now = context.clock.now()
    failuresInRow += 1
    pace.rest(at: now, seconds: min(DrainQueue.longestRestSeconds, 1 << min(failuresInRow - 1, 6)))
    if case .unavailable = failure, failuresInRow < DrainQueue.failuresBeforeAlert {
      context.log(.warning, "queue", ["reason": failure.description])
      return
    }
    context.alert(AlertCause.queue, failure.description, at: now)
  }
}
