// Outbox.swift - the table `messages`: what is to be sent, claimed, accepted, reported, given up.
//
// queued -> sending -> accepted -> delivered, and failed (waits for a retry) or dead (given up).
// `sending` is committed before the request leaves; a row found in `sending` without a request under
// way is ambiguous and is looked up at Twilio before anything else. See docs/state-machines.md.

import Business
import LocalTime
import SQLite

/// A message to put into the outbox.
package struct NewMessage: Hashable, Sendable {
  package var tenant: String
  package var recipient: String
  package var sender: String
  package var channel: Channel
  package var kind: MessageKind
  package var body: String
  package var encoding: String
  package var segments: Int
  package var dueAt: Timestamp
  package var expiresAt: Timestamp
  package var callID: Int?
  package var ticketID: Int?
  package var inboundID: Int?
  /// Of an e-mail; of a push its title, of a webhook the event's id.
  package var subject: String?
  /// Of an e-mail: paths of files below the home that go along.
  package var attachments: [String] = []
  /// A second message with the same key is not made.
  package var onceKey: String?
  /// Whose share it draws from; of what goes to a caller, always the caller's.
  package var budget = Budget.caller
  /// How many notices a digest stands for; 0 of any other message.
  package var folded = 0
  /// Who of the tenant's people wrote it; nil for what the machine says.
  package var author: String?

  package init(
    tenant: String, recipient: String, sender: String, kind: MessageKind, text: SMSText, dueAt: Timestamp,
    expiresAt: Timestamp, callID: Int? = nil, ticketID: Int? = nil, inboundID: Int? = nil,
    onceKey: String? = nil
  ) {
    self.tenant = tenant
    self.recipient = recipient
    self.sender = sender
    channel = .sms
    self.kind = kind
    (body, encoding, segments) = (text.body, text.encoding.rawValue, text.segments)
    self.dueAt = dueAt
    self.expiresAt = expiresAt
    self.callID = callID
    self.ticketID = ticketID
    self.inboundID = inboundID
    self.onceKey = onceKey
  }

  package mutating func setText(_ text: SMSText) {
    body = text.body
    encoding = text.encoding.rawValue
    segments = text.segments
  }

  /// Makes it an e-mail; its text is UTF-8 and has no segments.
  package mutating func makeMail(from sender: String, subject: String, body: String) {
    self.sender = sender
    self.subject = subject
    self.body = body
    channel = .email
    encoding = "UTF-8"
    segments = 0
  }

  /// Makes it a call, in which `words` are said.
  package mutating func makeCall(from sender: String, saying words: String) {
    self.sender = sender
    body = words
    channel = .call
    encoding = "UTF-8"
    segments = 0
  }

  /// Makes it a push.
  /// - Parameter server: which publishes it; its rate is the server's.
  package mutating func makePush(to server: String, title: String, body: String) {
    sender = server
    subject = title
    self.body = body
    channel = .ntfy
    encoding = "UTF-8"
    segments = 0
  }

  /// Makes it a webhook.
  /// - Parameter id: the event's, the same for each receiver.
  mutating func makeWebhook(id: String, body: String) {
    subject = id
    self.body = body
    channel = .webhook
    encoding = "UTF-8"
    segments = 0
  }

  /// An e-mail.
  package static func mail(
    tenant: String, to recipient: String, from sender: String, kind: MessageKind, subject: String,
    body: String, attachments: [String] = [],
    dueAt: Timestamp, expiresAt: Timestamp, ticketID: Int? = nil, onceKey: String? = nil
  ) -> NewMessage {
    var message = NewMessage(
      tenant: tenant, recipient: recipient, sender: sender, kind: kind, text: SMSText(""), dueAt: dueAt,
      expiresAt: expiresAt, ticketID: ticketID, onceKey: onceKey)
    message.makeMail(from: sender, subject: subject, body: body)
    message.attachments = attachments
    return message
  }
}

/// What the sender needs of a row of `messages`.
package struct OutboxRow: Hashable, Sendable {
  package var id: Int
  package var tenant: String
  package var recipient: String
  package var sender: String
  package var kind: MessageKind
  package var body: String
  package var state: MessageState
  package var attempts: Int
  package var postponements: Int
  package var dueAt: Timestamp
  package var expiresAt: Timestamp
  package var claimedAt: Timestamp?
  package var unknownSince: Timestamp?
  package var sid: String?
  package var callID: Int?
  package var ticketID: Int?
  package var firstDueAt: Timestamp
  package var channel: Channel
  package var subject: String?
  package var createdAt: Timestamp
  /// Paths of files below the home.
  package var attachments: [String]
  package var budget: Budget

  /// It tells of an alert: of what becomes of it there is none.
  package var isAboutAlert: Bool {
    kind == .alert || kind == .event && WebhookEvent(rawValue: sender)?.isOfAlert == true
  }

  /// What it said was erased: it must never leave again.
  package var isForgotten: Bool { body.isEmpty }

  static let columns = """
    id, tenant, recipient, sender, kind, body, state, attempts, postponements, coalesce(due_at, 0), expires_at,
    claimed_at, unknown_since, sid, call_id, ticket_id, first_due_at, channel, subject, created_at,
    attachments, budget
    """

  init(_ row: Row) throws(SQLiteError) {
    id = row.integer(0)
    tenant = row.text(1)
    recipient = row.text(2)
    sender = row.text(3)
    kind = try row.choice(4)
    body = row.text(5)
    state = try row.choice(6)
    attempts = row.integer(7)
    postponements = row.integer(8)
    dueAt = row.timestamp(9)
    expiresAt = row.timestamp(10)
    claimedAt = row.optionalTimestamp(11)
    unknownSince = row.optionalTimestamp(12)
    sid = row.optionalText(13)
    callID = row.optionalInteger(14)
    ticketID = row.optionalInteger(15)
    firstDueAt = row.timestamp(16)
    channel = try row.choice(17)
    subject = row.optionalText(18)
    createdAt = row.timestamp(19)
    attachments = row.text(20).split(separator: "\n").map(String.init)
    budget = try row.choice(21)
  }
}

