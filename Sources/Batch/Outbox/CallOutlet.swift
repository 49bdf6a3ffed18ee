// CallOutlet.swift - calls to the tenant's people leave by Twilio, one a second for each account.
//
// What is said, and what the keys do, is the webhook `ring`. A call whose answer was lost is looked for in Twilio's lists,
// and any webhook of it proves it too, before anybody is rung again.

import Business
import Desk
import LocalTime
import Runner
import Store
import TwilioAPI
import Webhooks

package final class CallOutlet: TwilioOutlet {
  package typealias Resource = CallResource

  package static let jobName = "ring"
  package static let channel = Channel.call
  package static let hasPrecedence = true
  package static let claimSeconds = 30

  private static let ringSeconds = 25
  private static let doubtSeconds = 10

  package let context: BatchContext
  package var lookedFor: Set<Int> = []

  package init(context: BatchContext) { self.context = context }

  package var places: Int { 4 }
  package var spare: Int { 0 }
  /// Above that Twilio lets calls wait, without a word.
  package var messagesPerSecond: Double? { 1 }
  package func rateKey(_ row: OutboxRow, _ tenant: Tenant) -> String { account(tenant) }

  /// Whoever took the request meanwhile, nobody need be rung.
  ///
  /// Nothing in Twilio's lists tells calls between the same numbers apart. So nobody is rung while it is not known whether
  /// he was about something else: two such calls could be taken for each other, and one be placed twice.
  package func way(of row: OutboxRow) throws -> Passage<Tenant> {
    if row.kind == .alert {
      guard let tenant = context.tenant(row.tenant) else { return tenantsWay(row) }
      return tenant.checkCall == .weekly && tenant.forwardedNumber == row.recipient
        ? tenantsWay(row) : .unwanted("check_call is off, or another number is forwarded")
    }
    if row.kind == .callback {
      guard let tenant = context.tenant(row.tenant) else { return tenantsWay(row) }
      return try context.intake(at: context.clock.now()).isWanted(row, tenant: tenant)
        ? tenantsWay(row) : .unwanted("the number waits for no call any more")
    }
    let ticket = try row.ticketID.flatMap { try context.store.ticket(id: $0) }
    guard ticket?.status.awaitsWork == true else { return .unwanted("somebody has the request") }
    guard try !context.store.isCallInDoubt(to: row.recipient, from: row.sender) else {
      return .closed(
        "it is not known yet whether an earlier call was placed", seconds: CallOutlet.doubtSeconds)
    }
    return tenantsWay(row)
  }

  package func submit(
    _ row: OutboxRow, by tenant: Tenant, at now: Timestamp, then: @escaping (Outcome) -> Void
  ) {
    func url(_ step: Ring.Step) -> String {
      Ring.url(
        context.installation.publicURL, tenant: row.tenant, message: row.id,
        isCallback: row.kind == .callback, step)
    }
    let call = OutgoingCall(
      to: row.recipient, from: row.sender, url: url(.question), statusCallback: url(.over),
      ringSeconds: row.kind == .alert ? Intake.checkRingSeconds : CallOutlet.ringSeconds)
    context.client.place(call, as: context.credentials(tenant), completion: then)
  }

  package func noteAccepted(_ row: OutboxRow, at now: Timestamp) throws {
    guard row.kind == .page, let ticket = row.ticketID else { return }
    try context.store.delayPages(ticket: ticket, until: now.adding(minutes: Intake.pageMinutes))
  }

  package func list(
    for row: OutboxRow, _ client: TwilioClient, _ credentials: TwilioCredentials,
    _ completion: @escaping (Result<[CallResource], APIFailure>) -> Void
  ) {
    let day = TimeZoneRules.utc.day(of: earliest(row))
    // A call that waits has not begun: a list from a day on may leave it out.
    client.listCalls(to: row.recipient, from: row.sender, startedOnOrAfter: day, as: credentials) { begun in
      guard case .success(let begun) = begun else { return completion(begun) }
      client.listCalls(to: row.recipient, from: row.sender, status: "queued", as: credentials) {
        completion($0.map { begun + $0 })
      }
    }
  }

  package func madeAt(_ call: CallResource) -> Timestamp? { call.startTime }

  package func isLike(_ row: OutboxRow, _ call: CallResource) -> Bool { call.direction == "outbound-api" }

  package func applyState(of found: CallResource, to row: OutboxRow, at now: Timestamp) throws {
    try context.intake(at: now).settleCall(row, sid: found.sid, status: found.status, at: now)
  }
}
