// Routing.swift - which of the tenant's people are told of a ticket, and when. Pure.
//
// An entry of `notify` is asked for by what happened (`on`) and by the hour (`when`). Entries form an on-call
// chain by their `order`: a ticket goes to the first that fit; a HIGH one that nobody starts goes on to the
// next, each person once. Nobody fits at this hour: an urgent ticket goes to everyone who would at another
// hour, any other waits for the business's next opening. Where somebody of the chain is rung, it goes on every two minutes,
// twice around.

import Business
import LocalTime

package struct Routing: Sendable {
  package let entries: [Tenant.Notify]
  package let calendar: BusinessCalendar
  package let quietHours: QuietHours

  package init(entries: [Tenant.Notify], calendar: BusinessCalendar, quietHours: QuietHours) {
    self.entries = entries
    self.calendar = calendar
    self.quietHours = quietHours
  }

  /// Somebody to be told, and when.
  package struct Notice: Hashable, Sendable {
    package var entry: Tenant.Notify
    package var dueAt: Timestamp
  }

  /// One place of the chain, in one of its rounds.
  package struct Step: Hashable, Sendable {
    package var order: Int
    package var round: Int
    package var notices: [Notice]
  }

  /// How often the chain is gone round by ringing.
  package static let rounds = 2

  /// A ticket is new, or has become urgent.
  package func announce(urgency: Urgency, isNew: Bool, at now: Timestamp) -> [Notice] {
    let wanted: Set<Tenant.Notify.Event> = urgency == .high ? (isNew ? [.new, .urgent] : [.urgent]) : [.new]
    var concerned = entries.filter { !wanted.isDisjoint(with: $0.on) }
    // A ticket that becomes urgent must reach somebody, also where nobody asked for urgent ones alone.
    if concerned.isEmpty && urgency == .high { concerned = entries.filter { $0.on.contains(.new) } }
    return notices(firstGroup(of: concerned, urgency: urgency, at: now), urgency: urgency, at: now)
  }

  /// A promise has passed. The first time all who asked for escalations are told; an urgent ticket also goes
  /// on to the next of the chain who has not been told yet.
  package func escalate(urgency: Urgency, count: Int, alreadyTold: Set<String>, at now: Timestamp) -> [Notice]
  {
    var concerned: [Tenant.Notify] = []
    if count == 0 {
      concerned = entries.filter { $0.on.contains(.escalation) }
      if concerned.isEmpty { concerned = entries.filter { urgency == .high || $0.channel != .call } }
    }
    if urgency == .high {
      for entry in nextOfChain(alreadyTold: alreadyTold, at: now) where !concerned.contains(entry) {
        concerned.append(entry)
      }
    }
    return notices(concerned, urgency: urgency, at: now)
  }

  /// Somebody could not be told: who is told instead, of those who were not yet. First whoever asked for such tickets,
  /// and rather than nobody anybody.
  package func standIn(urgency: Urgency, alreadyTold: Set<String>, at now: Timestamp) -> [Notice] {
    // Nobody is rung for what can wait, unless he asked for it.
    let left = entries.filter {
      !alreadyTold.contains($0.key) && (urgency == .high || $0.channel != .call)
    }
    let wanted: Set<Tenant.Notify.Event> = urgency == .high ? [.new, .urgent] : [.new]
    let concerned = left.filter { !wanted.isDisjoint(with: $0.on) }
    return notices(
      firstGroup(of: concerned.isEmpty ? left : concerned, urgency: urgency, at: now), urgency: urgency,
      at: now)
  }

  /// Somebody of an urgent ticket's chain is left.
  package func hasNext(alreadyTold: Set<String>, at now: Timestamp) -> Bool {
    !nextOfChain(alreadyTold: alreadyTold, at: now).isEmpty
  }

  private func nextOfChain(alreadyTold: Set<String>, at now: Timestamp) -> [Tenant.Notify] {
    let left = entries.filter {
      !alreadyTold.contains($0.key) && !Set($0.on).isDisjoint(with: [.new, .urgent])
    }
    let fitting = left.filter { fits($0, at: now) }
    return lowestOrder(of: fitting.isEmpty ? left : fitting)
  }

  /// Those who are told next of an urgent ticket that nobody took when others were rung. The second time around only
  /// those who are rung: everybody else has his notice.
  package func nextStep(after order: Int, round: Int, at now: Timestamp) -> Step? {
    let asked = entries.filter { !Set($0.on).isDisjoint(with: [.new, .urgent]) }
    let fitting = asked.filter { fits($0, at: now) }
    let chain = fitting.isEmpty ? asked : fitting
    let rung = chain.filter { $0.channel == .call }
    guard !rung.isEmpty else { return nil }
    var group = lowestOrder(of: (round == 1 ? chain : rung).filter { $0.order > order })
    var round = round
    if group.isEmpty, round < Routing.rounds {
      round += 1
      group = lowestOrder(of: rung)
    }
    guard let next = group.first?.order else { return nil }
    return Step(order: next, round: round, notices: notices(group, urgency: .high, at: now))
  }

  private func firstGroup(of entries: [Tenant.Notify], urgency: Urgency, at now: Timestamp) -> [Tenant.Notify]
  {
    let fitting = entries.filter { fits($0, at: now) }
    if !fitting.isEmpty { return lowestOrder(of: fitting) }
    return urgency == .high ? entries : lowestOrder(of: entries)
  }

  private func lowestOrder(of entries: [Tenant.Notify]) -> [Tenant.Notify] {
    guard let lowest = entries.map(\.order).min() else { return [] }
    return entries.filter { $0.order == lowest }
  }

  private func fits(_ entry: Tenant.Notify, at now: Timestamp) -> Bool {
    switch entry.when {
    case .always: true
    case .business: calendar.isOpen(at: now)
    case .offHours: !calendar.isOpen(at: now)
    }
  }

  private func notices(_ entries: [Tenant.Notify], urgency: Urgency, at now: Timestamp) -> [Notice] {
    entries.map { entry in
      // Nothing urgent is ever held.
      guard urgency != .high else { return Notice(entry: entry, dueAt: now) }
      var due = now
      if entry.when == .business && !calendar.isOpen(at: now) {
        // One business minute on, back by that minute: the next opening.
        due = calendar.adding(businessMinutes: 1, to: now).adding(minutes: -1)
      }
      if entry.channel.isHeard && quietHours.contains(due, zone: calendar.zone) {
        due = quietHours.end(after: due, zone: calendar.zone)
      }
      return Notice(entry: entry, dueAt: due)
    }
  }
}
