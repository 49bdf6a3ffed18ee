// Replay.swift - what other settings would have done with the missed calls of the past. Nothing is sent and
// nothing is written.
//
// The calls happened as they did; deferrals, SMS and spam blocks are played anew, in the order of their time,
// with the very rules of the runner. What callers did because of an SMS is not known and not guessed.

import Business
import Desk
import LocalTime
import Platform
import Store

/// The outcome of a replay for one tenant.
package struct ReplayResult: Hashable, Sendable {
  /// Reason code -> number of calls, as it was and as it would have been. `sent` are the SMS.
  package var then: [String: Int] = [:]
  package var now: [String: Int] = [:]
  /// Calls whose SMS would have been held over quiet hours before that.
  package var held = 0
  package var segments = 0

  package init() {}
}

package struct Replay {
  private let store: Store
  private let zone: TimeZoneRules
  private let tenant: Tenant
  private let ownNumbers: Set<String>

  /// - Parameter tenants: all tenants of the other settings: their numbers are nobody's customers.
  package init(store: Store, zones: TimeZones, tenant: Tenant, tenants: [Tenant], alertNumbers: [String]) {
    self.store = store
    self.tenant = tenant
    zone = zones.zone(tenant.timezone) ?? .utc
    ownNumbers = Set(
      tenants.flatMap { $0.voiceNumbers + [$0.smsSender] } + alertNumbers + tenant.staffNumbers
        + [tenant.callbackPhone] + [tenant.forwardTo].compactMap { $0 }
        + tenant.notify.compactMap(\.phone))
  }

  /// One caller's past within the replay.
  private struct Caller {
    var texted: [Timestamp] = []
    var blockedUntil: Timestamp?
    /// Starts of the missed calls so far, oldest first.
    var misses: [Timestamp] = []
  }

  package func run(from: Timestamp, until: Timestamp) throws -> ReplayResult {
    var result = ReplayResult()
    let blocks = try store.manualBlocks(tenant: tenant.id)
    let optOuts = try store.optOuts(tenant: tenant.id)
    let segments = Texts(tenant: tenant, calendar: BusinessCalendar(tenant, zone: zone, daysOff: []))
      .missedCall(phone: tenant.callbackPhone, at: until).segments
    var callers: [String: Caller] = [:]
    var queue: [(due: Timestamp, miss: PastMiss, isHeld: Bool)] = []
    for miss in try store.pastMisses(tenant: tenant.id, from: from, until: until) {
      result.then[miss.reason, default: 0] += 1
      callers[miss.caller, default: Caller()].misses.append(miss.startedAt)
      queue.append((miss.endedAt.adding(seconds: tenant.smsDelaySeconds), miss, false))
    }
    // Latest first, so that the next is taken from the end.
    queue.sort { ($1.due, $1.miss.id) < ($0.due, $0.miss.id) }
    while let (due, miss, isHeld) = queue.popLast() {
      var caller = callers[miss.caller] ?? Caller()
      let facts = try facts(miss, caller, due: due, blocks: blocks, optOuts: optOuts)
      switch decide(facts, policy) {
      case .send:
        caller.texted.append(due)
        result.now[Reason.sent.code, default: 0] += 1
        result.segments += segments
      case .skip(let reason):
        if reason == .spam {
          caller.blockedUntil = tenant.blockDays.map { due.adding(days: $0) } ?? .distantFuture
        }
        result.now[reason.code, default: 0] += 1
      case .deferUntil(let end):
        if !isHeld { result.held += 1 }
        let index = queue.firstIndex { ($0.due, $0.miss.id) < (end, miss.id) } ?? queue.endIndex
        queue.insert((end, miss, true), at: index)
      }
      callers[miss.caller] = caller
    }
    return result
  }

  private func facts(
    _ miss: PastMiss, _ caller: Caller, due: Timestamp, blocks: [String: Timestamp],
    optOuts: [String: Timestamp]
  ) throws -> MissedCallFacts {
    let dayOfCall = zone.startOfDay(zone.day(of: miss.startedAt))
    let today = zone.startOfDay(zone.day(of: due))
    var facts = MissedCallFacts(caller: miss.caller, missedAt: miss.endedAt, dueAt: due, now: due)
    facts.isBlocked =
      (blocks[miss.caller].map { $0 <= due } ?? false) || (caller.blockedUntil.map { $0 > due } ?? false)
    facts.missedCallsToday = caller.misses.filter { $0 >= dayOfCall && $0 <= miss.startedAt }.count
    facts.isOptedOut = optOuts[miss.caller].map { $0 <= due } ?? false
    facts.isOwnNumber = ownNumbers.contains(miss.caller)
    facts.reachedLater = try store.wasReached(
      tenant: tenant.id, caller: miss.caller, after: miss.startedAt, before: due)
    facts.lastSMSAt = caller.texted.last
    facts.smsToday = caller.texted.filter { $0 >= today }.count
    facts.knownLineType = try store.lineType(phone: miss.caller, since: Timestamp(milliseconds: 0))
    if let closedAt = miss.closedAt, tenant.shortRingSeconds > 0 {
      facts.rangFor = closedAt.milliseconds(since: miss.startedAt)
      facts.isNew = try !store.knew(
        tenant: tenant.id, phone: miss.caller, before: miss.startedAt, callID: miss.id)
    }
    return facts
  }

  private var policy: DecisionPolicy { DecisionPolicy(tenant, zone: zone) }
}

extension Timestamp {
  fileprivate static let distantFuture = Timestamp(milliseconds: .max)
}
