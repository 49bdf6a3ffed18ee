// SendingLimits.swift - the ceilings of outgoing SMS and mails, per tenant and over all, per hour and per day.
//
// Against SMS pumping and floods: whoever makes us send gets so much and no more. Callers and the tenant's people are
// counted apart, and the people's messages by what caused them, so that a flood of calls keeps no notices from the
// staff, and a flood of forms none that a caller caused. Alerts have a ceiling of their own, far above one an hour for
// each cause: whoever finds a way to raise causes pays for no more than that.

import Business
import LocalTime
import Runner
import Store

/// What has left lately by one channel, and what may still leave.
struct SendingLimits {
  /// How long a message above the ceiling waits before it is looked at again.
  static let waitSeconds = 60

  /// A ceiling that was met.
  struct Reached: Hashable {
    /// nil = the ceiling of all tenants together.
    var tenant: String?
    /// The alert's.
    var cause: String
    var reason: String
    /// What shows it: a command of `opsfabric`.
    var command: String
  }

  private enum Audience: Hashable {
    case callers
    case people(Budget)
    case operators
  }

  private static let alerts = Ceiling(perHour: 60, perDay: 300)

  private struct Count {
    var hour = 0
    var day = 0
  }

  private struct Key: Hashable {
    var tenant: String?
    var audience: Audience
  }

  let channel: Channel
  private var counts: [Key: Count] = [:]
  private var readAt: Timestamp?

  init(_ channel: Channel) { self.channel = channel }

  /// Reads what has left, by query: a crash forgets nothing. Once a minute is enough, since only this runner
  /// sends, and `take` counts along; what gets too old in between counts a little longer.
  mutating func refresh(from store: Store, at now: Timestamp) throws {
    if let readAt, 0..<Int64(SendingLimits.waitSeconds) * 1000 ~= now.milliseconds(since: readAt) { return }
    counts = [:]
    for row in try store.sendingCounts(channel, at: now) {
      let audience = SendingLimits.audience(row.kind, row.budget)
      for key in [Key(tenant: row.tenant, audience: audience), Key(tenant: nil, audience: audience)] {
        counts[key, default: Count()].hour += row.lastHour
        counts[key, default: Count()].day += row.lastDay
      }
    }
    readAt = now
  }

  /// Counts the message when it may leave; otherwise says which ceiling it met.
  mutating func take(_ row: OutboxRow, own limits: Ceiling, all overall: Ceiling) -> Reached? {
    let audience = SendingLimits.audience(row.kind, row.budget)
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

  private func reached(_ key: Key, _ limits: Ceiling) -> Reached? {
    let count = counts[key] ?? Count()
    if count.hour >= limits.perHour { return met(key, limits.perHour, "an hour") }
    return count.day >= limits.perDay ? met(key, limits.perDay, "24 hours") : nil
  }

  private func met(_ key: Key, _ limit: Int, _ time: String) -> Reached {
    let (whom, cause, list) =
      switch key.audience {
      case .callers: ("to callers", AlertCause.smsLimit, "calls")
      case .people(let budget):
        ("to the tenant's people, caused by \(budget.cause),", AlertCause.noticeLimit, "tickets")
      case .operators: ("with alerts", AlertCause.noticeLimit, "events")
      }
    let whose = key.tenant == nil ? "of all tenants together" : "of this tenant"
    let own = key.tenant.map { " --tenant \($0)" } ?? ""
    return Reached(
      tenant: key.tenant, cause: channel.address == .mail ? AlertCause.mailLimit : cause,
      reason: "the limit of \(limit) \(channel.plural) \(whom) \(whose) in \(time) is reached",
      command: "opsfabric list \(list)\(own) --since 1h")
  }

  private static func audience(_ kind: MessageKind, _ budget: Budget) -> Audience {
    kind.goesToCaller ? .callers : kind == .alert ? .operators : .people(budget)
  }
}

extension BatchContext {
  /// What is above a ceiling waits, without using up a retry, and the operator is told what it was.
  func keepBack(_ rows: [(row: OutboxRow, reached: SendingLimits.Reached)], at now: Timestamp) throws {
    guard !rows.isEmpty else { return }
    try store.write {
      for (row, reached) in rows {
        try store.holdBack(
          ifWaiting: row, until: now.adding(seconds: SendingLimits.waitSeconds), reason: reached.reason,
          at: now)
      }
    }
    summary.held += rows.count
    for reached in Set(rows.map(\.reached)) {
      alert(
        reached.cause, tenant: reached.tenant,
        "\(reached.reason); the others wait. An attack? `\(reached.command)` shows what causes them", at: now)
    }
  }
}
