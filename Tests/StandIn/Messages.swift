// Messages.swift - the Messages resource: create, list, fetch, redact, delete, media.

import LocalTime
import SQLite

/// A message as the stand-in keeps it.
package struct StoredMessage: Sendable {
  package var sid: String
  package var accountSid: String
  package var serviceSid: String?
  package var from: String?
  package var to: String
  package var body: String
  package var status: String
  package var direction: String
  package var segments: Int
  package var media: Int
  /// nil until prices are ready.
  package var price: String?
  /// As the account has it; Twilio writes it in small letters at times.
  package var priceUnit = "USD"
  package var errorCode: Int?
  package var statusCallback: String?
  package var validityPeriod: Int?
  package var sequence: Int
  package var createdAt: Timestamp
  package var updatedAt: Timestamp
  package var sentAt: Timestamp?

  static let columns = """
    sid, account_sid, service_sid, sender, recipient, body, status, direction, segments, media, price, \
    error_code, status_callback, validity_period, sequence, created_at, updated_at, sent_at, \
    coalesce((SELECT value FROM settings WHERE name = 'price_unit'), 'USD')
    """

  init(_ row: Row) {
    sid = row.text(0)
    accountSid = row.text(1)
    serviceSid = row.optionalText(2)
    from = row.optionalText(3)
    to = row.text(4)
    body = row.text(5)
    status = row.text(6)
    direction = row.text(7)
    segments = row.integer(8)
    media = row.integer(9)
    price = row.optionalText(10)
    errorCode = row.optionalInteger(11)
    statusCallback = row.optionalText(12)
    validityPeriod = row.optionalInteger(13)
    sequence = row.integer(14)
    createdAt = Timestamp(milliseconds: Int64(row.integer(15)))
    updatedAt = Timestamp(milliseconds: Int64(row.integer(16)))
    sentAt = row.optionalInteger(17).map { Timestamp(milliseconds: Int64($0)) }
    priceUnit = row.text(18)
  }

  /// The row of our outbox that its status callback names, in its query (`?m=7`).
  package var outboxID: String? {
    statusCallback.map(WebhookSigner.withoutFragment)?.split(separator: "=").last.map(String.init)
  }

  /// Nothing more will happen to it.
  package var isFinal: Bool { ["delivered", "undelivered", "failed", "received"].contains(status) }

  /// As the API shows it.
  package var json: JSONValue {
    let uri = "/2010-04-01/Accounts/\(accountSid)/Messages/\(sid)"
    return .object([
      ("account_sid", .text(accountSid)), ("api_version", .text("2010-04-01")), ("body", .text(body)),
      ("date_created", .text(createdAt.rfc2822)), ("date_sent", .text(sentAt?.rfc2822)),
      ("date_updated", .text(updatedAt.rfc2822)), ("direction", .text(direction)),
      ("error_code", .number(errorCode)), ("error_message", .text(errorCode.map(errorMessage))),
      ("from", .text(from)), ("messaging_service_sid", .text(serviceSid)),
      ("num_media", .text(String(media))),
      ("num_segments", .text(status == "accepted" ? "0" : String(segments))), ("price", .text(price)),
      ("price_unit", .text(priceUnit)), ("sid", .text(sid)), ("status", .text(status)),
      ("subresource_uris", .object([("media", .text(uri + "/Media.json"))])), ("to", .text(to)),
      ("uri", .text(uri + ".json")),
    ])
  }
}

extension StandIn {
  /// All messages, oldest first; `to` only those to one number.
  package func messages(to recipient: String? = nil, direction: String? = nil) throws -> [StoredMessage] {
    try database.rows(
      """
      SELECT \(StoredMessage.columns) FROM messages
      WHERE (?1 IS NULL OR recipient = ?1) AND (?2 IS NULL OR direction = ?2) ORDER BY id
      """, .text(recipient), .text(direction), as: { StoredMessage($0) })
  }

  /// One message, whatever its account.
  package func message(_ sid: String) throws -> StoredMessage? {
    try database.first(
      "SELECT \(StoredMessage.columns) FROM messages WHERE sid = ?", .text(sid), as: { StoredMessage($0) })
  }

  /// Twilio counted otherwise than it said at first.
  package func recount(_ sid: String, segments: Int) throws {
    try database.execute(
      "UPDATE messages SET segments = ? WHERE sid = ?", .integer(segments), .text(sid))
  }

  func createMessage(_ call: APICall) throws -> Reply {
    if let code = try refusal(of: call.form, account: call.account) {
      return .refusal(400, code, errorMessage(code))
    }
    let service = call.form["MessagingServiceSid"]
    let time = Value.integer(now().milliseconds)
    let sid = newSid(call.form["MediaUrl"] == nil ? "SM" : "MM")
    let body = call.form["Body"] ?? ""
    try database.execute(
      """
      INSERT INTO messages (sid, account_sid, service_sid, sender, recipient, body, status, direction,
        segments, media, status_callback, validity_period, created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'outbound-api', ?8, ?9, ?10, ?11, ?12, ?12)
      """,
      .text(sid), .text(call.account), .text(service), .text(call.form["From"]),
      .text(call.form["To"]), .text(body), .text(service == nil ? "queued" : "accepted"),
      .integer(Segments.count(body)), .integer(call.form.all("MediaUrl").count),
      .text(call.form["StatusCallback"]), .integer(call.form["ValidityPeriod"].flatMap { Int($0) }), time)
    return .json(201, try message(sid)?.json ?? .null)
  }

