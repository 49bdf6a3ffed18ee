// WebClient.swift - HTTP requests of tests: one, or many at once.

import HTTP
import Platform

/// A request as it goes over the wire.
public struct WebRequest: Sendable {
  public var method: String
  public var url: String
  public var headers: [(String, String)]
  public var body: [UInt8]?

  public init(_ method: String, _ url: String, headers: [(String, String)] = [], body: [UInt8]? = nil) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}

/// Status 0: no answer came.
public struct WebAnswer: Sendable {
  public var status: Int
  /// Names in lower case.
  public var headers: [String: String]
  public var text: String
  public var milliseconds: Int64
}

public enum WebClient {
  public static func send(_ request: WebRequest) -> WebAnswer { sendAll([request])[0] }

  /// All at once, each on a connection of its own; answers in the order of the requests.
  public static func sendAll(_ requests: [WebRequest]) -> [WebAnswer] {
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
