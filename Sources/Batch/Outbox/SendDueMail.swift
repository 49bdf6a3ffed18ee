// SendDueMail.swift - hands due e-mail to the SMTP server, with the retry and dead-letter rules of SMS.
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
import Twilio

package final class SendDueMail: Job {
  package static let name = "send-mail"

  private static let atOnce = 4
  /// Looked at in one step: what is above a ceiling must not stand in the way of what is not.
  private static let lookedAt = 1000
  private static let unknownWaitSeconds = 60
  private static let credentialsHoldSeconds = 60

  private let context: BatchContext
  private let links: InboxLinks
  private var limits = SendingLimits(.email)
  private var underWay: Set<Int> = []
  private var outcomes: [(row: OutboxRow, outcome: MailOutcome)] = []
  /// After a refused password nothing is tried until then.
  private var heldUntil = Timestamp(milliseconds: 0)

  package init(context: BatchContext, links: InboxLinks) {
    self.context = context
    self.links = links
  }

  package var isFinished: Bool { underWay.isEmpty && outcomes.isEmpty }
  package var hasResults: Bool { !outcomes.isEmpty }

  package func step(at now: Timestamp) throws {
    try settle(at: now)
    try settleOrphans(at: now)
    guard now >= heldUntil, underWay.count < SendDueMail.atOnce else { return }
    let due = try context.store.dueMessages(.email, at: now, limit: SendDueMail.lookedAt)
    guard !due.isEmpty else { return }
    try limits.refresh(from: context.store, at: now)
    let all = context.installation.mailLimits
    var keptBack: [(row: OutboxRow, reached: SendingLimits.Reached)] = []
    for row in due where underWay.count < SendDueMail.atOnce {
      guard let smtp = context.installation.smtp else {
        try giveUp(row, "smtp is not configured", at: now)
        continue
      }
      if row.expiresAt <= now {
        try giveUp(row, "too late: it was wanted until \(row.expiresAt.iso8601)", at: now)
        continue
      }
      if let reached = limits.take(row, own: all.ofOneTenant, all: all) {
        keptBack.append((row, reached))
        continue
      }
      let claimed = try context.store.write { () -> OutboxRow? in
        let lookAt = now.adding(seconds: SendDueMail.unknownWaitSeconds)
        guard let row = try context.store.claim(ifWaiting: row.id, at: now, lookAt: lookAt) else {
          return nil
        }
        try links.admit(row, store: context.store, at: now)
        return row
      }
      if let claimed { submit(claimed, smtp: smtp, at: now) }
    }
    try context.keepBack(keptBack, at: now)
  }

  private func giveUp(_ row: OutboxRow, _ error: String, at now: Timestamp) throws {
    try context.store.write { try context.intake(at: now).giveUp(row, code: nil, error: error, at: now) }
    context.summary.dead += 1
  }

  private func submit(_ row: OutboxRow, smtp: Installation.SMTP, at now: Timestamp) {
    let from = smtp.from
    let host = from.split(separator: "@").last ?? "localhost"
    do {
      let message = try MailMessage(
        from: MailAddress(from), to: [MailAddress(row.recipient)], subject: row.subject ?? "",
        text: links.render(row, publicURL: context.installation.publicURL), date: now,
        messageID: "opsfabric-\(row.id)-\(row.createdAt.milliseconds)@\(host)",
        attachments: row.attachments.map(attachment)
      ).rendered()
      underWay.insert(row.id)
      context.mail.submit(
        MailTransfer(
          url: smtp.url, username: smtp.username, password: smtp.password?.value,
          from: from, recipients: [row.recipient], message: message)
      ) { [self] outcome in
        underWay.remove(row.id)
        outcomes.append((row, outcome))
      }
    } catch {
      outcomes.append((row, .permanent(code: nil, "the mail cannot be written: \(error)")))
    }
  }

  /// A file of the outbox; all of them are tables of ours.
  private func attachment(_ path: String) throws -> MailAttachment {
    MailAttachment(
      fileName: String(path.split(separator: "/").last ?? ""), mediaType: "text/csv; charset=utf-8",
      bytes: try Files.read("\(context.home.path)/\(path)", limit: MailMessage.attachedBytes))
  }

  /// Commits the results that have come in.
  package func settle(at now: Timestamp) throws {
    guard !outcomes.isEmpty else { return }
    let finished = outcomes
    try context.store.write { for (row, outcome) in finished { try settle(row, outcome, at: now) } }
    outcomes.removeFirst(finished.count)
  }

  private func settle(_ row: OutboxRow, _ outcome: MailOutcome, at now: Timestamp) throws {
    switch outcome {
    case .accepted:
      // A server's "accepted" is all that will ever be heard of a mail.
      try context.store.markMailAccepted(ifSending: row, at: now)
      context.summary.accepted += 1
    case .permanent(let code, let reason):
      try context.intake(at: now).giveUp(row, code: code, error: reason, at: now)
      context.summary.dead += 1
    case .temporary(let code?, let reason):
      try retry(row, code: code, error: reason, at: now)
    case .temporary(nil, let reason):
      // It provably never left: that uses up no retry.
      let seconds = min(300, 5 << min(row.postponements, 10))
      try context.store.postpone(row, until: now.adding(seconds: seconds), code: nil, error: reason, at: now)
      context.summary.held += 1
      if row.postponements >= 5 { context.alert(AlertCause.smtpUnreachable, reason, about: row, at: now) }
    case .unknown(let reason):
      try retry(row, code: nil, error: reason, at: now)
    case .credentials(let reason):
      heldUntil = now.adding(seconds: SendDueMail.credentialsHoldSeconds)
      try context.store.postpone(row, until: heldUntil, code: nil, error: reason, at: now)
      context.summary.held += 1
      context.alert(
        AlertCause.smtpCredentials, "the mail server refuses the password: \(reason)", about: row, at: now)
    }
  }

  private func retry(_ row: OutboxRow, code: Int?, error: String, at now: Timestamp) throws {
    if row.attempts <= 2 {
      try context.store.markFailed(row, code: code, error: error, retryAt: now.adding(seconds: 120), at: now)
      context.summary.retries += 1
    } else {
      try context.intake(at: now).giveUp(row, code: code, error: error, at: now)
      context.summary.dead += 1
    }
  }

  /// Mails a dead runner left in the middle of sending.
  private func settleOrphans(at now: Timestamp) throws {
    let orphans = try context.store.unknownMessages(.email, at: now, limit: 20).filter {
      !underWay.contains($0.id)
    }
    guard !orphans.isEmpty else { return }
    try context.store.write {
      for row in orphans { try retry(row, code: nil, error: row.unknownReason, at: now) }
    }
  }
}

extension OutboxRow {
  fileprivate var unknownReason: String { "the runner ended before the mail server answered" }
}
