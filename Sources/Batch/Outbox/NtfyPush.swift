// NtfyPush.swift - one push as a request to an ntfy server, and what its answer means.

import Business
import Curl
import JSON
import TwilioAPI

struct NtfyPush {
  var topic: NtfyTopic
  var title: String
  var text: String
  /// What a tap opens.
  var link: String?
  var isUrgent: Bool

  /// A longer one would arrive as an attachment that nobody reads.
  static let textBytes = 4096

  private static let connectMilliseconds = 5000
  private static let wholeMilliseconds = 20_000
  private static let replyBytes = 64 << 10
  /// As ntfy counts: 3 is what everything has, 4 pops up and makes a noise.
  private static let (normal, high) = (3, 4)

  func request(token: Secret?, isTrusted: Bool) -> HTTPRequest {
    var members: [String: JSONDocument] = [
      "topic": .string(topic.name), "title": .string(title), "message": .string(cut(text)),
      "priority": .number(String(isUrgent ? Self.high : Self.normal)),
    ]
    members["click"] = link.map { .string($0) }
    var headers = [(name: "Content-Type", value: "application/json")]
    if let token { headers.append(("Authorization", "Bearer \(token.value)")) }
    var request = HTTPRequest(
      method: "POST", url: topic.server, headers: headers, body: JSONDocument.object(members).bytes,
      connectTimeoutMilliseconds: Self.connectMilliseconds, timeoutMilliseconds: Self.wholeMilliseconds)
    request.maxReplyBytes = Self.replyBytes
    request.destination = isTrusted ? .trusted : .stranger
    return request
  }

  /// At a character, with an ellipsis.
  private func cut(_ text: String) -> String {
    guard text.utf8.count > Self.textBytes else { return text }
    let ellipsis = "…"
    var kept = ""
    var bytes = ellipsis.utf8.count
    for character in text {
      bytes += character.utf8.count
      if bytes > Self.textBytes { break }
      kept.append(character)
    }
    return kept + ellipsis
  }
}

package enum NtfyOutcome: Hashable, Sendable {
  case taken
  /// It will never be taken as it is: why, and what mends it.
  case refused(status: Int?, String)
  /// It may go better next time; or it has got there, and the answer was lost.
  case failed(status: Int?, String)
  /// It was not taken, and no try was used: the server was not reached (no status), or wants to be left alone.
  case turnedAway(String, status: Int?, seconds: Int?)
}

extension NtfyOutcome {
  init(_ result: Result<HTTPReply, HTTPFailure>) {
    switch result {
    case .failure(.neverSent(let reason)): self = .turnedAway(reason, status: nil, seconds: nil)
    case .failure(let failure): self = .failed(status: nil, failure.reason)
    case .success(let reply): self.init(reply)
    }
  }

  private init(_ reply: HTTPReply) {
    let answer = try? JSONDocument(reply.body)
    let code = answer?["code"]?.integer
    let what = "HTTP \(reply.status)" + (code.map { " (ntfy \($0))" } ?? "")
    switch reply.status {
    case 200..<300:
      self =
        answer?["id"]?.text == nil
        ? .refused(status: reply.status, "\(what), but not as an ntfy server answers: \(Self.wrongAddress)")
        : .taken
    case 429:
      self = .turnedAway(
        code == 42908 ? "\(what): no more pushes today" : what, status: 429,
        seconds: reply.retryAfterSeconds.map { min($0, Self.longestSeconds) })
    case 500...: self = .failed(status: reply.status, what)
    case 401, 403:
      self = .refused(
        status: reply.status, "\(what): write a token beside the topic in notify that may publish to it")
    case 413: self = .refused(status: reply.status, "\(what): the server takes no text of this length")
    case 300..<400, 404, 405:
      self = .refused(status: reply.status, "\(what): \(Self.wrongAddress)")
    default: self = .refused(status: reply.status, what)
    }
  }

  /// Nobody is left alone for longer than that, whatever he says.
  private static let longestSeconds = 3600

  private static var wrongAddress: String { "write the topic's own address in notify" }
}
