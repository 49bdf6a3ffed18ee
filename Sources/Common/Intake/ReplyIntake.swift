// ReplyIntake.swift - an incoming SMS and a voice menu key: the ticket, its event and the confirmation,
// in one transaction.

import Business
import CGI
import LocalTime
import Spool
import Store
import Twilio

/// A message that came in and is in the database.
struct IncomingMessage {
  let webhook: Webhook
  let tenant: Tenant
  /// The number behind `From`.
  let phone: String
  let body: String
  /// Its row in `inbound_messages`.
  let id: Int
  /// The missed-call SMS it answers.
  let answered: Int?

  var at: Timestamp { webhook.receivedAt }
}

extension Intake {
  /// How long after a missed-call SMS a message from the number is taken for its answer.
  static let replyWindowDays = 7
  /// Within so many minutes the same words are said once.
  private static let repetitionMinutes = 10

  /// `sms`: spec section 4. The same MessageSid twice is one reply.
  package func recordReply(_ webhook: Webhook, tenants: [Tenant], source: TicketSource? = nil) throws {
    let phone = String(webhook.address("From").address.prefix(64))
    let body = webhook.field("Body")
    try store.write {
      guard let tenant = try owner(of: phone, among: tenants) else { return }
      guard webhook.fields["ErrorCode"] != String(TwilioErrorCode.loopBroken) else {
        // Twilio ended an exchange of two machines: an answer would begin it anew.
        try store.logEvent(
          .loopBroken, tenant: tenant.id, detail: webhook.field("MessageSid"), at: webhook.receivedAt,
          onceKey: "loop:\(webhook.field("MessageSid"))")
        return
      }
      let isNumber = !PhoneNumber.isWithheld(phone)
      let optOut = OptOutWord.classify(
        body, type: webhook.fields["OptOutType"], language: tenant.language)
      let reply = reply(body, optOut: optOut, tenant: tenant, phone: phone)
      let isReaction = optOut == nil && Reaction.isReaction(body)
      let isReply = isNumber && !isReaction && !tenant.isStaff(phone)
      let answered =
        isReply
        ? try store.missedCallSMS(
          answeredBy: phone, tenant: tenant.id,
          since: webhook.receivedAt.adding(days: -Intake.replyWindowDays))
        : nil
      let id = try store.recordInbound(
        InboundSMS(
          messageSid: webhook.field("MessageSid"), tenant: tenant.id, sender: phone,
          recipient: webhook.address("To").address,
          body: body, answer: optOut?.rawValue ?? reply.code,
          segments: Intake.segments(webhook) ?? SMSText(body).segments,
          receivedAt: webhook.receivedAt,
          answersMessage: answered))
      guard let id else { return }
      let message = IncomingMessage(
        webhook: webhook, tenant: tenant, phone: phone, body: body, id: id, answered: answered)

      guard isNumber else { return try keep(message, because: "the sender is no phone number") }
      if let optOut, optOut != .help { try heed(optOut, message, sharers: tenants) }
      if isReaction {
        try keep(message, because: "a reaction")
      } else if tenant.isStaff(phone) {
        try recordStaffMessage(message, optOut: optOut)
      } else if optOut == nil || optOut == .help {
        try answer(
          reply, message, source: source ?? (answered == nil ? .sms : .missedCall),
          isAnsweredByTwilio: optOut == .help)
      }
    }
  }

  /// What Twilio has answered is a request in the sender's own words, whatever they are.
  private func reply(_ body: String, optOut: OptOutAction?, tenant: Tenant, phone: String) -> Reply {
    optOut == .help
      ? .freeText(Reply.words(of: body))
      : Reply(body: body, menu: texts(tenant).missedCall(phone: phone).body)
  }

  /// As Twilio says, if it can be: a month's figures add them up.
  private static func segments(_ webhook: Webhook) -> Int? {
    webhook.fields["NumSegments"].flatMap { Int($0) }.flatMap { 1...255 ~= $0 ? $0 : nil }
  }

  /// The tenant whose number it was sent to; where tenants share it, the one that texted the sender last, else the
  /// one whose people he belongs to.
  private func owner(of phone: String, among tenants: [Tenant]) throws -> Tenant? {
    guard tenants.count > 1 else { return tenants.first }
    let last = try store.lastTenant(texting: phone, among: tenants.map(\.id))
    return tenants.first { $0.id == last } ?? tenants.first { $0.isStaff(phone) } ?? tenants.first
  }

