// WebhookRules.swift - Twilio's webhooks configuration API (public beta, 2026-09): which key signs which webhook, and how
// often Twilio tries.
//
// A setting cannot be changed, only another be named by the rule. Rules take 30 to 60 seconds until they are in force
// everywhere, and have an operation that says so; keys and settings take as long and have none.

import CGI
import Curl
import JSON
import LocalTime

/// Which setting is used for the addresses below a prefix.
package struct WebhookRule: Sendable, Hashable {
  package var id: String
  /// The prefix or the exact address; nil for the default rule.
  package var pattern: String?
  package var isPrefix: Bool
  /// Percentages by the IDs of settings.
  package var shares: [String: Int]
}

/// How webhooks are signed and repeated.
package struct WebhookSetting: Sendable, Hashable {
  package var id: String
  /// Twilio's own: what holds without a rule.
  package var isSystem: Bool
  /// How Twilio proves itself besides the signature, as Twilio wrote it.
  package var auth: JSONDocument?
  package var sharedKeyID: String?
  package var algorithm: String?
  package var retryCount: Int
  package var retryOn: Set<String>
}

/// A key that Twilio signs with; its secret is told once, to whom made it.
package struct SharedKeyResource: Sendable, Hashable {
  package var id: String
  package var name: String
}

/// How far the change of a rule has come, in Twilio's words.
package enum OperationStatus: String, Sendable {
  case pending = "PENDING"
  case running = "RUNNING"
  case completed = "COMPLETED"
  case cancelled = "CANCELLED"
  case failed = "FAILED"
}

package struct WebhookOperation: Sendable, Hashable {
  package var id: String
  package var status: OperationStatus
  /// Why it failed, in Twilio's words.
  package var reason: String?
  /// ISO 8601.
  package var createdAt: String

  package var isUnderWay: Bool { status == .pending || status == .running }
}

extension TwilioClient {
  package func listWebhookRules(
    as credentials: TwilioCredentials, completion: @escaping (Result<[WebhookRule], APIFailure>) -> Void
  ) {
    list("Rules", WebhookRule.init, as: credentials, completion: completion)
  }

  package func listWebhookSettings(
    as credentials: TwilioCredentials, completion: @escaping (Result<[WebhookSetting], APIFailure>) -> Void
  ) {
    list("Settings", WebhookSetting.init, as: credentials, completion: completion)
  }

  package func listSharedKeys(
    as credentials: TwilioCredentials, completion: @escaping (Result<[SharedKeyResource], APIFailure>) -> Void
  ) {
    list("SharedKeys", SharedKeyResource.init, as: credentials, completion: completion)
  }