  /// The Twilio code that a new message is refused with.
  private func refusal(of form: Parameters, account: String) throws -> Int? {
    let body = form["Body"] ?? ""
    let from = form["From"] ?? ""
    guard let to = form["To"], !to.isEmpty else { return 21604 }
    if from.isEmpty && (form["MessagingServiceSid"] ?? "").isEmpty { return 21603 }
    if body.isEmpty && form["MediaUrl"] == nil && form["ContentSid"] == nil { return 21602 }
    let line = try lineType(of: to)
    if !isE164(to) || to == from || line == "invalid" { return 21211 }
    // Twilio counts UTF-16 units.
    if body.utf16.count > 1600 { return 21617 }
    if let callback = form["StatusCallback"], !isWebAddress(callback) { return 21609 }
    if let period = form["ValidityPeriod"] {
      guard let seconds = Int(period), 1...36_000 ~= seconds else { return 20001 }
    }
    if let service = form["MessagingServiceSid"], !service.hasPrefix("MG") || service.utf8.count != 34 {
      return 21705
    }
    if !from.isEmpty {
      if isE164(from) {
        let canSend = try database.integer(
          "SELECT 1 FROM numbers WHERE phone_number = ? AND account_sid = ? AND sms = 1", .text(from),
          .text(account))
        if canSend == nil { return 21606 }
      } else if !isAlphanumericSender(from) {
        return 21212
      }
      if try database.integer(
        "SELECT 1 FROM opt_outs WHERE sender = ? AND recipient = ?", .text(from), .text(to)) == 1
      {
        return 21610
      }
    }
    switch line {
    case "landline": return to.hasPrefix("+1") || to.hasPrefix("+44") ? 21614 : 21635
    case "mobile", "nonFixedVoip", "personal", "unknown": return nil
    default: return 21614
    }
  }

  func listMessages(_ call: APICall) throws -> Reply {
    var filter = ListFilter()
    filter.equal("account_sid", call.account)
    filter.equal("recipient", call.query["To"])
    filter.equal("sender", call.query["From"])
    filter.time("sent_at", "DateSent", in: call.query)
    return try page(of: "messages", named: "messages", filter: filter, call: call) {
      try message($0)?.json
    }
  }

  private func owned(_ call: APICall) throws -> StoredMessage? {
    guard let message = try message(call.sid), message.accountSid == call.account else { return nil }
    return message
  }

  func fetchMessage(_ call: APICall) throws -> Reply {
    guard let message = try owned(call) else { return .notFound(call.path) }
    return .json(200, message.json)
  }

  func updateMessage(_ call: APICall) throws -> Reply {
    guard let message = try owned(call) else { return .notFound(call.path) }
    guard message.isFinal else {
      return .refusal(400, 20009, "Cannot redact message because delivery has not been completed.")
    }
    guard call.form["Body"] == "" else { return .refusal(400, 20001, "Body may only be set to empty") }
    try database.execute(
      "UPDATE messages SET body = '', updated_at = ? WHERE sid = ?", .integer(now().milliseconds),
      .text(call.sid))
    return try fetchMessage(call)
  }

  func deleteMessage(_ call: APICall) throws -> Reply {
    guard let message = try owned(call) else { return .notFound(call.path) }
    guard message.isFinal else {
      return .refusal(409, 20009, "Cannot delete message because delivery has not been completed.")
    }
    try database.execute("DELETE FROM messages WHERE sid = ?", .text(call.sid))
    try database.execute("DELETE FROM media WHERE message_sid = ?", .text(call.sid))
    return Reply(status: 204)
  }

  func deleteMedia(_ call: APICall) throws -> Reply {
    guard try owned(call) != nil else { return .notFound(call.path) }
    let count = try database.execute(
      "DELETE FROM media WHERE sid = ? AND message_sid = ?", .text(call.subSid), .text(call.sid))
    return count > 0 ? Reply(status: 204) : .notFound(call.path)
  }

  /// How many pictures Twilio still keeps.
  package func mediaCount() throws -> Int { try database.integer("SELECT count(*) FROM media") ?? 0 }

  func listMedia(_ call: APICall) throws -> Reply {
    guard try owned(call) != nil else { return .notFound(call.path) }
    var filter = ListFilter()
    filter.equal("message_sid", call.sid)
    let parent = "/2010-04-01/Accounts/\(call.account)/Messages/\(call.sid)/Media/"
    return try page(of: "media", named: "media_list", filter: filter, call: call) { sid in
      try database.first(
        "SELECT content_type, created_at FROM media WHERE sid = ?", .text(sid),
        as: { row in
          let time = Timestamp(milliseconds: Int64(row.integer(1))).rfc2822
          return JSONValue.object([
            ("sid", .text(sid)), ("account_sid", .text(call.account)), ("parent_sid", .text(call.sid)),
            ("content_type", .text(row.text(0))), ("date_created", .text(time)),
            ("date_updated", .text(time)), ("uri", .text(parent + sid + ".json")),
          ])
        })
    }
  }
}

/// `+` and 7 to 15 digits, the first not 0.
func isE164(_ text: String) -> Bool {
  let digits = text.utf8.dropFirst()
  return text.hasPrefix("+") && 7...15 ~= digits.count && digits.allSatisfy { 48...57 ~= $0 }
    && digits.first != 48
}

/// http or https with a host that Twilio accepts: underscores are not allowed in it.
func isWebAddress(_ text: String) -> Bool {
  for scheme in ["https://", "http://"] where text.hasPrefix(scheme) {
    let host = text.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
    return !host.isEmpty && !host.contains("_") && !text.contains(" ") && text.utf8.count <= 2048
  }
  return false
}

private func isAlphanumericSender(_ text: String) -> Bool {
  1...11 ~= text.utf8.count && text.contains { $0.isASCII && $0.isLetter }
    && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == " ") }
}
