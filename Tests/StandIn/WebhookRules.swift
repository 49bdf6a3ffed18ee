// WebhookRules.swift - Twilio's webhooks configuration API as of its public beta: shared keys, settings that cannot be
// changed, rules that take a while to be in force, and the operations that say when.

import JSON
import LocalTime
import SQLite

extension StandIn {
  /// How long a rule takes until it is in force, where the setting `webhook_rule_seconds` does not say otherwise.
  static let ruleSeconds = 45

  /// The account is in the beta from now on, or no more.
  package func allowWebhookRules(_ isAllowed: Bool = true) throws {
    try set("webhook_rules", to: isAllowed ? "on" : nil)
  }

  /// Keys that Twilio may sign a webhook to this address with just now: while a rule's change is under way the keys before it
  /// too, else the rule's alone. None where no rule is in force.
  package func signers(of url: String) throws -> [(id: String, secret: String)] {
    let rules = try resources("Rules", of: nil)
      .filter { $0["prefix"]?.text.map(url.hasPrefix) ?? false || $0["value"]?.text == url }
    var settings: [String] = []
    for rule in rules {
      settings += sharesOf(rule).map(\.setting)
      for operation in try resources("Operations", of: nil)
      where operation["resourceId"] == rule["id"] && status(of: operation) != "COMPLETED" {
        settings += operation["before"]?.items?.compactMap(\.text) ?? []
      }
    }
    var signers: [(id: String, secret: String)] = []
    for setting in settings {
      guard let key = try resource(setting)?["signature"]?["sharedKeyId"]?.text,
        let secret = try resource(key)?["secret"]?.text, !signers.contains(where: { $0.id == key })
      else { continue }
      signers.append((key, secret))
    }
    return signers
  }

  /// One of `/v1/Webhooks/…`.
  func webhookResource(_ call: APICall) throws -> Reply {
    guard try setting("webhook_rules") != nil else { return .notFound(call.path) }
    let account = try account(of: call)
    let kind = call.kind
    switch call.action {
    case "webhooks.list": return try listResources(kind, call, of: account)
    case "webhooks.fetch":
      guard let found = try resource(call.sid) else { return .notFound(call.path) }
      return .document(200, shown(found))
    default: break
    }
    guard let body = try? JSONDocument(call.body), let members = body.members else {
      return .problem(400, 20001, "The body is no JSON object")
    }
    switch call.action {
    case "webhooks.SharedKeys.create": return try makeKey(members, of: account)
    case "webhooks.Settings.create": return try makeSetting(members, of: account)
    case "webhooks.Settings.update":
      let fixed = members.keys.filter { !["friendlyName", "description"].contains($0) }
      guard fixed.isEmpty else { return .problem(400, 20001, "\(fixed.sorted()[0]) cannot be changed") }
      guard let found = try resource(call.sid)?.members else { return .notFound(call.path) }
      return .document(
        200, try keep("Settings", found.merging(members) { $1 }, of: account))
    case "webhooks.Rules.create", "webhooks.Rules.update": return try setRule(members, call, of: account)
    default: return .notFound(call.path)
    }
  }

  /// The account of an API key or a token.
  private func account(of call: APICall) throws -> String {
    let user = call.credentials?.user ?? ""
    guard user.hasPrefix("SK") else { return user }
    return try database.first(
      "SELECT parent_sid FROM accounts WHERE sid = ?", .text(user), as: { $0.optionalText(0) ?? "" }) ?? ""
  }

  private func listResources(_ kind: String, _ call: APICall, of account: String) throws -> Reply {
    var found = try resources(kind, of: account)
    if kind == "Settings" {
      found.insert(
        .object([
          "id": .string("webhooks_setting_system"), "type": .string("SYSTEM"),
          "friendlyName": .string("Twilio"), "auth": systemAuth,
        ]), at: 0)
    }
    if let rule = call.query["resourceId"] { found = found.filter { $0["resourceId"]?.text == rule } }
    let size = call.query["pageSize"].flatMap { Int($0) } ?? 50
    let start = call.query["pageToken"].flatMap { Int($0) } ?? 0
    let end = min(start + size, found.count)
    let name = kind.prefix(1).lowercased() + kind.dropFirst()
    return .document(
      200,
      .object([
        name: .array(found[min(start, end)..<end].map(shown)),
        "meta": .object([
          "key": .string(name), "pageSize": .number(String(size)),
          "nextToken": end < found.count ? .string(String(end)) : .null, "previousToken": .null,
        ]),
      ]))
  }

