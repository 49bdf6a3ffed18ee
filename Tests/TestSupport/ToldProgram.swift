// ToldProgram.swift - another program that is told by webhooks, at an address of the tests' own internet.

import Business
import Crypto
import Curl
import JSON
import LocalTime

/// Answers as it is told to, and keeps what a careful receiver keeps: each event once, by its id, signed.
package final class ToldProgram {
  package struct Post {
    package let id: String
    package let timestamp: Int64
    package let signature: String
    package let body: String
    package let request: HTTPRequest
    package let at: Timestamp
    /// `ticket.created`
    package var type: String { document["type"]?.text ?? "" }
    package var data: JSONDocument { document["data"] ?? .null }
    private var document: JSONDocument { (try? JSONDocument(Array(body.utf8))) ?? .null }
  }

  package static let secret = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY"

  package let url: String
  package var receiver: WebhookReceiver
  /// What it says to each attempt.
  package var answer: (Post) -> Result<HTTPReply, HTTPFailure> = { _ in .success(HTTPReply(status: 200)) }
  /// Every attempt.
  package private(set) var posts: [Post] = []
  /// What it has taken, each event once.
  package private(set) var taken: [Post] = []
  package private(set) var badSignatures = 0

  package init(_ url: String = "https://crm.example.ch/hook/secret-part") {
    self.url = url
    receiver = WebhookReceiver(url: url, secret: Secret(ToldProgram.secret))
  }

  package var types: [String] { taken.map(\.type) }

  /// Takes what is sent to its address, beside whom else the transport asks.
  package func listen(in world: TestWorld) {
    let others = world.transport.otherSites
    world.transport.otherSites = { [self, clock = world.clock] request in
      request.url == url ? take(request, at: clock.now) : others(request)
    }
  }

  private func take(_ request: HTTPRequest, at now: Timestamp) -> Result<HTTPReply, HTTPFailure> {
    func header(_ name: String) -> String { request.headers.first { $0.name == name }?.value ?? "" }
    let body = String(decoding: request.body ?? [], as: UTF8.self)
    let post = Post(
      id: header("webhook-id"), timestamp: Int64(header("webhook-timestamp")) ?? 0,
      signature: header("webhook-signature"), body: body, request: request, at: now)
    let right = WebhookSecret(receiver.secret.value)?.signature(
      id: post.id, timestamp: post.timestamp, body: request.body ?? [])
    if !post.signature.split(separator: " ").contains(where: { $0 == right ?? "" }) { badSignatures += 1 }
    posts.append(post)
    let answer = self.answer(post)
    if case .success(let reply) = answer, 200..<300 ~= reply.status,
      !taken.contains(where: { $0.id == post.id })
    {
      taken.append(post)
    }
    return answer
  }
}
