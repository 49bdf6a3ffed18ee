// WebhookSender.swift - signs webhooks and sends them over libcurl, with Twilio's retries.

import Curl
import StandIn

/// Sends webhooks one after the other.
final class WebhookSender {
  private let transport = CurlTransport(maxConnections: 1)
  private let token: String
  private(set) var failures = 0

  init(token: String) { self.token = token }

  /// Sends with the retries the URL's fragment asks for (`#rc=3&rp=ct,rt,5xx`); by default one more try,
  /// and only where no connection came about.
  func send(_ webhook: Webhook) -> WebhookAnswer {
    let fragment = FormCoding.decode(String(webhook.url.drop { $0 != "#" }.dropFirst()))
    let retries = fragment.first { $0.0 == "rc" }.flatMap { Int($0.1) } ?? 1
    let policies = (fragment.first { $0.0 == "rp" }?.1 ?? "ct").split(separator: ",").map(String.init)
    var answer = WebhookAnswer.unreachable
    for _ in 0...min(max(retries, 0), 5) {
      let (result, reason) = exchange(webhook.signed(token: token))
      answer = result
      let kind = reason ?? (answer.status >= 500 ? "5xx" : answer.status >= 400 ? "4xx" : "")
      if kind.isEmpty || !(policies.contains(kind) || policies.contains("all")) { break }
    }
    if !(200..<300 ~= answer.status) { failures += 1 }
    return answer
  }

  /// The reason is `ct` or `rt` where no answer came, as in Twilio's retry policies.
  private func exchange(_ signed: Webhook.Signed) -> (answer: WebhookAnswer, reason: String?) {
    let request = HTTPRequest(
      method: "POST", url: signed.url, headers: signed.headers.map { (name: $0.0, value: $0.1) },
      body: signed.body, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 15_000)
    var outcome: Result<HTTPReply, HTTPFailure>?
    transport.submit(request) { outcome = $0 }
    while outcome == nil { transport.poll(milliseconds: 1000) }
    switch outcome {
    case .success(let reply):
      let body = String(decoding: reply.body, as: UTF8.self)
      return (WebhookAnswer(status: reply.status, headers: reply.headers, body: body), nil)
    case .failure(.neverSent): return (.unreachable, "ct")
    case .failure(.ambiguous), .failure(.tooLarge), nil: return (.unreachable, "rt")
    }
  }
}