  private func makeKey(_ members: [String: JSONDocument], of account: String) throws -> Reply {
    let key: [String: JSONDocument] = [
      "friendlyName": members["friendlyName"] ?? .string(""), "secret": .string(newSid("")),
    ]
    return .document(201, try keep("SharedKeys", key, id: "webhooks_sharedkey_", of: account))
  }

  private func makeSetting(_ members: [String: JSONDocument], of account: String) throws -> Reply {
    guard members["auth"] == systemAuth else { return .problem(400, 20001, "auth is required") }
    if let signature = members["signature"] {
      guard let key = signature["sharedKeyId"]?.text, try resource(key) != nil,
        signature["type"]?.text == "SHARED_KEY",
        ["HMAC_SHA1", "HMAC_SHA256"].contains(signature["algorithm"]?.text)
      else { return .problem(400, 20001, "signature is incomplete, or its key is not known") }
    }
    let reasons = members["connection"]?["retryPolicy"]?["retryOn"]?.items ?? []
    let known = ["HTTP_4XX", "HTTP_5XX", "CONNECTION_TIMEOUT", "READ_TIMEOUT", "ALL"]
    guard reasons.allSatisfy({ known.contains($0.text ?? "") }) else {
      return .problem(400, 20001, "retryOn has an unknown value")
    }
    var setting = members
    setting["type"] = .string("CUSTOMER")
    return .document(201, try keep("Settings", setting, id: "webhooks_setting_", of: account))
  }

  private func setRule(_ members: [String: JSONDocument], _ call: APICall, of account: String) throws -> Reply
  {
    if let key = call.idempotencyKey, !isUUIDVersion7(key) {
      return .problem(400, 20001, "Idempotency-Key must be a UUIDv7")
    }
    let isNew = call.action == "webhooks.Rules.create"
    let old = isNew ? nil : try resource(call.sid)?.members
    if !isNew, old == nil { return .notFound(call.path) }
    var rule = (old ?? [:]).merging(members) { $1 }
    let pattern = (rule["prefix"] ?? rule["value"])?.text ?? ""
    switch rule["matchType"]?.text {
    case "PREFIX_MATCH" where pattern.hasSuffix("/"), "EXACT_MATCH" where !pattern.hasSuffix("/"), "DEFAULT":
      break
    default: return .problem(400, 20001, "matchType and what is to match do not go together")
    }
    if isNew,
      try resources("Rules", of: account).contains(where: {
        $0["matchType"] == rule["matchType"] && ($0["prefix"] ?? $0["value"])?.text == pattern
      })
    {
      return .problem(409, 59103, "Resource Already Exists")
    }
    let shares = sharesOf(.object(rule))
    guard shares.map(\.percentage).reduce(0, +) == 100 else {
      return .problem(400, 20001, "percentages must sum to 100")
    }
    for share in shares where try resource(share.setting) == nil {
      return .problem(400, 20001, "setting \(share.setting) is not known")
    }
    let before = old.map { sharesOf(.object($0)).map(\.setting) } ?? []
    rule = (try keep("Rules", rule, id: "webhooks_rule_", of: account)).members ?? [:]
    let outcome = try setting("webhook_operation") ?? "COMPLETED"
    let operation = try keep(
      "Operations",
      [
        "resourceId": rule["id"] ?? .null, "outcome": .string(outcome),
        "before": .array(before.map { .string($0) }), "createdAt": .string(now().iso8601),
        "at": .number(String(now().milliseconds)),
      ], id: "webhooks_operation_", of: account)
    let id = operation["id"]?.text ?? ""
    var reply = Reply.document(202, .object(["operation": shown(operation), "rule": .object(rule)]))
    reply.headers += [
      ("Operation-Id", id), ("Location", "/v1/Webhooks/Operations/\(id)"), ("Retry-After", "5"),
    ]
    return reply
  }

