// Decision.swift - what happens to a missed call whose SMS is due: send, wait, or skip with a reason.
//
// One pure function, `decide`, goes through the table of the specification, section 3, from top to bottom.
// The facts come from the database, the policy from the tenant's settings.

import LocalTime

/// Reason codes of log, `list calls` and ledger, in the order of the table.
package enum Reason: String, CaseIterable, Sendable {
  case withheld
  case blocked
  case spam
  case optedOut = "opted_out"
  case ownNumber = "own_number"
  case country
  case reached
  case dedupe
  case throttle
  case landline
  case quietHours = "quiet_hours"
  case expired
  case sent
}

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
  package var isBlocked: Bool
  /// This call's rank among the number's missed calls of its local day; 1 = the first.
  package var missedCallsToday: Int
  package var isOptedOut: Bool
  /// A number of the operator, the tenant or their staff.
  package var isOwnNumber: Bool
  /// A later call from the number was answered.
  package var reachedLater: Bool
  /// When the last missed-call SMS went to the number, nil = never.
  package var lastSMSAt: Timestamp?
  /// Missed-call SMS to the number on the local day of `now`.
  package var smsToday: Int
  /// From the Lookup cache; goes before the numbering plan, unless it is `.unknown`.
  package var knownLineType: LineType?

  package init(
    caller: String, missedAt: Timestamp, dueAt: Timestamp, now: Timestamp, isBlocked: Bool = false,
    missedCallsToday: Int = 1, isOptedOut: Bool = false, isOwnNumber: Bool = false,
    reachedLater: Bool = false, lastSMSAt: Timestamp? = nil, smsToday: Int = 0,
    knownLineType: LineType? = nil
  ) {
    self.caller = caller
    self.missedAt = missedAt
    self.dueAt = dueAt
    self.now = now
    self.isBlocked = isBlocked
    self.missedCallsToday = missedCallsToday
    self.isOptedOut = isOptedOut
    self.isOwnNumber = isOwnNumber
    self.reachedLater = reachedLater
    self.lastSMSAt = lastSMSAt
    self.smsToday = smsToday
    self.knownLineType = knownLineType
  }
}

/// The tenant's settings that decide.
package struct DecisionPolicy: Sendable {
  package var spamMissedCallsPerDay: Int
  /// ISO 3166 codes.
  package var allowedCountries: [String]
  package var dedupeMinutes: Int
  package var maxSMSPerDay: Int
  package var quietHours: QuietHours
  package var zone: TimeZoneRules
  /// Age from which a row is too old, time in quiet hours not counted.
  package var expiryMinutes: Int

  package init(
    spamMissedCallsPerDay: Int = 5, allowedCountries: [String] = ["CH", "LI", "DE", "AT", "FR", "IT"],
    dedupeMinutes: Int = 15, maxSMSPerDay: Int = 3, quietHours: QuietHours = .usual,
    zone: TimeZoneRules, expiryMinutes: Int = 60
  ) {
    self.spamMissedCallsPerDay = spamMissedCallsPerDay
    self.allowedCountries = allowedCountries
    self.dedupeMinutes = dedupeMinutes
    self.maxSMSPerDay = maxSMSPerDay
    self.quietHours = quietHours
    self.zone = zone
    self.expiryMinutes = expiryMinutes
  }
}

/// Decides a due row by the table of the specification, section 3: the first rule that applies wins.
package func decide(_ facts: MissedCallFacts, _ policy: DecisionPolicy) -> Decision {
  guard !PhoneNumber.isWithheld(facts.caller), let number = PhoneNumber(e164: facts.caller) else {
    return .skip(.withheld)
  }
  if facts.isBlocked { return .skip(.blocked) }
  if facts.missedCallsToday > policy.spamMissedCallsPerDay { return .skip(.spam) }
  if facts.isOptedOut { return .skip(.optedOut) }
  if facts.isOwnNumber { return .skip(.ownNumber) }

  let plan = number.lineType
  let known = facts.knownLineType ?? .unknown
  guard let country = number.country, policy.allowedCountries.contains(country), plan != .excluded,
    known != .excluded
  else { return .skip(.country) }

  if facts.reachedLater { return .skip(.reached) }
  if wasTextedRecently(facts, policy) { return .skip(.dedupe) }
  if facts.smsToday >= policy.maxSMSPerDay { return .skip(.throttle) }
  if (known == .unknown ? plan : known) == .landline { return .skip(.landline) }
  if policy.quietHours.contains(facts.now, zone: policy.zone) {
    switch policy.quietHours.policy {
    case .skip: return .skip(.quietHours)
    case .deferToEnd: return .deferUntil(policy.quietHours.end(after: facts.now, zone: policy.zone))
    }
  }
  let quiet = policy.quietHours.milliseconds(from: facts.missedAt, to: facts.now, zone: policy.zone)
  let age = facts.now.milliseconds(since: facts.missedAt) - quiet
  if age > Int64(policy.expiryMinutes) * 60_000 { return .skip(.expired) }
  return .send
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
