// Person.swift - who of the tenant's people is who: the entries of `notify` and `staff_numbers` as persons.

/// One of the tenant's people, under all of his addresses.
package struct Person: Hashable, Sendable {
  /// As `notify` names him, else his address: what log, tickets and sessions hold.
  package let name: String
  /// How he is told, in the order of `notify`; empty for one of `staff_numbers` only.
  package fileprivate(set) var entries: [Tenant.Notify] = []
  /// Where he can be rung: the first number of his.
  package fileprivate(set) var phone: String?
}

extension Tenant {
  /// Entries of one name are one person, without a name each address is; each of `staff_numbers` is one too, unless
  /// `notify` has it.
  package var people: [Person] {
    var found: [Person] = []
    for entry in notify {
      let name = entry.name ?? entry.to
      let place = found.firstIndex { $0.name == name } ?? found.endIndex
      if place == found.endIndex { found.append(Person(name: name)) }
      found[place].entries.append(entry)
      if found[place].phone == nil, PhoneNumber(e164: entry.to) != nil { found[place].phone = entry.to }
    }
    for number in staffNumbers where !found.contains(where: { $0.has(number) }) {
      found.append(Person(name: number, phone: number))
    }
    return found
  }

  /// The person of this name or address; nil for a guest.
  package func person(_ who: String) -> Person? { people.first { $0.name == who || $0.has(who) } }

  /// What a person or guest is called in log and tickets.
  package func personName(_ who: String) -> String { person(who)?.name ?? who }
}

extension Person {
  package func has(_ address: String) -> Bool {
    phone == address || entries.contains { $0.to == address }
  }
}
