// ReplyIntake.swift - an incoming SMS and a voice menu key: the ticket, its event and the confirmation,
// in one transaction.

import CGI
import LocalTime
import Rules
import Settings
import Spool
import Store

extension Intake {
  /// How long after a missed-call SMS a message from the number is taken for its answer.
  static let replyWindowDays = 7
  /// Loop protection: confirmations per number and hour.
  static let confirmationsPerHour = 5

  /// `sms`: spec section 4. The same MessageSid twice is one reply.
  public func recordReply(_ webhook: Webhook, tenants: [Tenant], source: TicketSource? = nil) throws {
    let phone = String(webhook.field("From").prefix(64))
    let body = webhook.field("Body")
    let now = webhook.receivedAt
    try store.write {
      guard let tenant = try owner(of: phone, among: tenants) else { return }
      let optOut = OptOutWord.classify(body, language: tenant.language)
      let reply = Reply(body: body)
      let answered = try store.missedCallSMS(
        answeredBy: phone, tenant: tenant.id, since: now.adding(days: -Intake.replyWindowDays))
      let inbound = try store.recordInbound(
        InboundSMS(
          messageSid: webhook.field("MessageSid"), tenant: tenant.id, sender: phone,
          recipient: webhook.field("To"),
          body: body, answer: optOut?.code ?? reply.code,
          segments: Intake.segments(webhook) ?? SMSText(body).segments,
          receivedAt: now,
          answersMessage: answered))
      guard let inbound else { return }
      // From the spool or the sweep words come late, and out of order: the last one said holds.
      let isOutrun = try optOut != nil && store.hasLaterOptWord(tenant: tenant.id, phone: phone, after: now)
      switch optOut {
      case .optOut:
        // Twilio blocks the pair of numbers, so the word holds for everyone who shares the sender.
        if !isOutrun {
          for sharer in tenants { try store.optOut(tenant: sharer.id, phone: phone, at: now) }
        }
        try store.logEvent(.optOut, tenant: tenant.id, message: answered, at: now)
      case .optIn:
        if !isOutrun {
          for sharer in tenants { try store.optIn(tenant: sharer.id, phone: phone, at: now) }
        }
        try store.logEvent(.optIn, tenant: tenant.id, message: answered, at: now)
      case .help: try store.logEvent(.help, tenant: tenant.id, message: answered, at: now)
      case nil:
        let origin = source ?? (answered == nil ? .sms : .missedCall)
        try answer(
          reply, webhook, from: phone, tenant: tenant, source: origin, inbound: inbound, answered: answered)
      }
    }
  }

  /// As Twilio says, if it can be: a month's figures add them up.
  private static func segments(_ webhook: Webhook) -> Int? {
    webhook.fields["NumSegments"].flatMap { Int($0) }.flatMap { 1...255 ~= $0 ? $0 : nil }
  }

  /// The tenant whose number it was sent to; where tenants share it, the one that texted the caller last.
  private func owner(of phone: String, among tenants: [Tenant]) throws -> Tenant? {
    guard tenants.count > 1 else { return tenants.first }
    let last = try store.lastTenant(texting: phone, among: tenants.map(\.id))
    return tenants.first { $0.id == last } ?? tenants.first
  }

  private func answer(
    _ reply: Reply, _ webhook: Webhook, from phone: String, tenant: Tenant, source: TicketSource,
    inbound: Int,
    answered: Int?
  ) throws {
    let now = webhook.receivedAt
    let texts = texts(tenant)
    let media = mediaLinks(webhook.fields)
    var ticketID: Int?
    let text: SMSText
    if reply == .wizard && media.isEmpty {
      text = texts.wizard(phone: phone)
      try store.logEvent(
        .reply, tenant: tenant.id, message: answered, detail: reply.code, at: now)
    } else {
      let ticket = try takeIn(reply, phone: phone, tenant: tenant, source: source, callID: nil, at: now)
      ticketID = ticket.id
      try store.attachInbound(inbound, to: ticket.id)
      for link in media {
        try store.addPhoto(ticket: ticket.id, url: link.url, contentType: link.type, at: now)
      }
      try store.logEvent(
        .reply, tenant: tenant.id, ticket: ticket.id, message: answered, detail: reply.code, at: now)
      let promise =
        ticket.slaDueAt > recordedAt ? ticket.slaDueAt : slaDue(.medium, tenant: tenant, from: recordedAt)
      switch reply {
      case .urgent: text = texts.urgent(phone: phone)
      case .callback: text = texts.callback(phone: phone, due: promise, now: recordedAt)
      case .wizard: text = texts.wizard(phone: phone)
      case .freeText: text = texts.freeText(phone: phone, due: promise, now: recordedAt)
      }
    }
    let isWizard = reply == .wizard
    try confirm(
      text, kind: isWizard ? .wizardLink : .confirmation, to: phone, tenant: tenant, ticket: ticketID,
      inbound: inbound, at: now)
  }

