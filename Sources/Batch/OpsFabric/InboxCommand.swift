// InboxCommand.swift - `opsfabric inbox`: the personal links of a tenant's people.

import Business
import Desk
import LocalTime
import Platform
import Store

struct InboxCommand: Command {
  static let name = "inbox"
  static let usage = "opsfabric inbox TENANT list|link WHO|revoke [WHO]"
  static let summary = "the tenant's people and their personal links"
  static let details = """
    list          who has links or sessions that are still good
    link WHO      makes a new personal link for a person (any name or address) and prints it, once
    revoke [WHO]  takes all links and sessions of the tenant, or of one person, away at once
    """

  private enum Action {
    case list
    case link(String)
    case revoke(String?)
  }
  private let tenant: String
  private let action: Action

  init(_ arguments: inout Arguments) throws {
    tenant = try arguments.next("the tenant's ID")
    switch try arguments.next("list, link or revoke") {
    case "list": action = .list
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
    _ = try settings.known(tenant)
    let store = try world.store()
    let now = world.clock.now()
    switch action {
    case .list:
      var table = TextTable(header: ["person", "links", "sessions", "good until"])
      for person in try store.inboxPeople(tenant: tenant, at: now) {
        table.add([person.person, String(person.links), String(person.sessions), person.until.iso8601])
      }
      printToStandardOutput(table.text)
    case .link(let who):
      let key = InboxKey.text(RandomSource.system.bytes(16))
      try store.write {
        try store.addInboxLink(
          hash: InboxKey.hash(key), person: InboxPerson(tenant: tenant, person: who), at: now,
          expiresAt: now.adding(days: InboxLink.validDays))
      }
      printToStandardOutput(InboxLink.url(publicURL: try settings.installation().publicURL, key: key))
    case .revoke(let who):
      let count = try store.revokeInbox(tenant: tenant, person: who, at: now)
      printToStandardOutput("revoked: \(count) links and sessions")
    }
    return .done
  }
}
