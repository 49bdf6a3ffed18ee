// NtfyServer.swift - a stand-in for an ntfy server, at an address of the tests' own internet.
//
// It keeps the rules of the real one (docs/publish.md, 2025-07): JSON at the root only, names of topics, priorities, 4096
// bytes of text, 32 kB of body, who may publish, sixty at once and one every five seconds after that.

import Business
import Crypto
import Curl
import JSON
import LocalTime

package final class NtfyServer {
  package struct Push {
    package let topic: String
    package let title: String
    package let message: String
    package let priority: Int
    package let click: String?
    package let at: Timestamp
  }

  /// What goes wrong with one request.
  package enum Fault {
    case refuse(Int, code: Int, headers: [String: String] = [:])
    /// It takes the push, and the answer is lost.
    case takeAndFallSilent
    /// No connection.
    case unreachable
    /// Somebody else's page.
    case page
  }

  package let root: String
  /// Whom it lets publish: a token for each topic that has one.
  package var tokens: [String: String] = [:]
  /// What goes wrong with the next requests, one each.
  package var faults: [Fault] = []
  /// What it has taken; the same push twice stands here twice, as two sounds on a telephone.
  package private(set) var pushes: [Push] = []
  /// Every request.
  package private(set) var requests: [HTTPRequest] = []
  private var tokensLeft = 60.0
  private var filledAt: Timestamp?

  package init(_ root: String = "https://ntfy.example.ch/") { self.root = root }

  package func topic(_ name: String = "doerfler-x7Kq9mW2pL") -> String { root + name }

  package func listen(in world: TestWorld) {
    let others = world.transport.otherSites
    world.transport.otherSites = { [self, clock = world.clock] request in
      request.url.hasPrefix(root) ? answer(request, at: clock.now) : others(request)
    }
  }

  private func answer(_ request: HTTPRequest, at now: Timestamp) -> Result<HTTPReply, HTTPFailure> {
    requests.append(request)
    let fault = faults.isEmpty ? nil : faults.removeFirst()
    switch fault {
    case .unreachable: return .failure(.neverSent("could not connect"))
    case .refuse(let status, let code, let headers): return refusal(status, code, headers)
    case .page: return .success(HTTPReply(status: 200, body: Array("<!doctype html>".utf8)))
    case .takeAndFallSilent, nil: break
    }
    let reply = publish(request, at: now)
    return fault == nil ? .success(reply) : .failure(.ambiguous("the connection broke"))
  }

  private func publish(_ request: HTTPRequest, at now: Timestamp) -> HTTPReply {
    guard request.method == "POST", request.url == root else { return error(404, 40401) }
    guard takeToken(at: now) else { return error(429, 42901) }
    let body = request.body ?? []
    guard body.count <= 32 << 10 else { return error(413, 41303) }
    guard let json = try? JSONDocument(body), case .object = json else { return error(400, 40017) }
    guard let topic = json["topic"]?.text, isTopic(topic) else { return error(400, 40009) }
    let priority = json["priority"] == nil ? 3 : json["priority"]?.integer ?? 0
    guard 1...5 ~= priority else { return error(400, 40007) }
    if let token = tokens[topic] {
      guard let shown = request.headers.first(where: { $0.name == "Authorization" })?.value else {
        return error(403, 40301)
      }
      guard shown == "Bearer \(token)" else { return error(401, 40101) }
    }
    let message = json["message"]?.text ?? ""
    pushes.append(
      Push(
        topic: topic, title: json["title"]?.text ?? "",
        message: message.utf8.count > 4096 ? "an attachment" : message, priority: priority,
        click: json["click"]?.text, at: now))
    return HTTPReply(
      status: 200,
      body: Array(#"{"id":"sPs71M8A2T\#(pushes.count)","event":"message","topic":"\#(topic)"}"#.utf8))
  }

  private func takeToken(at now: Timestamp) -> Bool {
    tokensLeft = min(60, tokensLeft + Double(now.milliseconds(since: filledAt ?? now)) / 5000)
    filledAt = now
    guard tokensLeft >= 1 else { return false }
    tokensLeft -= 1
    return true
  }

  private func isTopic(_ name: String) -> Bool {
    1...64 ~= name.utf8.count
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
  }

  private func refusal(_ status: Int, _ code: Int, _ headers: [String: String]) -> Result<
    HTTPReply, HTTPFailure
  > {
    var reply = error(status, code)
    reply.headers = headers
    return .success(reply)
  }

  private func error(_ status: Int, _ code: Int) -> HTTPReply {
    HTTPReply(
      status: status, body: Array(#"{"code":\#(code),"http":\#(status),"error":"no","link":""}"#.utf8))
  }
}