  /// Puts the confirmation into the outbox, unless the number cannot or must not get one.
  private func confirm(
    _ text: SMSText, kind: MessageKind, to phone: String, tenant: Tenant, ticket: Int?, inbound: Int,
    at now: Timestamp
  ) throws {
    let minutes = kind == .wizardLink ? MessageExpiry.wizardLinkMinutes : MessageExpiry.confirmationMinutes
    let expiresAt = now.adding(minutes: minutes)
    if let obstacle = try obstacle(to: phone, tenant: tenant, expiresAt: expiresAt, at: now) {
      try store.logEvent(.confirmationWithheld, tenant: tenant.id, ticket: ticket, detail: obstacle, at: now)
      return
    }
    try store.enqueue(
      NewMessage(
        tenant: tenant.id, recipient: phone, sender: tenant.smsSender, kind: kind, text: text, dueAt: now,
        expiresAt: expiresAt, ticketID: ticket, inboundID: inbound), at: now)
  }

  /// A tenant's number at Twilio: no person reads what is sent there, and our own handler would answer it.
  func isOurs(_ phone: String) throws -> Bool {
    try !settings.tenants(sender: phone).isEmpty || !settings.tenants(voiceNumber: phone).isEmpty
  }

  /// Why a number gets no confirmation; nil when it gets one.
  private func obstacle(
    to phone: String, tenant: Tenant, expiresAt: Timestamp, at now: Timestamp
  ) throws -> String? {
    if PhoneNumber(e164: phone) == nil { return "the sender is no phone number" }
    if expiresAt <= recordedAt { return "too late" }
    if try store.isOptedOut(tenant: tenant.id, phone: phone) { return "opted out" }
    // A number of ours would answer by itself: two tenants must not text each other for ever.
    if try isOurs(phone) { return "the sender is one of our own numbers" }
    let recent = try store.confirmationCount(tenant: tenant.id, phone: phone, since: now.adding(hours: -1))
    return recent >= Intake.confirmationsPerHour ? "loop protection" : nil
  }

  /// Creates or updates the ticket of a reply or a key press.
  func takeIn(
    _ reply: Reply, phone: String, tenant: Tenant, source: TicketSource, callID: Int?, at now: Timestamp
  ) throws -> TicketRow {
    let urgency: Urgency = reply == .urgent ? .high : .medium
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
  public func takeIn(_ request: TicketRequest, tenant: Tenant, at now: Timestamp) throws -> TicketRow {
    let change = try store.upsertTicket(request, at: now)
    let ticket = change.ticket
    try store.logEvent(
      change.isNew ? .ticketCreated : .ticketUpdated, tenant: request.tenant, ticket: ticket.id,
      call: request.callID,
      detail: "\(ticket.urgency.rawValue) \(ticket.status.rawValue)", at: now)
    if change.isNew || change.hasBecomeUrgent { try announce(ticket, isNew: change.isNew, tenant: tenant) }
    return ticket
  }

  private func mediaLinks(_ fields: FormFields) -> [(url: String, type: String)] {
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
  public func recordMenuKey(_ webhook: Webhook, tenant: Tenant) throws {
    guard let reply = menuReply(webhook) else { return }
    let sid = webhook.field("CallSid")
    let now = webhook.receivedAt
    try store.write {
      // Should the call's own webhooks come later, the key finds a row all the same.
      guard try ensureCall(webhook, sid: sid, tenant: tenant) else { return }
      let call = try store.call(sid: sid)
      let isNew = try store.logEvent(
        .menuKey, tenant: tenant.id, call: call?.id, detail: reply.code, at: now,
        onceKey: "menu:\(sid):\(reply.code)")
      guard isNew else { return }
      _ = try takeIn(
        reply, phone: String(webhook.field("From").prefix(64)), tenant: tenant, source: .voiceMenu,
        callID: call?.id, at: now)
    }
  }

  public func menuReply(_ webhook: Webhook) -> Reply? {
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
}

extension OptOutAction {
  var code: String {
    switch self {
    case .optOut: "stop"
    case .optIn: "start"
    case .help: "help"
    }
  }
}
