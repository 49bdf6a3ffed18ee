// SentMeanwhile.swift - what Twilio has sent and this database does not know of counts as sent.
//
// A message of Twilio's is taken for the one that waits with the same words for the same number; else for the newest
// thing before it that would have made one: a notice, a confirmation, a missed call that is not decided. What belongs to
// nothing any more (what people wrote since the copy) is kept for the conversation and the bill.

import Business
import Desk
import LocalTime
import Runner
import Store
import TwilioAPI

struct SentMeanwhile {
  /// Twilio's clock and ours may differ by so much.
  private static let clockMilliseconds: Int64 = 5000

  let context: BatchContext
  let links: InboxLinks
  private let sms: SMSOutlet
  private let rings: CallOutlet

  init(context: BatchContext, links: InboxLinks) {
    self.context = context
    self.links = links
    sms = SMSOutlet(context: context, links: links)
    rings = CallOutlet(context: context)
  }

  /// In the caller's transaction.
  /// - Parameter since: older ones are none of ours.
  /// - Returns: how many of them were not known.
  func settle(messages: [MessageResource], calls: [CallResource], since: Timestamp, at now: Timestamp) throws
    -> Int
  {
    let sent = try messages.filter { message in
      guard let at = message.dateCreated else { return false }
      return try message.direction.hasPrefix("outbound") && at >= since
        && !["failed", "undelivered", "canceled"].contains(message.status)
        && !context.store.knowsAttempt(sid: message.sid)
    }.sorted { ($0.dateCreated ?? now, $0.sid) < ($1.dateCreated ?? now, $1.sid) }
    // One runner serves all tenants: whenever it sent something, it was at work.
    let alive = sent.filter { !owners(of: $0).isEmpty }.compactMap(\.dateCreated)
    var aliveUntil = alive.last
    var count = 0
    // Callers first: what their calls came to decides what people were told.
    let toStaff = sent.map(isToStaff)
    for (message, isStaff) in zip(sent, toStaff) where !isStaff {
      if try take(message, isToStaff: false, at: now) { count += 1 }
    }
    try decideLate(alive, at: now)
    for (message, isStaff) in zip(sent, toStaff) where isStaff {
      if try take(message, isToStaff: true, at: now) { count += 1 }
    }
    for call in calls.sorted(by: { ($0.startTime ?? now, $0.sid) < ($1.startTime ?? now, $1.sid) }) {
      // One that waits at Twilio has no time yet.
      guard call.direction == "outbound-api", let at = call.startTime ?? (call.isFinal ? nil : now),
        at >= since,
        try !context.store.knowsAttempt(sid: call.sid), try take(call, placedAt: at, at: now)
      else { continue }
      count += 1
      if let at = call.startTime { aliveUntil = max(aliveUntil ?? at, at) }
    }
    if let aliveUntil { try passOver(aliveUntil) }
    return count
  }

  private func owners(of message: MessageResource) -> [Tenant] {
    context.activeTenants.filter {
      [message.from, message.messagingServiceSid].contains($0.smsSender)
        || $0.voiceNumbers.contains(message.from ?? "")
    }
  }

  private func isToStaff(_ message: MessageResource) -> Bool {
    owners(of: message).contains { tenant in
      tenant.staffNumbers.contains(message.to) || tenant.notify.contains { $0.to == message.to }
    }
  }

  // MARK: messages

  private enum Origin {
    case row(OutboxRow)
    case call(CallRow)
  }

  /// - Returns: false when it is nobody's of this installation.
  private func take(_ message: MessageResource, isToStaff: Bool, at now: Timestamp) throws -> Bool {
    guard let sentAt = message.dateCreated else { return false }
    let row: OutboxRow
    switch try origin(of: message, sentAt: sentAt) {
    case .row(let waiting): row = waiting
    case .call(let call):
      guard let tenant = context.tenant(call.tenant),
        try context.intake(at: now).carryOut(.send, for: call, tenant: tenant, at: sentAt),
        let made = try context.store.unsentMessages(.sms, to: message.to).first(where: {
          $0.row.callID == call.id
        })
      else { return false }
      row = made.row
    case nil:
      guard let kept = try keep(message, isToStaff: isToStaff, sentAt: sentAt) else { return false }
      row = kept
    }
    try sms.take(message, as: claim(row, at: sentAt), acceptedAt: sentAt, at: now)
    return true
  }

  /// A row that a dead run left in the middle of sending stays as it is.
  private func claim(_ row: OutboxRow, at time: Timestamp) throws -> OutboxRow {
    if row.state == .sending { return row }
    return try context.store.claim(ifWaiting: row.id, at: time, lookAt: time) ?? row
  }

