// WebhookOutlet.swift - other programs are told by POST, signed; an attempt that fails is made again for some three days.
//
// A receiver that is slow or gone keeps nobody else waiting: four attempts at most are under way, beside all requests to
// Twilio, and what else is due to an address that has just failed waits with it. An attempt whose answer was lost is made
// again: the receiver knows the event by its id.

import Business
import Curl
import LocalTime
import Runner
import Store

package final class WebhookOutlet: Outlet {
  /// To whom, as the settings are now.
  package struct Way {
    let receiver: WebhookReceiver
    let isTrusted: Bool
  }

  package static let jobName = "send-webhooks"
  package static let channel = Channel.webhook
  package static let hasPrecedence = false
  package static let claimSeconds = 60
  /// No more places than these are taken from others of the outside world.
  private static let atOnce = 4

  /// Between two tries, the schedule of Standard Webhooks; after the last the event is given up.
  private static let pauses = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
  /// What else is due to an address that failed is tried after this long at the latest.
  private static let longestPutBack = 300

  /// Whoever switches it on again says so (`webhook resume`).
  private static let closedSeconds = 3600

  private let context: BatchContext

  package init(context: BatchContext) { self.context = context }

  package var places: Int { WebhookOutlet.atOnce }
  package var spare: Int { 0 }
  package var messagesPerSecond: Double? { nil }

  package func way(of row: OutboxRow) throws -> Passage<Way> {
    if !row.tenant.isEmpty {
      guard let tenant = context.tenant(row.tenant) else { return .unwanted("no such tenant") }
      guard tenant.active else {
        return .closed("the tenant is switched off", seconds: WebhookOutlet.closedSeconds)
      }
    }
    guard
      let (receiver, owner) = context.store.receivers.all(tenant: row.tenant)
        .first(where: { $0.receiver.url == row.recipient })
    else { return .unwanted("the address stands in webhooks no more") }
    if try context.store.isOpen(receiver.offCause, tenant: owner) {
      return .closed("switched off by its answer 410", seconds: WebhookOutlet.closedSeconds)
    }
    return .free(Way(receiver: receiver, isTrusted: context.installation.trusts(receiver.url)))
  }

  package func account(_ way: Way) -> String { way.receiver.url }

  package func ceilings(_ way: Way) -> (own: Ceiling, all: Ceiling) { (.unlimited, .unlimited) }

  package func submit(
    _ row: OutboxRow, by way: Way, at now: Timestamp, then: @escaping (WebhookOutcome) -> Void
  ) {
    let request = WebhookPost.request(
      to: way.receiver, id: row.subject ?? "", body: row.body, isTrusted: way.isTrusted, at: now)
    context.transport.submit(request) { then(WebhookPost.outcome($0)) }
  }

  package func neverSent(_ reason: String) -> WebhookOutcome { .notBegun(reason) }
  package func holdsAccount(_ outcome: WebhookOutcome) -> Bool { false }

  package func settle(_ row: OutboxRow, account: String, _ outcome: WebhookOutcome, at now: Timestamp) throws
  {
    switch outcome {
    case .taken: try context.store.markWebhookDelivered(ifSending: row, at: now)
    case .gone: try switchOff(row, at: now)
    case .failed(let status, let reason, let retryAfter):
      try fail(row, status: status, reason, retryAfter: retryAfter ?? 0, at: now)
    case .notBegun(let reason): try context.putOff(row, from: 1, limit: 60, reason, at: now)
    }
  }

  /// What a dead runner left in the middle of an attempt.
  package func lookBack(at row: OutboxRow, at now: Timestamp) throws {
    try context.store.write {
      try fail(row, status: nil, "the runner ended before the answer came", retryAfter: 0, at: now)
    }
  }

  /// Waits for its next try, or is given up after the last.
  private func fail(_ row: OutboxRow, status: Int?, _ error: String, retryAfter: Int, at now: Timestamp)
    throws
  {
    guard row.attempts <= WebhookOutlet.pauses.count else {
      return try context.giveUp(row, code: status, error, at: now)
    }
    let pause = max(retryAfter, spread(WebhookOutlet.pauses[max(0, row.attempts - 1)], row))
    try context.store.markFailed(
      row, code: status, error: error, retryAt: now.adding(seconds: pause), at: now)
    let others = max(retryAfter, min(pause, WebhookOutlet.longestPutBack))
    try context.store.putBackWebhooks(to: row.recipient, until: now.adding(seconds: others), at: now)
    context.summary.retries += 1
  }

  /// Up to a tenth longer, each row and try in its own way: what failed together does not come back together.
  private func spread(_ seconds: Int, _ row: OutboxRow) -> Int {
    let share = (row.id * 7919 + row.attempts * 104_729) % 100
    return seconds + seconds * share / 1000
  }

  /// Nothing more leaves to the address, and what waits for it goes on waiting, until the operator says otherwise.
  private func switchOff(_ row: OutboxRow, at now: Timestamp) throws {
    try context.store.markFailed(row, code: 410, error: "HTTP 410", retryAt: now, at: now)
    guard
      let (receiver, owner) = context.store.receivers.all(tenant: row.tenant)
        .first(where: { $0.receiver.url == row.recipient })
    else { return }
    context.alert(
      receiver.offCause, tenant: owner,
      "\(receiver.shownURL) answered 410 and is told nothing more; what waits is kept for 7 days. Should it be told again: "
        + "`opsfabric webhook resume \(owner ?? (row.tenant.isEmpty ? "TENANT" : row.tenant))`", at: now)
  }
}
