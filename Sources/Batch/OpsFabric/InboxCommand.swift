// InboxCommand.swift - `opsfabric inbox`: the personal links of a tenant's people.

import Business
import Desk
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

  private let tenant: String
  private let action: LinkAction

  init(_ arguments: inout Arguments) throws {
    tenant = try arguments.next("the tenant's ID")
    action = try LinkAction(&arguments, of: "an inbox")
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let settings = try world.settings()
    let people = try settings.known(self.tenant)
    let links = PersonalLinks(store: try world.store(), tenant: tenant, now: world.clock.now())
    switch action {
    case .list(let isJSON): try links.printList(isJSON: isJSON, name: people.personName)
    case .link(let who):
      let key = try links.make(for: people.personName(who))
      if people.person(who) == nil {
        let known = people.people.map(\.name).joined(separator: ", ")
        printToStandardError("\(short(who)) is a guest; the people of \(tenant) are \(known)")
      }
      printToStandardOutput(InboxLink.url(publicURL: try settings.installation().publicURL, key: key))
    case .revoke(let who):
      // Links that notices bring are of the address they went to.
      try links.revoke(
        who.map { who in
          let person = people.person(who)
          return Set(
            [who, person?.name, person?.phone].compactMap { $0 } + (person?.entries ?? []).map(\.to))
        })
    }
    return .done
  }
}
