// PersonalLinks.swift - list, make and revoke personal links: of a tenant's desk, or of the operator's page.

import Business
import Desk
import JSON
import LocalTime
import Platform
import Store

/// What is done with links.
enum LinkAction {
  case list(isJSON: Bool)
  case link(String)
  /// nil: of everybody.
  case revoke(String?)

  /// The rest of the call.
  /// - Parameter what: whose links they are, for who mistypes.
  init(_ arguments: inout Arguments, of what: String) throws {
    switch try arguments.next("list, link or revoke") {
    case "list": self = .list(isJSON: arguments.flag("--json"))
    case "link":
      let who = arguments.rest()
      guard !who.isEmpty else { throw UsageError("whom the link is for is missing") }
      self = .link(who)
    case "revoke":
      let who = arguments.rest()
      self = .revoke(who.isEmpty ? nil : who)
    case let other: throw UsageError("'\(short(other))' cannot be done with \(what)")
    }
  }
}

struct PersonalLinks {
  let store: Store
  /// Whose page they open; `InboxPerson.operatorsTenant` for the operator's.
  let tenant: String
  let now: Timestamp

  /// - Parameter name: what an address is called.
  func printList(isJSON: Bool, name: (String) -> String) throws {
    var table = TextTable(header: ["person", "links", "sessions", "good until"])
    for person in try store.inboxPeople(tenant: tenant, at: now) {
      let name = name(person.person)
      if isJSON {
        let row = JSONDocument.object([
          "person": .string(name), "address": .string(person.person),
          "links": .number(String(person.links)), "sessions": .number(String(person.sessions)),
          "until": .string(person.until.iso8601),
        ])
        printToStandardOutput(String(decoding: row.bytes, as: UTF8.self))
      }
      table.add([
        name == person.person ? name : "\(name) (\(person.person))", String(person.links),
        String(person.sessions), person.until.iso8601,
      ])
    }
    if !isJSON { printToStandardOutput(table.text) }
  }

  /// Returns the key of a new link.
  func make(for person: String) throws -> String {
    let key = InboxKey.text(RandomSource.system.bytes(16))
    try store.write {
      try store.addInboxLink(
        hash: InboxKey.hash(key), person: InboxPerson(tenant: tenant, person: person), at: now,
        expiresAt: now.adding(days: InboxLink.validDays))
    }
    return key
  }

  /// - Parameter names: all the ways the person is called; nil: everybody.
  func revoke(_ names: Set<String>?) throws {
    let count = try store.write {
      guard let names else { return try store.revokeInbox(tenant: tenant, person: nil, at: now) }
      return try names.reduce(0) { $0 + (try store.revokeInbox(tenant: tenant, person: $1, at: now)) }
    }
    printToStandardOutput("revoked: \(count) links and sessions")
  }
}