  private func origin(of message: MessageResource, sentAt: Timestamp) throws -> Origin? {
    let latest = sentAt.adding(milliseconds: SentMeanwhile.clockMilliseconds)
    let waiting = try context.store.unsentMessages(.sms, to: message.to).filter { $0.about <= latest }
    let publicURL = context.installation.publicURL
    if let same = waiting.first(where: { links.isText(message.body, of: $0.row, publicURL: publicURL) }) {
      return .row(same.row)
    }
    let calls = try context.store.waitingCalls(from: message.to, endedBy: latest)
    if let call = calls.last(where: { isText(message.body, of: $0, sentAt: sentAt) }) { return .call(call) }
    // Other words: the text was changed since, or has a link of its own.
    if let row = waiting.max(by: { $0.about < $1.about }), row.about >= calls.last?.endedAt ?? row.about {
      return .row(row.row)
    }
    return calls.last.map { .call($0) }
  }

  /// (A trial account puts words in front.)
  private func isText(_ sent: String, of call: CallRow, sentAt: Timestamp) -> Bool {
    guard let tenant = context.tenant(call.tenant) else { return false }
    return sent.hasSuffix(
      context.intake(at: sentAt).missedCallText(for: call, tenant: tenant, at: sentAt).body)
  }

  /// Of people's words, or of a request that is gone with the database: what was sent is seen, and what it cost counts.
  private func keep(_ message: MessageResource, isToStaff: Bool, sentAt: Timestamp) throws -> OutboxRow? {
    let sender = message.from ?? message.messagingServiceSid ?? ""
    guard let owner = owners(of: message).first else { return nil }
    let id = try context.store.enqueue(
      NewMessage(
        tenant: owner.id, recipient: message.to, sender: sender,
        kind: isToStaff ? .notification : .confirmation,
        text: SMSText(message.body), dueAt: sentAt, expiresAt: sentAt), at: sentAt)
    return try id.flatMap { try context.store.message(id: $0) }
  }

  // MARK: calls to people, and what nobody can be asked

  /// How it ended is known with it, and the next is rung so long after it as if it had never been lost.
  private func take(_ call: CallResource, placedAt: Timestamp, at now: Timestamp) throws -> Bool {
    let latest = placedAt.adding(milliseconds: SentMeanwhile.clockMilliseconds)
    guard
      let row = try context.store.unsentMessages(.call, to: call.to).last(where: { $0.about <= latest })?.row
    else { return context.activeTenants.contains { $0.voiceNumbers.contains(call.from) } }
    try rings.take(call, as: claim(row, at: placedAt), acceptedAt: placedAt, at: now)
    return true
  }

  /// The step that sent this message had told, escalated and rung before it whatever was due.
  private func passOver(_ aliveUntil: Timestamp) throws {
    for row in try context.store.unsentMessages(about: aliveUntil) {
      try context.store.countAsSent(row, at: aliveUntil)
    }
    try context.store.passOver(until: aliveUntil)
  }

  /// What waits for its decision, as the installation that was lost decided it. What spoke against an SMS when it was
  /// due speaks against it now: who called twice within minutes shall not be texted twice because the second call is
  /// decided an hour later. And where Twilio shows no SMS long after its time, the call has become a request, with a promise
  /// of then: made anew as of now, it would be escalated a second time tomorrow.
  /// - Parameter alive: when a runner was at work, the earliest first.
  private func decideLate(_ alive: [Timestamp], at now: Timestamp) throws {
    guard let last = alive.last else { return }
    for call in try context.store.dueCalls(at: now, limit: .max) {
      guard let tenant = context.tenant(call.tenant), tenant.active, let due = call.dueAt, due < last,
        let (reason, earliest) = try reasonForNone(call, tenant, at: due, before: last)
      else { continue }
      // The first runner after that saw it, and told of it in the same step.
      let decidedAt = alive.first { $0 >= earliest } ?? last
      _ = try context.intake(at: decidedAt).carryOut(.skip(reason), for: call, tenant: tenant, at: decidedAt)
    }
  }

  /// Why no SMS was sent at a time before then, and from when on that was so; nil where one was to be sent, or the time
  /// had not come.
  private func reasonForNone(_ call: CallRow, _ tenant: Tenant, at time: Timestamp, before alive: Timestamp)
    throws
    -> (reason: Reason, since: Timestamp)?
  {
    switch try decision(call, tenant, at: time) {
    case .skip(let reason): return (reason, time)
    case .deferUntil(let end):
      return time < end && end < alive ? try reasonForNone(call, tenant, at: end, before: alive) : nil
    case .send:
      let late = time.adding(minutes: MessageExpiry.missedCallMinutes + 1)
      guard time.adding(minutes: MessageExpiry.missedCallMinutes) < alive,
        case .skip(let reason) = try decision(call, tenant, at: late)
      else { return nil }
      return (reason, late)
    }
  }

  private func decision(_ call: CallRow, _ tenant: Tenant, at time: Timestamp) throws -> Decision {
    try context.intake(at: time).decision(for: call, tenant: tenant, lookup: context.lookup, at: time)
  }
}
