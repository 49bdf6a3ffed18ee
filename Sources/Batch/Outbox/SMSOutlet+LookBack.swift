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
  package func list(
    for row: OutboxRow, _ client: TwilioClient, _ credentials: TwilioCredentials,
    _ completion: @escaping (Result<[MessageResource], APIFailure>) -> Void
  ) {
    client.listMessages(
      to: row.recipient, from: row.sender.hasPrefix("MG") ? nil : row.sender, as: credentials,
      completion: completion)
  }

  package func madeAt(_ message: MessageResource) -> Timestamp? { message.dateCreated }

  /// It has our text (a trial account puts words in front of it).
  package func isLike(_ row: OutboxRow, _ message: MessageResource) -> Bool {
    message.direction.hasPrefix("outbound")
      && links.isText(message.body, of: row, publicURL: context.installation.publicURL)
  }

  package func applyState(of found: MessageResource, to row: OutboxRow, at now: Timestamp) throws {
    guard let status = DeliveryStatus(rawValue: found.status) else { return }
    try context.intake(at: now).applyReport(
      sid: found.sid, messageID: row.id, status: status, code: found.errorCode, at: now)
  }
}
