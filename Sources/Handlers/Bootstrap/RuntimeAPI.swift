// RuntimeAPI.swift - AWS Lambda's runtime API, 2018-06-01: take the next event, hand over its answer, or say what
// went wrong.
//
// The service lies on this machine. Whatever it cannot do ends the program: the service then starts a new one.

import CGI
import Curl
import JSON
import LocalTime

/// One event and what the service says of it.
struct Invocation {
  var id: String
  /// When the service loses patience.
  var deadline: Timestamp?
  /// For X-Ray: what belongs together has the same.
  var traceID: String?
  var event: [UInt8]
}

/// What the service is told of a failure.
struct RuntimeFault: Error, Hashable {
  /// As the service groups them: `Runtime.…`.
  var type: String
  var message: String

  var json: [UInt8] {
    JSONDocument.object([
      "errorType": .string(type), "errorMessage": .string(message), "stackTrace": .array([]),
    ]).bytes
  }
}

/// The service cannot be spoken to; there is nothing to go on for.
struct RuntimeUnavailable: Error, CustomStringConvertible {
  var description: String
}

final class RuntimeAPI {
  /// An event has at most 6 MB; what is longer is refused by whoever reads it.
  private static let maxEventBytes = 16 << 20
  private static let answerMilliseconds = 10_000

  private let base: String
  private let transport: any HTTPTransport

  /// - Parameter address: host and port, as in `AWS_LAMBDA_RUNTIME_API`.
  init(address: String, transport: any HTTPTransport) {
    base = "http://\(address)/2018-06-01/runtime"
    self.transport = transport
  }

  /// Waits for the next event, for as long as it takes: the service freezes this program meanwhile.
  func next() throws(RuntimeUnavailable) -> Invocation {
    var request = HTTPRequest(
      url: base + "/invocation/next", timeoutMilliseconds: HTTPRequest.noTimeout)
    request.maxReplyBytes = RuntimeAPI.maxEventBytes
    let reply = try send(request)
    guard reply.status == 200 else {
      throw RuntimeUnavailable(description: "the next event was refused with status \(reply.status)")
    }
    guard let id = reply.headers["lambda-runtime-aws-request-id"], !id.isEmpty else {
      throw RuntimeUnavailable(description: "an event came without Lambda-Runtime-Aws-Request-Id")
    }
    return Invocation(
      id: id,
      deadline: reply.headers["lambda-runtime-deadline-ms"].flatMap { Int64($0) }.map {
        Timestamp(milliseconds: $0)
      },
      traceID: reply.headers["lambda-runtime-trace-id"], event: reply.body)
  }

  /// Hands over the answer. nil: taken. A fault: the service refused it, and this event is not answered yet.
  func answer(_ id: String, _ json: [UInt8]) throws(RuntimeUnavailable) -> RuntimeFault? {
    let status = try post("/invocation/\(percentEncoded(id))/response", json)
    if (200..<300).contains(status) { return nil }
    guard status < 500 else {
      throw RuntimeUnavailable(description: "an answer was refused with status \(status)")
    }
    return RuntimeFault(
      type: "Runtime.AnswerRefused", message: "the answer was refused with status \(status)")
  }

  /// This event has no answer.
  func fail(_ id: String, _ fault: RuntimeFault) throws(RuntimeUnavailable) {
    let status = try post("/invocation/\(percentEncoded(id))/error", fault.json, fault)
    guard status < 500 else {
      throw RuntimeUnavailable(description: "an error was refused with status \(status)")
    }
  }

  /// This program cannot serve any event.
  func failInit(_ fault: RuntimeFault) throws(RuntimeUnavailable) {
    _ = try post("/init/error", fault.json, fault)
  }

  private func post(_ path: String, _ body: [UInt8], _ fault: RuntimeFault? = nil) throws(RuntimeUnavailable)
    -> Int
  {
    var headers = [(name: "Content-Type", value: "application/json")]
    if let fault { headers.append((name: "Lambda-Runtime-Function-Error-Type", value: fault.type)) }
    return try send(
      HTTPRequest(
        method: "POST", url: base + path, headers: headers, body: body,
        timeoutMilliseconds: RuntimeAPI.answerMilliseconds)
    ).status
  }

  private func send(_ request: HTTPRequest) throws(RuntimeUnavailable) -> HTTPReply {
    var request = request
    request.usesProxy = false
    switch transport.wait(for: request) {
    case .success(let reply): return reply
    case .failure(let failure): throw RuntimeUnavailable(description: failure.reason)
    }
  }
}
