// Deliveries.swift - what becomes of accepted messages: statuses, callbacks, prices; and messages that
// come in.

import LocalTime
import SQLite

/// What is to become of messages to one recipient.
package struct DeliveryPlan: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    case delivered
    case undelivered(Int)
    case failed(Int)
    /// Stays `sent`: the carrier never reports.
    case sentOnly
  }

  package var outcome: Outcome
  /// Callbacks arrive in reverse order.
  package var shuffled: Bool
  /// Each callback arrives twice.
  package var duplicated: Bool

  package init(_ outcome: Outcome = .delivered, shuffled: Bool = false, duplicated: Bool = false) {
    self.outcome = outcome
    self.shuffled = shuffled
    self.duplicated = duplicated
  }

  var status: String {
    switch outcome {
    case .delivered: "delivered"
    case .undelivered: "undelivered"
    case .failed: "failed"
    case .sentOnly: "sent"
    }
  }

  var code: Int? {
    switch outcome {
    case .undelivered(let code), .failed(let code): code
    case .delivered, .sentOnly: nil
    }
  }

  init(status: String, code: Int?, shuffled: Bool, duplicated: Bool) {
    switch status {
    case "undelivered": outcome = .undelivered(code ?? 30008)
    case "failed": outcome = .failed(code ?? 30008)
    case "sent": outcome = .sentOnly
    default: outcome = .delivered
    }
    self.shuffled = shuffled
    self.duplicated = duplicated
  }
}

/// How far messages are to be brought along.
package enum DeliveryStage: Sendable {
  case sent, final
}

extension StandIn {
  /// Messages to `recipient` end like this from now on.
  package func planDelivery(to recipient: String, _ plan: DeliveryPlan) throws {
    try database.execute(
      """
      INSERT INTO deliveries (recipient, status, code, shuffled, duplicated) VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (recipient) DO UPDATE SET status = ?2, code = ?3, shuffled = ?4, duplicated = ?5
      """, .text(recipient), .text(plan.status), .integer(plan.code), .boolean(plan.shuffled),
      .boolean(plan.duplicated))
  }

  func deliveryPlan(to recipient: String) throws -> DeliveryPlan {
    try database.first(
      "SELECT status, code, shuffled, duplicated FROM deliveries WHERE recipient = ?", .text(recipient),
      as: {
        DeliveryPlan(
          status: $0.text(0), code: $0.optionalInteger(1), shuffled: $0.boolean(2), duplicated: $0.boolean(3))
      }) ?? DeliveryPlan()
  }

  /// Brings all messages along: queued -> sent -> their planned end. Each change makes a callback where
  /// the message asked for one.
  package func deliverMessages(until stage: DeliveryStage = .final) throws {
    try database.transaction {
      for message in try messages() where !message.isFinal { try advance(message, until: stage) }
    }
  }

  private func advance(_ message: StoredMessage, until stage: DeliveryStage) throws {
    let plan = try deliveryPlan(to: message.to)
    var steps: [String] = message.status == "accepted" ? ["queued"] : []
    if message.status != "sent", plan.status != "failed" { steps.append("sent") }
    if stage == .final, plan.status != "sent" { steps.append(plan.status) }
    var message = message
    for status in steps {
      message.status = status
      message.sequence += 1
      message.updatedAt = now()
      if status == "sent" {
        message.sentAt = now()
        if message.from == nil { message.from = try poolSender(of: message.accountSid) }
      }
      if message.isFinal { message.errorCode = plan.code }
      try database.execute(
        """
        UPDATE messages SET status = ?, sequence = ?, updated_at = ?, sent_at = ?, sender = ?, error_code = ?
        WHERE sid = ?
        """, .text(status), .integer(message.sequence), .integer(message.updatedAt.milliseconds),
        .integer(message.sentAt?.milliseconds), .text(message.from), .integer(message.errorCode),
        .text(message.sid))
      guard let url = message.statusCallback else { continue }
      let webhook = Webhook.messageStatus(message, url: url, at: now())
      try database.execute(
        """
        INSERT INTO callbacks (message_sid, account_sid, url, sequence, parameters) VALUES (?, ?, ?, ?, ?)
        """, .text(message.sid), .text(message.accountSid), .text(url), .integer(message.sequence),
        .text(FormCoding.encode(webhook.parameters)))
    }
  }

  /// The sender a messaging service would choose.
  private func poolSender(of account: String) throws -> String? {
    try database.first(
      "SELECT phone_number FROM numbers WHERE account_sid = ? AND sms = 1 ORDER BY id LIMIT 1",
      .text(account), as: { $0.text(0) })
  }

