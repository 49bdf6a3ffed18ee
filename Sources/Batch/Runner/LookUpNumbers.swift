// LookUpNumbers.swift - asks Twilio Lookup for the line type of foreign callers, before their SMS is due.
//
// Swiss numbers are told apart by the numbering plan, at no cost. Lookup's failure never stops an SMS:
// a number that may be mobile is then sent to.

import Business
import Desk
import LocalTime
import Platform
import Store
import TwilioAPI

package final class LookUpNumbers: Job {
  package static let name = "lookup"

  /// After this long past its due time a call no longer waits for Lookup.
  static let patienceMilliseconds: Int64 = 4000
  private static let atOnce = 8

  private let context: BatchContext
  private var underWay: Set<String> = []
  /// Numbers Lookup had no answer for, and when it may be asked again.
  private var failed: [String: Timestamp] = [:]

  package init(context: BatchContext) { self.context = context }

  /// Whether the decision on a call should wait for an answer that is under way.
  func isAwaited(_ call: CallRow, at now: Timestamp) -> Bool {
    guard underWay.contains(call.caller) else { return false }
    return now.milliseconds(since: call.dueAt ?? now) < LookUpNumbers.patienceMilliseconds
  }

  /// Asks for the numbers of calls that are due within the minute.
  package func step(at now: Timestamp) throws {
    guard context.installation.lookup else { return }
    for call in try context.store.callsDueSoon(until: now.adding(seconds: 60), limit: 200) {
      guard underWay.count < LookUpNumbers.atOnce else { return }
      try ask(about: call, at: now)
    }
  }

  /// Above the ceiling nothing is asked, and a number that may be mobile is sent to. Where an SMS could not leave now
  /// anyway, nothing is asked either.
  private func isWithinCeiling(_ tenant: Tenant, at now: Timestamp) throws -> Bool {
    guard !context.intake(at: now).isAboveLimit(tenant: tenant, at: now) else { return false }
    let all = context.installation.lookupLimits
    for (owner, ceiling) in [(tenant.id, all.ofOneTenant), (nil, all)] as [(String?, Ceiling)] {
      func count(since oldest: Timestamp) throws -> Int {
        try context.store.lookupCount(tenant: owner, since: oldest) + underWay.count
      }
      if try count(since: now.adding(hours: -1)) >= ceiling.perHour
        || count(since: now.adding(days: -1)) >= ceiling.perDay
      {
        context.alert(
          AlertCause.lookupLimit, tenant: owner,
          "more Lookups than \(ceiling.perHour) in an hour or \(ceiling.perDay) in a day, caused by calls: numbers that may be mobile are texted without one. An attack? `opsfabric list calls\(owner.map { " --tenant \($0)" } ?? "") --since 1h` shows who calls",
          at: now)
        return false
      }
    }
    return true
  }

  private func ask(about call: CallRow, at now: Timestamp) throws {
    let phone = call.caller
    guard let tenant = context.tenant(call.tenant), tenant.active, context.mayAsk(tenant, at: now),
      !underWay.contains(phone),
      failed[phone].map({ $0 <= now }) ?? true, !PhoneNumber.isWithheld(phone),
      let number = PhoneNumber(e164: phone), let country = number.country, country != "CH",
      tenant.allowedCountries.contains(country), number.lineType != .excluded,
      try context.store.lineType(phone: phone, since: now.adding(days: -context.lookup.cacheDays)) == nil,
      // Lookup costs money: ask only where the other rules would let an SMS go.
      try context.intake(at: now).decision(
        for: call, tenant: tenant, lookup: context.lookup, at: call.dueAt ?? now
      )
      .needsLineType,
      try isWithinCeiling(tenant, at: now)
    else { return }
    underWay.insert(phone)
    context.ask(tenant, at: now) {
      $0.lookup(phone, as: $1, completion: $2)
    } then: { [self] result, now in
      underWay.remove(phone)
      switch result {
      case .success(let answer):
        context.attempt("lookup") {
          let type = LineType(lookup: answer)
          try context.store.write {
            // The number may have been forgotten while Twilio was asked.
            if try context.store.call(id: call.id)?.caller == phone {
              try context.store.learnLineType(phone: phone, type: type, from: "lookup", at: now)
            }
            let cost = LookupResult.listPrice
            try context.store.recordLookup(tenant: tenant.id, price: cost.amount, unit: cost.unit, at: now)
          }
        }
      case .failure:
        failed[phone] = now.adding(minutes: 5)
        context.log(.warning, "lookup-failed", ["number": PhoneNumber.masked(phone)])
      }
    }
  }
}

extension Decision {
  /// The line type could still change this decision.
  fileprivate var needsLineType: Bool {
    switch self {
    case .send, .deferUntil, .skip(.landline): true
    case .skip: false
    }
  }
}

extension LineType {
  /// Twilio's line types: only what can receive an SMS is mobile.
  init(lookup: LookupResult) {
    guard lookup.valid else {
      self = .excluded
      return
    }
    switch lookup.lineType {
    case "mobile", "nonFixedVoip": self = .mobile
    case "landline", "fixedVoip": self = .landline
    case "personal", "tollFree", "premium", "sharedCost", "uan", "voicemail", "pager": self = .excluded
    default: self = .unknown
    }
  }
}
