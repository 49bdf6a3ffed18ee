// LearnServiceNumbers.swift - which numbers a tenant's messaging service sends from: the sweep reads their lists too.

import Business
import LocalTime
import Store
import TwilioAPI

final class LearnServiceNumbers {
  private static let refreshMinutes: Int64 = 60
  /// After an answer that did not come, or an account that may not read it.
  private static let askAgainMinutes: Int64 = 5

  private let context: BatchContext
  private var underWay: Set<String> = []

  init(context: BatchContext) { self.context = context }

  var isIdle: Bool { underWay.isEmpty }

  /// What is known of the tenant's service, as Twilio last told it; empty where the sender is a number.
  func known(_ tenant: Tenant) throws -> [String] {
    tenant.usesService ? try context.store.serviceNumbers(tenant.smsSender)?.numbers ?? [] : []
  }

  /// Asks Twilio where it is time. What it says is kept, and handed on.
  func refresh(_ tenant: Tenant, at now: Timestamp, then use: @escaping ([String], Timestamp) throws -> Void)
    throws
  {
    let service = tenant.smsSender
    guard tenant.usesService, !underWay.contains(service), try isDue(service, at: now) else { return }
    underWay.insert(service)
    context.ask(tenant, at: now) {
      $0.listNumbers(ofService: service, as: $1, completion: $2)
    } then: { [self] result, now in
      underWay.remove(service)
      context.attempt("sweep") {
        switch result {
        case .success(let found):
          let numbers = found.filter { $0.hasPrefix("+") }.sorted()
          try context.store.noteServiceNumbers(service, numbers, at: now)
          try use(numbers, now)
        case .failure(let failure):
          // No alert: `doctor` says so, and what was known is read as before.
          context.log(.warning, "service-numbers", ["service": service, "reason": failure.reason])
          try context.store.noteServiceNumbers(service, nil, at: now)
        }
      }
    }
  }

  private func isDue(_ service: String, at now: Timestamp) throws -> Bool {
    guard let last = try context.store.serviceNumbers(service) else { return true }
    return last.askedAt.isPast(minutes: Self.askAgainMinutes, at: now)
      && last.readAt?.isPast(minutes: Self.refreshMinutes, at: now) ?? true
  }
}

extension Tenant {
  /// The sender is a messaging service, not a number.
  var usesService: Bool { !smsSender.hasPrefix("+") }
}
