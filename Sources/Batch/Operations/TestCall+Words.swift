// TestCall+Words.swift - what the caller hears, what a rule means, why a message failed: for people.

import Business
import Store
import Twilio

extension TestCall {
  /// What the caller hears.
  func heard(_ twiML: String) -> String {
    if twiML.contains("<Reject") { return "the call is rejected" }
    let isMenu = twiML.contains("<Gather")
    guard let start = twiML.firstRange(of: "<Say"),
      let open = twiML[start.upperBound...].firstIndex(of: ">"),
      let end = twiML[open...].firstRange(of: "</Say>")
    else { return "the caller hears nothing" }
    let words = unescaped(String(twiML[twiML.index(after: open)..<end.lowerBound]))
    return "the caller \(isMenu ? "is offered the menu" : "hears"): «\(words)»"
  }

  private func unescaped(_ text: String) -> String {
    var text = text
    for (entity, character) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&"),
    ] {
      text = text.replacing(entity, with: character)
    }
    return text
  }

  func explain(_ call: CallRow) throws -> String {
    switch call.decision {
    case .deferred:
      return "quiet hours: held until \(call.dueAt.map(local) ?? "their end"), then the SMS goes out"
    default:
      let reason = call.reason ?? ""
      return "no SMS, rule \(reason): \(meaning(reason))"
    }
  }

  func meaning(_ reason: String) -> String {
    switch Reason(rawValue: reason) {
    case .withheld: "the number is none that can be texted"
    case .blocked: "the number is on the block list"
    case .spam: "more than \(tenant.spamMissedCallsPerDay) missed calls of the number today"
    case .optedOut: "the number has sent STOP"
    case .ownNumber: "it is a number of the tenant, its staff or the operator"
    case .country: "its country is not in allowed_countries, or it is a special number"
    case .reached: "a later call of the number was answered"
    case .dedupe: "it got an SMS less than \(tenant.dedupeMinutes) minutes ago"
    case .throttle: "it got \(tenant.maxSMSPerDay) SMS today already"
    case .landline: "it is a landline"
    case .quietHours: "quiet hours, and quiet_hours.policy is skip"
    case .expired: "it was decided too late; a ticket was made instead"
    case .sent, nil: "see opsfabric list events"
    }
  }

  // MARK: what to do

  static let startRunner = "if no cron starts it, run in another window: opsfabric run --linger 120"

  /// A handler did not take the webhook.
  func cure(of status: Int, _ text: String) -> String {
    switch status {
    case 403 where text.contains("X-Twilio-Signature"):
      "the handlers there have another home, public_url or token: opsfabric.home beside them must name this home, "
        + "and public_url lead to them; then: opsfabric apply"
    case 300..<400: "write the address it leads to as public_url, then: opsfabric apply"
    case 503: "opsfabric doctor says what the handlers cannot use; the web server's error log too"
    default: "opsfabric doctor says what is wrong with this address"
    }
  }

  func cure(of call: CallRow) -> String {
    // What is deferred waits for the end of quiet hours.
    switch call.decision == .deferred ? .quietHours : Reason(rawValue: call.reason ?? "") {
    case .blocked: "opsfabric unblock \(tenant.id) \(to), or take another telephone"
    case .optedOut: "text START from that telephone to \(tenant.smsSender), or take another one"
    case .country: "add the country to allowed_countries, then: opsfabric apply; or take another telephone"
    case .dedupe: "wait, or take another telephone"
    case .quietHours: "wait for their end, or change quiet_hours; then: opsfabric apply"
    case .expired: "see that the runner runs all the time (opsfabric doctor), then test again"
    case .withheld, .spam, .ownNumber, .reached, .throttle, .landline: "take another telephone"
    case .sent, nil: "opsfabric list events shows why"
    }
  }

  func cure(of message: MessageProgress) -> String {
    let verdict =
      message.state == .queued || message.sid == nil
      ? TwilioErrorCode.onCreate(httpStatus: 400, code: message.errorCode)
      : TwilioErrorCode.onDelivery(code: message.errorCode)
    guard message.errorCode != nil else {
      return "README, When it breaks; opsfabric doctor asks Twilio and looks at the runner"
    }
    switch verdict {
    case .configuration:
      return
        "set it right in Twilio's console (sender, countries, compliance): the SMS then leaves by itself, for an hour"
    case .credentials:
      return
        "correct account_sid and auth_token, or settle the account in Twilio's console; then: opsfabric apply"
    case .optedOut: return "text START from that telephone to \(message.sender), or take another one"
    case .permanent, .landline, .expired: return "take another telephone"
    case .rateLimited, .transient, .unknown:
      return "the runner tries again by itself: opsfabric list messages shows it"
    }
  }

  func failure(_ message: MessageProgress) -> String {
    let code = message.errorCode.map { code in
      ", \(code)\(TwilioErrorCode.meaning(code).map { ": \($0)" } ?? "")"
    }
    return "\(code ?? "")\(message.error.map { " (\($0))" } ?? "")"
  }
}
