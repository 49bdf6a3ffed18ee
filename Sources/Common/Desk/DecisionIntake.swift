// DecisionIntake.swift - collects the facts about a missed call and asks the rules; carries out what they say.

import Business
import LocalTime
import Store

extension Intake {
  /// What the rules say about this missed call at `now`. Reads only.
  package func decision(for call: CallRow, tenant: Tenant, lookup: LookupPolicy, at now: Timestamp) throws
    -> Decision
  {
    try decide(facts(of: call, tenant: tenant, lookup: lookup, at: now), policy(tenant))
  }

  /// The same, and whether the number can get an SMS: a mobile number by its plan, or by what was learnt. With Lookup
  /// off nothing better will be known, and the rules send to a number that may be mobile.
  package func outlook(for call: CallRow, tenant: Tenant, lookup: LookupPolicy, at now: Timestamp) throws
    -> (decision: Decision, isKnownMobile: Bool)
  {
    let facts = try facts(of: call, tenant: tenant, lookup: lookup, at: now)
    let plan = PhoneNumber(e164: call.caller)?.lineType
    let isMobile =
      facts.knownLineType.map { $0 == .mobile } ?? (plan == .mobile || (!lookup.isOn && plan == .unknown))
    return (decide(facts, policy(tenant)), isMobile)
  }

  private func facts(of call: CallRow, tenant: Tenant, lookup: LookupPolicy, at now: Timestamp) throws
    -> MissedCallFacts
  {
    let zone = zone(tenant)
    let dayOfCall = zone.startOfDay(zone.day(of: call.startedAt))
    let today = zone.startOfDay(zone.day(of: now))
    let sent = try store.missedCallSMS(tenant: tenant.id, phone: call.caller, since: today)
    var facts = MissedCallFacts(
      caller: call.caller, missedAt: call.endedAt ?? call.startedAt, dueAt: call.dueAt ?? now, now: now)
    let marks = try store.marks(tenant: tenant.id, phone: call.caller, at: now)
    facts.isBlocked = marks.isBlocked
    facts.isOptedOut = marks.isOptedOut
    facts.isPrivate = marks.isPrivate
    facts.missedCallsToday = try store.missedCalls(
      tenant: tenant.id, caller: call.caller, since: dayOfCall, upTo: call.startedAt, callID: call.id)
    facts.isOwnNumber = try settings.isOwnNumber(call.caller, tenant: tenant.id)
    facts.reachedLater = try store.wasReached(tenant: tenant.id, caller: call.caller, after: call)
    facts.lastSMSAt = sent.lastAt
    facts.smsToday = sent.count
    facts.knownLineType = try store.lineType(phone: call.caller, since: now.adding(days: -lookup.cacheDays))
    // Asked only where it can change what happens.
    if let closedAt = call.closedAt, tenant.shortRingSeconds > 0 {
      facts.rangFor = closedAt.milliseconds(since: call.startedAt)
      facts.isNew = try !store.knew(
        tenant: tenant.id, phone: call.caller, before: call.startedAt, callID: call.id)
    }
    return facts
  }

  private func policy(_ tenant: Tenant) -> DecisionPolicy {
    DecisionPolicy(tenant, zone: zone(tenant))
  }

  /// Carries a decision out, once: the row leaves its waiting state together with what follows from it.
  /// - Returns: false when the row was decided already.
  package func carryOut(_ decision: Decision, for call: CallRow, tenant: Tenant, at now: Timestamp) throws
    -> Bool
  {
    try store.write {
      switch decision {
      case .send:
        guard try store.decideSend(ifWaiting: call.id, at: now) else { return false }
        try store.enqueue(
          NewMessage(
            tenant: tenant.id, recipient: call.caller, sender: tenant.smsSender, kind: .missedCall,
            text: missedCallText(for: call, tenant: tenant, at: now),
            // Lateness counts from when the SMS was due, not from when the runner found the time.
            dueAt: min(now, call.dueAt ?? now),
            expiresAt: now.adding(minutes: MessageExpiry.missedCallMinutes),
            callID: call.id), at: now)
        try store.logEvent(.decisionSent, tenant: tenant.id, call: call.id, at: now)
      case .deferUntil(let end):
        guard try store.decideDefer(ifWaiting: call.id, until: end) else { return false }
        try store.logEvent(
          .decisionDeferred, tenant: tenant.id, call: call.id, detail: "quiet_hours until \(end.iso8601)",
          at: now)
      case .skip(let reason):
        guard try store.decideSkip(ifWaiting: call.id, reason: reason, at: now) else { return false }
        if reason == .spam {
          try store.block(
            tenant: tenant.id, phone: call.caller, reason: .spam, at: now,
            until: tenant.blockDays.map { now.adding(days: $0) })
          try store.logEvent(.numberBlocked, tenant: tenant.id, call: call.id, detail: "spam", at: now)
        }
        try store.logEvent(
          .decisionSkipped, tenant: tenant.id, call: call.id, detail: reason.code, at: now)
        if reason == .expired { try takeInLate(call, tenant: tenant, at: now) }
      }
      return true
    }
  }

  /// What the caller of a missed call is texted then.
  package func missedCallText(for call: CallRow, tenant: Tenant, at now: Timestamp) -> SMSText {
    texts(tenant).missedCall(phone: call.caller, at: now)
  }

  /// Too late for an SMS, but the caller shall not be lost: a ticket.
  private func takeInLate(_ call: CallRow, tenant: Tenant, at now: Timestamp) throws {
    _ = try takeIn(
      TicketRequest(
        tenant: tenant.id, phone: call.caller, localDay: zone(tenant).day(of: now), source: .sweep,
        urgency: .medium, status: .needsCallback, slaDueAt: slaDue(.medium, tenant: tenant, from: now),
        callID: call.id), tenant: tenant, at: now)
  }

  /// Waiting -> dead: an SMS could not leave in time. A missed call becomes a ticket instead, unless its caller
  /// was reached meanwhile, or the tenant is switched off.
  package func giveUpLate(_ row: OutboxRow, error: String, tenant: Tenant?, at now: Timestamp) throws {
    try store.write {
      try giveUp(row, code: nil, error: error, at: now)
      guard row.kind == .missedCall, let tenant, tenant.active, let callID = row.callID,
        let call = try store.call(id: callID),
        try !store.wasReached(tenant: tenant.id, caller: call.caller, after: call)
      else { return }
      try takeInLate(call, tenant: tenant, at: now)
    }
  }
}

/// How far Lookup is asked and trusted.
package struct LookupPolicy: Sendable {
  package var isOn: Bool
  /// How long an answer is kept.
  package var cacheDays = 90

  package init(isOn: Bool) { self.isOn = isOn }
}

extension Intake {
  /// A ceiling of outgoing SMS was met within the last hour: an SMS is not to be promised.
  package func isAboveLimit(tenant: Tenant, at now: Timestamp) -> Bool {
    (try? store.hasRecentAlert(cause: AlertCause.smsLimit, tenant: tenant.id, at: now)) ?? false
  }
}
