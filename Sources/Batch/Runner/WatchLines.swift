// WatchLines.swift - is a tenant's line dead, or does a mailbox take its calls? Asks the tenant's own calls.
//
// A gap is judged until where Twilio's list of calls has been read (SweepLostWebhooks): what only our host missed is no
// silence. With `check_call` a forwarding is proved by a call each week, and where the line
// may be doubted. Told once; SolveAlerts sees when it is over.

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
  private static let daysBetweenChecks = 7
  /// After a check that proved nothing, or the contrary.
  private static let daysUntilNextTry = 1

  private let context: BatchContext
  private var pace = Pace(seconds: 60)
  private var holidays: [String: CountryHolidays] = [:]

  package init(context: BatchContext) { self.context = context }

  package func step(at now: Timestamp) throws {
    guard pace.isDue(at: now) else { return }
    let tenants = context.activeTenants
    // One snapshot: hundreds of small reads need not each take their own.
    let calls: [SignOfLife?] = try context.store.snapshot {
      try tenants.map { try context.newestCall(of: $0) }
    }
    for (tenant, newest) in zip(tenants, calls) {
      context.attempt(WatchLines.name) { try look(at: tenant, newest, at: now) }
    }
  }

  private func look(at tenant: Tenant, _ newest: SignOfLife?, at now: Timestamp) throws {
    let pause: Pause? = try newest.flatMap { try self.pause(of: tenant, after: $0, at: now) }
    try check(tenant, pause, at: now)
    if let end = newest?.takenUntil,
      now.milliseconds(since: end) < Int64(WatchLines.newsMinutes) * 60_000
    {
      try lookForMailbox(of: tenant, at: now)
    }
    guard let pause, pause.calendar.isOpen(at: pause.until),
      try !context.store.isOpen(AlertCause.lineSilent, tenant: tenant.id),
      let gap = SilentLine(calendar: pause.calendar, holidays: holidays(of: tenant.country))
        .gap(history: try history(pause, tenant), last: pause.since, now: pause.until),
      gap.isSilence
    else { return }
    let since = pause.calendar.zone.local(pause.since)
    let expected = Int(gap.expected.rounded())
    try tell(
      AlertCause.lineSilent, .silent(since: since, expected: expected),
      """
      no call since \(since.date.iso8601) \(since.clock), some \(expected) would have been usual (\(oneDecimal(gap.callsPerDay)) a \
      day): call \(tenant.callbackPhone) yourself; if nothing rings, look at the carrier's forwarding, and at the number with \
      `opsfabric doctor`
      """, tenant: tenant, at: now)
  }

  /// The time since a line's last sign of life.
  private struct Pause {
    var since: Timestamp
    /// Until when it is certain that no call came.
    var until: Timestamp
    var calendar: BusinessCalendar
  }

  /// nil where it is too short to say anything, or nothing is known. A check call that came back is a sign of life too.
  private func pause(of tenant: Tenant, after newest: SignOfLife, at now: Timestamp) throws -> Pause? {
    guard let until = try knownUntil(tenant, at: now) else { return nil }
    let since = max(newest.at, try context.lastProof(of: tenant) ?? newest.at)
    guard since.adding(minutes: WatchLines.shortestGapMinutes) <= until else { return nil }
    return Pause(
      since: since, until: until, calendar: context.intake(at: now).calendar(tenant, from: since))
  }

  private func history(_ pause: Pause, _ tenant: Tenant) throws -> [Int] {
    try context.store.quartersWithCalls(
      tenant: tenant.id, since: SilentLine.start(for: pause.since), until: pause.since)
  }

  /// Calls the number that is forwarded, when nobody is there to take it and nobody sleeps: once a week, and where no call
  /// has come for so long that one may doubt the line.
  private func check(_ tenant: Tenant, _ pause: Pause?, at now: Timestamp) throws {
    guard tenant.checkCall == .weekly, let number = tenant.forwardedNumber,
      tenant.businessHours.isEmpty || !context.intake(at: now).calendar(tenant, from: now).isOpen(at: now),
      !tenant.quietHours.contains(now, zone: context.zones.zone(tenant.timezone) ?? .utc)
    else { return }
    if let last = try context.store.lastCheckCall(tenant: tenant.id, to: number) {
      let days = last.state == .delivered ? WatchLines.daysBetweenChecks : WatchLines.daysUntilNextTry
      guard last.finishedAt != nil else { return }
      if now < last.createdAt.adding(days: days) {
        guard last.state == .delivered, let pause,
          // A call is worth less caution than an alarm: days that many have off count too.
          SilentLine(calendar: pause.calendar, holidays: nil).isDoubtful(
            history: try history(pause, tenant), last: pause.since, now: pause.until)
        else { return }
      }
    }
    try context.intake(at: now).placeCheckCall(tenant)
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

  /// When the last check call came back; nil where the last one did not, or there was none.
  func lastProof(of tenant: Tenant) throws -> Timestamp? {
    guard tenant.checkCall == .weekly, let number = tenant.forwardedNumber,
      let check = try store.lastCheckCall(tenant: tenant.id, to: number), check.state == .delivered
    else { return nil }
    return check.finishedAt
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
