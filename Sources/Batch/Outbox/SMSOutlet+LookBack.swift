// SMSOutlet+LookBack.swift - finds out whether a message whose answer was lost exists at Twilio.
//
// A caller never gets the same SMS twice because of a fault, and never none: a row in `sending` whose answer
// did not come is looked for in Twilio's message list before anything else. Found: accepted. Not found two
// minutes after the loss: sent once more, as a retry. Twilio not reachable: asked again later, never resent.

import Business
import Desk
import LocalTime
import Runner
import Store
import TwilioAPI

extension SMSOutlet {
  /// Twilio has had this long to show a message it accepted.
  private static let certaintySeconds = 120
  private static let lookAgainSeconds = 20
  /// Clocks differ: ours may have been wrong by an hour, or by a summer time, when the request left. Older ones
  /// of ours are known by their sid.
  private static let slackHours = 3
  private static let looksAtOnce = 8

  package func lookBack(at row: OutboxRow, at now: Timestamp) throws {
    guard !lookedFor.contains(row.id), lookedFor.count < SMSOutlet.looksAtOnce else { return }
    guard let tenant = context.tenant(row.tenant) else {
      try context.store.write {
        try context.intake(at: now).giveUp(row, code: nil, error: "the tenant is not configured", at: now)
      }
      return
    }
    lookedFor.insert(row.id)
    context.ask(tenant, at: now) {
      $0.listMessages(
        to: row.recipient, from: row.sender.hasPrefix("MG") ? nil : row.sender, as: $1, completion: $2)
    } then: { [self] result, now in
      lookedFor.remove(row.id)
      context.attempt("look back") {
        try context.store.write { try settle(row, result, at: now) }
      }
    }
  }

  private func settle(
    _ row: OutboxRow, _ result: Result<[MessageResource], APIFailure>, at now: Timestamp
  ) throws {
    switch result {
    case .failure:
      let expired = row.expiresAt <= now
      if expired {
        try context.intake(at: now).giveUp(
          row, code: nil, error: "not known whether it was sent, and Twilio cannot be asked", at: now)
        context.summary.dead += 1
      } else {
        try context.store.markUnknown(
          row, error: "Twilio cannot be asked", lookAt: now.adding(seconds: 60), isHeld: true, at: now)
      }
    case .success(let list):
      if let found = try twin(of: row, in: list) {
        try context.store.markAccepted(
          ifSending: row.id, attempt: row.attempts, sid: found.sid, segments: found.numSegments,
          at: found.dateCreated.map { min(now, max($0, row.claimedAt ?? $0)) } ?? now, event: .messageFound)
        if let status = DeliveryStatus(rawValue: found.status) {
          try context.intake(at: now).applyReport(
            sid: found.sid, messageID: row.id, status: status, code: found.errorCode, at: now)
        }
        context.summary.reconciled += 1
      } else {
        try settleAbsent(row, at: now)
      }
    }
  }

  private func settleAbsent(_ row: OutboxRow, at now: Timestamp) throws {
    let since = row.unknownSince ?? row.claimedAt ?? now
    let certainAt = since.adding(seconds: SMSOutlet.certaintySeconds)
    guard now >= certainAt else {
      let next = min(certainAt, now.adding(seconds: SMSOutlet.lookAgainSeconds))
      try context.store.markUnknown(row, error: "not found at Twilio yet", lookAt: next, at: now)
      return
    }
    try context.intake(at: now).settleFailure(
      row, verdict: .transient(afterSeconds: 0, maxRetries: 2), code: nil, at: now)
    context.summary.retries += 1
  }

  /// The message Twilio made of our request: our text (a trial account puts words in front of it), not older
  /// than the request, and nobody else's.
  private func twin(of row: OutboxRow, in list: [MessageResource]) throws -> MessageResource? {
    let earliest = (row.claimedAt ?? row.firstDueAt).adding(hours: -SMSOutlet.slackHours)
    let publicURL = context.installation.publicURL
    return try list.filter {
      $0.direction.hasPrefix("outbound") && links.isText($0.body, of: row, publicURL: publicURL)
    }
    .filter { ($0.dateCreated ?? earliest) >= earliest }
    .sorted { ($0.dateCreated ?? earliest) < ($1.dateCreated ?? earliest) }
    .first { try !context.store.knowsAttempt(sid: $0.sid) }
  }
}
