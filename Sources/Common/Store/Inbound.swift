// Inbound.swift - the table `inbound_messages`: every SMS that came in, once per MessageSid.

import Business
import LocalTime
import SQLite

/// An incoming SMS as it is stored.
package struct InboundSMS: Hashable, Sendable {
  package var messageSid: String
  package var tenant: String
  package var sender: String
  package var recipient: String
  package var body: String
  /// `1`, `2`, `3`, `free_text`, `stop`, `start` or `help`.
  package var answer: String
  package var segments: Int
  package var receivedAt: Timestamp
  package var answersMessage: Int?

  package init(
    messageSid: String, tenant: String, sender: String, recipient: String, body: String, answer: String,
    segments: Int, receivedAt: Timestamp, answersMessage: Int?
  ) {
    self.messageSid = messageSid
    self.tenant = tenant
    self.sender = sender
    self.recipient = recipient
    self.body = body
    self.answer = answer
    self.segments = segments
    self.receivedAt = receivedAt
    self.answersMessage = answersMessage
  }
}

extension Store {
  /// The new row's id, or nil when this MessageSid is known already.
  package func recordInbound(_ message: InboundSMS) throws -> Int? {
    let id = try database.integer(
      """
      INSERT INTO inbound_messages
        (message_sid, tenant, sender, recipient, body, answer, segments, received_at, price_look_at, answers_message)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9) ON CONFLICT (message_sid) DO NOTHING RETURNING id
      """, .text(message.messageSid), .text(message.tenant), .text(message.sender), .text(message.recipient),
      .text(message.body), .text(message.answer), .integer(message.segments), .time(message.receivedAt),
      .integer(message.answersMessage))
    if let id { tell(.messageReceived, .inbound(id), tenant: message.tenant, at: message.receivedAt) }
    return id
  }

  package func knowsInbound(messageSid: String) throws -> Bool {
    try database.integer("SELECT 1 FROM inbound_messages WHERE message_sid = ?", .text(messageSid)) != nil
  }

  /// The number has said STOP or START again after `at`: what it said then holds no more, however late it comes.
  package func hasLaterOptWord(tenant: String, phone: String, after at: Timestamp) throws -> Bool {
    try database.integer(
      """
      SELECT 1 FROM inbound_messages
      WHERE tenant = ? AND sender = ? AND received_at > ? AND answer IN ('stop', 'start') LIMIT 1
      """, .text(tenant), .text(phone), .time(at)) != nil
  }

  package func attachInbound(_ id: Int, to ticket: Int) throws {
    try database.execute(
      "UPDATE inbound_messages SET ticket_id = ?2 WHERE id = ?1", .integer(id), .integer(ticket))
  }

  /// One of the tenant's people wrote it about that request.
  package func noteSubject(ofInbound id: Int, ticket: Int) throws {
    try database.execute(
      "UPDATE inbound_messages SET about_ticket_id = ?2 WHERE id = ?1", .integer(id), .integer(ticket))
  }

  /// The missed-call SMS that a message from this number answers: the last one since `oldest`.
  package func missedCallSMS(answeredBy phone: String, tenant: String, since oldest: Timestamp) throws -> Int?
  {
    try database.integer(
      """
      SELECT id FROM messages
      WHERE tenant = ? AND recipient = ? AND kind = 'missed_call' AND created_at >= ?
        AND (sent_at IS NOT NULL OR state = 'sending')
      ORDER BY created_at DESC LIMIT 1
      """, .text(tenant), .text(phone), .time(oldest))
  }

  /// Of several tenants who share a sender: the one that texted the number last.
  package func lastTenant(texting phone: String, among tenants: [String]) throws -> String? {
    var latest: (tenant: String, at: Timestamp)?
    for tenant in tenants {
      let at = try database.first(
        "SELECT max(created_at) FROM messages WHERE tenant = ? AND recipient = ? AND sid IS NOT NULL",
        .text(tenant),
        .text(phone)
      ) { $0.optionalTimestamp(0) }
      if let at = at ?? nil, at > latest?.at ?? Timestamp(milliseconds: .min) { latest = (tenant, at) }
    }
    return latest?.tenant
  }

  /// Confirmations (and wizard links) to the number since either time; the day holds the hour.
  package func confirmationCount(
    tenant: String, phone: String, hourSince: Timestamp, daySince: Timestamp
  ) throws -> (lastHour: Int, lastDay: Int) {
    try database.first(
      """
      SELECT total(created_at > ?3), count(*) FROM messages
      WHERE tenant = ?1 AND recipient = ?2 AND kind IN ('confirmation', 'wizard_link') AND created_at > ?4
      """, .text(tenant), .text(phone), .time(hourSince), .time(daySince)
    ) { ($0.integer(0), $0.integer(1)) } ?? (0, 0)
  }

  /// What the number has written about that time, the latest first, one message left out. No more of each than a
  /// long SMS has, and no more messages than a person writes.
  package func words(
    of phone: String, tenant: String, after: Timestamp, before: Timestamp, except id: Int
  ) throws -> [String] {
    try database.rows(
      """
      SELECT substr(body, 1, 2000) FROM inbound_messages
      WHERE tenant = ? AND sender = ? AND received_at > ? AND received_at < ? AND id <> ?
      ORDER BY received_at DESC LIMIT 50
      """, .text(tenant), .text(phone), .time(after), .time(before), .integer(id)
    ) { $0.text(0) }
  }
}
