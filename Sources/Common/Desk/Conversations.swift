// Conversations.swift - a message that came in, what it changes, and what it is answered.

import Business
import LocalTime
import Store

/// A message that came in and is in the database.
package struct IncomingMessage {
  /// Where Twilio keeps a picture.
  package struct Media {
    let url: String
    let type: String

    package init(url: String, type: String) {
      self.url = url
      self.type = type
    }
  }

  let tenant: Tenant
  /// The number behind `From`.
  let phone: String
  let body: String
  let media: [Media]
  /// Where it came by another way than SMS.
  let channel: String?
  let at: Timestamp
  /// Its row in `inbound_messages`.
  let id: Int
  /// The missed-call SMS it answers.
  let answered: Int?

  package init(
    tenant: Tenant, phone: String, body: String, media: [Media], channel: String?, at: Timestamp, id: Int,
    answered: Int?
  ) {
    self.tenant = tenant
    self.phone = phone
    self.body = body
    self.media = media
    self.channel = channel
    self.at = at
    self.id = id
    self.answered = answered
  }
}

extension Intake {
  /// How long after a missed-call SMS a message from the number is taken for its answer.
  package static let replyWindowDays = 7
  /// Within so many minutes the same words are said once.
  private static let repetitionMinutes = 10

  /// Stands in the log, and in the conversation where a request is open; nobody is told.
  package func keep(_ message: IncomingMessage, because reason: String) throws {
    let open = try openTicket(of: message)
    if let open { try store.attachInbound(message.id, to: open.id) }
    try store.logEvent(
      .messageKept, tenant: message.tenant.id, ticket: open?.id, detail: reason, at: message.at)
  }

  private func openTicket(of message: IncomingMessage) throws -> TicketRow? {
    try store.openTicket(
      tenant: message.tenant.id, phone: message.phone, localDay: zone(message.tenant).day(of: message.at))
  }

  /// STOP or START. Twilio blocks the pair of numbers, so the word holds for everyone who shares the sender.
  package func heed(_ word: OptOutAction, _ message: IncomingMessage, sharers: [Tenant]) throws {
    let tenant = message.tenant.id
    // From the spool or the sweep words come late, and out of order: the last one said holds.
    if try !store.hasLaterOptWord(tenant: tenant, phone: message.phone, after: message.at) {
      for sharer in sharers {
        if word == .stop {
          try store.optOut(tenant: sharer.id, phone: message.phone, at: message.at)
        } else {
          try store.optIn(tenant: sharer.id, phone: message.phone, at: message.at)
        }
      }
    }
    try store.logEvent(
      word == .stop ? .optOut : .optIn, tenant: tenant, message: message.answered, at: message.at)
  }

  /// A caller's message: its ticket, its event, its confirmation.
  package func answer(_ reply: Reply, _ message: IncomingMessage, isAnsweredByTwilio: Bool) throws {
    let (tenant, now) = (message.tenant, message.at)
    let isRepeated = try message.media.isEmpty && isRepetition(message)
    let isInTalk = try isInTalk(with: message.phone, tenant: tenant.id)
    // A figure that answers a person's question is no choice of the menu; what is urgent is urgent all the same.
    let reply = isInTalk && reply == .wizard ? Reply.freeText(Reply.words(of: message.body)) : reply
    let ticket =
      reply == .wizard && message.media.isEmpty
      ? nil : try request(reply, message, isRepeated: isRepeated, isInTalk: isInTalk)
    for link in message.media {
      guard let ticket else { break }
      try store.addPhoto(ticket: ticket.id, url: link.url, contentType: link.type, at: now)
    }
    let (event, detail): (EventType, String) =
      isAnsweredByTwilio ? (.help, "answered by Twilio") : (.reply, message.detail(reply.code))
    try store.logEvent(
      event, tenant: tenant.id, ticket: ticket?.id, message: message.answered, detail: detail, at: now)
    guard !isAnsweredByTwilio else { return }
    try confirm(
      confirmation(of: reply, ticket: ticket, message), kind: reply == .wizard ? .wizardLink : .confirmation,
      message, ticket: ticket?.id,
      obstacle: isRepeated ? "the same words again" : isInTalk ? "a person has answered" : nil)
  }

  /// The number has said the same a moment ago, or (webhooks come in any order) a moment later.
  private func isRepetition(_ message: IncomingMessage) throws -> Bool {
    let minutes = Intake.repetitionMinutes
    return try store.words(
      of: message.phone, tenant: message.tenant.id, after: message.at.adding(minutes: -minutes),
      before: message.at.adding(minutes: minutes), except: message.id
    ).contains { Reply.sayTheSame($0, message.body) }
  }

  /// The ticket of a reply, made or updated. What was just said already, and stands in an open ticket, changes
  /// nothing about it.
  private func request(_ reply: Reply, _ message: IncomingMessage, isRepeated: Bool, isInTalk: Bool) throws
    -> TicketRow
  {
    let ticket: TicketRow
    if isInTalk, reply != .urgent,
      let open = try store.newestOpenTicket(tenant: message.tenant.id, phone: message.phone)
    {
      // He answers a person: his words belong to what they talk about, whatever the day, and that person is told.
      try store.attachInbound(message.id, to: open.id)
      try store.touch(ticket: open.id, at: message.at)
      if !isRepeated { try tellOfFurtherText(open, words: message.body, tenant: message.tenant) }
      return open
    }
    if isRepeated, let open = try openTicket(of: message), reply.isCovered(by: open) {
      ticket = open
    } else {
      ticket = try takeIn(
        reply, phone: message.phone, tenant: message.tenant,
        source: message.answered == nil ? .sms : .missedCall, callID: nil, at: message.at)
    }
    try store.attachInbound(message.id, to: ticket.id)
    return ticket
  }

  private func confirmation(of reply: Reply, ticket: TicketRow?, _ message: IncomingMessage) -> SMSText {
    let texts = texts(message.tenant)
    func promise() -> Timestamp {
      if let due = ticket?.slaDueAt, due > recordedAt { return due }
      return slaDue(.medium, tenant: message.tenant, from: recordedAt)
    }
    switch reply {
    case .urgent: return texts.urgent(phone: message.phone)
    case .callback: return texts.callback(phone: message.phone, due: promise(), now: recordedAt)
    case .wizard: return texts.wizard(phone: message.phone)
    case .freeText: return texts.freeText(phone: message.phone, due: promise(), now: recordedAt)
    }
  }
}

extension Reply {
  /// As in `inbound_messages.answer` and in the log.
  package var code: String {
    switch self {
    case .urgent: "1"
    case .callback: "2"
    case .wizard: "3"
    case .freeText: "free_text"
    }
  }

  /// The ticket asks for this already.
  fileprivate func isCovered(by ticket: TicketRow) -> Bool {
    switch self {
    case .urgent: ticket.urgency == .high
    case .callback: ticket.status != .new
    case .wizard, .freeText: true
    }
  }
}

extension IncomingMessage {
  /// For the log: a message that came by another way than SMS says so.
  fileprivate func detail(_ code: String) -> String {
    channel.map { "\(code) by \($0)" } ?? code
  }
}
