// TestCall+Words.swift - what the caller hears, what a rule means, why a message failed: for people.

import Rules
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
    case .blocked: "the number is on the block list (opsfabric unblock \(tenant.id) \(to))"
    case .spam: "more than \(tenant.spamMissedCallsPerDay) missed calls of the number today"
    case .optedOut: "the number has sent STOP; it must text START"
    case .ownNumber: "it is a number of the tenant, its staff or the operator; use another telephone"
    case .country: "its country is not in allowed_countries, or it is a special number"
    case .reached: "a later call of the number was answered"
    case .dedupe: "it got an SMS less than \(tenant.dedupeMinutes) minutes ago; wait, then test again"
    case .throttle: "it got \(tenant.maxSMSPerDay) SMS today already"
    case .landline: "it is a landline"
    case .quietHours: "quiet hours, and quiet_hours.policy is skip"
    case .expired: "it was decided too late; a ticket was made instead"
    case .sent, nil: "see opsfabric list events"
    }
  }

  func failure(_ message: MessageProgress) -> String {
    let code = message.errorCode.map { code in
      ", \(code)\(TwilioErrorCode.meaning(code).map { ": \($0)" } ?? "")"
    }
    return "\(code ?? "")\(message.error.map { " (\($0))" } ?? "")"
  }
}