  private func sharesOf(_ rule: JSONDocument) -> [(setting: String, percentage: Int)] {
    (rule["settings"]?.items ?? []).map { ($0["settingId"]?.text ?? "", $0["percentage"]?.integer ?? 0) }
  }

  private func status(of operation: JSONDocument) -> String {
    let age = now().milliseconds - Int64(operation["at"]?.integer ?? 0)
    let seconds =
      (try? setting("webhook_rule_seconds")).flatMap { $0 }.flatMap { Int($0) } ?? Self.ruleSeconds
    if age >= Int64(seconds) * 1000 { return operation["outcome"]?.text ?? "" }
    return age < 5000 ? "PENDING" : "RUNNING"
  }

  /// As a list shows it: no secret, and an operation with its status.
  private func shown(_ resource: JSONDocument) -> JSONDocument {
    guard var members = resource.members else { return resource }
    members["secret"] = nil
    if let outcome = members.removeValue(forKey: "outcome") {
      let status = status(of: resource)
      members["before"] = nil
      members["at"] = nil
      members["status"] = .string(status)
      members["retentionPeriod"] = .string("P7D")
      if status == outcome.text, status == "FAILED" {
        members["error"] = .object(["code": .number("59001"), "detail": .string("a region did not answer")])
      }
    }
    return .object(members)
  }

  /// Kept under its ID, a new one where it has none.
  private func keep(
    _ kind: String, _ members: [String: JSONDocument], id prefix: String = "", of account: String
  ) throws -> JSONDocument {
    var members = members
    let id = members["id"]?.text ?? prefix + String(newSid("").prefix(26))
    members["id"] = .string(id)
    let document = JSONDocument.object(members)
    try database.execute(
      """
      INSERT INTO webhook_resources (id, account_sid, kind, document) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT (id) DO UPDATE SET document = ?4
      """, .text(id), .text(account), .text(kind), .text(String(decoding: document.bytes, as: UTF8.self)))
    return document
  }

  private func resource(_ id: String) throws -> JSONDocument? {
    try database.first(
      "SELECT document FROM webhook_resources WHERE id = ?", .text(id), as: { $0.text(0) }
    ).map { try JSONDocument(Array($0.utf8)) }
  }

  private func resources(_ kind: String, of account: String?) throws -> [JSONDocument] {
    try database.rows(
      "SELECT document FROM webhook_resources WHERE kind = ?1 AND account_sid = COALESCE(?2, account_sid) ORDER BY made",
      .text(kind), .text(account), as: { $0.text(0) }
    ).map { try JSONDocument(Array($0.utf8)) }
  }
}

/// How Twilio proves itself without a setting of the account's own. What it is called is not known; whoever makes a setting
/// copies it.
private let systemAuth = JSONDocument.object(["source": .string("SYSTEM")])

private func isUUIDVersion7(_ text: String) -> Bool {
  let parts = text.split(separator: "-", omittingEmptySubsequences: false)
  return parts.map(\.count) == [8, 4, 4, 4, 12] && parts[2].hasPrefix("7")
    && parts.allSatisfy { $0.allSatisfy { $0.isHexDigit && !$0.isUppercase } }
}

extension StandIn.Reply {
  static func document(_ status: Int, _ document: JSONDocument) -> Self {
    Self(status: status, headers: [("Content-Type", "application/json")], body: document.bytes)
  }

  /// An error as the newer services write it (RFC 9457).
  static func problem(_ status: Int, _ code: Int, _ detail: String) -> Self {
    Self(
      status: status, headers: [("Content-Type", "application/problem+json")],
      body: JSONDocument.object([
        "type": .string("https://www.twilio.com/docs/api/errors/\(code)"), "title": .string("Error"),
        "status": .number(String(status)), "code": .number(String(code)), "detail": .string(detail),
      ]).bytes)
  }
}
