// WatchLines.swift - is a tenant's line dead, or does a mailbox take its calls? Asks the tenant's own calls.
//
// A gap is judged until where Twilio's list of calls has been read (SweepLostWebhooks): what only our host missed is no
// silence. Told once; SolveAlerts sees when it is over.

import Business
import Desk
import LocalTime
import Platform
import Store

package final class WatchLines: Job {
  package static let name = "lines"
  package static var yieldsToSending: Bool { true }

  /// No shorter gap says anything.
  static let shortestGapMinutes = 60
  /// A call that was taken is news for so long.
  private static let newsMinutes = 10

  private let context: BatchContext
  private var pace = Pace(seconds: 60)
  private var holidays: [String: CountryHolidays] = [:]

  package init(context: BatchContext) { self.context = context }

  package func step(at now: Timestamp) throws {
    guard pace.isDue(at: now) else { return }
    for tenant in context.activeTenants {
      context.attempt(WatchLines.name) { try look(at: tenant, at: now) }
    }
  }

  private func look(at tenant: Tenant, at now: Timestamp) throws {
    guard let newest = try context.newestCall(of: tenant) else { return }
    if let end = newest.takenUntil, now.milliseconds(since: end) < Int64(WatchLines.newsMinutes) * 60_000 {
      try lookForMailbox(of: tenant, at: now)
    }
    guard let until = try knownUntil(tenant, at: now),
      newest.at.adding(minutes: WatchLines.shortestGapMinutes) <= until,
      try !context.store.isOpen(AlertCause.lineSilent, tenant: tenant.id)
    else { return }
    let zone = context.zones.zone(tenant.timezone) ?? .utc
    let calendar = context.intake(at: now).calendar(tenant, from: newest.at)
    guard calendar.isOpen(at: until) else { return }
    let line = SilentLine(calendar: calendar, holidays: holidays(of: tenant.country))
    let history = try context.store.quartersWithCalls(
      tenant: tenant.id, since: SilentLine.start(for: newest.at), until: newest.at)
    guard let gap = line.gap(history: history, last: newest.at, now: until), gap.isSilence else { return }
    let since = zone.local(newest.at)
    let expected = Int(gap.expected.rounded())
    try tell(
      AlertCause.lineSilent, .silent(since: since, expected: expected),
      """
      no call since \(since.date.iso8601) \(since.clock), some \(expected) would have been usual (\(oneDecimal(gap.callsPerDay)) a \
      day): call \(tenant.callbackPhone) yourself; if nothing rings, look at the carrier's forwarding, and at the number with \
      `opsfabric doctor`
      """, tenant: tenant, at: now)
  }

  private func lookForMailbox(of tenant: Tenant, at now: Timestamp) throws {
    guard let mailbox = try context.mailbox(of: tenant, at: now) else { return }
    let number = tenant.forwardTo ?? tenant.callbackPhone
    let shorter = mailbox.ringSeconds.map { "set ring_seconds to \($0) or less, or " } ?? "set "
    try tell(
      AlertCause.mailboxAnswers,
      .mailbox(
        count: mailbox.count, afterSeconds: mailbox.afterSeconds,
        number: PhoneNumber(e164: number)?.written(in: tenant.country) ?? number),
      """
      \(mailbox.count) of the \(mailbox.total) calls taken in \(MailboxAnswers.days) days were taken after the same \
      \(mailbox.afterSeconds) s of ringing, and short: a mailbox answers, and these callers got no SMS. Switch the mailbox of \
      \(PhoneNumber.masked(number)) off, or \(shorter)screening to true
      """, tenant: tenant, at: now)
  }

  private func tell(
    _ cause: String, _ trouble: LineText.Trouble, _ detail: String, tenant: Tenant, at now: Timestamp
  ) throws {
    if try context.intake(at: now).alertOfLine(cause, trouble, detail: detail, tenant: tenant) {
      context.log(.error, cause, ["tenant": tenant.id, "detail": detail])
    }
  }

  /// Until when all calls of the tenant are known; nil where a list was never read.
  private func knownUntil(_ tenant: Tenant, at now: Timestamp) throws -> Timestamp? {
    var until = now
    for number in tenant.voiceNumbers {
      guard let sweep = try context.store.sweep(number: number, list: "calls") else { return nil }
      until = min(until, sweep.completeUntil)
    }
    return until
  }

  private func holidays(of country: String) -> CountryHolidays {
    if let known = holidays[country] { return known }
    let new = CountryHolidays(country)
    holidays[country] = new
    return new
  }

  private func oneDecimal(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}

extension BatchContext {
  /// Played calls come over no line.
  func newestCall(of tenant: Tenant) throws -> SignOfLife? {
    try store.lastCalls(tenant: tenant.id, limit: 20).first { !TestCallSid.isTest($0.callSid) }
  }

  /// Where whoever picks up must press a key, no mailbox answers.
  func mailbox(of tenant: Tenant, at now: Timestamp) throws -> MailboxAnswers? {
    guard tenant.mode == .frontNumber, !tenant.screening else { return nil }
    return MailboxAnswers(
      try store.takenCalls(
        tenant: tenant.id, since: now.adding(days: -MailboxAnswers.days), limit: MailboxAnswers.mostCalls),
      ringSeconds: tenant.ringSeconds)
  }
}
