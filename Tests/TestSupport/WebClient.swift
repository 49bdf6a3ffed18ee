// WebClient.swift - HTTP requests of tests: one, or many at once.

import Curl
import Platform

/// A request as it goes over the wire.
package struct WebRequest: Sendable {
  package var method: String
  package var url: String
  package var headers: [(String, String)]
  package var body: [UInt8]?

  package init(_ method: String, _ url: String, headers: [(String, String)] = [], body: [UInt8]? = nil) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}

/// Status 0: no answer came.
package struct WebAnswer: Sendable {
  package var status: Int
  /// Names in lower case.
  package var headers: [String: String]
  package var text: String
  package var milliseconds: Int64
}

package enum WebClient {
  package static func send(_ request: WebRequest) -> WebAnswer { sendAll([request])[0] }

  /// All at once, each on a connection of its own; answers in the order of the requests.
  package static func sendAll(_ requests: [WebRequest]) -> [WebAnswer] {
    let transport = CurlTransport(maxConnections: max(1, requests.count))
    let began = monotonicMilliseconds()
    var answers = requests.map { _ in WebAnswer(status: 0, headers: [:], text: "", milliseconds: 0) }
    for (index, request) in requests.enumerated() {
      let outgoing = HTTPRequest(
        method: request.method, url: request.url, headers: request.headers.map { (name: $0.0, value: $0.1) },
        body: request.body, connectTimeoutMilliseconds: 10_000, timeoutMilliseconds: 30_000)
      transport.submit(outgoing) { result in
        answers[index].milliseconds = monotonicMilliseconds() - began
        guard case .success(let reply) = result else { return }
        answers[index].status = reply.status
        answers[index].headers = reply.headers
        answers[index].text = String(decoding: reply.body, as: UTF8.self)
      }
    }
    while transport.inFlight > 0 { transport.poll(milliseconds: 100) }
    return answers
  }
}
