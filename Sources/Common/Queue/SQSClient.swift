// SQSClient.swift - Amazon SQS's JSON protocol: put a webhook on the queue, take some, delete what is done.
//
// Requests are signed by libcurl and may arrive twice: a webhook that lies in the queue twice changes nothing, and a
// message deleted twice is deleted.

import Crypto
import Curl
import JSON
import Spool

/// Why the queue did not do what was asked.
package enum QueueFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// It answered that it will not: credentials, rights, the queue's name. The operator must mend it.
  case refused(String)
  /// No answer, or one that says: later.
  case unavailable(String)

  package var description: String {
    switch self {
    case .refused(let reason): "the queue refuses: \(reason)"
    case .unavailable(let reason): "the queue is not available: \(reason)"
    }
  }
}

/// What lies in the queue.
package struct QueueMessage: Hashable, Sendable {
  package var id: String
  /// Says which delivery is meant when it is deleted.
  package var receipt: String
  package var body: String

  /// nil for what is no webhook of ours.
  package var webhook: KeptWebhook? { KeptWebhook(content) }
  /// What was put on the queue, whatever it is: what the spool would hold.
  package var content: [UInt8] { MessageText.content(body) }
}

package final class SQSClient {
  /// Messages per request.
  package static let batch = 10

  package let access: QueueAccess
  let transport: any HTTPTransport

  package init(access: QueueAccess, transport: any HTTPTransport) {
    self.access = access
    self.transport = transport
  }

  /// The request that puts a webhook on the queue; `outcome(of:)` reads its answer.
  /// - Parameter sequence: what a FIFO queue keeps in order.
  package func sending(_ kept: KeptWebhook, sequence: String, withinMilliseconds limit: Int) -> HTTPRequest {
    var members: [String: JSONDocument] = ["MessageBody": .string(MessageText.text(kept))]
    if access.isFIFO {
      members["MessageGroupId"] = .string(hexadecimal(sha256(Array(sequence.utf8))))
      members["MessageDeduplicationId"] = .string(hexadecimal(sha256(kept.bytes)))
    }
    var request = request("SendMessage", members, timeoutMilliseconds: limit)
    request.connectTimeoutMilliseconds = min(request.connectTimeoutMilliseconds, limit)
    return request
  }

  /// Takes up to ten messages; they are invisible to others for the queue's own visibility time-out.
  /// - Parameters:
  ///   - waitSeconds: how long the queue may wait for the first one, at most 20.
  ///   - visibilitySeconds: instead of the queue's own time-out.
  package func receive(
    waitSeconds: Int, visibilitySeconds: Int? = nil,
    completion: @escaping (Result<[QueueMessage], QueueFailure>) -> Void
  ) {
    var members: [String: JSONDocument] = [
      "MaxNumberOfMessages": .number(String(SQSClient.batch)),
      "WaitTimeSeconds": .number(String(waitSeconds)),
    ]
    if let visibilitySeconds { members["VisibilityTimeout"] = .number(String(visibilitySeconds)) }
    let request = request("ReceiveMessage", members, timeoutMilliseconds: waitSeconds * 1000 + 5000)
    transport.submit(request) { result in
      completion(
        SQSClient.outcome(of: result).map { reply in
          (reply["Messages"]?.items ?? []).compactMap { item in
            guard let id = item["MessageId"]?.text, let receipt = item["ReceiptHandle"]?.text,
              let body = item["Body"]?.text
            else { return nil }
            return QueueMessage(id: id, receipt: receipt, body: body)
          }
        })
    }
  }

  /// Deletes up to ten messages. A single one may not be deleted, because its visibility time-out was over: that is no
  /// fault of the queue, it comes again and changes nothing.
  package func delete(_ receipts: [String], completion: @escaping (Result<Void, QueueFailure>) -> Void) {
    let entries = receipts.enumerated().map { index, receipt in
      JSONDocument.object(["Id": .string(String(index)), "ReceiptHandle": .string(receipt)])
    }
    let request = request("DeleteMessageBatch", ["Entries": .array(entries)], timeoutMilliseconds: 10_000)
    transport.submit(request) { completion(SQSClient.outcome(of: $0).map { _ in () }) }
  }

  /// The answer as JSON, or why there is none.
  package static func outcome(of result: Result<HTTPReply, HTTPFailure>) -> Result<JSONDocument, QueueFailure>
  {
    switch result {
    case .failure(let failure): return .failure(.unavailable(failure.reason))
    case .success(let reply):
      let document = try? JSONDocument(reply.body)
      if reply.status == 200, let document { return .success(document) }
      let code = document?["__type"]?.text.flatMap { $0.split(separator: "#").last.map(String.init) }
      let reason =
        "\(reply.status) \(code ?? "") \(document?["message"]?.text ?? document?["Message"]?.text ?? "")"
      // Throttling is answered with 400 too, and means: later.
      let isThrottled = code.map { $0.contains("Throttl") || $0.contains("RequestLimit") } ?? false
      return .failure(
        (400..<500).contains(reply.status) && !isThrottled ? .refused(reason) : .unavailable(reason))
    }
  }

  /// - Parameter queue: its URL; nil: the queue of the settings.
  func request(
    _ action: String, _ members: [String: JSONDocument], queue: String? = nil, timeoutMilliseconds: Int
  ) -> HTTPRequest {
    var members = members
    members["QueueUrl"] = .string(queue ?? access.url)
    var headers = [
      (name: "Content-Type", value: "application/x-amz-json-1.0"),
      (name: "X-Amz-Target", value: "AmazonSQS.\(action)"),
    ]
    if let token = access.sessionToken { headers.append((name: "X-Amz-Security-Token", value: token)) }
    var request = HTTPRequest(
      method: "POST", url: access.endpoint, headers: headers, body: JSONDocument.object(members).bytes,
      timeoutMilliseconds: timeoutMilliseconds)
    request.signing = access.signing
    return request
  }
}
