// TenantPeople.swift - who is told of tickets when.

import Business

struct TenantPeople {
  let reader: ObjectReader

  /// Characters of a topic that is as good as a password.
  private static let unguessable = 16

  private static let expected = "write {channel: \"sms\", to: \"+41791234567\", on: [\"new\", \"urgent\"]}"

  func people(_ key: String) -> [Tenant.Notify]? {
    reader.list(key, of: "people such as {channel, to, on}")?.compactMap { key, value in
      reader.object(value, at: key, Self.expected).flatMap(person)
    }
  }

  /// Names or addresses of people who are told.
  func persons(_ key: String) -> [String]? {
    let expected = "write names of people in notify"
    return reader.list(key, of: "names of people in notify")?.compactMap { key, value in
      reader.string(value, at: key, expected)
    }
  }

  /// A rotation is of people who are told.
  static func checkRotation(_ tenant: Tenant, _ reader: ObjectReader) {
    let expected = #"write {from: "2027-01-04", days: 7, people: ["Anna", "Beat"]}"#
    if tenant.rotationFrom == nil {
      guard !tenant.rotationPeople.isEmpty, !reader.has("from", in: "rotation") else { return }
      reader.fault("rotation.from", "is missing", expected)
    } else if tenant.rotationPeople.isEmpty {
      reader.fault("rotation.people", "names nobody", expected)
    }
    for person in tenant.rotationPeople
    where !tenant.notify.contains(where: { person == $0.name || person == $0.to }) {
      reader.fault(
        "rotation.people", "\(quoted(person)) is nobody in notify",
        "write the name of an entry of notify, or its address")
    }
  }

  private func person(_ person: ObjectReader) -> Tenant.Notify? {
    var channel: Channel?
    if let value = person.required("channel", "write \"sms\", \"email\", \"call\" or \"ntfy\"") {
      channel = person.word(value, at: "channel", among: Channel.ofPeople.map(\.rawValue))
        .flatMap { Channel(rawValue: $0) }
    }
    var to: String?
    let target = person.required(
      "to", "write an E.164 number for sms and call, a mail address for email, a topic's address for ntfy")
    switch (channel?.address, target) {
    case (.phone?, let value?): to = person.phone(value, at: "to")
    case (.mail?, let value?): to = person.mail(value, at: "to")
    case (.web?, let value?): to = topic(value, of: person)
    default: break
    }
    let token = channel == .ntfy ? token(person, to) : nil
    let events = events(person, channel)
    let when = person.value("when").flatMap { person.choice($0, at: "when") } ?? Tenant.Notify.Hours.always
    let order = person.integer("order", 1...99, unit: "places") ?? 1
    let name = person.string("name", "write whose address it is, or leave it out")
    if let name, name.count > 60 || name.contains(">") {
      person.fault("name", "is no name of a person", "write at most 60 characters, without >")
    }
    person.finish()
    guard let channel, let to else { return nil }
    return .init(channel: channel, to: to, on: events, when: when, order: order, name: name, token: token)
  }

  /// Whether it may be without encryption says the operator's file.
  private func topic(_ value: JSONValue, of person: ObjectReader) -> String? {
    let expected = "write the topic's address, such as \"https://ntfy.sh/doerfler-x7Kq9mW2pL\""
    guard let text = person.string(value, at: "to", expected) else { return nil }
    switch Formats.url(text, schemes: ["https", "http"]) {
    case .failure(let wrong): person.fault("to", wrong.reason, expected)
    case .success(let url):
      let address = url.scheme + text.dropFirst(url.scheme.utf8.count)
      if NtfyTopic(address) != nil { return address }
      person.fault("to", "ends with no topic: 1 to 64 of a-z, A-Z, 0-9, - and _", expected)
    }
    return nil
  }

  /// Of a topic alone; beside any other address it is an unknown key.
  private func token(_ person: ObjectReader, _ to: String?) -> Secret? {
    let expected = "write the access token of the ntfy server: tk_ and what follows"
    guard person.has("token") else {
      if let to, let topic = NtfyTopic(to), topic.name.utf8.count < Self.unguessable {
        person.fault(
          "to", "the topic can be guessed, and without a token whoever knows it reads along",
          "write a topic of at least \(Self.unguessable) random characters, or a token beside it", .warning)
      }
      return nil
    }
    guard let text = person.secret("token", expected, atLeast: 8, required: false) else { return nil }
    if text.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: ">") }) { return Secret(text) }
    person.fault("token", "holds a character no token has", expected)
    return nil
  }

  /// Left out: everything. Nobody is rung for what is only new.
  private func events(_ person: ObjectReader, _ channel: Channel?) -> [Tenant.Notify.Event] {
    let possible: [Tenant.Notify.Event] =
      channel == .call ? [.urgent, .escalation] : Tenant.Notify.Event.allCases
    let names = possible.map(\.rawValue).joined(separator: ", ")
    let expected = "write one or more of: \(names)"
    guard person.has("on") else { return possible }
    guard let elements = person.list("on", of: names, single: true) else { return [] }
    if elements.isEmpty { person.fault("on", "is empty: this person would never be told", expected) }
    var events: [Tenant.Notify.Event] = []
    for (key, value) in elements {
      let event: Tenant.Notify.Event? =
        switch value {
        case .string("escalated"): .escalation
        case .string("high"): .urgent
        default: person.choice(value, at: key)
        }
      if let event, !possible.contains(event) {
        person.fault(key, "is not told by a call", "write on: [\"urgent\", \"escalation\"], or leave it out")
      } else if let event, !events.contains(event) {
        events.append(event)
      }
    }
    return events
  }
}
