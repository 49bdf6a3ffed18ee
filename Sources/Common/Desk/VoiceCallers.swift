// VoiceCallers.swift - requests by key and by voice message, of callers who cannot get an SMS.

import Business
import LocalTime
import Store

/// Who asks by key or voice message.
package struct VoiceCaller: Hashable, Sendable {
  /// E.164, or the word for a withheld number.
  package let phone: String
  package let origin: TicketOrigin

  /// - Parameters:
  ///   - from: as Twilio sends it.
  ///   - keyed: what a caller who hides his number has typed and confirmed.
  package init(from: String, keyed: PhoneNumber?) {
    let own = PhoneNumber.kept(from)
    let isWithheld = own == PhoneNumber.withheldWord
    phone = isWithheld ? keyed?.e164 ?? own : own
    origin = isWithheld && keyed != nil ? .keyed : .caller
  }

  /// He can be called back.
  package var hasNumber: Bool { phone != PhoneNumber.withheldWord }
  fileprivate var isHidden: Bool { !hasNumber || origin == .keyed }
}

extension Intake {
  /// Requests of callers who hide their number, in an hour; they could be made without end.
  private static let hiddenPerHour = 3

  /// The request of a key. A further one without a number within the hour is counted into the newest of theirs; one with
  /// a number that somebody typed is taken as it is, but gets nobody out of bed.
  package func takeIn(
    _ reply: Reply, caller: VoiceCaller, tenant: Tenant, call: CallRow, at now: Timestamp
  ) throws -> Int {
    let isAbove = try isAboveHiddenLimit(caller, tenant: tenant, call: call, at: now)
    if isAbove, !caller.hasNumber, let ticket = try fold(call, tenant: tenant, at: now) { return ticket }
    let urgency: Urgency = reply == .urgent && caller.hasNumber && !isAbove ? .high : .medium
    return try takeIn(
      request(
        caller, urgency: urgency, status: reply == .callback ? .needsCallback : .new, text: "",
        tenant: tenant, call: call, at: now), tenant: tenant, at: now
    ).id
  }

  /// The request of a voice message.
  /// - Parameter summary: what it is, in the tenant's language.
  package func takeInVoiceMessage(
    _ summary: String, caller: VoiceCaller, tenant: Tenant, call: CallRow, at now: Timestamp
  ) throws -> Int {
    if !caller.hasNumber, try isAboveHiddenLimit(caller, tenant: tenant, call: call, at: now),
      let ticket = try fold(call, tenant: tenant, at: now)
    {
      return ticket
    }
    return try takeIn(
      request(
        caller, urgency: .medium, status: .needsCallback, text: summary, tenant: tenant, call: call, at: now),
      tenant: tenant, at: now
    ).id
  }

  private func request(
    _ caller: VoiceCaller, urgency: Urgency, status: TicketStatus, text: String, tenant: Tenant,
    call: CallRow, at now: Timestamp
  ) -> TicketRequest {
    var request = TicketRequest(
      tenant: tenant.id, phone: caller.phone, localDay: zone(tenant).day(of: now), source: .voiceMenu,
      urgency: urgency, status: status, text: text, slaDueAt: slaDue(urgency, tenant: tenant, from: now),
      callID: call.id)
    request.origin = caller.origin
    return request
  }

  private func isAboveHiddenLimit(
    _ caller: VoiceCaller, tenant: Tenant, call: CallRow, at now: Timestamp
  ) throws -> Bool {
    try caller.isHidden && store.openTicket(ofCall: call.id) == nil
      && store.hiddenTicketCount(tenant: tenant.id, since: now.adding(hours: -1)) >= Intake.hiddenPerHour
  }

  /// - Returns: nil where none of their requests is open.
  private func fold(_ call: CallRow, tenant: Tenant, at now: Timestamp) throws -> Int? {
    guard let folded = try store.foldWithheldCall(tenant: tenant.id, since: now.adding(hours: -1), at: now)
    else { return nil }
    try store.setSummary(
      ofTicket: folded.ticket, foldedCallsText(folded.count, language: tenant.language))
    try store.logEvent(
      .ticketUpdated, tenant: tenant.id, ticket: folded.ticket, call: call.id,
      detail: "folded, \(folded.count) more calls", at: now)
    try store.raiseAlert(
      cause: AlertCause.withheldLimit, tenant: tenant.id,
      detail:
        "more than \(Intake.hiddenPerHour) requests in an hour by calls with a withheld number: the others are counted into the last; `opsfabric list calls --tenant \(tenant.id) --since 1h` shows them",
      at: now)
    return folded.ticket
  }
}
