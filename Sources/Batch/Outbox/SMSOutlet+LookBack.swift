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
  package func lookBack(at row: OutboxRow, at now: Timestamp) throws {
    guard !lookedFor.contains(row.id), lookedFor.count < LookBack.atOnce else { return }
    guard let tenant = context.tenant(row.tenant) else {
      try giveUpUnconfigured(row, at: now)
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
    case .failure: try settleAbsent(row, isAsked: false, at: now)
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
        try settleAbsent(row, isAsked: true, at: now)
      }
    }
  }

  /// The message Twilio made of our request: our text (a trial account puts words in front of it), not older
  /// than the request, and nobody else's.
  private func twin(of row: OutboxRow, in list: [MessageResource]) throws -> MessageResource? {
    let earliest = earliest(row)
    let publicURL = context.installation.publicURL
    return try list.filter {
      $0.direction.hasPrefix("outbound") && links.isText($0.body, of: row, publicURL: publicURL)
    }
    .filter { ($0.dateCreated ?? earliest) >= earliest }
    .sorted { ($0.dateCreated ?? earliest) < ($1.dateCreated ?? earliest) }
    .first { try !context.store.knowsAttempt(sid: $0.sid) }
  }
}
