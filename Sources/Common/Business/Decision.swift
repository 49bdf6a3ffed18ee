// Decision.swift - what happens to a missed call whose SMS is due: send, wait, or skip with a reason.
//
// One pure function, `decide`, goes through `rules`, the table of the specification, section 3, from top to bottom.
// The facts come from the database, the policy from the tenant's settings.

import LocalTime

/// The outcome of one due row.
package enum Decision: Hashable, Sendable {
  case send
  /// Quiet hours: look again at their end.
  case deferUntil(Timestamp)
  case skip(Reason)

  /// The code for log and ledger.
  package var reason: Reason {
    switch self {
    case .send: .sent
    case .deferUntil: .quietHours
    case .skip(let reason): reason
    }
  }
}

/// What is known about a missed call at the moment of the decision.
package struct MissedCallFacts: Sendable {
  /// Twilio's `From`, whatever it says.
  package var caller: String
  /// End of the call.
  package var missedAt: Timestamp
  /// When the row fell due; for a deferred row the end of the quiet hours it waited for.
  package var dueAt: Timestamp
  package var now: Timestamp
  package var isBlocked = false
  /// This call's rank among the number's missed calls of its local day; 1 = the first.
  package var missedCallsToday = 1
  package var isOptedOut = false
  /// A number of the operator, the tenant or their staff.
  package var isOwnNumber = false
  /// The tenant's people marked the number as private.
  package var isPrivate = false
  /// Milliseconds from the call's beginning until the caller hung up; nil where that is not known.
  package var rangFor: Int64?
  /// Nothing is known of the number from before this call.
  package var isNew = false
  /// A later call from the number was answered.
  package var reachedLater = false
  /// When the last missed-call SMS went to the number, nil = never.
  package var lastSMSAt: Timestamp?
  /// Missed-call SMS to the number on the local day of `now`.
  package var smsToday = 0
  /// From the Lookup cache; goes before the numbering plan, unless it is `.unknown`.
  package var knownLineType: LineType?

  package init(caller: String, missedAt: Timestamp, dueAt: Timestamp, now: Timestamp) {
    self.caller = caller
    self.missedAt = missedAt
    self.dueAt = dueAt
    self.now = now
  }

  /// nil for what nobody could text.
  fileprivate var number: PhoneNumber? {
    PhoneNumber.isWithheld(caller) ? nil : PhoneNumber(e164: caller)
  }

  fileprivate var isLandline: Bool { number?.lineType(known: knownLineType) == .landline }
}

/// The tenant's settings that decide.
package struct DecisionPolicy: Sendable {
  package var spamMissedCallsPerDay: Int
  /// 0 = off.
  package var shortRingSeconds: Int
  /// ISO 3166 codes.
  package var allowedCountries: [String]
  package var dedupeMinutes: Int
  package var maxSMSPerDay: Int
  package var quietHours: QuietHours
  package var zone: TimeZoneRules
  /// Age from which a row is too old, time in quiet hours not counted.
  package var expiryMinutes: Int

  /// A tenant's.
  package init(_ tenant: Tenant, zone: TimeZoneRules) {
    self.init(
      spamMissedCallsPerDay: tenant.spamMissedCallsPerDay, shortRingSeconds: tenant.shortRingSeconds,
      allowedCountries: tenant.allowedCountries,
      dedupeMinutes: tenant.dedupeMinutes, maxSMSPerDay: tenant.maxSMSPerDay, quietHours: tenant.quietHours,
      zone: zone)
  }

  package init(
    spamMissedCallsPerDay: Int = 5, shortRingSeconds: Int = 0,
    allowedCountries: [String] = ["CH", "LI", "DE", "AT", "FR", "IT"],
    dedupeMinutes: Int = 15, maxSMSPerDay: Int = 3, quietHours: QuietHours = .usual,
    zone: TimeZoneRules, expiryMinutes: Int = MessageExpiry.missedCallMinutes
  ) {
    self.spamMissedCallsPerDay = spamMissedCallsPerDay
    self.shortRingSeconds = shortRingSeconds
    self.allowedCountries = allowedCountries
    self.dedupeMinutes = dedupeMinutes
    self.maxSMSPerDay = maxSMSPerDay
    self.quietHours = quietHours
    self.zone = zone
    self.expiryMinutes = expiryMinutes
  }
}

