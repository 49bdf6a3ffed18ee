// FetchPrices.swift - asks Twilio what messages cost, once it knows: every try it took, and what came in.
//
// Twilio fills a price in some time after the end, at times a day later. So each message is asked for when its end
// is reported, then again after pauses that grow with its age, and given up after a week; the report counts what is
// still missing. Sending comes first: nothing is asked while a message is being sent, and few at once.
// Where many are due of one number and day, its list is read instead of one message after the other.

import Business
import LocalTime
import Platform
import Runner
import Store
import TwilioAPI

package final class FetchPrices: Job {
  package static let name = "prices"
  package static let yieldsToSending = true

  static let atOnce = 4
  /// Rows taken up in one look, and as many of those that came in.
  private static let rowsAtOnce = 500
  /// From so many of one number and day on the list is the cheaper way.
  private static let listFrom = 10
  private static let pageSize = 1000
  private static let maxPages = 5
  private static let giveUpDays = 7
  /// A failed message for which Twilio names no price after this long is not charged.
  private static let unchargedAfterDays = 2
  /// After an answer that did not come.
  private static let restSeconds = 30

  private enum Inquiry {
    case message(UnpricedMessage)
    case list(Group, [UnpricedMessage])
  }

  /// What one list can answer.
  private struct Group: Hashable {
    var tenant: String
    var isInbound: Bool
    var isCalls: Bool
    var ourAddress: String
    /// The UTC day.
    var day: CivilDate
  }

  private let context: BatchContext
  private var waiting: [Inquiry] = []
  private var underWay = 0
  private var pace = Pace(seconds: 2)
  /// Lists that could not be read: their messages are asked for one by one.
  private var unreadable: Set<Group> = []

  package init(context: BatchContext) { self.context = context }

  var isIdle: Bool { waiting.isEmpty && underWay == 0 }
  package var isFinished: Bool { isIdle }

  package func step(at now: Timestamp) throws {
    if isIdle && pace.isDue(at: now) {
      try look(at: now)
    }
    while underWay < FetchPrices.atOnce, !waiting.isEmpty { ask(waiting.removeFirst(), at: now) }
  }

  /// When a message is asked for again: it waits as long again as it has waited, at most half a day.
  static func nextLook(at now: Timestamp, since at: Timestamp) -> Timestamp? {
    let age = now.milliseconds(since: at)
    guard age < Int64(giveUpDays) * 86_400_000 else { return nil }
    return now.adding(milliseconds: min(max(age, 10_000), 43_200_000))
  }

  /// Takes up what is due. The time of the next look is set at once, whatever comes of this one.
  private func look(at now: Timestamp) throws {
    let due = try context.store.duePrices(at: now, limit: FetchPrices.rowsAtOnce)
    guard !due.isEmpty else { return }
    try context.store.write {
      for message in due {
        try context.store.notePriceLook(message, next: FetchPrices.nextLook(at: now, since: message.at))
      }
    }
    var groups: [Group: [UnpricedMessage]] = [:]
    for message in due {
      let group = Group(
        tenant: message.tenant, isInbound: message.isInbound, isCalls: message.isCall,
        ourAddress: message.ourAddress,
        day: TimeZoneRules.utc.day(of: message.at))
      groups[group, default: []].append(message)
    }
    for (group, messages) in groups {
      // A messaging service is no number that a list could be asked for.
      if messages.count >= FetchPrices.listFrom, group.ourAddress.hasPrefix("+"), !group.isCalls,
        !unreadable.contains(group)
      {
        waiting.append(.list(group, messages))
      } else {
        waiting += messages.map { .message($0) }
      }
    }
  }

  private func ask(_ inquiry: Inquiry, at now: Timestamp) {
    switch inquiry {
    case .message(let message):
      guard let tenant = tenant(message.tenant, at: now) else { return }
      underWay += 1
      context.ask(tenant, at: now) {
        FetchPrices.fetch(message, from: $0, as: $1, completion: $2)
      } then: { [self] result, now in
        underWay -= 1
        context.attempt("prices") { try settle(message, result, at: now) }
      }
    case .list(let group, let messages):
      guard let tenant = tenant(group.tenant, at: now) else { return }
      underWay += 1
      context.ask(tenant, at: now) {
        $0.listMessages(
          to: group.isInbound ? group.ourAddress : nil, from: group.isInbound ? nil : group.ourAddress,
          sentOn: group.day, pageSize: FetchPrices.pageSize, maxPages: FetchPrices.maxPages, as: $1,
          completion: $2)
      } then: { [self] result, now in
        underWay -= 1
        context.attempt("prices") { try settle(group, messages, result, at: now) }
      }
    }
  }

  private static func fetch(
    _ message: UnpricedMessage, from client: TwilioClient, as credentials: TwilioCredentials,
    completion: @escaping (Result<MessageResource, APIFailure>) -> Void
  ) {
    if message.isCall {
      client.fetchCall(message.sid, as: credentials) { completion($0.map(\.charged)) }
    } else {
      client.fetchMessage(message.sid, as: credentials, completion: completion)
    }
  }

  /// nil when there is nobody to ask: the tenant is not configured any more, or its account is held.
  private func tenant(_ id: String, at now: Timestamp) -> Tenant? {
    context.tenant(id).flatMap { context.mayAsk($0, at: now) ? $0 : nil }
  }

  private func settle(
    _ message: UnpricedMessage, _ result: Result<MessageResource, APIFailure>, at now: Timestamp
  ) throws {
    switch result {
    case .success(let resource): try context.store.write { try record(resource, of: message, at: now) }
    case .failure(.refused(httpStatus: 404, code: _, message: _)):
      // Twilio has it no longer.
      try context.store.write { try context.store.notePriceLook(message, next: nil) }
    case .failure(let failure): rest(after: failure, at: now)
    }
  }

  private func settle(
    _ group: Group, _ messages: [UnpricedMessage], _ result: Result<[MessageResource], APIFailure>,
    at now: Timestamp
  ) throws {
    switch result {
    case .success(let list):
      let bySid = Dictionary(list.map { ($0.sid, $0) }) { first, _ in first }
      try context.store.write {
        for message in messages {
          if let resource = bySid[message.sid] { try record(resource, of: message, at: now) }
        }
      }
      // What was never sent has no day to be listed under.
      waiting += messages.filter { bySid[$0.sid] == nil }.map { .message($0) }
    case .failure(let failure):
      if unreadable.count > 1000 { unreadable = [] }
      unreadable.insert(group)
      rest(after: failure, at: now)
    }
  }

  private func record(_ resource: MessageResource, of message: UnpricedMessage, at now: Timestamp) throws {
    guard resource.isSettled else { return }
    var price = resource.price.flatMap(FetchPrices.amount)
    if price == nil, ["failed", "canceled"].contains(resource.status),
      now > message.at.adding(days: FetchPrices.unchargedAfterDays)
    {
      price = 0
    }
    guard let price else { return }
    try context.store.recordPrice(
      of: message, price: price, unit: (resource.priceUnit ?? "USD").uppercased(),
      segments: resource.numSegments)
  }

  /// `-0.07690` is a cost of 0.0769; nil for what is no number.
  static func amount(_ text: String) -> Double? {
    guard let value = Double(text), value.isFinite else { return nil }
    return abs(value)
  }

  /// Where Twilio cannot be reached, what waits is left to its next look.
  private func rest(after failure: APIFailure, at now: Timestamp) {
    guard case .unavailable = failure else { return }
    waiting = []
    pace.rest(at: now, seconds: FetchPrices.restSeconds)
  }
}

extension CallResource {
  /// What it costs, as of a message: one that nobody took costs nothing, as a message that failed.
  fileprivate var charged: MessageResource {
    let status =
      switch status {
      case "completed": "sent"
      case "busy", "no-answer", "failed", "canceled": "failed"
      default: "queued"
      }
    return MessageResource(
      sid: sid, to: to, from: from, status: status, price: price, priceUnit: priceUnit)
  }
}

extension MessageResource {
  /// It has left, or never will: segments and price are final as soon as they are there.
  fileprivate var isSettled: Bool {
    !["accepted", "scheduled", "queued", "sending", "receiving"].contains(status)
  }
}
