// HTTPTransport.swift - what a request, a reply and a failure are; the protocol the rest speaks.
//
// A failure says the one thing a sender of messages must know: may this be repeated at once, or
// does it first need to be found out whether the other side acted on it?

/// One request. Nothing in it is checked before `submit`; a bad URL ends in `neverSent`.
package struct HTTPRequest: Sendable {
  package var method: String
  package var url: String
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]?
  /// Sent as Basic authentication with the first request, not only after a 401.
  package var username: String?
  package var password: String?
  package var connectTimeoutMilliseconds: Int
  /// For the whole exchange, connecting included; counted from when a connection slot is free.
  /// `noTimeout`: as long as it takes.
  package var timeoutMilliseconds: Int
  /// AWS's signature (version 4) by libcurl, over the request as it leaves. Such a request is given to libcurl
  /// whole, which may send it a second time by itself: for requests only that may arrive twice.
  package var signing: AWSSigning?
  /// The largest reply kept; a larger one ends as `tooLarge`, a stranger's is cut off there.
  package var maxReplyBytes = 4 << 20
  /// Whether a proxy named by the environment is used; not for what lies on this very machine.
  package var usesProxy = true
  package var destination = Destination.known

  package static let noTimeout = Int.max

  package init(
    method: String = "GET", url: String, headers: [(name: String, value: String)] = [],
    body: [UInt8]? = nil, username: String? = nil, password: String? = nil,
    connectTimeoutMilliseconds: Int = 3000, timeoutMilliseconds: Int = 10000
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.username = username
    self.password = password
    self.connectTimeoutMilliseconds = connectTimeoutMilliseconds
    self.timeoutMilliseconds = timeoutMilliseconds
  }
}

/// Whose the other side is.
package enum Destination: Sendable {
  /// Named by the program or its operator.
  case known
  /// Named by somebody who is not trusted with this machine's network: https, and never a private address, judged when it
  /// is connected to. A stranger gets a connection of its own, by no proxy, waits in a line of its own, and of its answer
  /// no more is read than the request keeps.
  case stranger
  /// The same, but for address and encryption: the operator says that the host may have any.
  case trusted
}

/// Who signs, and for which service of which region.
package struct AWSSigning: Sendable {
  package var service: String
  package var region: String
  package var accessKeyID: String
  package var secretAccessKey: String

  package init(service: String, region: String, accessKeyID: String, secretAccessKey: String) {
    self.service = service
    self.region = region
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
  }
}

extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Method and URL without its query: neither credentials nor numbers nor texts.
  package var description: String { "\(method) \(url.prefix { $0 != "?" })" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}

/// A complete reply, whatever its status.
package struct HTTPReply: Sendable {
  package var status: Int
  /// Names in lower case; values of a repeated header joined with ", ".
  package var headers: [String: String]
  package var body: [UInt8]

  package init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

extension HTTPFailure {
  /// What is said of an address that is not connected to; never what lies there.
  package static let privateAddress = "refused: private address"
}

/// No complete reply came. The text is for logs; it holds no credentials.
package enum HTTPFailure: Error, Sendable, Hashable {
  /// The other side cannot have acted on the request: safe to repeat.
  case neverSent(String)
  /// The request left, wholly or partly; the answer is unknown.
  case ambiguous(String)
  /// The other side has answered, and with more than the request allows.
  case tooLarge(String)
}

/// Runs requests side by side. Not for use from several threads.
package protocol HTTPTransport: AnyObject {
  /// Requests submitted whose completion has not been called yet.
  var inFlight: Int { get }

  /// Takes a request. `completion` is called exactly once, from `poll` or `abandonAll`, never from
  /// within `submit`; it may submit further requests.
  func submit(_ request: HTTPRequest, completion: @escaping (Result<HTTPReply, HTTPFailure>) -> Void)

  /// Drives transfers; returns after at most `milliseconds`, or as soon as at least one transfer
  /// has completed (its completion has been called).
  func poll(milliseconds: Int)

  /// Ends every transfer under way: their completions are called with `neverSent` or `ambiguous`,
  /// as is true of each.
  func abandonAll()
}

extension HTTPTransport {
  /// One request, waited for: for programs that have nothing else to do meanwhile.
  package func wait(for request: HTTPRequest) -> Result<HTTPReply, HTTPFailure> {
    var outcome: Result<HTTPReply, HTTPFailure>?
    submit(request) { outcome = $0 }
    while true {
      if let outcome { return outcome }
      poll(milliseconds: 60_000)
    }
  }
}
