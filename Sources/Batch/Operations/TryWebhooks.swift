// TryWebhooks.swift - one event that tells of nothing, sent to another program at once: does it take what we send?

import Business
import Curl
import LocalTime
import Outbox

package enum TryWebhooks {
  /// Receivers know it by its type: it is none of those that `on` may name.
  private static let type = "test"

  /// - Returns: nil where the receiver took it; else why not.
  package static func send(
    to receiver: WebhookReceiver, tenant: String, installation: Installation, id: String,
    by transport: any HTTPTransport, at now: Timestamp
  ) -> String? {
    // An ID of a tenant needs no escapes.
    let body = #"{"type":"\#(type)","timestamp":"\#(now.iso8601)","data":{"tenant":"\#(tenant)"}}"#
    let request = WebhookPost.request(
      to: receiver, id: id, body: body, isTrusted: installation.trusts(receiver.url), at: now)
    let result = transport.wait { transport.submit(request, completion: $0) }
    switch result.map(WebhookPost.outcome) {
    case .taken: return nil
    case .gone: return "HTTP 410: it wants nothing more"
    case .failed(_, let reason, _), .notBegun(let reason): return reason
    case nil: return "no answer"
    }
  }
}
