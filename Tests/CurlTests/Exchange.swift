// Exchange.swift - what most tests do: submit, drive the transport until all is answered, look.

import Curl

typealias Outcome = Result<HTTPReply, HTTPFailure>

/// Outcomes in order of completion.
final class Outcomes {
  var all: [Outcome] = []
}

extension CurlTransport {
  /// Drives until nothing is under way, at most a minute.
  func finish() {
    let deadline = ContinuousClock.now + .seconds(60)
    while inFlight > 0, .now < deadline { poll(milliseconds: 1000) }
  }

  /// One request to its end.
  func exchange(_ request: HTTPRequest) -> Outcome? {
    let outcomes = Outcomes()
    submit(request) { outcomes.all.append($0) }
    finish()
    return outcomes.all.first
  }
}

extension HTTPRequest {
  static func post(_ url: String, _ body: String = "To=%2B41791234567&Body=Hello") -> HTTPRequest {
    HTTPRequest(method: "POST", url: url, body: Array(body.utf8))
  }
}

extension Result where Success == HTTPReply, Failure == HTTPFailure {
  var reply: HTTPReply? { try? get() }
  var isNeverSent: Bool {
    if case .failure(.neverSent) = self { true } else { false }
  }
  var isAmbiguous: Bool {
    if case .failure(.ambiguous) = self { true } else { false }
  }
}
