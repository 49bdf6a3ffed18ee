// Ring.swift - ring: a call that we make to one of the tenant's people.
//
// Twilio asks what is to be said when somebody picks up, again when a key was pressed, again when the caller who was
// connected is gone, and tells of the end. Which of these, and of which call, stands in our address, which Twilio signs.
// A mailbox presses no key: without one nothing was heard.
//
// A page asks to take a request; a callback (do=call on the desk) was asked for by the person himself, and its one key
// connects him.

import Business
import CGI
import Desk
import LocalTime
import Settings
import Store
import Twilio

package struct Ring: WebhookType {
  package static let name = "ring"
  package static let requiredFields = ["CallSid"]

  package let webhook: Webhook
  package init(_ webhook: Webhook) { self.webhook = webhook }

  /// Seconds without a key.
  private static let keySeconds = 10
  /// How often the keys are asked for where another was pressed.
  private static let askedTimes = 2
  private static let callerRingSeconds = 25
  /// Of a talk.
  private static let longestSeconds = 7200

  package enum Step: String, Sendable {
    case question, key, connected, over
  }

  /// - Parameters:
  ///   - message: the call's row.
  ///   - isCallback: of its kind, so that the right keys are asked for when the row cannot be read.
  ///   - time: the keys are asked for the nth time.
  package static func url(
    _ publicURL: String, tenant: String, message: Int, isCallback: Bool, _ step: Step, time: Int = 1
  ) -> String {
    WebhookAddress.url(
      publicURL, name,
      query: "tenant=\(tenant)&m=\(message)&step=\(step.rawValue)" + (isCallback ? "&kind=callback" : "")
        + (time > 1 ? "&time=\(time)" : ""))
  }

  private var isCallback: Bool { webhook.query["kind"] == MessageKind.callback.rawValue }

  /// Of the call's row, as our address says it.
  private var message: Int? { webhook.query["m"].flatMap { Int($0) } }

  private func url(_ context: AnswerContext, _ step: Step, time: Int = 1) -> String {
    Ring.url(
      context.installation.publicURL, tenant: context.tenant.id, message: message ?? 0,
      isCallback: isCallback, step, time: time)
  }

  private var step: Step { webhook.query["step"].flatMap { Step(rawValue: $0) } ?? .question }
  private var sid: String { webhook.field("CallSid") }

  /// 1 takes the request, 2 connects with the caller as well; of a callback 1 connects.
  private var key: String? {
    guard step == .key, let digits = webhook.fields["Digits"] else { return nil }
    return digits == "1" || (digits == "2" && !isCallback) ? digits : nil
  }

  /// `To` is the person who is rung; our address carries the tenant.
  package func tenants(in settings: SettingsReader) throws -> [Tenant] {
    try webhook.query["tenant"].flatMap { try settings.tenant(id: $0) }.map { [$0] } ?? []
  }

  package var sequence: String { sid }

  private func row(_ tenant: Tenant, in store: Store) throws -> OutboxRow? {
    try message.flatMap { try store.ringCall(id: $0, tenant: tenant.id) }
  }

  package func record(for tenants: [Tenant], by intake: Intake) throws -> Found {
    let now = webhook.receivedAt
    try intake.store.write {
      guard let tenant = tenants.first, let found = try row(tenant, in: intake.store) else { return }
      let row = try intake.store.noteCallExists(found, sid: sid, at: now)
      switch step {
      case .question: break
      case .key:
        guard let key else { break }
        if row.kind == .callback {
          try intake.noteCallbackKey(row, sid: sid, at: now)
        } else {
          try intake.answerPage(row, sid: sid, key: key, tenant: tenant, at: now)
        }
      case .connected:
        let seconds = webhook.fields["DialCallDuration"].flatMap { Int($0) } ?? 0
        try intake.noteConnection(
          row, sid: sid, leg: webhook.fields.nonEmpty("DialCallSid"),
          seconds: webhook.isDialConnected ? max(0, min(seconds, Ring.longestSeconds)) : 0,
          isBusy: webhook.field("DialCallStatus") == "busy", at: now)
      case .over:
        try intake.settleCall(row, sid: sid, status: webhook.field("CallStatus"), at: now)
      }
    }
    return Found()
  }

  // MARK: what is said

  package func answer(_ context: AnswerContext) -> CGIResponse {
    switch step {
    case .question: .xml(TwiML.response(question(context)))
    case .key: .xml(TwiML.response(afterKey(context)))
    case .connected:
      .xml(
        TwiML.response(
          webhook.isDialConnected
            ? [.hangup]
            : [
              context.say(
                isCallback ? context.spoken.callbackNotReached : context.spoken.callerNotReached), .hangup,
            ]))
    case .over: .noContent
    }
  }

  /// The call and its request, as they are now; nil where there is none, or the database cannot be asked.
  private func subject(_ context: AnswerContext) -> (row: OutboxRow, ticket: TicketRow)? {
    guard let intake = context.recorded?.intake, let row = try? row(context.tenant, in: intake.store),
      let id = row.ticketID, let ticket = try? intake.store.ticket(id: id)
    else { return nil }
    return (row, ticket)
  }

  private func question(_ context: AnswerContext, time: Int = 1) -> [TwiML] {
    let spoken = context.spoken
    guard context.recorded != nil else {
      // Without the database better a call without its words than none: the key is kept.
      return question(
        isCallback
          ? spoken.callback(to: nil)
          : spoken.pagedRequest(caller: nil, summary: "", isUrgent: true, isLate: false), context, time: time)
    }
    if isCallback {
      guard let (row, _) = callback(context) else { return [context.say(spoken.callbackOff), .hangup] }
      return question(row.body, context, time: time)
    }
    if let row = checkCall(context) { return [context.say(row.body), .hangup] }
    guard let (row, ticket) = subject(context), !row.isForgotten else { return [.hangup] }
    if let holder = holder(of: ticket, row, context) { return [context.say(holder), .hangup] }
    return question(row.body, context, time: time)
  }

  private func checkCall(_ context: AnswerContext) -> OutboxRow? {
    guard let intake = context.recorded?.intake, let row = try? row(context.tenant, in: intake.store) else {
      return nil
    }
    return row.kind == .alert ? row : nil
  }

  private func question(_ words: String, _ context: AnswerContext, time: Int) -> [TwiML] {
    let keys = context.say(isCallback ? context.spoken.callbackKey : context.spoken.pageKeys)
    let once = [context.say(words), keys]
    return [
      .element(
        "Gather",
        [
          "numDigits": "1", "timeout": String(Ring.keySeconds), "action": url(context, .key, time: time),
          "method": "POST",
        ], time == 1 ? once + once : [keys]),
      .hangup,
    ]
  }

  /// The callback and whom to connect with, as long as both are wanted.
  private func callback(_ context: AnswerContext) -> (row: OutboxRow, number: PhoneNumber)? {
    guard let intake = context.recorded?.intake, let row = try? row(context.tenant, in: intake.store),
      row.kind == .callback, let number = try? intake.numberToCall(row, tenant: context.tenant)
    else { return nil }
    return (row, number)
  }

  /// Who has the request, where it is not the person who is rung.
  private func holder(of ticket: TicketRow, _ row: OutboxRow, _ context: AnswerContext) -> String? {
    let (tenant, spoken) = (context.tenant, context.spoken)
    if ticket.status.awaitsWork { return nil }
    guard ticket.status.isOpen else { return spoken.pageIsDone }
    let holder = tenant.personName(ticket.person ?? tenant.name)
    if holder == tenant.personName(row.recipient) { return nil }
    return spoken.pageIsTaken(by: PhoneNumber(e164: holder)?.spoken(in: tenant.country) ?? holder)
  }

  private func afterKey(_ context: AnswerContext) -> [TwiML] {
    let spoken = context.spoken
    guard let key else {
      let time = webhook.query["time"].flatMap { Int($0) } ?? 1
      return time < Ring.askedTimes ? question(context, time: time + 1) : [.hangup]
    }
    if isCallback {
      guard let (row, number) = callback(context) else { return [context.say(spoken.callbackOff), .hangup] }
      return connect(row, with: number, context)
    }
    guard let (row, ticket) = subject(context) else { return [context.say(spoken.pageNoted), .hangup] }
    if let holder = holder(of: ticket, row, context) { return [context.say(holder), .hangup] }
    guard key == "2" else { return [context.say(spoken.pageTaken), .hangup] }
    guard let number = Intake.numberToConnect(ticket.phone, tenant: context.tenant) else {
      return [context.say(spoken.pageTaken), context.say(spoken.nobodyToConnect), .hangup]
    }
    return connect(row, with: number, context)
  }

  private func connect(_ row: OutboxRow, with number: PhoneNumber, _ context: AnswerContext) -> [TwiML] {
    [
      context.say(context.spoken.connecting),
      .element(
        "Dial",
        [
          "callerId": row.sender, "timeout": String(Ring.callerRingSeconds),
          "timeLimit": String(Ring.longestSeconds),
          "action": url(context, .connected), "method": "POST",
        ], [.element("Number", [:], [.text(number.e164)])]),
    ]
  }
}
