// SendingLimits.swift - the ceilings of outgoing SMS, per tenant and over all, per hour and per day.
//
// Against SMS pumping: whoever makes us text for money gets so much and no more. Callers and the tenant's people
// are counted apart, so that a flood of callers does not keep notices from the staff; alerts always leave.

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

  private enum Audience: Hashable { case callers, people }

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
      guard let audience = SendingLimits.audience(row.kind) else { continue }
      for key in [Key(tenant: row.tenant, audience: audience), Key(tenant: nil, audience: audience)] {
        counts[key, default: Count()].hour += row.lastHour
        counts[key, default: Count()].day += row.lastDay
      }
    }
    readAt = now
  }

  /// Counts the message when it may leave; otherwise says which ceiling it met.
  mutating func take(_ row: OutboxRow, own limits: SMSLimits, all overall: SMSLimits) -> Reached? {
    guard let audience = SendingLimits.audience(row.kind) else { return nil }
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
    let whom = key.audience == .callers ? "to callers" : "to the tenant's people"
    func met(_ limit: Int, _ time: String) -> Reached {
      let whose = key.tenant == nil ? "of all tenants together" : "of this tenant"
      return Reached(
        tenant: key.tenant, reason: "the limit of \(limit) SMS \(whom) \(whose) in \(time) is reached")
    }
    if count.hour >= limits.perHour { return met(limits.perHour, "an hour") }
    return count.day >= limits.perDay ? met(limits.perDay, "24 hours") : nil
  }

  /// nil = always leaves.
  private static func audience(_ kind: MessageKind) -> Audience? {
    if kind == .alert { return nil }
    return kind.goesToCaller ? .callers : .people
  }
}