  /// The changes of a rule in the last seven days.
  package func listWebhookOperations(
    ofRule id: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<[WebhookOperation], APIFailure>) -> Void
  ) {
    list(
      "Operations", WebhookOperation.init, filter: [(name: "resourceId", value: id)], as: credentials,
      completion: completion)
  }

  /// Called twice it makes two. The secret is never told again.
  package func makeSharedKey(
    named name: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<(id: String, secret: String), APIFailure>) -> Void
  ) {
    change("POST", "SharedKeys", ["friendlyName": .string(name)], as: credentials) { result in
      completion(
        result.flatMap { document, _ in
          guard let id = document["id"]?.text, let secret = document["secret"]?.text else {
            return .failure(.unreadable)
          }
          return .success((id: id, secret: secret))
        })
    }
  }

  /// A setting that signs with a shared key; its ID.
  package func makeWebhookSetting(
    named name: String, auth: JSONDocument, sharedKey: String, algorithm: String, retryCount: Int,
    retryOn: [String], as credentials: TwilioCredentials,
    completion: @escaping (Result<String, APIFailure>) -> Void
  ) {
    let members: [String: JSONDocument] = [
      "friendlyName": .string(name), "auth": auth,
      "signature": .object([
        "type": .string("SHARED_KEY"), "sharedKeyId": .string(sharedKey), "algorithm": .string(algorithm),
      ]),
      "connection": .object([
        "retryPolicy": .object([
          "retryCount": .number(String(retryCount)), "retryOn": .array(retryOn.map { .string($0) }),
        ])
      ]),
    ]
    change("POST", "Settings", members, as: credentials) { result in
      completion(
        result.flatMap { document, _ in document["id"]?.text.map { .success($0) } ?? .failure(.unreadable) })
    }
  }

  /// Makes the rule of a prefix, or lets the one with this ID use another setting for everything. The operation's ID.
  /// - Parameter key: a UUID of version 7: the same request twice is carried out once.
  package func setWebhookRule(
    _ id: String?, prefix: String, setting: String, key: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<String, APIFailure>) -> Void
  ) {
    var members: [String: JSONDocument] = [
      "settings": .array([.object(["settingId": .string(setting), "percentage": .number("100")])])
    ]
    if id == nil {
      members["matchType"] = .string("PREFIX_MATCH")
      members["prefix"] = .string(prefix)
      members["friendlyName"] = .string("opsfabric")
    }
    change(
      id == nil ? "POST" : "PATCH", id.map { "Rules/\(percentEncoded($0))" } ?? "Rules", members, key: key,
      as: credentials
    ) { result in
      completion(
        result.flatMap { document, headers in
          let operation = headers["operation-id"] ?? document["operation"]?["id"]?.text
          return operation.map { .success($0) } ?? .failure(.unreadable)
        })
    }
  }

  package func fetchWebhookOperation(
    _ id: String, as credentials: TwilioCredentials,
    completion: @escaping (Result<WebhookOperation, APIFailure>) -> Void
  ) {
    document(request(webhooksURL("Operations/\(percentEncoded(id))"), as: credentials)) { result in
      completion(
        result.flatMap { document, _ in
          WebhookOperation(document).map { .success($0) } ?? .failure(.unreadable)
        })
    }
  }

  private func webhooksURL(_ path: String) -> String { "\(neighbour("webhooks"))/v1/Webhooks/\(path)" }

  private func change(
    _ method: String, _ path: String, _ members: [String: JSONDocument], key: String? = nil,
    as credentials: TwilioCredentials,
    completion: @escaping (Result<(JSONDocument, headers: [String: String]), APIFailure>) -> Void
  ) {
    var request = request(webhooksURL(path), as: credentials)
    request.method = method
    request.headers.append((name: "Content-Type", value: "application/json"))
    if let key { request.headers.append((name: "Idempotency-Key", value: key)) }
    request.body = JSONDocument.object(members).bytes
    document(request, completion: completion)
  }

  /// All pages, 20 at most.
  private func list<Element>(
    _ path: String, _ read: @escaping (JSONDocument) -> Element?,
    filter: [(name: String, value: String)] = [], as credentials: TwilioCredentials, page: String? = nil,
    already: [Element] = [], pages: Int = 20,
    completion: @escaping (Result<[Element], APIFailure>) -> Void
  ) {
    var fields = filter + [(name: "pageSize", value: "50")]
    if let page { fields.append((name: "pageToken", value: page)) }
    document(request("\(webhooksURL(path))?\(formEncoded(fields))", as: credentials)) { [self] result in
      switch result {
      case .failure(let failure): completion(.failure(failure))
      case .success((let document, _)):
        let key = document["meta"]?["key"]?.text
        guard let items = key.flatMap({ document[$0]?.items }) else {
          completion(.failure(.unreadable))
          return
        }
        let elements = already + items.compactMap(read)
        guard let next = document["meta"]?["nextToken"]?.text, !next.isEmpty else {
          completion(.success(elements))
          return
        }
        guard pages > 1 else {
          completion(.failure(.unavailable("the list has more pages than were asked for")))
          return
        }
        list(
          path, read, filter: filter, as: credentials, page: next, already: elements, pages: pages - 1,
          completion: completion)
      }
    }
  }

  /// One request and its answer as JSON. A 403 says that the account may not do this, not that its token is wrong.
  private func document(
    _ request: HTTPRequest,
    completion: @escaping (Result<(JSONDocument, headers: [String: String]), APIFailure>) -> Void
  ) {
    transport.submit(request) { result in
      switch result {
      case .failure(let failure): completion(.failure(.unavailable(failure.reason)))
      case .success(let reply) where 200..<300 ~= reply.status:
        if let document = try? JSONDocument(reply.body) {
          completion(.success((document, headers: reply.headers)))
        } else {
          completion(.failure(.unreadable))
        }
      case .success(let reply):
        let error = ErrorReply(reply)
        completion(
          .failure(
            reply.status == 403
              ? .refused(httpStatus: 403, code: error.code, message: error.message) : error.failure))
      }
    }
  }
}

extension APIFailure {
  fileprivate static let unreadable = APIFailure.unavailable("an unreadable answer")
}

extension WebhookRule {
  fileprivate init?(_ document: JSONDocument) {
    guard let id = document["id"]?.text else { return nil }
    self.id = id
    isPrefix = document["matchType"]?.text == "PREFIX_MATCH"
    pattern = document[isPrefix ? "prefix" : "value"]?.text
    shares = [:]
    for share in document["settings"]?.items ?? [] {
      if let setting = share["settingId"]?.text { shares[setting] = share["percentage"]?.integer ?? 0 }
    }
  }
}

extension WebhookSetting {
  fileprivate init?(_ document: JSONDocument) {
    guard let id = document["id"]?.text else { return nil }
    self.id = id
    isSystem = document["type"]?.text == "SYSTEM"
    auth = document["auth"]
    sharedKeyID = document["signature"]?["sharedKeyId"]?.text
    algorithm = document["signature"]?["algorithm"]?.text
    let retry = document["connection"]?["retryPolicy"]
    retryCount = retry?["retryCount"]?.integer ?? 0
    retryOn = Set(retry?["retryOn"]?.items?.compactMap(\.text) ?? [])
  }
}

extension SharedKeyResource {
  fileprivate init?(_ document: JSONDocument) {
    guard let id = document["id"]?.text else { return nil }
    self.id = id
    name = document["friendlyName"]?.text ?? ""
  }
}

extension WebhookOperation {
  fileprivate init?(_ document: JSONDocument) {
    guard let id = document["id"]?.text, let status = document["status"]?.text.flatMap(OperationStatus.init)
    else {
      return nil
    }
    self.id = id
    self.status = status
    reason = document["error"]?["detail"]?.text ?? document["error"]?.text
    createdAt = document["createdAt"]?.text ?? ""
  }
}

/// A UUID of version 7 (RFC 9562): it begins with the time.
/// - Parameter random: ten bytes.
package func uuidVersion7(_ time: Timestamp, random: [UInt8]) -> String {
  var bytes =
    (0..<6).map { UInt8(truncatingIfNeeded: time.milliseconds >> (40 - 8 * $0)) } + random.prefix(10)
  bytes[6] = bytes[6] & 0x0F | 0x70
  bytes[8] = bytes[8] & 0x3F | 0x80
  let digits = Array("0123456789abcdef")
  var text = ""
  for (index, byte) in bytes.enumerated() {
    if [4, 6, 8, 10].contains(index) { text.append("-") }
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return text
}
