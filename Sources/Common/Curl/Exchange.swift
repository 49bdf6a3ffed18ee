// Exchange.swift - requests of a program that waits for their answers, as against the runner's.

extension HTTPTransport {
  /// Starts something and drives the transport until it is over.
  package func wait<Value>(for start: (@escaping (Value) -> Void) -> Void) -> Value? {
    var value: Value?
    start { value = $0 }
    while value == nil, inFlight > 0 { poll(milliseconds: 200) }
    return value
  }

  /// All at once; the answers in the order of the requests.
  package func answers(to requests: [HTTPRequest]) -> [Result<HTTPReply, HTTPFailure>] {
    var results: [Result<HTTPReply, HTTPFailure>] = requests.map { _ in .failure(.neverSent("no answer")) }
    for (index, request) in requests.enumerated() {
      submit(request) { results[index] = $0 }
    }
    while inFlight > 0 { poll(milliseconds: 200) }
    return results
  }
}

extension HTTPFailure {
  /// libcurl's reason, for a line to the operator.
  package var reason: String {
    switch self {
    case .neverSent(let reason), .ambiguous(let reason), .tooLarge(let reason): reason
    }
  }
}