/// The table of the specification, section 3: the first rule that applies wins.
let rules: [(reason: Reason, applies: @Sendable (MissedCallFacts, DecisionPolicy) -> Bool)] = [
  (.withheld, { facts, _ in facts.number == nil }),
  (.blocked, { facts, _ in facts.isBlocked }),
  (.spam, { facts, policy in facts.missedCallsToday > policy.spamMissedCallsPerDay }),
  (.optedOut, { facts, _ in facts.isOptedOut }),
  (.ownNumber, { facts, _ in facts.isOwnNumber }),
  (.private, { facts, _ in facts.isPrivate }),
  (.shortRing, { facts, policy in isPing(facts, policy) }),
  (.country, { facts, policy in !isServed(facts, policy) }),
  (.reached, { facts, _ in facts.reachedLater }),
  (.dedupe, { facts, policy in wasTextedRecently(facts, policy) }),
  (.throttle, { facts, policy in facts.smsToday >= policy.maxSMSPerDay }),
  (.landline, { facts, _ in facts.isLandline }),
  (.quietHours, { facts, policy in policy.quietHours.contains(facts.now, zone: policy.zone) }),
  (.expired, { facts, policy in isTooOld(facts, policy) }),
]

/// Decides a due row.
package func decide(_ facts: MissedCallFacts, _ policy: DecisionPolicy) -> Decision {
  guard let rule = rules.first(where: { $0.applies(facts, policy) }) else { return .send }
  if rule.reason == .quietHours && policy.quietHours.policy == .deferToEnd {
    return .deferUntil(policy.quietHours.end(after: facts.now, zone: policy.zone))
  }
  return .skip(rule.reason)
}

/// Ping calls ring once, so that somebody calls an expensive number back. Whoever means it calls again.
private func isPing(_ facts: MissedCallFacts, _ policy: DecisionPolicy) -> Bool {
  guard let rangFor = facts.rangFor else { return false }
  return facts.isNew && rangFor < Int64(policy.shortRingSeconds) * 1000
}

/// In a country that is allowed, and no special number.
private func isServed(_ facts: MissedCallFacts, _ policy: DecisionPolicy) -> Bool {
  guard let number = facts.number, let country = number.country else { return false }
  return policy.allowedCountries.contains(country) && number.lineType != .excluded
    && facts.knownLineType != .excluded
}

/// An SMS went out within the dedupe time; or, for a deferred row, at any time since the call, because
/// several deferred rows of one number become one SMS even where `dedupe_minutes` is 0 or sending is slow.
private func wasTextedRecently(_ facts: MissedCallFacts, _ policy: DecisionPolicy) -> Bool {
  guard let last = facts.lastSMSAt else { return false }
  if facts.now.milliseconds(since: last) < Int64(policy.dedupeMinutes) * 60_000 { return true }
  // The delay is at most 59 s: what is due later than that has been deferred.
  let wasDeferred = facts.dueAt.milliseconds(since: facts.missedAt) > 60_000
  return wasDeferred && last >= facts.missedAt
}

private func isTooOld(_ facts: MissedCallFacts, _ policy: DecisionPolicy) -> Bool {
  let quiet = policy.quietHours.milliseconds(from: facts.missedAt, to: facts.now, zone: policy.zone)
  let age = facts.now.milliseconds(since: facts.missedAt) - quiet
  return age > Int64(policy.expiryMinutes) * 60_000
}

/// How long a message is wanted. Also sent to Twilio as ValidityPeriod (at most 10 hours).
package enum MessageExpiry {
  package static let missedCallMinutes = 60
  package static let confirmationMinutes = 240
  package static let wizardLinkMinutes = 600
}
