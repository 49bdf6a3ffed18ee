// LineChecks.swift - does the carrier forward? What the last check call came to.

import Business
import Store

extension Doctor {
  func checkForwarding(_ store: Store) throws -> [Finding] {
    try activeTenants.compactMap { try checkForwarding(of: $0, store) }
  }

  private func checkForwarding(of tenant: Tenant, _ store: Store) throws -> Finding? {
    guard tenant.checkCall == .weekly, let number = tenant.forwardedNumber else { return nil }
    guard let last = try store.lastCheckCall(tenant: tenant.id, to: number) else {
      return .warning(
        "check-call", "\(tenant.id): no check call to \(number) yet",
        cure: "the runner makes one outside business and quiet hours; the country must be allowed for calls")
    }
    let at = last.createdAt.iso8601
    switch last.state {
    case .delivered: return .ok("check-call", "\(tenant.id): \(number) was forwarded at \(at)")
    case .dead where last.sentAt == nil:
      return .warning(
        "check-call",
        "\(tenant.id): the check call to \(number) of \(at) could not be placed: \(last.error ?? "")",
        cure: "opsfabric list messages --tenant \(tenant.id) shows why")
    case .dead where last.wasTaken:
      return .warning(
        "check-call",
        "\(tenant.id): somebody took the check call to \(number) of \(at), which proves nothing",
        cure: "it is made again on the next day; nobody need take it")
    case .dead:
      return .fault(
        "check-call",
        "\(tenant.id): the check call to \(number) of \(at) was not forwarded: \(last.error ?? "")",
        cure: "switch the carrier's forwarding on again, and dial the number")
    default: return .ok("check-call", "\(tenant.id): the check call to \(number) is under way")
    }
  }
}
