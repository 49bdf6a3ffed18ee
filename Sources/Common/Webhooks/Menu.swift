// Menu.swift - menu: a key pressed by a caller who cannot get an SMS becomes a ticket.

import Business
import CGI
import Desk
import LocalTime
import Store
import Twilio

package struct Menu: CallWebhook {
  package static let name = "menu"
  package static let requiredFields = ["CallSid", "From", "To"]

  package let webhook: Webhook
  package init(_ webhook: Webhook) { self.webhook = webhook }

  private var reply: Reply? {
    switch webhook.fields["Digits"] {
    case "1": .urgent
    case "2": .callback
    default: nil
    }
  }

  /// The same key of the same call counts once.
  package func record(for tenant: Tenant, by intake: Intake) throws -> Found {
    guard let reply else { return Found() }
    let now = webhook.receivedAt
    try intake.store.write {
      // Should the call's own webhooks come later, the key finds a row all the same.
      guard let call = try intake.ensureCall(webhook, tenant: tenant) else { return }
      let isNew = try intake.store.logEvent(
        .menuKey, tenant: tenant.id, call: call.id, detail: reply.code, at: now,
        onceKey: "menu:\(call.callSid):\(reply.code)")
      guard isNew else { return }
      let phone = PhoneNumber.kept(webhook.field("From"))
      if phone == PhoneNumber.withheldWord, try fold(call, tenant: tenant, in: intake.store) { return }
      _ = try intake.takeIn(
        reply, phone: phone, tenant: tenant, source: .voiceMenu, callID: call.id, at: now)
    }
    return Found()
  }

  /// Tickets of withheld numbers in an hour; who hides his number could make them without end.
  private static let withheldTicketsPerHour = 3

  /// A further call with a withheld number within the hour is counted into the newest of their tickets.
  /// - Returns: false where the call is to have a ticket: there are few of them, it has one, or none is open.
  private func fold(_ call: CallRow, tenant: Tenant, in store: Store) throws -> Bool {
    let now = webhook.receivedAt
    let hour = now.adding(hours: -1)
    guard try store.openTicket(ofCall: call.id) == nil,
      try store.withheldTicketCount(tenant: tenant.id, since: hour) >= Menu.withheldTicketsPerHour,
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
        "more than \(Menu.withheldTicketsPerHour) requests in an hour by calls with a withheld number: the others are counted into the last; `opsfabric list calls --tenant \(tenant.id) --since 1h` shows them",
      at: now)
    return true
  }

  package func answer(_ context: AnswerContext) -> CGIResponse {
    .xml(TwiML.response(thanks(context).map { [context.say($0), .hangup] } ?? question(context)))
  }

  /// nil for a key that means nothing.
  private func thanks(_ context: AnswerContext) -> String? {
    let spoken = context.spoken
    switch reply {
    case nil: return nil
    case _ where !webhook.hasCallerNumber: return spoken.menuThanksWithheld
    case .urgent: return spoken.menuThanksUrgent
    default:
      let (tenant, now) = (context.tenant, webhook.receivedAt)
      let zone = context.zones.zone(tenant.timezone) ?? .utc
      let due = tenant.slaDue(.medium, from: now, zone: zone)
      return spoken.menuThanksCallback(sla: Texts(tenant: tenant, zone: zone).sla(due, now: now))
    }
  }

  /// Which keys there are. Also asked after a miss.
  func question(_ context: AnswerContext) -> [TwiML] {
    let spoken = context.spoken
    return [
      .element(
        "Gather",
        ["numDigits": "1", "timeout": "8", "action": context.url(Menu.self), "method": "POST"],
        [context.say(webhook.hasCallerNumber ? spoken.menuPrompt : spoken.menuPromptWithheld)]),
      context.say(spoken.menuNothingPressed), .hangup,
    ]
  }
}
