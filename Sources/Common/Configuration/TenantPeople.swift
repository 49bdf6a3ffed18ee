// TenantPeople.swift - who is told of tickets when.

import Business

struct TenantPeople {
  let reader: ObjectReader

  private static let expected = "write {channel: \"sms\", to: \"+41791234567\", on: [\"new\", \"urgent\"]}"

  func people(_ key: String) -> [Tenant.Notify]? {
    reader.list(key, of: "people such as {channel, to, on}")?.compactMap { key, value in
      reader.object(value, at: key, Self.expected).flatMap(person)
    }
  }

  private func person(_ person: ObjectReader) -> Tenant.Notify? {
    var channel: Channel?
    if let value = person.required("channel", "write \"sms\" or \"email\"") {
      channel = person.choice(value, at: "channel")
    }
    var to: String?
    let target = person.required("to", "write an E.164 number for sms, a mail address for email")
    switch (channel?.address, target) {
    case (.phone?, let value?): to = person.phone(value, at: "to")
    case (.mail?, let value?): to = person.mail(value, at: "to")
    default: break
    }
    let events = events(person)
    let when = person.value("when").flatMap { person.choice($0, at: "when") } ?? Tenant.Notify.Hours.always
    let order = person.integer("order", 1...99, unit: "places") ?? 1
    let name = person.string("name", "write whose address it is, or leave it out")
    if let name, name.count > 60 || name.contains(">") {
      person.fault("name", "is no name of a person", "write at most 60 characters, without >")
    }
    person.finish()
    guard let channel, let to else { return nil }
    return .init(channel: channel, to: to, on: events, when: when, order: order, name: name)
  }

  /// Left out: everything.
  private func events(_ person: ObjectReader) -> [Tenant.Notify.Event] {
    let expected = "write one or more of: new, urgent, escalation"
    guard person.has("on") else { return Tenant.Notify.Event.allCases }
    guard let elements = person.list("on", of: "new, urgent, escalation", single: true) else { return [] }
    if elements.isEmpty { person.fault("on", "is empty: this person would never be told", expected) }
    var events: [Tenant.Notify.Event] = []
    for (key, value) in elements {
      let event: Tenant.Notify.Event? =
        switch value {
        case .string("escalated"): .escalation
        case .string("high"): .urgent
        default: person.choice(value, at: key)
        }
      if let event, !events.contains(event) { events.append(event) }
    }
    return events
  }
}
