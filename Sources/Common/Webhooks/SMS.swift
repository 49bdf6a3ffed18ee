// SMS.swift - sms: an incoming message, its ticket, its event and its confirmation, in one transaction.

import Business
import CGI
import Desk
import LocalTime
import Settings
import Store
import Twilio

package struct SMS: WebhookType {
  package static let name = "sms"
  package static let requiredFields = ["MessageSid", "From", "To"]

  package let webhook: Webhook
  package init(_ webhook: Webhook) { self.webhook = webhook }

  private var sender: ChannelAddress { webhook.address("From") }

  package func tenants(in settings: SettingsReader) throws -> [Tenant] {
    let service = webhook.fields.nonEmpty("MessagingServiceSid")
    let byService = try service.map { try settings.tenants(sender: $0) } ?? []
    return byService.isEmpty ? try settings.tenants(sender: webhook.address("To").address) : byService
  }

  package var sequence: String { sender.address }

  /// Spec section 4. The same MessageSid twice is one reply.
  @discardableResult
  package func record(for tenants: [Tenant], by intake: Intake) throws -> Found {
    try intake.store.write { try take(for: tenants, by: intake) }
    return Found()
  }

  private func take(for tenants: [Tenant], by intake: Intake) throws {
    let (store, now) = (intake.store, webhook.receivedAt)
    let phone = String(sender.address.prefix(64))
    let body = webhook.field("Body")
    guard let tenant = try owner(of: phone, among: tenants, in: store) else { return }
    guard webhook.fields["ErrorCode"] != String(TwilioErrorCode.loopBroken) else {
      // Twilio ended an exchange of two machines: an answer would begin it anew.
      try store.logEvent(
        .loopBroken, tenant: tenant.id, detail: webhook.field("MessageSid"), at: now,
        onceKey: "loop:\(webhook.field("MessageSid"))")
      return
    }
    let isNumber = !PhoneNumber.isWithheld(phone)
    let optOut = OptOutWord.classify(
      body, type: webhook.fields["OptOutType"], language: tenant.language)
    // What Twilio has answered is a request in the sender's own words, whatever they are.
    let reply: Reply =
      optOut == .help
      ? .freeText(Reply.words(of: body))
      : Reply(body: body, menu: intake.texts(tenant).missedCall(phone: phone, at: now).body)
    let isReaction = optOut == nil && Reaction.isReaction(body)
    let isReply = isNumber && !isReaction && !tenant.isStaff(phone)
    let answered =
      isReply
      ? try store.missedCallSMS(
        answeredBy: phone, tenant: tenant.id, since: now.adding(days: -Intake.replyWindowDays))
      : nil
    let id = try store.recordInbound(
      InboundSMS(
        messageSid: webhook.field("MessageSid"), tenant: tenant.id, sender: phone,
        recipient: webhook.address("To").address, body: body, answer: optOut?.rawValue ?? reply.code,
        segments: segments ?? SMSText(body).segments, receivedAt: now, answersMessage: answered))
    guard let id else { return }
    let message = IncomingMessage(
      tenant: tenant, phone: phone, body: body, media: media, channel: sender.channel, at: now, id: id,
      answered: answered)

    guard isNumber else { return try intake.keep(message, because: "the sender is no phone number") }
    if let optOut, optOut != .help { try intake.heed(optOut, message, sharers: tenants) }
    if isReaction {
      try intake.keep(message, because: "a reaction")
    } else if tenant.isStaff(phone) {
      try intake.recordStaffMessage(message, optOut: optOut)
    } else if optOut == nil || optOut == .help {
      try intake.answer(reply, message, isAnsweredByTwilio: optOut == .help)
    }
  }

  /// The tenant whose number it was sent to; where tenants share it, the one that texted the sender last, else the
  /// one whose people he belongs to.
  private func owner(of phone: String, among tenants: [Tenant], in store: Store) throws -> Tenant? {
    guard tenants.count > 1 else { return tenants.first }
    let last = try store.lastTenant(texting: phone, among: tenants.map(\.id))
    return tenants.first { $0.id == last } ?? tenants.first { $0.isStaff(phone) } ?? tenants.first
  }

  /// As Twilio says, if it can be: a month's figures add them up.
  private var segments: Int? {
    webhook.fields["NumSegments"].flatMap { Int($0) }.flatMap { 1...255 ~= $0 ? $0 : nil }
  }

  private var media: [IncomingMessage.Media] {
    let count = min(10, webhook.fields["NumMedia"].flatMap { Int($0) } ?? 0)
    guard count > 0 else { return [] }
    return (0..<count).compactMap { index in
      guard let url = webhook.fields.nonEmpty("MediaUrl\(index)"),
        url.hasPrefix("https://") || url.hasPrefix("http://")
      else { return nil }
      return .init(url: url, type: webhook.field("MediaContentType\(index)"))
    }
  }

  package func answer(_ context: AnswerContext) -> CGIResponse { .xml(TwiML.response()) }
}