  /// Stands in the log, and in the conversation where a request is open; nobody is told.
  private func keep(_ message: IncomingMessage, because reason: String) throws {
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
  private func heed(_ word: OptOutAction, _ message: IncomingMessage, sharers: [Tenant]) throws {
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

  private func answer(
    _ reply: Reply, _ message: IncomingMessage, source: TicketSource, isAnsweredByTwilio: Bool
  ) throws {
    let (tenant, now) = (message.tenant, message.at)
    let media = mediaLinks(message.webhook.fields)
    let isRepeated = try media.isEmpty && isRepetition(message)
    let ticket =
      reply == .wizard && media.isEmpty
      ? nil : try request(reply, message, source: source, isRepeated: isRepeated)
    for link in media {
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
      message, ticket: ticket?.id, obstacle: isRepeated ? "the same words again" : nil)
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
  private func request(
    _ reply: Reply, _ message: IncomingMessage, source: TicketSource, isRepeated: Bool
  ) throws -> TicketRow {
    let ticket: TicketRow
    if isRepeated, let open = try openTicket(of: message), reply.isCovered(by: open) {
      ticket = open
    } else {
      ticket = try takeIn(
        reply, phone: message.phone, tenant: message.tenant, source: source, callID: nil, at: message.at)
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

  /// Creates or updates the ticket of a reply or a key press.
  ///
  /// Nobody is got out of bed for somebody who cannot be called back: without a number nothing is urgent.
  func takeIn(
    _ reply: Reply, phone: String, tenant: Tenant, source: TicketSource, callID: Int?, at now: Timestamp
  ) throws -> TicketRow {
    let urgency: Urgency = reply == .urgent && !PhoneNumber.isWithheld(phone) ? .high : .medium
    let status: TicketStatus = reply == .callback ? .needsCallback : .new
    var text = ""
    if case .freeText(let words) = reply { text = words }
    return try takeIn(
      TicketRequest(
        tenant: tenant.id, phone: phone, localDay: zone(tenant).day(of: now), source: source,
        urgency: urgency,
        status: status, text: text, slaDueAt: slaDue(urgency, tenant: tenant, from: now), callID: callID),
      tenant: tenant, at: now)
  }

  /// Creates or updates a ticket, logs which, and tells the tenant's people of a new or newly urgent one.
  package func takeIn(_ request: TicketRequest, tenant: Tenant, at now: Timestamp) throws -> TicketRow {
    let change = try store.upsertTicket(request, at: now)
    let ticket = change.ticket
    try store.logEvent(
      change.isNew ? .ticketCreated : .ticketUpdated, tenant: request.tenant, ticket: ticket.id,
      call: request.callID,
      detail: "\(ticket.urgency.rawValue) \(ticket.status.rawValue)", at: now)
    if change.hasBecomeUrgent && !change.isNew {
      try store.logEvent(.ticketUrgent, tenant: request.tenant, ticket: ticket.id, at: now)
    }
    if change.isNew || change.hasBecomeUrgent { try announce(ticket, isNew: change.isNew, tenant: tenant) }
    return ticket
  }

  func mediaLinks(_ fields: FormFields) -> [(url: String, type: String)] {
    let count = min(10, fields["NumMedia"].flatMap { Int($0) } ?? 0)
    guard count > 0 else { return [] }
    return (0..<count).compactMap { index in
      guard let url = fields.nonEmpty("MediaUrl\(index)"),
        url.hasPrefix("https://") || url.hasPrefix("http://")
      else {
        return nil
      }
      return (url, fields["MediaContentType\(index)"] ?? "")
    }
  }

  /// `menu`: 1 or 2 pressed by a caller who cannot get an SMS. The same key of the same call counts once.
  package func recordMenuKey(_ webhook: Webhook, tenant: Tenant) throws {
    guard let reply = menuReply(webhook) else { return }
    let sid = webhook.field("CallSid")
    let now = webhook.receivedAt
    try store.write {
      // Should the call's own webhooks come later, the key finds a row all the same.
      guard let call = try ensureCall(webhook, tenant: tenant) else { return }
      let isNew = try store.logEvent(
        .menuKey, tenant: tenant.id, call: call.id, detail: reply.code, at: now,
        onceKey: "menu:\(sid):\(reply.code)")
      guard isNew else { return }
      let phone = PhoneNumber.kept(webhook.field("From"))
      if phone == PhoneNumber.withheldWord, try fold(call, tenant: tenant, at: now) { return }
      _ = try takeIn(reply, phone: phone, tenant: tenant, source: .voiceMenu, callID: call.id, at: now)
    }
  }

  /// Tickets of withheld numbers in an hour; who hides his number could make them without end.
  private static let withheldTicketsPerHour = 3

  /// A further call with a withheld number within the hour is counted into the newest of their tickets.
  /// - Returns: false where the call is to have a ticket: there are few of them, it has one, or none is open.
  private func fold(_ call: CallRow?, tenant: Tenant, at now: Timestamp) throws -> Bool {
    let hour = now.adding(hours: -1)
    guard let call, try store.openTicket(ofCall: call.id) == nil,
      try store.withheldTicketCount(tenant: tenant.id, since: hour) >= Intake.withheldTicketsPerHour,
      let folded = try store.foldWithheldCall(tenant: tenant.id, since: hour, at: now)
    else { return false }
    try store.setSummary(
      ofTicket: folded.ticket, foldedCallsText(folded.count, language: tenant.language))
    try store.logEvent(
      .ticketUpdated, tenant: tenant.id, ticket: folded.ticket, call: call.id,
      detail: "folded, \(folded.count) more calls", at: now)
    try store.raiseAlert(
      cause: AlertCause.withheldLimit, tenant: tenant.id,
      detail:
        "more than \(Intake.withheldTicketsPerHour) requests in an hour by calls with a withheld number: the others are counted into the last; `opsfabric list calls --tenant \(tenant.id) --since 1h` shows them",
      at: now)
    return true
  }

  package func menuReply(_ webhook: Webhook) -> Reply? {
    switch webhook.fields["Digits"] {
    case "1": .urgent
    case "2": .callback
    default: nil
    }
  }
}

extension Reply {
  /// As in `inbound_messages.answer` and in the log.
  var code: String {
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
    webhook.address("From").channel.map { "\(code) by \($0)" } ?? code
  }
}
