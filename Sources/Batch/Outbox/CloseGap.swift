// CloseGap.swift - after a time of which the database may not know what was sent, Twilio is read before anybody is told.
//
// A gap opens when no runner gave a sign of life for five minutes, when a copy was put in the database's place, and when
// the clock was set. While it is open the jobs that decide, send, escalate and report do nothing. Every list is read: the
// calls, messages and voice messages that came in (by the sweep), and what was sent and placed. What Twilio has sent counts as sent; a
// STOP that came meanwhile holds. What e-mail and push have told nobody can be asked: whatever was due while Twilio
// shows that another runner lived counts as told. What cannot be read within three minutes is said, and the work goes on.

import Business
import Desk
import LocalTime
import Runner
import Store
import TwilioAPI

package final class CloseGap: Job {
  package static let name = "gap"

  /// Without a sign of life for this long.
  static let silenceMinutes = 5
  /// After this long the work goes on, whatever Twilio could not be asked.
  static let limitSeconds = 180
  /// Lists are read a little further back than needed.
  private static let overlapMinutes = 10

  private let context: BatchContext
  private let sweeping: SweepLostWebhooks
  private let judging: JudgeCalls
  private let reconciling: SentMeanwhile
  private var gap: Gap?
  private var lastStep: Timestamp?
  private var clockWasSet = false
  /// By account.
  private var lists: [String: AccountLists] = [:]

  private var reading = GapReading()

  private struct AccountLists {
    var tenant: Tenant
    var messages: [MessageResource]?
    var calls: [CallResource]?
    var underWay: Set<String> = []
  }

  package init(context: BatchContext, sweeping: SweepLostWebhooks, judging: JudgeCalls, links: InboxLinks) {
    self.context = context
    self.sweeping = sweeping
    self.judging = judging
    reconciling = SentMeanwhile(context: context, links: links)
  }

  package var isFinished: Bool { gap == nil }
  package func forgetTimes() { clockWasSet = true }

  package func begin(lastBeat: Timestamp?, at now: Timestamp) throws {
    lastStep = lastBeat ?? now
    if let lastBeat {
      let silence = now.milliseconds(since: lastBeat)
      if silence < 0 {
        clockWasSet = silence < -Int64(CloseGap.silenceMinutes) * 60_000
      } else if silence >= Int64(CloseGap.silenceMinutes) * 60_000 {
        try context.store.openGap(reason: .silence, since: lastBeat, at: now)
      }
    }
    try resume(at: now)
  }

  package func step(at now: Timestamp) throws {
    if clockWasSet {
      clockWasSet = false
      try context.store.openGap(reason: .clock, since: min(lastStep ?? now, now), at: now)
      gap = nil
      try resume(at: now)
    }
    lastStep = now
    guard let gap, let begunAt = gap.begunAt else { return }
    for account in lists.keys { ask(account, since: gap.since, at: now) }
    // How a call ended decides whether an SMS can have been its answer.
    let isRead = try sweeping.hasReadAll && lists.keys.allSatisfy(isRead) && judging.isIdle(at: now)
    guard isRead || now.milliseconds(since: begunAt) >= Int64(CloseGap.limitSeconds) * 1000 else { return }
    try close(gap, at: now)
  }

  /// Goes on with the gap that is open, from the beginning.
  private func resume(at now: Timestamp) throws {
    guard gap == nil, var open = try context.store.gap() else { return }
    if open.begunAt == nil {
      try context.store.write { try context.store.beginGap(at: now) }
      open.begunAt = now
    }
    gap = open
    context.isGapOpen = true
    sweeping.readAll(since: open.since)
    reading = GapReading()
    lists = [:]
    for tenant in context.activeTenants { lists[context.account(tenant)] = AccountLists(tenant: tenant) }
  }

  // MARK: what was sent

  private func ask(_ account: String, since: Timestamp, at now: Timestamp) {
    let oldest = min(since, now).adding(minutes: -CloseGap.overlapMinutes)
    ask(
      "messages", of: account, at: now, keep: { $0.messages = $1 },
      request: { $0.listMessages(backTo: oldest, as: $1, completion: $2) })
    ask(
      "calls", of: account, at: now, keep: { $0.calls = $1 },
      request: { client, credentials, completion in
        let day = TimeZoneRules.utc.day(of: oldest)
        // A call that waits has not begun: a list from a day on may leave it out.
        client.listCalls(to: nil, startedOnOrAfter: day, pageSize: 1000, as: credentials) { begun in
          guard case .success(let begun) = begun else { return completion(begun) }
          client.listCalls(to: nil, status: "queued", pageSize: 1000, as: credentials) {
            completion($0.map { begun + $0 })
          }
        }
      })
  }

  private func ask<Item>(
    _ list: String, of account: String, at now: Timestamp,
    keep: @escaping (inout AccountLists, [Item]) -> Void,
    request: (TwilioClient, TwilioCredentials, @escaping (Result<[Item], APIFailure>) -> Void) -> Void
  ) {
    guard let tenant = lists[account]?.tenant, lists[account]?.underWay.contains(list) == false,
      reading.isWanted(list + account, of: account), reading.mayAsk(list + account, at: now),
      context.mayAsk(tenant, at: now)
    else { return }
    lists[account]?.underWay.insert(list)
    context.ask(tenant, at: now, request) { [self] result, now in
      lists[account]?.underWay.remove(list)
      if case .success(let items) = result {
        _ = lists[account].map { keep(&lists[account, default: $0], items) }
      }
      reading.note(result, list + account, of: account, at: now)
    }
  }

  private func isRead(_ account: String) -> Bool {
    !["messages", "calls"].contains { reading.isWanted($0 + account, of: account) }
  }

  // MARK: the end

  private func close(_ gap: Gap, at now: Timestamp) throws {
    let from = min(gap.since, now).adding(minutes: -CloseGap.overlapMinutes)
    let unread = unreadWords
    let sent = try context.store.write {
      let sent = try reconciling.settle(
        messages: lists.values.flatMap { $0.messages ?? [] }, calls: lists.values.flatMap { $0.calls ?? [] },
        since: from, at: now)
      try context.store.closeGap(sent: sent, unread: unread, at: now)
      return sent
    }
    if let unread {
      context.alert(
        AlertCause.gapUnread,
        "Twilio could not be asked within \(CloseGap.limitSeconds / 60) minutes what was sent since "
          + "\(gap.since.iso8601) (\(unread)): somebody may get a message a second time", at: now)
    }
    context.summary.reconciled += sent
    context.log(
      .info, "gap closed",
      [
        "reason": gap.reason.rawValue, "since": gap.since.iso8601, "sent": String(sent),
        "unread": unread ?? "-",
      ])
    self.gap = nil
    context.isGapOpen = false
    sweeping.endReadAll()
    lists = [:]
  }

  /// What is not read, for a person; nil when all is.
  private var unreadWords: String? {
    let accounts = Set(lists.filter { $0.value.messages == nil || $0.value.calls == nil }.keys)
      .union(sweeping.unreadAccounts).sorted()
    let numbers = sweeping.unreadNumbers
    let parts = [
      accounts.isEmpty ? nil : "accounts \(accounts.joined(separator: " "))",
      numbers.isEmpty ? nil : "numbers \(numbers.joined(separator: " "))",
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
