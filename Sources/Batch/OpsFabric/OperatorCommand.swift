// OperatorCommand.swift - `opsfabric operator`: personal links to the page of all tenants.

import Desk
import Platform
import Store

struct OperatorCommand: Command {
  static let name = "operator"
  static let usage = "opsfabric operator list [--json]|link WHO|revoke [WHO]"
  static let summary = "personal links to the operator's page: all tenants, trouble first"
  static let details = """
    list          who has links or sessions that are still good; --json: one JSON object per line
    link WHO      makes a new personal link and prints it, once
    revoke [WHO]  takes all links and sessions of the page, or those of WHO, away at once
    WHO is any name; it stands on the page. The links open no tenant's desk, and no desk's link opens this page.
    """

  private let action: LinkAction

  init(_ arguments: inout Arguments) throws {
    action = try LinkAction(&arguments, of: "the operator's page")
  }

  func run(_ world: CommandWorld) throws -> ExitCode {
    let links = PersonalLinks(
      store: try world.store(), tenant: InboxPerson.operatorsTenant, now: world.clock.now())
    switch action {
    case .list(let isJSON): try links.printList(isJSON: isJSON) { $0 }
    case .link(let who):
      let publicURL = try world.settings().installation().publicURL
      printToStandardOutput(InboxLink.operatorsURL(publicURL: publicURL, key: try links.make(for: who)))
    case .revoke(let who): try links.revoke(who.map { [$0] })
    }
    return .done
  }
}
