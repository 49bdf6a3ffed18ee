// SMSOutlet.swift - SMS leave by Twilio: one request each on kept-open connections.
//
// What Twilio answers is TwilioOutlet's; an answer that never came is looked for in Twilio's message list
// (SMSOutlet+LookBack.swift) before anything is sent again.

import Business
import Desk
import LocalTime
import Runner
import Store
import Twilio
import TwilioAPI
import Webhooks

package final class SMSOutlet: TwilioOutlet {
  package typealias Resource = MessageResource

  package static let jobName = "send"
  package static let channel = Channel.sms
  package static let hasPrecedence = true
  package static let claimSeconds = 30

  package let context: BatchContext
  let links: InboxLinks
  package var lookedFor: Set<Int> = []

  package init(context: BatchContext, links: InboxLinks) {
    self.context = context
    self.links = links
  }

  package var places: Int { context.installation.concurrency }
  package var spare: Int { context.installation.concurrency / 2 }
  package var messagesPerSecond: Double? { context.installation.messagesPerSecond }

  /// Without the secret notices go out without a link.
  package func begin(at now: Timestamp) {
    guard case .failure(let fault) = links.secret else { return }
    context.alert("inbox_key", "notices have no link, since \(fault)", at: now)
  }

  package func submit(
    _ row: OutboxRow, by tenant: Tenant, at now: Timestamp, then: @escaping (SendOutcome) -> Void
  ) {
    let validity = Int(row.expiresAt.milliseconds(since: now) / 1000)
    let sms = OutgoingSMS(
      to: row.recipient, sender: row.sender,
      body: links.render(row, publicURL: context.installation.publicURL),
      statusCallback: WebhookAddress.url(
        context.installation.publicURL, SMSStatus.name, query: "m=\(row.id)"),
      validityPeriodSeconds: validity)
    context.client.create(sms, as: context.credentials(tenant), completion: then)
  }
}
