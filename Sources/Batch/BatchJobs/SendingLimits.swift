// SendingLimits.swift - the ceilings of outgoing SMS, per tenant and over all, per hour and per day.
//
// Against SMS pumping: whoever makes us text for money gets so much and no more. Callers and the tenant's people
// are counted apart, so that a flood of callers does not keep notices from the staff. Alerts have a ceiling of
// their own, far above one an hour for each cause: whoever finds a way to raise causes pays for no more than that.

import LocalTime
import Rules
import Settings
import Store

/// What has left lately, and what may still leave.
struct SendingLimits {
  /// How long a message above the ceiling waits before it is looked at again.
  static let waitSeconds = 60

  /// A ceiling that was met.
  struct Reached: Hashable {
    /// nil = the ceiling of all tenants together.
    var tenant: String?
    var reason: String
  }

  private enum Audience: Hashable { case callers, people, operators }

  private static let alerts = SMSLimits(perHour: 60, perDay: 300)

  private struct Count {
    var hour = 0
    var day = 0
  }

  private struct Key: Hashable {
    var tenant: String?
    var audience: Audience
  }

  private var counts: [Key: Count] = [:]
  private var readAt: Timestamp?

  /// Reads what has left, by query: a crash forgets nothing. Once a minute is enough, since only this runner
  /// sends, and `take` counts along; what gets too old in between counts a little longer.
  mutating func refresh(from store: Store, at now: Timestamp) throws {
    if let readAt, 0..<Int64(SendingLimits.waitSeconds) * 1000 ~= now.milliseconds(since: readAt) { return }
    counts = [:]
    for row in try store.sendingCounts(at: now) {
      let audience = SendingLimits.audience(row.kind)
      for key in [Key(tenant: row.tenant, audience: audience), Key(tenant: nil, audience: audience)] {
        counts[key, default: Count()].hour += row.lastHour
        counts[key, default: Count()].day += row.lastDay
      }
    }
    readAt = now
  }

  /// Counts the message when it may leave; otherwise says which ceiling it met.
  mutating func take(_ row: OutboxRow, own limits: SMSLimits, all overall: SMSLimits) -> Reached? {
    let audience = SendingLimits.audience(row.kind)
    let (limits, overall) =
      audience == .operators ? (SendingLimits.alerts, SendingLimits.alerts) : (limits, overall)
    let own = Key(tenant: row.tenant, audience: audience)
    let all = Key(tenant: nil, audience: audience)
    if let reached = reached(own, limits) ?? reached(all, overall) { return reached }
    for key in [own, all] {
      counts[key, default: Count()].hour += 1
      counts[key, default: Count()].day += 1
    }
    return nil
  }

  private func reached(_ key: Key, _ limits: SMSLimits) -> Reached? {
    let count = counts[key] ?? Count()
    let whom =
      switch key.audience {
      case .callers: "to callers"
      case .people: "to the tenant's people"
      case .operators: "with alerts"
      }
    func met(_ limit: Int, _ time: String) -> Reached {
      let whose = key.tenant == nil ? "of all tenants together" : "of this tenant"
      return Reached(
        tenant: key.tenant, reason: "the limit of \(limit) SMS \(whom) \(whose) in \(time) is reached")
    }
    if count.hour >= limits.perHour { return met(limits.perHour, "an hour") }
    return count.day >= limits.perDay ? met(limits.perDay, "24 hours") : nil
  }

  private static func audience(_ kind: MessageKind) -> Audience {
    kind.goesToCaller ? .callers : kind == .alert ? .operators : .people
  }
}
