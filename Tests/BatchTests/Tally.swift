// Tally.swift - the second count of a simulated year: what happened, added up as it happened.
//
// Knows the specification, not the database: months by Foundation's calendars, tickets by number and day.

import Business
import Foundation
import LocalTime

final class Tally {
  /// A tenant's month.
  struct Month: Equatable {
    var calls = 0
    var missed = 0
    var ledger: [String: Int] = [:]
    var sms = 0
    var dueAtOnce = 0
    var within60Seconds = 0
    var answers: [String: Int] = [:]
    /// First answers 1, 2 and in words after which there is a request of that person and day.
    var answeredRequests = 0
    /// SMS to numbers that were called spam at any time after.
    var spam = 0
    var tickets = 0
    var forms = 0
    var rows = 0
    var segments = 0
    var millionths = 0
  }

  private struct Text {
    let call: SimulatedYear.Call
    let created: Timestamp
    var isSpam = false
    var isAnswered = false
  }
  private struct Person: Hashable {
    let tenant: Int
    let caller: String
  }
  private struct PersonDay: Hashable {
    let person: Person
    let day: DateComponents
  }

  private let tenants: [Tenant]
  private let calendars: [Calendar]
  private(set) var months: [String: [String: Month]] = [:]
  private var decisions: [Int: (call: SimulatedYear.Call, reason: String)] = [:]
  private var texts: [Person: Text] = [:]
  /// Every SMS to a person, and when the rules called the number spam last.
  private var allTexts: [Person: [Text]] = [:]
  private var spamAt: [Person: Timestamp] = [:]
  private var lastMissed: [Person: Timestamp] = [:]
  /// Open tickets, none of which is ever finished: whether it came from a missed call.
  private var tickets: [PersonDay: Bool] = [:]

  init(tenants: [Tenant]) {
    self.tenants = tenants
    calendars = tenants.map { tenant in
      var calendar = Calendar(identifier: .gregorian)
      calendar.timeZone = TimeZone(identifier: tenant.timezone) ?? calendar.timeZone
      return calendar
    }
  }

  func month(_ tenant: String, _ month: String) -> Month {
    var found = months[tenant]?[month] ?? Month()
    found.ledger = found.ledger.filter { $0.value > 0 }
    return found
  }

  private func count(_ tenant: Int, _ at: Timestamp, _ change: (inout Month) -> Void) {
    let parts = components(tenant, at)
    let name = String(format: "%04d-%02d", parts.year ?? 0, parts.month ?? 0)
    change(&months[tenants[tenant].id, default: [:]][name, default: Month()])
  }

  private func components(_ tenant: Int, _ at: Timestamp) -> DateComponents {
    calendars[tenant].dateComponents(
      [.year, .month, .day], from: Date(timeIntervalSince1970: Double(at.milliseconds) / 1000))
  }

  func called(_ call: SimulatedYear.Call) { count(call.tenant, call.start) { $0.calls += 1 } }

  func missed(_ call: SimulatedYear.Call) {
    count(call.tenant, call.start) { $0.missed += 1 }
    lastMissed[Person(tenant: call.tenant, caller: call.caller)] = call.start
  }

  func decided(_ id: Int, _ call: SimulatedYear.Call, _ reason: String, at now: Timestamp) {
    decisions[id] = (call, reason)
    count(call.tenant, call.start) { $0.ledger[reason, default: 0] += 1 }
    if reason == "spam" {
      let person = Person(tenant: call.tenant, caller: call.caller)
      spamAt[person] = now
      countSpam(person)
    }
    if reason == "expired" { openTicket(call.tenant, call.caller, at: now, isFromMissedCall: false) }
  }

  func gaveUp(_ id: Int) {
    guard let (call, _) = decisions[id] else { return }
    count(call.tenant, call.start) {
      $0.ledger["sent", default: 0] -= 1
      $0.ledger["dead", default: 0] += 1
    }
  }

  func texted(
    _ call: SimulatedYear.Call, message: Int, created: Timestamp, wasDeferred: Bool, accepted: Timestamp,
    ended: Timestamp
  ) {
    count(call.tenant, call.start) {
      $0.sms += 1
      guard !wasDeferred else { return }
      $0.dueAtOnce += 1
      if accepted.milliseconds(since: ended) <= 60_000 { $0.within60Seconds += 1 }
    }
    let person = Person(tenant: call.tenant, caller: call.caller)
    texts[person] = Text(call: call, created: created)
    allTexts[person, default: []].append(Text(call: call, created: created))
    countSpam(person)
  }

  /// What was written to the person before the number was called spam.
  private func countSpam(_ person: Person) {
    guard let spamAt = spamAt[person], let texts = allTexts[person] else { return }
    for (index, text) in texts.enumerated() where !text.isSpam && text.created <= spamAt {
      allTexts[person]?[index].isSpam = true
      count(person.tenant, text.call.start) { $0.spam += 1 }
    }
  }

  func accepted(_ tenant: Int, at: Timestamp, segments: Int, millionths: Int) {
    count(tenant, at) {
      $0.rows += 1
      $0.segments += segments
      $0.millionths += millionths
    }
  }

  func lookedUp(_ tenant: Int, at: Timestamp, millionths: Int) {
    count(tenant, at) { $0.millionths += millionths }
  }

  func replied(_ tenant: Int, _ caller: String, _ body: String, at: Timestamp, millionths: Int) {
    count(tenant, at) {
      $0.rows += 1
      $0.segments += 1
      $0.millionths += millionths
    }
    guard body != "STOP" else { return }
    var isFirst = false
    let answer = ["1": "1", "2": "2", "2.": "2", "3": "3"][body] ?? "free_text"
    let person = Person(tenant: tenant, caller: caller)
    let isFresh = texts[person].map { at.milliseconds(since: $0.created) <= 7 * 86_400_000 } ?? false
    if isFresh, let text = texts[person], !text.isAnswered {
      texts[person]?.isAnswered = true
      isFirst = true
      count(tenant, text.call.start) { $0.answers[answer, default: 0] += 1 }
    }
    guard answer != "3" else { return }
    let isNew = openTicket(tenant, caller, at: at, isFromMissedCall: isFresh)
    if isFirst, let text = texts[person],
      tickets[PersonDay(person: person, day: components(tenant, at))] != nil
    {
      count(tenant, text.call.start) { $0.answeredRequests += 1 }
    }
    guard isNew, isFresh else { return }
    count(tenant, texts[person]?.call.start ?? at) { $0.tickets += 1 }
  }

  func formSent(_ tenant: Int, _ caller: String, at: Timestamp) {
    // A form proves nothing: its request stands apart from the caller's, and from any other form.
    count(tenant, at) { $0.forms += 1 }
    count(tenant, lastMissed[Person(tenant: tenant, caller: caller)] ?? at) { $0.tickets += 1 }
  }

  /// One ticket per number and local day. Returns whether it is new.
  @discardableResult
  private func openTicket(_ tenant: Int, _ caller: String, at: Timestamp, isFromMissedCall: Bool) -> Bool {
    let key = PersonDay(person: Person(tenant: tenant, caller: caller), day: components(tenant, at))
    guard tickets[key] == nil else { return false }
    tickets[key] = isFromMissedCall
    return true
  }
}
