// WebhookPost.swift - one webhook as a request, by Standard Webhooks 1.0.0, and what its answer means.

import Business
import Crypto
import Curl
import LocalTime
import TwilioAPI

package enum WebhookPost {
  private static let connectMilliseconds = 5000
  private static let wholeMilliseconds = 20_000
  /// Nothing is read from an answer but its status; a stranger may answer anything.
  private static let replyBytes = 64 << 10

  /// Signed for this attempt.
  /// - Parameters:
  ///   - id: the event's, the same in each attempt.
  ///   - isTrusted: the operator says that the address may be private.
  package static func request(
    to receiver: WebhookReceiver, id: String, body: String, isTrusted: Bool, at now: Timestamp
  ) -> HTTPRequest {
    let bytes = Array(body.utf8)
    let signatures = [receiver.secret, receiver.secret2].compactMap { $0.flatMap { WebhookSecret($0.value) } }
      .map { $0.signature(id: id, timestamp: now.seconds, body: bytes) }
    var request = HTTPRequest(
      method: "POST", url: receiver.url,
      headers: [
        ("Content-Type", "application/json"), ("webhook-id", id), ("webhook-timestamp", String(now.seconds)),
        ("webhook-signature", signatures.joined(separator: " ")),
      ], body: bytes, connectTimeoutMilliseconds: connectMilliseconds,
      timeoutMilliseconds: wholeMilliseconds)
    if let header = receiver.header?.value, let colon = header.firstIndex(of: ":") {
      let value = header[header.index(after: colon)...].drop { $0 == " " }
      request.headers.append((String(header[..<colon]), String(value)))
    }
    request.maxReplyBytes = replyBytes
    request.destination = isTrusted ? .trusted : .stranger
    return request
  }

  package static func outcome(_ result: Result<HTTPReply, HTTPFailure>) -> WebhookOutcome {
    switch result {
    case .failure(let failure): .failed(status: nil, failure.reason, retryAfter: nil)
    case .success(let reply):
      switch reply.status {
      case 200..<300: .taken
      case 410: .gone
      case 429, 502, 503, 504:
        .failed(status: reply.status, "HTTP \(reply.status)", retryAfter: reply.retryAfterSeconds)
      default: .failed(status: reply.status, "HTTP \(reply.status)", retryAfter: nil)
      }
    }
  }
}

package enum WebhookOutcome: Hashable, Sendable {
  case taken
  /// 410: the receiver wants no more of them.
  case gone
  /// - Parameter retryAfter: for how many seconds it wants to be left alone.
  case failed(status: Int?, String, retryAfter: Int?)
  /// The attempt was not made.
  case notBegun(String)
}