extension Store {
  /// -> queued. nil when this call or reply has its message already.
  @discardableResult
  package func enqueue(_ message: NewMessage, at now: Timestamp) throws -> Int? {
    let id = try database.integer(
      """
      INSERT INTO messages
        (tenant, recipient, sender, channel, kind, body, encoding, segments, created_at, first_due_at, due_at,
         expires_at, call_id, ticket_id, inbound_id, subject, once_key, attachments, budget, folded, author)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
      ON CONFLICT DO NOTHING RETURNING id
      """, .text(message.tenant), .text(message.recipient), .text(message.sender),
      .text(message.channel.rawValue),
      .text(message.kind.rawValue), .text(message.body), .text(message.encoding), .integer(message.segments),
      .time(now), .time(message.dueAt), .time(message.expiresAt),
      .integer(message.callID), .integer(message.ticketID), .integer(message.inboundID),
      .text(message.subject),
      .text(message.onceKey),
      .text(message.attachments.isEmpty ? nil : message.attachments.joined(separator: "\n")),
      .text(message.budget.rawValue), .integer(message.folded), .text(message.author))
    if let id {
      try logEvent(
        .messageQueued, tenant: message.tenant, ticket: message.ticketID, call: message.callID, message: id,
        detail: message.kind.rawValue, at: now)
    }
    return id
  }

  package func message(id: Int) throws -> OutboxRow? {
    try database.first(
      "SELECT \(OutboxRow.columns) FROM messages WHERE id = ?", .integer(id), as: OutboxRow.init)
  }

  /// The index of what is due begins with the channel: who means several names them.
  static let channels = list(Channel.allCases.map(\.rawValue))
  static let channelsOfPeople = list(Channel.ofPeople.map(\.rawValue))

  /// Messages whose time has come, oldest first.
  package func dueMessages(_ channel: Channel = .sms, at now: Timestamp, limit: Int) throws -> [OutboxRow] {
    try database.rows(
      """
      SELECT \(OutboxRow.columns) FROM messages
      WHERE state IN ('queued', 'failed') AND channel = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?
      """, .text(channel.rawValue), .time(now), .integer(limit), as: OutboxRow.init)
  }

  package func nextMessageDue() throws -> Timestamp? {
    var next: Timestamp?
    for channel in Channel.allCases {
      let due = try database.first(
        "SELECT due_at FROM messages WHERE state IN ('queued', 'failed') AND channel = ? ORDER BY due_at LIMIT 1",
        .text(channel.rawValue)
      ) { $0.timestamp(0) }
      if let due { next = min(due, next ?? due) }
    }
    return next
  }

  /// Rows in `sending` whose answer is overdue.
  package func unknownMessages(_ channel: Channel = .sms, at now: Timestamp, limit: Int) throws -> [OutboxRow]
  {
    try database.rows(
      """
      SELECT \(OutboxRow.columns) FROM messages
      WHERE state = 'sending' AND due_at <= ? AND channel = ? ORDER BY due_at LIMIT ?
      """, .time(now), .text(channel.rawValue), .integer(limit), as: OutboxRow.init)
  }

  package func nextUnknownLook() throws -> Timestamp? {
    try database.first("SELECT due_at FROM messages WHERE state = 'sending' ORDER BY due_at LIMIT 1") {
      $0.timestamp(0)
    }
  }

  /// At a runner's start no request is under way: whatever is `sending` was left so by a dead runner.
  package func adoptOrphans(at now: Timestamp, lookAt: Timestamp) throws -> Int {
    let orphans = try database.rows(
      "SELECT \(OutboxRow.columns) FROM messages WHERE state = 'sending' AND unknown_since IS NULL",
      as: OutboxRow.init)
    for row in orphans {
      try markUnknown(row, error: "the runner ended before the answer came", lookAt: lookAt, at: now)
    }
    return orphans.count
  }

  /// Whether a sid belongs to a try of ours.
  package func knowsAttempt(sid: String) throws -> Bool {
    try database.integer("SELECT 1 FROM message_attempts WHERE sid = ?", .text(sid)) != nil
  }

  /// Accepted messages Twilio never reported on; one that was asked about waits 50 minutes longer.
  package func unreportedMessages(sentBefore: Timestamp, sentAfter: Timestamp, limit: Int) throws
    -> [OutboxRow]
  {
    try database.rows(
      """
      SELECT \(OutboxRow.columns) FROM messages
      WHERE state = 'accepted' AND coalesce(checked_at + 3000000, sent_at) <= ? AND sent_at > ? AND sid IS NOT NULL
      ORDER BY coalesce(checked_at + 3000000, sent_at) LIMIT ?
      """, .time(sentBefore), .time(sentAfter), .integer(limit), as: OutboxRow.init)
  }

  package func noteChecked(message id: Int, at now: Timestamp) throws {
    try database.execute("UPDATE messages SET checked_at = ?2 WHERE id = ?1", .integer(id), .time(now))
  }

  func log(_ type: EventType, _ row: OutboxRow, detail: String, at now: Timestamp) throws {
    try logEvent(
      type, tenant: row.tenant, ticket: row.ticketID, call: row.callID, message: row.id, detail: detail,
      at: now)
  }
}
