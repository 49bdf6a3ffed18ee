// SweepLostWebhooks.swift - asks Twilio for calls and messages whose webhooks never reached us.
//
// When our host was down, Twilio's fallback still connected the caller and no webhook told us. Every few
// minutes the lists of each tenant's numbers (and of those behind its messaging service) are read since the last
// complete look; what is unknown is treated as if its webhook had come when it happened. The messages that callers
// left meanwhile come after their calls: SweepRecordings.swift.

import Business
import CGI
import LocalTime
import Platform
import Store
import TwilioAPI
import Webhooks

package final class SweepLostWebhooks: Job {
  package static let name = "sweep"

  static let intervalSeconds = 300
  /// Webhooks of what happened this recently may still be on their way.
  private static let graceSeconds = 120
  /// Lists are read a little further back than needed.
  private static let overlapMinutes = 10
  private static let atOnce = 8
  private static let atOnceInGap = 16
  /// Nobody may have been there to hear of what has just ended.
  private static let graceInGap = 10
  /// What was under way in a gap is looked at so soon after it.
  private static let lookAgainSeconds = 60

  let context: BatchContext
  private var pace = Pace(seconds: 15)
  /// Lists that are being read.
  var underWay: Set<String> = []
  private let services: LearnServiceNumbers

  package init(context: BatchContext) {
    self.context = context
    services = LearnServiceNumbers(context: context)
  }

  // MARK: after a gap

  /// From when on every list is read once more, whenever it was looked at; nil when there is no gap.
  private(set) var gap: (since: Timestamp, reading: GapReading)?
  /// Lists that are still to be read in a gap, each with the number or the account whose it is.
  private var unread: [String: String] = [:]

  /// Reads every list of every tenant from then on, as fast as Twilio answers.
  package func readAll(since: Timestamp) {
    gap = (since, GapReading())
    unread = [:]
    hasLooked = false
    pace.open()
  }

  /// Everything has been read that `readAll` asked for, but what Twilio refuses to let us read.
  package var hasReadAll: Bool { hasLooked && unread.isEmpty && underWay.isEmpty }
  /// The numbers, and the accounts, whose lists are not read.
  package var unreadNumbers: [String] { Set(unread.values).filter { $0.hasPrefix("+") }.sorted() }
  package var unreadAccounts: [String] { Set(unread.values).filter { !$0.hasPrefix("+") }.sorted() }

  /// It cannot be asked for now: it is not read, unless it never will be.
  func leaveUnread(_ list: String, of number: String, account: String) {
    guard let gap, gap.reading.isWanted(list + number, of: account) else { return }
    unread[list + number] = number
  }

  /// The gap is over.
  package func endReadAll() { gap = nil }

  /// The lists that were due have been asked for.
  package private(set) var hasLooked = false
  /// No answer is awaited.
  package var isIdle: Bool { hasLooked && underWay.isEmpty && services.isIdle }

  package func step(at now: Timestamp) throws {
    guard gap != nil || pace.isDue(at: now) else { return }
    hasLooked = true
    unread = [:]
    for tenant in context.activeTenants {
      // The account is left alone for a while.
      guard context.mayAsk(tenant, at: now) else {
        for number in tenant.voiceNumbers {
          leaveUnread("calls", of: number, account: context.account(tenant))
        }
        continue
      }
      for number in tenant.voiceNumbers { try lookAtCalls(number, tenant, at: now) }
      try services.refresh(tenant, at: now) { [self] numbers, now in
        for number in numbers { try lookAtMessages(number, tenant, at: now) }
      }
      for number in try replyNumbers(tenant) { try lookAtMessages(number, tenant, at: now) }
    }
    try lookAtRecordings(at: now)
  }

  /// Where people may have written to the tenant.
  private func replyNumbers(_ tenant: Tenant) throws -> [String] {
    let senders = tenant.usesService ? try services.known(tenant) : [tenant.smsSender]
    return Set(tenant.voiceNumbers + senders).sorted()
  }

  /// From when on the list must be read; nil when it was read lately.
  func start(_ number: String, _ list: String, of tenant: Tenant, at now: Timestamp) throws -> Timestamp? {
    let key = list + number
    if let gap, gap.reading.isWanted(key, of: context.account(tenant)) {
      unread[key] = number
      guard gap.reading.mayAsk(key, at: now), !underWay.contains(key),
        underWay.count < SweepLostWebhooks.atOnceInGap
      else { return nil }
      let known =
        try context.store.sweep(number: number, list: list)?.completeUntil ?? context.settings.appliedAt
      return min(known, gap.since, now).adding(minutes: -SweepLostWebhooks.overlapMinutes)
    }
    guard !underWay.contains(key), underWay.count < SweepLostWebhooks.atOnce else { return nil }
    guard let last = try context.store.sweep(number: number, list: list) else {
      // Nothing before the first `apply` was ours to hear of.
      return min(context.settings.appliedAt, now)
    }
    let isDue = now.milliseconds(since: last.lookedAt) >= Int64(SweepLostWebhooks.intervalSeconds) * 1000
    // A clock that was set back must not stop the sweep, nor make it believe what it said of the future.
    return isDue || last.lookedAt > now.adding(minutes: 10)
      ? min(last.completeUntil, now).adding(minutes: -SweepLostWebhooks.overlapMinutes) : nil
  }

  func utcDay(_ timestamp: Timestamp) -> CivilDate { TimeZoneRules.utc.day(of: timestamp) }

  private func lookAtCalls(_ number: String, _ tenant: Tenant, at now: Timestamp) throws {
    guard let since = try start(number, "calls", of: tenant, at: now) else {
      return
    }
    underWay.insert("calls" + number)
    context.ask(tenant, at: now) {
      $0.listCalls(
        to: number, parentCallSid: nil, startedOnOrAfter: utcDay(since), pageSize: 500, as: $1, completion: $2
      )
    } then: { [self] result, now in
      underWay.remove("calls" + number)
      finish(number, "calls", of: tenant, since: since, result, at: now) {
        calls in
        let settled = settled(at: now)
        var completeUntil = settled
        for call in calls where call.direction == "inbound" && (call.startTime ?? now) >= since {
          let end = call.endTime ?? call.startTime ?? now
          guard call.isFinal, end <= settled else {
            completeUntil = min(completeUntil, call.startTime ?? completeUntil)
            continue
          }
          try take(call, tenant: tenant, endedAt: end, at: now)
        }
        return completeUntil
      }
    }
  }

  private func take(_ call: CallResource, tenant: Tenant, endedAt: Timestamp, at now: Timestamp) throws {
    let known = try context.store.call(sid: call.sid)
    guard known == nil || (known?.outcome == .inProgress && known?.endedAt == nil) else { return }
    try call.statusWebhook(receivedAt: endedAt).record(
      for: tenant, by: context.intake(at: now), source: known == nil ? .sweep : .webhook,
      startedAt: call.startTime)
    if known == nil { context.summary.recovered += 1 }
  }

  private func lookAtMessages(_ number: String, _ tenant: Tenant, at now: Timestamp) throws {
    guard let since = try start(number, "messages", of: tenant, at: now)
    else { return }
    underWay.insert("messages" + number)
    context.ask(tenant, at: now) {
      $0.listMessages(
        to: number, from: nil, sentOnOrAfter: utcDay(since), pageSize: 500, as: $1, completion: $2)
    } then: { [self] result, now in
      underWay.remove("messages" + number)
      finish(number, "messages", of: tenant, since: since, result, at: now) {
        messages in
        // A STOP of a minute ago shall be known before anything is sent.
        let settled = gap == nil ? now.adding(seconds: -SweepLostWebhooks.graceSeconds) : now
        let inbound = messages.filter { $0.direction == "inbound" }
        for message in inbound.sorted(by: { ($0.arrivedAt ?? now) < ($1.arrivedAt ?? now) }) {
          guard let arrived = message.arrivedAt, arrived >= since, arrived <= settled,
            try !context.store.knowsInbound(messageSid: message.sid)
          else { continue }
          let webhook = message.replyWebhook(
            receivedAt: arrived, service: tenant.usesService ? tenant.smsSender : nil,
            apiBase: context.installation.apiBase)
          let owners = try webhook.tenants(in: context.settings, signedBy: context.signer(tenant))
            .filter(\.active)
          try webhook.record(for: owners.isEmpty ? [tenant] : owners, by: context.intake(at: now))
          // What is only logged, is not.
          if try context.store.knowsInbound(messageSid: message.sid) { context.summary.recovered += 1 }
        }
        return settled
      }
    }
  }

  /// Webhooks of what ended by then have come, or never will.
  func settled(at now: Timestamp) -> Timestamp {
    now.adding(seconds: -(gap == nil ? SweepLostWebhooks.graceSeconds : SweepLostWebhooks.graceInGap))
  }

  func finish<Item>(
    _ number: String, _ list: String, of tenant: Tenant, since: Timestamp,
    _ result: Result<[Item], APIFailure>,
    at now: Timestamp, _ take: ([Item]) throws -> Timestamp
  ) {
    context.attempt("sweep") {
      switch result {
      case .success(let items):
        let completeUntil = try take(items)
        let early = gap == nil ? 0 : SweepLostWebhooks.lookAgainSeconds - SweepLostWebhooks.intervalSeconds
        try context.store.noteSweep(
          number: number, list: list, at: now.adding(seconds: early), completeUntil: completeUntil)
      case .failure:
        try context.store.noteSweep(number: number, list: list, at: now, completeUntil: since)
      }
      gap?.reading.note(result, list + number, of: context.account(tenant), at: now)
    }
  }
}

extension MessageResource {
  fileprivate var arrivedAt: Timestamp? { dateSent ?? dateCreated }

  /// The webhook that should have come for this message.
  /// - Parameter service: whose number it came to, where the message itself does not say.
  fileprivate func replyWebhook(receivedAt: Timestamp, service: String?, apiBase: String) -> SMS {
    // The list tells how many pictures there are; where they are stands behind one address.
    let media = numMedia > 0 ? mediaURI.map { apiBase + $0 } : nil
    return SMS(
      Webhook(
        fields: FormFields([
          .init(name: "MessageSid", value: sid), .init(name: "From", value: from ?? ""),
          .init(name: "To", value: to),
          .init(name: "Body", value: body), .init(name: "NumMedia", value: media == nil ? "0" : "1"),
          .init(name: "MediaUrl0", value: media ?? ""),
          .init(name: "NumSegments", value: numSegments.map(String.init) ?? "1"),
          .init(name: "MessagingServiceSid", value: messagingServiceSid ?? service ?? ""),
          .init(name: "ErrorCode", value: errorCode.map(String.init) ?? ""),
        ]), receivedAt: receivedAt))
  }
}
