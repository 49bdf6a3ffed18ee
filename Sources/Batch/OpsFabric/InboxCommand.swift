// InboxCommand.swift - `opsfabric inbox`: the personal links of a tenant's people.

import Business
import Desk
import JSON
import LocalTime
import Platform
import Store

struct InboxCommand: Command {
  static let name = "inbox"
  static let usage = "opsfabric inbox TENANT list [--json]|link WHO|revoke [WHO]"
  static let summary = "the tenant's people and their personal links"
  static let details = """
    list          who has links or sessions that are still good; --json: one JSON object per line
    link WHO      makes a new personal link for a person and prints it, once
    revoke [WHO]  takes all links and sessions of the tenant, or of one person, away at once
    WHO is a name or an address of `notify`, or one of `staff_numbers`; entries of one name are one person. Any other
    WHO is a guest: signs in under that name, and is told nothing.
    """

  private enum Action {
    case list(isJSON: Bool)
    case link(String)
    case revoke(String?)
  }
  private let tenant: String
  private let action: Action

  init(_ arguments: inout Arguments) throws {
    tenant = try arguments.next("the tenant's ID")
    switch try arguments.next("list, link or revoke") {
    case "list": action = .list(isJSON: arguments.flag("--json"))
    case "link":
      let who = arguments.rest()
      guard !who.isEmpty else { throw UsageError("whom the link is for is missing") }
      action = .link(who)
    case "revoke":
      let who = arguments.rest()
      action = .revoke(who.isEmpty ? nil : who)
    case let other: throw UsageError("'\(other)' cannot be done with an inbox")
    }
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let settings = try world.settings()
    let people = try settings.known(self.tenant)
    let store = try world.store()
    let now = world.clock.now()
    switch action {
    case .list(isJSON: true):
      for person in try store.inboxPeople(tenant: tenant, at: now) {
        let row = JSONDocument.object([
          "person": .string(people.personName(person.person)), "address": .string(person.person),
          "links": .number(String(person.links)), "sessions": .number(String(person.sessions)),
          "until": .string(person.until.iso8601),
        ])
        printToStandardOutput(String(decoding: row.bytes, as: UTF8.self))
      }
    case .list:
      var table = TextTable(header: ["person", "links", "sessions", "good until"])
      for person in try store.inboxPeople(tenant: tenant, at: now) {
        let name = people.personName(person.person)
        table.add([
          name == person.person ? name : "\(name) (\(person.person))", String(person.links),
          String(person.sessions), person.until.iso8601,
        ])
      }
      printToStandardOutput(table.text)
    case .link(let who):
      let name = people.personName(who)
      let key = InboxKey.text(RandomSource.system.bytes(16))
      try store.write {
        try store.addInboxLink(
          hash: InboxKey.hash(key), person: InboxPerson(tenant: tenant, person: name), at: now,
          expiresAt: now.adding(days: InboxLink.validDays))
      }
      if people.person(who) == nil {
        let known = people.people.map(\.name).joined(separator: ", ")
        printToStandardError("\(short(who)) is a guest; the people of \(tenant) are \(known)")
      }
      printToStandardOutput(InboxLink.url(publicURL: try settings.installation().publicURL, key: key))
    case .revoke(let who):
      let count: Int
      if let who {
        // Links that notices bring are of the address they went to.
        let person = people.person(who)
        let names = Set(
          [who, person?.name, person?.phone].compactMap { $0 } + (person?.entries ?? []).map(\.to))
        count = try store.write {
          try names.reduce(0) { $0 + (try store.revokeInbox(tenant: tenant, person: $1, at: now)) }
        }
      } else {
        count = try store.revokeInbox(tenant: tenant, person: nil, at: now)
      }
      printToStandardOutput("revoked: \(count) links and sessions")
    }
    return .done
  }
}
