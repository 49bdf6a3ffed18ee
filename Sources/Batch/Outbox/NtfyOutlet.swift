// NtfyOutlet.swift - pushes leave through the ntfy server of their topic, with the retry and dead-letter rules of SMS.
//
// A push whose answer was lost is sent once more, as a mail is: a person would rather be told twice than never.

import Business
import Curl
import Desk
import LocalTime
import Runner
import Store

package final class NtfyOutlet: Outlet {
  /// To whom, as the settings are now.
  package struct Way {
    let topic: NtfyTopic
    let token: Secret?
    /// The operator says that the server may be private.
    let isTrusted: Bool
    let isUrgent: Bool
  }

  package static let jobName = "send-pushes"
  package static let channel = Channel.ntfy
  package static let hasPrecedence = false
  package static let claimSeconds = 60

  private static let atOnce = 4
  private static let retrySeconds = 120
  private static let retries = 2

  private let context: BatchContext
  private let links: InboxLinks

  package init(context: BatchContext, links: InboxLinks) {
    self.context = context
    self.links = links
  }

  package var places: Int { NtfyOutlet.atOnce }
  package var spare: Int { 0 }
  /// What a server allows who has no contract with it: sixty, then one every five seconds.
  package var messagesPerSecond: Double? { 0.2 }
  package var burst: Double { 60 }

  package func way(of row: OutboxRow) throws -> Passage<Way> {
    guard
      let entry = context.tenant(row.tenant)?.notify
        .first(where: { $0.channel == .ntfy && $0.to == row.recipient }),
      let topic = NtfyTopic(entry.to)
    else { return .none("the topic stands in notify no more") }
    return .free(
      Way(
        topic: topic, token: entry.token, isTrusted: context.installation.trusts(entry.to),
        isUrgent: try isUrgent(row)))
  }

  /// A digest tells of no one ticket, but of one kind of them.
  private func isUrgent(_ row: OutboxRow) throws -> Bool {
    guard let id = row.ticketID else { return row.budget == .urgent }
    return try context.store.ticket(id: id)?.urgency == .high
  }

  package func account(_ way: Way) -> String { way.topic.server }

  package func ceilings(_ way: Way) -> (own: Ceiling, all: Ceiling) { (.unlimited, .unlimited) }

  package func submit(
    _ row: OutboxRow, by way: Way, at now: Timestamp, then: @escaping (NtfyOutcome) -> Void
  ) {
    let (text, link) = links.parts(of: row, publicURL: context.installation.publicURL)
    let push = NtfyPush(
      topic: way.topic, title: row.subject ?? "", text: text, link: link, isUrgent: way.isUrgent)
    context.transport.submit(push.request(token: way.token, isTrusted: way.isTrusted)) {
      then(NtfyOutcome($0))
    }
  }

  package func neverSent(_ reason: String) -> NtfyOutcome { .turnedAway(reason, status: nil, seconds: nil) }

  /// Who asks to be left alone is, with everything that is due to him.
  package func holdsAccount(_ outcome: NtfyOutcome) -> Bool {
    if case .turnedAway(_, .some, _) = outcome { true } else { false }
  }

  package func settle(_ row: OutboxRow, account: String, _ outcome: NtfyOutcome, at now: Timestamp) throws {
    switch outcome {
    case .taken:
      // That a server has it is all that will ever be heard of a push.
      context.gate.open(account)
      try context.store.markAcceptedForGood(ifSending: row, at: now)
      context.summary.accepted += 1
    case .refused(let status, let reason):
      try context.giveUp(row, code: status, reason, at: now)
    case .failed(let status, let reason):
      try retry(row, code: status, reason, at: now)
    case .turnedAway(let reason, let status, let seconds):
      let wait = seconds ?? row.backOffSeconds(from: 5, limit: 300)
      if status != nil { context.gate.holdSends(account, until: now.adding(seconds: wait)) }
      try context.putOff(row, seconds: wait, code: status, reason, at: now)
      if row.postponements >= 5 { context.alert(AlertCause.pushUnreachable, reason, about: row, at: now) }
    }
  }

  /// What a dead runner left in the middle of sending.
  package func lookBack(at row: OutboxRow, at now: Timestamp) throws {
    try context.store.write {
      try retry(row, code: nil, "the runner ended before the ntfy server answered", at: now)
    }
  }

  private func retry(_ row: OutboxRow, code: Int?, _ error: String, at now: Timestamp) throws {
    try context.retry(
      row, code: code, error, retries: NtfyOutlet.retries, seconds: NtfyOutlet.retrySeconds, at: now)
  }
}