  /// Brings the messages along and returns the status callbacks not handed out before, message by
  /// message, each message's in the order and number its delivery plan wants.
  package func pendingStatusCallbacks(until stage: DeliveryStage = .final) throws -> [Webhook] {
    try deliverMessages(until: stage)
    return try database.transaction {
      let rows = try database.rows(
        """
        UPDATE callbacks SET handed_out = 1 WHERE handed_out = 0
        RETURNING id, message_sid, account_sid, url, sequence, parameters
        """,
        as: { row in
          (
            id: row.integer(0), message: row.text(1),
            webhook: Webhook(
              kind: "message-status", url: row.text(3), parameters: FormCoding.decode(row.text(5)),
              accountSid: row.text(2), sequence: row.integer(4))
          )
        }
      ).sorted { $0.id < $1.id }
      var order: [String] = []
      var byMessage: [String: [Webhook]] = [:]
      for row in rows {
        if byMessage[row.message] == nil { order.append(row.message) }
        byMessage[row.message, default: []].append(row.webhook)
      }
      return try order.flatMap { sid in
        let webhooks = byMessage[sid] ?? []
        let plan = try deliveryPlan(to: webhooks.first?.parameters["To"] ?? "")
        let ordered = plan.shuffled ? webhooks.reversed() : webhooks
        return plan.duplicated ? ordered.flatMap { [$0, $0] } : ordered
      }
    }
  }

  /// From now on every ended message and call has its price.
  package func pricesReady() throws { try setPrices(before: nil) }

  /// Moves on what `delivery_seconds` and `price_seconds` say should have moved by now.
  func advanceWithTime() throws {
    if let seconds = try setting("delivery_seconds").flatMap({ Int($0) }) {
      let limit = now().adding(seconds: -seconds)
      for message in try messages() where !message.isFinal && message.createdAt <= limit {
        try advance(message, until: .final)
      }
    }
    if let seconds = try setting("price_seconds").flatMap({ Int($0) }) {
      try setPrices(before: now().adding(seconds: -seconds))
    }
  }

  private func setPrices(before limit: Timestamp?) throws {
    let limit = Value.integer(limit?.milliseconds ?? Int64.max)
    // 0.0769 a segment out, 0.0075 in; a failed message costs nothing here. Text, negative, as Twilio has it.
    try database.execute(
      """
      UPDATE messages SET price = CASE
        WHEN status = 'failed' THEN '0.00000'
        WHEN direction = 'inbound' THEN printf('-%.5f', segments * 0.0075)
        ELSE printf('-%.5f', segments * 0.0769) END
      WHERE price IS NULL AND status IN ('delivered', 'undelivered', 'failed', 'received', 'sent')
        AND updated_at <= ?
      """, limit)
    try database.execute(
      """
      UPDATE calls SET price = printf('-%.5f', (coalesce(duration, 0) + 59) / 60 * 0.01)
      WHERE price IS NULL AND ended_at IS NOT NULL AND ended_at <= ?
      """, limit)
  }

  /// A text message from outside: it is kept, STOP and START work as at Twilio, and the webhook for it is
  /// returned. Leaving that unsent is a lost webhook.
  package func receiveMessage(
    from sender: String, to recipient: String, body: String, media: [(url: String, type: String)] = [],
    url: String
  ) throws -> Webhook {
    let service = try service(of: recipient)
    let account = try owner(of: recipient) ?? firstAccount()?.sid ?? ""
    let sid = newSid(media.isEmpty ? "SM" : "MM")
    let word = body.split { $0.isWhitespace }.joined(separator: " ").uppercased()
    if stopWords.contains(word) { try optOut(recipient: sender, of: recipient) }
    if startWords.contains(word) { try optIn(recipient: sender, to: recipient) }
    let time = Value.integer(now().milliseconds)
    try database.execute(
      """
      INSERT INTO messages (sid, account_sid, sender, recipient, body, status, direction, segments, media,
        created_at, updated_at, sent_at, service_sid)
      VALUES (?1, ?2, ?3, ?4, ?5, 'received', 'inbound', ?6, ?7, ?8, ?8, ?8, ?9)
      """, .text(sid), .text(account), .text(sender), .text(recipient), .text(body),
      .integer(Segments.count(body)), .integer(media.count), time, .text(service))
    for item in media {
      try database.execute(
        "INSERT INTO media (sid, message_sid, content_type, url, created_at) VALUES (?, ?, ?, ?, ?)",
        .text(newSid("ME")), .text(sid), .text(item.type), .text(item.url), time)
    }
    return .incomingMessage(
      sid: sid, account: account, from: sender, to: recipient, body: body, media: media, url: url,
      serviceSid: service)
  }

  /// An incoming message has failed, and Twilio calls no webhook for it: 30039 (a loop), 30011 (no MMS here).
  package func failInbound(_ sid: String, code: Int) throws {
    try database.execute(
      "UPDATE messages SET status = 'failed', error_code = ? WHERE sid = ? AND direction = 'inbound'",
      .integer(code), .text(sid))
  }
}

private let stopWords: Set = ["STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"]
private let startWords: Set = ["START", "YES", "UNSTOP"]
