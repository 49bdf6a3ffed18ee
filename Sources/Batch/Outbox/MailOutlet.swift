// MailOutlet.swift - e-mail leaves by the installation's SMTP server, with the retry and dead-letter rules of SMS.
//
// A mail whose acceptance is not known is sent once more: mail servers cannot be asked, and the Message-ID,
// the same in every try, lets mail programs show it once.

import Business
import Desk
import LocalTime
import Mail
import Platform
import Runner
import Store

package final class MailOutlet: Outlet {
  package static let jobName = "send-mail"
  package static let channel = Channel.email
  package static let hasPrecedence = false
  package static let claimSeconds = 60

  private static let credentialsHoldSeconds = 60
  private static let retrySeconds = 120
  private static let retries = 2

  private let context: BatchContext
  private let links: InboxLinks

  package init(context: BatchContext, links: InboxLinks) {
    self.context = context
    self.links = links
  }

  package var places: Int { 4 }
  package var spare: Int { 0 }
  package var messagesPerSecond: Double? { nil }

  package func way(of row: OutboxRow) -> Passage<Installation.SMTP> {
    context.installation.smtp.map(Passage.free) ?? .none("smtp is not configured")
  }

  package func account(_ smtp: Installation.SMTP) -> String { smtp.url }

  package func ceilings(_ smtp: Installation.SMTP) -> (own: Ceiling, all: Ceiling) {
    let all = context.installation.mailLimits
    return (all.ofOneTenant, all)
  }

  package func submit(
    _ row: OutboxRow, by smtp: Installation.SMTP, at now: Timestamp, then: @escaping (MailOutcome) -> Void
  ) {
    let from = smtp.from
    let host = from.split(separator: "@").last ?? "localhost"
    do {
      let letter = row.attachments.first { MailMessage.isLetter($0) }
      let message = try MailMessage(
        from: MailAddress(from), to: [MailAddress(row.recipient)], subject: row.subject ?? "",
        text: links.render(row, publicURL: context.installation.publicURL),
        html: letter.map { String(decoding: try file($0), as: UTF8.self) }, date: now,
        messageID: "opsfabric-\(row.id)-\(row.createdAt.milliseconds)@\(host)",
        attachments: row.attachments.filter { $0 != letter }.map(attachment)
      ).rendered()
      context.mail.submit(
        MailTransfer(
          url: smtp.url, username: smtp.username, password: smtp.password?.value,
          from: from, recipients: [row.recipient], message: message), completion: then)
    } catch {
      then(.permanent(code: nil, "the mail cannot be written: \(error)"))
    }
  }

  /// A file of the outbox; all but a letter are tables of ours.
  private func attachment(_ path: String) throws -> MailAttachment {
    MailAttachment(
      fileName: String(path.split(separator: "/").last ?? ""), mediaType: "text/csv; charset=utf-8",
      bytes: try file(path))
  }

  private func file(_ path: String) throws -> [UInt8] {
    try Files.read("\(context.home.path)/\(path)", limit: MailMessage.attachedBytes)
  }

  package func neverSent(_ reason: String) -> MailOutcome { .temporary(code: nil, reason) }

  package func holdsAccount(_ outcome: MailOutcome) -> Bool {
    if case .credentials = outcome { true } else { false }
  }

  package func settle(_ row: OutboxRow, account: String, _ outcome: MailOutcome, at now: Timestamp) throws {
    switch outcome {
    case .accepted:
      // A server's "accepted" is all that will ever be heard of a mail.
      context.gate.open(account)
      try context.store.markAcceptedForGood(ifSending: row, at: now)
      context.summary.accepted += 1
    case .permanent(let code, let reason):
      try context.giveUp(row, code: code, reason, at: now)
    case .temporary(let code?, let reason):
      try retry(row, code: code, reason, at: now)
    case .temporary(nil, let reason):
      try context.putOff(row, from: 5, limit: 300, reason, at: now)
      if row.postponements >= 5 { context.alert(AlertCause.smtpUnreachable, reason, about: row, at: now) }
    case .unknown(let reason):
      try retry(row, code: nil, reason, at: now)
    case .credentials(let reason):
      let seconds = MailOutlet.credentialsHoldSeconds
      context.gate.holdSends(account, until: now.adding(seconds: seconds))
      try context.putOff(row, seconds: seconds, code: nil, reason, at: now)
      context.alert(
        AlertCause.smtpCredentials, "the mail server refuses the password: \(reason)", about: row, at: now)
    }
  }

  /// What a dead runner left in the middle of sending.
  package func lookBack(at row: OutboxRow, at now: Timestamp) throws {
    try context.store.write {
      try retry(row, code: nil, "the runner ended before the mail server answered", at: now)
    }
  }

  private func retry(_ row: OutboxRow, code: Int?, _ error: String, at now: Timestamp) throws {
    try context.retry(
      row, code: code, error, retries: MailOutlet.retries, seconds: MailOutlet.retrySeconds, at: now)
  }
}
