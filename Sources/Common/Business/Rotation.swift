// Rotation.swift - people who are on duty in turn.

import LocalTime

/// Whose turn it is: the change is at local midnight of `first`, and of each so many days after it.
package struct Rotation: Hashable, Sendable {
  package let first: CivilDate
  package let days: Int
  /// In the order of their turns; names or addresses as in `notify`.
  package let people: [String]

  /// nil where nobody is named, or a turn has no day.
  package init?(from first: CivilDate, days: Int, people: [String]) {
    guard days > 0, !people.isEmpty else { return nil }
    self.first = first
    self.days = days
    self.people = people
  }

  /// The turn that a day is part of, 0 being the first; nil before that.
  private func turn(on date: CivilDate) -> Int? {
    let since = date.daysSinceEpoch - first.daysSinceEpoch
    return since < 0 ? nil : since / days
  }

  /// nil before the first turn.
  package func onDuty(on date: CivilDate) -> String? { turn(on: date).map { people[$0 % people.count] } }

  /// How many turns it is until theirs: 0 for who is on duty, nil for who has none, and before the first turn.
  package func turns(until isTheirs: (String) -> Bool, on date: CivilDate) -> Int? {
    guard let turn = turn(on: date) else { return nil }
    return people.indices.first { isTheirs(people[(turn + $0) % people.count]) }
  }

  /// The days of a person's turns that end on or after `date`, both included, the next ones first.
  package func turns(of isTheirs: (String) -> Bool, from date: CivilDate, count: Int) -> [ClosedRange<
    CivilDate
  >] {
    let current = turn(on: date) ?? 0
    let theirs = (current..<(current + count * people.count)).filter {
      isTheirs(people[$0 % people.count])
    }
    return theirs.prefix(count).map { turn in
      let begin = first.adding(days: turn * days)
      return begin...begin.adding(days: days - 1)
    }
  }
}

extension Tenant {
  package var rotation: Rotation? {
    rotationFrom.flatMap { Rotation(from: $0, days: rotationDays, people: rotationPeople) }
  }

  /// The on-call chain of a day: whoever of the rotation is off duty comes after whoever is on duty, next turns first.
  /// - Parameter standIn: who has taken over; he has the place of whoever's turn it is, who comes after him.
  package func chain(on date: CivilDate, standIn: String? = nil) -> [Notify] {
    guard let rotation else { return notify }
    let last = notify.map(\.order).max() ?? 0
    func turns(_ entry: Notify) -> Int? {
      rotation.turns(until: { $0 == entry.name || $0 == entry.to }, on: date)
    }
    let relief = standIn.flatMap { person($0) }?.entries ?? []
    let first = notify.filter { turns($0) == 0 }.map(\.order).min() ?? 1
    return notify.map { entry in
      var entry = entry
      if relief.contains(entry) {
        entry.order += first - (relief.map(\.order).min() ?? first)
      } else if let turns = turns(entry) {
        entry.order += (relief.isEmpty ? turns : turns + 1) * last
      }
      return entry
    }
  }
}
