// Menu.swift - menu: the keys of a caller who cannot get an SMS.
//
// Who shows his number chooses at once: 1 urgent, 2 callback, 3 leave a message. Who hides it is asked for one first (at
// most twice), hears it again and confirms it with 1; only then come the keys, and with them a promise. Without a number
// there is the message, and no promise. Where in this a request stands is in its address, which Twilio signs.

import Business
import CGI
import Desk
import LocalTime
import Store
import Twilio

package struct Menu: CallWebhook {
  package static let name = "menu"
  package static let requiredFields = ["CallSid", "From", "To"]

  package let webhook: Webhook
  package init(_ webhook: Webhook) { self.webhook = webhook }

  private static let numberTimes = 2

  /// What the keys that come with a request answer.
  private enum Step {
    case keys
    /// The number, asked for the nth time.
    case number(time: Int)
    /// Whether that number is right.
    case confirmation(PhoneNumber, time: Int)
  }

  private var step: Step {
    let time = webhook.query["time"].flatMap { Int($0) } ?? 1
    switch webhook.query["step"] {
    case "number": return .number(time: time)
    case "confirm": return keyedNumber.map { .confirmation($0, time: time) } ?? .number(time: time)
    default: return .keys
    }
  }

  /// The number the caller has typed, in the address of what follows.
  private var keyedNumber: PhoneNumber? { webhook.query["number"].flatMap { PhoneNumber(e164: $0) } }

  private var digits: String { webhook.field("Digits") }

  /// Whoever can be called back: by the number that shows, or by the one he has typed and confirmed.
  private var caller: VoiceCaller {
    var confirmed: PhoneNumber?
    if case .keys = step { confirmed = keyedNumber }
    return VoiceCaller(from: webhook.field("From"), keyed: confirmed)
  }

  private var reply: Reply? {
    guard case .keys = step else { return nil }
    switch digits {
    case "1": return .urgent
    case "2": return .callback
    default: return nil
    }
  }

  /// The same key of the same call counts once.
  package func record(for tenant: Tenant, by intake: Intake) throws -> Found {
    guard let reply else { return Found() }
    let now = webhook.receivedAt
    try intake.store.write {
      // Should the call's own webhooks come later, the key finds a row all the same.
      guard let call = try intake.ensureCall(webhook, tenant: tenant) else { return }
      let isNew = try intake.store.logEvent(
        .menuKey, tenant: tenant.id, call: call.id, detail: reply.code, at: now,
        onceKey: "menu:\(call.callSid):\(reply.code)")
      guard isNew else { return }
      _ = try intake.takeIn(reply, caller: caller, tenant: tenant, call: call, at: now)
    }
    return Found()
  }

  package func answer(_ context: AnswerContext) -> CGIResponse {
    .xml(TwiML.response(verbs(context)))
  }

  private func verbs(_ context: AnswerContext) -> [TwiML] {
    let tenant = context.tenant
    switch step {
    case .keys:
      if let reply { return [context.say(thanks(reply, context)), .hangup] }
      return digits == "3" && tenant.voiceMessage ? record(context) : question(context)
    case .number(let time):
      guard let number = PhoneNumber(userTyped: digits, defaultCountry: tenant.country),
        number.lineType != .excluded
      else { return askAgain(after: time, context) }
      return gather(
        numDigits: "1", "step=confirm&number=%2B\(number.digits)&time=\(time)",
        context.spoken.readBack(number.spoken(in: tenant.country)), context)
    case .confirmation(let number, let time):
      guard digits == "1" else { return askAgain(after: time, context) }
      return keys(context, query: "number=%2B\(number.digits)", context.spoken.keys)
    }
  }

  /// Which keys there are, or the number first. Also asked after a miss.
  func question(_ context: AnswerContext) -> [TwiML] {
    guard caller.hasNumber else { return askNumber(1, context.spoken.askNumber, context) }
    return keys(
      context, query: keyedNumber.map { "number=%2B\($0.digits)" } ?? "",
      keyedNumber == nil ? context.spoken.menuPrompt : context.spoken.keys)
  }

  private func keys(
    _ context: AnswerContext, query: String, _ prompt: (_ offersMessage: Bool) -> String
  ) -> [TwiML] {
    let gather = TwiML.element(
      "Gather",
      ["numDigits": "1", "timeout": "8", "action": context.url(Menu.self, query: query), "method": "POST"],
      [context.say(prompt(context.tenant.voiceMessage))])
    return [gather, context.say(context.spoken.menuNothingPressed), .hangup]
  }

  private func askNumber(_ time: Int, _ prompt: String, _ context: AnswerContext) -> [TwiML] {
    gather(finishOnKey: "#", "step=number&time=\(time)", prompt, context)
  }

  private func askAgain(after time: Int, _ context: AnswerContext) -> [TwiML] {
    if time < Menu.numberTimes { return askNumber(time + 1, context.spoken.askNumberAgain, context) }
    return context.tenant.voiceMessage
      ? record(context) : [context.say(context.spoken.menuThanksWithheld), .hangup]
  }

  /// A question whose silence is an answer too: Twilio asks on.
  private func gather(
    numDigits: String? = nil, finishOnKey: String? = nil, _ query: String, _ prompt: String,
    _ context: AnswerContext
  ) -> [TwiML] {
    [
      .element(
        "Gather",
        [
          "numDigits": numDigits, "finishOnKey": finishOnKey, "timeout": "10", "actionOnEmptyResult": "true",
          "action": context.url(Menu.self, query: query), "method": "POST",
        ], [context.say(prompt)])
    ]
  }

  private func record(_ context: AnswerContext) -> [TwiML] {
    Recording.verbs(callSid: webhook.field("CallSid"), caller: caller, context)
  }

  private func thanks(_ reply: Reply, _ context: AnswerContext) -> String {
    guard caller.hasNumber else { return context.spoken.menuThanksWithheld }
    return reply == .urgent
      ? context.spoken.menuThanksUrgent : context.callbackPromise(at: webhook.receivedAt)
  }
}

extension AnswerContext {
  /// When the caller will be called back, as it is said to him.
  func callbackPromise(at now: Timestamp) -> String {
    let calendar =
      recorded?.intake.calendar(tenant, from: now)
      ?? BusinessCalendar(tenant, zone: zones.zone(tenant.timezone) ?? .utc, daysOff: [])
    let due = tenant.slaDue(.medium, from: now, calendar: calendar)
    return spoken.menuThanksCallback(sla: Texts(tenant: tenant, calendar: calendar).sla(due, now: now))
  }
}
