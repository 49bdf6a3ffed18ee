// Bookkeeper.swift - rows with chosen SIDs, times and prices, made by the store's own operations.

import Business
import LocalTime
import Platform
import SQLite
import Store

package final class Bookkeeper {
  package struct BadTime: Error { let text: String }

  package let store: Store
  /// For what no operation of the store does: prices as Twilio would have said them.
  private let database: Database
  private var prices: [(sql: String, values: [Value])] = []

  package init(store: Store, home: Home) throws {
    self.store = store
    database = try Database(path: home.database, access: .readWrite)
  }

  package func time(_ text: String) throws -> Timestamp {
    guard let time = Timestamp(iso8601: text) else { throw BadTime(text: text) }
    return time
  }

  /// A call that nobody took: it rang for 20 seconds. Pending.
  package func miss(_ sid: String, tenant: String, number: String, from: String, at: String) throws -> Int {
    let start = try time(at)
    try store.recordCall(sid: sid, tenant: tenant, caller: from, called: number, startedAt: start)
    _ = try store.markMissed(
      ifInProgress: sid, endedAt: start.adding(seconds: 20), dueAt: start.adding(seconds: 50),
      judgedBy: .dialResult)
    return try store.call(sid: sid)?.id ?? 0
  }

  package func answer(_ sid: String, tenant: String, number: String, at: String) throws {
    let start = try time(at)
    try store.recordCall(sid: sid, tenant: tenant, caller: "+41790000001", called: number, startedAt: start)
    _ = try store.markAnswered(sid: sid, endedAt: start.adding(seconds: 60), judgedBy: .dialResult)
  }

  /// The call's SMS, accepted by Twilio at `at`.
  /// - Parameters:
  ///   - earlier: the SID of a try that failed before.
  ///   - price: nil = not known yet.
  @discardableResult
  package func text(
    _ sid: String, call id: Int, at: String, segments: Int = 1, price: Double?, unit: String = "USD",
    deferredTo: String? = nil, earlier: String? = nil, isDead: Bool = false
  ) throws -> Int {
    let now = try time(at)
    guard let call = try store.call(id: id) else { return 0 }
    if let deferredTo { _ = try store.decideDefer(ifWaiting: id, until: time(deferredTo)) }
    _ = try store.decideSend(ifWaiting: id, at: now)
    let message = try store.enqueue(
      NewMessage(
        tenant: call.tenant, recipient: call.caller, sender: call.called, kind: .missedCall,
        text: SMSText("Danke"),
        dueAt: now, expiresAt: now.adding(hours: 1), callID: id), at: now)
    guard let message else { return 0 }
    for (attempt, sid) in [earlier, sid].compactMap({ $0 }).enumerated() {
      let at = now.adding(minutes: attempt * 2)
      _ = try store.claim(ifWaiting: message, at: at, lookAt: at)
      try store.markAccepted(
        ifSending: message, attempt: attempt + 1, sid: sid, segments: segments, at: at)
      if sid == earlier, let row = try store.message(id: message) {
        try store.markFailed(row, code: 30008, error: "unknown", retryAt: at, at: at)
      }
      try pay("message_attempts", sid: "sid", sid, price, unit)
    }
    if isDead, let row = try store.message(id: message) {
      try store.markDead(row, code: 30005, error: "unknown number", at: now.adding(minutes: 1))
    } else {
      _ = try store.applyReport(
        sid: sid, messageID: message, status: .delivered, at: now.adding(minutes: 3))
    }
    return message
  }

  /// A reply to one of our SMS, with the ticket it makes.
  package func reply(
    _ sid: String, _ body: String, to message: Int, tenant: String, from: String, number: String, at: String,
    price: Double?
  ) throws {
    let now = try time(at)
    let isStop = body == "STOP"
    let answer = isStop ? "stop" : ["1", "2", "3"].contains(body) ? body : "free_text"
    let inbound = try store.recordInbound(
      InboundSMS(
        messageSid: sid, tenant: tenant, sender: from, recipient: number, body: body, answer: answer,
        segments: 1, receivedAt: now, answersMessage: message))
    try pay("inbound_messages", sid: "message_sid", sid, price, "USD")
    guard let inbound, !isStop, answer != "3" else { return }
    let ticket = try store.upsertTicket(
      request(tenant, phone: from, source: .missedCall, text: body, at: now), at: now)
    try store.attachInbound(inbound, to: ticket.ticket.id)
  }

  /// A form sent by the link of an SMS.
  package func form(tenant: String, phone: String, at: String) throws {
    let now = try time(at)
    let ticket = try store.upsertTicket(
      request(tenant, phone: phone, source: .missedCall, text: "Formular", at: now), at: now)
    try store.logEvent(
      .wizardSubmitted, tenant: tenant, ticket: ticket.ticket.id, at: now, onceKey: "wizard:\(tenant):\(at)")
  }

  package func lookup(tenant: String, at: String) throws {
    try store.recordLookup(tenant: tenant, price: 0.008, unit: "USD", at: time(at))
  }

  package func menuTicket(tenant: String, call: Int, at: String) throws {
    let now = try time(at)
    var request = request(tenant, phone: "anonymous", source: .voiceMenu, text: "", at: now)
    request.callID = call
    _ = try store.upsertTicket(request, at: now)
  }

  private func request(
    _ tenant: String, phone: String, source: TicketSource, text: String, at now: Timestamp
  ) -> TicketRequest {
    TicketRequest(
      tenant: tenant, phone: phone, localDay: TimeZoneRules.utc.day(of: now), source: source,
      urgency: .medium, status: .new, text: text, slaDueAt: now.adding(hours: 4))
  }

  /// Twilio's price of a try or of a message that came in.
  package func pay(_ table: String, sid column: String, _ sid: String, _ price: Double?, _ unit: String)
    throws
  {
    guard let price else { return }
    prices.append(
      (
        "UPDATE \(table) SET price = ?, price_unit = ? WHERE \(column) = ?",
        [.real(price), .text(unit), .text(sid)]
      ))
  }

  /// Writes the prices; not inside a transaction of the store, whose lock it would wait for.
  package func settle() throws {
    try database.transaction {
      for price in prices { try database.execute(price.sql, values: price.values) }
    }
    prices = []
  }
}
